/* tropea-ledger-config.h: an operator's configuration file
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "http/tropea-http-server.h"
#include "ledger/tropea-ledger-policy.h"

G_BEGIN_DECLS

/**
 * TropeaLedgerConfig:
 * @listen: (owned) (nullable): this and the next five: NULL where the file does not say
 * @database: (owned) (nullable)
 * @origin: (owned) (nullable)
 * @key_file: (owned) (nullable)
 * @dashboard: (owned) (nullable): an address for the operator alone
 * @admin_token_file: (owned) (nullable): for the dashboard at the ledger's own address
 * @serves_metrics: whether GET /metrics is there
 * @is_quiet: whether only errors are logged
 */
typedef struct
{
  char               *listen;
  char               *database;
  char               *origin;
  char               *key_file;
  char               *dashboard;
  char               *admin_token_file;
  gboolean            serves_metrics;
  gboolean            is_quiet;
  TropeaHttpLimits    limits;
  TropeaLedgerPolicy  policy;
} TropeaLedgerConfig;

#define TROPEA_LEDGER_CONFIG_DEFAULT \
  { NULL, NULL, NULL, NULL, NULL, NULL, TRUE, FALSE, TROPEA_HTTP_LIMITS_DEFAULT, \
    TROPEA_LEDGER_POLICY_DEFAULT }

gboolean tropea_ledger_config_load  (TropeaLedgerConfig  *self,
                                     const char          *path,
                                     GError             **error);
void     tropea_ledger_config_clear (TropeaLedgerConfig  *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TropeaLedgerConfig, tropea_ledger_config_clear)

G_END_DECLS
