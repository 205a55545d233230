/* test-clock.c: the system's two clocks
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "base/tropea-clock.h"

static void
test_units (void)
{
  TropeaClock *clock = tropea_system_clock_new ();
  gint64 wall_before = g_get_real_time () / 1000;
  gint64 monotonic_before = g_get_monotonic_time ();

  g_assert_cmpint (tropea_clock_get_wall_ms (clock), >=, wall_before);
  g_assert_cmpint (tropea_clock_get_wall_ms (clock), <=, g_get_real_time () / 1000);
  g_assert_cmpint (tropea_clock_get_monotonic_usec (clock), >=, monotonic_before);
  g_assert_cmpint (tropea_clock_get_monotonic_usec (clock), <=, g_get_monotonic_time ());
  g_assert_finalize_object (clock);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/clock/units-are-those-of-the-names", test_units);

  return g_test_run ();
}
