/* tropea-application.c: one Tropea on the desktop: opens the host, shows it, closes it in order
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-application"

#include "config.h"

#include "app/tropea-application.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "app/tropea-app-api.h"
#include "app/tropea-host-actions.h"
#include "app/tropea-launch-options.h"
#include "app/tropea-tor-choice.h"
#include "host/tropea-host.h"
#include "host/tropea-settings.h"
#include "ui/tropea-dialogs.h"
#include "ui/tropea-exits-window.h"
#include "ui/tropea-preferences.h"
#include "ui/tropea-ui.h"
#include "ui/tropea-window.h"

/* Everything that can be done is an action, so that button, menu, key, tray and notification do
 * the same thing: the host's are in tropea-host-actions.c, the program's are here. Quitting
 * closes the host first, and the program ends when that is done. Only a second signal ends it
 * at once: then whatever was not yet on disk is what a crash would lose.
 */

/* What GNOME and NetworkManager see a captive portal by. */
#define PORTAL_URI "http://nmcheck.gnome.org/"

struct _TropeaApplication
{
  AdwApplication     parent_instance;

  TropeaHostOptions *options;        /* (owned) (nullable): NULL before the first command line */
  TropeaSettings    *settings;       /* (owned) (nullable): NULL where nothing can be kept */
  TropeaHostActions *host_actions;   /* (owned) */
  TropeaTorChoice   *tor_choice;     /* (owned) */
  TropeaHost        *host;           /* (owned) (nullable) */
  TropeaApi         *api;            /* (owned) (nullable): as long as the host */
  GtkWindow         *preferences;    /* (unowned) (nullable): GTK's until it is closed */
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
  gboolean can_choose = self->host != NULL && self->settings != NULL && !self->closing;

  tropea_host_actions_set_host (self->host_actions, self->closing ? NULL : self->host);
  tropea_tor_choice_set_host (self->tor_choice, self->closing ? NULL : self->host);
  set_enabled (self, "preferences", can_choose);
  set_enabled (self, "preferences-page", can_choose);
  set_enabled (self, "exit-countries", can_choose);
  set_enabled (self, "retry", self->host == NULL && !self->opening && !self->closing);
}

static void
do_host_action (TropeaApplication *self,
                const char        *name)
{
  g_action_group_activate_action (tropea_host_actions_get_group (self->host_actions), name, NULL);
}

static void
notice_cb (TropeaApplication *self,
           const char        *sentence)
{
  if (!self->closing && self->window != NULL)
    tropea_window_show_notice (TROPEA_WINDOW (self->window), sentence);
}

static void
message_cb (TropeaApplication *self,
            const char        *sentence)
{
  if (!self->closing && self->window != NULL)
    tropea_window_show_message (TROPEA_WINDOW (self->window), sentence);
}

static void
undo_cb (TropeaApplication *self,
         const char        *sentence,
         const char        *action_name,
         GVariant          *target)
{
  if (!self->closing && self->window != NULL)
    tropea_window_show_undo (TROPEA_WINDOW (self->window), sentence, action_name, target);
}

/* A Tropea without its API is one all the same: that is said, and nothing else happens. */
static void
open_api (TropeaApplication *self)
{
  g_autofree char *sentence = NULL;

  self->api = tropea_api_new (self->host);
  sentence = tropea_app_api_open (self->api, self->settings);
  if (sentence != NULL)
    notice_cb (self, sentence);
}

static void
close_api (TropeaApplication *self)
{
  if (self->api != NULL)
    tropea_api_close (self->api);
  g_clear_object (&self->api);
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

  g_signal_connect_object (self->host, "notice", G_CALLBACK (notice_cb), self,
                           G_CONNECT_SWAPPED);
  update_actions (self);
  tropea_window_set_host (TROPEA_WINDOW (self->window), self->host);
  open_api (self);

  if (self->first_action != NULL)
    do_host_action (self, g_steal_pointer (&self->first_action));
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

/* Closing the window is quitting, unless the user wants Tropea to go on: then it comes back when
 * Tropea is started again. */
static void
close_activated (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  TropeaApplication *self = user_data;

  if (self->host != NULL && !self->closing && self->window != NULL && self->settings != NULL &&
      tropea_settings_get_boolean (self->settings, TROPEA_SETTING_KEEP_RUNNING))
    gtk_widget_set_visible (GTK_WIDGET (self->window), FALSE);
  else
    g_action_group_activate_action (G_ACTION_GROUP (self), "quit", NULL);
}

static void
retry_activated (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  open_host (user_data);
}

/* With the name of a page or without. */
static void
preferences_activated (GSimpleAction *action,
                       GVariant      *parameter,
                       gpointer       user_data)
{
  TropeaApplication *self = user_data;

  if (self->window == NULL)
    return;

  if (self->preferences == NULL)
    {
      GtkWidget *preferences = tropea_preferences_new (self->host, self->settings);

      gtk_widget_insert_action_group (preferences, "host",
                                      tropea_host_actions_get_group (self->host_actions));
      gtk_window_set_transient_for (GTK_WINDOW (preferences), self->window);
      gtk_window_set_modal (GTK_WINDOW (preferences), TRUE);
      g_set_weak_pointer (&self->preferences, GTK_WINDOW (preferences));
    }
  if (parameter != NULL)
    tropea_preferences_show_page (TROPEA_PREFERENCES (self->preferences),
                                  g_variant_get_string (parameter, NULL));
  else
    gtk_window_present (self->preferences);
}

/* Above the preferences, or the window where those are not open. */
static void
exit_countries_activated (GSimpleAction *action,
                          GVariant      *parameter,
                          gpointer       user_data)
{
  TropeaApplication *self = user_data;
  GtkWidget *exits = NULL;

  if (self->window == NULL)
    return;

  exits = tropea_exits_window_new (self->host, self->settings);
  gtk_window_set_transient_for (GTK_WINDOW (exits), self->preferences != NULL ? self->preferences
                                                                            : self->window);
  gtk_window_present (GTK_WINDOW (exits));
}

/* What concerns tor reaches the host, which keeps it until tor is started next. */
static void
settings_changed_cb (TropeaApplication *self)
{
  g_autofree char *sentence = NULL;
  g_autoptr(GError) error = NULL;

  if (self->host == NULL || self->closing)
    return;

  if (self->api != NULL)
    sentence = tropea_app_api_follow (self->api, self->settings);
  if (sentence != NULL)
    notice_cb (self, sentence);
  tropea_settings_fill_tor_options (self->settings, self->options);
  tropea_host_set_tor_options (self->host, self->options);
  if (!tropea_host_set_attach (self->host, self->options->attach, &error))
    message_cb (self, error->message);
}

/* Any page without encryption does: the network shows its own instead. It is the browser that
 * asks for it, as for all others that the user opens. */
static void
open_portal_activated (GSimpleAction *action,
                       GVariant      *parameter,
                       gpointer       user_data)
{
  TropeaApplication *self = TROPEA_APPLICATION (user_data);

  gtk_show_uri (GTK_WINDOW (self->window), PORTAL_URI, GDK_CURRENT_TIME);
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
  if (self->preferences != NULL)
    gtk_window_destroy (self->preferences);
  if (self->window != NULL)
    tropea_window_set_closing (TROPEA_WINDOW (self->window), TRUE);

  if (self->opening)
    return;

  close_api (self);
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
make_window (TropeaApplication *self)
{
  GApplication *application = G_APPLICATION (self);

  if (self->window == NULL)
    {
      GtkWidget *window = tropea_window_new (GTK_APPLICATION (application), self->settings);

      gtk_widget_insert_action_group (window, "host",
                                      tropea_host_actions_get_group (self->host_actions));
      g_set_weak_pointer (&self->window, GTK_WINDOW (window));
    }
}

/* Whoever asks for something in particular knows already what Tropea is. */
static void
show_guide (TropeaApplication *self)
{
  if (self->settings != NULL &&
      !tropea_settings_get_boolean (self->settings, TROPEA_SETTING_GUIDE_DONE))
    g_action_group_activate_action (G_ACTION_GROUP (self->window), "guide", NULL);
}

/* What happens once, by the first command line or, where the bus has started us, the first call
 * to show the window.
 */
static gboolean
begin (TropeaApplication  *self,
       GVariantDict       *dict,
       const char         *working_dir,
       GError            **error)
{
  const char *action = tropea_launch_options_get_action (dict);

  self->options = tropea_launch_options_read (dict, self->settings, working_dir, error);
  if (self->options == NULL)
    return FALSE;

  self->first_action = action;
  if (self->first_action == NULL && self->settings != NULL &&
      tropea_settings_get_boolean (self->settings, TROPEA_SETTING_START_TOR))
    self->first_action = "start";

  make_window (self);
  if (!g_variant_dict_contains (dict, "hidden"))
    {
      gtk_window_present (self->window);
      if (action == NULL)
        show_guide (self);
    }
  open_host (self);

  return TRUE;
}

static void
tropea_application_activate (GApplication *application)
{
  TropeaApplication *self = TROPEA_APPLICATION (application);
  g_autoptr(GVariantDict) nothing = g_variant_dict_new (NULL);
  g_autoptr(GError) error = NULL;

  if (self->options == NULL)
    {
      if (!begin (self, nothing, NULL, &error))
        g_printerr ("tropea: %s\n", error->message);
      return;
    }

  make_window (self);
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
  gboolean is_hidden = g_variant_dict_contains (dict, "hidden");
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

      if (begin (self, dict, working_dir, &error))
        return 0;

      g_application_command_line_printerr (command_line, "tropea: %s\n", error->message);
      return 1;
    }

  if (!is_hidden)
    g_application_activate (application);
  if (tropea_launch_options_get_action (dict) != NULL)
    do_host_action (self, tropea_launch_options_get_action (dict));

  return 0;
}

static void
tropea_application_startup (GApplication *application)
{
  static const GActionEntry actions[] = {
    { .name = "close", .activate = close_activated },
    { .name = "retry", .activate = retry_activated },
    { .name = "preferences", .activate = preferences_activated },
    { .name = "preferences-page", .activate = preferences_activated, .parameter_type = "s" },
    { .name = "exit-countries", .activate = exit_countries_activated },
    { .name = "open-portal", .activate = open_portal_activated },
    { .name = "about", .activate = about_activated },
    { .name = "quit", .activate = quit_activated },
  };
  static const struct
  {
    const char *action;
    const char *keys[3];
  } accels[] = {
    { "app.quit", { "<primary>q" } },
    { "window.close", { "<primary>w" } },
    { "app.preferences", { "<primary>comma" } },
    { "win.show-page::tor", { "<alt>1" } },
    { "win.show-page::sessions", { "<alt>2" } },
    { "win.show-page::credits", { "<alt>3" } },
    { "win.show-page::help", { "<alt>4", "F1" } },
    { "host.start", { "<primary>s" } },
    { "host.stop", { "<primary>period" } },
    { "host.submit-now", { "<primary>Return" } },
  };
  static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
  TropeaApplication *self = TROPEA_APPLICATION (application);

  tropea_ui_init ();
  G_APPLICATION_CLASS (tropea_application_parent_class)->startup (application);

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accels[i].action,
                                           accels[i].keys);
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
  close_api (self);
  g_clear_object (&self->host);

  G_APPLICATION_CLASS (tropea_application_parent_class)->shutdown (application);
}

static void
tropea_application_finalize (GObject *object)
{
  TropeaApplication *self = TROPEA_APPLICATION (object);

  g_clear_object (&self->tor_choice);
  g_clear_object (&self->host_actions);
  g_clear_object (&self->settings);
  g_clear_weak_pointer (&self->preferences);
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
  self->settings = tropea_settings_new ();
  if (self->settings != NULL)
    g_signal_connect_object (tropea_settings_get_gsettings (self->settings), "changed",
                             G_CALLBACK (settings_changed_cb), self, G_CONNECT_SWAPPED);
  self->host_actions = tropea_host_actions_new (self->settings);
  g_signal_connect_object (self->host_actions, "message", G_CALLBACK (message_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->host_actions, "undo", G_CALLBACK (undo_cb), self,
                           G_CONNECT_SWAPPED);
  self->tor_choice = tropea_tor_choice_new (tropea_host_actions_get_group (self->host_actions),
                                            self->settings);
  g_signal_connect_object (self->tor_choice, "message", G_CALLBACK (message_cb), self,
                           G_CONNECT_SWAPPED);
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
