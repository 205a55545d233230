/* tropea-chart.c: what every chart over time has: axes, a cursor, a text alternative
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-chart"

#include "config.h"

#include "ui/tropea-chart.h"

#include <glib/gi18n.h>

/* Everything is drawn in one snapshot, the legend with its figures too: a label beside it that
 * changes each second would lay out the whole window each second.
 *
 * A chart is a picture with a name and a description in words. The pointer, or the arrow keys
 * where it has the focus, move a cursor; what is read there is the description while it lasts.
 */

#define MINIMUM_WIDTH 240
#define NATURAL_WIDTH 480
#define MINIMUM_HEIGHT 150
#define NATURAL_HEIGHT 200
#define SPACING 6
/* A line for at least each so many pixels. */
#define LINE_DISTANCE 36

typedef struct
{
  int         cursor;       /* an item, or -1 */
  guint       n_draws;
  int         n_key_lines;
  int         key_width;    /* of the widget that they were counted for */
  float       area_x;       /* as it was drawn last */
  float       area_width;
  GHashTable *layouts;      /* (owned) */
  GdkSurface *surface;      /* (unowned) (nullable): while mapped */
} TropeaChartPrivate;

typedef enum
{
  PROP_CURSOR = 1,
} TropeaChartProperty;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (TropeaChart, tropea_chart, GTK_TYPE_WIDGET)

static GParamSpec *properties[PROP_CURSOR + 1];

static TropeaChartPrivate *
get_private (TropeaChart *self)
{
  return tropea_chart_get_instance_private (self);
}

static void
say (TropeaChart *self,
     const char  *text)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

static int
measure_line (const TropeaChartPaint *paint)
{
  int height = 0;

  tropea_chart_paint_measure (paint, "0", NULL, &height);

  return height;
}

static char **
format_values (TropeaChart       *self,
               const TropeaScale *scale)
{
  g_autoptr(GStrvBuilder) labels = g_strv_builder_new ();

  for (guint64 i = 0; i <= scale->top / scale->step; i++)
    {
      g_autofree char *label = TROPEA_CHART_GET_CLASS (self)->format_value (self, i * scale->step);

      g_strv_builder_add (labels, label);
    }

  return g_strv_builder_end (labels);
}

static int
measure_widest (const TropeaChartPaint  *paint,
                char                   **labels)
{
  int widest = 0;

  for (guint i = 0; labels[i] != NULL; i++)
    {
      int width = 0;

      tropea_chart_paint_measure (paint, labels[i], &width, NULL);
      widest = MAX (widest, width);
    }

  return widest;
}

/* In place of the marks: nothing may stand below them. */
static GArray *
list_cursor (TropeaChart *self,
             int          item)
{
  TropeaChartClass *klass = TROPEA_CHART_GET_CLASS (self);
  GArray *marks = tropea_chart_marks_new ();
  TropeaChartMark mark = { (item + 0.5) / klass->get_n_items (self),
                           klass->format_item (self, (guint) item) };

  g_array_append_val (marks, mark);

  return marks;
}

static void
paint_axes (TropeaChart      *self,
            TropeaChartPaint *paint,
            int               item,
            int               n_key_lines)
{
  TropeaChartClass *klass = TROPEA_CHART_GET_CLASS (self);
  TropeaChartPrivate *priv = get_private (self);
  GtkWidget *widget = GTK_WIDGET (self);
  int line = measure_line (paint);
  int top = n_key_lines * line + 2 * SPACING;
  int height = MAX (gtk_widget_get_height (widget) - top - line - SPACING, LINE_DISTANCE);
  int margin = 0;
  g_auto(GStrv) values = NULL;
  g_autoptr(GArray) marks = item < 0 ? klass->list_marks (self) : list_cursor (self, item);

  paint->scale = tropea_scale_fit (klass->get_maximum (self), klass->get_least_step (self),
                                   (guint) MAX (height / LINE_DISTANCE, 1));
  values = format_values (self, &paint->scale);
  margin = measure_widest (paint, values) + SPACING;
  paint->area = GRAPHENE_RECT_INIT ((float) (paint->is_rtl ? 1 : margin), (float) top,
                                    (float) MAX (gtk_widget_get_width (widget) - margin - 1, 1),
                                    (float) height);
  priv->area_x = paint->area.origin.x;
  priv->area_width = paint->area.size.width;

  tropea_chart_paint_values (paint, values);
  tropea_chart_paint_marks (paint, marks);
}

/* Figures grow and shrink with each second; a second line that came for them stays. */
static int
count_key_lines (TropeaChart            *self,
                 const TropeaChartPaint *paint,
                 const GArray           *keys)
{
  TropeaChartPrivate *priv = get_private (self);
  int width = gtk_widget_get_width (GTK_WIDGET (self));

  if (priv->key_width != width)
    priv->n_key_lines = 1;
  priv->key_width = width;
  priv->n_key_lines = MAX (priv->n_key_lines, tropea_chart_paint_count_key_lines (paint, keys));

  return priv->n_key_lines;
}

static void
tropea_chart_snapshot (GtkWidget   *widget,
                       GtkSnapshot *snapshot)
{
  TropeaChart *self = TROPEA_CHART (widget);
  TropeaChartClass *klass = TROPEA_CHART_GET_CLASS (self);
  TropeaChartPrivate *priv = get_private (self);
  const char *nothing = klass->describe_empty (self);
  guint n_items = klass->get_n_items (self);
  int item = (guint) priv->cursor < n_items ? priv->cursor : -1;
  g_autoptr(GArray) keys = klass->list_keys (self, item);
  TropeaChartPaint paint = { 0 };
  int n_key_lines = 1;

  priv->n_draws++;
  tropea_chart_paint_init (&paint, widget, snapshot, priv->layouts);
  n_key_lines = nothing == NULL ? count_key_lines (self, &paint, keys) : 1;
  paint_axes (self, &paint, item, n_key_lines);
  if (nothing != NULL)
    {
      tropea_chart_paint_note (&paint, nothing);
      return;
    }

  tropea_chart_paint_keys (&paint, keys, n_key_lines);
  klass->draw (self, &paint);
  if (item >= 0)
    tropea_chart_paint_cursor (&paint, (item + 0.5) / n_items);
}

static void
tropea_chart_measure (GtkWidget      *widget,
                      GtkOrientation  orientation,
                      int             for_size,
                      int            *minimum,
                      int            *natural,
                      int            *minimum_baseline,
                      int            *natural_baseline)
{
  gboolean is_width = orientation == GTK_ORIENTATION_HORIZONTAL;

  *minimum = is_width ? MINIMUM_WIDTH : MINIMUM_HEIGHT;
  *natural = is_width ? NATURAL_WIDTH : NATURAL_HEIGHT;
}

static void
motion_cb (TropeaChart *self,
           double       x,
           double       y)
{
  TropeaChartPrivate *priv = get_private (self);
  guint n_items = TROPEA_CHART_GET_CLASS (self)->get_n_items (self);
  double way = (x - (double) priv->area_x) / (double) MAX (priv->area_width, 1.0f);

  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    way = 1.0 - way;
  if (n_items == 0 || way < 0.0 || way >= 1.0)
    tropea_chart_set_cursor (self, -1);
  else
    tropea_chart_set_cursor (self, (int) (way * n_items));
}

static void
leave_cb (TropeaChart *self)
{
  if (get_private (self)->cursor < 0)
    return;

  tropea_chart_set_cursor (self, -1);
  tropea_chart_update_text (self);
}

static void
go_to (TropeaChart *self,
       int          item)
{
  int n_items = (int) TROPEA_CHART_GET_CLASS (self)->get_n_items (self);
  g_autofree char *readout = NULL;

  if (n_items == 0)
    return;

  tropea_chart_set_cursor (self, CLAMP (item, 0, n_items - 1));
  readout = tropea_chart_dup_readout (self, (guint) get_private (self)->cursor);
  say (self, readout);
}

/* @arguments: "i": how many steps to the right of the screen; the first press goes to the
 * present. */
static gboolean
move_cb (GtkWidget *widget,
         GVariant  *arguments,
         gpointer   user_data)
{
  TropeaChart *self = TROPEA_CHART (widget);
  int cursor = get_private (self)->cursor;
  int steps = 0;

  g_variant_get (arguments, "(i)", &steps);
  if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
    steps = -steps;

  go_to (self, cursor < 0 ? G_MAXINT : cursor + steps);

  return GDK_EVENT_STOP;
}

static gboolean
jump_cb (GtkWidget *widget,
         GVariant  *arguments,
         gpointer   user_data)
{
  int item = 0;

  g_variant_get (arguments, "(i)", &item);
  go_to (TROPEA_CHART (widget), item);

  return GDK_EVENT_STOP;
}

static gboolean
escape_cb (GtkWidget *widget,
           GVariant  *arguments,
           gpointer   user_data)
{
  if (get_private (TROPEA_CHART (widget))->cursor < 0)
    return GDK_EVENT_PROPAGATE;

  leave_cb (TROPEA_CHART (widget));

  return GDK_EVENT_STOP;
}

static void
tropea_chart_map (GtkWidget *widget)
{
  TropeaChart *self = TROPEA_CHART (widget);
  TropeaChartPrivate *priv = get_private (self);

  GTK_WIDGET_CLASS (tropea_chart_parent_class)->map (widget);

  priv->surface = gtk_native_get_surface (gtk_widget_get_native (widget));
  if (GDK_IS_TOPLEVEL (priv->surface))
    g_signal_connect_object (priv->surface, "notify::state", G_CALLBACK (tropea_chart_redraw),
                             self, G_CONNECT_SWAPPED);
  tropea_chart_update_text (self);
}

static void
tropea_chart_unmap (GtkWidget *widget)
{
  TropeaChartPrivate *priv = get_private (TROPEA_CHART (widget));

  if (priv->surface != NULL)
    g_signal_handlers_disconnect_by_data (priv->surface, widget);
  priv->surface = NULL;

  GTK_WIDGET_CLASS (tropea_chart_parent_class)->unmap (widget);
}

static void
tropea_chart_css_changed (GtkWidget         *widget,
                          GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (tropea_chart_parent_class)->css_changed (widget, change);

  g_hash_table_remove_all (get_private (TROPEA_CHART (widget))->layouts);
}

static void
tropea_chart_direction_changed (GtkWidget        *widget,
                                GtkTextDirection  previous)
{
  GTK_WIDGET_CLASS (tropea_chart_parent_class)->direction_changed (widget, previous);

  g_hash_table_remove_all (get_private (TROPEA_CHART (widget))->layouts);
}

static void
tropea_chart_finalize (GObject *object)
{
  g_clear_pointer (&get_private (TROPEA_CHART (object))->layouts, g_hash_table_unref);

  G_OBJECT_CLASS (tropea_chart_parent_class)->finalize (object);
}

static void
tropea_chart_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  switch ((TropeaChartProperty) prop_id)
    {
    case PROP_CURSOR:
      g_value_set_int (value, tropea_chart_get_cursor (TROPEA_CHART (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_chart_set_property (GObject      *object,
                           guint         prop_id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  switch ((TropeaChartProperty) prop_id)
    {
    case PROP_CURSOR:
      tropea_chart_set_cursor (TROPEA_CHART (object), g_value_get_int (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
add_keys (GtkWidgetClass *widget_class)
{
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Left, 0, move_cb, "(i)", -1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_KP_Left, 0, move_cb, "(i)", -1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Right, 0, move_cb, "(i)", 1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_KP_Right, 0, move_cb, "(i)", 1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Home, 0, jump_cb, "(i)", 0);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_End, 0, jump_cb, "(i)", G_MAXINT);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, escape_cb, NULL);
}

static void
tropea_chart_class_init (TropeaChartClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = tropea_chart_get_property;
  object_class->set_property = tropea_chart_set_property;
  object_class->finalize = tropea_chart_finalize;
  widget_class->css_changed = tropea_chart_css_changed;
  widget_class->direction_changed = tropea_chart_direction_changed;
  widget_class->snapshot = tropea_chart_snapshot;
  widget_class->measure = tropea_chart_measure;
  widget_class->map = tropea_chart_map;
  widget_class->unmap = tropea_chart_unmap;

  /**
   * TropeaChart:cursor:
   *
   * The item that is pointed at, -1 for none.
   */
  properties[PROP_CURSOR] =
    g_param_spec_int ("cursor", NULL, NULL, -1, G_MAXINT, -1,
                      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  gtk_widget_class_set_css_name (widget_class, "chart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  add_keys (widget_class);
}

static void
tropea_chart_init (TropeaChart *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  get_private (self)->cursor = -1;
  get_private (self)->layouts = tropea_chart_layouts_new ();
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (leave_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (leave_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
}

int
tropea_chart_get_cursor (TropeaChart *self)
{
  g_return_val_if_fail (TROPEA_IS_CHART (self), -1);

  return get_private (self)->cursor;
}

/**
 * tropea_chart_set_cursor:
 * @item: negative for none
 */
void
tropea_chart_set_cursor (TropeaChart *self,
                         int          item)
{
  TropeaChartPrivate *priv = NULL;

  g_return_if_fail (TROPEA_IS_CHART (self));

  priv = get_private (self);
  item = MAX (item, -1);
  if (priv->cursor == item)
    return;

  priv->cursor = item;
  tropea_chart_redraw (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CURSOR]);
}

gboolean
tropea_chart_is_visible (TropeaChart *self)
{
  TropeaChartPrivate *priv = NULL;

  g_return_val_if_fail (TROPEA_IS_CHART (self), FALSE);

  priv = get_private (self);
  if (priv->surface == NULL)
    return FALSE;

  return !GDK_IS_TOPLEVEL (priv->surface) ||
         (gdk_toplevel_get_state (GDK_TOPLEVEL (priv->surface)) &
          GDK_TOPLEVEL_STATE_MINIMIZED) == 0;
}

void
tropea_chart_redraw (TropeaChart *self)
{
  g_return_if_fail (TROPEA_IS_CHART (self));

  if (tropea_chart_is_visible (self))
    gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
tropea_chart_update_text (TropeaChart *self)
{
  g_autofree char *text = NULL;

  g_return_if_fail (TROPEA_IS_CHART (self));

  /* What the cursor reads stays until it is gone. */
  if (get_private (self)->cursor >= 0)
    return;

  text = TROPEA_CHART_GET_CLASS (self)->describe (self);
  say (self, text);
}

char *
tropea_chart_dup_readout (TropeaChart *self,
                          guint        item)
{
  TropeaChartClass *klass = NULL;
  g_autoptr(GArray) keys = NULL;
  g_autofree char *title = NULL;
  GString *text = NULL;

  g_return_val_if_fail (TROPEA_IS_CHART (self), NULL);

  klass = TROPEA_CHART_GET_CLASS (self);
  keys = klass->list_keys (self, (int) item);
  title = klass->format_item (self, item);
  text = g_string_new (title);
  for (guint i = 0; i < keys->len; i++)
    /* Translators: between a time and what was at that time, and between the latter. */
    g_string_append_printf (text, "%s%s", i == 0 ? _(": ") : _(", "),
                            g_array_index (keys, TropeaChartKey, i).label);

  return g_string_free (text, FALSE);
}

guint
tropea_chart_get_n_draws (TropeaChart *self)
{
  g_return_val_if_fail (TROPEA_IS_CHART (self), 0);

  return get_private (self)->n_draws;
}
