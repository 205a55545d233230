/* tropea-session-end.c: saves before the desktop's session ends
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-session-end"

#include "config.h"

#include "app/tropea-session-end.h"

#include <glib/gi18n.h>

/* The session manager asks its clients first, and waits while somebody inhibits it. Then the
 * session may end or go on after all, so tor is left alone: what was metered goes to disk. If it
 * ends, the manager quits the application, which closes the host. In a sandbox GTK hears the
 * question from a portal and emits “query-end”; else it hears it from the manager, GNOME's or
 * Xfce's, and answers at once without a word to us: that signal is for our connection, too.
 */

struct _TropeaSessionEnd
{
  GObject          parent_instance;

  GtkApplication  *application;  /* (unowned): owns us */
  GDBusConnection *bus;          /* (owned) (nullable) */
  TropeaHost      *host;         /* (owned) (nullable) */
  guint            subscription;
  guint            cookie;       /* 0 where nobody waits for us */
  gboolean         is_saving;
};

G_DEFINE_FINAL_TYPE (TropeaSessionEnd, tropea_session_end, G_TYPE_OBJECT)

static void
secured_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(TropeaSessionEnd) self = user_data;
  g_autoptr(GError) error = NULL;

  /* What could not be written has been told by the recorder. */
  if (!tropea_host_secure_finish (TROPEA_HOST (object), result, &error))
    g_debug ("Not all is on disk: %s", error->message);

  self->is_saving = FALSE;
  if (self->cookie != 0 && self->application != NULL)
    gtk_application_uninhibit (self->application, self->cookie);
  self->cookie = 0;
}

static void
save (TropeaSessionEnd *self,
      gboolean          can_wait)
{
  if (self->host == NULL || self->is_saving)
    return;

  self->is_saving = TRUE;
  if (can_wait)
    self->cookie = gtk_application_inhibit (self->application, NULL,
                                            GTK_APPLICATION_INHIBIT_LOGOUT,
                                            _("The open session is saved"));
  tropea_host_secure_async (self->host, secured_cb, g_object_ref (self));
}

static void
query_end_cb (TropeaSessionEnd *self)
{
  save (self, TRUE);
}

static void
manager_cb (GDBusConnection *bus,
            const char      *sender,
            const char      *path,
            const char      *interface,
            const char      *name,
            GVariant        *parameters,
            gpointer         user_data)
{
  save (user_data, FALSE);
}

static void
tropea_session_end_dispose (GObject *object)
{
  TropeaSessionEnd *self = TROPEA_SESSION_END (object);

  self->application = NULL;
  if (self->subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  self->subscription = 0;
  g_clear_object (&self->bus);
  g_clear_object (&self->host);

  G_OBJECT_CLASS (tropea_session_end_parent_class)->dispose (object);
}

static void
tropea_session_end_class_init (TropeaSessionEndClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tropea_session_end_dispose;
}

static void
tropea_session_end_init (TropeaSessionEnd *self)
{
}

/**
 * tropea_session_end_new:
 * @application: has “register-session” set, and outlives this
 */
TropeaSessionEnd *
tropea_session_end_new (GtkApplication *application)
{
  TropeaSessionEnd *self = NULL;

  g_return_val_if_fail (GTK_IS_APPLICATION (application), NULL);

  self = g_object_new (TROPEA_TYPE_SESSION_END, NULL);
  self->application = application;
  g_signal_connect_object (application, "query-end", G_CALLBACK (query_end_cb), self,
                           G_CONNECT_SWAPPED);
  if (g_set_object (&self->bus, g_application_get_dbus_connection (G_APPLICATION (application))))
    self->subscription =
      g_dbus_connection_signal_subscribe (self->bus, NULL, NULL, "QueryEndSession", NULL, NULL,
                                          G_DBUS_SIGNAL_FLAGS_NO_MATCH_RULE, manager_cb, self,
                                          NULL);

  return self;
}

void
tropea_session_end_set_host (TropeaSessionEnd *self,
                             TropeaHost       *host)
{
  g_return_if_fail (TROPEA_IS_SESSION_END (self));
  g_return_if_fail (host == NULL || TROPEA_IS_HOST (host));

  g_set_object (&self->host, host);
}
