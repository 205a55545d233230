/* tropea-keyring-prompt.c: asks the keyring for something that the user may have to allow
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-keyring-prompt"

#include "config.h"

#include "session/tropea-keyring-prompt.h"

#include "session/tropea-key-store.h"

/* Secret Service API 0.2, "Prompts": Unlock and CreateCollection answer with a second value, the
 * path of a prompt that must be performed first, or "/". libsecret does the same, but its
 * callback never comes when a prompt ends without a result, as it does when the keyring's daemon
 * goes away with the prompt open (0.20.5 to 0.21.7); so this is done here. A prompt is never
 * given up: gnome-keyring's daemon aborts when the asker vanishes.
 */

#define PROMPT_INTERFACE "org.freedesktop.Secret.Prompt"
#define NO_PROMPT "/"

typedef struct
{
  GDBusConnection *bus;           /* (owned) */
  char            *owner;         /* (owned) (nullable): the daemon that was asked */
  guint            completed_id;
  guint            watch_id;
} Prompt;

static void
prompt_free (Prompt *prompt)
{
  g_assert (prompt->completed_id == 0 && prompt->watch_id == 0);
  g_clear_object (&prompt->bus);
  g_clear_pointer (&prompt->owner, g_free);
  g_free (prompt);
}

/* Drops the reference that waiting for an end holds; @error NULL is success. */
static void
end (GTask  *task,
     GError *error)
{
  Prompt *prompt = g_task_get_task_data (task);

  if (prompt->completed_id != 0)
    g_dbus_connection_signal_unsubscribe (prompt->bus, prompt->completed_id);
  if (prompt->watch_id != 0)
    g_bus_unwatch_name (prompt->watch_id);
  prompt->completed_id = 0;
  prompt->watch_id = 0;

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static GError *
dismissed_error (void)
{
  return g_error_new_literal (TROPEA_KEY_STORE_ERROR, TROPEA_KEY_STORE_ERROR_DISMISSED,
                              "The keyring's prompt was dismissed");
}

static GError *
unavailable_error (const char *message)
{
  return g_error_new (TROPEA_KEY_STORE_ERROR, TROPEA_KEY_STORE_ERROR_UNAVAILABLE,
                      "The keyring cannot be asked (%s): start a keyring such as gnome-keyring, "
                      "or use --key-file PATH", message);
}

static void
completed_cb (GDBusConnection *bus,
              const char      *sender,
              const char      *path,
              const char      *interface,
              const char      *signal,
              GVariant        *parameters,
              gpointer         user_data)
{
  gboolean is_dismissed = TRUE;

  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(bv)")))
    g_variant_get (parameters, "(bv)", &is_dismissed, NULL);

  end (user_data, is_dismissed ? dismissed_error () : NULL);
}

static void
vanished_cb (GDBusConnection *bus,
             const char      *name,
             gpointer         user_data)
{
  end (user_data, unavailable_error ("it went away"));
}

static void
performed_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = NULL;
  Prompt *prompt = g_task_get_task_data (task);

  reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (object), result, &error);

  /* The end may have come before this answer. */
  if (reply == NULL && prompt->completed_id != 0)
    {
      g_dbus_error_strip_remote_error (error);
      end (task, unavailable_error (error->message));
    }
}

static void
perform (GTask      *task,
         const char *path)
{
  Prompt *prompt = g_task_get_task_data (task);

  prompt->completed_id =
    g_dbus_connection_signal_subscribe (prompt->bus, prompt->owner, PROMPT_INTERFACE, "Completed",
                                        path, NULL, G_DBUS_SIGNAL_FLAGS_NONE, completed_cb, task,
                                        NULL);
  prompt->watch_id =
    g_bus_watch_name_on_connection (prompt->bus, prompt->owner, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                    NULL, vanished_cb, task, NULL);
  /* The answer comes when the prompt is shown, not when it ends: no limit is needed there. */
  g_dbus_connection_call (prompt->bus, prompt->owner, path, PROMPT_INTERFACE, "Prompt",
                          g_variant_new ("(s)", ""), NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, -1,
                          NULL, performed_cb, g_object_ref (task));
}

static void
asked_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  GTask *task = user_data;
  Prompt *prompt = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = g_dbus_proxy_call_finish (G_DBUS_PROXY (object), result, &error);
  const char *path = NULL;

  if (reply == NULL)
    {
      g_dbus_error_strip_remote_error (error);
      end (task, unavailable_error (error->message));
      return;
    }

  if (!g_variant_is_of_type (reply, G_VARIANT_TYPE ("(*o)")) || prompt->owner == NULL)
    {
      end (task, unavailable_error ("it gave an answer that makes no sense"));
      return;
    }

  g_variant_get_child (reply, 1, "&o", &path);
  if (g_str_equal (path, NO_PROMPT))
    end (task, NULL);
  else
    perform (task, path);
}

/**
 * tropea_keyring_prompt_async:
 * @service: org.freedesktop.Secret.Service
 * @method: "Unlock" or "CreateCollection"
 * @parameters: (transfer floating): its parameters
 *
 * Call @method, and show the prompt that it asks for. Cannot be cancelled.
 */
void
tropea_keyring_prompt_async (GDBusProxy          *service,
                             const char          *method,
                             GVariant            *parameters,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  GTask *task = NULL;
  Prompt *prompt = NULL;

  g_return_if_fail (G_IS_DBUS_PROXY (service));

  prompt = g_new0 (Prompt, 1);
  prompt->bus = g_object_ref (g_dbus_proxy_get_connection (service));
  prompt->owner = g_dbus_proxy_get_name_owner (service);
  task = g_task_new (service, NULL, callback, user_data);
  g_task_set_source_tag (task, tropea_keyring_prompt_async);
  g_task_set_task_data (task, prompt, (GDestroyNotify) prompt_free);
  g_dbus_proxy_call (service, method, parameters, G_DBUS_CALL_FLAGS_NONE, -1, NULL, asked_cb,
                     task);
}

/**
 * tropea_keyring_prompt_finish:
 *
 * Errors are %TROPEA_KEY_STORE_ERROR_DISMISSED, and %TROPEA_KEY_STORE_ERROR_UNAVAILABLE where
 * the keyring failed.
 *
 * Returns: whether it was done; whoever asked looks again
 */
gboolean
tropea_keyring_prompt_finish (GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, tropea_keyring_prompt_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
