/* tropea-worker.c: one thread that does blocking work in the order it was given
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-worker"

#include "config.h"

#include "base/tropea-worker.h"

/* A SQLite handle belongs to one thread. Whoever owns the handle owns a worker, pushes each
 * piece of work as a GTask, and asserts in every function that touches the handle that it
 * runs on the worker. Work is done strictly in order, and all of it before join () returns.
 */

typedef struct
{
  GTask           *task;  /* (owned) (nullable): NULL ends the thread */
  GTaskThreadFunc  func;
} Job;

struct _TropeaWorker
{
  GObject      parent_instance;

  GThread     *thread;  /* (owned) (nullable) */
  GAsyncQueue *jobs;    /* (owned), of Job */
};

G_DEFINE_FINAL_TYPE (TropeaWorker, tropea_worker, G_TYPE_OBJECT)

static void
job_free (Job *job)
{
  g_clear_object (&job->task);
  g_free (job);
}

static gpointer
run (gpointer data)
{
  g_autoptr(GAsyncQueue) jobs = data;

  while (TRUE)
    {
      Job *job = g_async_queue_pop (jobs);
      GTask *task = job->task;

      if (task == NULL)
        {
          job_free (job);
          return NULL;
        }

      job->func (task,
                 g_task_get_source_object (task),
                 g_task_get_task_data (task),
                 g_task_get_cancellable (task));
      job_free (job);
    }
}

static void
tropea_worker_finalize (GObject *object)
{
  TropeaWorker *self = TROPEA_WORKER (object);

  tropea_worker_join (self);
  g_clear_pointer (&self->jobs, g_async_queue_unref);

  G_OBJECT_CLASS (tropea_worker_parent_class)->finalize (object);
}

static void
tropea_worker_class_init (TropeaWorkerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tropea_worker_finalize;
}

static void
tropea_worker_init (TropeaWorker *self)
{
  self->jobs = g_async_queue_new_full ((GDestroyNotify) job_free);
}

/**
 * tropea_worker_new:
 * @name: the thread's name as a debugger shows it, at most 15 characters
 */
TropeaWorker *
tropea_worker_new (const char *name)
{
  TropeaWorker *self = g_object_new (TROPEA_TYPE_WORKER, NULL);

  self->thread = g_thread_new (name, run, g_async_queue_ref (self->jobs));

  return self;
}

/**
 * tropea_worker_push:
 * @task: what @func returns its result to
 * @func: runs on the thread and must return the task
 *
 * Do this work after all that was pushed before it. Not after tropea_worker_join ().
 */
void
tropea_worker_push (TropeaWorker    *self,
                    GTask           *task,
                    GTaskThreadFunc  func)
{
  Job *job = NULL;

  g_return_if_fail (TROPEA_IS_WORKER (self));
  g_return_if_fail (G_IS_TASK (task));
  g_return_if_fail (self->thread != NULL);

  job = g_new0 (Job, 1);
  job->task = g_object_ref (task);
  job->func = func;
  g_async_queue_push (self->jobs, job);
}

/**
 * tropea_worker_is_current:
 *
 * Returns: whether the caller runs on this worker's thread
 */
gboolean
tropea_worker_is_current (TropeaWorker *self)
{
  g_return_val_if_fail (TROPEA_IS_WORKER (self), FALSE);

  return self->thread == g_thread_self ();
}

/**
 * tropea_worker_join:
 *
 * Finish what was pushed and end the thread. Blocks; call it once nothing else is to come.
 */
void
tropea_worker_join (TropeaWorker *self)
{
  g_return_if_fail (TROPEA_IS_WORKER (self));

  if (self->thread == NULL)
    return;

  g_async_queue_push (self->jobs, g_new0 (Job, 1));
  g_thread_join (g_steal_pointer (&self->thread));
}
