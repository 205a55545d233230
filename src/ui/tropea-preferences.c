/* tropea-preferences.c: what can be chosen once and for all
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-preferences"

#include "config.h"

#include "ui/tropea-preferences.h"

#include <glib/gi18n.h>

#include "ui/tropea-attach-group.h"
#include "ui/tropea-bridges-row.h"
#include "ui/tropea-dialogs.h"
#include "ui/tropea-exits-window.h"
#include "ui/tropea-ledger-group.h"
#include "ui/tropea-threshold-editor.h"
#include "ui/tropea-ui.h"

/* Every row changes a setting at once; the application hears of it and tells the host. Only the
 * ledger is asked first, and told to the host before it is a setting.
 */

/* What the settings say for “any free port” and “none”; the fields say 0 and a switch. */
#define PORT_ANY (-1)
#define PORT_NONE 0
#define DEFAULT_CONTROL_PORT 9051

struct _TropeaPreferences
{
  AdwPreferencesWindow  parent_instance;

  TropeaHost           *host;         /* (owned) */
  TropeaSettings       *settings;     /* (owned) */
  gboolean              is_filling;   /* the fields change, but nobody changes them */

  GtkWidget            *threshold_editor;
  TropeaAttachGroup    *attach_group;
  TropeaBridgesRow     *bridges_row;
  GtkSwitch            *start_tor;
  GtkSwitch            *tray;
  GtkSwitch            *notify_tor_failed;
  GtkSwitch            *notify_first_credits;
  GtkSwitch            *notify_refused;
  GtkSwitch            *notify_keyring;
  GtkSpinButton        *socks_port;
  GtkSwitch            *control_switch;
  GtkSpinButton        *control_port;
  AdwActionRow         *exits_row;
  AdwComboRow          *log_level;
  GtkTextBuffer        *torrc_buffer;
  TropeaLedgerGroup    *ledger_group;
};

typedef enum
{
  PROP_HOST = 1,
  PROP_SETTINGS,
} TropeaPreferencesProperty;

G_DEFINE_FINAL_TYPE (TropeaPreferences, tropea_preferences, ADW_TYPE_PREFERENCES_WINDOW)

static GParamSpec *properties[PROP_SETTINGS + 1];

static int
to_port (GtkSpinButton *button)
{
  int value = gtk_spin_button_get_value_as_int (button);

  return value == 0 ? PORT_ANY : value;
}

static void
on_port_changed (TropeaPreferences *self)
{
  GSettings *keys = NULL;
  gboolean has_control = gtk_switch_get_active (self->control_switch);

  if (self->is_filling || self->settings == NULL)
    return;

  keys = tropea_settings_get_gsettings (self->settings);
  g_settings_set_int (keys, TROPEA_SETTING_SOCKS_PORT, to_port (self->socks_port));
  g_settings_set_int (keys, TROPEA_SETTING_CONTROL_PORT,
                      has_control ? to_port (self->control_port) : PORT_NONE);
}

static void
fill_ports (TropeaPreferences *self)
{
  int socks = tropea_settings_get_int (self->settings, TROPEA_SETTING_SOCKS_PORT);
  int control = tropea_settings_get_int (self->settings, TROPEA_SETTING_CONTROL_PORT);

  self->is_filling = TRUE;
  gtk_spin_button_set_value (self->socks_port, MAX (socks, 0));
  gtk_switch_set_active (self->control_switch, control != PORT_NONE);
  gtk_spin_button_set_value (self->control_port,
                             control == PORT_NONE ? DEFAULT_CONTROL_PORT : MAX (control, 0));
  self->is_filling = FALSE;
}

static void
on_log_level_changed (TropeaPreferences *self)
{
  if (!self->is_filling && self->settings != NULL)
    g_settings_set_enum (tropea_settings_get_gsettings (self->settings), TROPEA_SETTING_LOG_LEVEL,
                         (int) adw_combo_row_get_selected (self->log_level));
}

static void
reset_confirmed (TropeaPreferences *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "host.reset-statistics", NULL);
}

static void
on_reset_clicked (TropeaPreferences *self)
{
  tropea_dialogs_confirm (GTK_WINDOW (self), _("Reset Statistics?"),
                          _("Data in, data out and the recent activity count from zero again. "
                            "Sessions, credits and your key stay as they are."),
                          _("_Reset"), G_CALLBACK (reset_confirmed), self);
}

static void
bind_settings (TropeaPreferences *self)
{
  GSettings *keys = tropea_settings_get_gsettings (self->settings);
  const struct
  {
    const char *key;
    gpointer    object;
    const char *property;
  } bindings[] = {
    { TROPEA_SETTING_START_TOR, self->start_tor, "active" },
    { TROPEA_SETTING_TRAY, self->tray, "active" },
    { TROPEA_SETTING_NOTIFY_TOR_FAILED, self->notify_tor_failed, "active" },
    { TROPEA_SETTING_NOTIFY_FIRST_CREDITS, self->notify_first_credits, "active" },
    { TROPEA_SETTING_NOTIFY_REFUSED, self->notify_refused, "active" },
    { TROPEA_SETTING_NOTIFY_KEYRING, self->notify_keyring, "active" },
    { TROPEA_SETTING_TORRC_ADDITIONS, self->torrc_buffer, "text" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bindings); i++)
    g_settings_bind (keys, bindings[i].key, bindings[i].object, bindings[i].property,
                     G_SETTINGS_BIND_DEFAULT);

  tropea_exits_window_bind_summary (self->settings, self->exits_row);
  fill_ports (self);
  g_signal_connect_object (keys, "changed::" TROPEA_SETTING_SOCKS_PORT, G_CALLBACK (fill_ports),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (keys, "changed::" TROPEA_SETTING_CONTROL_PORT, G_CALLBACK (fill_ports),
                           self, G_CONNECT_SWAPPED);
}

static void
tropea_preferences_constructed (GObject *object)
{
  TropeaPreferences *self = TROPEA_PREFERENCES (object);
  int level;

  G_OBJECT_CLASS (tropea_preferences_parent_class)->constructed (object);

  g_object_set (self->threshold_editor, "host", self->host, NULL);
  if (self->settings == NULL)
    return;

  bind_settings (self);
  tropea_attach_group_set_settings (self->attach_group, self->settings);
  tropea_ledger_group_set_model (self->ledger_group, self->host, self->settings);
  tropea_bridges_row_set_model (self->bridges_row, self->host, self->settings);
  self->is_filling = TRUE;
  level = g_settings_get_enum (tropea_settings_get_gsettings (self->settings),
                               TROPEA_SETTING_LOG_LEVEL);
  adw_combo_row_set_selected (self->log_level, (guint) level);
  self->is_filling = FALSE;
}

static void
tropea_preferences_get_property (GObject    *object,
                                 guint       prop_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  TropeaPreferences *self = TROPEA_PREFERENCES (object);

  switch ((TropeaPreferencesProperty) prop_id)
    {
    case PROP_HOST:
      g_value_set_object (value, self->host);
      break;
    case PROP_SETTINGS:
      g_value_set_object (value, self->settings);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_preferences_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  TropeaPreferences *self = TROPEA_PREFERENCES (object);

  switch ((TropeaPreferencesProperty) prop_id)
    {
    case PROP_HOST:
      self->host = g_value_dup_object (value);
      break;
    case PROP_SETTINGS:
      self->settings = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_preferences_dispose (GObject *object)
{
  TropeaPreferences *self = TROPEA_PREFERENCES (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), TROPEA_TYPE_PREFERENCES);
  g_clear_object (&self->settings);
  g_clear_object (&self->host);

  G_OBJECT_CLASS (tropea_preferences_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, TropeaPreferences, threshold_editor);
  gtk_widget_class_bind_template_child (widget_class, TropeaPreferences, attach_group);
  gtk_widget_class_bind_template_child (widget_class, TropeaPreferences, bridges_row);
  gtk_widget_class_bind_template_child (widget_class, TropeaPreferences, start_tor);
  gtk_widget_class_bind_template_child (widget_class, TropeaPreferences, tray);
  gtk_widget_class_bind_template_child (widget_class, TropeaPreferences, notify_tor_failed);
  gtk_widget_class_bind_template_child (widget_class, TropeaPreferences, notify_first_credits);
  gtk_widget_class_bind_template_child (widget_class, TropeaPreferences, notify_refused);
  gtk_widget_class_bind_template_child (widget_class, TropeaPreferences, notify_keyring);
  gtk_widget_class_bind_template_child (widget_class, TropeaPreferences, socks_port);
  gtk_widget_class_bind_template_child (widget_class, TropeaPreferences, control_switch);
  gtk_widget_class_bind_template_child (widget_class, TropeaPreferences, control_port);
  gtk_widget_class_bind_template_child (widget_class, TropeaPreferences, exits_row);
  gtk_widget_class_bind_template_child (widget_class, TropeaPreferences, log_level);
  gtk_widget_class_bind_template_child (widget_class, TropeaPreferences, torrc_buffer);
  gtk_widget_class_bind_template_child (widget_class, TropeaPreferences, ledger_group);
  gtk_widget_class_bind_template_callback (widget_class, on_port_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_log_level_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_reset_clicked);
}

static void
tropea_preferences_class_init (TropeaPreferencesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = tropea_preferences_constructed;
  object_class->get_property = tropea_preferences_get_property;
  object_class->set_property = tropea_preferences_set_property;
  object_class->dispose = tropea_preferences_dispose;

  /**
   * TropeaPreferences:host:
   *
   * What the thresholds are of, and who uses a ledger.
   */
  properties[PROP_HOST] =
    g_param_spec_object ("host", NULL, NULL, TROPEA_TYPE_HOST,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * TropeaPreferences:settings:
   *
   * What is changed.
   */
  properties[PROP_SETTINGS] =
    g_param_spec_object ("settings", NULL, NULL, TROPEA_TYPE_SETTINGS,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  g_type_ensure (TROPEA_TYPE_ATTACH_GROUP);
  g_type_ensure (TROPEA_TYPE_BRIDGES_ROW);
  g_type_ensure (TROPEA_TYPE_LEDGER_GROUP);
  g_type_ensure (TROPEA_TYPE_THRESHOLD_EDITOR);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
tropea_preferences_init (TropeaPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->control_switch, "notify::active", G_CALLBACK (on_port_changed),
                            self);
}

/**
 * tropea_preferences_new:
 *
 * Returns: (transfer full): the preferences' window; it needs the actions “host.”
 */
GtkWidget *
tropea_preferences_new (TropeaHost     *host,
                        TropeaSettings *settings)
{
  g_return_val_if_fail (TROPEA_IS_HOST (host), NULL);
  g_return_val_if_fail (TROPEA_IS_SETTINGS (settings), NULL);

  return g_object_new (TROPEA_TYPE_PREFERENCES,
                       "host", host,
                       "settings", settings,
                       NULL);
}

/**
 * tropea_preferences_show_page:
 * @name: of a page, or “bridges” for the page of tor with the bridges in front of it
 */
void
tropea_preferences_show_page (TropeaPreferences *self,
                              const char        *name)
{
  gboolean is_bridges;

  g_return_if_fail (TROPEA_IS_PREFERENCES (self));
  g_return_if_fail (name != NULL);

  is_bridges = g_str_equal (name, "bridges");
  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (self),
                                                is_bridges ? "tor" : name);
  gtk_window_present (GTK_WINDOW (self));
  if (is_bridges)
    adw_action_row_activate (ADW_ACTION_ROW (self->bridges_row));
}

/**
 * tropea_preferences_show_message:
 * @message: plain text, one sentence
 *
 * Show @message for some seconds: the answer to something that the user just did here.
 */
void
tropea_preferences_show_message (TropeaPreferences *self,
                                 const char        *message)
{
  g_autofree char *title = NULL;

  g_return_if_fail (TROPEA_IS_PREFERENCES (self));
  g_return_if_fail (message != NULL);

  title = g_markup_escape_text (message, -1);
  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (self), adw_toast_new (title));
}
