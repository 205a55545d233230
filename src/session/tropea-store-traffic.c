/* tropea-store-traffic.c: the history of rates on disk
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-store"

#include "config.h"

#include "session/tropea-store-traffic.h"

#include "session/tropea-store-job.h"

/* A row is a step of a range, written again while it grows. Nothing in it says where the bytes
 * went. Simulated traffic never comes here.
 */

static gint64
to_column (guint64 bytes)
{
  return bytes > G_MAXINT64 ? G_MAXINT64 : (gint64) bytes;
}

static gboolean
write_buckets (TropeaStoreFile  *file,
               GArray           *buckets,
               GError          **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;

  if (!tropea_database_prepare (file->db,
                                "INSERT OR REPLACE INTO traffic"
                                " (step_s, start_s, bytes_in, bytes_out, covered_usec)"
                                " VALUES (?, ?, ?, ?, ?)",
                                &statement, error))
    return FALSE;

  for (guint i = 0; i < buckets->len; i++)
    {
      const TropeaRateBucket *bucket = &g_array_index (buckets, TropeaRateBucket, i);

      sqlite3_reset (statement);
      sqlite3_bind_int64 (statement, 1, bucket->step_s);
      sqlite3_bind_int64 (statement, 2, bucket->start_s);
      sqlite3_bind_int64 (statement, 3, to_column (bucket->bytes_in));
      sqlite3_bind_int64 (statement, 4, to_column (bucket->bytes_out));
      sqlite3_bind_int64 (statement, 5, bucket->covered_usec);
      if (!tropea_database_step (statement, NULL, error))
        return FALSE;
    }

  return TRUE;
}

/* What is later than now is of a clock that has gone back; its bytes are in the present. */
static gboolean
delete_others (TropeaStoreFile  *file,
               gint64            now_s,
               GError          **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;

  if (!tropea_database_prepare (file->db,
                                "DELETE FROM traffic"
                                " WHERE step_s = ? AND (start_s <= ? OR start_s > ?)",
                                &statement, error))
    return FALSE;

  for (guint i = TROPEA_RATE_RANGE_HOUR; i < TROPEA_N_RATE_RANGES; i++)
    {
      TropeaRateRange range = (TropeaRateRange) i;
      gint64 step_s = tropea_rate_range_get_step_s (range);

      sqlite3_reset (statement);
      sqlite3_bind_int64 (statement, 1, step_s);
      sqlite3_bind_int64 (statement, 2,
                          now_s - step_s * (gint64) tropea_rate_range_get_n_steps (range));
      sqlite3_bind_int64 (statement, 3, now_s);
      if (!tropea_database_step (statement, NULL, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
write_traffic (TropeaStoreFile  *file,
               GArray           *buckets,
               gint64            now_s,
               GError          **error)
{
  if (!tropea_database_exec (file->db, "BEGIN IMMEDIATE", error))
    return FALSE;

  if (write_buckets (file, buckets, error) &&
      delete_others (file, now_s, error) &&
      tropea_database_exec (file->db, "COMMIT", error))
    return TRUE;

  tropea_database_exec (file->db, "ROLLBACK", NULL);
  return FALSE;
}

static gboolean
run_save (TropeaStoreJob  *job,
          GError         **error)
{
  GError *cause = NULL;

  if (!tropea_store_file_is_usable (job->file, error))
    return FALSE;

  return write_traffic (job->file, job->buckets, job->now_s, &cause) ||
         tropea_store_file_explain (job->file, cause, error);
}

/**
 * tropea_store_save_traffic_async:
 * @buckets: (element-type TropeaRateBucket): not changed until this has finished
 * @now_s: seconds since 1970 in UTC
 */
void
tropea_store_save_traffic_async (TropeaStore         *store,
                                 GArray              *buckets,
                                 gint64               now_s,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  TropeaStoreJob *job = NULL;

  g_return_if_fail (TROPEA_IS_STORE (store));
  g_return_if_fail (buckets != NULL);

  job = tropea_store_job_new (store, run_save);
  job->buckets = g_array_ref (buckets);
  job->now_s = now_s;
  tropea_store_job_start (job, store, tropea_store_save_traffic_async, NULL, callback, user_data);
}

gboolean
tropea_store_save_traffic_finish (TropeaStore   *store,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  g_return_val_if_fail (TROPEA_IS_STORE (store), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, store), FALSE);

  return tropea_store_job_finish (result, error) != NULL;
}

static gboolean
read_traffic (TropeaStoreFile  *file,
              GArray           *buckets,
              GError          **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;
  gboolean has_row = FALSE;

  if (!tropea_database_prepare (file->db,
                                "SELECT step_s, start_s, bytes_in, bytes_out, covered_usec"
                                " FROM traffic",
                                &statement, error) ||
      !tropea_database_step (statement, &has_row, error))
    return FALSE;

  while (has_row)
    {
      TropeaRateBucket bucket = {
        .step_s = sqlite3_column_int64 (statement, 0),
        .start_s = sqlite3_column_int64 (statement, 1),
        .bytes_in = (guint64) sqlite3_column_int64 (statement, 2),
        .bytes_out = (guint64) sqlite3_column_int64 (statement, 3),
        .covered_usec = sqlite3_column_int64 (statement, 4),
      };

      g_array_append_val (buckets, bucket);
      if (!tropea_database_step (statement, &has_row, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
run_load (TropeaStoreJob  *job,
          GError         **error)
{
  GError *cause = NULL;

  if (!tropea_store_file_is_usable (job->file, error))
    return FALSE;

  return read_traffic (job->file, job->buckets, &cause) ||
         tropea_store_file_explain (job->file, cause, error);
}

void
tropea_store_load_traffic_async (TropeaStore         *store,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  TropeaStoreJob *job = NULL;

  g_return_if_fail (TROPEA_IS_STORE (store));

  job = tropea_store_job_new (store, run_load);
  job->buckets = g_array_new (FALSE, FALSE, sizeof (TropeaRateBucket));
  tropea_store_job_start (job, store, tropea_store_load_traffic_async, NULL, callback, user_data);
}

/**
 * tropea_store_load_traffic_finish:
 *
 * Returns: (transfer full) (element-type TropeaRateBucket): in no order
 */
GArray *
tropea_store_load_traffic_finish (TropeaStore   *store,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  TropeaStoreJob *job = NULL;

  g_return_val_if_fail (TROPEA_IS_STORE (store), NULL);
  g_return_val_if_fail (g_task_is_valid (result, store), NULL);

  job = tropea_store_job_finish (result, error);

  return job != NULL ? g_array_ref (job->buckets) : NULL;
}
