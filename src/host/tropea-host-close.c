/* tropea-host-close.c: the way down, in bounded time
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-host-close"

#include "config.h"

#include "host/tropea-host-private.h"

/* Steps, one after the other: tor ends (its last sample arrives before it has), what it moved
 * is a session on disk, the submitter may deliver that, the ledger ends, the store closes.
 * Each step has a time, which add up to less than the 5 s that a close may take, whatever hangs;
 * what a step did not need is for the later ones. One that is not done by then is left behind
 * and the next begins. What was left behind is harmless: tor ends with us by ownership, the
 * ledger by its stdin, and sessions that were not delivered wait on disk for the next start.
 */

typedef void (*StepFunc) (TropeaHost          *self,
                          guint                limit_ms,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data);
typedef gboolean (*StepFinishFunc) (TropeaHost    *self,
                                    GAsyncResult  *result,
                                    GError       **error);

typedef struct
{
  const char     *what;
  guint           limit_ms;
  StepFunc        begin;
  StepFinishFunc  finish;
} Step;

typedef struct
{
  guint   n_begun;
  guint   timer;
  gint64  begun_usec;
  GError *failure;     /* (owned) (nullable): the first */
} Closing;

/* What a step's callback needs to know whether it still matters. */
typedef struct
{
  GTask *task;      /* (owned) */
  guint  n_begun;
} Waiting;

static void begin_step (GTask *task);

static void
stop_tor (TropeaHost          *self,
          guint                limit_ms,
          GAsyncReadyCallback  callback,
          gpointer             user_data)
{
  tropea_tor_backend_stop_async (self->backend, NULL, callback, user_data);
}

static gboolean
stop_tor_finish (TropeaHost    *self,
                 GAsyncResult  *result,
                 GError       **error)
{
  return tropea_tor_backend_stop_finish (self->backend, result, error);
}

static void
save (TropeaHost          *self,
      guint                limit_ms,
      GAsyncReadyCallback  callback,
      gpointer             user_data)
{
  tropea_host_save_async (self, callback, user_data);
}

static gboolean
save_finish (TropeaHost    *self,
             GAsyncResult  *result,
             GError       **error)
{
  return tropea_host_save_finish (self, result, error);
}

/* Whether what waits could be with the ledger in a moment. */
static gboolean
can_deliver (TropeaHost *self)
{
  return self->is_submitting &&
         tropea_store_get_totals (self->store)->waiting > 0 &&
         tropea_identity_get_state (self->identity) == TROPEA_KEY_STATE_READY &&
         !tropea_submitter_is_stuck (self->submitter) &&
         (self->ledger == NULL || tropea_embedded_ledger_get_is_ready (self->ledger));
}

/* The task's data is the timer, which holds the task. */
static void
end_delivery (GTask *task)
{
  TropeaHost *self = g_task_get_source_object (task);
  guint timer = GPOINTER_TO_UINT (g_task_get_task_data (task));

  g_signal_handlers_disconnect_by_data (self->store, task);
  g_signal_handlers_disconnect_by_data (self->submitter, task);
  if (self->ledger != NULL)
    g_signal_handlers_disconnect_by_data (self->ledger, task);
  g_task_return_boolean (task, TRUE);
  if (timer != 0)
    g_source_remove (timer);
}

static void
delivery_changed_cb (GTask *task)
{
  g_autoptr(GTask) kept = g_object_ref (task);

  if (!can_deliver (g_task_get_source_object (task)))
    end_delivery (kept);
}

static gboolean
delivery_time_is_up (gpointer user_data)
{
  GTask *task = user_data;

  g_task_set_task_data (task, NULL, NULL);
  end_delivery (task);

  return G_SOURCE_REMOVE;
}

/* A short grace for what was just cut; that some of it stays for the next start is no failure. */
static void
deliver (TropeaHost          *self,
         guint                limit_ms,
         GAsyncReadyCallback  callback,
         gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (self, NULL, callback, user_data);
  guint timer = 0;

  g_task_set_source_tag (task, deliver);
  if (!can_deliver (self))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  g_signal_connect_object (self->store, "totals-changed", G_CALLBACK (delivery_changed_cb), task,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->submitter, "notify::problem", G_CALLBACK (delivery_changed_cb),
                           task, G_CONNECT_SWAPPED);
  if (self->ledger != NULL)
    g_signal_connect_object (self->ledger, "notify::is-ready", G_CALLBACK (delivery_changed_cb),
                             task, G_CONNECT_SWAPPED);
  timer = g_timeout_add_full (G_PRIORITY_DEFAULT, limit_ms, delivery_time_is_up,
                              g_object_ref (task), g_object_unref);
  g_task_set_task_data (task, GUINT_TO_POINTER (timer), NULL);
  tropea_submitter_kick (self->submitter);
}

static gboolean
deliver_finish (TropeaHost    *self,
                GAsyncResult  *result,
                GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
stop_submitter (TropeaHost          *self,
                guint                limit_ms,
                GAsyncReadyCallback  callback,
                gpointer             user_data)
{
  tropea_submitter_stop_async (self->submitter, limit_ms, callback, user_data);
}

static gboolean
stop_submitter_finish (TropeaHost    *self,
                       GAsyncResult  *result,
                       GError       **error)
{
  return tropea_submitter_stop_finish (self->submitter, result, error);
}

static void
stop_ledger (TropeaHost          *self,
             guint                limit_ms,
             GAsyncReadyCallback  callback,
             gpointer             user_data)
{
  tropea_embedded_ledger_stop_async (self->ledger, limit_ms, callback, user_data);
}

static gboolean
stop_ledger_finish (TropeaHost    *self,
                    GAsyncResult  *result,
                    GError       **error)
{
  return tropea_embedded_ledger_stop_finish (self->ledger, result, error);
}

static void
close_store (TropeaHost          *self,
             guint                limit_ms,
             GAsyncReadyCallback  callback,
             gpointer             user_data)
{
  tropea_store_close_async (self->store, callback, user_data);
}

static gboolean
close_store_finish (TropeaHost    *self,
                    GAsyncResult  *result,
                    GError       **error)
{
  return tropea_store_close_finish (self->store, result, error);
}

/* A stop of tor has its own SIGKILL, after 1.8 s at most; the submitter and the ledger keep
 * their limits themselves: they are told less than they have, since a kill takes a while on a
 * busy machine. */
#define SLACK_MS 80
#define HEAD_START_MS 100

static const Step steps[] = {
  { "tor", 2000, stop_tor, stop_tor_finish },
  { "the open session", 500, save, save_finish },
  { "the delivery", 700, deliver, deliver_finish },
  { "the submission", 300, stop_submitter, stop_submitter_finish },
  { "the ledger", 500, stop_ledger, stop_ledger_finish },
  { "the store", 500, close_store, close_store_finish },
};

static void
closing_free (Closing *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_error (&self->failure);
  g_free (self);
}

static void
keep_failure (Closing *closing,
              GError  *failure)
{
  if (closing->failure == NULL)
    closing->failure = failure;
  else
    g_error_free (failure);
}

static gboolean
is_needed (TropeaHost *self,
           const Step *step)
{
  if (step->begin == stop_tor)
    return tropea_host_is_active (self);
  if (step->begin == deliver || step->begin == stop_submitter)
    return self->is_submitting;
  if (step->begin == stop_ledger)
    return self->ledger != NULL;

  return TRUE;
}

static void
step_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  Waiting *waiting = user_data;
  g_autoptr(GTask) task = waiting->task;
  g_autoptr(GError) error = NULL;
  TropeaHost *self = g_task_get_source_object (task);
  Closing *closing = g_task_get_task_data (task);
  gboolean is_late = closing->n_begun != waiting->n_begun || closing->timer == 0;
  const Step *step = &steps[waiting->n_begun - 1];

  g_free (waiting);
  if (!step->finish (self, result, &error) && !is_late)
    keep_failure (closing, g_steal_pointer (&error));
  if (is_late)
    return;

  g_clear_handle_id (&closing->timer, g_source_remove);
  begin_step (task);
}

static gboolean
too_long_cb (gpointer user_data)
{
  GTask *task = user_data;
  TropeaHost *self = g_task_get_source_object (task);
  Closing *closing = g_task_get_task_data (task);
  const Step *step = &steps[closing->n_begun - 1];

  closing->timer = 0;
  keep_failure (closing, g_error_new (TROPEA_HOST_ERROR, TROPEA_HOST_ERROR_FAILED,
                                      "Waiting for %s took too long: Tropea ended without it",
                                      step->what));

  /* A thread that hangs in the disk would hang whoever joins it: let go of the store without. */
  if (step->begin == close_store)
    g_object_ref (self->store);
  begin_step (task);

  return G_SOURCE_REMOVE;
}

/* Its own time, and what is over of that of the steps before: most need next to nothing, and one
 * that a busy machine keeps waiting is not given up for that.
 */
static guint
get_patience_ms (const Closing *closing,
                 guint          n_begun)
{
  guint patience_ms = steps[n_begun - 1].limit_ms + SLACK_MS;
  gint64 over_ms = - (g_get_monotonic_time () - closing->begun_usec) / 1000;

  for (guint i = 0; i < n_begun - 1; i++)
    over_ms += steps[i].limit_ms + SLACK_MS;

  return patience_ms + (guint) MAX (over_ms, 0);
}

static void
begin_step (GTask *task)
{
  TropeaHost *self = g_task_get_source_object (task);
  Closing *closing = g_task_get_task_data (task);
  const Step *step = NULL;
  Waiting *waiting = NULL;

  while (closing->n_begun < G_N_ELEMENTS (steps) && !is_needed (self, &steps[closing->n_begun]))
    closing->n_begun++;

  if (closing->n_begun == G_N_ELEMENTS (steps))
    {
      closing->n_begun++;
      if (closing->failure != NULL)
        g_task_return_error (task, g_steal_pointer (&closing->failure));
      else
        g_task_return_boolean (task, TRUE);
      return;
    }

  step = &steps[closing->n_begun++];
  waiting = g_new0 (Waiting, 1);
  waiting->task = g_object_ref (task);
  waiting->n_begun = closing->n_begun;
  closing->timer = g_timeout_add_full (G_PRIORITY_DEFAULT,
                                       get_patience_ms (closing, closing->n_begun), too_long_cb,
                                       g_object_ref (task), g_object_unref);
  step->begin (self, step->limit_ms - HEAD_START_MS, step_cb, waiting);
}

/**
 * tropea_host_close_async:
 *
 * End everything within 5 s. Fails where a part did not end in order; it is closed all the
 * same. After it only unref.
 */
void
tropea_host_close_async (TropeaHost          *self,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  Closing *closing = NULL;

  g_return_if_fail (TROPEA_IS_HOST (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, tropea_host_close_async);

  if (self->is_closing)
    {
      g_task_return_new_error (task, TROPEA_HOST_ERROR, TROPEA_HOST_ERROR_BUSY,
                               "Tropea is being closed already: wait for that");
      return;
    }

  self->is_closing = TRUE;
  closing = g_new0 (Closing, 1);
  closing->begun_usec = g_get_monotonic_time ();
  g_task_set_task_data (task, closing, (GDestroyNotify) closing_free);
  begin_step (task);
}

gboolean
tropea_host_close_finish (TropeaHost    *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
