/* tropea-application.c: one Tropea on the desktop: opens the host, shows it, closes it in order
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-application"

#include "config.h"

#include "app/tropea-application.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "app/tropea-launch-options.h"
#include "host/tropea-host.h"
#include "ui/tropea-dialogs.h"
#include "ui/tropea-ui.h"
#include "ui/tropea-window.h"

/* Everything that can be done is an action, so that button, menu, key and, later, tray and
 * notification do the same thing; which of them can be done now follows from the host's
 * properties in one function. Quitting closes the host first, and the program ends when that
 * is done. Only a second signal ends it at once: then whatever was not yet on disk is what a
 * crash would lose.
 */

struct _TropeaApplication
{
  AdwApplication     parent_instance;

  TropeaHostOptions *options;        /* (owned) (nullable): NULL before the first command line */
  TropeaHost        *host;           /* (owned) (nullable) */
  GtkWindow         *window;         /* (unowned) (nullable): GTK's until it is destroyed */

  gboolean           opening;
  gboolean           closing;
  const char        *first_action;   /* (nullable): to be done once the host is open */
  guint              signal_ids[3];
};

G_DEFINE_FINAL_TYPE (TropeaApplication, tropea_application, ADW_TYPE_APPLICATION)

static void
set_enabled (TropeaApplication *self,
             const char        *name,
             gboolean           enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

static void
update_actions (TropeaApplication *self)
{
  TropeaTorState state = TROPEA_TOR_STATE_STOPPED;
  TropeaKeyState key_state = TROPEA_KEY_STATE_UNKNOWN;
  gint64 accumulated_bytes = 0;
  gint64 waiting = 0;
  gboolean open = self->host != NULL && !self->closing;
  gboolean idle;

  if (self->host != NULL)
    g_object_get (self->host,
                  "state", &state,
                  "key-state", &key_state,
                  "accumulated-bytes", &accumulated_bytes,
                  "waiting-sessions", &waiting,
                  NULL);

  idle = state == TROPEA_TOR_STATE_STOPPED || state == TROPEA_TOR_STATE_FAILED;
  set_enabled (self, "start", open && idle);
  set_enabled (self, "simulate", open && idle);
  set_enabled (self, "stop", open && !idle && state != TROPEA_TOR_STATE_STOPPING);
  set_enabled (self, "submit-now", open && (accumulated_bytes > 0 || waiting > 0));
  set_enabled (self, "unlock", open && key_state != TROPEA_KEY_STATE_READY &&
                               key_state != TROPEA_KEY_STATE_UNKNOWN);
  set_enabled (self, "retry", self->host == NULL && !self->opening && !self->closing);
}

static void
notice_cb (TropeaApplication *self,
           const char        *sentence)
{
  if (!self->closing && self->window != NULL)
    tropea_window_show_notice (TROPEA_WINDOW (self->window), sentence);
}

/* Only for an answer to what the user just did: what lasts is in the host's "problem". */
static void
show_error (TropeaApplication *self,
            const GError      *error)
{
  g_autofree char *problem = NULL;

  if (self->closing || self->window == NULL ||
      g_error_matches (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CANCELLED))
    return;

  g_object_get (self->host, "problem", &problem, NULL);
  if (g_strcmp0 (problem, error->message) != 0)
    tropea_window_show_message (TROPEA_WINDOW (self->window), error->message);
}

static void
start_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(TropeaApplication) self = user_data;
  g_autoptr(GError) error = NULL;

  if (!tropea_host_start_finish (TROPEA_HOST (object), result, &error))
    show_error (self, error);
}

static void
stop_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(TropeaApplication) self = user_data;
  g_autoptr(GError) error = NULL;

  if (!tropea_host_stop_finish (TROPEA_HOST (object), result, &error))
    show_error (self, error);
}

static void
unlock_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(TropeaApplication) self = user_data;
  g_autoptr(GError) error = NULL;

  if (!tropea_host_unlock_finish (TROPEA_HOST (object), result, &error))
    show_error (self, error);
}

static void
open_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(TropeaApplication) self = user_data;
  g_autoptr(GError) error = NULL;

  self->opening = FALSE;
  self->host = tropea_host_open_finish (result, &error);

  if (self->closing)
    {
      self->closing = FALSE;
      g_action_group_activate_action (G_ACTION_GROUP (self), "quit", NULL);
      return;
    }

  if (self->host == NULL)
    {
      g_printerr ("tropea: %s\n", error->message);
      tropea_window_set_failure (TROPEA_WINDOW (self->window), error->message);
      update_actions (self);
      return;
    }

  g_signal_connect_object (self->host, "notify", G_CALLBACK (update_actions), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->host, "notice", G_CALLBACK (notice_cb), self,
                           G_CONNECT_SWAPPED);
  update_actions (self);
  tropea_window_set_host (TROPEA_WINDOW (self->window), self->host);

  if (self->first_action != NULL)
    g_action_group_activate_action (G_ACTION_GROUP (self), g_steal_pointer (&self->first_action),
                                    NULL);
}

static void
open_host (TropeaApplication *self)
{
  g_assert (self->host == NULL && !self->opening);

  self->opening = TRUE;
  update_actions (self);
  tropea_window_set_failure (TROPEA_WINDOW (self->window), NULL);
  tropea_host_open_async (self->options, open_cb, g_object_ref (self));
}

static void
close_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(TropeaApplication) self = user_data;
  g_autoptr(GError) error = NULL;

  if (!tropea_host_close_finish (TROPEA_HOST (object), result, &error))
    g_printerr ("tropea: %s\n", error->message);

  g_application_quit (G_APPLICATION (self));
}

static void
start_activated (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  TropeaApplication *self = user_data;

  tropea_host_start_async (self->host, start_cb, g_object_ref (self));
}

static void
simulate_activated (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  TropeaApplication *self = user_data;

  tropea_host_simulate_async (self->host, start_cb, g_object_ref (self));
}

static void
stop_activated (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  TropeaApplication *self = user_data;

  tropea_host_stop_async (self->host, stop_cb, g_object_ref (self));
}

static void
submit_now_activated (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       user_data)
{
  TropeaApplication *self = user_data;

  if (!tropea_host_submit_now (self->host))
    tropea_window_show_message (TROPEA_WINDOW (self->window), _("There is nothing to submit yet"));
}

static void
unlock_activated (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  TropeaApplication *self = user_data;

  tropea_host_unlock_async (self->host, unlock_cb, g_object_ref (self));
}

static void
retry_activated (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  open_host (user_data);
}

static void
about_activated (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  TropeaApplication *self = user_data;

  tropea_dialogs_show_about (self->window);
}

static void
quit_activated (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  TropeaApplication *self = user_data;

  if (self->closing)
    return;

  self->closing = TRUE;
  update_actions (self);
  if (self->window != NULL)
    tropea_window_set_closing (TROPEA_WINDOW (self->window), TRUE);

  if (self->opening)
    return;

  if (self->host != NULL)
    tropea_host_close_async (self->host, close_cb, g_object_ref (self));
  else
    g_application_quit (G_APPLICATION (self));
}

static gboolean
signal_cb (gpointer user_data)
{
  TropeaApplication *self = user_data;

  if (self->closing)
    g_application_quit (G_APPLICATION (self));
  else
    g_action_group_activate_action (G_ACTION_GROUP (self), "quit", NULL);

  return G_SOURCE_CONTINUE;
}

static void
tropea_application_activate (GApplication *application)
{
  TropeaApplication *self = TROPEA_APPLICATION (application);

  if (self->window == NULL)
    g_set_weak_pointer (&self->window,
                        GTK_WINDOW (tropea_window_new (GTK_APPLICATION (application))));

  gtk_window_present (self->window);
}

static int
tropea_application_handle_local_options (GApplication *application,
                                         GVariantDict *dict)
{
  if (g_variant_dict_contains (dict, "version"))
    {
      g_print ("tropea %s\n", TROPEA_VERSION);
      return 0;
    }

  return -1;
}

static int
tropea_application_command_line (GApplication            *application,
                                 GApplicationCommandLine *command_line)
{
  TropeaApplication *self = TROPEA_APPLICATION (application);
  GVariantDict *dict = g_application_command_line_get_options_dict (command_line);
  g_autoptr(GError) error = NULL;

  if (self->options != NULL && tropea_launch_options_any (dict))
    {
      g_application_command_line_printerr (command_line, "tropea: %s\n",
                                           _("Tropea runs already: quit it first, because these "
                                             "options count only when it starts"));
      return 1;
    }

  if (self->options == NULL)
    {
      const char *working_dir = g_application_command_line_get_cwd (command_line);

      self->options = tropea_launch_options_read (dict, working_dir, &error);
      if (self->options == NULL)
        {
          g_application_command_line_printerr (command_line, "tropea: %s\n", error->message);
          return 1;
        }
      self->first_action = tropea_launch_options_get_action (dict);
      g_application_activate (application);
      open_host (self);
      return 0;
    }

  g_application_activate (application);
  if (tropea_launch_options_get_action (dict) != NULL)
    g_action_group_activate_action (G_ACTION_GROUP (self), tropea_launch_options_get_action (dict),
                                    NULL);

  return 0;
}

static void
tropea_application_startup (GApplication *application)
{
  static const GActionEntry actions[] = {
    { .name = "start", .activate = start_activated },
    { .name = "stop", .activate = stop_activated },
    { .name = "simulate", .activate = simulate_activated },
    { .name = "submit-now", .activate = submit_now_activated },
    { .name = "unlock", .activate = unlock_activated },
    { .name = "retry", .activate = retry_activated },
    { .name = "about", .activate = about_activated },
    { .name = "quit", .activate = quit_activated },
  };
  static const char *const quit_keys[] = { "<primary>q", NULL };
  static const char *const close_keys[] = { "<primary>w", NULL };
  static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
  TropeaApplication *self = TROPEA_APPLICATION (application);

  tropea_ui_init ();
  G_APPLICATION_CLASS (tropea_application_parent_class)->startup (application);

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), "app.quit", quit_keys);
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), "window.close", close_keys);
  gtk_window_set_default_icon_name (TROPEA_APPLICATION_ID);
  update_actions (self);

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    self->signal_ids[i] = g_unix_signal_add (signals[i], signal_cb, self);
}

static void
tropea_application_shutdown (GApplication *application)
{
  TropeaApplication *self = TROPEA_APPLICATION (application);

  for (guint i = 0; i < G_N_ELEMENTS (self->signal_ids); i++)
    g_clear_handle_id (&self->signal_ids[i], g_source_remove);

  if (self->window != NULL)
    gtk_window_destroy (self->window);
  g_clear_object (&self->host);

  G_APPLICATION_CLASS (tropea_application_parent_class)->shutdown (application);
}

static void
tropea_application_finalize (GObject *object)
{
  TropeaApplication *self = TROPEA_APPLICATION (object);

  g_clear_weak_pointer (&self->window);
  g_clear_pointer (&self->options, tropea_host_options_free);

  G_OBJECT_CLASS (tropea_application_parent_class)->finalize (object);
}

static void
tropea_application_class_init (TropeaApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = tropea_application_finalize;
  application_class->activate = tropea_application_activate;
  application_class->handle_local_options = tropea_application_handle_local_options;
  application_class->command_line = tropea_application_command_line;
  application_class->startup = tropea_application_startup;
  application_class->shutdown = tropea_application_shutdown;
}

static void
tropea_application_init (TropeaApplication *self)
{
  tropea_launch_options_add (G_APPLICATION (self));
}

/**
 * tropea_application_new:
 *
 * Returns: (transfer full): the application; run it
 */
TropeaApplication *
tropea_application_new (void)
{
  return g_object_new (TROPEA_TYPE_APPLICATION,
                       "application-id", TROPEA_APPLICATION_ID,
                       "resource-base-path", TROPEA_UI_RESOURCES,
                       "flags", G_APPLICATION_HANDLES_COMMAND_LINE,
                       NULL);
}
