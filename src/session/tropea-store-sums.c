/* tropea-store-sums.c: adds up the sessions of a store, by day and as a check
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-store"

#include "config.h"

#include "session/tropea-store-history.h"

#include "session/tropea-store-job.h"

/* A session is booked on the day on which it began, which is the day that the list shows for
 * it: so each day is the sum of its sessions in the list, and all days together are the
 * balance. Both sums are taken in one statement, so they are of one moment.
 */

#define SECONDS_PER_DAY 86400

/**
 * tropea_day_from_ms:
 * @wall_ms: milliseconds since 1970 in UTC
 *
 * Returns: days since 1970-01-01 in this computer's time zone
 */
gint64
tropea_day_from_ms (gint64 wall_ms)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_local (wall_ms / 1000);
  gint64 local_s = wall_ms / 1000;

  if (time != NULL)
    local_s += g_date_time_get_utc_offset (time) / G_USEC_PER_SEC;

  return local_s >= 0 ? local_s / SECONDS_PER_DAY : -((SECONDS_PER_DAY - 1 - local_s) /
                                                      SECONDS_PER_DAY);
}

static void
add_to_day (TropeaDaySum *sum,
            sqlite3_stmt *statement)
{
  sum->sessions = sqlite3_column_int64 (statement, 1);
  sum->waiting = sqlite3_column_int64 (statement, 2);
  sum->credited = sqlite3_column_int64 (statement, 3);
  sum->refused = sqlite3_column_int64 (statement, 4);
  sum->credits_micro = sqlite3_column_int64 (statement, 5);
  sum->simulated_micro = sqlite3_column_int64 (statement, 6);
  sum->paid = sqlite3_column_int64 (statement, 7);
}

static gboolean
sum_days (TropeaStoreJob  *job,
          GError         **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;
  gboolean has_row = FALSE;

  if (!tropea_database_prepare (job->file->db,
                                "SELECT unixepoch (timestamp_ms / 1000, 'unixepoch',"
                                "                  'localtime') / 86400 AS day,"
                                " count (*), sum (state = 'waiting'), sum (state = 'credited'),"
                                " sum (state = 'refused'),"
                                " sum (iif (source = 'tor-client', credits_micro, 0)),"
                                " sum (iif (source = 'simulation', credits_micro, 0)),"
                                " sum (state = 'credited' AND source = 'tor-client')"
                                " FROM sessions GROUP BY day ORDER BY day",
                                &statement, error))
    return FALSE;

  while (tropea_database_step (statement, &has_row, error))
    {
      TropeaDaySum sum = { 0 };

      if (!has_row)
        return TRUE;

      sum.day = sqlite3_column_int64 (statement, 0);
      add_to_day (&sum, statement);
      g_array_append_val (job->days, sum);
    }

  return FALSE;
}

static gboolean
run_sum_days (TropeaStoreJob  *job,
              GError         **error)
{
  GError *cause = NULL;

  if (!tropea_store_file_is_usable (job->file, error))
    return FALSE;

  job->days = g_array_new (FALSE, FALSE, sizeof (TropeaDaySum));

  return sum_days (job, &cause) || tropea_store_file_explain (job->file, cause, error);
}

void
tropea_store_sum_days_async (TropeaStore         *self,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_return_if_fail (TROPEA_IS_STORE (self));

  tropea_store_job_start (tropea_store_job_new (self, run_sum_days), self,
                          tropea_store_sum_days_async, cancellable, callback, user_data);
}

/**
 * tropea_store_sum_days_finish:
 *
 * Returns: (transfer container) (element-type TropeaDaySum):
 */
GArray *
tropea_store_sum_days_finish (TropeaStore   *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  TropeaStoreJob *job = NULL;

  g_return_val_if_fail (TROPEA_IS_STORE (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  job = tropea_store_job_finish (result, error);

  return job != NULL ? g_steal_pointer (&job->days) : NULL;
}

static gboolean
check_books (TropeaStoreJob  *job,
             GError         **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;
  gboolean has_row = FALSE;

  if (!tropea_database_prepare (job->file->db,
                                "SELECT " TROPEA_STORE_SESSION_COLUMNS " FROM sessions"
                                " ORDER BY row DESC", &statement, error))
    return FALSE;

  while (tropea_database_step (statement, &has_row, error))
    {
      g_autoptr(TropeaSession) session = NULL;

      if (!has_row)
        return TRUE;

      session = tropea_store_file_read_session (statement, error);
      if (session == NULL)
        return FALSE;
      tropea_books_add (&job->books, session, job->ledger);
    }

  return FALSE;
}

static gboolean
run_check_books (TropeaStoreJob  *job,
                 GError         **error)
{
  GError *cause = NULL;

  if (!tropea_store_file_is_usable (job->file, error))
    return FALSE;

  if (!check_books (job, &cause))
    return tropea_store_file_explain (job->file, cause, error);

  tropea_books_compare_shown (&job->books, &job->file->totals);
  return TRUE;
}

/**
 * tropea_store_check_books_async:
 * @ledger: (nullable): its public key in base64
 */
void
tropea_store_check_books_async (TropeaStore         *self,
                                const char          *ledger,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  TropeaStoreJob *job = NULL;

  g_return_if_fail (TROPEA_IS_STORE (self));

  job = tropea_store_job_new (self, run_check_books);
  job->ledger = g_strdup (ledger);
  tropea_store_job_start (job, self, tropea_store_check_books_async, cancellable, callback,
                          user_data);
}

/**
 * tropea_store_check_books_finish:
 * @books: (out): compared with the figures shown, not with a ledger
 */
gboolean
tropea_store_check_books_finish (TropeaStore   *self,
                                 GAsyncResult  *result,
                                 TropeaBooks   *books,
                                 GError       **error)
{
  TropeaStoreJob *job = NULL;

  g_return_val_if_fail (TROPEA_IS_STORE (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  job = tropea_store_job_finish (result, error);
  if (job == NULL)
    return FALSE;

  *books = job->books;
  return TRUE;
}
