/* tropea-exits-window.c: in which countries circuits may end, to choose
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-exits-window"

#include "config.h"

#include "ui/tropea-exits-window.h"

#include <glib/gi18n.h>

#include "tor/tropea-exit-countries.h"
#include "ui/tropea-ui.h"

/* Each tick is tried at once, and kept when tor can do with it. What cannot be is taken back,
 * and said; then the settings still have the choice before it.
 */

struct _TropeaExitsWindow
{
  AdwWindow            parent_instance;

  TropeaHost          *host;        /* (owned) */
  TropeaSettings      *settings;    /* (owned) */
  TropeaExitCountries *countries;   /* (owned): the host's */
  GHashTable          *chosen;      /* (owned): codes */
  gboolean             is_filling;  /* ticks change, but nobody changes them */

  GtkCustomFilter     *filter;      /* (owned) */
  GtkFilterListModel  *filtered;    /* (owned) */
  GtkSwitch           *strict;
  GtkButton           *any;
  GtkLabel            *message;
  GtkSearchEntry      *search;
  GtkLabel            *nothing;
  GtkListBox          *list;
};

typedef enum
{
  PROP_HOST = 1,
  PROP_SETTINGS,
} TropeaExitsWindowProperty;

G_DEFINE_FINAL_TYPE (TropeaExitsWindow, tropea_exits_window, ADW_TYPE_WINDOW)

static GParamSpec *properties[PROP_SETTINGS + 1];

typedef struct
{
  TropeaExitsWindow *self;       /* (owned) */
  char             **codes;      /* (owned) */
  gboolean           is_strict;
} Choice;

static void
choice_free (Choice *self)
{
  g_object_unref (self->self);
  g_strfreev (self->codes);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Choice, choice_free)

static void
say (TropeaExitsWindow *self,
     const char        *sentence,
     gboolean           is_failure)
{
  const char *classes[] = { is_failure ? "error" : "warning", NULL };

  gtk_label_set_label (self->message, sentence != NULL ? sentence : "");
  gtk_widget_set_css_classes (GTK_WIDGET (self->message), classes);
  gtk_widget_set_visible (GTK_WIDGET (self->message), sentence != NULL);
}

static void
update_any (TropeaExitsWindow *self)
{
  gtk_widget_set_sensitive (GTK_WIDGET (self->any), g_hash_table_size (self->chosen) > 0);
}

static GtkWidget *make_row (gpointer item,
                            gpointer user_data);

/* Ticks and switch as they are kept. */
static void
show_kept (TropeaExitsWindow *self)
{
  GSettings *keys = tropea_settings_get_gsettings (self->settings);
  g_auto(GStrv) codes = g_settings_get_strv (keys, TROPEA_SETTING_EXIT_COUNTRIES);

  g_hash_table_remove_all (self->chosen);
  for (gsize i = 0; codes[i] != NULL; i++)
    g_hash_table_add (self->chosen, g_ascii_strup (codes[i], -1));

  self->is_filling = TRUE;
  gtk_switch_set_active (self->strict, g_settings_get_boolean (keys, TROPEA_SETTING_STRICT_EXITS));
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (self->filtered), make_row, self, NULL);
  self->is_filling = FALSE;
  update_any (self);
}

static void
applied_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(Choice) choice = user_data;
  TropeaExitsWindow *self = choice->self;
  g_autoptr(GError) error = NULL;
  g_autofree char *warning = NULL;
  GSettings *keys = self->settings != NULL ? tropea_settings_get_gsettings (self->settings) : NULL;

  if (tropea_host_set_exit_countries_finish (TROPEA_HOST (object), result, &warning, &error))
    {
      if (keys == NULL)
        return;

      g_settings_set_strv (keys, TROPEA_SETTING_EXIT_COUNTRIES,
                           (const char * const *) choice->codes);
      g_settings_set_boolean (keys, TROPEA_SETTING_STRICT_EXITS, choice->is_strict);
      say (self, warning, FALSE);
    }
  else if (keys != NULL && !g_error_matches (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CANCELLED))
    {
      show_kept (self);
      say (self, error->message, TRUE);
    }
}

static void
apply (TropeaExitsWindow *self)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  Choice *choice = NULL;
  GHashTableIter iter;
  gpointer code;

  if (self->is_filling)
    return;

  g_hash_table_iter_init (&iter, self->chosen);
  while (g_hash_table_iter_next (&iter, &code, NULL))
    g_strv_builder_add (builder, code);

  choice = g_new0 (Choice, 1);
  choice->self = g_object_ref (self);
  choice->codes = g_strv_builder_end (builder);
  choice->is_strict = gtk_switch_get_active (self->strict);
  update_any (self);
  tropea_host_set_exit_countries_async (self->host, (const char * const *) choice->codes,
                                        choice->is_strict, applied_cb, choice);
}

static void
on_strict_changed (TropeaExitsWindow *self)
{
  apply (self);
}

static void
on_any_clicked (TropeaExitsWindow *self)
{
  g_hash_table_remove_all (self->chosen);
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (self->filtered), make_row, self, NULL);
  apply (self);
}

static void
check_toggled_cb (GtkCheckButton    *check,
                  TropeaExitsWindow *self)
{
  const char *code = g_object_get_data (G_OBJECT (check), "code");

  if (gtk_check_button_get_active (check))
    g_hash_table_add (self->chosen, g_strdup (code));
  else
    g_hash_table_remove (self->chosen, code);
  apply (self);
}

static void
add_check (TropeaExitsWindow *self,
           AdwActionRow      *row,
           TropeaExitCountry *country)
{
  GtkWidget *check = gtk_check_button_new ();
  const char *code = tropea_exit_country_get_code (country);

  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check),
                               g_hash_table_contains (self->chosen, code));
  g_object_set_data_full (G_OBJECT (check), "code", g_strdup (code), g_free);
  g_signal_connect_object (check, "toggled", G_CALLBACK (check_toggled_cb), self, 0);
  adw_action_row_add_prefix (row, check);
  adw_action_row_set_activatable_widget (row, check);
}

static GtkWidget *
make_row (gpointer item,
          gpointer user_data)
{
  TropeaExitsWindow *self = TROPEA_EXITS_WINDOW (user_data);
  TropeaExitCountry *country = TROPEA_EXIT_COUNTRY (item);
  AdwActionRow *row = ADW_ACTION_ROW (adw_action_row_new ());
  guint n_exits = tropea_exit_country_get_n_exits (country);
  g_autofree char *count = g_strdup_printf (ngettext ("%'u exit", "%'u exits", n_exits), n_exits);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                 tropea_exit_country_get_name (country));
  adw_action_row_set_subtitle (row, count);
  if (tropea_exit_country_can_be_chosen (country))
    add_check (self, row, country);
  else
    gtk_widget_set_sensitive (GTK_WIDGET (row), FALSE);

  return GTK_WIDGET (row);
}

static gboolean
filter_cb (gpointer item,
           gpointer user_data)
{
  TropeaExitsWindow *self = TROPEA_EXITS_WINDOW (user_data);
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search));

  return *text == '\0' || g_ascii_strcasecmp (text, tropea_exit_country_get_code (item)) == 0
         || g_str_match_string (text, tropea_exit_country_get_name (item), TRUE);
}

static void
on_search_changed (TropeaExitsWindow *self)
{
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
}

/* Where the list is empty, why. */
static void
update_nothing (TropeaExitsWindow *self)
{
  g_autofree char *problem = NULL;
  const char *text = NULL;
  TropeaTorState state;

  g_object_get (self->countries, "problem", &problem, NULL);
  g_object_get (self->host, "state", &state, NULL);

  if (problem != NULL)
    text = problem;
  else if (state == TROPEA_TOR_STATE_STOPPED || state == TROPEA_TOR_STATE_FAILED)
    text = _("Start Tor to see where it has exits.");
  else if (g_list_model_get_n_items (G_LIST_MODEL (self->countries)) == 0)
    text = _("Tor does not know its relays yet.");
  else if (g_list_model_get_n_items (G_LIST_MODEL (self->filtered)) == 0)
    text = _("There is no exit in a country of this name.");

  gtk_label_set_label (self->nothing, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->nothing), text != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->list),
                          g_list_model_get_n_items (G_LIST_MODEL (self->filtered)) > 0);
}

static void
tropea_exits_window_constructed (GObject *object)
{
  TropeaExitsWindow *self = TROPEA_EXITS_WINDOW (object);

  G_OBJECT_CLASS (tropea_exits_window_parent_class)->constructed (object);

  g_object_get (self->host, "exit-countries", &self->countries, NULL);
  tropea_host_set_exit_countries_shown (self->host, TRUE);
  self->filter = gtk_custom_filter_new (filter_cb, self, NULL);
  self->filtered = gtk_filter_list_model_new (G_LIST_MODEL (g_object_ref (self->countries)),
                                              GTK_FILTER (g_object_ref (self->filter)));
  show_kept (self);

  g_signal_connect_object (self->filtered, "items-changed", G_CALLBACK (update_nothing), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->countries, "notify::problem", G_CALLBACK (update_nothing), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->host, "notify::state", G_CALLBACK (update_nothing), self,
                           G_CONNECT_SWAPPED);
  update_nothing (self);
}

static void
tropea_exits_window_set_property (GObject      *object,
                                  guint         prop_id,
                                  const GValue *value,
                                  GParamSpec   *pspec)
{
  TropeaExitsWindow *self = TROPEA_EXITS_WINDOW (object);

  switch ((TropeaExitsWindowProperty) prop_id)
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
tropea_exits_window_dispose (GObject *object)
{
  TropeaExitsWindow *self = TROPEA_EXITS_WINDOW (object);

  if (self->filtered != NULL)
    {
      gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
      gtk_filter_list_model_set_filter (self->filtered, NULL);
    }
  if (self->host != NULL)
    tropea_host_set_exit_countries_shown (self->host, FALSE);
  gtk_widget_dispose_template (GTK_WIDGET (self), TROPEA_TYPE_EXITS_WINDOW);
  g_clear_object (&self->filtered);
  g_clear_object (&self->filter);
  g_clear_object (&self->countries);
  g_clear_object (&self->settings);
  g_clear_object (&self->host);

  G_OBJECT_CLASS (tropea_exits_window_parent_class)->dispose (object);
}

static void
tropea_exits_window_finalize (GObject *object)
{
  TropeaExitsWindow *self = TROPEA_EXITS_WINDOW (object);

  g_hash_table_unref (self->chosen);

  G_OBJECT_CLASS (tropea_exits_window_parent_class)->finalize (object);
}

static void
tropea_exits_window_class_init (TropeaExitsWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = tropea_exits_window_constructed;
  object_class->set_property = tropea_exits_window_set_property;
  object_class->dispose = tropea_exits_window_dispose;
  object_class->finalize = tropea_exits_window_finalize;

  /**
   * TropeaExitsWindow:host:
   *
   * Who knows the exits, and is told the choice.
   */
  properties[PROP_HOST] =
    g_param_spec_object ("host", NULL, NULL, TROPEA_TYPE_HOST,
                         G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * TropeaExitsWindow:settings:
   *
   * Where the choice is kept.
   */
  properties[PROP_SETTINGS] =
    g_param_spec_object ("settings", NULL, NULL, TROPEA_TYPE_SETTINGS,
                         G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-exits-window.ui");
  gtk_widget_class_bind_template_child (widget_class, TropeaExitsWindow, strict);
  gtk_widget_class_bind_template_child (widget_class, TropeaExitsWindow, any);
  gtk_widget_class_bind_template_child (widget_class, TropeaExitsWindow, message);
  gtk_widget_class_bind_template_child (widget_class, TropeaExitsWindow, search);
  gtk_widget_class_bind_template_child (widget_class, TropeaExitsWindow, nothing);
  gtk_widget_class_bind_template_child (widget_class, TropeaExitsWindow, list);
  gtk_widget_class_bind_template_callback (widget_class, on_strict_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_any_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
}

static void
tropea_exits_window_init (TropeaExitsWindow *self)
{
  self->chosen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * tropea_exits_window_new:
 *
 * Returns: (transfer full): a window; it asks tor for its exits until it is closed
 */
GtkWidget *
tropea_exits_window_new (TropeaHost     *host,
                         TropeaSettings *settings)
{
  g_return_val_if_fail (TROPEA_IS_HOST (host), NULL);
  g_return_val_if_fail (TROPEA_IS_SETTINGS (settings), NULL);

  return g_object_new (TROPEA_TYPE_EXITS_WINDOW, "host", host, "settings", settings, NULL);
}

static gboolean
to_summary (GValue   *value,
            GVariant *variant,
            gpointer  user_data)
{
  g_autofree const char **codes = g_variant_get_strv (variant, NULL);

  if (codes[0] == NULL)
    g_value_set_string (value, _("Any country"));
  else
    g_value_take_string (value, g_strjoinv (", ", (char **) codes));

  return TRUE;
}

/**
 * tropea_exits_window_bind_summary:
 *
 * Let @row's subtitle say what is chosen.
 */
void
tropea_exits_window_bind_summary (TropeaSettings *settings,
                                  AdwActionRow   *row)
{
  g_return_if_fail (TROPEA_IS_SETTINGS (settings));
  g_return_if_fail (ADW_IS_ACTION_ROW (row));

  g_settings_bind_with_mapping (tropea_settings_get_gsettings (settings),
                                TROPEA_SETTING_EXIT_COUNTRIES, row, "subtitle",
                                G_SETTINGS_BIND_GET, to_summary, NULL, NULL, NULL);
}
