/* tropea-submit-round.h: sends what waits in the outbox, once
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-clock.h"
#include "session/tropea-identity.h"
#include "session/tropea-store.h"
#include "submit/tropea-ledger-client.h"

G_BEGIN_DECLS

/**
 * TropeaSubmitRoundFuncs:
 * @opened: the ledger has proved who it is, and is the one that was pinned
 * @settled: the ledger's last word on @session is on disk
 * @batch_failed: something was sent, and no verdict came
 *
 * Called while a round runs.
 */
typedef struct
{
  void (*opened)  (const TropeaLedgerInfo *info,
                   gpointer                user_data);
  void (*settled) (TropeaSession          *session,
                   const TropeaVerdict    *verdict,
                   gpointer                user_data);
  void (*batch_failed) (gpointer           user_data);
} TropeaSubmitRoundFuncs;

void     tropea_submit_round_async  (TropeaStore                   *store,
                                     TropeaIdentity                *identity,
                                     TropeaLedgerClient            *client,
                                     TropeaClock                   *clock,
                                     gboolean                       open_only,
                                     gboolean                       one_by_one,
                                     GCancellable                  *halt,
                                     GCancellable                  *cancellable,
                                     const TropeaSubmitRoundFuncs  *funcs,
                                     gpointer                       funcs_data,
                                     GAsyncReadyCallback            callback,
                                     gpointer                       user_data);
gboolean tropea_submit_round_finish (TropeaStore                   *store,
                                     GAsyncResult                  *result,
                                     gboolean                      *is_unfinished,
                                     gint64                        *retry_after_s,
                                     gint64                        *n_elsewhere,
                                     GError                       **error);

G_END_DECLS
