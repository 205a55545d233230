/* tropea-store-rows.c: the sessions in the store's file
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-store"

#include "config.h"

#include "session/tropea-store-file.h"

/* The totals are summed up once, when the file is opened; each change that was committed then
 * moves them by what it did to one session, as they are also read by a window at every sample.
 */

#define SESSION_COLUMNS                                                                     \
  "row, session_id, timestamp_ms, duration_s, bytes, ip_hash, source, state, "              \
  "credits_micro, reason_code, reason"

static const char *
column_string (sqlite3_stmt *statement,
               int           column)
{
  return (const char *) sqlite3_column_text (statement, column);
}

static gboolean
state_from_string (const char         *string,
                   TropeaSessionState *state)
{
  for (int i = TROPEA_SESSION_STATE_WAITING; i <= TROPEA_SESSION_STATE_REFUSED; i++)
    {
      if (g_strcmp0 (string, tropea_session_state_to_string ((TropeaSessionState) i)) == 0)
        {
          *state = (TropeaSessionState) i;
          return TRUE;
        }
    }

  return FALSE;
}

/* Reads SESSION_COLUMNS. */
static TropeaSession *
read_session (sqlite3_stmt  *statement,
              GError       **error)
{
  TropeaRecord record = { 0 };
  TropeaSessionState state = TROPEA_SESSION_STATE_WAITING;

  if (column_string (statement, 1) == NULL || column_string (statement, 5) == NULL ||
      column_string (statement, 6) == NULL ||
      !tropea_source_from_string (column_string (statement, 6), &record.source) ||
      !state_from_string (column_string (statement, 7), &state))
    {
      g_set_error_literal (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_CORRUPT,
                           "a session makes no sense");
      return NULL;
    }

  g_strlcpy (record.session_id, column_string (statement, 1), sizeof record.session_id);
  record.timestamp_ms = sqlite3_column_int64 (statement, 2);
  record.duration_s = sqlite3_column_int64 (statement, 3);
  record.bytes = sqlite3_column_int64 (statement, 4);
  g_strlcpy (record.ip_hash, column_string (statement, 5), sizeof record.ip_hash);

  return tropea_session_new_from_row (sqlite3_column_int64 (statement, 0), &record, state,
                                      sqlite3_column_int64 (statement, 8),
                                      column_string (statement, 9),
                                      column_string (statement, 10));
}

/* The row of a RETURNING clause; *session stays NULL where there is none. */
static gboolean
step_session (sqlite3_stmt   *statement,
              TropeaSession **session,
              GError        **error)
{
  gboolean has_row = FALSE;

  if (!tropea_database_step (statement, &has_row, error))
    return FALSE;

  if (!has_row)
    return TRUE;

  *session = read_session (statement, error);
  return *session != NULL && tropea_database_step (statement, NULL, error);
}

static gboolean
insert_session (TropeaStoreFile     *self,
                const TropeaRecord  *record,
                TropeaSession      **changed,
                GError             **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;

  if (!tropea_database_prepare (self->db,
                                "INSERT INTO sessions"
                                " (session_id, timestamp_ms, duration_s, bytes, ip_hash, source)"
                                " VALUES (?, ?, ?, ?, ?, ?)"
                                " ON CONFLICT (session_id) DO NOTHING"
                                " RETURNING " SESSION_COLUMNS,
                                &statement, error))
    return FALSE;

  sqlite3_bind_text (statement, 1, record->session_id, -1, SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 2, record->timestamp_ms);
  sqlite3_bind_int64 (statement, 3, record->duration_s);
  sqlite3_bind_int64 (statement, 4, record->bytes);
  sqlite3_bind_text (statement, 5, record->ip_hash, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 6, tropea_source_to_string (record->source), -1, SQLITE_STATIC);

  return step_session (statement, changed, error);
}

static gboolean
empty_batch (TropeaStoreFile  *self,
             TropeaSource      source,
             GError          **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;

  if (!tropea_database_prepare (self->db, "DELETE FROM open_batches WHERE source = ?",
                                &statement, error))
    return FALSE;

  sqlite3_bind_text (statement, 1, tropea_source_to_string (source), -1, SQLITE_STATIC);

  return tropea_database_step (statement, NULL, error);
}

static gboolean
insert_and_empty (TropeaStoreFile     *self,
                  const TropeaRecord  *record,
                  TropeaSession      **changed,
                  GError             **error)
{
  if (!tropea_database_exec (self->db, "BEGIN IMMEDIATE", error))
    return FALSE;

  if (insert_session (self, record, changed, error) &&
      empty_batch (self, record->source, error) &&
      tropea_database_exec (self->db, "COMMIT", error))
    return TRUE;

  if (!sqlite3_get_autocommit (self->db))
    tropea_database_exec (self->db, "ROLLBACK", NULL);
  return FALSE;
}

/* A session that is there already stays as it is: a repeated cut is the same cut. */
gboolean
tropea_store_file_cut (TropeaStoreFile     *self,
                       const TropeaRecord  *record,
                       TropeaSession      **changed,
                       TropeaStoreTotals   *totals,
                       GError             **error)
{
  g_autoptr(TropeaSession) session = NULL;
  GError *cause = NULL;

  if (!tropea_store_file_is_usable (self, error))
    return FALSE;

  if (!insert_and_empty (self, record, &session, &cause))
    return tropea_store_file_explain (self, cause, error);

  if (session != NULL)
    {
      self->totals.sessions += 1;
      self->totals.waiting += 1;
      self->totals.bytes += record->bytes;
      self->totals.duration_s += record->duration_s;
    }

  *totals = self->totals;
  *changed = g_steal_pointer (&session);
  return TRUE;
}

static gboolean
has_session (TropeaStoreFile  *self,
             const char       *session_id,
             GError          **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;
  gboolean has_row = FALSE;

  if (!tropea_database_prepare (self->db, "SELECT 1 FROM sessions WHERE session_id = ?",
                                &statement, error))
    return FALSE;

  sqlite3_bind_text (statement, 1, session_id, -1, SQLITE_STATIC);
  if (!tropea_database_step (statement, &has_row, error))
    return FALSE;

  if (!has_row)
    g_set_error_literal (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_FAILED,
                         "there is no such session");
  return has_row;
}

static gboolean
update_credited (TropeaStoreFile      *self,
                 const TropeaReceipt  *receipt,
                 const char           *ledger,
                 TropeaSession       **changed,
                 GError              **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;

  if (!tropea_database_prepare (self->db,
                                "UPDATE sessions SET state = 'credited', credits_micro = ?,"
                                " balance_micro = ?, ledger_seq = ?, ledger = ?"
                                " WHERE session_id = ? AND state = 'waiting'"
                                " RETURNING " SESSION_COLUMNS,
                                &statement, error))
    return FALSE;

  sqlite3_bind_int64 (statement, 1, receipt->credits_micro);
  sqlite3_bind_int64 (statement, 2, receipt->balance_micro);
  sqlite3_bind_int64 (statement, 3, receipt->seq);
  sqlite3_bind_text (statement, 4, ledger, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 5, receipt->session_id, -1, SQLITE_STATIC);

  return step_session (statement, changed, error);
}

gboolean
tropea_store_file_add_credit (TropeaStoreFile      *self,
                              const TropeaReceipt  *receipt,
                              const char           *ledger,
                              TropeaSession       **changed,
                              TropeaStoreTotals    *totals,
                              GError              **error)
{
  g_autoptr(TropeaSession) session = NULL;

  if (!update_credited (self, receipt, ledger, &session, error) ||
      (session == NULL && !has_session (self, receipt->session_id, error)))
    return FALSE;

  if (session != NULL)
    {
      totals->waiting -= 1;
      totals->credited += 1;
      if (tropea_session_get_record (session)->source == TROPEA_SOURCE_SIMULATION)
        totals->simulated_credits_micro += receipt->credits_micro;
      else
        totals->credits_micro += receipt->credits_micro;
    }

  *changed = g_steal_pointer (&session);
  return TRUE;
}

gboolean
tropea_store_file_credit (TropeaStoreFile      *self,
                          const TropeaReceipt  *receipt,
                          const char           *ledger,
                          TropeaSession       **changed,
                          TropeaStoreTotals    *totals,
                          GError              **error)
{
  GError *cause = NULL;

  if (!tropea_store_file_is_usable (self, error))
    return FALSE;

  *totals = self->totals;
  if (!tropea_store_file_add_credit (self, receipt, ledger, changed, totals, &cause))
    return tropea_store_file_explain (self, cause, error);

  self->totals = *totals;
  return TRUE;
}

static gboolean
update_refused (TropeaStoreFile  *self,
                const char       *session_id,
                const char       *reason_code,
                const char       *reason,
                TropeaSession   **changed,
                GError          **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;

  if (!tropea_database_prepare (self->db,
                                "UPDATE sessions SET state = 'refused', reason_code = ?,"
                                " reason = ? WHERE session_id = ? AND state = 'waiting'"
                                " RETURNING " SESSION_COLUMNS,
                                &statement, error))
    return FALSE;

  sqlite3_bind_text (statement, 1, reason_code, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 2, reason, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 3, session_id, -1, SQLITE_STATIC);

  return step_session (statement, changed, error);
}

gboolean
tropea_store_file_refuse (TropeaStoreFile    *self,
                          const char         *session_id,
                          const char         *reason_code,
                          const char         *reason,
                          TropeaSession     **changed,
                          TropeaStoreTotals  *totals,
                          GError            **error)
{
  g_autoptr(TropeaSession) session = NULL;
  GError *cause = NULL;

  if (!tropea_store_file_is_usable (self, error))
    return FALSE;

  if (!update_refused (self, session_id, reason_code, reason, &session, &cause) ||
      (session == NULL && !has_session (self, session_id, &cause)))
    return tropea_store_file_explain (self, cause, error);

  if (session != NULL)
    {
      self->totals.waiting -= 1;
      self->totals.refused += 1;
    }

  *totals = self->totals;
  *changed = g_steal_pointer (&session);
  return TRUE;
}

static gboolean
list_sessions (TropeaStoreFile  *self,
               const char       *sql,
               gint64            edge,
               guint             limit,
               GPtrArray       **sessions,
               GError          **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean has_row = FALSE;

  if (!tropea_database_prepare (self->db, sql, &statement, error))
    return FALSE;

  sqlite3_bind_int64 (statement, 1, edge);
  sqlite3_bind_int64 (statement, 2, limit);
  while (tropea_database_step (statement, &has_row, error))
    {
      TropeaSession *session = NULL;

      if (!has_row)
        {
          *sessions = g_steal_pointer (&list);
          return TRUE;
        }

      session = read_session (statement, error);
      if (session == NULL)
        return FALSE;
      g_ptr_array_add (list, session);
    }

  return FALSE;
}

gboolean
tropea_store_file_list_waiting (TropeaStoreFile  *self,
                                gint64            after,
                                guint             limit,
                                GPtrArray       **sessions,
                                GError          **error)
{
  GError *cause = NULL;

  if (!tropea_store_file_is_usable (self, error))
    return FALSE;

  return list_sessions (self,
                        "SELECT " SESSION_COLUMNS " FROM sessions"
                        " WHERE state = 'waiting' AND row > ? ORDER BY row LIMIT ?",
                        after, limit, sessions, &cause) ||
         tropea_store_file_explain (self, cause, error);
}

gboolean
tropea_store_file_list_history (TropeaStoreFile  *self,
                                gint64            before,
                                guint             limit,
                                GPtrArray       **sessions,
                                GError          **error)
{
  GError *cause = NULL;

  if (!tropea_store_file_is_usable (self, error))
    return FALSE;

  return list_sessions (self,
                        "SELECT " SESSION_COLUMNS " FROM sessions"
                        " WHERE row < ? ORDER BY row DESC LIMIT ?",
                        before > 0 ? before : G_MAXINT64, limit, sessions, &cause) ||
         tropea_store_file_explain (self, cause, error);
}
