/* tropea-rate-words.c: times and rates of a history, in words
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-rate-words"

#include "config.h"

#include "ui/tropea-rate-words.h"

#include <glib/gi18n.h>

#include "ui/tropea-format.h"

/* The last minute is told from now; hours and days are told by the clock on the wall. */

#define DAY_S (24 * 60 * 60)
/* Of the last minute. */
#define MARK_DISTANCE_S 20

static const TropeaRateBucket *
get_bucket (const GArray *buckets,
            guint         i)
{
  return &g_array_index (buckets, TropeaRateBucket, i);
}

static char *
format_time (gint64      wall_s,
             const char *format)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_local (wall_s);

  return time != NULL ? g_date_time_format (time, format) : g_strdup ("–");
}

static gint64
get_utc_offset_s (gint64 wall_s)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_local (wall_s);

  return time != NULL ? g_date_time_get_utc_offset (time) / G_USEC_PER_SEC : 0;
}

static void
add_mark (GArray       *marks,
          const GArray *buckets,
          gint64        wall_s,
          char         *label)
{
  const TropeaRateBucket *first = get_bucket (buckets, 0);
  double length_s = (double) (first->step_s * buckets->len);
  TropeaChartMark mark = { (double) (wall_s - first->start_s) / length_s, label };

  g_array_append_val (marks, mark);
}

static void
add_ages (GArray       *marks,
          const GArray *buckets,
          gint64        begin_s,
          gint64        end_s)
{
  for (gint64 age_s = end_s - begin_s; age_s >= 0; age_s -= MARK_DISTANCE_S)
    {
      /* Translators: the end of the time axis of a graph. */
      char *label = age_s == 0 ? g_strdup (C_("graph", "now")) :
                    /* Translators: a place on the time axis of a graph: seconds ago, short. */
                    g_strdup_printf (C_("graph", "%d s ago"), (int) age_s);

      add_mark (marks, buckets, end_s - age_s, label);
    }
}

static void
add_times (GArray       *marks,
           const GArray *buckets,
           gint64        distance_s,
           gint64        begin_s,
           gint64        end_s)
{
  gint64 offset_s = get_utc_offset_s (end_s);
  gint64 wall_s = begin_s - (begin_s + offset_s) % distance_s + distance_s;

  for (; wall_s < end_s; wall_s += distance_s)
    /* Translators: a time of day; see the manual of g_date_time_format (). */
    add_mark (marks, buckets, wall_s, format_time (wall_s, _("%H:%M")));
}

/* Midnights, a week apart, from the last one backwards; clocks are changed on some days. */
static void
add_days (GArray       *marks,
          const GArray *buckets,
          gint64        begin_s,
          gint64        end_s)
{
  g_autoptr(GDateTime) end = g_date_time_new_from_unix_local (end_s - 1);
  g_autoptr(GDateTime) day = NULL;

  if (end == NULL)
    return;

  day = g_date_time_new_local (g_date_time_get_year (end), g_date_time_get_month (end),
                               g_date_time_get_day_of_month (end), 0, 0, 0.0);
  while (day != NULL && g_date_time_to_unix (day) >= begin_s)
    {
      GDateTime *earlier = g_date_time_add_days (day, -7);

      add_mark (marks, buckets, g_date_time_to_unix (day),
                /* Translators: a day below a chart; see the manual of g_date_time_format (). */
                g_date_time_format (day, _("%-d %b")));
      g_date_time_unref (day);
      day = earlier;
    }
}

/**
 * tropea_rate_words_list_marks:
 *
 * Returns: (transfer full) (element-type TropeaChartMark): the time axis
 */
GArray *
tropea_rate_words_list_marks (TropeaRateRange  range,
                              const GArray    *buckets)
{
  GArray *marks = tropea_chart_marks_new ();
  gint64 begin_s = 0;
  gint64 end_s = 0;

  if (buckets->len == 0)
    return marks;

  begin_s = get_bucket (buckets, 0)->start_s;
  end_s = begin_s + get_bucket (buckets, 0)->step_s * buckets->len;
  switch (range)
    {
    case TROPEA_RATE_RANGE_MINUTE:
      add_ages (marks, buckets, begin_s, end_s);
      break;
    case TROPEA_RATE_RANGE_HOUR:
      add_times (marks, buckets, 15 * 60, begin_s, end_s);
      break;
    case TROPEA_RATE_RANGE_DAY:
      add_times (marks, buckets, DAY_S / 4, begin_s, end_s);
      break;
    case TROPEA_RATE_RANGE_MONTH:
      add_days (marks, buckets, begin_s, end_s);
      break;
    default:
      g_warn_if_reached ();
    }

  return marks;
}

/* All that was measured, as one long step. */
static TropeaRateBucket
sum_up (const GArray *buckets)
{
  TropeaRateBucket sum = { 0 };

  for (guint i = 0; i < buckets->len; i++)
    {
      const TropeaRateBucket *bucket = get_bucket (buckets, i);

      sum.bytes_in += MIN (bucket->bytes_in, G_MAXUINT64 - sum.bytes_in);
      sum.bytes_out += MIN (bucket->bytes_out, G_MAXUINT64 - sum.bytes_out);
      sum.covered_usec += bucket->covered_usec;
    }

  return sum;
}

/* The step before the present one is there whole; where it is not, tor has just begun. */
static TropeaRateBucket
find_present (const GArray *buckets)
{
  TropeaRateBucket none = { 0 };

  for (guint back = 2; back >= 1; back--)
    {
      if (back <= buckets->len && get_bucket (buckets, buckets->len - back)->covered_usec != 0)
        return *get_bucket (buckets, buckets->len - back);
    }

  return none;
}

static void
add_key (GArray     *keys,
         const char *color,
         gboolean    is_line,
         char       *label)
{
  TropeaChartKey key = { color, is_line, label };

  g_array_append_val (keys, key);
}

/* What the figures are, where that is not plain. */
static const char *
find_prefix (gboolean is_average,
             gboolean is_simulated)
{
  if (is_simulated)
    return is_average ? C_("graph", "Simulated, on average") : C_("graph", "Simulated");

  return is_average ? C_("graph", "On average") : NULL;
}

/**
 * tropea_rate_words_list_keys:
 *
 * Returns: (transfer full) (element-type TropeaChartKey): the legend with its figures
 */
GArray *
tropea_rate_words_list_keys (TropeaRateRange  range,
                             const GArray    *buckets,
                             int              item,
                             gboolean         is_simulated)
{
  GArray *keys = tropea_chart_keys_new ();
  gboolean is_average = item < 0 && range != TROPEA_RATE_RANGE_MINUTE;
  const char *prefix = find_prefix (is_average, is_simulated);
  TropeaRateBucket bucket = item >= 0 ? *get_bucket (buckets, (guint) item) :
                            is_average ? sum_up (buckets) : find_present (buckets);
  gboolean is_known = bucket.covered_usec != 0;
  g_autofree char *in = is_known ? tropea_format_rate (tropea_rate_bucket_get_rate_in (&bucket))
                                 : g_strdup ("–");
  g_autofree char *out = is_known ? tropea_format_rate (tropea_rate_bucket_get_rate_out (&bucket))
                                  : g_strdup ("–");

  add_key (keys, "tropea_in_color", FALSE,
           /* Translators: “Simulated”, “On average” or both, and a rate. */
           prefix != NULL ? g_strdup_printf (C_("graph", "%s: in %s"), prefix, in)
                          : g_strdup_printf (C_("graph", "In %s"), in));
  add_key (keys, "tropea_out_color", TRUE,
           prefix != NULL ? g_strdup_printf (C_("graph", "out %s"), out)
                          : g_strdup_printf (C_("graph", "Out %s"), out));

  return keys;
}

/**
 * tropea_rate_words_format_step:
 *
 * Returns: (transfer full): when it was
 */
char *
tropea_rate_words_format_step (TropeaRateRange         range,
                               const TropeaRateBucket *bucket)
{
  g_autofree char *begin = NULL;
  g_autofree char *end = NULL;

  if (range == TROPEA_RATE_RANGE_MINUTE || range == TROPEA_RATE_RANGE_HOUR)
    /* Translators: a time of day; see the manual of g_date_time_format (). */
    return format_time (bucket->start_s, _("%H:%M:%S"));

  begin = format_time (bucket->start_s, range == TROPEA_RATE_RANGE_DAY ? _("%H:%M")
                                        /* Translators: day and time of day. */
                                        : _("%-d %b, %H:%M"));
  end = format_time (bucket->start_s + bucket->step_s, _("%H:%M"));

  /* Translators: from one time to another. */
  return g_strdup_printf (_("%s – %s"), begin, end);
}

static const char *
find_name (TropeaRateRange range)
{
  switch (range)
    {
    case TROPEA_RATE_RANGE_MINUTE:
      return _("Last 60 seconds");
    case TROPEA_RATE_RANGE_HOUR:
      return _("Last hour");
    case TROPEA_RATE_RANGE_DAY:
      return _("Last 24 hours");
    case TROPEA_RATE_RANGE_MONTH:
      return _("Last 30 days");
    default:
      g_return_val_if_reached ("");
    }
}

/**
 * tropea_rate_words_describe_empty:
 *
 * Returns: what stands where nothing was measured
 */
const char *
tropea_rate_words_describe_empty (TropeaRateRange range)
{
  switch (range)
    {
    case TROPEA_RATE_RANGE_MINUTE:
      return _("Nothing was measured in the last 60 seconds");
    case TROPEA_RATE_RANGE_HOUR:
      return _("Nothing was measured in the last hour");
    case TROPEA_RATE_RANGE_DAY:
      return _("Nothing was measured in the last 24 hours");
    case TROPEA_RATE_RANGE_MONTH:
      return _("Nothing was measured in the last 30 days");
    default:
      g_return_val_if_reached ("");
    }
}

/**
 * tropea_rate_words_describe:
 *
 * Returns: (transfer full): the whole graph for who does not see it
 */
char *
tropea_rate_words_describe (TropeaRateRange  range,
                            const GArray    *buckets)
{
  TropeaRateBucket sum = sum_up (buckets);
  guint64 peak_in = 0;
  guint64 peak_out = 0;
  g_autofree char *in = NULL;
  g_autofree char *out = NULL;
  g_autofree char *most_in = NULL;
  g_autofree char *most_out = NULL;

  if (sum.covered_usec == 0)
    return g_strdup (tropea_rate_words_describe_empty (range));

  for (guint i = 0; i < buckets->len; i++)
    {
      const TropeaRateBucket *bucket = get_bucket (buckets, i);

      if (bucket->covered_usec == 0)
        continue;
      peak_in = MAX (peak_in, tropea_rate_bucket_get_rate_in (bucket));
      peak_out = MAX (peak_out, tropea_rate_bucket_get_rate_out (bucket));
    }
  in = tropea_format_rate (tropea_rate_bucket_get_rate_in (&sum));
  out = tropea_format_rate (tropea_rate_bucket_get_rate_out (&sum));
  most_in = tropea_format_rate (peak_in);
  most_out = tropea_format_rate (peak_out);

  /* Translators: the text alternative of a graph: “Last hour”, rate in on average and at most,
   * rate out on average and at most. */
  return g_strdup_printf (_("%s: in %s on average, %s at most; out %s on average, %s at most"),
                          find_name (range), in, most_in, out, most_out);
}
