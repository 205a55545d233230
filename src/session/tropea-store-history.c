/* tropea-store-history.c: the sessions of a store by filter and place, and their sums by day
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-store"

#include "config.h"

#include "session/tropea-store-history.h"

#include "session/tropea-store-job.h"

/* A list is found once, as the numbers of its rows, which a hundred thousand sessions have in
 * less than a megabyte; what is looked at is then read by number, so a page is a look-up
 * wherever it is, and none of it depends on what changed in between. Who goes through all of
 * them (an export) asks for what is older than the last row that it has.
 */

#define KIND "iif (source = 'simulation', 2, is_manual)"

/* The largest character of an id is f, so this ends all that begin with the same. */
#define AFTER_ALL_IDS "g"

static char *
dup_where (const TropeaSessionFilter *filter)
{
  GString *where = g_string_new ("TRUE");

  if (filter->state != TROPEA_SESSION_FILTER_ANY)
    g_string_append (where, " AND state = :state");
  if (filter->kind != TROPEA_SESSION_FILTER_ANY)
    g_string_append (where, " AND " KIND " = :kind");
  if (filter->since_ms != 0)
    g_string_append (where, " AND timestamp_ms >= :since");
  if (filter->before_ms != 0)
    g_string_append (where, " AND timestamp_ms < :end");
  if (filter->text == NULL)
    return g_string_free (where, FALSE);

  g_string_append (where, " AND row IN (");
  if (filter->is_id)
    g_string_append (where, "SELECT row FROM sessions WHERE session_id >= :text"
                            " AND session_id < :text || '" AFTER_ALL_IDS "' UNION ");
  if (filter->until_ms > filter->from_ms)
    g_string_append (where, "SELECT row FROM sessions WHERE timestamp_ms >= :from"
                            " AND timestamp_ms < :until UNION ");
  g_string_append (where, "SELECT row FROM sessions WHERE state = 'refused'"
                          " AND (instr (lower (reason), :text)"
                          "      OR instr (lower (reason_code), :text)))");

  return g_string_free (where, FALSE);
}

/* A parameter that the statement does not have is number 0, which is none. */
static void
bind_filter (sqlite3_stmt              *statement,
             const TropeaSessionFilter *filter)
{
  int state = sqlite3_bind_parameter_index (statement, ":state");
  int kind = sqlite3_bind_parameter_index (statement, ":kind");
  int text = sqlite3_bind_parameter_index (statement, ":text");
  int from = sqlite3_bind_parameter_index (statement, ":from");
  int until = sqlite3_bind_parameter_index (statement, ":until");
  int since = sqlite3_bind_parameter_index (statement, ":since");
  int end = sqlite3_bind_parameter_index (statement, ":end");

  if (state > 0)
    sqlite3_bind_text (statement, state,
                       tropea_session_state_to_string ((TropeaSessionState) filter->state), -1,
                       SQLITE_STATIC);
  if (kind > 0)
    sqlite3_bind_int64 (statement, kind, filter->kind);
  if (text > 0)
    sqlite3_bind_text (statement, text, filter->text, -1, SQLITE_TRANSIENT);
  if (from > 0)
    sqlite3_bind_int64 (statement, from, filter->from_ms);
  if (until > 0)
    sqlite3_bind_int64 (statement, until, filter->until_ms);
  if (since > 0)
    sqlite3_bind_int64 (statement, since, filter->since_ms);
  if (end > 0)
    sqlite3_bind_int64 (statement, end, filter->before_ms);
}

static gboolean
find_rows (TropeaStoreJob  *job,
           GError         **error)
{
  g_autofree char *where = dup_where (job->filter);
  g_autofree char *sql = g_strdup_printf ("SELECT row FROM sessions WHERE %s ORDER BY row", where);
  g_autoptr(sqlite3_stmt) statement = NULL;
  gboolean has_row = FALSE;

  if (!tropea_database_prepare (job->file->db, sql, &statement, error))
    return FALSE;

  bind_filter (statement, job->filter);
  while (tropea_database_step (statement, &has_row, error))
    {
      gint64 row = sqlite3_column_int64 (statement, 0);

      if (!has_row)
        return TRUE;
      g_array_append_val (job->rows, row);
    }

  return FALSE;
}

static gboolean
run_find_rows (TropeaStoreJob  *job,
               GError         **error)
{
  GError *cause = NULL;

  if (!tropea_store_file_is_usable (job->file, error))
    return FALSE;

  job->rows = g_array_new (FALSE, FALSE, sizeof (gint64));

  return find_rows (job, &cause) || tropea_store_file_explain (job->file, cause, error);
}

/**
 * tropea_store_find_rows_async:
 *
 * What was committed before this was called is in it, what came later is not.
 */
void
tropea_store_find_rows_async (TropeaStore               *self,
                              const TropeaSessionFilter *filter,
                              GCancellable              *cancellable,
                              GAsyncReadyCallback        callback,
                              gpointer                   user_data)
{
  TropeaStoreJob *job = NULL;

  g_return_if_fail (TROPEA_IS_STORE (self));
  g_return_if_fail (filter != NULL);

  job = tropea_store_job_new (self, run_find_rows);
  job->filter = tropea_session_filter_copy (filter);
  tropea_store_job_start (job, self, tropea_store_find_rows_async, cancellable, callback,
                          user_data);
}

/**
 * tropea_store_find_rows_finish:
 *
 * Returns: (transfer container) (element-type gint64):
 */
GArray *
tropea_store_find_rows_finish (TropeaStore   *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  TropeaStoreJob *job = NULL;

  g_return_val_if_fail (TROPEA_IS_STORE (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  job = tropea_store_job_finish (result, error);

  return job != NULL ? g_steal_pointer (&job->rows) : NULL;
}

static gboolean
run_read_rows (TropeaStoreJob  *job,
               GError         **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;
  g_autoptr(GString) list = g_string_new ("[");
  GError *cause = NULL;

  if (!tropea_store_file_is_usable (job->file, error))
    return FALSE;

  for (guint i = 0; i < job->rows->len; i++)
    g_string_append_printf (list, "%s%" G_GINT64_FORMAT, i > 0 ? "," : "",
                            g_array_index (job->rows, gint64, i));
  g_string_append_c (list, ']');

  if (!tropea_database_prepare (job->file->db,
                                "SELECT " TROPEA_STORE_SESSION_COLUMNS " FROM sessions"
                                " WHERE row IN (SELECT value FROM json_each (?))"
                                " ORDER BY row DESC", &statement, &cause))
    return tropea_store_file_explain (job->file, cause, error);

  sqlite3_bind_text (statement, 1, list->str, -1, SQLITE_STATIC);

  return tropea_store_file_read_list (statement, &job->sessions, &cause) ||
         tropea_store_file_explain (job->file, cause, error);
}

void
tropea_store_read_rows_async (TropeaStore         *self,
                              const gint64        *rows,
                              gsize                n_rows,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  TropeaStoreJob *job = NULL;

  g_return_if_fail (TROPEA_IS_STORE (self));
  g_return_if_fail (rows != NULL || n_rows == 0);

  job = tropea_store_job_new (self, run_read_rows);
  job->rows = g_array_sized_new (FALSE, FALSE, sizeof *rows, (guint) n_rows);
  g_array_append_vals (job->rows, rows, (guint) n_rows);
  tropea_store_job_start (job, self, tropea_store_read_rows_async, cancellable, callback,
                          user_data);
}

static gboolean
run_list_filtered (TropeaStoreJob  *job,
                   GError         **error)
{
  g_autofree char *where = dup_where (job->filter);
  g_autofree char *sql = g_strdup_printf ("SELECT " TROPEA_STORE_SESSION_COLUMNS " FROM sessions"
                                          " WHERE %s AND row < :before"
                                          " ORDER BY row DESC LIMIT :limit", where);
  g_autoptr(sqlite3_stmt) statement = NULL;
  GError *cause = NULL;

  if (!tropea_store_file_is_usable (job->file, error))
    return FALSE;

  if (!tropea_database_prepare (job->file->db, sql, &statement, &cause))
    return tropea_store_file_explain (job->file, cause, error);

  bind_filter (statement, job->filter);
  sqlite3_bind_int64 (statement, sqlite3_bind_parameter_index (statement, ":before"),
                      job->before > 0 ? job->before : G_MAXINT64);
  sqlite3_bind_int64 (statement, sqlite3_bind_parameter_index (statement, ":limit"), job->limit);

  return tropea_store_file_read_list (statement, &job->sessions, &cause) ||
         tropea_store_file_explain (job->file, cause, error);
}

/**
 * tropea_store_list_filtered_async:
 * @before: a "row" of #TropeaSession; 0 for the newest
 */
void
tropea_store_list_filtered_async (TropeaStore               *self,
                                  const TropeaSessionFilter *filter,
                                  gint64                     before,
                                  guint                      limit,
                                  GCancellable              *cancellable,
                                  GAsyncReadyCallback        callback,
                                  gpointer                   user_data)
{
  TropeaStoreJob *job = NULL;

  g_return_if_fail (TROPEA_IS_STORE (self));
  g_return_if_fail (filter != NULL);

  job = tropea_store_job_new (self, run_list_filtered);
  job->filter = tropea_session_filter_copy (filter);
  job->before = before;
  job->limit = limit;
  tropea_store_job_start (job, self, tropea_store_list_filtered_async, cancellable, callback,
                          user_data);
}
