/* test-rate-plot.c: lines, gaps and words of the graph, and that it does not draw for nobody
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "chart-fixture.h"
#include "fake-clock.h"
#include "ui/tropea-rate-plot.h"

/* 15 November 2023, 14:00. */
#define NOW_S G_GINT64_CONSTANT (1700056800)

typedef struct
{
  ChartFixture       chart;
  FakeClock         *clock;
  TropeaRateHistory *history;
} Fixture;

static void
set_up_simulated (Fixture  *fixture,
                  gboolean  is_simulated)
{
  fixture->clock = fake_clock_new (NOW_S * 1000);
  fixture->history = tropea_rate_history_new (TROPEA_CLOCK (fixture->clock), is_simulated);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  set_up_simulated (fixture, FALSE);
}

static void
show (Fixture         *fixture,
      TropeaRateRange  range,
      int              width)
{
  GtkWidget *plot = tropea_rate_plot_new ();

  g_object_set (plot, "range", (int) range, "history", fixture->history, NULL);
  chart_fixture_set_up (&fixture->chart, plot, width, 220);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->chart.window != NULL)
    chart_fixture_tear_down (&fixture->chart);
  g_assert_finalize_object (fixture->history);
  g_object_unref (fixture->clock);
}

static void
add (Fixture *fixture,
     guint64  bytes_in,
     guint64  bytes_out)
{
  TropeaTorSample sample = {
    .bytes_in = bytes_in, .bytes_out = bytes_out, .interval_usec = G_USEC_PER_SEC,
  };

  fake_clock_advance (fixture->clock, G_USEC_PER_SEC);
  sample.wall_ms = tropea_clock_get_wall_ms (TROPEA_CLOCK (fixture->clock));
  tropea_rate_history_add (fixture->history, &sample);
}

/* Something that looks like use: a swell with noise, and a time without tor. */
static void
fill (Fixture *fixture,
      gint64   length_s,
      gint64   step_s)
{
  g_autoptr(GRand) random = g_rand_new_with_seed (11);
  g_autoptr(GArray) buckets = g_array_new (FALSE, FALSE, sizeof (TropeaRateBucket));

  for (gint64 i = length_s / step_s - 1; i >= 0; i--)
    {
      double part = (double) i * (double) step_s / (double) length_s;
      double swell = 1.0 + 0.9 * (part * 6.0 - (int) (part * 6.0)) - 0.5 * part;
      gint64 in = (gint64) (900000.0 * swell) + g_rand_int_range (random, 0, 300000);
      TropeaRateBucket bucket = { step_s, NOW_S - NOW_S % step_s - i * step_s,
                                  (guint64) (in * step_s),
                                  (guint64) (in / 4 * step_s) +
                                  (guint64) g_rand_int_range (random, 0, 90000),
                                  step_s * G_USEC_PER_SEC };

      if (part > 0.55 && part < 0.68)
        continue;
      g_array_append_val (buckets, bucket);
    }
  tropea_rate_history_restore (fixture->history, buckets);
}

static void
test_ranges (Fixture       *fixture,
             gconstpointer  data)
{
  static const struct
  {
    TropeaRateRange  range;
    gint64           length_s;
    guint            n_items;
    const char      *name;
  } rows[] = {
    { TROPEA_RATE_RANGE_HOUR, 3600, 360, "graph-1h" },
    { TROPEA_RATE_RANGE_DAY, 24 * 3600, 288, "graph-24h" },
    { TROPEA_RATE_RANGE_MONTH, 30 * 24 * 3600, 360, "graph-30d" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      TropeaChartClass *klass = NULL;
      g_autofree char *description = NULL;

      fill (fixture, rows[i].length_s, tropea_rate_range_get_step_s (rows[i].range));
      show (fixture, rows[i].range, 620);
      klass = TROPEA_CHART_GET_CLASS (fixture->chart.chart);
      g_assert_cmpuint (klass->get_n_items (fixture->chart.chart), ==, rows[i].n_items);
      g_assert_null (klass->describe_empty (fixture->chart.chart));
      description = klass->describe (fixture->chart.chart);
      g_assert_true (g_str_has_prefix (description, "Last "));
      g_assert_nonnull (strstr (description, " MB/s on average, "));
      chart_fixture_photograph (&fixture->chart, rows[i].name);
      chart_fixture_tear_down (&fixture->chart);
    }
  fixture->chart.window = NULL;
}

static void
fill_minute (Fixture *fixture)
{
  g_autoptr(GRand) random = g_rand_new_with_seed (5);

  for (guint i = 0; i < 25; i++)
    add (fixture, 1000000 + (guint64) g_rand_int_range (random, 0, 500000), 200000);
  fake_clock_advance (fixture->clock, 10 * G_USEC_PER_SEC);
  for (guint i = 0; i < 20; i++)
    add (fixture, (guint64) g_rand_int_range (random, 0, 2000000), 100000 + 10000 * i);
}

static void
test_minute (Fixture       *fixture,
             gconstpointer  data)
{
  fill_minute (fixture);
  show (fixture, TROPEA_RATE_RANGE_MINUTE, 620);
  chart_fixture_photograph (&fixture->chart, "graph-60s");

  chart_fixture_test_keys (&fixture->chart, 60);
  chart_fixture_test_pointer (&fixture->chart, 60);
  chart_fixture_set_cursor (&fixture->chart, 58);
  g_assert_true (chart_fixture_reads (&fixture->chart, 38, "14:00:34: In –, Out –"));
  g_assert_true (chart_fixture_reads (&fixture->chart, 57, "14:00:53: In 623.8 KB/s, "
                                                           "Out 280.0 KB/s"));
  chart_fixture_photograph (&fixture->chart, "graph-60s-cursor");

  gtk_widget_set_direction (GTK_WIDGET (fixture->chart.chart), GTK_TEXT_DIR_RTL);
  chart_fixture_test_keys (&fixture->chart, 60);
  chart_fixture_test_pointer (&fixture->chart, 60);
  chart_fixture_photograph (&fixture->chart, "graph-60s-rtl");
}

static void
test_narrow (Fixture       *fixture,
             gconstpointer  data)
{
  g_clear_object (&fixture->history);
  g_clear_object (&fixture->clock);
  set_up_simulated (fixture, TRUE);
  fill_minute (fixture);
  show (fixture, TROPEA_RATE_RANGE_MINUTE, 340);
  chart_fixture_photograph (&fixture->chart, "graph-simulated-narrow");
  g_assert_true (chart_fixture_reads (&fixture->chart, 57, "14:00:53: Simulated: in 623.8 KB/s, "
                                                           "out 280.0 KB/s"));
}

static void
test_words (Fixture       *fixture,
            gconstpointer  data)
{
  show (fixture, TROPEA_RATE_RANGE_MINUTE, 400);
  g_assert_true (chart_fixture_is_described (&fixture->chart,
                                             "Nothing was measured in the last 60 seconds"));
  chart_fixture_photograph (&fixture->chart, "graph-empty");

  add (fixture, 1000, 500);
  add (fixture, 3000, 500);
  g_object_set (fixture->chart.chart, "range", (int) TROPEA_RATE_RANGE_HOUR, NULL);
  g_assert_true (chart_fixture_is_described (&fixture->chart,
                                             "Last hour: in 2.0 KB/s on average, 2.0 KB/s at "
                                             "most; out 500 B/s on average, 500 B/s at most"));
  g_object_set (fixture->chart.chart, "range", (int) TROPEA_RATE_RANGE_MINUTE, NULL);
  g_assert_true (chart_fixture_is_described (&fixture->chart,
                                             "Last 60 seconds: in 2.0 KB/s on average, 3.0 KB/s "
                                             "at most; out 500 B/s on average, 500 B/s at most"));

  /* A screen reader is not told each second. */
  add (fixture, 9000, 500);
  gtk_test_accessible_assert_property (fixture->chart.chart, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Last 60 seconds: in 2.0 KB/s on average, 3.0 KB/s "
                                       "at most; out 500 B/s on average, 500 B/s at most");
}

/* Many samples in no time are one picture. */
static void
test_once (Fixture       *fixture,
           gconstpointer  data)
{
  guint n_draws = 0;
  gint64 begun_usec = 0;

  show (fixture, TROPEA_RATE_RANGE_MINUTE, 400);
  add (fixture, 1000, 500);
  chart_fixture_settle (&fixture->chart);
  n_draws = tropea_chart_get_n_draws (fixture->chart.chart);
  begun_usec = g_get_monotonic_time ();
  for (guint i = 0; i < 20; i++)
    {
      add (fixture, 1000, 500);
      chart_fixture_settle (&fixture->chart);
    }
  n_draws = tropea_chart_get_n_draws (fixture->chart.chart) - n_draws;
  g_assert_cmpuint (n_draws, <=, (g_get_monotonic_time () - begun_usec) / 750000 + 1);
  g_assert_cmpuint (n_draws, >, 0);
}

static void
test_hidden (Fixture       *fixture,
             gconstpointer  data)
{
  guint n_draws = 0;
  gboolean is_empty = FALSE;

  fill_minute (fixture);
  show (fixture, TROPEA_RATE_RANGE_MINUTE, 400);
  g_assert_true (tropea_chart_is_visible (fixture->chart.chart));

  gtk_widget_set_visible (fixture->chart.window, FALSE);
  chart_fixture_settle (&fixture->chart);
  g_assert_false (tropea_chart_is_visible (fixture->chart.chart));
  n_draws = tropea_chart_get_n_draws (fixture->chart.chart);
  for (guint i = 0; i < 70; i++)
    add (fixture, 5000000, 7000);
  tropea_chart_set_cursor (fixture->chart.chart, 7);
  chart_fixture_settle (&fixture->chart);
  g_assert_cmpuint (tropea_chart_get_n_draws (fixture->chart.chart), ==, n_draws);

  /* And it is up to date as soon as it is seen again. */
  gtk_widget_set_visible (fixture->chart.window, TRUE);
  test_wait_until (tropea_chart_get_n_draws (fixture->chart.chart) > n_draws,
                   CHART_PATIENCE_SECONDS);
  is_empty = chart_fixture_reads (&fixture->chart, 57, "14:02:03: In 5.0 MB/s, Out 7.0 KB/s");
  g_assert_true (is_empty);
}

/* After the last sample the picture moves on until it is empty. */
static void
test_moves_on (Fixture       *fixture,
               gconstpointer  data)
{
  TropeaChartClass *klass = NULL;

  show (fixture, TROPEA_RATE_RANGE_MINUTE, 400);
  klass = TROPEA_CHART_GET_CLASS (fixture->chart.chart);
  add (fixture, 1000, 500);
  test_wait_until (klass->describe_empty (fixture->chart.chart) == NULL, CHART_PATIENCE_SECONDS);
  fake_clock_advance (fixture->clock, 62 * G_USEC_PER_SEC);
  test_wait_until (klass->describe_empty (fixture->chart.chart) != NULL, CHART_PATIENCE_SECONDS);
}

static void
add_test (const char *path,
          void      (*test) (Fixture       *fixture,
                             gconstpointer  data))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  gtk_test_init (&argc, &argv, NULL);

  add_test ("/rate-plot/shows-each-range", test_ranges);
  add_test ("/rate-plot/is-read-second-by-second", test_minute);
  add_test ("/rate-plot/says-that-it-is-simulated", test_narrow);
  add_test ("/rate-plot/is-told-in-words-and-calmly", test_words);
  if (g_getenv ("ADW_DEBUG_HIGH_CONTRAST") != NULL)
    return g_test_run ();

  add_test ("/rate-plot/draws-once-a-second", test_once);
  add_test ("/rate-plot/draws-nothing-while-hidden", test_hidden);
  add_test ("/rate-plot/moves-on-without-samples", test_moves_on);

  return g_test_run ();
}
