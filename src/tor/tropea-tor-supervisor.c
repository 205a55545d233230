/* tropea-tor-supervisor.c: a tor that is started again when it ends by itself
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tor-supervisor"

#include "config.h"

#include "tor/tropea-tor-supervisor.h"

#include "tor/tropea-tor-status.h"

/* A backend around a backend. While an attempt is under way, all that the tor inside shows is
 * shown here. Its end without being asked is not "failed" here but "starting" again, with
 * "trouble" saying what happened and "restart-seconds" counting down; unless trying again
 * cannot help, or did not help too often. Whoever meters sees one backend: the samples of all
 * attempts, each byte once.
 *
 * A start is over when tor answers, be it at the second attempt, or when it is given up.
 */

struct _TropeaTorSupervisor
{
  GObject              parent_instance;

  TropeaTorBackend    *tor;           /* (owned) */
  TropeaClock         *clock;         /* (owned) */
  TropeaTorStatus      status;
  TropeaRestartPolicy  policy;

  guint                n_attempts;    /* begun, ever */
  gboolean             is_attempting; /* from the begin of an attempt to its end */
  guint                timer;         /* while waiting for the next one */
  gint64               restart_usec;  /* when that is */

  GTask               *start_task;    /* (owned) (nullable) */
  GSource             *cancelled;     /* (owned) (nullable): the start's cancellable */
  GPtrArray           *stop_tasks;    /* (owned), of GTask: they finish together */
};

typedef struct
{
  TropeaTorSupervisor *self;          /* (owned) */
  guint                number;
} Attempt;

static void tor_backend_iface_init (TropeaTorBackendInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TropeaTorSupervisor, tropea_tor_supervisor, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TROPEA_TYPE_TOR_BACKEND,
                                                      tor_backend_iface_init))

static void begin_attempt (TropeaTorSupervisor *self);

static void
clear_cancelled (TropeaTorSupervisor *self)
{
  if (self->cancelled == NULL)
    return;

  g_source_destroy (self->cancelled);
  g_clear_pointer (&self->cancelled, g_source_unref);
}

/* The start task, which is over now: return it. */
static GTask *
steal_start (TropeaTorSupervisor *self)
{
  clear_cancelled (self);

  return g_steal_pointer (&self->start_task);
}

static void
become_stopped (TropeaTorSupervisor *self)
{
  g_autoptr(GPtrArray) stop_tasks = g_steal_pointer (&self->stop_tasks);
  g_autoptr(GTask) start_task = steal_start (self);

  self->stop_tasks = g_ptr_array_new_with_free_func (g_object_unref);
  tropea_tor_status_set_state (&self->status, TROPEA_TOR_STATE_STOPPED);

  if (start_task != NULL)
    g_task_return_new_error (start_task, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CANCELLED,
                             "tor was stopped before it had started");
  for (guint i = 0; i < stop_tasks->len; i++)
    g_task_return_boolean (g_ptr_array_index (stop_tasks, i), TRUE);
}

/* Takes @failure. */
static void
become_failed (TropeaTorSupervisor *self,
               GError              *failure)
{
  g_autoptr(GTask) start_task = steal_start (self);

  tropea_tor_status_take_failure (&self->status, g_error_copy (failure));
  if (start_task != NULL)
    g_task_return_error (start_task, failure);
  else
    g_error_free (failure);
}

static guint
count_seconds (gint64 usec)
{
  return (guint) ((MAX (usec, 0) + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
}

static gboolean
wait_cb (gpointer user_data)
{
  TropeaTorSupervisor *self = TROPEA_TOR_SUPERVISOR (user_data);
  g_autoptr(TropeaTorSupervisor) alive G_GNUC_UNUSED = g_object_ref (self);
  gint64 left_usec = self->restart_usec - tropea_clock_get_monotonic_usec (self->clock);
  guint seconds = count_seconds (left_usec);

  self->timer = 0;
  if (seconds == 0)
    {
      begin_attempt (self);
      return G_SOURCE_REMOVE;
    }

  /* First the next one: a handler may stop us. It comes when a second less is left. */
  left_usec -= (gint64) (seconds - 1) * G_USEC_PER_SEC;
  self->timer = g_timeout_add ((guint) ((left_usec + 999) / 1000), wait_cb, self);
  tropea_tor_status_set_restart_seconds (&self->status, seconds);

  return G_SOURCE_REMOVE;
}

/* Takes @failure: say what was and what comes, in one sentence that stays true for the wait. */
static void
become_waiting (TropeaTorSupervisor *self,
                GError              *failure,
                gint64               wait_usec)
{
  guint seconds = count_seconds (wait_usec);
  g_autofree char *cause = failure->message;

  failure->message = g_strdup_printf ("%s; trying again after %u s", cause, seconds);
  self->restart_usec = tropea_clock_get_monotonic_usec (self->clock) + wait_usec;

  g_object_freeze_notify (G_OBJECT (self));
  /* By "stopped" all that belonged to the attempt is forgotten; nobody sees that state. */
  tropea_tor_status_set_state (&self->status, TROPEA_TOR_STATE_STOPPED);
  tropea_tor_status_set_state (&self->status, TROPEA_TOR_STATE_STARTING);
  tropea_tor_status_take_trouble (&self->status, failure);
  self->timer = g_timeout_add (0, wait_cb, self);
  tropea_tor_status_set_restart_seconds (&self->status, seconds);
  g_object_thaw_notify (G_OBJECT (self));
}

/* Another start would meet the same again, at once. */
static gboolean
is_permanent (const GError *failure)
{
  static const TropeaTorError codes[] = {
    TROPEA_TOR_ERROR_NOT_INSTALLED, TROPEA_TOR_ERROR_PORT_IN_USE,
    TROPEA_TOR_ERROR_DATA_DIRECTORY, TROPEA_TOR_ERROR_CONFIGURATION,
    TROPEA_TOR_ERROR_TRANSPORT_MISSING,
  };

  if (tropea_tor_problem_of_error (failure) == TROPEA_TOR_PROBLEM_TOO_OLD)
    return TRUE;

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_error_matches (failure, TROPEA_TOR_ERROR, (int) codes[i]))
      return TRUE;

  return FALSE;
}

static GError *
explain_end (TropeaTorSupervisor *self,
             const GError        *failure)
{
  const TropeaRestartRules *rules = &self->policy.rules;

  return g_error_new (TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_UNSTABLE,
                      "%s; it failed %u times within %u min, so it is not started again by "
                      "itself: see to the cause, then start it", failure->message,
                      rules->n_crashes,
                      (guint) ((rules->window_usec + 59 * G_USEC_PER_SEC)
                               / (60 * G_USEC_PER_SEC)));
}

/* The tor inside is "failed". */
static void
end_attempt (TropeaTorSupervisor *self)
{
  g_autoptr(GError) failure = g_error_copy (tropea_tor_backend_get_failure (self->tor));
  gint64 wait_usec;

  self->is_attempting = FALSE;
  if (self->stop_tasks->len > 0)
    become_stopped (self);
  else if (is_permanent (failure))
    become_failed (self, g_steal_pointer (&failure));
  else if (tropea_restart_policy_take_crash (&self->policy,
                                             tropea_clock_get_monotonic_usec (self->clock),
                                             &wait_usec))
    become_waiting (self, g_steal_pointer (&failure), wait_usec);
  else
    become_failed (self, explain_end (self, failure));
}

static void
show_attempt (TropeaTorSupervisor *self,
              TropeaTorState       state)
{
  g_autofree char *tag = tropea_tor_backend_dup_bootstrap_tag (self->tor);
  g_autofree char *summary = tropea_tor_backend_dup_bootstrap_summary (self->tor);
  TropeaTorStatus *status = &self->status;

  g_object_freeze_notify (G_OBJECT (self));
  tropea_tor_status_set_bootstrap (status, tropea_tor_backend_get_bootstrap_percent (self->tor),
                                   tag, summary);
  tropea_tor_status_set_connection_count (status,
                                          tropea_tor_backend_get_connection_count (self->tor));
  tropea_tor_status_set_circuit_count (status, tropea_tor_backend_get_circuit_count (self->tor));
  tropea_tor_status_set_socks_port (status, tropea_tor_backend_get_socks_port (self->tor));
  tropea_tor_status_set_control_port (status, tropea_tor_backend_get_control_port (self->tor));
  tropea_tor_status_take_trouble (status, tropea_tor_backend_dup_trouble (self->tor));
  tropea_tor_status_set_restart_seconds (status, 0);
  tropea_tor_status_set_state (status, state);
  g_object_thaw_notify (G_OBJECT (self));
}

/* "diagnosis" is made here again, of the failure and the trouble. */
static void
notify_cb (TropeaTorSupervisor *self,
           GParamSpec          *pspec)
{
  g_autoptr(TropeaTorSupervisor) alive G_GNUC_UNUSED = g_object_ref (self);
  TropeaTorState state = tropea_tor_backend_get_state (self->tor);

  if (!self->is_attempting || g_str_equal (pspec->name, "diagnosis"))
    return;

  if (state == TROPEA_TOR_STATE_FAILED)
    {
      end_attempt (self);
    }
  else if (state == TROPEA_TOR_STATE_STOPPED)
    {
      self->is_attempting = FALSE;
      become_stopped (self);
    }
  else
    {
      show_attempt (self, state);
    }
}

static void
sample_cb (TropeaTorSupervisor   *self,
           const TropeaTorSample *sample)
{
  g_signal_emit_by_name (self, "sample", sample);
}

static void
attempt_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autofree Attempt *attempt = user_data;
  g_autoptr(TropeaTorSupervisor) self = attempt->self;
  g_autoptr(GTask) start_task = NULL;

  if (tropea_tor_backend_start_finish (TROPEA_TOR_BACKEND (object), result, NULL))
    {
      start_task = attempt->number == self->n_attempts ? steal_start (self) : NULL;
      if (start_task != NULL)
        g_task_return_boolean (start_task, TRUE);
    }
  else if (self->is_attempting && attempt->number == self->n_attempts
           && tropea_tor_backend_get_state (self->tor) == TROPEA_TOR_STATE_FAILED)
    {
      /* It was "failed" before and is so again: that notified nobody. */
      end_attempt (self);
    }
}

static void
begin_attempt (TropeaTorSupervisor *self)
{
  Attempt *attempt = g_new0 (Attempt, 1);

  attempt->self = g_object_ref (self);
  attempt->number = ++self->n_attempts;
  self->is_attempting = TRUE;
  tropea_tor_backend_start_async (self->tor, NULL, attempt_cb, attempt);
}

static void
begin_stop (TropeaTorSupervisor *self)
{
  if (self->is_attempting)
    {
      /* The state will tell. */
      tropea_tor_backend_stop_async (self->tor, NULL, NULL, NULL);
      return;
    }

  g_clear_handle_id (&self->timer, g_source_remove);
  become_stopped (self);
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  TropeaTorSupervisor *self = TROPEA_TOR_SUPERVISOR (user_data);
  g_autoptr(TropeaTorSupervisor) alive G_GNUC_UNUSED = g_object_ref (self);

  clear_cancelled (self);
  begin_stop (self);

  return G_SOURCE_REMOVE;
}

static void
tropea_tor_supervisor_start_async (TropeaTorBackend    *backend,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  TropeaTorSupervisor *self = TROPEA_TOR_SUPERVISOR (backend);
  g_autoptr(GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, tropea_tor_supervisor_start_async);

  if (self->is_attempting || self->timer != 0)
    {
      g_task_return_new_error (task, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_BUSY,
                               "tor is already running: stop it first");
      return;
    }

  tropea_restart_policy_reset (&self->policy);
  tropea_tor_backend_set_paused_async (self->tor, FALSE, NULL, NULL);
  self->start_task = g_steal_pointer (&task);
  if (cancellable != NULL)
    {
      self->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (self->cancelled, G_SOURCE_FUNC (cancelled_cb), self, NULL);
      g_source_attach (self->cancelled, g_main_context_get_thread_default ());
    }

  begin_attempt (self);
}

static void
tropea_tor_supervisor_stop_async (TropeaTorBackend    *backend,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  TropeaTorSupervisor *self = TROPEA_TOR_SUPERVISOR (backend);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tropea_tor_supervisor_stop_async);

  if (g_task_return_error_if_cancelled (task))
    return;

  if (!self->is_attempting && self->timer == 0)
    {
      g_task_return_new_error (task, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_BUSY,
                               "tor is not running");
      return;
    }

  g_task_set_check_cancellable (task, FALSE);
  g_ptr_array_add (self->stop_tasks, g_steal_pointer (&task));
  if (self->stop_tasks->len == 1)
    begin_stop (self);
}

static gboolean
finish_task (TropeaTorBackend  *backend,
             GAsyncResult      *result,
             GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, backend), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
paused_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;

  if (tropea_tor_backend_set_paused_finish (TROPEA_TOR_BACKEND (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* The tor inside remembers it over a crash; a start by the user begins with a network. */
static void
tropea_tor_supervisor_set_paused_async (TropeaTorBackend    *backend,
                                        gboolean             paused,
                                        GAsyncReadyCallback  callback,
                                        gpointer             user_data)
{
  TropeaTorSupervisor *self = TROPEA_TOR_SUPERVISOR (backend);
  g_autoptr(GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, tropea_tor_supervisor_set_paused_async);
  tropea_tor_backend_set_paused_async (self->tor, paused, paused_cb, g_steal_pointer (&task));
}

static TropeaControlConnection *
tropea_tor_supervisor_get_connection (TropeaTorBackend *backend)
{
  TropeaTorSupervisor *self = TROPEA_TOR_SUPERVISOR (backend);

  return self->is_attempting ? tropea_tor_backend_get_connection (self->tor) : NULL;
}

static const GError *
tropea_tor_supervisor_get_failure (TropeaTorBackend *backend)
{
  return TROPEA_TOR_SUPERVISOR (backend)->status.failure;
}

static void
tor_backend_iface_init (TropeaTorBackendInterface *iface)
{
  iface->start_async = tropea_tor_supervisor_start_async;
  iface->start_finish = finish_task;
  iface->stop_async = tropea_tor_supervisor_stop_async;
  iface->stop_finish = finish_task;
  iface->get_failure = tropea_tor_supervisor_get_failure;
  iface->set_paused_async = tropea_tor_supervisor_set_paused_async;
  iface->set_paused_finish = finish_task;
  iface->get_connection = tropea_tor_supervisor_get_connection;
}

static void
tropea_tor_supervisor_get_property (GObject    *object,
                                    guint       property_id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  tropea_tor_status_get_property (&TROPEA_TOR_SUPERVISOR (object)->status, property_id, value,
                                  pspec);
}

static void
tropea_tor_supervisor_dispose (GObject *object)
{
  TropeaTorSupervisor *self = TROPEA_TOR_SUPERVISOR (object);

  clear_cancelled (self);
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->tor != NULL)
    g_signal_handlers_disconnect_by_data (self->tor, self);
  g_clear_object (&self->tor);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (tropea_tor_supervisor_parent_class)->dispose (object);
}

static void
tropea_tor_supervisor_finalize (GObject *object)
{
  TropeaTorSupervisor *self = TROPEA_TOR_SUPERVISOR (object);

  g_clear_pointer (&self->stop_tasks, g_ptr_array_unref);
  tropea_tor_status_clear (&self->status);

  G_OBJECT_CLASS (tropea_tor_supervisor_parent_class)->finalize (object);
}

static void
tropea_tor_supervisor_class_init (TropeaTorSupervisorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tropea_tor_supervisor_get_property;
  object_class->dispose = tropea_tor_supervisor_dispose;
  object_class->finalize = tropea_tor_supervisor_finalize;

  tropea_tor_status_class_init (object_class);
}

static void
tropea_tor_supervisor_init (TropeaTorSupervisor *self)
{
  tropea_tor_status_init (&self->status, self);
  self->stop_tasks = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * tropea_tor_supervisor_new:
 * @tor: what is started and watched; nobody else starts or stops it
 * @rules: when it is started again
 * @clock: measures the waits
 */
TropeaTorSupervisor *
tropea_tor_supervisor_new (TropeaTorBackend         *tor,
                           const TropeaRestartRules *rules,
                           TropeaClock              *clock)
{
  TropeaTorSupervisor *self;

  g_return_val_if_fail (TROPEA_IS_TOR_BACKEND (tor), NULL);
  g_return_val_if_fail (rules != NULL && tropea_restart_rules_are_valid (rules), NULL);
  g_return_val_if_fail (TROPEA_IS_CLOCK (clock), NULL);

  self = g_object_new (TROPEA_TYPE_TOR_SUPERVISOR, NULL);
  self->tor = g_object_ref (tor);
  self->clock = g_object_ref (clock);
  tropea_restart_policy_init (&self->policy, rules);
  g_signal_connect_object (tor, "notify", G_CALLBACK (notify_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (tor, "sample", G_CALLBACK (sample_cb), self, G_CONNECT_SWAPPED);

  return self;
}
