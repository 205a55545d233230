/* tropea-new-identity.c: asks tor for new circuits, and says when it has them
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-new-identity"

#include "config.h"

#include "tor/tropea-new-identity.h"

#include "tor/tropea-tor-backend.h"

/* SIGNAL NEWNYM is answered with 250 at once, but a second one within ten seconds is only
 * noted down; tor says "650 SIGNAL NEWNYM" when it has done it, and that is what counts here.
 * So the countdown begins at the event, whoever asked for it. Requests that come while one
 * waits are answered together with it. HUP would not do: it reads the configuration again.
 */

/* MAX_SIGNEWNYM_RATE of tor, which is no option. */
#define RATE_USEC (10 * G_USEC_PER_SEC)

/* A tor that does not tell about signals at all must not keep anybody waiting. */
#define GRACE_USEC (5 * G_USEC_PER_SEC)

struct _TropeaNewIdentity
{
  GObject                  parent_instance;

  TropeaClock             *clock;        /* (owned) */
  TropeaControlConnection *connection;   /* (owned) (nullable) */
  GPtrArray               *tasks;        /* (owned), of GTask: they finish together */
  gint64                   free_usec;    /* when tor does the next one at once */
  gint64                   give_up_usec; /* of the one that waits */
  guint                    seconds;
  guint                    timer;
};

typedef enum
{
  PROP_SECONDS = 1,
} TropeaNewIdentityProperty;

G_DEFINE_FINAL_TYPE (TropeaNewIdentity, tropea_new_identity, G_TYPE_OBJECT)

static GParamSpec *properties[PROP_SECONDS + 1];

static void count_down (TropeaNewIdentity *self);

static void
set_seconds (TropeaNewIdentity *self,
             guint              seconds)
{
  if (self->seconds == seconds)
    return;

  self->seconds = seconds;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SECONDS]);
}

/* @error: (nullable): for all that wait, NULL where it is done */
static void
finish (TropeaNewIdentity *self,
        const GError      *error)
{
  g_autoptr(GPtrArray) tasks = g_steal_pointer (&self->tasks);

  self->tasks = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < tasks->len; i++)
    {
      if (error != NULL)
        g_task_return_error (tasks->pdata[i], g_error_copy (error));
      else
        g_task_return_boolean (tasks->pdata[i], TRUE);
    }
}

static void
fail (TropeaNewIdentity *self,
      TropeaTorError     code,
      const char        *message)
{
  g_autoptr(GError) error = g_error_new_literal (TROPEA_TOR_ERROR, (int) code, message);

  finish (self, error);
}

static gboolean
timer_cb (gpointer user_data)
{
  g_autoptr(TropeaNewIdentity) self = g_object_ref (TROPEA_NEW_IDENTITY (user_data));

  self->timer = 0;
  if (self->tasks->len > 0
      && tropea_clock_get_monotonic_usec (self->clock) >= self->give_up_usec)
    fail (self, TROPEA_TOR_ERROR_CONTROL,
          "Tor did not say that it uses new circuits: restart it to be sure");
  count_down (self);

  return G_SOURCE_REMOVE;
}

/* Show how long it still takes, and come back when a second less is left. */
static void
count_down (TropeaNewIdentity *self)
{
  gint64 now_usec = tropea_clock_get_monotonic_usec (self->clock);
  gint64 left_usec = MAX (self->free_usec - now_usec, 0);
  guint seconds = (guint) ((left_usec + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
  gint64 next_usec = 0;

  g_clear_handle_id (&self->timer, g_source_remove);
  if (seconds > 0)
    next_usec = left_usec - (gint64) (seconds - 1) * G_USEC_PER_SEC;
  else if (self->tasks->len > 0)
    next_usec = MAX (self->give_up_usec - now_usec, 1);

  if (next_usec > 0)
    self->timer = g_timeout_add ((guint) ((next_usec + 999) / 1000), timer_cb, self);
  set_seconds (self, seconds);
}

static void
event_cb (TropeaNewIdentity        *self,
          const TropeaControlEvent *event)
{
  g_autoptr(TropeaNewIdentity) alive G_GNUC_UNUSED = NULL;

  if (event->kind != TROPEA_CONTROL_EVENT_SIGNAL || g_strcmp0 (event->action, "NEWNYM") != 0)
    return;

  alive = g_object_ref (self);
  self->free_usec = tropea_clock_get_monotonic_usec (self->clock) + RATE_USEC;
  count_down (self);
  finish (self, NULL);
}

static void
asked_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(TropeaNewIdentity) self = user_data;
  g_autoptr(TropeaControlReply) reply = NULL;

  reply = tropea_control_connection_command_finish (TROPEA_CONTROL_CONNECTION (object),
                                                    result, NULL);
  if (reply == NULL || object != (GObject *) self->connection
      || tropea_control_reply_is_success (reply))
    return;

  fail (self, TROPEA_TOR_ERROR_CONTROL,
        "Tor refused a new identity: restart it to have new circuits");
}

static void
tropea_new_identity_get_property (GObject    *object,
                                  guint       property_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  switch ((TropeaNewIdentityProperty) property_id)
    {
    case PROP_SECONDS:
      g_value_set_uint (value, TROPEA_NEW_IDENTITY (object)->seconds);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      break;
    }
}

static void
tropea_new_identity_dispose (GObject *object)
{
  TropeaNewIdentity *self = TROPEA_NEW_IDENTITY (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_object (&self->connection);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (tropea_new_identity_parent_class)->dispose (object);
}

static void
tropea_new_identity_finalize (GObject *object)
{
  g_clear_pointer (&TROPEA_NEW_IDENTITY (object)->tasks, g_ptr_array_unref);

  G_OBJECT_CLASS (tropea_new_identity_parent_class)->finalize (object);
}

static void
tropea_new_identity_class_init (TropeaNewIdentityClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tropea_new_identity_get_property;
  object_class->dispose = tropea_new_identity_dispose;
  object_class->finalize = tropea_new_identity_finalize;

  /**
   * TropeaNewIdentity:new-identity-seconds:
   *
   * Counts down while tor would make a new identity wait.
   */
  properties[PROP_SECONDS] =
    g_param_spec_uint ("new-identity-seconds", NULL, NULL, 0, G_MAXUINT, 0,
                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tropea_new_identity_init (TropeaNewIdentity *self)
{
  self->tasks = g_ptr_array_new_with_free_func (g_object_unref);
}

TropeaNewIdentity *
tropea_new_identity_new (TropeaClock *clock)
{
  TropeaNewIdentity *self;

  g_return_val_if_fail (TROPEA_IS_CLOCK (clock), NULL);

  self = g_object_new (TROPEA_TYPE_NEW_IDENTITY, NULL);
  self->clock = g_object_ref (clock);

  return self;
}

/**
 * tropea_new_identity_set_connection:
 * @connection: (nullable): to the tor that is asked from now on; its owner has subscribed to
 *   SIGNAL events
 *
 * With another tor there is nothing to wait for: a new one has new circuits.
 */
void
tropea_new_identity_set_connection (TropeaNewIdentity       *self,
                                    TropeaControlConnection *connection)
{
  g_return_if_fail (TROPEA_IS_NEW_IDENTITY (self));
  g_return_if_fail (connection == NULL || TROPEA_IS_CONTROL_CONNECTION (connection));

  if (self->connection == connection)
    return;

  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_set_object (&self->connection, connection);
  if (connection != NULL)
    g_signal_connect_object (connection, "event", G_CALLBACK (event_cb), self, G_CONNECT_SWAPPED);

  self->free_usec = 0;
  fail (self, TROPEA_TOR_ERROR_CANCELLED, "Tor ended before it had a new identity");
  count_down (self);
}

guint
tropea_new_identity_get_seconds (TropeaNewIdentity *self)
{
  g_return_val_if_fail (TROPEA_IS_NEW_IDENTITY (self), 0);

  return self->seconds;
}

/**
 * tropea_new_identity_ask_async:
 *
 * Have tor use new circuits for all that programs ask for from then on. Finish when it does,
 * which may take as long as "new-identity-seconds" says. Fails with %TROPEA_TOR_ERROR_BUSY
 * where there is no tor, %TROPEA_TOR_ERROR_CANCELLED if it ends, %TROPEA_TOR_ERROR_CONTROL if
 * it refuses.
 */
void
tropea_new_identity_ask_async (TropeaNewIdentity   *self,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  gint64 now_usec;

  g_return_if_fail (TROPEA_IS_NEW_IDENTITY (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, tropea_new_identity_ask_async);
  if (self->connection == NULL)
    {
      g_task_return_new_error (task, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_BUSY,
                               "There is no tor to give a new identity to: start it first");
      return;
    }

  g_ptr_array_add (self->tasks, g_steal_pointer (&task));
  if (self->tasks->len > 1)
    return;

  now_usec = tropea_clock_get_monotonic_usec (self->clock);
  self->give_up_usec = MAX (self->free_usec, now_usec) + GRACE_USEC;
  tropea_control_connection_command_async (self->connection, "SIGNAL NEWNYM", asked_cb,
                                           g_object_ref (self));
  count_down (self);
}

gboolean
tropea_new_identity_ask_finish (TropeaNewIdentity  *self,
                                GAsyncResult       *result,
                                GError            **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
