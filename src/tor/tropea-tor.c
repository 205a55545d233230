/* tropea-tor.c: a real tor process, started, watched and ended
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tor"

#include "config.h"

#include "tor/tropea-tor.h"

#include "tor/tropea-control-login.h"
#include "tor/tropea-tor-examiner.h"
#include "tor/tropea-tor-process.h"
#include "tor/tropea-tor-status.h"
#include "tor/tropea-tor-watch.h"

/* One run, and no second one by itself: that is the supervisor's business. It goes from spawn
 * to the moment when three things are over: the process is reaped, the control connection has
 * given all it had, and no login is under way. Only then does the state become "stopped" or
 * "failed". Whatever goes wrong on the way just ends the process; finish_run () then says what
 * it was. While a tor that failed is being ended the state is
 * "stopping", as it is after a stop; what comes behind it differs.
 *
 * A tor that dies takes with it what it moved since its last answer, a second at most.
 */

/* On the way down the host waits 2 s for tor, so the first two fit into that together: a tor
 * that hangs is killed and reaped before, instead of being left behind. */
#define LAST_SAMPLE_MS  400   /* of a tor that answers; it takes less than 1 ms */
#define GRACE_MS        1400  /* between SIGTERM and SIGKILL; tor takes 15 ms */
#define EXIT_MS         1500  /* between the end of the connection and that of the process */
#define DRAIN_MS        1000  /* the other way round */

struct _TropeaTor
{
  GObject                  parent_instance;

  TropeaTorConfig         *config;          /* (owned) */
  TropeaClock             *clock;           /* (owned) */
  TropeaTorStatus          status;
  TropeaTorLog            *log;             /* (owned) (nullable) */

  TropeaTorProcess        *process;         /* (owned) (nullable) */
  GCancellable            *login;           /* (owned) (nullable): while it is under way */
  TropeaTorWatch          *watch;           /* (owned) (nullable): while its connection is open */
  TropeaTorExaminer       *examiner;        /* (owned) (nullable): as the watch */
  TropeaNetwork           *network;         /* (owned) (nullable) */
  GError                  *failure;         /* (owned) (nullable): why we end the process */
  gboolean                 has_exited;
  gboolean                 is_asked;        /* to stop: its end is no failure */
  gboolean                 began_paused;    /* by its torrc */
  gint64                   begun_usec;

  GTask                   *start_task;      /* (owned) (nullable) */
  GSource                 *cancelled;       /* (owned) (nullable): the start's cancellable */
  GPtrArray               *stop_tasks;      /* (owned), of GTask: they finish together */
  guint                    deadline_id;
};

static void tor_backend_iface_init (TropeaTorBackendInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TropeaTor, tropea_tor, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TROPEA_TYPE_TOR_BACKEND,
                                                      tor_backend_iface_init))

static void
clear_cancelled (TropeaTor *self)
{
  if (self->cancelled == NULL)
    return;

  g_source_destroy (self->cancelled);
  g_clear_pointer (&self->cancelled, g_source_unref);
}

static void
set_deadline (TropeaTor   *self,
              guint        after_ms,
              GSourceFunc  callback)
{
  g_clear_handle_id (&self->deadline_id, g_source_remove);
  self->deadline_id = g_timeout_add (after_ms, callback, self);
}

/* What is said of a run that was not asked to end. */
static GError *
dup_cause (TropeaTor *self)
{
  TropeaTorOutput *output = tropea_tor_process_get_output (self->process);
  g_autofree char *how_it_ended = tropea_tor_process_dup_how_it_ended (self->process);

  if (self->failure != NULL)
    return g_error_copy (self->failure);
  if (self->start_task != NULL)
    return tropea_tor_output_explain_start (output, self->config, how_it_ended);

  return tropea_tor_output_explain_exit (output, how_it_ended);
}

static void
forget_watch (TropeaTor *self)
{
  if (self->examiner != NULL)
    tropea_tor_examiner_end (self->examiner);
  g_clear_object (&self->examiner);
  g_clear_object (&self->watch);
}

static void
forget_run (TropeaTor *self)
{
  clear_cancelled (self);
  g_clear_handle_id (&self->deadline_id, g_source_remove);
  g_clear_object (&self->process);
  g_clear_error (&self->failure);
}

static void
finish_run (TropeaTor *self)
{
  g_autoptr(TropeaTor) alive G_GNUC_UNUSED = g_object_ref (self);
  g_autoptr(GPtrArray) stop_tasks = NULL;
  g_autoptr(GTask) start_task = NULL;
  g_autoptr(GError) cause = NULL;

  if (!self->has_exited || self->login != NULL || self->watch != NULL)
    return;

  if (!self->is_asked)
    cause = dup_cause (self);

  forget_run (self);
  start_task = g_steal_pointer (&self->start_task);
  stop_tasks = g_steal_pointer (&self->stop_tasks);
  self->stop_tasks = g_ptr_array_new_with_free_func (g_object_unref);

  if (cause != NULL)
    tropea_tor_status_take_failure (&self->status, g_error_copy (cause));
  else
    tropea_tor_status_set_state (&self->status, TROPEA_TOR_STATE_STOPPED);

  if (start_task != NULL)
    g_task_return_error (start_task, g_steal_pointer (&cause));
  for (guint i = 0; i < stop_tasks->len; i++)
    g_task_return_boolean (g_ptr_array_index (stop_tasks, i), TRUE);
}

static gboolean
kill_cb (gpointer user_data)
{
  TropeaTor *self = TROPEA_TOR (user_data);

  self->deadline_id = 0;
  tropea_tor_process_kill (self->process);

  return G_SOURCE_REMOVE;
}

static void
end_process (TropeaTor *self)
{
  if (self->has_exited)
    return;

  set_deadline (self, GRACE_MS, kill_cb);
  tropea_tor_process_terminate (self->process);
}

/* End the process because of @failure (transfer full), which is what is shown then. */
static void
take_failure (TropeaTor *self,
              GError    *failure)
{
  if (self->failure == NULL)
    self->failure = failure;
  else
    g_error_free (failure);

  if (!self->has_exited)
    tropea_tor_status_set_state (&self->status, TROPEA_TOR_STATE_STOPPING);
  end_process (self);
}

static gboolean
no_exit_cb (gpointer user_data)
{
  TropeaTor *self = TROPEA_TOR (user_data);

  self->deadline_id = 0;
  take_failure (self, g_error_new (TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CONTROL,
                                   "The control connection to tor was lost, so tor was ended"));

  return G_SOURCE_REMOVE;
}

/* tor closes the connection when it ends, and its end says more than that. */
static void
lose_connection (TropeaTor    *self,
                 const GError *error)
{
  if (self->has_exited || self->status.state == TROPEA_TOR_STATE_STOPPING)
    return;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    set_deadline (self, EXIT_MS, no_exit_cb);
  else
    take_failure (self, g_error_copy (error));
}

static void
closed_cb (TropeaTorWatch *watch,
           const GError   *error,
           TropeaTor      *self)
{
  g_autoptr(TropeaTor) alive G_GNUC_UNUSED = g_object_ref (self);

  forget_watch (self);
  lose_connection (self, error);
  finish_run (self);
}

static gboolean
drain_cb (gpointer user_data)
{
  TropeaTor *self = TROPEA_TOR (user_data);

  self->deadline_id = 0;
  tropea_tor_watch_close (self->watch);
  forget_watch (self);
  finish_run (self);

  return G_SOURCE_REMOVE;
}

/* What tor sent before it ended is still in the socket. */
static void
exited_cb (TropeaTorProcess *process,
           TropeaTor        *self)
{
  self->has_exited = TRUE;
  g_clear_handle_id (&self->deadline_id, g_source_remove);
  tropea_tor_process_delete_files (process);

  if (self->login != NULL)
    g_cancellable_cancel (self->login);
  if (self->watch != NULL)
    set_deadline (self, DRAIN_MS, drain_cb);

  finish_run (self);
}

static void
sample_cb (TropeaTorWatch        *watch,
           const TropeaTorSample *sample,
           TropeaTor             *self)
{
  tropea_tor_output_tick (tropea_tor_process_get_output (self->process));
  g_signal_emit_by_name (self, "sample", sample);
}

/* Its answers may still come before it ends, and are counted. */
static void
hung_cb (TropeaTorWatch *watch,
         TropeaTor      *self)
{
  g_autoptr(TropeaTor) alive G_GNUC_UNUSED = g_object_ref (self);

  tropea_tor_status_take_trouble (&self->status,
                                  g_error_new (TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_HUNG,
                                               "Tor does not answer any more: it is being ended"));
  take_failure (self, g_error_new (TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_HUNG,
                                   "Tor did not answer any more, so it was ended"));
}

static void
ready_cb (TropeaTorWatch *watch,
          TropeaTor      *self)
{
  g_autoptr(GTask) task = g_steal_pointer (&self->start_task);

  clear_cancelled (self);
  if (task != NULL)
    g_task_return_boolean (task, TRUE);
}

static void
last_sample_cb (TropeaTorWatch *watch,
                TropeaTor      *self)
{
  end_process (self);
}

static void
begin_watch (TropeaTor               *self,
             TropeaControlConnection *connection)
{
  self->watch = tropea_tor_watch_new (connection, &self->status, self->clock, self->begun_usec);
  g_signal_connect_object (self->watch, "sample", G_CALLBACK (sample_cb), self, 0);
  g_signal_connect_object (self->watch, "ready", G_CALLBACK (ready_cb), self, 0);
  g_signal_connect_object (self->watch, "last-sample", G_CALLBACK (last_sample_cb), self, 0);
  g_signal_connect_object (self->watch, "hung", G_CALLBACK (hung_cb), self, 0);
  g_signal_connect_object (self->watch, "closed", G_CALLBACK (closed_cb), self, 0);
  self->examiner = tropea_tor_examiner_new (connection, &self->status, self->network,
                                            self->clock);
  tropea_tor_examiner_set_bridge_mode (self->examiner, self->config->bridge_mode);
  tropea_tor_watch_begin (self->watch);

  tropea_tor_status_set_state (&self->status, TROPEA_TOR_STATE_BOOTSTRAPPING);
  /* Somebody may have thought better of it since the torrc was written. */
  if (self->watch != NULL && (self->began_paused || self->config->is_paused))
    tropea_tor_watch_set_paused_async (self->watch, self->config->is_paused, NULL, NULL);
}

static void
login_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(TropeaTor) self = user_data;
  g_autoptr(TropeaControlConnection) connection = NULL;
  g_autoptr(GError) error = NULL;

  g_clear_object (&self->login);
  connection = tropea_control_login_finish (result, &error);

  if (connection == NULL)
    {
      lose_connection (self, error);
    }
  else if (self->status.state != TROPEA_TOR_STATE_STARTING
           || !tropea_control_connection_is_open (connection))
    {
      g_autoptr(GError) lost = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED, "");

      tropea_control_connection_close (connection);
      lose_connection (self, lost);
    }
  else
    {
      begin_watch (self, connection);
    }

  finish_run (self);
}

static void
begin_login (TropeaTor *self)
{
  g_autofree char *socket_path = tropea_tor_config_dup_control_socket (self->config);
  g_autofree char *cookie_path = tropea_tor_config_dup_cookie_file (self->config);

  self->login = g_cancellable_new ();
  tropea_control_login_async (socket_path, cookie_path, self->login, login_cb,
                              g_object_ref (self));
}

static gboolean
no_last_sample_cb (gpointer user_data)
{
  TropeaTor *self = TROPEA_TOR (user_data);

  self->deadline_id = 0;
  end_process (self);

  return G_SOURCE_REMOVE;
}

static void
begin_stop (TropeaTor *self)
{
  g_autoptr(GTask) start_task = g_steal_pointer (&self->start_task);

  clear_cancelled (self);
  self->is_asked = TRUE;
  tropea_tor_status_set_state (&self->status, TROPEA_TOR_STATE_STOPPING);

  if (self->login != NULL)
    g_cancellable_cancel (self->login);

  if (self->watch != NULL && self->failure == NULL
      && tropea_tor_watch_ask_last_sample (self->watch))
    set_deadline (self, LAST_SAMPLE_MS, no_last_sample_cb);
  else
    end_process (self);

  if (start_task != NULL)
    g_task_return_new_error (start_task, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CANCELLED,
                             "tor was stopped before it had started");
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  begin_stop (TROPEA_TOR (user_data));

  return G_SOURCE_REMOVE;
}

static void
begin_run (TropeaTor        *self,
           TropeaTorProcess *process)
{
  self->process = process;
  tropea_tor_output_set_log (tropea_tor_process_get_output (process), self->log);
  self->has_exited = FALSE;
  self->is_asked = FALSE;
  self->began_paused = self->config->is_paused;
  self->begun_usec = tropea_clock_get_monotonic_usec (self->clock);
  g_signal_connect_object (process, "exited", G_CALLBACK (exited_cb), self, 0);

  tropea_tor_status_set_state (&self->status, TROPEA_TOR_STATE_STARTING);
}

static void
tropea_tor_start_async (TropeaTorBackend    *backend,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  TropeaTor *self = TROPEA_TOR (backend);
  g_autoptr(GTask) task = g_task_new (self, NULL, callback, user_data);
  g_autoptr(GError) error = NULL;
  TropeaTorProcess *process;

  g_task_set_source_tag (task, tropea_tor_start_async);

  if (self->process != NULL)
    {
      g_task_return_new_error (task, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_BUSY,
                               "tor is already running: stop it first");
      return;
    }

  process = tropea_tor_process_spawn (self->config, &error);
  if (process == NULL)
    {
      tropea_tor_status_take_failure (&self->status, g_error_copy (error));
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  self->start_task = g_steal_pointer (&task);
  if (cancellable != NULL)
    {
      self->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (self->cancelled, G_SOURCE_FUNC (cancelled_cb), self, NULL);
      g_source_attach (self->cancelled, g_main_context_get_thread_default ());
    }

  begin_login (self);
  begin_run (self, process);
}

static void
tropea_tor_stop_async (TropeaTorBackend    *backend,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  TropeaTor *self = TROPEA_TOR (backend);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tropea_tor_stop_async);

  if (g_task_return_error_if_cancelled (task))
    return;

  if (self->process == NULL)
    {
      g_task_return_new_error (task, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_BUSY,
                               "tor is not running");
      return;
    }

  g_task_set_check_cancellable (task, FALSE);
  g_ptr_array_add (self->stop_tasks, g_steal_pointer (&task));
  if (!self->is_asked)
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
  TropeaTor *self = g_task_get_source_object (task);

  if (tropea_tor_watch_set_paused_finish (TROPEA_TOR_WATCH (object), result, &error))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  if (g_error_matches (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CONTROL))
    self->config->is_paused = self->status.state == TROPEA_TOR_STATE_PAUSED;
  g_task_return_error (task, g_steal_pointer (&error));
}

/* A start that is under way takes it from the configuration when tor answers. */
static void
tropea_tor_set_paused_async (TropeaTorBackend    *backend,
                             gboolean             paused,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  TropeaTor *self = TROPEA_TOR (backend);
  g_autoptr(GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, tropea_tor_set_paused_async);

  self->config->is_paused = paused;
  if (self->watch != NULL && self->status.state != TROPEA_TOR_STATE_STOPPING)
    tropea_tor_watch_set_paused_async (self->watch, paused, paused_cb, g_steal_pointer (&task));
  else
    g_task_return_boolean (task, TRUE);
}

static TropeaControlConnection *
tropea_tor_get_connection (TropeaTorBackend *backend)
{
  TropeaTor *self = TROPEA_TOR (backend);

  return self->watch != NULL ? tropea_tor_watch_get_connection (self->watch) : NULL;
}

static const GError *
tropea_tor_get_failure (TropeaTorBackend *backend)
{
  return TROPEA_TOR (backend)->status.failure;
}

static void
tor_backend_iface_init (TropeaTorBackendInterface *iface)
{
  iface->start_async = tropea_tor_start_async;
  iface->start_finish = finish_task;
  iface->stop_async = tropea_tor_stop_async;
  iface->stop_finish = finish_task;
  iface->get_failure = tropea_tor_get_failure;
  iface->set_paused_async = tropea_tor_set_paused_async;
  iface->set_paused_finish = finish_task;
  iface->get_connection = tropea_tor_get_connection;
}

static void
tropea_tor_get_property (GObject    *object,
                         guint       property_id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  tropea_tor_status_get_property (&TROPEA_TOR (object)->status, property_id, value, pspec);
}

/* With a tor still running nobody waits for its end any more; it gets the signal, and it
 * loses the connection that it belongs to.
 */
static void
tropea_tor_dispose (GObject *object)
{
  TropeaTor *self = TROPEA_TOR (object);

  if (self->process != NULL && !self->has_exited)
    tropea_tor_process_terminate (self->process);
  if (self->watch != NULL)
    tropea_tor_watch_close (self->watch);
  forget_watch (self);
  forget_run (self);
  g_clear_object (&self->network);
  g_clear_object (&self->log);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (tropea_tor_parent_class)->dispose (object);
}

static void
tropea_tor_finalize (GObject *object)
{
  TropeaTor *self = TROPEA_TOR (object);

  g_clear_pointer (&self->config, tropea_tor_config_free);
  g_clear_pointer (&self->stop_tasks, g_ptr_array_unref);
  tropea_tor_status_clear (&self->status);

  G_OBJECT_CLASS (tropea_tor_parent_class)->finalize (object);
}

static void
tropea_tor_class_init (TropeaTorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tropea_tor_get_property;
  object_class->dispose = tropea_tor_dispose;
  object_class->finalize = tropea_tor_finalize;

  tropea_tor_status_class_init (object_class);
}

static void
tropea_tor_init (TropeaTor *self)
{
  tropea_tor_status_init (&self->status, self);
  self->stop_tasks = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * tropea_tor_new:
 * @config: copied; looked at by the next start
 * @clock: measures and dates the samples
 */
TropeaTor *
tropea_tor_new (const TropeaTorConfig *config,
                TropeaClock           *clock)
{
  TropeaTor *self;

  g_return_val_if_fail (config != NULL, NULL);
  g_return_val_if_fail (TROPEA_IS_CLOCK (clock), NULL);

  self = g_object_new (TROPEA_TYPE_TOR, NULL);
  self->config = tropea_tor_config_copy (config);
  self->clock = g_object_ref (clock);

  return self;
}

/**
 * tropea_tor_set_network:
 * @network: (nullable): what the system says of the network; looked at by the next start
 */
void
tropea_tor_set_network (TropeaTor     *self,
                        TropeaNetwork *network)
{
  g_return_if_fail (TROPEA_IS_TOR (self));
  g_return_if_fail (network == NULL || TROPEA_IS_NETWORK (network));

  g_set_object (&self->network, network);
}

/**
 * tropea_tor_set_log:
 * @log: is given what tor prints, from the next start on
 */
void
tropea_tor_set_log (TropeaTor    *self,
                    TropeaTorLog *log)
{
  g_return_if_fail (TROPEA_IS_TOR (self));
  g_return_if_fail (TROPEA_IS_TOR_LOG (log));

  g_set_object (&self->log, log);
}
