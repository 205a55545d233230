/* test-day-chart.c: bars, cursor and words of the chart of days
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "chart-fixture.h"
#include "ui/tropea-day-chart.h"

/* 15 November 2023. */
#define LAST_DAY_MS G_GINT64_CONSTANT (1700006400000)
#define DAY_MS G_GINT64_CONSTANT (86400000)
#define N_DAYS 30

static void
fill (TropeaDayValue *days)
{
  for (guint i = 0; i < N_DAYS; i++)
    days[i] = (TropeaDayValue) { LAST_DAY_MS - (N_DAYS - 1 - i) * DAY_MS,
                                 i % 7 == 3 ? 0 : (i * 37 % 30) * 3330000 };
  days[20].credits_micro = 100000000;
  days[28].credits_micro = 1;
}

static void
test_empty (void)
{
  ChartFixture fixture = { 0 };
  GtkWidget *chart = tropea_day_chart_new ();

  chart_fixture_set_up (&fixture, chart, 480, 200);
  g_assert_true (chart_fixture_is_described (&fixture, "No credits in these days"));
  chart_fixture_photograph (&fixture, "day-chart-empty");
  g_assert_true (chart_fixture_press (&fixture, GDK_KEY_Left));
  g_assert_cmpint (tropea_chart_get_cursor (TROPEA_CHART (chart)), ==, -1);
  chart_fixture_tear_down (&fixture);
}

static void
test_days (void)
{
  ChartFixture fixture = { 0 };
  GtkWidget *chart = tropea_day_chart_new ();
  TropeaDayValue days[N_DAYS];
  guint n_draws = 0;

  fill (days);
  tropea_day_chart_set_days (TROPEA_DAY_CHART (chart), days, N_DAYS);
  chart_fixture_set_up (&fixture, chart, 480, 200);
  g_assert_true (chart_fixture_is_described (&fixture, "Last 30 days: 1168.93 credits; "
                                                       "most on 6 Nov: 100.00"));
  chart_fixture_photograph (&fixture, "day-chart");

  /* The same again is no news. */
  chart_fixture_settle (&fixture);
  n_draws = tropea_chart_get_n_draws (TROPEA_CHART (chart));
  tropea_day_chart_set_days (TROPEA_DAY_CHART (chart), days, N_DAYS);
  chart_fixture_settle (&fixture);
  g_assert_cmpuint (tropea_chart_get_n_draws (TROPEA_CHART (chart)), ==, n_draws);

  chart_fixture_tear_down (&fixture);
}

static void
test_cursor (void)
{
  ChartFixture fixture = { 0 };
  GtkWidget *chart = tropea_day_chart_new ();
  TropeaDayValue days[N_DAYS];

  fill (days);
  tropea_day_chart_set_days (TROPEA_DAY_CHART (chart), days, N_DAYS);
  chart_fixture_set_up (&fixture, chart, 480, 200);

  chart_fixture_test_keys (&fixture, N_DAYS);
  chart_fixture_test_pointer (&fixture, N_DAYS);
  chart_fixture_set_cursor (&fixture, 20);
  g_assert_true (chart_fixture_reads (&fixture, 20, "6 Nov: 100.00 credits"));
  chart_fixture_photograph (&fixture, "day-chart-cursor");

  gtk_widget_set_direction (chart, GTK_TEXT_DIR_RTL);
  chart_fixture_test_keys (&fixture, N_DAYS);
  chart_fixture_test_pointer (&fixture, N_DAYS);
  chart_fixture_set_cursor (&fixture, 20);
  chart_fixture_photograph (&fixture, "day-chart-rtl");

  chart_fixture_tear_down (&fixture);
}

int
main (int    argc,
      char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/day-chart/says-that-there-is-nothing", test_empty);
  g_test_add_func ("/day-chart/shows-and-tells-its-days", test_days);
  g_test_add_func ("/day-chart/is-read-day-by-day", test_cursor);

  return g_test_run ();
}
