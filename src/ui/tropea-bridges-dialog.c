/* tropea-bridges-dialog.c: how tor gets into its network, and the bridges for that
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-bridges-dialog"

#include "config.h"

#include "ui/tropea-bridges-dialog.h"

#include <glib/gi18n.h>

#include "tor/tropea-bridge-list.h"
#include "ui/tropea-accessible.h"
#include "ui/tropea-ui.h"

/* What is typed is judged at once, line by line, and counts when “Apply” is pressed, which can
 * be done as long as tor could be started with it. Bridges are secrets between their users:
 * they are shown here and nowhere else.
 */

/* More is not read; what is wrong behind them is said above. */
#define MOST_ROWS 50

struct _TropeaBridgesDialog
{
  AdwWindow         parent_instance;

  TropeaHost       *host;     /* (owned) (nullable) */
  char            **lines;    /* (owned) (nullable): that can be used as they are now */

  AdwComboRow      *mode;
  GtkWidget        *own_bridges;
  GtkTextView      *view;
  GtkTextBuffer    *buffer;
  GtkLabel         *count;
  GtkListBox       *remarks;
  GtkLabel         *obstacle;
  GtkLabel         *restart;
  GtkButton        *apply;
};

typedef enum
{
  PROP_HOST = 1,
} TropeaBridgesDialogProperty;

G_DEFINE_FINAL_TYPE (TropeaBridgesDialog, tropea_bridges_dialog, ADW_TYPE_WINDOW)

static GParamSpec *properties[PROP_HOST + 1];
static guint chosen_signal;

static TropeaBridgeMode
get_mode (TropeaBridgesDialog *self)
{
  guint selected = adw_combo_row_get_selected (self->mode);

  return selected <= TROPEA_BRIDGE_MODE_SNOWFLAKE ? (TropeaBridgeMode) selected
                                                  : TROPEA_BRIDGE_MODE_NONE;
}

static char *
dup_text (TropeaBridgesDialog *self)
{
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);

  return gtk_text_buffer_get_text (self->buffer, &start, &end, FALSE);
}

static GtkWidget *
make_row (const TropeaBridgeRemark *remark)
{
  static const struct
  {
    const char *icon;
    const char *css_class;
  } looks[] = {
    [TROPEA_BRIDGE_VERDICT_GOOD] = { "tropea-running-symbolic", "success" },
    [TROPEA_BRIDGE_VERDICT_LEFT_OUT] = { "tropea-stopped-symbolic", "dim-label" },
    [TROPEA_BRIDGE_VERDICT_WRONG] = { "tropea-failed-symbolic", "error" },
  };
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *icon = gtk_image_new_from_icon_name (looks[remark->verdict].icon);
  /* Translators: the number of a line of text. */
  g_autofree char *title = g_strdup_printf (_("Line %u"), remark->line_number);
  g_autofree char *subtitle = g_markup_escape_text (remark->message, -1);

  gtk_widget_add_css_class (icon, looks[remark->verdict].css_class);
  gtk_accessible_update_property (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  remark->verdict == TROPEA_BRIDGE_VERDICT_GOOD ? _("Used")
                                  : remark->verdict == TROPEA_BRIDGE_VERDICT_WRONG ? _("Wrong")
                                                                                   : _("Left out"),
                                  -1);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);

  return row;
}

static void
show_remarks (TropeaBridgesDialog *self,
              GPtrArray           *remarks)
{
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->remarks))) != NULL)
    gtk_list_box_remove (self->remarks, row);

  for (guint i = 0; i < MIN (remarks->len, MOST_ROWS); i++)
    gtk_list_box_append (self->remarks, make_row (g_ptr_array_index (remarks, i)));
  gtk_widget_set_visible (GTK_WIDGET (self->remarks), remarks->len > 0);
}

static void
show_count (TropeaBridgesDialog *self,
            GPtrArray           *remarks)
{
  g_autoptr(GString) sentence = g_string_new (NULL);
  guint n_verdicts[TROPEA_BRIDGE_VERDICT_WRONG + 1] = { 0 };
  guint n_good;
  guint n_wrong;

  for (guint i = 0; i < remarks->len; i++)
    n_verdicts[((TropeaBridgeRemark *) g_ptr_array_index (remarks, i))->verdict]++;

  n_good = n_verdicts[TROPEA_BRIDGE_VERDICT_GOOD];
  n_wrong = n_verdicts[TROPEA_BRIDGE_VERDICT_WRONG];
  g_string_append_printf (sentence, ngettext ("%u good bridge", "%u good bridges", n_good),
                          n_good);
  if (n_wrong > 0)
    {
      g_string_append (sentence, " · ");
      g_string_append_printf (sentence, ngettext ("%u wrong line", "%u wrong lines", n_wrong),
                              n_wrong);
    }
  if (remarks->len > MOST_ROWS)
    {
      g_string_append (sentence, " · ");
      /* Translators: behind “3 good bridges”: how many of the lines have a remark below. */
      g_string_append_printf (sentence, _("the first %d lines are shown"), MOST_ROWS);
    }
  gtk_label_set_label (self->count, sentence->str);
}

/* Returns: (transfer full): why tor could not be started with what is chosen; NULL if it could */
static GError *
judge (TropeaBridgesDialog *self,
       const char          *text,
       GPtrArray           *remarks)
{
  TropeaBridgeMode mode = get_mode (self);
  g_autofree char *torrc = NULL;
  GError *error = NULL;

  g_clear_pointer (&self->lines, g_strfreev);
  if (mode == TROPEA_BRIDGE_MODE_OBFS4)
    {
      if (remarks->len > 0 && (self->lines = tropea_bridge_list_parse (text, &error)) == NULL)
        return error;
    }
  torrc = tropea_bridges_dup_torrc (mode, (const char * const *) self->lines, &error);

  return error;
}

static void
update (TropeaBridgesDialog *self)
{
  g_autofree char *text = dup_text (self);
  g_autoptr(GPtrArray) remarks = tropea_bridge_list_check (text);
  g_autoptr(GError) error = judge (self, text, remarks);
  gboolean is_own = get_mode (self) == TROPEA_BRIDGE_MODE_OBFS4;
  gboolean is_missing = is_own && remarks->len == 0;

  gtk_widget_set_visible (self->own_bridges, is_own);
  show_remarks (self, remarks);
  show_count (self, remarks);
  gtk_widget_set_visible (GTK_WIDGET (self->count), remarks->len > 0);

  /* Nobody is told off for what he is about to paste. */
  gtk_label_set_label (self->obstacle, error != NULL ? error->message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->obstacle), error != NULL && !is_missing);
  gtk_widget_set_sensitive (GTK_WIDGET (self->apply), error == NULL);
}

static void
update_restart (TropeaBridgesDialog *self)
{
  TropeaTorState state = TROPEA_TOR_STATE_STOPPED;
  gboolean is_simulating = FALSE;

  if (self->host != NULL)
    g_object_get (self->host, "state", &state, "is-simulating", &is_simulating, NULL);
  gtk_label_set_label (self->restart,
                       is_simulating || state == TROPEA_TOR_STATE_STOPPED
                       || state == TROPEA_TOR_STATE_FAILED
                       ? _("They count when Tor is started next.")
                       : _("Tor is restarted with them: connections of your programs end."));
}

static void
on_apply_clicked (TropeaBridgesDialog *self)
{
  static const char * const none[] = { NULL };

  g_signal_emit (self, chosen_signal, 0, get_mode (self), self->lines != NULL ? self->lines
                                                                              : (char **) none);
  gtk_window_close (GTK_WINDOW (self));
}

static void
on_cancel_clicked (TropeaBridgesDialog *self)
{
  gtk_window_close (GTK_WINDOW (self));
}

static void
tropea_bridges_dialog_constructed (GObject *object)
{
  TropeaBridgesDialog *self = TROPEA_BRIDGES_DIALOG (object);

  G_OBJECT_CLASS (tropea_bridges_dialog_parent_class)->constructed (object);

  if (self->host != NULL)
    {
      g_signal_connect_object (self->host, "notify::state", G_CALLBACK (update_restart), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (self->host, "notify::is-simulating", G_CALLBACK (update_restart),
                               self, G_CONNECT_SWAPPED);
    }
  update_restart (self);
  update (self);
}

static void
tropea_bridges_dialog_get_property (GObject    *object,
                                    guint       prop_id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  TropeaBridgesDialog *self = TROPEA_BRIDGES_DIALOG (object);

  switch ((TropeaBridgesDialogProperty) prop_id)
    {
    case PROP_HOST:
      g_value_set_object (value, self->host);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_bridges_dialog_set_property (GObject      *object,
                                    guint         prop_id,
                                    const GValue *value,
                                    GParamSpec   *pspec)
{
  TropeaBridgesDialog *self = TROPEA_BRIDGES_DIALOG (object);

  switch ((TropeaBridgesDialogProperty) prop_id)
    {
    case PROP_HOST:
      self->host = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_bridges_dialog_dispose (GObject *object)
{
  TropeaBridgesDialog *self = TROPEA_BRIDGES_DIALOG (object);

  if (self->buffer != NULL)
    g_signal_handlers_disconnect_by_data (self->buffer, self);
  if (self->mode != NULL)
    g_signal_handlers_disconnect_by_data (self->mode, self);
  gtk_widget_dispose_template (GTK_WIDGET (self), TROPEA_TYPE_BRIDGES_DIALOG);
  g_clear_object (&self->host);

  G_OBJECT_CLASS (tropea_bridges_dialog_parent_class)->dispose (object);
}

static void
tropea_bridges_dialog_finalize (GObject *object)
{
  TropeaBridgesDialog *self = TROPEA_BRIDGES_DIALOG (object);

  g_clear_pointer (&self->lines, g_strfreev);

  G_OBJECT_CLASS (tropea_bridges_dialog_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-bridges-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, TropeaBridgesDialog, mode);
  gtk_widget_class_bind_template_child (widget_class, TropeaBridgesDialog, own_bridges);
  gtk_widget_class_bind_template_child (widget_class, TropeaBridgesDialog, view);
  gtk_widget_class_bind_template_child (widget_class, TropeaBridgesDialog, buffer);
  gtk_widget_class_bind_template_child (widget_class, TropeaBridgesDialog, count);
  gtk_widget_class_bind_template_child (widget_class, TropeaBridgesDialog, remarks);
  gtk_widget_class_bind_template_child (widget_class, TropeaBridgesDialog, obstacle);
  gtk_widget_class_bind_template_child (widget_class, TropeaBridgesDialog, restart);
  gtk_widget_class_bind_template_child (widget_class, TropeaBridgesDialog, apply);
  gtk_widget_class_bind_template_callback (widget_class, on_apply_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel_clicked);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
tropea_bridges_dialog_class_init (TropeaBridgesDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = tropea_bridges_dialog_constructed;
  object_class->get_property = tropea_bridges_dialog_get_property;
  object_class->set_property = tropea_bridges_dialog_set_property;
  object_class->dispose = tropea_bridges_dialog_dispose;
  object_class->finalize = tropea_bridges_dialog_finalize;

  /**
   * TropeaBridgesDialog:host:
   *
   * Says whether there is a tor to restart.
   */
  properties[PROP_HOST] =
    g_param_spec_object ("host", NULL, NULL, TROPEA_TYPE_HOST,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  chosen_signal = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 2, TROPEA_TYPE_BRIDGE_MODE,
                                G_TYPE_STRV);

  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
tropea_bridges_dialog_init (TropeaBridgesDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  tropea_accessible_name_buttons (GTK_WIDGET (self));
  g_signal_connect_swapped (self->buffer, "changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->mode, "notify::selected", G_CALLBACK (update), self);
}

/**
 * tropea_bridges_dialog_new:
 * @lines: (nullable): of the user
 *
 * Returns: (transfer full): the dialog with what was chosen before
 */
GtkWidget *
tropea_bridges_dialog_new (TropeaHost         *host,
                           TropeaBridgeMode    mode,
                           const char * const *lines)
{
  TropeaBridgesDialog *self;

  g_return_val_if_fail (TROPEA_IS_HOST (host), NULL);

  self = g_object_new (TROPEA_TYPE_BRIDGES_DIALOG, "host", host, NULL);
  if (lines != NULL)
    {
      g_autofree char *text = g_strjoinv ("\n", (char **) lines);

      gtk_text_buffer_set_text (self->buffer, text, -1);
    }
  adw_combo_row_set_selected (self->mode, mode);

  return GTK_WIDGET (self);
}
