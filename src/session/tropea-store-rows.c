/* tropea-store-rows.c: the sessions in the store's file
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-store"

#include "config.h"

#include "session/tropea-store-file.h"

#include <string.h>

#include "record/tropea-encoding.h"

/* The totals are summed up once, when the file is opened; each change that was committed then
 * moves them by what it did to one session, as they are also read by a window at every sample.
 */

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

/* Where all of it is there and makes sense. */
static void
read_sent (sqlite3_stmt       *statement,
           const TropeaRecord *record,
           TropeaSettlement   *settlement)
{
  const char *origin = column_string (statement, 16);
  const char *client_pub = column_string (statement, 17);
  const char *signature = column_string (statement, 18);
  TropeaSent *sent = &settlement->sent;

  sent->record = *record;
  sent->answered_ms = sqlite3_column_int64 (statement, 19);
  sent->n_sessions = sqlite3_column_int64 (statement, 20);
  if (!tropea_record_is_valid_origin (origin) || client_pub == NULL || signature == NULL)
    return;

  g_strlcpy (sent->origin, origin, sizeof sent->origin);
  settlement->has_sent =
    tropea_base64_decode (client_pub, strlen (client_pub), sent->record.client_pub,
                          sizeof sent->record.client_pub) &&
    tropea_base64_decode (signature, strlen (signature), sent->record.signature,
                          sizeof sent->record.signature);
}

static gboolean
read_cut (sqlite3_stmt *statement,
          TropeaCut    *cut)
{
  TropeaRecord *record = &cut->record;

  if (column_string (statement, 1) == NULL || column_string (statement, 5) == NULL ||
      !tropea_source_from_string (column_string (statement, 6), &record->source))
    return FALSE;

  g_strlcpy (record->session_id, column_string (statement, 1), sizeof record->session_id);
  record->timestamp_ms = sqlite3_column_int64 (statement, 2);
  record->duration_s = sqlite3_column_int64 (statement, 3);
  record->bytes = sqlite3_column_int64 (statement, 4);
  g_strlcpy (record->ip_hash, column_string (statement, 5), sizeof record->ip_hash);
  cut->bytes_in = TROPEA_SESSION_BYTES_UNKNOWN;
  if (sqlite3_column_type (statement, 11) != SQLITE_NULL)
    cut->bytes_in = sqlite3_column_int64 (statement, 11);
  cut->is_manual = sqlite3_column_int64 (statement, 12) != 0;

  return TRUE;
}

/* Reads TROPEA_STORE_SESSION_COLUMNS. */
TropeaSession *
tropea_store_file_read_session (sqlite3_stmt  *statement,
                                GError       **error)
{
  TropeaCut cut = { 0 };
  TropeaSettlement settlement = { 0 };
  TropeaSessionState state = TROPEA_SESSION_STATE_WAITING;

  if (!read_cut (statement, &cut) || !state_from_string (column_string (statement, 7), &state))
    {
      g_set_error_literal (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_CORRUPT,
                           "a session makes no sense");
      return NULL;
    }

  if (state != TROPEA_SESSION_STATE_WAITING)
    {
      if (column_string (statement, 13) != NULL)
        g_strlcpy (settlement.ledger, column_string (statement, 13), sizeof settlement.ledger);
      settlement.seq = sqlite3_column_int64 (statement, 14);
      settlement.balance_micro = sqlite3_column_int64 (statement, 15);
      read_sent (statement, &cut.record, &settlement);
    }

  return tropea_session_new_from_row (sqlite3_column_int64 (statement, 0), &cut, state,
                                      sqlite3_column_int64 (statement, 8),
                                      column_string (statement, 9),
                                      column_string (statement, 10),
                                      state != TROPEA_SESSION_STATE_WAITING ? &settlement : NULL);
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

  *session = tropea_store_file_read_session (statement, error);
  return *session != NULL && tropea_database_step (statement, NULL, error);
}

static gboolean
insert_session (TropeaStoreFile  *self,
                const TropeaCut  *cut,
                TropeaSession   **changed,
                GError          **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;
  const TropeaRecord *record = &cut->record;

  if (!tropea_database_prepare (self->db,
                                "INSERT INTO sessions"
                                " (session_id, timestamp_ms, duration_s, bytes, ip_hash, source,"
                                "  bytes_in, is_manual)"
                                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                                " ON CONFLICT (session_id) DO NOTHING"
                                " RETURNING " TROPEA_STORE_SESSION_COLUMNS,
                                &statement, error))
    return FALSE;

  sqlite3_bind_text (statement, 1, record->session_id, -1, SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 2, record->timestamp_ms);
  sqlite3_bind_int64 (statement, 3, record->duration_s);
  sqlite3_bind_int64 (statement, 4, record->bytes);
  sqlite3_bind_text (statement, 5, record->ip_hash, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 6, tropea_source_to_string (record->source), -1, SQLITE_STATIC);
  if (cut->bytes_in != TROPEA_SESSION_BYTES_UNKNOWN)
    sqlite3_bind_int64 (statement, 7, cut->bytes_in);
  sqlite3_bind_int64 (statement, 8, cut->is_manual ? 1 : 0);

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
insert_and_empty (TropeaStoreFile  *self,
                  const TropeaCut  *cut,
                  TropeaSession   **changed,
                  GError          **error)
{
  if (!tropea_database_exec (self->db, "BEGIN IMMEDIATE", error))
    return FALSE;

  if (insert_session (self, cut, changed, error) &&
      empty_batch (self, cut->record.source, error) &&
      tropea_database_exec (self->db, "COMMIT", error))
    return TRUE;

  if (!sqlite3_get_autocommit (self->db))
    tropea_database_exec (self->db, "ROLLBACK", NULL);
  return FALSE;
}

/* A session that is there already stays as it is: a repeated cut is the same cut. */
gboolean
tropea_store_file_cut (TropeaStoreFile    *self,
                       const TropeaCut    *cut,
                       TropeaSession     **changed,
                       TropeaStoreTotals  *totals,
                       GError            **error)
{
  g_autoptr(TropeaSession) session = NULL;
  GError *cause = NULL;

  if (!tropea_store_file_is_usable (self, error))
    return FALSE;

  if (!insert_and_empty (self, cut, &session, &cause))
    return tropea_store_file_explain (self, cause, error);

  if (session != NULL)
    {
      self->totals.sessions += 1;
      self->totals.waiting += 1;
      self->totals.bytes += cut->record.bytes;
      self->totals.duration_s += cut->record.duration_s;
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

/* The columns of a settlement that tell what was sent, from parameter @first on. */
#define SET_SENT \
  "origin = ?, client_pub = ?, signature = ?, answered_ms = ?, n_sent = ?, receipt = ?"

static void
bind_sent (sqlite3_stmt     *statement,
           int               first,
           const TropeaSent *sent)
{
  if (sent == NULL)
    return;

  sqlite3_bind_text (statement, first, sent->origin, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, first + 1,
                     tropea_base64_encode (sent->record.client_pub,
                                           sizeof sent->record.client_pub), -1, g_free);
  sqlite3_bind_text (statement, first + 2,
                     tropea_base64_encode (sent->record.signature,
                                           sizeof sent->record.signature), -1, g_free);
  sqlite3_bind_int64 (statement, first + 3, sent->answered_ms);
  sqlite3_bind_int64 (statement, first + 4, sent->n_sessions);
  if (sent->receipt != NULL)
    sqlite3_bind_text (statement, first + 5, sent->receipt, -1, SQLITE_STATIC);
}

static gboolean
update_credited (TropeaStoreFile      *self,
                 const TropeaReceipt  *receipt,
                 const char           *ledger,
                 const TropeaSent     *sent,
                 TropeaSession       **changed,
                 GError              **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;

  if (!tropea_database_prepare (self->db,
                                "UPDATE sessions SET state = 'credited', credits_micro = ?,"
                                " balance_micro = ?, ledger_seq = ?, ledger = ?, " SET_SENT
                                " WHERE session_id = ? AND state = 'waiting'"
                                " RETURNING " TROPEA_STORE_SESSION_COLUMNS,
                                &statement, error))
    return FALSE;

  sqlite3_bind_int64 (statement, 1, receipt->credits_micro);
  sqlite3_bind_int64 (statement, 2, receipt->balance_micro);
  sqlite3_bind_int64 (statement, 3, receipt->seq);
  sqlite3_bind_text (statement, 4, ledger, -1, SQLITE_STATIC);
  bind_sent (statement, 5, sent);
  sqlite3_bind_text (statement, 11, receipt->session_id, -1, SQLITE_STATIC);

  return step_session (statement, changed, error);
}

gboolean
tropea_store_file_add_credit (TropeaStoreFile      *self,
                              const TropeaReceipt  *receipt,
                              const char           *ledger,
                              const TropeaSent     *sent,
                              TropeaSession       **changed,
                              TropeaStoreTotals    *totals,
                              GError              **error)
{
  g_autoptr(TropeaSession) session = NULL;

  if (!update_credited (self, receipt, ledger, sent, &session, error) ||
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
                          const TropeaSent     *sent,
                          TropeaSession       **changed,
                          TropeaStoreTotals    *totals,
                          GError              **error)
{
  GError *cause = NULL;

  if (!tropea_store_file_is_usable (self, error))
    return FALSE;

  *totals = self->totals;
  if (!tropea_store_file_add_credit (self, receipt, ledger, sent, changed, totals, &cause))
    return tropea_store_file_explain (self, cause, error);

  self->totals = *totals;
  return TRUE;
}

static gboolean
update_refused (TropeaStoreFile   *self,
                const char        *session_id,
                const char        *reason_code,
                const char        *reason,
                const TropeaSent  *sent,
                TropeaSession    **changed,
                GError           **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;

  if (!tropea_database_prepare (self->db,
                                "UPDATE sessions SET state = 'refused', reason_code = ?,"
                                " reason = ?, " SET_SENT
                                " WHERE session_id = ? AND state = 'waiting'"
                                " RETURNING " TROPEA_STORE_SESSION_COLUMNS,
                                &statement, error))
    return FALSE;

  sqlite3_bind_text (statement, 1, reason_code, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 2, reason, -1, SQLITE_STATIC);
  bind_sent (statement, 3, sent);
  sqlite3_bind_text (statement, 9, session_id, -1, SQLITE_STATIC);

  return step_session (statement, changed, error);
}

gboolean
tropea_store_file_refuse (TropeaStoreFile    *self,
                          const char         *session_id,
                          const char         *reason_code,
                          const char         *reason,
                          const TropeaSent   *sent,
                          TropeaSession     **changed,
                          TropeaStoreTotals  *totals,
                          GError            **error)
{
  g_autoptr(TropeaSession) session = NULL;
  GError *cause = NULL;

  if (!tropea_store_file_is_usable (self, error))
    return FALSE;

  if (!update_refused (self, session_id, reason_code, reason, sent, &session, &cause) ||
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

gboolean
tropea_store_file_read_list (sqlite3_stmt  *statement,
                             GPtrArray    **sessions,
                             GError       **error)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean has_row = FALSE;

  while (tropea_database_step (statement, &has_row, error))
    {
      TropeaSession *session = NULL;

      if (!has_row)
        {
          *sessions = g_steal_pointer (&list);
          return TRUE;
        }

      session = tropea_store_file_read_session (statement, error);
      if (session == NULL)
        return FALSE;
      g_ptr_array_add (list, session);
    }

  return FALSE;
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

  if (!tropea_database_prepare (self->db, sql, &statement, error))
    return FALSE;

  sqlite3_bind_int64 (statement, 1, edge);
  sqlite3_bind_int64 (statement, 2, limit);

  return tropea_store_file_read_list (statement, sessions, error);
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
                        "SELECT " TROPEA_STORE_SESSION_COLUMNS " FROM sessions"
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
                        "SELECT " TROPEA_STORE_SESSION_COLUMNS " FROM sessions"
                        " WHERE row < ? ORDER BY row DESC LIMIT ?",
                        before > 0 ? before : G_MAXINT64, limit, sessions, &cause) ||
         tropea_store_file_explain (self, cause, error);
}
