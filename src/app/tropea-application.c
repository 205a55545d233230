/* tropea-application.c: one Tropea on the desktop: opens the host, shows it, closes it in order
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-application"

#include "config.h"

#include "app/tropea-application.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "app/tropea-app-api.h"
#include "app/tropea-app-password.h"
#include "app/tropea-app-tray.h"
#include "app/tropea-autostart.h"
#include "app/tropea-background.h"
#include "app/tropea-host-actions.h"
#include "app/tropea-launch-options.h"
#include "app/tropea-notifier.h"
#include "app/tropea-remote-actions.h"
#include "app/tropea-session-end.h"
#include "app/tropea-tor-choice.h"
#include "app/tropea-window-keeper.h"
#include "host/tropea-host.h"
#include "host/tropea-settings.h"
#include "ui/tropea-dialogs.h"
#include "ui/tropea-format.h"
#include "ui/tropea-ui.h"

/* Everything that can be done is an action, so that button, menu, key, tray and notification do
 * the same thing: the host's are in tropea-host-actions.c, the program's are here. From the first
 * command line or call to “quit” the program runs, with a window or without. Quitting closes the
 * host first, and the program ends when that is done; so it does where the desktop's session
 * ends. Only a second signal ends it at once: then whatever was not yet on disk is what a crash
 * would lose.
 */

/* What GNOME and NetworkManager see a captive portal by. */
#define PORTAL_URI "http://nmcheck.gnome.org/"

struct _TropeaApplication
{
  AdwApplication     parent_instance;

  TropeaHostOptions *options;        /* (owned) (nullable): NULL before the first command line */
  TropeaSettings    *settings;       /* (owned) (nullable): NULL where nothing can be kept */
  TropeaHostActions *host_actions;   /* (owned) */
  TropeaRemoteActions *remote_actions; /* (owned): from the startup on */
  TropeaTorChoice   *tor_choice;     /* (owned) */
  TropeaBackground  *background;     /* (owned) */
  TropeaAutostart   *autostart;      /* (owned): from the startup on */
  TropeaNotifier    *notifier;       /* (owned): from the startup on */
  TropeaSessionEnd  *session_end;    /* (owned): from the startup on */
  TropeaAppTray     *tray;           /* (owned): from the startup on */
  TropeaWindowKeeper *keeper;        /* (owned): from the startup on */
  TropeaHost        *host;           /* (owned) (nullable) */
  TropeaApi         *api;            /* (owned) (nullable): as long as the host */

  gboolean           opening;
  gboolean           closing;
  gboolean           is_closed;      /* nothing is left to be saved */
  gboolean           is_urgent;      /* or nobody wants to wait for it */
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
  tropea_session_end_set_host (self->session_end, self->closing ? NULL : self->host);
  tropea_app_tray_set_host (self->tray, self->closing ? NULL : self->host);
  tropea_notifier_set_host (self->notifier, self->closing ? NULL : self->host);
  set_enabled (self, "preferences", can_choose);
  set_enabled (self, "preferences-page", can_choose);
  set_enabled (self, "exit-countries", can_choose);
  set_enabled (self, "retry", self->options != NULL && self->host == NULL && !self->opening &&
                              !self->closing);
  tropea_remote_actions_set_is_early (self->remote_actions, self->host == NULL && !self->closing);
}

static void
do_host_action (TropeaApplication *self,
                const char        *name)
{
  g_action_group_activate_action (tropea_host_actions_get_group (self->host_actions), name, NULL);
}

static void
password_wanted_cb (TropeaApplication *self)
{
  GtkWindow *window = tropea_window_keeper_get_window (self->keeper);

  if (!self->closing && self->host != NULL && window != NULL)
    tropea_app_password_ask (self->host, window);
}

/* A Tropea without its API is one all the same: that is said, and nothing else happens. */
static void
open_api (TropeaApplication *self)
{
  g_autofree char *sentence = NULL;

  self->api = tropea_api_new (self->host);
  sentence = tropea_app_api_open (self->api, self->settings);
  if (sentence != NULL)
    tropea_window_keeper_notice (self->keeper, sentence);
}

/* What a desktop that lists such programs says of one without a window. */
static void
update_presence (TropeaApplication *self)
{
  TropeaTorState state = TROPEA_TOR_STATE_STOPPED;

  if (self->host == NULL || self->closing ||
      tropea_window_keeper_get_window (self->keeper) != NULL)
    return;

  g_object_get (self->host, "state", &state, NULL);
  tropea_autostart_enter_background (self->autostart);
  tropea_autostart_set_status (self->autostart, tropea_format_tor_state (state));
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
      tropea_window_keeper_set_failure (self->keeper, error->message);
      update_actions (self);
      /* Nothing works without a host, so this one is to be seen also where no window was to. */
      tropea_window_keeper_show (self->keeper);
      return;
    }

  g_signal_connect_object (self->host, "notice", G_CALLBACK (tropea_window_keeper_notice),
                           self->keeper, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->host, "notify::state", G_CALLBACK (update_presence), self,
                           G_CONNECT_SWAPPED);
  update_actions (self);
  update_presence (self);
  tropea_window_keeper_set_host (self->keeper, self->host);
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
  tropea_window_keeper_set_failure (self->keeper, NULL);
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

  self->is_closed = TRUE;
  g_application_quit (G_APPLICATION (self));
}

static gboolean
is_active (TropeaApplication *self)
{
  TropeaTorState state = TROPEA_TOR_STATE_STOPPED;

  if (self->host != NULL)
    g_object_get (self->host, "state", &state, NULL);

  return state != TROPEA_TOR_STATE_STOPPED && state != TROPEA_TOR_STATE_FAILED;
}

static void
do_close (TropeaApplication *self)
{
  if (self->host != NULL && !self->closing && tropea_background_get_goes_on (self->background))
    tropea_window_keeper_put_away (self->keeper);
  else
    g_action_group_activate_action (G_ACTION_GROUP (self), "quit", NULL);
}

static gboolean
close_later_cb (gpointer user_data)
{
  do_close (user_data);

  return G_SOURCE_REMOVE;
}

/* The dialog closes itself after this, and goes with the window: that goes a moment later. */
static void
closing_answered_cb (TropeaApplication *self,
                     gboolean           goes_on)
{
  tropea_background_choose (self->background, goes_on);
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, close_later_cb, g_object_ref (self), g_object_unref);
}

/* Closing the window is quitting, or Tropea goes on without: the user hears it the first time. */
static void
close_activated (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  TropeaApplication *self = user_data;

  GtkWindow *window = tropea_window_keeper_get_window (self->keeper);

  if (window == NULL || self->host == NULL || self->closing ||
      !tropea_background_needs_words (self->background, is_active (self)))
    {
      do_close (self);
      return;
    }

  tropea_dialogs_ask_closing (window,
                              tropea_background_get_has_tray (self->background)
                              ? _("Tor can go on when this window is closed. The icon in the "
                                  "tray brings it back. The preferences can change this.")
                              : _("Tor can go on when this window is closed. Start Tropea again "
                                  "to bring it back. The preferences can change this."),
                              G_CALLBACK (closing_answered_cb), self);
}

static void
show_activated (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  g_application_activate (user_data);
}

static void
show_page_activated (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       user_data)
{
  TropeaApplication *self = user_data;

  g_application_activate (G_APPLICATION (self));
  tropea_window_keeper_show_page (self->keeper, g_variant_get_string (parameter, NULL));
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

  tropea_autostart_watch (self->autostart);
  tropea_window_keeper_show_preferences (self->keeper, parameter != NULL
                                                       ? g_variant_get_string (parameter, NULL)
                                                       : NULL);
}

static void
exit_countries_activated (GSimpleAction *action,
                          GVariant      *parameter,
                          gpointer       user_data)
{
  TropeaApplication *self = user_data;

  tropea_window_keeper_show_exits (self->keeper);
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
    tropea_window_keeper_notice (self->keeper, sentence);
  tropea_settings_fill_tor_options (self->settings, self->options);
  tropea_host_set_tor_options (self->host, self->options);
  if (!tropea_host_set_attach (self->host, self->options->attach, &error))
    tropea_window_keeper_message (self->keeper, error->message);
}

/* Any page without encryption does: the network shows its own instead. It is the browser that
 * asks for it, as for all others that the user opens. */
static void
open_portal_activated (GSimpleAction *action,
                       GVariant      *parameter,
                       gpointer       user_data)
{
  TropeaApplication *self = TROPEA_APPLICATION (user_data);

  gtk_show_uri (tropea_window_keeper_get_window (self->keeper), PORTAL_URI, GDK_CURRENT_TIME);
}

static void
about_activated (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  TropeaApplication *self = user_data;

  tropea_dialogs_show_about (tropea_window_keeper_get_window (self->keeper));
}

static void
shortcuts_activated (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       user_data)
{
  TropeaApplication *self = user_data;
  GtkWindow *window = tropea_window_keeper_get_window (self->keeper);

  if (window != NULL)
    tropea_dialogs_show_shortcuts (window);
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
  tropea_window_keeper_set_closing (self->keeper);

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
    {
      self->is_urgent = TRUE;
      g_application_quit (G_APPLICATION (self));
    }
  else
    g_action_group_activate_action (G_ACTION_GROUP (self), "quit", NULL);

  return G_SOURCE_CONTINUE;
}

/* Whoever asks for something in particular knows already what Tropea is. */
static void
show_guide (TropeaApplication *self)
{
  if (self->settings != NULL &&
      !tropea_settings_get_boolean (self->settings, TROPEA_SETTING_GUIDE_DONE))
    tropea_window_keeper_show_guide (self->keeper);
}

/* What happens once, by the first command line or, where the bus has started us, the first thing
 * that is asked of us.
 */
static gboolean
begin (TropeaApplication  *self,
       GVariantDict       *dict,
       const char         *working_dir,
       gboolean            is_hidden,
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

  g_application_hold (G_APPLICATION (self));
  if (!is_hidden)
    {
      tropea_window_keeper_show (self->keeper);
      if (action == NULL)
        show_guide (self);
    }
  open_host (self);

  return TRUE;
}

/* By the bus or a notification, with or without a window. */
static void
begin_alone (TropeaApplication *self,
             gboolean           is_hidden)
{
  g_autoptr(GVariantDict) nothing = g_variant_dict_new (NULL);
  g_autoptr(GError) error = NULL;

  if (!begin (self, nothing, NULL, is_hidden, &error))
    g_printerr ("tropea: %s\n", error->message);
}

static void
wanted_cb (TropeaApplication *self,
           const char        *name)
{
  if (self->options == NULL)
    begin_alone (self, TRUE);
  else if (!self->opening)
    open_host (self);
  /* The name is the signal's, and goes with it. */
  self->first_action = g_intern_string (name);
}

static void
tropea_application_activate (GApplication *application)
{
  TropeaApplication *self = TROPEA_APPLICATION (application);

  if (self->options == NULL)
    begin_alone (self, FALSE);
  else
    tropea_window_keeper_show (self->keeper);
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

      if (begin (self, dict, working_dir, is_hidden, &error))
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

/* The left button: the window comes, or goes if one can see it. The icon is there to bring it
 * back, so that is not closing it. */
static void
tray_activated_cb (TropeaApplication *self,
                   const char        *token)
{
  if (self->closing)
    return;

  if (tropea_window_keeper_is_visible (self->keeper))
    {
      tropea_window_keeper_put_away (self->keeper);
      return;
    }

  g_application_activate (G_APPLICATION (self));
  if (token != NULL)
    gtk_window_set_startup_id (tropea_window_keeper_get_window (self->keeper), token);
}

static void
tropea_application_startup (GApplication *application)
{
  static const GActionEntry actions[] = {
    { .name = "close", .activate = close_activated },
    { .name = "show", .activate = show_activated },
    { .name = "show-page", .activate = show_page_activated, .parameter_type = "s" },
    { .name = "retry", .activate = retry_activated },
    { .name = "preferences", .activate = preferences_activated },
    { .name = "preferences-page", .activate = preferences_activated, .parameter_type = "s" },
    { .name = "exit-countries", .activate = exit_countries_activated },
    { .name = "open-portal", .activate = open_portal_activated },
    { .name = "about", .activate = about_activated },
    { .name = "shortcuts", .activate = shortcuts_activated },
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
    { "app.shortcuts", { "<primary>question", "<primary>F1" } },
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
  GActionGroup *host_actions = tropea_host_actions_get_group (self->host_actions);

  tropea_ui_init ();
  G_APPLICATION_CLASS (tropea_application_parent_class)->startup (application);

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accels[i].action,
                                           accels[i].keys);
  g_action_map_add_action (G_ACTION_MAP (self), tropea_background_get_action (self->background));
  self->remote_actions = tropea_remote_actions_new (G_ACTION_MAP (self), host_actions);
  g_signal_connect_object (self->remote_actions, "wanted", G_CALLBACK (wanted_cb), self,
                           G_CONNECT_SWAPPED);
  self->keeper = tropea_window_keeper_new (GTK_APPLICATION (self), self->settings, host_actions);
  g_signal_connect_object (self->keeper, "notify::has-window", G_CALLBACK (update_presence), self,
                           G_CONNECT_SWAPPED);
  self->session_end = tropea_session_end_new (GTK_APPLICATION (self));
  self->tray = tropea_app_tray_new (G_ACTION_GROUP (self), host_actions, self->settings,
                                    gtk_widget_get_default_direction () == GTK_TEXT_DIR_RTL);
  g_object_bind_property (self->tray, "is-shown", self->background, "has-tray",
                          G_BINDING_SYNC_CREATE);
  g_signal_connect_object (self->tray, "activated", G_CALLBACK (tray_activated_cb), self,
                           G_CONNECT_SWAPPED);
  self->notifier = tropea_notifier_new (G_APPLICATION (self), self->settings, self->keeper);
  self->autostart = tropea_autostart_new (self->settings, self->background);
  tropea_autostart_set_bus (self->autostart, g_application_get_dbus_connection (application));
  g_action_map_add_action (G_ACTION_MAP (self), tropea_autostart_get_action (self->autostart));
  g_signal_connect_object (self->autostart, "message", G_CALLBACK (tropea_window_keeper_message),
                           self->keeper, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->host_actions, "message",
                           G_CALLBACK (tropea_window_keeper_message), self->keeper,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->host_actions, "undo", G_CALLBACK (tropea_window_keeper_undo),
                           self->keeper, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->tor_choice, "message",
                           G_CALLBACK (tropea_window_keeper_message), self->keeper,
                           G_CONNECT_SWAPPED);
  gtk_window_set_default_icon_name (TROPEA_APPLICATION_ID);
  update_actions (self);

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    self->signal_ids[i] = g_unix_signal_add (signals[i], signal_cb, self);
}

/* The desktop ends us without a word to our actions: what was metered is saved all the same, in
 * the time that closing the host may take. */
static void
close_now (TropeaApplication *self)
{
  if (!self->closing)
    {
      self->closing = TRUE;
      tropea_window_keeper_set_closing (self->keeper);
      close_api (self);
      tropea_host_close_async (self->host, close_cb, g_object_ref (self));
    }
  while (!self->is_closed)
    g_main_context_iteration (NULL, TRUE);
}

static void
tropea_application_shutdown (GApplication *application)
{
  TropeaApplication *self = TROPEA_APPLICATION (application);

  for (guint i = 0; i < G_N_ELEMENTS (self->signal_ids); i++)
    g_clear_handle_id (&self->signal_ids[i], g_source_remove);

  if (self->host != NULL && !self->is_closed && !self->is_urgent)
    close_now (self);
  g_clear_object (&self->tray);
  g_clear_object (&self->session_end);
  g_clear_object (&self->notifier);
  g_clear_object (&self->autostart);
  g_clear_object (&self->keeper);
  g_clear_object (&self->remote_actions);
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
  g_clear_object (&self->background);
  g_clear_object (&self->settings);
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
  self->background = tropea_background_new (self->settings);
  self->tor_choice = tropea_tor_choice_new (tropea_host_actions_get_group (self->host_actions),
                                            self->settings);
  g_signal_connect_object (self->tor_choice, "password-wanted", G_CALLBACK (password_wanted_cb),
                           self, G_CONNECT_SWAPPED);
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
                       "register-session", TRUE,
                       NULL);
}
