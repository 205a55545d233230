/* tropea-host-sleep.c: saves the open session before the computer sleeps
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
