/* tropea-ledger-server.h: a running ledger
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-clock.h"
#include "base/tropea-secret.h"
#include "http/tropea-http-server.h"
#include "ledger/tropea-ledger-admission.h"
#include "ledger/tropea-ledger-metrics.h"
#include "ledger/tropea-ledger-store.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_LEDGER_SERVER (tropea_ledger_server_get_type ())

G_DECLARE_FINAL_TYPE (TropeaLedgerServer, tropea_ledger_server, TROPEA, LEDGER_SERVER, GObject)

/* Signals: "failed" (const GError *): the store can no longer be trusted; end the process */
TropeaLedgerServer *tropea_ledger_server_new         (TropeaLedgerStore         *store,
                                                      TropeaClock               *clock,
                                                      const TropeaLedgerPolicy  *policy,
                                                      const char                *origin,
                                                      TropeaSecret              *secret_key);
void                tropea_ledger_server_set_limits  (TropeaLedgerServer        *self,
                                                      const TropeaHttpLimits    *limits,
                                                      gboolean                   serves_metrics);
void                tropea_ledger_server_set_token   (TropeaLedgerServer        *self,
                                                      TropeaSecret              *token);
TropeaLedgerMetrics *tropea_ledger_server_get_metrics (TropeaLedgerServer       *self);
gboolean            tropea_ledger_server_listen      (TropeaLedgerServer        *self,
                                                      TropeaHttpListener        *listener,
                                                      GError                   **error);
gboolean            tropea_ledger_server_listen_for_operator (TropeaLedgerServer *self,
                                                      TropeaHttpListener        *listener,
                                                      GError                   **error);
const char         *tropea_ledger_server_get_operator_url (TropeaLedgerServer   *self);
guint               tropea_ledger_server_get_port    (TropeaLedgerServer        *self);
const char         *tropea_ledger_server_get_url     (TropeaLedgerServer        *self);
void                tropea_ledger_server_stop_async  (TropeaLedgerServer        *self,
                                                      guint                      deadline_ms,
                                                      GAsyncReadyCallback        callback,
                                                      gpointer                   user_data);
gboolean            tropea_ledger_server_stop_finish (TropeaLedgerServer        *self,
                                                      GAsyncResult              *result,
                                                      GError                   **error);

G_END_DECLS
