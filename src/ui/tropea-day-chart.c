/* tropea-day-chart.c: credits per day as bars
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-day-chart"

#include "config.h"

#include "ui/tropea-day-chart.h"

#include <glib/gi18n.h>
#include <string.h>

#include "ui/tropea-format.h"

/* A tenth of a credit: less is not worth a line. */
#define LEAST_STEP 100000
#define MICRO 1000000
/* At most so many dates below the axis. */
#define N_MARKS 5

struct _TropeaDayChart
{
  TropeaChart  parent_instance;

  GArray      *days;  /* (owned), of TropeaDayValue, oldest first */
};

G_DEFINE_FINAL_TYPE (TropeaDayChart, tropea_day_chart, TROPEA_TYPE_CHART)

static const TropeaDayValue *
get_day (TropeaDayChart *self,
         guint           i)
{
  return &g_array_index (self->days, TropeaDayValue, i);
}

static guint
get_n_items (TropeaChart *chart)
{
  return TROPEA_DAY_CHART (chart)->days->len;
}

static gint64
get_credits (TropeaDayChart *self,
             guint           i)
{
  return MAX (get_day (self, i)->credits_micro, 0);
}

static guint
find_best (TropeaDayChart *self)
{
  guint best = 0;

  for (guint i = 1; i < self->days->len; i++)
    {
      if (get_credits (self, i) > get_credits (self, best))
        best = i;
    }

  return best;
}

static gint64
sum_credits (TropeaDayChart *self)
{
  gint64 sum = 0;

  for (guint i = 0; i < self->days->len; i++)
    sum += MIN (get_credits (self, i), G_MAXINT64 - sum);

  return sum;
}

static guint64
get_maximum (TropeaChart *chart)
{
  TropeaDayChart *self = TROPEA_DAY_CHART (chart);

  return self->days->len == 0 ? 0 : (guint64) get_credits (self, find_best (self));
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
  if (value % MICRO == 0)
    return g_strdup_printf ("%" G_GUINT64_FORMAT, value / MICRO);

  return tropea_format_credits ((gint64) MIN (value, G_MAXINT64));
}

static char *
format_day (TropeaDayChart *self,
            guint           i)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_local (get_day (self, i)->start_ms / 1000);

  if (time == NULL)
    return g_strdup ("–");

  /* Translators: a day below a chart; see the manual of g_date_time_format (). */
  return g_date_time_format (time, _("%-d %b"));
}

static char *
format_item (TropeaChart *chart,
             guint        item)
{
  return format_day (TROPEA_DAY_CHART (chart), item);
}

/* From today backwards, so that today always has its date. */
static GArray *
list_marks (TropeaChart *chart)
{
  TropeaDayChart *self = TROPEA_DAY_CHART (chart);
  GArray *marks = tropea_chart_marks_new ();
  guint distance = MAX ((self->days->len + N_MARKS - 1) / N_MARKS, 1);

  for (guint back = 0; back < self->days->len; back += distance)
    {
      guint i = self->days->len - 1 - back;
      TropeaChartMark mark = { (i + 0.5) / self->days->len, format_day (self, i) };

      g_array_append_val (marks, mark);
    }

  return marks;
}

static GArray *
list_keys (TropeaChart *chart,
           int          item)
{
  TropeaDayChart *self = TROPEA_DAY_CHART (chart);
  GArray *keys = tropea_chart_keys_new ();
  TropeaChartKey key = { .color = "tropea_credits_color" };
  gint64 micro = item >= 0 ? get_credits (self, (guint) item) : sum_credits (self);
  g_autofree char *credits = tropea_format_credits (micro);

  if (item >= 0)
    /* Translators: %s is a number of credits, of one day. */
    key.label = g_strdup_printf (_("%s credits"), credits);
  else
    /* Translators: %u is the number of days that a chart shows, %s their credits. */
    key.label = g_strdup_printf (ngettext ("%u day: %s credits", "%u days: %s credits",
                                           self->days->len),
                                 self->days->len, credits);
  g_array_append_val (keys, key);

  return keys;
}

static void
draw (TropeaChart            *chart,
      const TropeaChartPaint *paint)
{
  TropeaDayChart *self = TROPEA_DAY_CHART (chart);
  GdkRGBA color = tropea_chart_paint_get_color (paint, "tropea_credits_color");
  float bottom = tropea_chart_paint_get_y (paint, 0);
  double width = 1.0 / self->days->len;

  for (guint i = 0; i < self->days->len; i++)
    {
      gint64 credits = get_credits (self, i);
      float top = tropea_chart_paint_get_y (paint, (guint64) credits);

      if (credits == 0)
        continue;

      /* What there is is never invisible. */
      tropea_chart_paint_rect (paint, &color, (i + 0.15) * width, (i + 0.85) * width,
                               MIN (top, bottom - 1.0f), bottom);
    }
}

static const char *
describe_empty (TropeaChart *chart)
{
  return sum_credits (TROPEA_DAY_CHART (chart)) == 0 ? _("No credits in these days") : NULL;
}

static char *
describe (TropeaChart *chart)
{
  TropeaDayChart *self = TROPEA_DAY_CHART (chart);
  g_autofree char *sum = NULL;
  g_autofree char *best = NULL;
  g_autofree char *best_day = NULL;
  guint i = 0;

  if (describe_empty (chart) != NULL)
    return g_strdup (describe_empty (chart));

  i = find_best (self);
  sum = tropea_format_credits (sum_credits (self));
  best = tropea_format_credits (get_credits (self, i));
  best_day = format_day (self, i);

  /* Translators: the text alternative of a chart: number of days, their credits, the day with
   * the most credits, and those. */
  return g_strdup_printf (ngettext ("Last %u day: %s credits; most on %s: %s",
                                    "Last %u days: %s credits; most on %s: %s",
                                    self->days->len),
                          self->days->len, sum, best_day, best);
}

static void
tropea_day_chart_finalize (GObject *object)
{
  g_clear_pointer (&TROPEA_DAY_CHART (object)->days, g_array_unref);

  G_OBJECT_CLASS (tropea_day_chart_parent_class)->finalize (object);
}

static void
tropea_day_chart_class_init (TropeaDayChartClass *klass)
{
  TropeaChartClass *chart_class = TROPEA_CHART_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = tropea_day_chart_finalize;
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
}

static void
tropea_day_chart_init (TropeaDayChart *self)
{
  self->days = g_array_new (FALSE, FALSE, sizeof (TropeaDayValue));
}

GtkWidget *
tropea_day_chart_new (void)
{
  return g_object_new (TROPEA_TYPE_DAY_CHART, NULL);
}

/**
 * tropea_day_chart_set_days:
 * @days: (array length=n_days) (nullable): every day to show, oldest first; copied
 */
void
tropea_day_chart_set_days (TropeaDayChart       *self,
                           const TropeaDayValue *days,
                           guint                 n_days)
{
  g_return_if_fail (TROPEA_IS_DAY_CHART (self));
  g_return_if_fail (days != NULL || n_days == 0);

  if (self->days->len == n_days &&
      (n_days == 0 || memcmp (self->days->data, days, n_days * sizeof *days) == 0))
    return;

  g_array_set_size (self->days, 0);
  if (n_days > 0)
    g_array_append_vals (self->days, days, n_days);
  tropea_chart_redraw (TROPEA_CHART (self));
  tropea_chart_update_text (TROPEA_CHART (self));
}
