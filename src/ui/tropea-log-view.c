/* tropea-log-view.c: tor's own log, by level, to read and to copy
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-log-view"

#include "config.h"

#include "ui/tropea-log-view.h"

#include <glib/gi18n.h>
#include <string.h>

#include "tor/tropea-tor-log.h"
#include "ui/tropea-accessible.h"
#include "ui/tropea-ui.h"

/* The lines come without destinations from the model, so what is copied can be shown to others.
 * The end of the list stays in sight as long as nobody scrolled away from it.
 */

struct _TropeaLogView
{
  AdwBin              parent_instance;

  GListModel         *model;     /* (owned) (nullable) */
  gboolean            is_at_end;

  GtkDropDown        *level;
  GtkCustomFilter    *filter;
  GtkFilterListModel *filtered;
  GtkScrolledWindow  *scroller;
};

typedef enum
{
  PROP_MODEL = 1,
} TropeaLogViewProperty;

G_DEFINE_FINAL_TYPE (TropeaLogView, tropea_log_view, ADW_TYPE_BIN)

static GParamSpec *properties[PROP_MODEL + 1];

/* The rows of the drop-down stand in the order of the levels. */
static gboolean
filter_cb (gpointer item,
           gpointer user_data)
{
  TropeaLogView *self = TROPEA_LOG_VIEW (user_data);
  guint selected = gtk_drop_down_get_selected (self->level);

  return tropea_tor_log_line_get_level (item) <= selected;
}

static void
on_level_changed (TropeaLogView *self)
{
  if (self->filter != NULL)
    gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
}

static char *
format_time (TropeaTorLogLine *line)
{
  gint64 wall_ms = tropea_tor_log_line_get_wall_ms (line);
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_local (wall_ms / 1000);

  return time != NULL ? g_date_time_format (time, "%X") : g_strdup ("");
}

static const char *
get_level_word (TropeaTorLogLevel level)
{
  switch (level)
    {
    case TROPEA_TOR_LOG_LEVEL_ERR:
      return C_("log level", "Error");
    case TROPEA_TOR_LOG_LEVEL_WARN:
      return C_("log level", "Warning");
    case TROPEA_TOR_LOG_LEVEL_NOTICE:
      return C_("log level", "Notice");
    case TROPEA_TOR_LOG_LEVEL_INFO:
      return C_("log level", "Information");
    case TROPEA_TOR_LOG_LEVEL_DEBUG:
      return C_("log level", "Detail");
    default:
      g_return_val_if_reached ("");
    }
}

/* Two labels below each other: time and level, then what tor said. */
static void
on_line_setup (TropeaLogView *self,
               GtkListItem   *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *head = gtk_label_new (NULL);
  GtkWidget *text = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (head), 0);
  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (text), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (box, "log-line");
  gtk_box_append (GTK_BOX (box), head);
  gtk_box_append (GTK_BOX (box), text);
  gtk_list_item_set_activatable (item, FALSE);
  gtk_list_item_set_child (item, box);
}

static void
on_line_bind (TropeaLogView *self,
              GtkListItem   *item)
{
  GtkWidget *head = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  GtkWidget *text = gtk_widget_get_next_sibling (head);
  TropeaTorLogLine *line = gtk_list_item_get_item (item);
  TropeaTorLogLevel level = tropea_tor_log_line_get_level (line);
  const char *classes[] = { "caption", "dim-label", NULL };
  g_autofree char *time = format_time (line);
  g_autofree char *title = NULL;

  if (level == TROPEA_TOR_LOG_LEVEL_ERR)
    classes[1] = "error";
  else if (level == TROPEA_TOR_LOG_LEVEL_WARN)
    classes[1] = "warning";

  /* Translators: the time and the level of a line of tor's log. */
  title = g_strdup_printf (C_("log line", "%s · %s"), time, get_level_word (level));
  gtk_label_set_label (GTK_LABEL (head), title);
  gtk_widget_set_css_classes (head, classes);
  gtk_label_set_label (GTK_LABEL (text), tropea_tor_log_line_get_text (line));
}

/* Paths name the user; who is asked for help need not know that name. */
static char *
dup_without_home (const char *text)
{
  const char *home = g_get_home_dir ();
  g_auto(GStrv) parts = NULL;

  if (strlen (home) < 2)
    return g_strdup (text);

  parts = g_strsplit (text, home, -1);

  return g_strjoinv ("~", parts);
}

static void
on_copy_clicked (TropeaLogView *self)
{
  g_autofree char *text = tropea_log_view_dup_text (self);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
}

static void
on_scrolled (TropeaLogView *self,
             GtkAdjustment *adjustment)
{
  self->is_at_end = gtk_adjustment_get_value (adjustment) + 1
                    >= gtk_adjustment_get_upper (adjustment)
                       - gtk_adjustment_get_page_size (adjustment);
}

static void
on_grown (TropeaLogView *self,
          GtkAdjustment *adjustment)
{
  if (self->is_at_end)
    gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
}

static void
tropea_log_view_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  switch ((TropeaLogViewProperty) prop_id)
    {
    case PROP_MODEL:
      g_value_set_object (value, TROPEA_LOG_VIEW (object)->model);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_log_view_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  TropeaLogView *self = TROPEA_LOG_VIEW (object);

  switch ((TropeaLogViewProperty) prop_id)
    {
    case PROP_MODEL:
      if (g_set_object (&self->model, g_value_get_object (value)))
        g_object_notify_by_pspec (object, pspec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_log_view_dispose (GObject *object)
{
  TropeaLogView *self = TROPEA_LOG_VIEW (object);

  if (self->filter != NULL)
    gtk_custom_filter_set_filter_func (self->filter, NULL, NULL, NULL);
  /* The bin and the template both would take a child away that is bound and the bin's own. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), TROPEA_TYPE_LOG_VIEW);
  g_clear_object (&self->model);

  G_OBJECT_CLASS (tropea_log_view_parent_class)->dispose (object);
}

static void
tropea_log_view_class_init (TropeaLogViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = tropea_log_view_get_property;
  object_class->set_property = tropea_log_view_set_property;
  object_class->dispose = tropea_log_view_dispose;

  /**
   * TropeaLogView:model:
   *
   * The lines, oldest first.
   */
  properties[PROP_MODEL] =
    g_param_spec_object ("model", NULL, NULL, G_TYPE_LIST_MODEL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-log-view.ui");
  gtk_widget_class_bind_template_child (widget_class, TropeaLogView, level);
  gtk_widget_class_bind_template_child (widget_class, TropeaLogView, filter);
  gtk_widget_class_bind_template_child (widget_class, TropeaLogView, filtered);
  gtk_widget_class_bind_template_child (widget_class, TropeaLogView, scroller);
  gtk_widget_class_bind_template_callback (widget_class, on_level_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_line_setup);
  gtk_widget_class_bind_template_callback (widget_class, on_line_bind);
}

static void
tropea_log_view_init (TropeaLogView *self)
{
  GtkAdjustment *adjustment;

  self->is_at_end = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  tropea_accessible_name_buttons (GTK_WIDGET (self));
  gtk_custom_filter_set_filter_func (self->filter, filter_cb, self, NULL);

  adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (on_scrolled), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (on_grown), self,
                           G_CONNECT_SWAPPED);
}

GtkWidget *
tropea_log_view_new (void)
{
  return g_object_new (TROPEA_TYPE_LOG_VIEW, NULL);
}

/**
 * tropea_log_view_dup_text:
 *
 * Returns: (transfer full): a line for each that is shown, with time, tor's level and text;
 *   the user's home is “~” in it
 */
char *
tropea_log_view_dup_text (TropeaLogView *self)
{
  GString *text = g_string_new (NULL);
  guint n_items;

  g_return_val_if_fail (TROPEA_IS_LOG_VIEW (self), NULL);

  n_items = g_list_model_get_n_items (G_LIST_MODEL (self->filtered));
  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr(TropeaTorLogLine) line = g_list_model_get_item (G_LIST_MODEL (self->filtered), i);
      g_autofree char *time = format_time (line);
      g_autofree char *words = dup_without_home (tropea_tor_log_line_get_text (line));

      g_string_append_printf (text, "%s [%s] %s\n", time,
                              tropea_tor_log_level_to_string (tropea_tor_log_line_get_level (line)),
                              words);
    }

  return g_string_free (text, FALSE);
}
