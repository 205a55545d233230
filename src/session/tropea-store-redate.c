/* tropea-store-redate.c: gives a session that is stamped in the future a time of before
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-store"

#include "config.h"

#include "session/tropea-store.h"

#include "session/tropea-store-job.h"

/* A clock that was once far ahead leaves sessions with times that come in hours, or in years;
 * and all that are cut after it is set right are stamped behind those, because two sessions of
 * one host never overlap. When they took place nobody knows any more; how long they were and
 * what they moved is right. So such a session gets the latest time before now that is free: it
 * loses nothing and overlaps nothing. It loses its hash of the host, which was another day's.
 *
 * Only what waits may change, and only after a ledger said that it does not have it: what was
 * accepted stays as it was signed.
 */

static gboolean
read_duration (TropeaStoreFile  *self,
               const char       *session_id,
               gint64           *duration_ms,
               gboolean         *is_waiting,
               GError          **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;

  if (!tropea_database_prepare (self->db,
                                "SELECT duration_s * 1000 FROM sessions"
                                " WHERE session_id = ? AND state = 'waiting'", &statement, error))
    return FALSE;

  sqlite3_bind_text (statement, 1, session_id, -1, SQLITE_STATIC);
  if (!tropea_database_step (statement, is_waiting, error))
    return FALSE;

  if (*is_waiting)
    *duration_ms = sqlite3_column_int64 (statement, 0);

  return TRUE;
}

/* The start of the earliest window that meets [end - duration, end), if one does. Open batches
 * have no end. */
static gboolean
find_obstacle (TropeaStoreFile  *self,
               const char       *session_id,
               gint64            end_ms,
               gint64            duration_ms,
               gboolean         *has_obstacle,
               gint64           *obstacle_ms,
               GError          **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;

  if (!tropea_database_prepare (self->db,
                                "SELECT timestamp_ms FROM sessions WHERE session_id != ?1"
                                " AND timestamp_ms < ?2"
                                " AND timestamp_ms + duration_s * 1000 > ?3"
                                " UNION ALL SELECT started_ms FROM open_batches"
                                " WHERE started_ms > 0 AND started_ms < ?2"
                                " ORDER BY 1 LIMIT 1", &statement, error))
    return FALSE;

  sqlite3_bind_text (statement, 1, session_id, -1, SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 2, end_ms);
  sqlite3_bind_int64 (statement, 3, end_ms - duration_ms);
  if (!tropea_database_step (statement, has_obstacle, error))
    return FALSE;

  if (*has_obstacle)
    *obstacle_ms = sqlite3_column_int64 (statement, 0);

  return TRUE;
}

static gboolean
update_time (TropeaStoreFile  *self,
             const char       *session_id,
             gint64            timestamp_ms,
             TropeaSession   **changed,
             GError          **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;
  gboolean has_row = FALSE;

  if (!tropea_database_prepare (self->db,
                                "UPDATE sessions SET timestamp_ms = ?, ip_hash = '',"
                                " ledger = NULL"
                                " WHERE session_id = ? AND state = 'waiting'"
                                " RETURNING " TROPEA_STORE_SESSION_COLUMNS, &statement, error))
    return FALSE;

  sqlite3_bind_int64 (statement, 1, timestamp_ms);
  sqlite3_bind_text (statement, 2, session_id, -1, SQLITE_STATIC);
  if (!tropea_database_step (statement, &has_row, error) || !has_row)
    return FALSE;

  *changed = tropea_store_file_read_session (statement, error);

  return *changed != NULL && tropea_database_step (statement, NULL, error);
}

static gboolean
move_before (TropeaStoreFile  *self,
             const char       *session_id,
             gint64            end_ms,
             TropeaSession   **changed,
             GError          **error)
{
  gint64 duration_ms = 0;
  gint64 obstacle_ms = 0;
  gboolean has_obstacle = FALSE;
  gboolean is_waiting = FALSE;

  if (!read_duration (self, session_id, &duration_ms, &is_waiting, error))
    return FALSE;
  if (!is_waiting)
    return TRUE;

  do
    {
      if (!find_obstacle (self, session_id, end_ms, duration_ms, &has_obstacle, &obstacle_ms,
                          error))
        return FALSE;
      if (has_obstacle)
        end_ms = obstacle_ms;
    }
  while (has_obstacle);

  /* Before 1970 there is no room; then it stays as it is. */
  if (end_ms - duration_ms < 1)
    return TRUE;

  return update_time (self, session_id, end_ms - duration_ms, changed, error);
}

static gboolean
run_redate (TropeaStoreJob  *job,
            GError         **error)
{
  GError *cause = NULL;

  if (!tropea_store_file_is_usable (job->file, error))
    return FALSE;

  if (!move_before (job->file, job->session_id, job->before, &job->changed, &cause) ||
      !tropea_database_query_int64 (job->file->db,
                                    "SELECT coalesce (max (timestamp_ms + duration_s * 1000), 0)"
                                    " FROM sessions", &job->last_end_ms, &cause))
    return tropea_store_file_explain (job->file, cause, error);

  job->has_last_end = TRUE;

  return TRUE;
}

/**
 * tropea_store_redate_async:
 * @before_ms: where the session has to have ended
 *
 * Give a waiting session the latest free time before @before_ms, and say by "last-end-changed"
 * where the last of all sessions ends then. A session that does not wait stays as it is.
 */
void
tropea_store_redate_async (TropeaStore         *self,
                           const char          *session_id,
                           gint64               before_ms,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  TropeaStoreJob *job = NULL;

  g_return_if_fail (TROPEA_IS_STORE (self));
  g_return_if_fail (session_id != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  job = tropea_store_job_new (self, run_redate);
  job->session_id = g_strdup (session_id);
  job->before = before_ms;
  tropea_store_job_start (job, self, tropea_store_redate_async, cancellable, callback, user_data);
}

gboolean
tropea_store_redate_finish (TropeaStore   *self,
                            GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (TROPEA_IS_STORE (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return tropea_store_job_finish (result, error) != NULL;
}
