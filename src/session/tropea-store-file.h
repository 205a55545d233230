/* tropea-store-file.h: the SQLite side of the store, as its worker thread sees it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-database.h"
#include "base/tropea-worker.h"
#include "session/tropea-store.h"

G_BEGIN_DECLS

#define TROPEA_STORE_SESSION_COLUMNS                                                        \
  "row, session_id, timestamp_ms, duration_s, bytes, ip_hash, source, state, "              \
  "credits_micro, reason_code, reason, bytes_in, is_manual, ledger, ledger_seq, "           \
  "balance_micro, origin, client_pub, signature, answered_ms, n_sent"

/* One page of a ledger's list, against the sessions that it credited. */
typedef struct
{
  /* in */
  char                 *ledger;         /* (owned): its public key in base64 */
  GArray               *listed;         /* (owned): of TropeaListedSession */
  gboolean              is_end;         /* nothing older is listed */
  gint64                balance_micro;

  /* in and out */
  TropeaReconciliation  state;

  /* out */
  TropeaLedgerFigures   own;            /* of this ledger, once a walk has ended */
  GPtrArray            *settled;        /* (owned): of TropeaSession */
} TropeaComparison;

void tropea_comparison_free (TropeaComparison *self);

/* Private to TropeaStore. Everything but new, ref and unref blocks and belongs to the worker. */
typedef struct
{
  gatomicrefcount    ref_count;

  char              *path;    /* (owned) */
  TropeaWorker      *worker;  /* (unowned): outlives every call */
  sqlite3           *db;      /* (owned) (nullable): only while it is open */
  TropeaStoreTotals  totals;  /* as of the last commit */
} TropeaStoreFile;

TropeaStoreFile *tropea_store_file_new          (const char           *path,
                                                 TropeaWorker         *worker);
TropeaStoreFile *tropea_store_file_ref          (TropeaStoreFile      *self);
void             tropea_store_file_unref        (TropeaStoreFile      *self);

gboolean         tropea_store_file_is_usable    (TropeaStoreFile      *self,
                                                 GError              **error);
gboolean         tropea_store_file_explain      (TropeaStoreFile      *self,
                                                 GError               *cause,
                                                 GError              **error);

gboolean         tropea_store_file_open         (TropeaStoreFile      *self,
                                                 TropeaStoreTotals    *totals,
                                                 GError              **error);
gboolean         tropea_store_file_close        (TropeaStoreFile      *self,
                                                 GError              **error);
gboolean         tropea_store_file_load_batch   (TropeaStoreFile      *self,
                                                 TropeaSource          source,
                                                 TropeaBatch          *batch,
                                                 gint64               *last_end_ms,
                                                 GError              **error);
gboolean         tropea_store_file_save_batch   (TropeaStoreFile      *self,
                                                 const TropeaBatch    *batch,
                                                 GError              **error);
/* The following three: @changed is NULL where nothing changed. */
gboolean         tropea_store_file_cut          (TropeaStoreFile      *self,
                                                 const TropeaCut      *cut,
                                                 TropeaSession       **changed,
                                                 TropeaStoreTotals    *totals,
                                                 GError              **error);
gboolean         tropea_store_file_credit       (TropeaStoreFile      *self,
                                                 const TropeaReceipt  *receipt,
                                                 const char           *ledger,
                                                 const TropeaSent     *sent,
                                                 TropeaSession       **changed,
                                                 TropeaStoreTotals    *totals,
                                                 GError              **error);
/* Within a transaction of the caller, who keeps @totals once it is committed. */
gboolean         tropea_store_file_add_credit   (TropeaStoreFile      *self,
                                                 const TropeaReceipt  *receipt,
                                                 const char           *ledger,
                                                 const TropeaSent     *sent,
                                                 TropeaSession       **changed,
                                                 TropeaStoreTotals    *totals,
                                                 GError              **error);
gboolean         tropea_store_file_compare      (TropeaStoreFile      *self,
                                                 TropeaComparison     *page,
                                                 TropeaStoreTotals    *totals,
                                                 GError              **error);
gboolean         tropea_store_file_refuse       (TropeaStoreFile      *self,
                                                 const char           *session_id,
                                                 const char           *reason_code,
                                                 const char           *reason,
                                                 const TropeaSent     *sent,
                                                 TropeaSession       **changed,
                                                 TropeaStoreTotals    *totals,
                                                 GError              **error);
gboolean         tropea_store_file_list_waiting (TropeaStoreFile      *self,
                                                 gint64                after,
                                                 guint                 limit,
                                                 GPtrArray           **sessions,
                                                 GError              **error);
gboolean         tropea_store_file_list_history (TropeaStoreFile      *self,
                                                 gint64                before,
                                                 guint                 limit,
                                                 GPtrArray           **sessions,
                                                 GError              **error);
/* TROPEA_STORE_SESSION_COLUMNS as a session. */
TropeaSession   *tropea_store_file_read_session (sqlite3_stmt         *statement,
                                                 GError              **error);
/* All rows of @statement, which is bound. */
gboolean         tropea_store_file_read_list    (sqlite3_stmt         *statement,
                                                 GPtrArray           **sessions,
                                                 GError              **error);
gboolean         tropea_store_file_get_fact     (TropeaStoreFile      *self,
                                                 const char           *name,
                                                 char                **value,
                                                 GError              **error);
gboolean         tropea_store_file_set_fact     (TropeaStoreFile      *self,
                                                 const char           *name,
                                                 const char           *value,
                                                 GError              **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaStoreFile, tropea_store_file_unref)

G_END_DECLS
