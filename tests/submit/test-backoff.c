/* test-backoff.c: when to try again
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "submit/tropea-backoff.h"

static void
test_table (void)
{
  static const struct
  {
    guint   failures;
    guint32 random;
    gint64  retry_after_s;
    gint64  wait_ms;
  } rows[] = {
    { 0, 0, 0, 500 },
    { 0, 500, 0, 1000 },
    { 0, 501, 0, 500 },
    { 1, 0, 0, 1000 },
    { 1, 1000, 0, 2000 },
    { 2, 7, 0, 2007 },
    { 8, 0, 0, 128000 },
    { 8, 128000, 0, 256000 },
    { 9, 0, 0, 150000 },
    { 9, 150000, 0, 300000 },
    { 100, 150000, 0, 300000 },
    { G_MAXUINT, 0, 0, 150000 },
    { G_MAXUINT, G_MAXUINT32, 0, 150000 + G_MAXUINT32 % 150001 },

    /* The ledger's own word is a floor, up to an hour. */
    { 0, 0, 1, 1000 },
    { 0, 0, 30, 30000 },
    { 9, 150000, 30, 300000 },
    { 0, 0, 3600, 3600000 },
    { 0, 0, 3601, 3600000 },
    { 0, 0, G_MAXINT64, 3600000 },
    { 0, 0, -5, 500 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      TropeaBackoff backoff = { rows[i].failures };

      g_test_message ("row %" G_GSIZE_FORMAT, i);
      g_assert_cmpint (tropea_backoff_fail (&backoff, rows[i].random, rows[i].retry_after_s), ==,
                       rows[i].wait_ms);
      g_assert_cmpuint (backoff.failures, >=, rows[i].failures);
    }
}

static void
test_bounds (void)
{
  TropeaBackoff backoff = { 0 };
  gint64 full_ms = TROPEA_BACKOFF_FIRST_MS;

  for (guint i = 0; i < 64; i++)
    {
      gint64 wait_ms = tropea_backoff_fail (&backoff, g_test_rand_int (), 0);

      g_assert_cmpint (wait_ms, >=, full_ms / 2);
      g_assert_cmpint (wait_ms, <=, full_ms);
      full_ms = MIN (full_ms * 2, TROPEA_BACKOFF_LONGEST_MS);
    }
}

static void
test_reset (void)
{
  TropeaBackoff backoff = { 0 };

  for (guint i = 0; i < 5; i++)
    tropea_backoff_fail (&backoff, 0, 0);
  g_assert_cmpint (tropea_backoff_fail (&backoff, 0, 0), ==, 16000);
  tropea_backoff_succeed (&backoff);
  g_assert_cmpint (tropea_backoff_fail (&backoff, 0, 0), ==, 500);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/backoff/table", test_table);
  g_test_add_func ("/backoff/doubles-with-jitter-up-to-five-minutes", test_bounds);
  g_test_add_func ("/backoff/success-resets", test_reset);

  return g_test_run ();
}
