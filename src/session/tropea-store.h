/* tropea-store.h: what the client keeps on disk: open batches, outbox, history, totals
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "record/tropea-receipt.h"
#include "session/tropea-batcher.h"
#include "session/tropea-reconciliation.h"
#include "session/tropea-session.h"

G_BEGIN_DECLS

/**
 * TropeaStoreTotals:
 * @sessions: all sessions ever cut; the sum of the three below
 * @waiting: in the outbox
 * @credited: taken by the ledger
 * @refused: refused for good
 * @credits_micro: sum of the credited sessions from tor
 * @simulated_credits_micro: sum of the credited sessions from simulation
 * @bytes: sum over all sessions
 * @duration_s: sum over all sessions
 */
typedef struct
{
  gint64 sessions;
  gint64 waiting;
  gint64 credited;
  gint64 refused;
  gint64 credits_micro;
  gint64 simulated_credits_micro;
  gint64 bytes;
  gint64 duration_s;
} TropeaStoreTotals;

#define TROPEA_TYPE_STORE (tropea_store_get_type ())

G_DECLARE_FINAL_TYPE (TropeaStore, tropea_store, TROPEA, STORE, GObject)

/* One SQLite file with one worker thread. Calls are done in the order in which they were
 * made; each that changes something is one transaction, on disk before its callback. Errors
 * are TROPEA_DATABASE_ERROR, with a sentence for the user.
 *
 * Signals: "session-changed" (TropeaSession *) after a cut, a credit or a refusal.
 * Property: "totals" is read with tropea_store_get_totals (), notified by "totals-changed".
 */
void                     tropea_store_open_async          (const char           *path,
                                                           GCancellable         *cancellable,
                                                           GAsyncReadyCallback   callback,
                                                           gpointer              user_data);
TropeaStore             *tropea_store_open_finish         (GAsyncResult         *result,
                                                           GError              **error);
const TropeaStoreTotals *tropea_store_get_totals          (TropeaStore          *self);

/* The open batch of @source and the end of the last session of any source (0: none). */
void                     tropea_store_load_batch_async    (TropeaStore          *self,
                                                           TropeaSource          source,
                                                           GCancellable         *cancellable,
                                                           GAsyncReadyCallback   callback,
                                                           gpointer              user_data);
gboolean                 tropea_store_load_batch_finish   (TropeaStore          *self,
                                                           GAsyncResult         *result,
                                                           TropeaBatch          *batch,
                                                           gint64               *last_end_ms,
                                                           GError              **error);

void                     tropea_store_save_batch_async    (TropeaStore          *self,
                                                           const TropeaBatch    *batch,
                                                           GCancellable         *cancellable,
                                                           GAsyncReadyCallback   callback,
                                                           gpointer              user_data);
gboolean                 tropea_store_save_batch_finish   (TropeaStore          *self,
                                                           GAsyncResult         *result,
                                                           GError              **error);

/* In one transaction: @cut goes into the outbox, and the source's open batch is emptied. */
void                     tropea_store_cut_async           (TropeaStore          *self,
                                                           const TropeaCut      *cut,
                                                           GCancellable         *cancellable,
                                                           GAsyncReadyCallback   callback,
                                                           gpointer              user_data);
gboolean                 tropea_store_cut_finish          (TropeaStore          *self,
                                                           GAsyncResult         *result,
                                                           GError              **error);

/* Oldest first, those newer than the row @after (0: all), at most @limit: (element-type
 * TropeaSession). */
void                     tropea_store_list_waiting_async  (TropeaStore          *self,
                                                           gint64                after,
                                                           guint                 limit,
                                                           GCancellable         *cancellable,
                                                           GAsyncReadyCallback   callback,
                                                           gpointer              user_data);
/* Newest first, those older than the row @before (0: from the newest), at most @limit. */
void                     tropea_store_list_history_async  (TropeaStore          *self,
                                                           gint64                before,
                                                           guint                 limit,
                                                           GCancellable         *cancellable,
                                                           GAsyncReadyCallback   callback,
                                                           gpointer              user_data);
GPtrArray               *tropea_store_list_finish         (TropeaStore          *self,
                                                           GAsyncResult         *result,
                                                           GError              **error);

/* Takes the session out of the outbox; doing it again changes nothing. @sent: what was sent for
 * it, NULL where nobody knows. */
void                     tropea_store_credit_async        (TropeaStore          *self,
                                                           const TropeaReceipt  *receipt,
                                                           const char           *ledger,
                                                           const TropeaSent     *sent,
                                                           GCancellable         *cancellable,
                                                           GAsyncReadyCallback   callback,
                                                           gpointer              user_data);
void                     tropea_store_refuse_async        (TropeaStore          *self,
                                                           const char           *session_id,
                                                           const char           *reason_code,
                                                           const char           *reason,
                                                           const TropeaSent     *sent,
                                                           GCancellable         *cancellable,
                                                           GAsyncReadyCallback   callback,
                                                           gpointer              user_data);
gboolean                 tropea_store_settle_finish       (TropeaStore          *self,
                                                           GAsyncResult         *result,
                                                           GError              **error);

/* Before sessions are sent: whose they are, so that no two ledgers get the same. Those that come
 * back are the ledger's now; others were sent to another one, which has not answered. */
void                     tropea_store_claim_async         (TropeaStore          *self,
                                                           const char           *ledger,
                                                           TropeaSession       **sessions,
                                                           guint                 n_sessions,
                                                           GAsyncReadyCallback   callback,
                                                           gpointer              user_data);
GPtrArray               *tropea_store_claim_finish        (TropeaStore          *self,
                                                           GAsyncResult         *result,
                                                           GError              **error);
/* The ledger said that it has not got these, or, for none, will never say of any. */
void                     tropea_store_release_async       (TropeaStore          *self,
                                                           const char           *ledger,
                                                           TropeaSession       **sessions,
                                                           guint                 n_sessions,
                                                           GAsyncReadyCallback   callback,
                                                           gpointer              user_data);
gboolean                 tropea_store_release_finish      (TropeaStore          *self,
                                                           GAsyncResult         *result,
                                                           GError              **error);

/* A waiting session that is stamped in the future gets the latest free time before @before_ms. */
void                     tropea_store_redate_async        (TropeaStore          *self,
                                                           const char           *session_id,
                                                           gint64                before_ms,
                                                           GCancellable         *cancellable,
                                                           GAsyncReadyCallback   callback,
                                                           gpointer              user_data);
gboolean                 tropea_store_redate_finish       (TropeaStore          *self,
                                                           GAsyncResult         *result,
                                                           GError              **error);

/* Compare one page of a ledger's list, the latest first, with what it credited: settle waiting
 * sessions that it lists, count the other differences, and keep @state, in one transaction.
 * @listed: of TropeaListedSession. @own is written once the walk has ended (before_seq is 0). */
void                     tropea_store_compare_async       (TropeaStore          *self,
                                                           const char           *ledger,
                                                           const TropeaReconciliation *state,
                                                           GArray               *listed,
                                                           gboolean              is_end,
                                                           gint64                balance_micro,
                                                           GCancellable         *cancellable,
                                                           GAsyncReadyCallback   callback,
                                                           gpointer              user_data);
/* Returns the sessions that were settled: (element-type TropeaSession). */
GPtrArray               *tropea_store_compare_finish      (TropeaStore          *self,
                                                           GAsyncResult         *result,
                                                           TropeaReconciliation *state,
                                                           TropeaLedgerFigures  *own,
                                                           GError              **error);

/* The file that it is in. */
const char              *tropea_store_get_path            (TropeaStore          *self);

/* Small facts that must survive, such as a ledger's pinned key; NULL value: not there. */
void                     tropea_store_get_fact_async      (TropeaStore          *self,
                                                           const char           *name,
                                                           GCancellable         *cancellable,
                                                           GAsyncReadyCallback   callback,
                                                           gpointer              user_data);
gboolean                 tropea_store_get_fact_finish     (TropeaStore          *self,
                                                           GAsyncResult         *result,
                                                           char                **value,
                                                           GError              **error);
void                     tropea_store_set_fact_async      (TropeaStore          *self,
                                                           const char           *name,
                                                           const char           *value,
                                                           GCancellable         *cancellable,
                                                           GAsyncReadyCallback   callback,
                                                           gpointer              user_data);
gboolean                 tropea_store_set_fact_finish     (TropeaStore          *self,
                                                           GAsyncResult         *result,
                                                           GError              **error);

/* Finish what was asked for and close the file; then no other call. */
void                     tropea_store_close_async         (TropeaStore          *self,
                                                           GAsyncReadyCallback   callback,
                                                           gpointer              user_data);
gboolean                 tropea_store_close_finish        (TropeaStore          *self,
                                                           GAsyncResult         *result,
                                                           GError              **error);

G_END_DECLS
