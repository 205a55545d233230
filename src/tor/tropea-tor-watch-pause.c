/* tropea-tor-watch-pause.c: takes tor's network away and gives it back
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tor-watch"

#include "config.h"

#include "tor/tropea-tor-watch-private.h"

/* DisableNetwork: tor keeps its process, its consensus and its control port, closes all other
 * connections and its SOCKS port, and opens them again. Through all of it, it calls itself
 * bootstrapped, so "paused" is our word for it; after it we look at the present as at the
 * beginning, because a SOCKS port that tor chose is another one then.
 */

typedef struct
{
  gboolean paused;
} Wish;

static void
become_paused (TropeaTorWatch *self)
{
  self->is_paused = TRUE;
  tropea_tor_status_set_socks_port (self->status, 0);
  tropea_tor_status_set_state (self->status, TROPEA_TOR_STATE_PAUSED);
}

/* From here on time counts again. */
void
tropea_tor_watch_end_pause (TropeaTorWatch *self)
{
  self->is_paused = FALSE;
  self->traffic.at_usec = tropea_clock_get_monotonic_usec (self->clock);
  self->asleep_usec = tropea_clock_get_asleep_usec (self->clock);
}

static gboolean
is_steerable (TropeaTorWatch *self,
              gpointer        connection)
{
  return self->connection != NULL && (gpointer) self->connection == connection
         && self->status->state != TROPEA_TOR_STATE_STOPPING;
}

/* All that was moved before the pause is in the last sample; now the state. */
static void
counted_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  TropeaTorWatch *self = g_task_get_source_object (task);
  g_autoptr(GObject) owner G_GNUC_UNUSED = NULL;

  tropea_tor_watch_take_traffic (self, object, result);
  if (is_steerable (self, object))
    {
      owner = g_object_ref (self->status->owner);
      become_paused (self);
    }
  g_task_return_boolean (task, TRUE);
}

static void
resume (TropeaTorWatch *self)
{
  g_autoptr(GObject) owner G_GNUC_UNUSED = g_object_ref (self->status->owner);

  if (self->is_paused)
    tropea_tor_watch_end_pause (self);
  tropea_tor_status_set_state (self->status, TROPEA_TOR_STATE_BOOTSTRAPPING);
  if (self->connection != NULL)
    tropea_tor_watch_ask_for_snapshot (self);
}

static void
set_cb (GObject      *object,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(TropeaControlReply) reply = NULL;
  TropeaTorWatch *self = g_task_get_source_object (task);
  const Wish *wish = g_task_get_task_data (task);

  reply = tropea_control_connection_command_finish (TROPEA_CONTROL_CONNECTION (object),
                                                    result, NULL);
  if (reply == NULL || !is_steerable (self, object))
    {
      g_task_return_new_error (task, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CANCELLED,
                               "Tor ended meanwhile");
    }
  else if (!tropea_control_reply_is_success (reply))
    {
      g_task_return_new_error (task, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CONTROL,
                               wish->paused ? "Tor refused to pause: stop it instead"
                                            : "Tor cannot open its ports again: restart it");
    }
  else if (wish->paused)
    {
      tropea_control_connection_command_async (self->connection, TROPEA_TOR_TRAFFIC_COMMAND,
                                               counted_cb, g_steal_pointer (&task));
    }
  else
    {
      resume (self);
      g_task_return_boolean (task, TRUE);
    }
}

/**
 * tropea_tor_watch_set_paused_async:
 *
 * See tropea_tor_backend_set_paused_async ().
 */
void
tropea_tor_watch_set_paused_async (TropeaTorWatch      *self,
                                   gboolean             paused,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  Wish *wish = g_new0 (Wish, 1);

  g_return_if_fail (TROPEA_IS_TOR_WATCH (self));

  wish->paused = paused;
  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, tropea_tor_watch_set_paused_async);
  g_task_set_task_data (task, wish, g_free);

  if (self->connection == NULL)
    g_task_return_new_error (task, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CANCELLED,
                             "Tor ended meanwhile");
  else
    tropea_control_connection_command_async (self->connection,
                                             paused ? "SETCONF DisableNetwork=1"
                                                    : "SETCONF DisableNetwork=0",
                                             set_cb, g_steal_pointer (&task));
}

gboolean
tropea_tor_watch_set_paused_finish (TropeaTorWatch  *self,
                                    GAsyncResult    *result,
                                    GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
