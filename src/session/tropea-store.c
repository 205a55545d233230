/* tropea-store.c: what the client keeps on disk: open batches, outbox, history, totals
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-store"

#include "config.h"

#include "session/tropea-store.h"

#include "base/tropea-worker.h"
#include "session/tropea-store-job.h"

#include <string.h>

/* The caller's task lives on the main context and owns the job; the worker sees the job and the
 * file, never the store, so that the last reference to a store is never dropped on the thread
 * that it would have to join. A change that was committed is reported even if it was cancelled
 * in the meantime.
 */

struct _TropeaStore
{
  GObject            parent_instance;

  TropeaWorker      *worker;     /* (owned) */
  TropeaStoreFile   *file;       /* (owned) */

  TropeaStoreTotals  totals;
  gboolean           is_closed;
};

enum
{
  SIGNAL_SESSION_CHANGED,
  SIGNAL_TOTALS_CHANGED,
  SIGNAL_LAST_END_CHANGED,
  N_SIGNALS,
};

G_DEFINE_FINAL_TYPE (TropeaStore, tropea_store, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

TropeaStoreJob *
tropea_store_job_new (TropeaStore        *self,
                      TropeaStoreJobFunc  run)
{
  TropeaStoreJob *job = g_new0 (TropeaStoreJob, 1);

  job->file = tropea_store_file_ref (self->file);
  job->run = run;

  return job;
}

static void
job_free (TropeaStoreJob *job)
{
  g_clear_pointer (&job->file, tropea_store_file_unref);
  g_clear_pointer (&job->sent, g_free);
  g_clear_pointer (&job->session_id, g_free);
  g_clear_pointer (&job->reason_code, g_free);
  g_clear_pointer (&job->reason, g_free);
  g_clear_pointer (&job->name, g_free);
  g_clear_pointer (&job->value, g_free);
  g_clear_pointer (&job->ledger, g_free);
  g_clear_pointer (&job->page, tropea_comparison_free);
  g_clear_pointer (&job->filter, tropea_session_filter_free);
  g_clear_pointer (&job->rows, g_array_unref);
  g_clear_pointer (&job->days, g_array_unref);
  g_clear_pointer (&job->sessions, g_ptr_array_unref);
  g_clear_pointer (&job->buckets, g_array_unref);
  g_clear_object (&job->changed);
  g_free (job);
}

static void
set_totals (TropeaStore             *self,
            const TropeaStoreTotals *totals)
{
  if (memcmp (&self->totals, totals, sizeof *totals) == 0)
    return;

  self->totals = *totals;
  g_signal_emit (self, signals[SIGNAL_TOTALS_CHANGED], 0);
}

static void
run_job (GTask        *task,
         gpointer      source_object,
         gpointer      task_data,
         GCancellable *cancellable)
{
  TropeaStoreJob *job = task_data;
  GError *error = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;

  if (job->run (job, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
job_done_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  TropeaStore *self = g_task_get_source_object (task);
  TropeaStoreJob *job = g_task_get_task_data (task);

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  if (job->has_totals)
    set_totals (self, &job->totals);
  if (job->changed != NULL)
    g_signal_emit (self, signals[SIGNAL_SESSION_CHANGED], 0, job->changed);
  if (job->has_last_end)
    g_signal_emit (self, signals[SIGNAL_LAST_END_CHANGED], 0, job->last_end_ms);
  for (guint i = 0; job->page != NULL && i < job->page->settled->len; i++)
    g_signal_emit (self, signals[SIGNAL_SESSION_CHANGED], 0,
                   g_ptr_array_index (job->page->settled, i));

  g_task_return_boolean (task, TRUE);
}

/* Takes @job. */
void
tropea_store_job_start (TropeaStoreJob      *job,
                        TropeaStore         *self,
                        gpointer             source_tag,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (self, NULL, callback, user_data);
  g_autoptr(GTask) work = NULL;

  g_task_set_source_tag (task, source_tag);
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);

  if (self->is_closed)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "The sessions file is closed");
      return;
    }

  work = g_task_new (NULL, cancellable, job_done_cb, g_steal_pointer (&task));
  g_task_set_source_tag (work, source_tag);
  g_task_set_check_cancellable (work, FALSE);
  g_task_set_task_data (work, job, NULL);
  tropea_worker_push (self->worker, work, run_job);
}

/* The job stays the property of @result; NULL with @error set. */
TropeaStoreJob *
tropea_store_job_finish (GAsyncResult  *result,
                         GError       **error)
{
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;

  return g_task_get_task_data (G_TASK (result));
}

static void
tropea_store_finalize (GObject *object)
{
  TropeaStore *self = TROPEA_STORE (object);

  g_clear_object (&self->worker);
  g_clear_pointer (&self->file, tropea_store_file_unref);

  G_OBJECT_CLASS (tropea_store_parent_class)->finalize (object);
}

static void
tropea_store_class_init (TropeaStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tropea_store_finalize;

  /**
   * TropeaStore::session-changed:
   * @session: as it is on disk now
   *
   * A session was cut, credited or refused. The totals have it already.
   */
  signals[SIGNAL_SESSION_CHANGED] =
    g_signal_new ("session-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 1, TROPEA_TYPE_SESSION);

  /**
   * TropeaStore::totals-changed:
   *
   * tropea_store_get_totals () has other figures.
   */
  signals[SIGNAL_TOTALS_CHANGED] =
    g_signal_new ("totals-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 0);

  /**
   * TropeaStore::last-end-changed:
   * @last_end_ms: where the last of all sessions on disk ends
   *
   * A session was given another time.
   */
  signals[SIGNAL_LAST_END_CHANGED] =
    g_signal_new ("last-end-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
}

static void
tropea_store_init (TropeaStore *self)
{
  self->worker = tropea_worker_new ("tropea-store");
}

static gboolean
run_open (TropeaStoreJob  *job,
          GError         **error)
{
  job->has_totals = tropea_store_file_open (job->file, &job->totals, error);

  return job->has_totals;
}

/**
 * tropea_store_open_async:
 * @path: the file; it is made, readable by its owner only, if it is not there
 */
void
tropea_store_open_async (const char          *path,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr(TropeaStore) self = NULL;

  g_return_if_fail (path != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  self = g_object_new (TROPEA_TYPE_STORE, NULL);
  self->file = tropea_store_file_new (path, self->worker);
  tropea_store_job_start (tropea_store_job_new (self, run_open), self, tropea_store_open_async,
                          cancellable, callback, user_data);
}

/**
 * tropea_store_open_finish:
 *
 * Returns: (transfer full):
 */
TropeaStore *
tropea_store_open_finish (GAsyncResult  *result,
                          GError       **error)
{
  g_autoptr(TropeaStore) self = NULL;

  g_return_val_if_fail (g_async_result_is_tagged (result, tropea_store_open_async), NULL);

  self = TROPEA_STORE (g_async_result_get_source_object (result));

  return tropea_store_job_finish (result, error) != NULL ? g_steal_pointer (&self) : NULL;
}

/**
 * tropea_store_get_totals:
 *
 * Returns: (transfer none): as of the last change that was committed
 */
const TropeaStoreTotals *
tropea_store_get_totals (TropeaStore *self)
{
  g_return_val_if_fail (TROPEA_IS_STORE (self), NULL);

  return &self->totals;
}

/**
 * tropea_store_get_path:
 *
 * Returns: (transfer none): the file that it is in
 */
const char *
tropea_store_get_path (TropeaStore *self)
{
  g_return_val_if_fail (TROPEA_IS_STORE (self), NULL);

  return self->file->path;
}

static gboolean
run_close (TropeaStoreJob  *job,
           GError         **error)
{
  return tropea_store_file_close (job->file, error);
}

void
tropea_store_close_async (TropeaStore         *self,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  TropeaStoreJob *job = NULL;

  g_return_if_fail (TROPEA_IS_STORE (self));

  job = tropea_store_job_new (self, run_close);
  tropea_store_job_start (job, self, tropea_store_close_async, NULL, callback, user_data);
  self->is_closed = TRUE;
}

gboolean
tropea_store_close_finish (TropeaStore   *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (TROPEA_IS_STORE (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return tropea_store_job_finish (result, error) != NULL;
}
