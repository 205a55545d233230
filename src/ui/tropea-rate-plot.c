/* tropea-rate-plot.c: what came in and went out over time, as lines
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-rate-plot"

#include "config.h"

#include "ui/tropea-rate-plot.h"

#include <glib/gi18n.h>

#include "ui/tropea-format.h"
#include "ui/tropea-rate-words.h"

/* "In" is an area with a line on it, "out" is a line: the two differ in shape, not in colour
 * only. Where nothing was measured there is neither, but a shade.
 *
 * The steps are copied from the history once a second in the shortest range, at the end of a
 * step or each minute in the others, and only while somebody could see them. New samples drive
 * that; where none come, a timer moves the picture on until nothing is left in it.
 */

/* The text alternative is said anew no more often than this. */
#define SAY_INTERVAL_USEC (15 * G_USEC_PER_SEC)
#define LEAST_STEP 1000
/* Samples come a little early or late. */
#define SLACK_USEC (G_USEC_PER_SEC / 4)

static const guint refresh_s[TROPEA_N_RATE_RANGES] = {
  [TROPEA_RATE_RANGE_MINUTE] = 1,
  [TROPEA_RATE_RANGE_HOUR] = 10,
  [TROPEA_RATE_RANGE_DAY] = 60,
  [TROPEA_RATE_RANGE_MONTH] = 60,
};

struct _TropeaRatePlot
{
  TropeaChart        parent_instance;

  TropeaRateHistory *history;         /* (owned) (nullable) */
  TropeaRateRange    range;
  GArray            *buckets;         /* (owned), of TropeaRateBucket: what is drawn */
  gint64             refreshed_usec;  /* monotonic; 0: what is drawn is old */
  gint64             said_usec;
  guint              timer;
};

typedef enum
{
  PROP_HISTORY = 1,
  PROP_RANGE,
} TropeaRatePlotProperty;

G_DEFINE_FINAL_TYPE (TropeaRatePlot, tropea_rate_plot, TROPEA_TYPE_CHART)

static GParamSpec *properties[PROP_RANGE + 1];

static void refresh (TropeaRatePlot *self);

static const TropeaRateBucket *
get_bucket (TropeaRatePlot *self,
            guint           i)
{
  return &g_array_index (self->buckets, TropeaRateBucket, i);
}

static gboolean
is_empty (TropeaRatePlot *self)
{
  for (guint i = 0; i < self->buckets->len; i++)
    {
      if (get_bucket (self, i)->covered_usec != 0)
        return FALSE;
    }

  return TRUE;
}

static gboolean
timer_cb (gpointer user_data)
{
  TropeaRatePlot *self = user_data;

  self->timer = 0;
  refresh (self);

  return G_SOURCE_REMOVE;
}

static void
start_timer (TropeaRatePlot *self)
{
  self->timer = g_timeout_add_seconds (refresh_s[self->range] + 2, timer_cb, self);
}

static void
refresh (TropeaRatePlot *self)
{
  gint64 now_usec = g_get_monotonic_time ();

  g_clear_handle_id (&self->timer, g_source_remove);
  self->refreshed_usec = 0;
  if (self->history == NULL || !tropea_chart_is_visible (TROPEA_CHART (self)))
    return;

  self->refreshed_usec = now_usec;
  g_clear_pointer (&self->buckets, g_array_unref);
  self->buckets = tropea_rate_history_get (self->history, self->range);
  tropea_chart_redraw (TROPEA_CHART (self));
  if (now_usec - self->said_usec >= SAY_INTERVAL_USEC)
    {
      self->said_usec = now_usec;
      tropea_chart_update_text (TROPEA_CHART (self));
    }
  if (!is_empty (self))
    start_timer (self);
}

static void
changed_cb (TropeaRatePlot *self)
{
  gint64 interval_usec = refresh_s[self->range] * G_USEC_PER_SEC - SLACK_USEC;

  if (self->refreshed_usec == 0 ||
      g_get_monotonic_time () - self->refreshed_usec >= interval_usec)
    refresh (self);
  else if (self->timer == 0)
    start_timer (self);
}

/* Another picture: at once, and in words. */
static void
start_over (TropeaRatePlot *self)
{
  self->said_usec = g_get_monotonic_time () - SAY_INTERVAL_USEC;
  g_array_set_size (self->buckets, 0);
  tropea_chart_set_cursor (TROPEA_CHART (self), -1);
  refresh (self);
}

static void
set_history (TropeaRatePlot    *self,
             TropeaRateHistory *history)
{
  if (self->history == history)
    return;

  if (self->history != NULL)
    g_signal_handlers_disconnect_by_data (self->history, self);
  g_set_object (&self->history, history);
  if (history != NULL)
    g_signal_connect_object (history, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);

  start_over (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HISTORY]);
}

static void
set_range (TropeaRatePlot  *self,
           TropeaRateRange  range)
{
  if (self->range == range)
    return;

  self->range = range;
  start_over (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RANGE]);
}

static guint
get_n_items (TropeaChart *chart)
{
  return TROPEA_RATE_PLOT (chart)->buckets->len;
}

static guint64
get_maximum (TropeaChart *chart)
{
  TropeaRatePlot *self = TROPEA_RATE_PLOT (chart);
  guint64 maximum = 0;

  for (guint i = 0; i < self->buckets->len; i++)
    {
      const TropeaRateBucket *bucket = get_bucket (self, i);

      if (bucket->covered_usec != 0)
        maximum = MAX (maximum, MAX (tropea_rate_bucket_get_rate_in (bucket),
                                     tropea_rate_bucket_get_rate_out (bucket)));
    }

  return maximum;
}

static guint64
get_least_step (TropeaChart *chart)
{
  return LEAST_STEP;
}

static char *
format_value (TropeaChart *chart,
              guint64      value)
{
  return tropea_format_axis_rate (value);
}

static GArray *
list_marks (TropeaChart *chart)
{
  TropeaRatePlot *self = TROPEA_RATE_PLOT (chart);

  return tropea_rate_words_list_marks (self->range, self->buckets);
}

static GArray *
list_keys (TropeaChart *chart,
           int          item)
{
  TropeaRatePlot *self = TROPEA_RATE_PLOT (chart);
  gboolean is_simulated = self->history != NULL &&
                          tropea_rate_history_get_is_simulated (self->history);

  return tropea_rate_words_list_keys (self->range, self->buckets, item, is_simulated);
}

static char *
format_item (TropeaChart *chart,
             guint        item)
{
  TropeaRatePlot *self = TROPEA_RATE_PLOT (chart);

  return tropea_rate_words_format_step (self->range, get_bucket (self, item));
}

static char *
describe (TropeaChart *chart)
{
  TropeaRatePlot *self = TROPEA_RATE_PLOT (chart);

  return tropea_rate_words_describe (self->range, self->buckets);
}

static const char *
describe_empty (TropeaChart *chart)
{
  TropeaRatePlot *self = TROPEA_RATE_PLOT (chart);

  return is_empty (self) ? tropea_rate_words_describe_empty (self->range) : NULL;
}

/* Steps that were measured one after the other: [first, next). */
static gboolean
find_run (TropeaRatePlot *self,
          guint          *first,
          guint          *next)
{
  guint i = *next;

  while (i < self->buckets->len && get_bucket (self, i)->covered_usec == 0)
    i++;
  *first = i;
  while (i < self->buckets->len && get_bucket (self, i)->covered_usec != 0)
    i++;
  *next = i;

  return *first < self->buckets->len;
}

static void
shade_gaps (TropeaRatePlot         *self,
            const TropeaChartPaint *paint)
{
  GdkRGBA shade = paint->text;
  float top = paint->area.origin.y;
  float bottom = top + paint->area.size.height;
  double n = self->buckets->len;
  guint begin = 0;
  guint first = 0;
  guint next = 0;

  shade.alpha *= paint->has_high_contrast ? 0.16f : 0.06f;
  while (find_run (self, &first, &next))
    {
      if (first > begin)
        tropea_chart_paint_rect (paint, &shade, begin / n, first / n, top, bottom);
      begin = next;
    }
  if (begin < self->buckets->len)
    tropea_chart_paint_rect (paint, &shade, begin / n, 1.0, top, bottom);
}

typedef guint64 (*RateFunc) (const TropeaRateBucket *bucket);

/* From edge to edge of a run, through the middle of its steps. */
static void
add_line (TropeaRatePlot         *self,
          const TropeaChartPaint *paint,
          cairo_t                *cr,
          RateFunc                get_rate,
          guint                   first,
          guint                   next)
{
  double n = self->buckets->len;
  float y = tropea_chart_paint_get_y (paint, get_rate (get_bucket (self, first)));

  cairo_move_to (cr, (double) tropea_chart_paint_get_x (paint, first / n), (double) y);
  for (guint i = first; i < next; i++)
    {
      y = tropea_chart_paint_get_y (paint, get_rate (get_bucket (self, i)));
      cairo_line_to (cr, (double) tropea_chart_paint_get_x (paint, (i + 0.5) / n), (double) y);
    }
  cairo_line_to (cr, (double) tropea_chart_paint_get_x (paint, next / n), (double) y);
}

static void
fill_run (TropeaRatePlot         *self,
          const TropeaChartPaint *paint,
          cairo_t                *cr,
          guint                   first,
          guint                   next)
{
  double n = self->buckets->len;
  double bottom = (double) tropea_chart_paint_get_y (paint, 0);

  add_line (self, paint, cr, tropea_rate_bucket_get_rate_in, first, next);
  cairo_line_to (cr, (double) tropea_chart_paint_get_x (paint, next / n), bottom);
  cairo_line_to (cr, (double) tropea_chart_paint_get_x (paint, first / n), bottom);
  cairo_close_path (cr);
  cairo_fill (cr);
}

static void
draw (TropeaChart            *chart,
      const TropeaChartPaint *paint)
{
  TropeaRatePlot *self = TROPEA_RATE_PLOT (chart);
  graphene_rect_t bounds = paint->area;
  GdkRGBA in = tropea_chart_paint_get_color (paint, "tropea_in_color");
  GdkRGBA out = tropea_chart_paint_get_color (paint, "tropea_out_color");
  GdkRGBA fill = in;
  cairo_t *cr = NULL;
  guint first = 0;
  guint next = 0;

  shade_gaps (self, paint);

  graphene_rect_inset (&bounds, 0.0f, -2.0f);
  cr = gtk_snapshot_append_cairo (paint->snapshot, &bounds);
  cairo_set_line_width (cr, paint->has_high_contrast ? 2.5 : 1.75);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  fill.alpha *= 0.25f;
  while (find_run (self, &first, &next))
    {
      gdk_cairo_set_source_rgba (cr, &fill);
      fill_run (self, paint, cr, first, next);
      gdk_cairo_set_source_rgba (cr, &in);
      add_line (self, paint, cr, tropea_rate_bucket_get_rate_in, first, next);
      cairo_stroke (cr);
      gdk_cairo_set_source_rgba (cr, &out);
      add_line (self, paint, cr, tropea_rate_bucket_get_rate_out, first, next);
      cairo_stroke (cr);
    }
  cairo_destroy (cr);
}

static void
tropea_rate_plot_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (tropea_rate_plot_parent_class)->map (widget);

  refresh (TROPEA_RATE_PLOT (widget));
}

static void
tropea_rate_plot_unmap (GtkWidget *widget)
{
  TropeaRatePlot *self = TROPEA_RATE_PLOT (widget);

  g_clear_handle_id (&self->timer, g_source_remove);
  self->refreshed_usec = 0;

  GTK_WIDGET_CLASS (tropea_rate_plot_parent_class)->unmap (widget);
}

static void
tropea_rate_plot_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  TropeaRatePlot *self = TROPEA_RATE_PLOT (object);

  switch ((TropeaRatePlotProperty) prop_id)
    {
    case PROP_HISTORY:
      g_value_set_object (value, self->history);
      break;
    case PROP_RANGE:
      g_value_set_enum (value, (int) self->range);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_rate_plot_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  TropeaRatePlot *self = TROPEA_RATE_PLOT (object);

  switch ((TropeaRatePlotProperty) prop_id)
    {
    case PROP_HISTORY:
      set_history (self, g_value_get_object (value));
      break;
    case PROP_RANGE:
      set_range (self, (TropeaRateRange) g_value_get_enum (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_rate_plot_dispose (GObject *object)
{
  TropeaRatePlot *self = TROPEA_RATE_PLOT (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->history != NULL)
    g_signal_handlers_disconnect_by_data (self->history, self);
  g_clear_object (&self->history);

  G_OBJECT_CLASS (tropea_rate_plot_parent_class)->dispose (object);
}

static void
tropea_rate_plot_finalize (GObject *object)
{
  g_clear_pointer (&TROPEA_RATE_PLOT (object)->buckets, g_array_unref);

  G_OBJECT_CLASS (tropea_rate_plot_parent_class)->finalize (object);
}

static void
tropea_rate_plot_class_init (TropeaRatePlotClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  TropeaChartClass *chart_class = TROPEA_CHART_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = tropea_rate_plot_get_property;
  object_class->set_property = tropea_rate_plot_set_property;
  object_class->dispose = tropea_rate_plot_dispose;
  object_class->finalize = tropea_rate_plot_finalize;
  widget_class->map = tropea_rate_plot_map;
  widget_class->unmap = tropea_rate_plot_unmap;
  chart_class->get_n_items = get_n_items;
  chart_class->get_maximum = get_maximum;
  chart_class->get_least_step = get_least_step;
  chart_class->format_value = format_value;
  chart_class->list_marks = list_marks;
  chart_class->list_keys = list_keys;
  chart_class->draw = draw;
  chart_class->format_item = format_item;
  chart_class->describe = describe;
  chart_class->describe_empty = describe_empty;

  /**
   * TropeaRatePlot:history:
   *
   * The model.
   */
  properties[PROP_HISTORY] =
    g_param_spec_object ("history", NULL, NULL, TROPEA_TYPE_RATE_HISTORY, flags);

  /**
   * TropeaRatePlot:range:
   *
   * How much of it is shown.
   */
  properties[PROP_RANGE] =
    g_param_spec_enum ("range", NULL, NULL, TROPEA_TYPE_RATE_RANGE, TROPEA_RATE_RANGE_MINUTE,
                       flags);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tropea_rate_plot_init (TropeaRatePlot *self)
{
  self->buckets = g_array_new (FALSE, FALSE, sizeof (TropeaRateBucket));
}

GtkWidget *
tropea_rate_plot_new (void)
{
  return g_object_new (TROPEA_TYPE_RATE_PLOT, NULL);
}
