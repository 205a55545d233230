/* tropea-ledger-policy.h: every number that a ledger's operator may want to change
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "ledger/tropea-ledger-store.h"

G_BEGIN_DECLS

/**
 * TropeaLedgerCaps:
 * @day_micro: the most micro-credits of a key for one UTC day, by its sessions' start
 * @day_bytes: the most bytes
 *
 * Of one grade. 0: no cap.
 */
typedef struct
{
  gint64 day_micro;
  gint64 day_bytes;
} TropeaLedgerCaps;

/**
 * TropeaLedgerRate:
 * @per_s: how many pass in a second; 0: as many as like
 * @burst: how many pass at once after a pause
 */
typedef struct
{
  gint64 per_s;
  gint64 burst;
} TropeaLedgerRate;

/**
 * TropeaLedgerPolicy:
 * @key_rate: sessions and reads of one key
 * @connection_rate: sessions and reads on one connection, which is one circuit where an onion
 *   service is in front
 * @new_keys_per_hour: keys that the store does not have yet; 0: as many as come
 *
 * GET /api/ledger shows all of it.
 */
typedef struct
{
  gboolean         accepts_simulation;
  gint64           min_duration_s;
  gint64           max_duration_s;
  gint64           max_bytes_per_s;
  gint64           max_future_ms;
  gint64           max_age_ms;
  TropeaLedgerCaps caps[TROPEA_LEDGER_N_GRADES];
  TropeaLedgerRate key_rate;
  TropeaLedgerRate connection_rate;
  gint64           new_keys_per_hour;
} TropeaLedgerPolicy;

/* What 24 hours of duration earn; a terabyte. */
#define TROPEA_LEDGER_CAPS_DEFAULT \
  { G_GINT64_CONSTANT (8640000000), G_GINT64_CONSTANT (1000000000000) }

/* A day at most; 1 Gbit/s; clocks that differ by five minutes; a month in the outbox. The rates
 * let an outbox of weeks through at once, and a proxy that shares one connection among many. */
#define TROPEA_LEDGER_POLICY_DEFAULT \
  { FALSE, 1, 86400, 125000000, 300 * 1000, G_GINT64_CONSTANT (30) * 86400 * 1000, \
    { TROPEA_LEDGER_CAPS_DEFAULT, TROPEA_LEDGER_CAPS_DEFAULT }, \
    { 20, 2048 }, { 2000, 8192 }, 100000 }

gboolean    tropea_ledger_policy_has_key (const char                *key);
gboolean    tropea_ledger_policy_load    (TropeaLedgerPolicy        *self,
                                          GKeyFile                  *file,
                                          const char                *group,
                                          GError                   **error);
JsonObject *tropea_ledger_policy_to_json (const TropeaLedgerPolicy  *self);

G_END_DECLS
