/* test-simulation.c: simulated figures keep their limits and repeat under their seed
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "tor/tropea-simulation.h"

#define DRAWS 20000

static void
test_limits (void)
{
  TropeaSimulation simulation;
  guint64 lowest = G_MAXUINT64;
  guint64 highest = 0;
  gboolean connections_seen[60] = { FALSE };
  gboolean circuits_seen[6] = { FALSE };

  tropea_simulation_init (&simulation, 7);

  for (int i = 0; i < DRAWS; i++)
    {
      TropeaSimulationFigures figures;
      guint64 bytes;

      tropea_simulation_draw (&simulation, &figures);
      bytes = figures.bytes_in + figures.bytes_out;
      lowest = MIN (lowest, bytes);
      highest = MAX (highest, bytes);

      g_assert_cmpuint (figures.bytes_in, ==, bytes * 6 / 10);
      g_assert_cmpuint (figures.connection_count, >=, 10);
      g_assert_cmpuint (figures.connection_count, <=, 59);
      g_assert_cmpuint (figures.circuit_count, >=, 1);
      g_assert_cmpuint (figures.circuit_count, <=, 5);
      connections_seen[figures.connection_count] = TRUE;
      circuits_seen[figures.circuit_count] = TRUE;
    }

  g_assert_cmpuint (lowest, >=, 100000);
  g_assert_cmpuint (lowest, <, 101000);
  g_assert_cmpuint (highest, <=, 300000);
  g_assert_cmpuint (highest, >, 299000);
  for (int i = 10; i <= 59; i++)
    g_assert_true (connections_seen[i]);
  for (int i = 1; i <= 5; i++)
    g_assert_true (circuits_seen[i]);
}

static void
test_same_seed (void)
{
  TropeaSimulation one;
  TropeaSimulation other;

  tropea_simulation_init (&one, 42);
  tropea_simulation_init (&other, 42);

  for (int i = 0; i < DRAWS; i++)
    {
      TropeaSimulationFigures a;
      TropeaSimulationFigures b;

      tropea_simulation_draw (&one, &a);
      tropea_simulation_draw (&other, &b);
      g_assert_cmpuint (a.bytes_in, ==, b.bytes_in);
      g_assert_cmpuint (a.bytes_out, ==, b.bytes_out);
      g_assert_cmpuint (a.connection_count, ==, b.connection_count);
      g_assert_cmpuint (a.circuit_count, ==, b.circuit_count);
    }
}

/* Written down, so that a change of the series, or a machine with another one, is seen. */
static void
test_known_series (void)
{
  static const TropeaSimulationFigures rows[] = {
    { 127987, 85325, 47, 5 },
    { 113323, 75549, 32, 4 },
    { 165282, 110188, 36, 2 },
    { 155280, 103520, 30, 4 },
  };
  TropeaSimulation simulation;

  tropea_simulation_init (&simulation, 1);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      TropeaSimulationFigures figures;

      tropea_simulation_draw (&simulation, &figures);
      g_assert_cmpuint (figures.bytes_in, ==, rows[i].bytes_in);
      g_assert_cmpuint (figures.bytes_out, ==, rows[i].bytes_out);
      g_assert_cmpuint (figures.connection_count, ==, rows[i].connection_count);
      g_assert_cmpuint (figures.circuit_count, ==, rows[i].circuit_count);
    }
}

static void
test_other_seed (void)
{
  TropeaSimulation one;
  TropeaSimulation other;
  int differing = 0;

  tropea_simulation_init (&one, 1);
  tropea_simulation_init (&other, 2);

  for (int i = 0; i < 100; i++)
    {
      TropeaSimulationFigures a;
      TropeaSimulationFigures b;

      tropea_simulation_draw (&one, &a);
      tropea_simulation_draw (&other, &b);
      differing += a.bytes_in != b.bytes_in;
    }

  g_assert_cmpint (differing, >, 90);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/simulation/keeps-its-limits", test_limits);
  g_test_add_func ("/simulation/same-seed-same-series", test_same_seed);
  g_test_add_func ("/simulation/series-as-written-down", test_known_series);
  g_test_add_func ("/simulation/other-seed-other-series", test_other_seed);

  return g_test_run ();
}
