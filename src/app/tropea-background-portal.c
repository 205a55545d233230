/* tropea-background-portal.c: asks the desktop, from a sandbox, to let us run and be started
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-background-portal"

#include "config.h"

#include "app/tropea-background-portal.h"

/* org.freedesktop.portal.Background, versions 1 and 2. Not every desktop has it: then there is an
 * error of the code G_IO_ERROR_NOT_SUPPORTED, and whoever runs goes on running. The answer comes
 * as a signal of an object whose path is known beforehand, so that it cannot be missed.
 */

#define PORTAL "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"
#define BACKGROUND "org.freedesktop.portal.Background"
#define REQUEST "org.freedesktop.portal.Request"

/* The portal's own limit. */
#define LONGEST_STATUS 96

struct _TropeaBackgroundPortal
{
  GObject          parent_instance;

  GDBusConnection *bus;         /* (owned) */
  guint            n_requests;
};

typedef struct
{
  guint    subscription;   /* 0 once the answer is there */
  gboolean may_run;
  gboolean has_autostart;
} Request;

G_DEFINE_FINAL_TYPE (TropeaBackgroundPortal, tropea_background_portal, G_TYPE_OBJECT)

/* The subscription holds the task until then. */
static void
end_request (GTask *task)
{
  TropeaBackgroundPortal *self = g_task_get_source_object (task);
  Request *request = g_task_get_task_data (task);
  guint subscription = request->subscription;

  request->subscription = 0;
  if (subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, subscription);
}

static void
response_cb (GDBusConnection *bus,
             const char      *sender,
             const char      *path,
             const char      *interface,
             const char      *name,
             GVariant        *parameters,
             gpointer         user_data)
{
  g_autoptr(GTask) task = g_object_ref (user_data);
  Request *request = g_task_get_task_data (task);
  g_autoptr(GVariant) results = NULL;
  guint32 response = 2;

  if (request->subscription == 0 || !g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ua{sv})")))
    return;

  g_variant_get (parameters, "(u@a{sv})", &response, &results);
  end_request (task);
  /* Who refuses may still say in what. */
  g_variant_lookup (results, "background", "b", &request->may_run);
  g_variant_lookup (results, "autostart", "b", &request->has_autostart);
  if (response > 1)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                             "The desktop did not answer whether Tropea may run in the background");
  else
    g_task_return_boolean (task, TRUE);
}

static gboolean
is_missing (const GError *error)
{
  return g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_INTERFACE) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_OBJECT) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER);
}

static void
requested_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  Request *request = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) answer = NULL;

  answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (object), result, &error);
  if (answer != NULL || request->subscription == 0)
    return;

  end_request (task);
  g_dbus_error_strip_remote_error (error);
  if (is_missing (error))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                             "This desktop has no way to start Tropea at login");
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
tropea_background_portal_dispose (GObject *object)
{
  g_clear_object (&TROPEA_BACKGROUND_PORTAL (object)->bus);

  G_OBJECT_CLASS (tropea_background_portal_parent_class)->dispose (object);
}

static void
tropea_background_portal_class_init (TropeaBackgroundPortalClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tropea_background_portal_dispose;
}

static void
tropea_background_portal_init (TropeaBackgroundPortal *self)
{
}

gboolean
tropea_background_portal_is_needed (void)
{
  return g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS);
}

TropeaBackgroundPortal *
tropea_background_portal_new (GDBusConnection *bus)
{
  TropeaBackgroundPortal *self = NULL;

  g_return_val_if_fail (G_IS_DBUS_CONNECTION (bus), NULL);

  self = g_object_new (TROPEA_TYPE_BACKGROUND_PORTAL, NULL);
  self->bus = g_object_ref (bus);

  return self;
}

static GVariant *
make_options (const char *token,
              const char *reason,
              gboolean    has_autostart)
{
  static const char * const command[] = { "tropea", "--hidden", NULL };
  GVariantDict options;

  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "handle_token", "s", token);
  g_variant_dict_insert (&options, "reason", "s", reason);
  g_variant_dict_insert (&options, "autostart", "b", has_autostart);
  g_variant_dict_insert (&options, "commandline", "^as", command);
  g_variant_dict_insert (&options, "dbus-activatable", "b", FALSE);

  return g_variant_dict_end (&options);
}

/**
 * tropea_background_portal_request_async:
 * @reason: a sentence that the user may be shown
 *
 * Errors: G_IO_ERROR_NOT_SUPPORTED where the desktop has no such portal.
 */
void
tropea_background_portal_request_async (TropeaBackgroundPortal *self,
                                        const char             *reason,
                                        gboolean                has_autostart,
                                        GCancellable           *cancellable,
                                        GAsyncReadyCallback     callback,
                                        gpointer                user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autofree char *token = NULL;
  g_autofree char *sender = NULL;
  g_autofree char *path = NULL;
  Request *request = NULL;

  g_return_if_fail (TROPEA_IS_BACKGROUND_PORTAL (self));
  g_return_if_fail (reason != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, tropea_background_portal_request_async);
  request = g_new0 (Request, 1);
  g_task_set_task_data (task, request, g_free);

  token = g_strdup_printf ("tropea%u", ++self->n_requests);
  sender = g_strdelimit (g_strdup (g_dbus_connection_get_unique_name (self->bus) + 1), ".", '_');
  path = g_strdup_printf (PORTAL_PATH "/request/%s/%s", sender, token);
  request->subscription =
    g_dbus_connection_signal_subscribe (self->bus, PORTAL, REQUEST, "Response", path, NULL,
                                        G_DBUS_SIGNAL_FLAGS_NONE, response_cb,
                                        g_object_ref (task), g_object_unref);
  g_dbus_connection_call (self->bus, PORTAL, PORTAL_PATH, BACKGROUND, "RequestBackground",
                          g_variant_new ("(s@a{sv})", "",
                                         make_options (token, reason, has_autostart)),
                          G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NONE, -1, cancellable,
                          requested_cb, g_object_ref (task));
}

gboolean
tropea_background_portal_request_finish (TropeaBackgroundPortal  *self,
                                         GAsyncResult            *result,
                                         gboolean                *may_run,
                                         gboolean                *has_autostart,
                                         GError                 **error)
{
  Request *request = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;

  request = g_task_get_task_data (G_TASK (result));
  *may_run = request->may_run;
  *has_autostart = request->has_autostart;

  return TRUE;
}

/**
 * tropea_background_portal_set_status:
 *
 * Portals of version 1 do not know it and answer so, which nobody waits for. The portal takes a
 * line of 96 characters (version 2 of its interface), so more is cut off.
 */
void
tropea_background_portal_set_status (TropeaBackgroundPortal *self,
                                     const char             *message)
{
  g_autofree char *line = NULL;
  GVariantDict options;

  g_return_if_fail (TROPEA_IS_BACKGROUND_PORTAL (self));
  g_return_if_fail (message != NULL);

  line = g_utf8_substring (message, 0, MIN (g_utf8_strlen (message, -1), LONGEST_STATUS));
  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "message", "s", line);
  g_dbus_connection_call (self->bus, PORTAL, PORTAL_PATH, BACKGROUND, "SetStatus",
                          g_variant_new ("(@a{sv})", g_variant_dict_end (&options)), NULL,
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, NULL);
}
