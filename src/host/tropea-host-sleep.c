/* tropea-host-sleep.c: saves the open session before the computer sleeps or ends
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-host-sleep"

#include "config.h"

#include "host/tropea-host-private.h"

/* A battery may be empty before the computer wakes again. The open session ends here and is on
 * disk; what comes between this and the suspend is a session of its own, if it is one.
 */

static void
saved_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(TropeaHost) self = user_data;

  /* What could not be written has been told by the recorder, and cannot keep anybody awake. */
  tropea_recorder_flush_finish (TROPEA_RECORDER (object), result, NULL);
  if (self->sleep_monitor != NULL)
    tropea_sleep_monitor_let_sleep (self->sleep_monitor);
}

static void
about_to_sleep_cb (TropeaHost *self)
{
  if (self->is_closing)
    {
      tropea_sleep_monitor_let_sleep (self->sleep_monitor);
      return;
    }

  tropea_recorder_close_batch (self->recorder, self->source);
  tropea_recorder_flush_async (self->recorder, saved_cb, g_object_ref (self));
}

static void
secured_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;

  if (tropea_recorder_flush_finish (TROPEA_RECORDER (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * tropea_host_secure_async:
 *
 * End the open session and put all on disk, because we may be ended at any moment. What comes
 * after this is a new session.
 */
void
tropea_host_secure_async (TropeaHost          *self,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;

  g_return_if_fail (TROPEA_IS_HOST (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, tropea_host_secure_async);
  if (self->is_closing)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  tropea_host_save_traffic (self);
  tropea_recorder_close_batch (self->recorder, self->source);
  tropea_recorder_flush_async (self->recorder, secured_cb, g_steal_pointer (&task));
}

gboolean
tropea_host_secure_finish (TropeaHost    *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * tropea_host_watch_sleep:
 *
 * From now on, until the host is disposed of.
 */
void
tropea_host_watch_sleep (TropeaHost *self)
{
  self->sleep_monitor = tropea_sleep_monitor_new ();
  g_signal_connect_object (self->sleep_monitor, "about-to-sleep", G_CALLBACK (about_to_sleep_cb),
                           self, G_CONNECT_SWAPPED);
}
