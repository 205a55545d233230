/* test-clock.c: the system's clocks
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

/* The kernel's own word for the time since boot, in hundredths of a second. */
static void
test_asleep (void)
{
  TropeaClock *clock = tropea_system_clock_new ();
  gint64 before_usec = g_get_monotonic_time ();
  gint64 asleep_usec = tropea_clock_get_asleep_usec (clock);
  g_autofree char *uptime = NULL;
  gint64 boot_usec = 0;

  g_assert_true (g_file_get_contents ("/proc/uptime", &uptime, NULL, NULL));
  boot_usec = (gint64) (g_ascii_strtod (uptime, NULL) * G_USEC_PER_SEC);
  g_assert_cmpint (boot_usec, >=, before_usec + asleep_usec - 20000);
  g_assert_cmpint (boot_usec, <=, g_get_monotonic_time () + asleep_usec + 20000);
  g_assert_finalize_object (clock);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/clock/units-are-those-of-the-names", test_units);
  g_test_add_func ("/clock/asleep-is-what-uptime-has-more", test_asleep);

  return g_test_run ();
}
