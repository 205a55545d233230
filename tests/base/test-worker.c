/* test-worker.c: the one thread that works in order
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "base/tropea-worker.h"

#include "test-wait.h"

#define N_JOBS 1000

typedef struct
{
  TropeaWorker *worker;
  GArray       *order;     /* of int, written on the worker's thread only */
  guint         answered;
} Run;

static void
append_number (GTask        *task,
               gpointer      source_object,
               gpointer      task_data,
               GCancellable *cancellable)
{
  Run *run = g_object_get_data (source_object, "run");
  int number = GPOINTER_TO_INT (task_data);

  g_assert_true (tropea_worker_is_current (run->worker));
  g_array_append_val (run->order, number);
  g_task_return_int (task, number);
}

static void
answered_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  Run *run = user_data;

  /* Answers come on the context of whoever asked, in the same order. */
  g_assert_false (tropea_worker_is_current (run->worker));
  g_assert_cmpint (g_task_propagate_int (G_TASK (result), NULL), ==, (gssize) run->answered);
  run->answered++;
}

static void
push_all (Run     *run,
          GObject *source)
{
  for (int i = 0; i < N_JOBS; i++)
    {
      g_autoptr(GTask) task = g_task_new (source, NULL, answered_cb, run);

      g_task_set_task_data (task, GINT_TO_POINTER (i), NULL);
      tropea_worker_push (run->worker, task, append_number);
    }
}

static void
test_order (void)
{
  Run run = { tropea_worker_new ("test-order"), g_array_new (FALSE, FALSE, sizeof (int)), 0 };
  GObject *source = g_object_new (G_TYPE_OBJECT, NULL);

  g_object_set_data (source, "run", &run);
  push_all (&run, source);
  test_wait_until (run.answered == N_JOBS, 30);
  for (int i = 0; i < N_JOBS; i++)
    g_assert_cmpint (g_array_index (run.order, int, i), ==, i);

  tropea_worker_join (run.worker);
  g_assert_finalize_object (source);
  g_assert_finalize_object (run.worker);
  g_array_unref (run.order);
}

static void
test_join (void)
{
  Run run = { tropea_worker_new ("test-join"), g_array_new (FALSE, FALSE, sizeof (int)), 0 };
  GObject *source = g_object_new (G_TYPE_OBJECT, NULL);

  g_object_set_data (source, "run", &run);
  push_all (&run, source);
  tropea_worker_join (run.worker);
  g_assert_cmpuint (run.order->len, ==, N_JOBS);
  g_assert_cmpuint (run.answered, ==, 0);

  /* Joining again, and letting go after it, does nothing. */
  tropea_worker_join (run.worker);
  test_wait_until (run.answered == N_JOBS, 30);
  g_assert_finalize_object (run.worker);
  g_assert_finalize_object (source);
  g_array_unref (run.order);
}

typedef struct
{
  GMutex    mutex;
  GCond     cond;
  gboolean  answered;   /* under the mutex */
  GThread  *freed_on;
} Handover;

static void
freed_cb (gpointer  data,
          GObject  *where_the_object_was)
{
  Handover *handover = data;

  handover->freed_on = g_thread_self ();
}

/* Go on only when the answer was taken: then the worker has the last reference. */
static void
answer_and_wait (GTask        *task,
                 gpointer      source_object,
                 gpointer      task_data,
                 GCancellable *cancellable)
{
  Handover *handover = task_data;

  g_task_return_boolean (task, TRUE);
  g_mutex_lock (&handover->mutex);
  while (!handover->answered)
    g_cond_wait (&handover->cond, &handover->mutex);
  g_mutex_unlock (&handover->mutex);
}

static void
taken_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_assert_true (g_task_propagate_boolean (G_TASK (result), NULL));
}

static void
task_gone_cb (gpointer  data,
              GObject  *where_the_object_was)
{
  *(gboolean *) data = TRUE;
}

static void
test_owner (void)
{
  TropeaWorker *worker = tropea_worker_new ("test-owner");
  GObject *source = g_object_new (G_TYPE_OBJECT, NULL);
  Handover handover = { .freed_on = NULL };
  GTask *task = g_task_new (source, NULL, taken_cb, NULL);
  gboolean is_task_gone = FALSE;

  g_mutex_init (&handover.mutex);
  g_cond_init (&handover.cond);
  g_object_weak_ref (source, freed_cb, &handover);
  g_object_weak_ref (G_OBJECT (task), task_gone_cb, &is_task_gone);
  g_task_set_task_data (task, &handover, NULL);
  tropea_worker_push (worker, task, answer_and_wait);
  test_wait_until (g_task_get_completed (task), 30);
  g_object_unref (task);
  g_object_unref (source);
  g_assert_null (handover.freed_on);

  g_mutex_lock (&handover.mutex);
  handover.answered = TRUE;
  g_cond_signal (&handover.cond);
  g_mutex_unlock (&handover.mutex);
  test_wait_until (is_task_gone, 30);
  g_assert_true (handover.freed_on == g_thread_self ());

  g_assert_finalize_object (worker);
  g_mutex_clear (&handover.mutex);
  g_cond_clear (&handover.cond);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/worker/work-and-answers-are-in-order", test_order);
  g_test_add_func ("/worker/join-finishes-what-was-pushed", test_join);
  g_test_add_func ("/worker/owner-is-never-let-go-on-the-thread", test_owner);

  return g_test_run ();
}
