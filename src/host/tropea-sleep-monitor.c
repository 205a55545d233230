/* tropea-sleep-monitor.c: hears of a suspend or shutdown before it happens, and delays it a moment
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-sleep-monitor"

#include "config.h"

#include "host/tropea-sleep-monitor.h"

#include <gio/gunixfdlist.h>
#include <glib/gstdio.h>

/* logind announces a suspend (PrepareForSleep) and waits for those who hold a lock of the kind
 * "delay". Without logind nothing is announced; then the jump between the kernel's clocks, which
 * each sample carries, tells of it afterwards, and what is not on disk yet is in memory, which
 * sleeps as well. A shutdown is announced the same way (PrepareForShutdown): the display may go
 * before anybody asks us to end, and takes a program with a window along.
 */

#define LOGIND "org.freedesktop.login1"
#define LOGIND_PATH "/org/freedesktop/login1"
#define MANAGER LOGIND ".Manager"

static const char * const announcements[] = { "PrepareForSleep", "PrepareForShutdown" };

struct _TropeaSleepMonitor
{
  GObject          parent_instance;

  GDBusConnection *bus;           /* (owned) (nullable) */
  GCancellable    *cancellable;   /* (owned) */
  guint            subscriptions[2];
  int              lock_fd;       /* -1 while there is none */
  gboolean         is_locking;
};

enum
{
  ABOUT_TO_SLEEP,
  WOKE_UP,
  N_SIGNALS,
};

G_DEFINE_FINAL_TYPE (TropeaSleepMonitor, tropea_sleep_monitor, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

static void
locked_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(TropeaSleepMonitor) self = user_data;
  g_autoptr(GUnixFDList) fds = NULL;
  g_autoptr(GVariant) answer = NULL;
  g_autoptr(GError) error = NULL;
  gint32 index = -1;
  int fd = -1;

  self->is_locking = FALSE;
  answer = g_dbus_connection_call_with_unix_fd_list_finish (G_DBUS_CONNECTION (object), &fds,
                                                            result, &error);
  if (answer != NULL)
    {
      g_variant_get (answer, "(h)", &index);
      if (fds != NULL)
        fd = g_unix_fd_list_get (fds, index, &error);
    }

  if (fd < 0)
    g_debug ("no delay of a suspend: %s", error != NULL ? error->message : "no lock");
  else if (self->lock_fd < 0 && !g_cancellable_is_cancelled (self->cancellable))
    self->lock_fd = fd;
  else
    g_close (fd, NULL);
}

static void
take_lock (TropeaSleepMonitor *self)
{
  if (self->lock_fd >= 0 || self->is_locking)
    return;

  self->is_locking = TRUE;
  g_dbus_connection_call_with_unix_fd_list (self->bus, LOGIND, LOGIND_PATH, MANAGER, "Inhibit",
                                            g_variant_new ("(ssss)", "sleep:shutdown", "Tropea",
                                                           "The open session is saved", "delay"),
                                            G_VARIANT_TYPE ("(h)"),
                                            G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL,
                                            self->cancellable, locked_cb, g_object_ref (self));
}

static void
sleep_cb (GDBusConnection *bus,
          const char      *sender,
          const char      *path,
          const char      *interface,
          const char      *name,
          GVariant        *parameters,
          gpointer         user_data)
{
  g_autoptr(TropeaSleepMonitor) self = g_object_ref (TROPEA_SLEEP_MONITOR (user_data));
  gboolean is_start;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    return;

  g_variant_get (parameters, "(b)", &is_start);
  if (is_start)
    {
      g_signal_emit (self, signals[ABOUT_TO_SLEEP], 0);
      return;
    }

  take_lock (self);
  g_signal_emit (self, signals[WOKE_UP], 0);
}

static void
bus_cb (GObject      *object,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr(TropeaSleepMonitor) self = user_data;
  g_autoptr(GError) error = NULL;
  GDBusConnection *bus = g_bus_get_finish (result, &error);

  if (bus == NULL || g_cancellable_is_cancelled (self->cancellable))
    {
      g_debug ("no system bus: %s", error != NULL ? error->message : "not wanted any more");
      g_clear_object (&bus);
      return;
    }

  self->bus = bus;
  for (gsize i = 0; i < G_N_ELEMENTS (announcements); i++)
    self->subscriptions[i] =
      g_dbus_connection_signal_subscribe (bus, LOGIND, MANAGER, announcements[i], LOGIND_PATH,
                                          NULL, G_DBUS_SIGNAL_FLAGS_NONE, sleep_cb, self, NULL);
  take_lock (self);
}

static void
tropea_sleep_monitor_dispose (GObject *object)
{
  TropeaSleepMonitor *self = TROPEA_SLEEP_MONITOR (object);

  g_cancellable_cancel (self->cancellable);
  tropea_sleep_monitor_let_sleep (self);
  for (gsize i = 0; i < G_N_ELEMENTS (announcements); i++)
    {
      if (self->subscriptions[i] != 0)
        g_dbus_connection_signal_unsubscribe (self->bus, self->subscriptions[i]);
      self->subscriptions[i] = 0;
    }
  g_clear_object (&self->bus);

  G_OBJECT_CLASS (tropea_sleep_monitor_parent_class)->dispose (object);
}

static void
tropea_sleep_monitor_finalize (GObject *object)
{
  g_clear_object (&TROPEA_SLEEP_MONITOR (object)->cancellable);

  G_OBJECT_CLASS (tropea_sleep_monitor_parent_class)->finalize (object);
}

static void
tropea_sleep_monitor_class_init (TropeaSleepMonitorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tropea_sleep_monitor_dispose;
  object_class->finalize = tropea_sleep_monitor_finalize;

  signals[ABOUT_TO_SLEEP] = g_signal_new ("about-to-sleep", G_TYPE_FROM_CLASS (klass),
                                          G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[WOKE_UP] = g_signal_new ("woke-up", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tropea_sleep_monitor_init (TropeaSleepMonitor *self)
{
  self->lock_fd = -1;
  self->cancellable = g_cancellable_new ();
}

/**
 * tropea_sleep_monitor_new:
 *
 * Listen on the system bus, as soon as there is a connection to it.
 */
TropeaSleepMonitor *
tropea_sleep_monitor_new (void)
{
  TropeaSleepMonitor *self = g_object_new (TROPEA_TYPE_SLEEP_MONITOR, NULL);

  g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, bus_cb, g_object_ref (self));

  return self;
}

/* What had to be done before the suspend is done. */
void
tropea_sleep_monitor_let_sleep (TropeaSleepMonitor *self)
{
  g_return_if_fail (TROPEA_IS_SLEEP_MONITOR (self));

  if (self->lock_fd >= 0)
    g_close (self->lock_fd, NULL);
  self->lock_fd = -1;
}
