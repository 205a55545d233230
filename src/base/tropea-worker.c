/* tropea-worker.c: one thread that does blocking work in the order it was given
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-worker"

#include "config.h"

#include "base/tropea-worker.h"

/* A SQLite handle belongs to one thread. Whoever owns the handle owns a worker, pushes each
 * piece of work as a GTask, and asserts in every function that touches the handle that it
 * runs on the worker. Work is done strictly in order, and all of it before join () returns.
 *
 * A task owns its source object. The worker's reference to a task is never dropped on the
 * worker's thread, where it could be the last one: it travels back to the task's context, or
 * to whoever joins.
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
  GAsyncQueue *done;    /* (owned), of Job: done, and to be let go elsewhere */
};

typedef struct
{
  GAsyncQueue *jobs;  /* (owned) */
  GAsyncQueue *done;  /* (owned) */
} Queues;

G_DEFINE_FINAL_TYPE (TropeaWorker, tropea_worker, G_TYPE_OBJECT)

static void
job_free (Job *job)
{
  g_clear_object (&job->task);
  g_free (job);
}

static void
free_done (GAsyncQueue *done)
{
  Job *job = NULL;

  while ((job = g_async_queue_try_pop (done)) != NULL)
    job_free (job);
}

static gboolean
free_done_cb (gpointer data)
{
  free_done (data);

  return G_SOURCE_REMOVE;
}

static void
let_go (Job         *job,
        GAsyncQueue *done)
{
  g_autoptr(GMainContext) context = g_main_context_ref (g_task_get_context (job->task));
  g_autoptr(GSource) source = g_idle_source_new ();

  g_async_queue_push (done, job);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, free_done_cb, g_async_queue_ref (done),
                         (GDestroyNotify) g_async_queue_unref);
  g_source_attach (source, context);
}

static gpointer
run (gpointer data)
{
  Queues *queues = data;
  Job *job = NULL;

  while ((job = g_async_queue_pop (queues->jobs))->task != NULL)
    {
      job->func (job->task,
                 g_task_get_source_object (job->task),
                 g_task_get_task_data (job->task),
                 g_task_get_cancellable (job->task));
      let_go (job, queues->done);
    }

  job_free (job);
  g_async_queue_unref (queues->jobs);
  g_async_queue_unref (queues->done);
  g_free (queues);

  return NULL;
}

static void
tropea_worker_finalize (GObject *object)
{
  TropeaWorker *self = TROPEA_WORKER (object);

  tropea_worker_join (self);
  g_clear_pointer (&self->jobs, g_async_queue_unref);
  g_clear_pointer (&self->done, g_async_queue_unref);

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
  self->done = g_async_queue_new_full ((GDestroyNotify) job_free);
}

/**
 * tropea_worker_new:
 * @name: the thread's name as a debugger shows it, at most 15 characters
 */
TropeaWorker *
tropea_worker_new (const char *name)
{
  TropeaWorker *self = g_object_new (TROPEA_TYPE_WORKER, NULL);
  Queues *queues = g_new0 (Queues, 1);

  queues->jobs = g_async_queue_ref (self->jobs);
  queues->done = g_async_queue_ref (self->done);
  self->thread = g_thread_new (name, run, queues);

  return self;
}

/**
 * tropea_worker_push:
 * @task: what @func returns its result to
 * @func: runs on the thread and must return the task
 *
 * Do this work after all that was pushed before it. Not after tropea_worker_join ().
 * All tasks of one worker belong to one main context.
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
  /* The field stays until then: the last pieces of work still ask which thread they are on. */
  g_thread_join (self->thread);
  self->thread = NULL;
  free_done (self->done);
}
