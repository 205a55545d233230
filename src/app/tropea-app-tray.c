/* tropea-app-tray.c: what the icon in the tray says of the host, and its menu
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-app-tray"

#include "config.h"

#include "app/tropea-app-tray.h"

#include <glib/gi18n.h>

#include "host/tropea-host-history.h"
#include "tray/tropea-tray.h"
#include "ui/tropea-format.h"

/* The icon follows the state at once, the rates only every few seconds: each change goes to other
 * programs, which draw it. The menu is up to date when it is opened. While no tray shows the icon
 * nothing is put into words.
 */

#define RATE_SECONDS 5

enum
{
  LINE_STATE,
  LINE_IN,
  LINE_OUT,
  LINE_CREDITS,
  N_LINES,
};

struct _TropeaAppTray
{
  GObject           parent_instance;

  GActionGroup     *host_actions;  /* (owned) */
  TropeaTrayStatus *status;        /* (owned) */
  TropeaTray       *tray;          /* (owned) */
  GMenu            *lines;         /* (owned) */
  char             *words[N_LINES]; /* (owned) (nullable) */

  TropeaHost       *host;          /* (owned) (nullable) */
  TropeaDayBook    *book;          /* (owned) (nullable): while the icon is shown */
  gboolean          is_shown;
  guint             timer_id;
};

typedef enum
{
  PROP_IS_SHOWN = 1,
} TropeaAppTrayProperty;

G_DEFINE_FINAL_TYPE (TropeaAppTray, tropea_app_tray, G_TYPE_OBJECT)

static GParamSpec *properties[PROP_IS_SHOWN + 1];
static guint activated_signal;

static TropeaTrayState
get_icon (TropeaTorState state)
{
  switch (state)
    {
    case TROPEA_TOR_STATE_STARTING:
    case TROPEA_TOR_STATE_BOOTSTRAPPING:
      return TROPEA_TRAY_STATE_CONNECTING;
    case TROPEA_TOR_STATE_RUNNING:
      return TROPEA_TRAY_STATE_RUNNING;
    case TROPEA_TOR_STATE_PAUSED:
      return TROPEA_TRAY_STATE_PAUSED;
    case TROPEA_TOR_STATE_FAILED:
      return TROPEA_TRAY_STATE_FAILED;
    case TROPEA_TOR_STATE_STOPPED:
    case TROPEA_TOR_STATE_STOPPING:
    default:
      return TROPEA_TRAY_STATE_STOPPED;
    }
}

static char *
describe_state (TropeaHost     *host,
                TropeaTorState  state)
{
  gboolean is_simulating = FALSE;
  int percent = 0;

  g_object_get (host, "is-simulating", &is_simulating, "bootstrap-percent", &percent, NULL);
  if (state == TROPEA_TOR_STATE_RUNNING && is_simulating)
    return g_strdup (C_("tor state", "Simulating"));
  if (state == TROPEA_TOR_STATE_BOOTSTRAPPING)
    /* Translators: the state “Connecting”, and how far it is. */
    return g_strdup_printf (_("%s, %d %%"), tropea_format_tor_state (state), percent);

  return g_strdup (tropea_format_tor_state (state));
}

static char *
describe_rate (TropeaHost *host,
               const char *arrow,
               const char *property)
{
  g_autofree char *text = NULL;
  guint64 rate = 0;

  g_object_get (host, property, &rate, NULL);
  text = tropea_format_rate (rate);

  return g_strdup_printf ("%s %s", arrow, text);
}

static char *
describe_credits (TropeaDayBook *book)
{
  g_autofree char *text = NULL;
  gint64 micro = 0;

  g_object_get (book, "today-micro", &micro, NULL);
  text = tropea_format_credits (micro);

  return g_strdup_printf (_("Credits today: %s"), text);
}

/* Takes @words. They are short: a menu that is open may grow no wider. */
static void
set_line (TropeaAppTray *self,
          int            line,
          char          *words)
{
  if (g_strcmp0 (self->words[line], words) == 0)
    {
      g_free (words);
      return;
    }

  g_free (self->words[line]);
  self->words[line] = words;
  g_menu_remove (self->lines, line);
  g_menu_insert (self->lines, line, words, NULL);
}

static void
show_tooltip (TropeaAppTray  *self,
              TropeaTorState  state)
{
  g_autofree char *headline = g_strdup_printf ("Tropea: %s", self->words[LINE_STATE]);
  g_autofree char *text = NULL;

  if (state == TROPEA_TOR_STATE_FAILED)
    g_object_get (self->host, "problem", &text, NULL);
  else
    text = g_strdup_printf ("%s   %s\n%s", self->words[LINE_IN], self->words[LINE_OUT],
                            self->words[LINE_CREDITS]);

  tropea_tray_status_set_headline (self->status, headline);
  tropea_tray_status_set_text (self->status, text);
}

static void
show (TropeaAppTray *self)
{
  TropeaTorState state = TROPEA_TOR_STATE_STOPPED;

  g_clear_handle_id (&self->timer_id, g_source_remove);
  if (self->host == NULL || self->book == NULL)
    {
      tropea_tray_status_set_state (self->status, TROPEA_TRAY_STATE_STOPPED);
      tropea_tray_status_set_headline (self->status, NULL);
      tropea_tray_status_set_text (self->status, NULL);
      return;
    }

  g_object_get (self->host, "state", &state, NULL);
  set_line (self, LINE_STATE, describe_state (self->host, state));
  set_line (self, LINE_IN, describe_rate (self->host, "↓", "rate-in"));
  set_line (self, LINE_OUT, describe_rate (self->host, "↑", "rate-out"));
  set_line (self, LINE_CREDITS, describe_credits (self->book));
  tropea_tray_status_set_state (self->status, get_icon (state));
  show_tooltip (self, state);
}

static gboolean
timer_cb (gpointer user_data)
{
  TropeaAppTray *self = user_data;

  self->timer_id = 0;
  show (self);

  return G_SOURCE_REMOVE;
}

static void
rate_cb (TropeaAppTray *self)
{
  if (self->timer_id == 0 && self->book != NULL)
    self->timer_id = g_timeout_add_seconds (RATE_SECONDS, timer_cb, self);
}

static void
follow_book (TropeaAppTray *self)
{
  gboolean needs_book = self->host != NULL && self->is_shown;

  if (needs_book == (self->book != NULL))
    return;

  if (self->book != NULL)
    g_signal_handlers_disconnect_by_data (self->book, self);
  g_clear_object (&self->book);
  if (needs_book)
    {
      self->book = tropea_host_new_day_book (self->host);
      g_signal_connect_object (self->book, "changed", G_CALLBACK (show), self,
                               G_CONNECT_SWAPPED);
    }
}

static void
shown_cb (TropeaAppTray *self)
{
  self->is_shown = tropea_tray_get_is_shown (self->tray);
  follow_book (self);
  show (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_SHOWN]);
}

static void
activated_cb (TropeaAppTray *self,
              const char    *token)
{
  g_signal_emit (self, activated_signal, 0, token);
}

/* Start or stop, whichever can be done. */
static void
second_activated_cb (TropeaAppTray *self)
{
  static const char * const names[] = { "start", "stop" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_action_group_get_action_enabled (self->host_actions, names[i]))
      {
        g_action_group_activate_action (self->host_actions, names[i], NULL);
        return;
      }
}

static void
append_hiding (GMenu      *menu,
               const char *label,
               const char *action)
{
  g_autoptr(GMenuItem) item = g_menu_item_new (label, action);

  g_menu_item_set_attribute (item, "hidden-when", "s", "action-disabled");
  g_menu_append_item (menu, item);
}

static GMenu *
make_menu (TropeaAppTray *self)
{
  GMenu *menu = g_menu_new ();
  g_autoptr(GMenu) window = g_menu_new ();
  g_autoptr(GMenu) verbs = g_menu_new ();
  g_autoptr(GMenu) end = g_menu_new ();

  /* Translators: the menu of the icon in the tray; “_” is in front of the key. */
  g_menu_append (window, _("_Open Tropea"), "app.show");
  for (int i = 0; i < N_LINES; i++)
    g_menu_append (self->lines, "", NULL);
  append_hiding (verbs, _("_Start Tor"), "host.start");
  append_hiding (verbs, _("S_top"), "host.stop");
  append_hiding (verbs, _("_Pause"), "host.pause");
  g_menu_append (verbs, _("Si_mulation"), "host.simulation");
  g_menu_append (verbs, _("Submit Now"), "host.submit-now");
  g_menu_append (end, _("_Quit"), "app.quit");

  g_menu_append_section (menu, NULL, G_MENU_MODEL (window));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (self->lines));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (verbs));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (end));

  return menu;
}

static void
tropea_app_tray_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  TropeaAppTray *self = TROPEA_APP_TRAY (object);

  switch ((TropeaAppTrayProperty) prop_id)
    {
    case PROP_IS_SHOWN:
      g_value_set_boolean (value, self->is_shown);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_app_tray_dispose (GObject *object)
{
  TropeaAppTray *self = TROPEA_APP_TRAY (object);

  tropea_app_tray_set_host (self, NULL);
  g_clear_handle_id (&self->timer_id, g_source_remove);
  if (self->tray != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->tray, self);
      tropea_tray_set_is_enabled (self->tray, FALSE);
    }
  g_clear_object (&self->tray);
  g_clear_object (&self->status);
  g_clear_object (&self->lines);
  g_clear_object (&self->host_actions);

  G_OBJECT_CLASS (tropea_app_tray_parent_class)->dispose (object);
}

static void
tropea_app_tray_finalize (GObject *object)
{
  TropeaAppTray *self = TROPEA_APP_TRAY (object);

  for (int i = 0; i < N_LINES; i++)
    g_free (self->words[i]);

  G_OBJECT_CLASS (tropea_app_tray_parent_class)->finalize (object);
}

static void
tropea_app_tray_class_init (TropeaAppTrayClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tropea_app_tray_get_property;
  object_class->dispose = tropea_app_tray_dispose;
  object_class->finalize = tropea_app_tray_finalize;

  /**
   * TropeaAppTray:is-shown:
   *
   * A tray shows the icon: it is there to be clicked.
   */
  properties[PROP_IS_SHOWN] =
    g_param_spec_boolean ("is-shown", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  activated_signal = g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
tropea_app_tray_init (TropeaAppTray *self)
{
  self->status = tropea_tray_status_new ();
  self->lines = g_menu_new ();
}

/**
 * tropea_app_tray_new:
 * @app_actions: with “show” and “quit”
 * @settings: (nullable): whether there is to be an icon; NULL: where there can be
 * @is_rtl: whether words are read from right to left
 *
 * Returns: (transfer full): an icon in each tray that comes
 */
TropeaAppTray *
tropea_app_tray_new (GActionGroup   *app_actions,
                     GActionGroup   *host_actions,
                     TropeaSettings *settings,
                     gboolean        is_rtl)
{
  TropeaAppTray *self = g_object_new (TROPEA_TYPE_APP_TRAY, NULL);
  g_autoptr(TropeaTrayActions) actions = tropea_tray_actions_new ();
  g_autoptr(GMenu) menu = make_menu (self);

  self->host_actions = g_object_ref (host_actions);
  tropea_tray_actions_insert (actions, "app", app_actions);
  tropea_tray_actions_insert (actions, "host", host_actions);
  self->tray = tropea_tray_new (self->status, G_MENU_MODEL (menu), actions,
                                TROPEA_APPLICATION_ID, "Tropea", is_rtl);
  g_signal_connect_swapped (self->tray, "notify::is-shown", G_CALLBACK (shown_cb), self);
  g_signal_connect_swapped (self->tray, "about-to-show", G_CALLBACK (show), self);
  g_signal_connect_swapped (self->tray, "activated", G_CALLBACK (activated_cb), self);
  g_signal_connect_swapped (self->tray, "second-activated", G_CALLBACK (second_activated_cb),
                            self);
  if (settings != NULL)
    g_settings_bind (tropea_settings_get_gsettings (settings), TROPEA_SETTING_TRAY, self->tray,
                     "is-enabled", G_SETTINGS_BIND_GET);
  else
    tropea_tray_set_is_enabled (self->tray, TRUE);

  return self;
}

/**
 * tropea_app_tray_set_host:
 * @host: (nullable): NULL before it is open and while it is being closed
 */
void
tropea_app_tray_set_host (TropeaAppTray *self,
                          TropeaHost    *host)
{
  static const char * const soon[] = {
    "notify::state", "notify::is-simulating", "notify::bootstrap-percent", "notify::problem",
  };

  g_return_if_fail (TROPEA_IS_APP_TRAY (self));
  g_return_if_fail (host == NULL || TROPEA_IS_HOST (host));

  if (self->host == host)
    return;

  if (self->host != NULL)
    g_signal_handlers_disconnect_by_data (self->host, self);
  g_set_object (&self->host, host);
  if (host != NULL)
    {
      for (gsize i = 0; i < G_N_ELEMENTS (soon); i++)
        g_signal_connect_object (host, soon[i], G_CALLBACK (show), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (host, "notify::rate-in", G_CALLBACK (rate_cb), self,
                               G_CONNECT_SWAPPED);
    }
  if (self->book != NULL)
    g_signal_handlers_disconnect_by_data (self->book, self);
  g_clear_object (&self->book);
  follow_book (self);
  show (self);
}
