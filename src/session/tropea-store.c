/* tropea-store.c: what the client keeps on disk: open batches, outbox, history, totals
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-store"

#include "config.h"

#include "session/tropea-store.h"

#include "base/tropea-worker.h"
#include "session/tropea-store-file.h"

#include <string.h>

/* The caller's task lives on the main context and owns the job; the worker sees the job and the
 * file, never the store, so that the last reference to a store is never dropped on the thread
 * that it would have to join. A change that was committed is reported even if it was cancelled
 * in the meantime.
 */

typedef struct _Job Job;

typedef gboolean (*JobFunc) (Job     *job,
                             GError **error);

struct _Job
{
  TropeaStoreFile   *file;         /* (owned) */
  JobFunc            run;

  /* in, by kind of job */
  TropeaBatch        batch;
  TropeaRecord       record;
  TropeaReceipt      receipt;
  char              *session_id;   /* (owned) (nullable) */
  char              *reason_code;  /* (owned) (nullable) */
  char              *reason;       /* (owned) (nullable) */
  char              *name;         /* (owned) (nullable) */
  char              *value;        /* (owned) (nullable), out for a get */
  gint64             before;
  guint              limit;

  /* out */
  gint64             last_end_ms;
  GPtrArray         *sessions;     /* (owned) (nullable) */
  TropeaSession     *changed;      /* (owned) (nullable) */
  TropeaStoreTotals  totals;
  gboolean           has_totals;
};

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
  N_SIGNALS,
};

G_DEFINE_FINAL_TYPE (TropeaStore, tropea_store, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

static Job *
job_new (TropeaStore *self,
         JobFunc      run)
{
  Job *job = g_new0 (Job, 1);

  job->file = tropea_store_file_ref (self->file);
  job->run = run;

  return job;
}

static void
job_free (Job *job)
{
  g_clear_pointer (&job->file, tropea_store_file_unref);
  g_clear_pointer (&job->session_id, g_free);
  g_clear_pointer (&job->reason_code, g_free);
  g_clear_pointer (&job->reason, g_free);
  g_clear_pointer (&job->name, g_free);
  g_clear_pointer (&job->value, g_free);
  g_clear_pointer (&job->sessions, g_ptr_array_unref);
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
  Job *job = task_data;
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
  Job *job = g_task_get_task_data (task);

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  if (job->has_totals)
    set_totals (self, &job->totals);
  if (job->changed != NULL)
    g_signal_emit (self, signals[SIGNAL_SESSION_CHANGED], 0, job->changed);

  g_task_return_boolean (task, TRUE);
}

/* Takes @job. */
static void
start_job (TropeaStore         *self,
           Job                 *job,
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

static Job *
finish_job (TropeaStore   *self,
            GAsyncResult  *result,
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
}

static void
tropea_store_init (TropeaStore *self)
{
  self->worker = tropea_worker_new ("tropea-store");
}

static gboolean
run_open (Job     *job,
          GError **error)
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
  start_job (self, job_new (self, run_open), tropea_store_open_async, cancellable, callback,
             user_data);
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

  return finish_job (self, result, error) != NULL ? g_steal_pointer (&self) : NULL;
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

static gboolean
run_load_batch (Job     *job,
                    GError **error)
{
  return tropea_store_file_load_batch (job->file, job->batch.source, &job->batch,
                                       &job->last_end_ms, error);
}

void
tropea_store_load_batch_async (TropeaStore         *self,
                               TropeaSource         source,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  Job *job = NULL;

  g_return_if_fail (TROPEA_IS_STORE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  job = job_new (self, run_load_batch);
  job->batch.source = source;
  start_job (self, job, tropea_store_load_batch_async, cancellable, callback, user_data);
}

gboolean
tropea_store_load_batch_finish (TropeaStore   *self,
                                GAsyncResult  *result,
                                TropeaBatch   *batch,
                                gint64        *last_end_ms,
                                GError       **error)
{
  Job *job = NULL;

  g_return_val_if_fail (TROPEA_IS_STORE (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  job = finish_job (self, result, error);
  if (job == NULL)
    return FALSE;

  *batch = job->batch;
  *last_end_ms = job->last_end_ms;
  return TRUE;
}

static gboolean
run_save_batch (Job     *job,
                    GError **error)
{
  return tropea_store_file_save_batch (job->file, &job->batch, error);
}

void
tropea_store_save_batch_async (TropeaStore         *self,
                               const TropeaBatch   *batch,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  Job *job = NULL;

  g_return_if_fail (TROPEA_IS_STORE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));
  g_return_if_fail (batch != NULL);

  job = job_new (self, run_save_batch);
  job->batch = *batch;
  start_job (self, job, tropea_store_save_batch_async, cancellable, callback, user_data);
}

gboolean
tropea_store_save_batch_finish (TropeaStore   *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  g_return_val_if_fail (TROPEA_IS_STORE (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return finish_job (self, result, error) != NULL;
}

static gboolean
run_cut (Job     *job,
             GError **error)
{
  job->has_totals = tropea_store_file_cut (job->file, &job->record, &job->changed, &job->totals,
                                           error);

  return job->has_totals;
}

/**
 * tropea_store_cut_async:
 * @record: its key and signature are not kept: it is signed when it is sent
 *
 * Cutting the same session id again changes nothing but empties the open batch.
 */
void
tropea_store_cut_async (TropeaStore         *self,
                        const TropeaRecord  *record,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  Job *job = NULL;

  g_return_if_fail (TROPEA_IS_STORE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));
  g_return_if_fail (record != NULL);

  job = job_new (self, run_cut);
  job->record = *record;
  start_job (self, job, tropea_store_cut_async, cancellable, callback, user_data);
}

gboolean
tropea_store_cut_finish (TropeaStore   *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (TROPEA_IS_STORE (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return finish_job (self, result, error) != NULL;
}

static gboolean
run_list_waiting (Job     *job,
                      GError **error)
{
  return tropea_store_file_list_waiting (job->file, job->limit, &job->sessions, error);
}

void
tropea_store_list_waiting_async (TropeaStore         *self,
                                 guint                limit,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  Job *job = NULL;

  g_return_if_fail (TROPEA_IS_STORE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  job = job_new (self, run_list_waiting);
  job->limit = limit;
  start_job (self, job, tropea_store_list_waiting_async, cancellable, callback, user_data);
}

static gboolean
run_list_history (Job     *job,
                      GError **error)
{
  return tropea_store_file_list_history (job->file, job->before, job->limit, &job->sessions,
                                         error);
}

/**
 * tropea_store_list_history_async:
 * @before: a "row" of #TropeaSession; 0 for the newest
 */
void
tropea_store_list_history_async (TropeaStore         *self,
                                 gint64               before,
                                 guint                limit,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  Job *job = NULL;

  g_return_if_fail (TROPEA_IS_STORE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  job = job_new (self, run_list_history);
  job->before = before;
  job->limit = limit;
  start_job (self, job, tropea_store_list_history_async, cancellable, callback, user_data);
}

/**
 * tropea_store_list_finish:
 *
 * Returns: (transfer container) (element-type TropeaSession):
 */
GPtrArray *
tropea_store_list_finish (TropeaStore   *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  Job *job = NULL;

  g_return_val_if_fail (TROPEA_IS_STORE (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  job = finish_job (self, result, error);

  return job != NULL ? g_steal_pointer (&job->sessions) : NULL;
}

static gboolean
run_credit (Job     *job,
                GError **error)
{
  job->has_totals = tropea_store_file_credit (job->file, &job->receipt, &job->changed,
                                              &job->totals, error);

  return job->has_totals;
}

void
tropea_store_credit_async (TropeaStore         *self,
                           const TropeaReceipt *receipt,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  Job *job = NULL;

  g_return_if_fail (TROPEA_IS_STORE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));
  g_return_if_fail (receipt != NULL);

  job = job_new (self, run_credit);
  job->receipt = *receipt;
  start_job (self, job, tropea_store_credit_async, cancellable, callback, user_data);
}

static gboolean
run_refuse (Job     *job,
                GError **error)
{
  job->has_totals = tropea_store_file_refuse (job->file, job->session_id, job->reason_code,
                                              job->reason, &job->changed, &job->totals, error);

  return job->has_totals;
}

/**
 * tropea_store_refuse_async:
 * @reason_code: the ledger's stable code
 * @reason: (nullable): the ledger's sentence
 */
void
tropea_store_refuse_async (TropeaStore         *self,
                           const char          *session_id,
                           const char          *reason_code,
                           const char          *reason,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  Job *job = NULL;

  g_return_if_fail (TROPEA_IS_STORE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));
  g_return_if_fail (session_id != NULL && reason_code != NULL);

  job = job_new (self, run_refuse);
  job->session_id = g_strdup (session_id);
  job->reason_code = g_strdup (reason_code);
  job->reason = g_strdup (reason);
  start_job (self, job, tropea_store_refuse_async, cancellable, callback, user_data);
}

gboolean
tropea_store_settle_finish (TropeaStore   *self,
                            GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (TROPEA_IS_STORE (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return finish_job (self, result, error) != NULL;
}

static gboolean
run_get_fact (Job     *job,
                  GError **error)
{
  return tropea_store_file_get_fact (job->file, job->name, &job->value, error);
}

void
tropea_store_get_fact_async (TropeaStore         *self,
                             const char          *name,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  Job *job = NULL;

  g_return_if_fail (TROPEA_IS_STORE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));
  g_return_if_fail (name != NULL);

  job = job_new (self, run_get_fact);
  job->name = g_strdup (name);
  start_job (self, job, tropea_store_get_fact_async, cancellable, callback, user_data);
}

gboolean
tropea_store_get_fact_finish (TropeaStore   *self,
                              GAsyncResult  *result,
                              char         **value,
                              GError       **error)
{
  Job *job = NULL;

  g_return_val_if_fail (TROPEA_IS_STORE (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  job = finish_job (self, result, error);
  if (job == NULL)
    return FALSE;

  *value = g_steal_pointer (&job->value);
  return TRUE;
}

static gboolean
run_set_fact (Job     *job,
                  GError **error)
{
  return tropea_store_file_set_fact (job->file, job->name, job->value, error);
}

/**
 * tropea_store_set_fact_async:
 * @value: (nullable): %NULL to forget it
 */
void
tropea_store_set_fact_async (TropeaStore         *self,
                             const char          *name,
                             const char          *value,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  Job *job = NULL;

  g_return_if_fail (TROPEA_IS_STORE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));
  g_return_if_fail (name != NULL);

  job = job_new (self, run_set_fact);
  job->name = g_strdup (name);
  job->value = g_strdup (value);
  start_job (self, job, tropea_store_set_fact_async, cancellable, callback, user_data);
}

gboolean
tropea_store_set_fact_finish (TropeaStore   *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (TROPEA_IS_STORE (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return finish_job (self, result, error) != NULL;
}

static gboolean
run_close (Job     *job,
               GError **error)
{
  return tropea_store_file_close (job->file, error);
}

void
tropea_store_close_async (TropeaStore         *self,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  Job *job = NULL;

  g_return_if_fail (TROPEA_IS_STORE (self));

  job = job_new (self, run_close);
  start_job (self, job, tropea_store_close_async, NULL, callback, user_data);
  self->is_closed = TRUE;
}

gboolean
tropea_store_close_finish (TropeaStore   *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (TROPEA_IS_STORE (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return finish_job (self, result, error) != NULL;
}
