/* tropea-log-watch.h: believes a ledger only what its log proves
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "session/tropea-store.h"
#include "submit/tropea-ledger-client.h"

G_BEGIN_DECLS

/* Facts of the store, followed by the ledger's key in base64. */
#define TROPEA_LOG_WATCH_HEAD "ledger-log "
#define TROPEA_LOG_WATCH_ALARM "ledger-alarm "

/* Errors of both: TROPEA_LEDGER_CLIENT_ERROR_FORKED where the ledger was caught, now or before;
 * the client's and the store's. */
void     tropea_log_watch_open_async   (TropeaStore            *store,
                                        const TropeaLedgerInfo *info,
                                        GAsyncReadyCallback     callback,
                                        gpointer                user_data);
gboolean tropea_log_watch_open_finish  (TropeaStore            *store,
                                        GAsyncResult           *result,
                                        GError                **error);
void     tropea_log_watch_check_async  (TropeaStore            *store,
                                        TropeaLedgerClient     *client,
                                        const TropeaLedgerInfo *info,
                                        const TropeaRecord     *records,
                                        GPtrArray              *verdicts,
                                        gint64                  now_ms,
                                        GCancellable           *cancellable,
                                        GAsyncReadyCallback     callback,
                                        gpointer                user_data);
gboolean tropea_log_watch_check_finish (TropeaStore            *store,
                                        GAsyncResult           *result,
                                        GError                **error);

G_END_DECLS
