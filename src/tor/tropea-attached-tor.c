/* tropea-attached-tor.c: a tor that somebody else started, watched and left alone
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-attached-tor"

#include "config.h"

#include "tor/tropea-attached-tor.h"

#include "tor/tropea-control-address.h"
#include "tor/tropea-foreign-login.h"
#include "tor/tropea-tor-examiner.h"
#include "tor/tropea-tor-status.h"
#include "tor/tropea-tor-watch.h"

/* Never stopped, owned, configured or signalled: only GETINFO and SETEVENTS go to this tor,
 * and it does not notice when we are gone. It is counted from the moment of each attachment:
 * what it moved before, or while the connection was lost, was not seen and is no part of a
 * sample, whether its counters went on or began anew with another process.
 *
 * A start fails where there is no such tor. One that was there and is lost is looked for again,
 * with "starting" and "trouble" meanwhile; so is one that does not answer any more.
 */

#define LAST_SAMPLE_MS        400
#define FIRST_WAIT_SECONDS    1
#define LONGEST_WAIT_SECONDS  15

struct _TropeaAttachedTor
{
  GObject             parent_instance;

  GStrv               addresses;    /* (owned) */
  TropeaClock        *clock;        /* (owned) */
  TropeaNetwork      *network;      /* (owned) (nullable) */
  TropeaSecret       *password;     /* (owned) (nullable) */
  TropeaTorStatus     status;

  GCancellable       *login;        /* (owned) (nullable): while it is under way */
  guint               address;      /* that is tried, or was found */
  GError             *failure;      /* (owned) (nullable): the most telling of this round */
  guint               failed;       /* the address that it is of */
  TropeaTorWatch     *watch;        /* (owned) (nullable): while attached */
  TropeaTorExaminer  *examiner;     /* (owned) (nullable): as the watch */
  gboolean            was_attached; /* since the start */
  guint               wait_seconds; /* the last wait */
  guint               timer;

  GTask              *start_task;   /* (owned) (nullable) */
  GSource            *cancelled;    /* (owned) (nullable): the start's cancellable */
  GPtrArray          *stop_tasks;   /* (owned), of GTask: they finish together */
};

static void tor_backend_iface_init (TropeaTorBackendInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TropeaAttachedTor, tropea_attached_tor, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TROPEA_TYPE_TOR_BACKEND,
                                                      tor_backend_iface_init))

static void try_address (TropeaAttachedTor *self);

static void
clear_cancelled (TropeaAttachedTor *self)
{
  if (self->cancelled == NULL)
    return;

  g_source_destroy (self->cancelled);
  g_clear_pointer (&self->cancelled, g_source_unref);
}

static GTask *
steal_start (TropeaAttachedTor *self)
{
  clear_cancelled (self);

  return g_steal_pointer (&self->start_task);
}

static void
let_go (TropeaAttachedTor *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->examiner != NULL)
    tropea_tor_examiner_end (self->examiner);
  g_clear_object (&self->examiner);
  if (self->watch != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->watch, self);
      tropea_tor_watch_close (self->watch);
    }
  g_clear_object (&self->watch);
}

static void
become_stopped (TropeaAttachedTor *self)
{
  g_autoptr(GPtrArray) stop_tasks = g_steal_pointer (&self->stop_tasks);
  g_autoptr(GTask) start_task = steal_start (self);

  let_go (self);
  self->stop_tasks = g_ptr_array_new_with_free_func (g_object_unref);
  tropea_tor_status_set_state (&self->status, TROPEA_TOR_STATE_STOPPED);

  if (start_task != NULL)
    g_task_return_new_error (start_task, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CANCELLED,
                             "Tropea was told to leave that tor before it had found it");
  for (guint i = 0; i < stop_tasks->len; i++)
    g_task_return_boolean (g_ptr_array_index (stop_tasks, i), TRUE);
}

static void
become_failed (TropeaAttachedTor *self,
               GError            *failure)
{
  g_autoptr(GTask) start_task = steal_start (self);

  let_go (self);
  tropea_tor_status_take_failure (&self->status, g_error_copy (failure));
  if (start_task != NULL)
    g_task_return_error (start_task, failure);
  else
    g_error_free (failure);
}

static gboolean
wait_cb (gpointer user_data)
{
  TropeaAttachedTor *self = TROPEA_ATTACHED_TOR (user_data);

  self->timer = 0;
  self->address = 0;
  try_address (self);

  return G_SOURCE_REMOVE;
}

/* It was there, and is looked for again. */
static void
become_waiting (TropeaAttachedTor *self)
{
  const char *name = self->addresses[MIN (self->address, g_strv_length (self->addresses) - 1)];

  let_go (self);
  self->wait_seconds = self->wait_seconds == 0 ? FIRST_WAIT_SECONDS
                                               : MIN (self->wait_seconds * 2,
                                                      LONGEST_WAIT_SECONDS);
  self->timer = g_timeout_add_seconds (self->wait_seconds, wait_cb, self);
  if (self->status.state == TROPEA_TOR_STATE_STARTING)
    return;

  g_object_freeze_notify (G_OBJECT (self));
  /* By "stopped" all that belonged to the attachment is forgotten; nobody sees that state. */
  tropea_tor_status_set_state (&self->status, TROPEA_TOR_STATE_STOPPED);
  tropea_tor_status_set_state (&self->status, TROPEA_TOR_STATE_STARTING);
  tropea_tor_status_take_trouble (&self->status,
                                  tropea_tor_problem_new_error (TROPEA_TOR_PROBLEM_FOREIGN_LOST,
                                                                name, NULL));
  g_object_thaw_notify (G_OBJECT (self));
}

static void
sample_cb (TropeaAttachedTor     *self,
           const TropeaTorSample *sample)
{
  g_signal_emit_by_name (self, "sample", sample);
}

static void
ready_cb (TropeaAttachedTor *self)
{
  g_autoptr(GTask) task = steal_start (self);

  self->wait_seconds = 0;
  if (task != NULL)
    g_task_return_boolean (task, TRUE);
}

static void
last_sample_cb (TropeaAttachedTor *self)
{
  g_autoptr(TropeaAttachedTor) alive G_GNUC_UNUSED = g_object_ref (self);

  if (self->status.state == TROPEA_TOR_STATE_STOPPING)
    become_stopped (self);
}

/* The connection has ended, or nobody answers on it. */
static void
lost_cb (TropeaAttachedTor *self)
{
  g_autoptr(TropeaAttachedTor) alive G_GNUC_UNUSED = g_object_ref (self);

  if (self->status.state == TROPEA_TOR_STATE_STOPPING)
    become_stopped (self);
  else
    become_waiting (self);
}

static void
attach (TropeaAttachedTor       *self,
        TropeaControlConnection *connection,
        gboolean                 is_open)
{
  self->was_attached = TRUE;
  self->watch = tropea_tor_watch_new (connection, &self->status, self->clock,
                                      tropea_clock_get_monotonic_usec (self->clock));
  tropea_tor_watch_set_foreign (self->watch);
  g_signal_connect_swapped (self->watch, "sample", G_CALLBACK (sample_cb), self);
  g_signal_connect_swapped (self->watch, "ready", G_CALLBACK (ready_cb), self);
  g_signal_connect_swapped (self->watch, "last-sample", G_CALLBACK (last_sample_cb), self);
  g_signal_connect_swapped (self->watch, "hung", G_CALLBACK (lost_cb), self);
  g_signal_connect_swapped (self->watch, "closed", G_CALLBACK (lost_cb), self);
  self->examiner = tropea_tor_examiner_new (connection, &self->status, self->network,
                                            self->clock);
  tropea_tor_watch_begin (self->watch);

  g_object_freeze_notify (G_OBJECT (self));
  tropea_tor_status_take_trouble (&self->status, NULL);
  if (is_open)
    tropea_tor_status_take_trouble_of (&self->status, TROPEA_TOR_TROUBLE_ACCESS,
                                       tropea_tor_problem_new_error
                                         (TROPEA_TOR_PROBLEM_FOREIGN_OPEN, NULL));
  tropea_tor_status_set_state (&self->status, TROPEA_TOR_STATE_BOOTSTRAPPING);
  g_object_thaw_notify (G_OBJECT (self));
}

static gboolean
says_only_that_there_is_none (const GError *error)
{
  TropeaTorProblem problem = tropea_tor_problem_of_error (error);

  return problem == TROPEA_TOR_PROBLEM_FOREIGN_NOT_FOUND
         || problem == TROPEA_TOR_PROBLEM_FOREIGN_NO_TOR;
}

/* No address let us in. */
static void
end_round (TropeaAttachedTor *self)
{
  g_autoptr(GError) failure = g_steal_pointer (&self->failure);
  g_autofree char *names = g_strjoinv (", ", self->addresses);

  /* A password that was right before may be wrong for the tor that is there now. */
  if (self->was_attached && (says_only_that_there_is_none (failure)
                             || !g_error_matches (failure, TROPEA_TOR_ERROR,
                                                  TROPEA_TOR_ERROR_PASSWORD)))
    become_waiting (self);
  else if (says_only_that_there_is_none (failure) && g_strv_length (self->addresses) > 1)
    become_failed (self, tropea_tor_problem_new_error (TROPEA_TOR_PROBLEM_FOREIGN_NOT_FOUND,
                                                       names, NULL));
  else
    become_failed (self, g_steal_pointer (&failure));
}

static void
take_failure (TropeaAttachedTor *self,
              GError            *failure)
{
  if (self->failure == NULL || (says_only_that_there_is_none (self->failure)
                                && !says_only_that_there_is_none (failure)))
    {
      g_clear_error (&self->failure);
      self->failure = failure;
      self->failed = self->address;
    }
  else
    {
      g_error_free (failure);
    }
}

static void
login_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(TropeaAttachedTor) self = user_data;
  g_autoptr(TropeaControlConnection) connection = NULL;
  g_autoptr(GError) error = NULL;
  gboolean is_open = FALSE;

  g_clear_object (&self->login);
  connection = tropea_foreign_login_finish (result, &is_open, &error);

  if (self->status.state == TROPEA_TOR_STATE_STOPPING || self->clock == NULL)
    {
      if (connection != NULL)
        tropea_control_connection_close (connection);
      if (self->clock != NULL)
        become_stopped (self);
    }
  else if (connection != NULL && tropea_control_connection_is_open (connection))
    {
      g_clear_error (&self->failure);
      attach (self, connection, is_open);
    }
  else
    {
      if (error == NULL)
        error = tropea_tor_problem_new_error (TROPEA_TOR_PROBLEM_FOREIGN_NO_TOR,
                                              self->addresses[self->address], NULL);
      take_failure (self, g_steal_pointer (&error));
      self->address++;
      try_address (self);
    }
}

static void
try_address (TropeaAttachedTor *self)
{
  const char *text = self->addresses[self->address];
  g_autoptr(GSocketAddress) address = NULL;
  g_autoptr(GError) error = NULL;

  if (text == NULL)
    {
      end_round (self);
      return;
    }

  address = tropea_control_address_parse (text, &error);
  if (address == NULL)
    {
      become_failed (self, g_steal_pointer (&error));
      return;
    }

  self->login = g_cancellable_new ();
  tropea_foreign_login_async (address, self->password, self->login, login_cb,
                              g_object_ref (self));
}

static gboolean
no_last_sample_cb (gpointer user_data)
{
  g_autoptr(TropeaAttachedTor) self = g_object_ref (user_data);

  self->timer = 0;
  become_stopped (self);

  return G_SOURCE_REMOVE;
}

static void
begin_stop (TropeaAttachedTor *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  tropea_tor_status_set_state (&self->status, TROPEA_TOR_STATE_STOPPING);

  if (self->login != NULL)
    g_cancellable_cancel (self->login);
  else if (self->watch != NULL && tropea_tor_watch_ask_last_sample (self->watch))
    self->timer = g_timeout_add (LAST_SAMPLE_MS, no_last_sample_cb, self);
  else
    self->timer = g_timeout_add (0, no_last_sample_cb, self);
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  TropeaAttachedTor *self = TROPEA_ATTACHED_TOR (user_data);

  clear_cancelled (self);
  begin_stop (self);

  return G_SOURCE_REMOVE;
}

static gboolean
is_idle (TropeaAttachedTor *self)
{
  return self->status.state == TROPEA_TOR_STATE_STOPPED
         || self->status.state == TROPEA_TOR_STATE_FAILED;
}

static void
tropea_attached_tor_start_async (TropeaTorBackend    *backend,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  TropeaAttachedTor *self = TROPEA_ATTACHED_TOR (backend);
  g_autoptr(GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, tropea_attached_tor_start_async);

  if (!is_idle (self))
    {
      g_task_return_new_error (task, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_BUSY,
                               "A tor is already in use: stop that first");
      return;
    }

  self->start_task = g_steal_pointer (&task);
  if (cancellable != NULL)
    {
      self->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (self->cancelled, G_SOURCE_FUNC (cancelled_cb), self, NULL);
      g_source_attach (self->cancelled, g_main_context_get_thread_default ());
    }

  self->was_attached = FALSE;
  self->wait_seconds = 0;
  self->address = 0;
  g_clear_error (&self->failure);
  tropea_tor_status_set_state (&self->status, TROPEA_TOR_STATE_STARTING);
  try_address (self);
}

static void
tropea_attached_tor_stop_async (TropeaTorBackend    *backend,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  TropeaAttachedTor *self = TROPEA_ATTACHED_TOR (backend);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tropea_attached_tor_stop_async);

  if (g_task_return_error_if_cancelled (task))
    return;

  if (is_idle (self))
    {
      g_task_return_new_error (task, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_BUSY,
                               "No tor is in use");
      return;
    }

  g_task_set_check_cancellable (task, FALSE);
  g_ptr_array_add (self->stop_tasks, g_steal_pointer (&task));
  if (self->status.state != TROPEA_TOR_STATE_STOPPING)
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

static const GError *
tropea_attached_tor_get_failure (TropeaTorBackend *backend)
{
  return TROPEA_ATTACHED_TOR (backend)->status.failure;
}

/* No pause and no connection for others: both would steer. */
static void
tor_backend_iface_init (TropeaTorBackendInterface *iface)
{
  iface->start_async = tropea_attached_tor_start_async;
  iface->start_finish = finish_task;
  iface->stop_async = tropea_attached_tor_stop_async;
  iface->stop_finish = finish_task;
  iface->get_failure = tropea_attached_tor_get_failure;
}

static void
tropea_attached_tor_get_property (GObject    *object,
                                  guint       property_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  tropea_tor_status_get_property (&TROPEA_ATTACHED_TOR (object)->status, property_id, value,
                                  pspec);
}

static void
tropea_attached_tor_dispose (GObject *object)
{
  TropeaAttachedTor *self = TROPEA_ATTACHED_TOR (object);

  clear_cancelled (self);
  let_go (self);
  g_clear_object (&self->network);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->password, tropea_secret_unref);

  G_OBJECT_CLASS (tropea_attached_tor_parent_class)->dispose (object);
}

static void
tropea_attached_tor_finalize (GObject *object)
{
  TropeaAttachedTor *self = TROPEA_ATTACHED_TOR (object);

  g_clear_pointer (&self->addresses, g_strfreev);
  g_clear_pointer (&self->stop_tasks, g_ptr_array_unref);
  g_clear_error (&self->failure);
  tropea_tor_status_clear (&self->status);

  G_OBJECT_CLASS (tropea_attached_tor_parent_class)->finalize (object);
}

static void
tropea_attached_tor_class_init (TropeaAttachedTorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tropea_attached_tor_get_property;
  object_class->dispose = tropea_attached_tor_dispose;
  object_class->finalize = tropea_attached_tor_finalize;

  tropea_tor_status_class_init (object_class);
}

static void
tropea_attached_tor_init (TropeaAttachedTor *self)
{
  tropea_tor_status_init (&self->status, self);
  self->stop_tasks = g_ptr_array_new_with_free_func (g_object_unref);
}

TropeaAttachedTor *
tropea_attached_tor_new (const char * const *addresses,
                         TropeaClock        *clock)
{
  TropeaAttachedTor *self;

  g_return_val_if_fail (addresses != NULL && addresses[0] != NULL, NULL);
  g_return_val_if_fail (TROPEA_IS_CLOCK (clock), NULL);

  self = g_object_new (TROPEA_TYPE_ATTACHED_TOR, NULL);
  self->addresses = g_strdupv ((char **) addresses);
  self->clock = g_object_ref (clock);

  return self;
}

void
tropea_attached_tor_set_password (TropeaAttachedTor *self,
                                  TropeaSecret      *password)
{
  g_return_if_fail (TROPEA_IS_ATTACHED_TOR (self));

  g_clear_pointer (&self->password, tropea_secret_unref);
  if (password != NULL)
    self->password = tropea_secret_ref (password);
}

const char *
tropea_attached_tor_get_locked (TropeaAttachedTor *self)
{
  g_return_val_if_fail (TROPEA_IS_ATTACHED_TOR (self), NULL);

  if (!g_error_matches (self->status.failure, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_PASSWORD))
    return NULL;

  return self->addresses[self->failed];
}

void
tropea_attached_tor_set_network (TropeaAttachedTor *self,
                                 TropeaNetwork     *network)
{
  g_return_if_fail (TROPEA_IS_ATTACHED_TOR (self));

  g_set_object (&self->network, network);
}
