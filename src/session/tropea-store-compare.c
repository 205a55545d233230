/* tropea-store-compare.c: compares what a ledger lists with what the store has of it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-store"

#include "config.h"

#include "session/tropea-store.h"

#include <string.h>

#include "session/tropea-store-job.h"

/* A page stands for a range of places in the ledger: from its oldest session, or from where all
 * was compared, up to the page before it. What the store has of this ledger in that range must
 * be on the page with the same figures. An outcome is never changed here: only sessions that
 * still wait are settled, by the figures that their repetition would bring.
 */

void
tropea_comparison_free (TropeaComparison *self)
{
  g_free (self->ledger);
  g_clear_pointer (&self->listed, g_array_unref);
  g_clear_pointer (&self->settled, g_ptr_array_unref);
  g_free (self);
}

static void
add_to_gap (TropeaComparison *page,
            gint64            sign,
            TropeaSource      source,
            gint64            credits_micro)
{
  TropeaLedgerFigures *gap = &page->state.gap;

  gap->sessions += sign;
  if (source == TROPEA_SOURCE_SIMULATION)
    gap->simulated_micro += sign * credits_micro;
  else
    gap->credits_micro += sign * credits_micro;
}

/* The page's sessions that were not compared before, by their ids. */
static GHashTable *
index_listed (TropeaComparison *page)
{
  GHashTable *index = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < page->listed->len; i++)
    {
      TropeaListedSession *listed = &g_array_index (page->listed, TropeaListedSession, i);

      if (listed->seq > page->state.compared_seq)
        g_hash_table_insert (index, listed->record.session_id, listed);
    }

  return index;
}

/* Take from @index what the row stands for. */
static gboolean
compare_row (TropeaComparison  *page,
             sqlite3_stmt      *statement,
             GHashTable        *index,
             GError           **error)
{
  const char *session_id = (const char *) sqlite3_column_text (statement, 0);
  gint64 credits_micro = sqlite3_column_int64 (statement, 1);
  gint64 seq = sqlite3_column_int64 (statement, 3);
  const TropeaListedSession *listed = NULL;
  TropeaSource source = TROPEA_SOURCE_TOR_CLIENT;

  if (session_id == NULL ||
      !tropea_source_from_string ((const char *) sqlite3_column_text (statement, 2), &source))
    {
      g_set_error_literal (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_CORRUPT,
                           "a session makes no sense");
      return FALSE;
    }

  listed = g_hash_table_lookup (index, session_id);
  if (listed == NULL)
    {
      page->state.missing += 1;
      add_to_gap (page, -1, source, credits_micro);
      return TRUE;
    }

  if (listed->credits_micro != credits_micro || listed->seq != seq ||
      listed->record.source != source)
    {
      page->state.changed += 1;
      add_to_gap (page, -1, source, credits_micro);
      add_to_gap (page, 1, listed->record.source, listed->credits_micro);
    }
  g_hash_table_remove (index, session_id);
  return TRUE;
}

static gboolean
compare_rows (TropeaStoreFile   *self,
              TropeaComparison  *page,
              GHashTable        *index,
              gint64             lowest,
              GError           **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;
  gboolean has_row = FALSE;
  gint64 before = page->state.before_seq > 0 ? page->state.before_seq : G_MAXINT64;

  if (!tropea_database_prepare (self->db,
                                "SELECT session_id, credits_micro, source, ledger_seq"
                                " FROM sessions WHERE state = 'credited' AND ledger = ?"
                                " AND ledger_seq >= ? AND ledger_seq < ?",
                                &statement, error))
    return FALSE;

  sqlite3_bind_text (statement, 1, page->ledger, -1, SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 2, lowest);
  sqlite3_bind_int64 (statement, 3, before);
  while (tropea_database_step (statement, &has_row, error))
    {
      if (!has_row)
        return TRUE;
      if (!compare_row (page, statement, index, error))
        return FALSE;
    }

  return FALSE;
}

static gboolean
settle_waiting (TropeaStoreFile            *self,
                TropeaComparison           *page,
                const TropeaListedSession  *listed,
                TropeaStoreTotals          *totals,
                GError                    **error)
{
  TropeaSession *session = NULL;
  TropeaReceipt receipt = { TROPEA_RECEIPT_DUPLICATE };

  memcpy (receipt.session_id, listed->record.session_id, sizeof receipt.session_id);
  receipt.credits_micro = listed->credits_micro;
  receipt.balance_micro = page->balance_micro;
  receipt.seq = listed->seq;
  if (!tropea_store_file_add_credit (self, &receipt, page->ledger, NULL, &session, totals, error))
    return FALSE;

  g_assert (session != NULL);
  g_ptr_array_add (page->settled, session);
  return TRUE;
}

/* From before it was recorded which ledger had credited a session. */
static gboolean
adopt (TropeaStoreFile            *self,
       TropeaComparison           *page,
       const TropeaListedSession  *listed,
       GError                    **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;

  if (!tropea_database_prepare (self->db, "UPDATE sessions SET ledger = ? WHERE session_id = ?",
                                &statement, error))
    return FALSE;

  sqlite3_bind_text (statement, 1, page->ledger, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 2, listed->record.session_id, -1, SQLITE_STATIC);

  return tropea_database_step (statement, NULL, error);
}

/* A listed session that the store does not have as this ledger's in this place. */
static gboolean
compare_listed (TropeaStoreFile            *self,
                TropeaComparison           *page,
                const TropeaListedSession  *listed,
                TropeaStoreTotals          *totals,
                GError                    **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;
  const TropeaRecord *record = &listed->record;
  gboolean has_row = FALSE;

  if (!tropea_database_prepare (self->db,
                                "SELECT state = 'waiting',"
                                " state = 'credited' AND ledger IS NULL"
                                " AND credits_micro = ? AND ledger_seq = ?"
                                " FROM sessions WHERE session_id = ? AND timestamp_ms = ?"
                                " AND duration_s = ? AND bytes = ? AND source = ?",
                                &statement, error))
    return FALSE;

  sqlite3_bind_int64 (statement, 1, listed->credits_micro);
  sqlite3_bind_int64 (statement, 2, listed->seq);
  sqlite3_bind_text (statement, 3, record->session_id, -1, SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 4, record->timestamp_ms);
  sqlite3_bind_int64 (statement, 5, record->duration_s);
  sqlite3_bind_int64 (statement, 6, record->bytes);
  sqlite3_bind_text (statement, 7, tropea_source_to_string (record->source), -1, SQLITE_STATIC);
  if (!tropea_database_step (statement, &has_row, error))
    return FALSE;

  if (has_row && sqlite3_column_int64 (statement, 0) == 1)
    return settle_waiting (self, page, listed, totals, error);
  if (has_row && sqlite3_column_int64 (statement, 1) == 1)
    return adopt (self, page, listed, error);

  page->state.extra += 1;
  add_to_gap (page, 1, record->source, listed->credits_micro);
  return TRUE;
}

static gboolean
read_own (TropeaStoreFile   *self,
          TropeaComparison  *page,
          GError           **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;

  if (!tropea_database_prepare (self->db,
                                "SELECT count (*),"
                                " coalesce (sum (iif (source = 'tor-client',"
                                "                     credits_micro, 0)), 0),"
                                " coalesce (sum (iif (source = 'simulation',"
                                "                     credits_micro, 0)), 0)"
                                " FROM sessions WHERE state = 'credited' AND ledger = ?",
                                &statement, error))
    return FALSE;

  sqlite3_bind_text (statement, 1, page->ledger, -1, SQLITE_STATIC);
  if (!tropea_database_step (statement, NULL, error))
    return FALSE;

  page->own.sessions = sqlite3_column_int64 (statement, 0);
  page->own.credits_micro = sqlite3_column_int64 (statement, 1);
  page->own.simulated_micro = sqlite3_column_int64 (statement, 2);
  return TRUE;
}

/* The first page reaches up to the newest session that either side has. */
static gboolean
begin_walk (TropeaStoreFile   *self,
            TropeaComparison  *page,
            GError           **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;
  gint64 top_seq = page->state.compared_seq;

  if (!tropea_database_prepare (self->db,
                                "SELECT coalesce (max (ledger_seq), 0) FROM sessions"
                                " WHERE state = 'credited' AND ledger = ?",
                                &statement, error))
    return FALSE;

  sqlite3_bind_text (statement, 1, page->ledger, -1, SQLITE_STATIC);
  if (!tropea_database_step (statement, NULL, error))
    return FALSE;

  top_seq = MAX (top_seq, sqlite3_column_int64 (statement, 0));
  if (page->listed->len > 0)
    top_seq = MAX (top_seq, g_array_index (page->listed, TropeaListedSession, 0).seq);
  page->state.top_seq = top_seq;
  return TRUE;
}

static gboolean
compare_page (TropeaStoreFile    *self,
              TropeaComparison   *page,
              TropeaStoreTotals  *totals,
              GError            **error)
{
  g_autoptr(GHashTable) index = index_listed (page);
  TropeaReconciliation *state = &page->state;
  gint64 oldest_seq = 0;
  gint64 lowest = state->compared_seq + 1;

  if (page->listed->len > 0)
    oldest_seq = g_array_index (page->listed, TropeaListedSession, page->listed->len - 1).seq;
  if (!page->is_end)
    lowest = MAX (lowest, oldest_seq);

  if ((state->before_seq == 0 && !begin_walk (self, page, error)) ||
      !compare_rows (self, page, index, lowest, error))
    return FALSE;

  for (guint i = 0; i < page->listed->len; i++)
    {
      TropeaListedSession *listed = &g_array_index (page->listed, TropeaListedSession, i);

      if (g_hash_table_lookup (index, listed->record.session_id) == listed &&
          !compare_listed (self, page, listed, totals, error))
        return FALSE;
    }

  state->before_seq = oldest_seq;
  if (!page->is_end && oldest_seq > state->compared_seq)
    return TRUE;

  state->compared_seq = state->top_seq;
  state->before_seq = 0;
  return read_own (self, page, error);
}

static gboolean
write_state (TropeaStoreFile   *self,
             TropeaComparison  *page,
             GError           **error)
{
  g_autofree char *name = tropea_reconciliation_dup_fact_name (page->ledger);
  g_autofree char *value = tropea_reconciliation_to_string (&page->state);
  g_autoptr(sqlite3_stmt) statement = NULL;

  if (!tropea_database_prepare (self->db,
                                "INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)",
                                &statement, error))
    return FALSE;

  sqlite3_bind_text (statement, 1, name, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 2, value, -1, SQLITE_STATIC);

  return tropea_database_step (statement, NULL, error);
}

gboolean
tropea_store_file_compare (TropeaStoreFile    *self,
                           TropeaComparison   *page,
                           TropeaStoreTotals  *totals,
                           GError            **error)
{
  GError *cause = NULL;

  if (!tropea_store_file_is_usable (self, error))
    return FALSE;

  *totals = self->totals;
  if (tropea_database_exec (self->db, "BEGIN IMMEDIATE", &cause) &&
      compare_page (self, page, totals, &cause) &&
      write_state (self, page, &cause) &&
      tropea_database_exec (self->db, "COMMIT", &cause))
    {
      self->totals = *totals;
      return TRUE;
    }

  if (!sqlite3_get_autocommit (self->db))
    tropea_database_exec (self->db, "ROLLBACK", NULL);
  return tropea_store_file_explain (self, cause, error);
}

static gboolean
run_compare (TropeaStoreJob  *job,
             GError         **error)
{
  job->has_totals = tropea_store_file_compare (job->file, job->page, &job->totals, error);
  if (!job->has_totals)
    g_ptr_array_set_size (job->page->settled, 0);

  return job->has_totals;
}

/**
 * tropea_store_compare_async:
 * @ledger: its public key in base64
 * @state: as tropea_store_compare_finish () wrote it for the page before
 * @listed: (element-type TropeaListedSession): the latest first
 * @is_end: whether nothing older is listed
 * @balance_micro: of the key at the ledger, for what is settled
 */
void
tropea_store_compare_async (TropeaStore                *self,
                            const char                 *ledger,
                            const TropeaReconciliation *state,
                            GArray                     *listed,
                            gboolean                    is_end,
                            gint64                      balance_micro,
                            GCancellable               *cancellable,
                            GAsyncReadyCallback         callback,
                            gpointer                    user_data)
{
  TropeaStoreJob *job = NULL;

  g_return_if_fail (TROPEA_IS_STORE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));
  g_return_if_fail (ledger != NULL && state != NULL && listed != NULL);

  job = tropea_store_job_new (self, run_compare);
  job->page = g_new0 (TropeaComparison, 1);
  job->page->ledger = g_strdup (ledger);
  job->page->state = *state;
  job->page->listed = g_array_ref (listed);
  job->page->is_end = is_end;
  job->page->balance_micro = balance_micro;
  job->page->settled = g_ptr_array_new_with_free_func (g_object_unref);
  tropea_store_job_start (job, self, tropea_store_compare_async, cancellable, callback,
                          user_data);
}

/**
 * tropea_store_compare_finish:
 * @state: (out): where the comparison stands now
 * @own: (out): what the store has of the ledger, where the walk has ended
 *
 * Returns: (transfer full) (element-type TropeaSession): what was settled
 */
GPtrArray *
tropea_store_compare_finish (TropeaStore           *self,
                             GAsyncResult          *result,
                             TropeaReconciliation  *state,
                             TropeaLedgerFigures   *own,
                             GError               **error)
{
  TropeaStoreJob *job = NULL;

  g_return_val_if_fail (TROPEA_IS_STORE (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  job = tropea_store_job_finish (result, error);
  if (job == NULL)
    return NULL;

  *state = job->page->state;
  *own = job->page->own;
  return g_ptr_array_ref (job->page->settled);
}
