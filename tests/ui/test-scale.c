/* test-scale.c: axes end at round values that hold what is on them
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "ui/tropea-scale.h"

static void
test_rows (void)
{
  static const struct
  {
    guint64 maximum;
    guint64 least_step;
    guint   n_lines;
    guint64 top;
    guint64 step;
  } rows[] = {
    { 0, 1, 4, 1, 1 },
    { 0, 1000, 4, 1000, 1000 },
    { 1, 1000, 4, 1000, 1000 },
    { 4, 1, 4, 4, 1 },
    { 5, 1, 4, 6, 2 },
    { 9, 1, 4, 10, 5 },
    { 100, 1, 4, 100, 50 },
    { 101, 1, 4, 150, 50 },
    { 1000, 200, 5, 1000, 200 },
    { 1234567, 1000, 4, 1500000, 500000 },
    { 1234567, 1000, 1, 2000000, 2000000 },
    { 99999999, 100000, 5, 100000000, 20000000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      TropeaScale scale = tropea_scale_fit (rows[i].maximum, rows[i].least_step,
                                            rows[i].n_lines);

      g_assert_cmpuint (scale.top, ==, rows[i].top);
      g_assert_cmpuint (scale.step, ==, rows[i].step);
    }
}

/* Whatever comes: the maximum is on the axis, and the lines are not too many. */
static void
test_any (void)
{
  g_autoptr(GRand) random = g_rand_new_with_seed (3);

  for (guint i = 0; i < 20000; i++)
    {
      guint64 maximum = ((guint64) g_rand_int (random) << 32 | g_rand_int (random)) >>
                        g_rand_int_range (random, 0, 64);
      guint n_lines = (guint) g_rand_int_range (random, 1, 12);
      TropeaScale scale = tropea_scale_fit (i == 0 ? G_MAXUINT64 : maximum, 1, n_lines);

      g_assert_cmpuint (scale.top, >=, i == 0 ? G_MAXUINT64 : maximum);
      g_assert_cmpuint (scale.step, >=, 1);
      g_assert_cmpuint (scale.top / scale.step, <=, MAX (n_lines, 2));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/scale/ends-at-round-values", test_rows);
  g_test_add_func ("/scale/holds-whatever-comes", test_any);

  return g_test_run ();
}
