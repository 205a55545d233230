/* tropea-conflux-pause.c: keeps tor from finishing circuits for a choice that is over
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-conflux-pause"

#include "config.h"

#include "tor/tropea-conflux-pause.h"

#include <string.h>

/* When the chosen exits change, tor closes every circuit that nobody uses. But for each one that
 * belongs to a set still being built (conflux: several circuits to one exit) it begins another
 * one, to the exit of that set: the next page would leave by a country that was just given up.
 * So sets are forbidden together with the change. tor drops each circuit of one as soon as it is
 * open, which harms no guard as closing it halfway would, and gives up after a few. When
 * none is left, sets are allowed again.
 */

#define LOOK_INTERVAL_S 1

struct _TropeaConfluxPause
{
  GObject                  parent_instance;

  TropeaControlConnection *connection;  /* (owned) (nullable) */
  char                    *value;       /* (owned) (nullable): of the option, as it is to be;
                                           NULL where tor has none */
  gboolean                 is_paused;
  guint                    n_looks;     /* unanswered: only the last one is behind all changes */
  guint                    timer;
};

G_DEFINE_FINAL_TYPE (TropeaConfluxPause, tropea_conflux_pause, G_TYPE_OBJECT)

static void look (TropeaConfluxPause *self);

static gboolean
timer_cb (gpointer user_data)
{
  TropeaConfluxPause *self = user_data;

  self->timer = 0;
  look (self);

  return G_SOURCE_REMOVE;
}

static void
end (TropeaConfluxPause *self)
{
  g_autofree char *command = g_strconcat ("SETCONF ConfluxEnabled=", self->value, NULL);

  self->is_paused = FALSE;
  tropea_control_connection_command_async (self->connection, command, NULL, NULL);
}

static void
circuits_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr(TropeaConfluxPause) self = user_data;
  g_autoptr(TropeaControlReply) reply = NULL;
  const char *circuits = NULL;

  reply = tropea_control_connection_command_finish (TROPEA_CONTROL_CONNECTION (object), result,
                                                    NULL);
  if ((gpointer) self->connection != object)
    return;

  self->n_looks--;
  if (self->n_looks > 0 || reply == NULL || !self->is_paused)
    return;

  circuits = tropea_control_reply_get_value (reply, "circuit-status");
  if (circuits == NULL || strstr (circuits, "PURPOSE=CONFLUX_UNLINKED") == NULL)
    end (self);
  else if (self->timer == 0)
    self->timer = g_timeout_add_seconds (LOOK_INTERVAL_S, timer_cb, self);
}

static void
look (TropeaConfluxPause *self)
{
  self->n_looks++;
  tropea_control_connection_command_async (self->connection, "GETINFO circuit-status",
                                           circuits_cb, g_object_ref (self));
}

static void
value_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(TropeaConfluxPause) self = user_data;
  g_autoptr(TropeaControlReply) reply = NULL;
  const char *value = NULL;

  reply = tropea_control_connection_command_finish (TROPEA_CONTROL_CONNECTION (object), result,
                                                    NULL);
  if ((gpointer) self->connection != object || reply == NULL
      || !tropea_control_reply_is_success (reply))
    return;

  value = tropea_control_reply_get_value (reply, "ConfluxEnabled");
  if (value != NULL && !g_str_equal (value, "0"))
    self->value = g_strdup (value);
}

static void
tropea_conflux_pause_dispose (GObject *object)
{
  TropeaConfluxPause *self = TROPEA_CONFLUX_PAUSE (object);

  tropea_conflux_pause_set_connection (self, NULL);

  G_OBJECT_CLASS (tropea_conflux_pause_parent_class)->dispose (object);
}

static void
tropea_conflux_pause_class_init (TropeaConfluxPauseClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tropea_conflux_pause_dispose;
}

static void
tropea_conflux_pause_init (TropeaConfluxPause *self)
{
}

TropeaConfluxPause *
tropea_conflux_pause_new (void)
{
  return g_object_new (TROPEA_TYPE_CONFLUX_PAUSE, NULL);
}

/**
 * tropea_conflux_pause_set_connection:
 * @connection: (nullable): to a tor of ours
 */
void
tropea_conflux_pause_set_connection (TropeaConfluxPause      *self,
                                     TropeaControlConnection *connection)
{
  g_return_if_fail (TROPEA_IS_CONFLUX_PAUSE (self));
  g_return_if_fail (connection == NULL || TROPEA_IS_CONTROL_CONNECTION (connection));

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_pointer (&self->value, g_free);
  self->is_paused = FALSE;
  self->n_looks = 0;
  g_set_object (&self->connection, connection);
  if (connection != NULL)
    tropea_control_connection_command_async (connection, "GETCONF ConfluxEnabled", value_cb,
                                             g_object_ref (self));
}

/**
 * tropea_conflux_pause_send:
 * @command: a SETCONF that changes which exits are used
 *
 * Send @command so that nothing that was begun before it is finished; @callback takes it from
 * tropea_control_connection_command_finish ().
 */
void
tropea_conflux_pause_send (TropeaConfluxPause  *self,
                           const char          *command,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autofree char *whole = NULL;

  g_return_if_fail (TROPEA_IS_CONFLUX_PAUSE (self));
  g_return_if_fail (self->connection != NULL && command != NULL);

  if (self->value != NULL)
    whole = g_strconcat (command, " ConfluxEnabled=0", NULL);
  tropea_control_connection_command_async (self->connection, whole != NULL ? whole : command,
                                           callback, user_data);
  if (whole != NULL)
    {
      self->is_paused = TRUE;
      look (self);
    }
}
