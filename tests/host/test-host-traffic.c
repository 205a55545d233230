/* test-host-traffic.c: the history of rates is tor's, or the simulator's, and outlives the host
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "host-fixture.h"

typedef struct
{
  guint64 bytes_in;
  guint64 bytes_out;
} Sum;

static Sum
sum_range (TropeaRateHistory *history,
           TropeaRateRange    range)
{
  g_autoptr(GArray) buckets = tropea_rate_history_get (history, range);
  Sum sum = { 0 };

  for (guint i = 0; i < buckets->len; i++)
    {
      sum.bytes_in += g_array_index (buckets, TropeaRateBucket, i).bytes_in;
      sum.bytes_out += g_array_index (buckets, TropeaRateBucket, i).bytes_out;
    }

  return sum;
}

/* What the simulator moves is shown, to the byte, as simulated, and is gone with the host. */
static void
test_simulated (Fixture       *fixture,
                gconstpointer  data)
{
  TropeaRateHistory *history = NULL;
  guint n_changed = 0;
  Sum sum = { 0 };

  fixture_open (fixture);
  g_assert_false (tropea_rate_history_get_is_simulated (
    tropea_host_get_rate_history (fixture->host)));
  g_signal_connect_swapped (fixture->host, "notify::rate-history", G_CALLBACK (fixture_count_cb),
                            &n_changed);
  fixture_simulate (fixture);
  g_assert_cmpuint (n_changed, ==, 1);
  history = tropea_host_get_rate_history (fixture->host);
  g_assert_true (tropea_rate_history_get_is_simulated (history));

  test_wait_until (fixture_get_uint64 (fixture, "total-bytes") > 0, PATIENCE_SECONDS);
  sum = sum_range (history, TROPEA_RATE_RANGE_MONTH);
  g_assert_cmpuint (sum.bytes_in, ==, fixture_get_uint64 (fixture, "bytes-in"));
  g_assert_cmpuint (sum.bytes_out, ==, fixture_get_uint64 (fixture, "bytes-out"));
  fixture_close (fixture);

  fixture_open (fixture);
  history = tropea_host_get_rate_history (fixture->host);
  g_assert_false (tropea_rate_history_get_is_simulated (history));
  g_assert_cmpuint (sum_range (history, TROPEA_RATE_RANGE_MONTH).bytes_in, ==, 0);
}

/* What tor moved is there again after the host was closed. */
static void
test_restored (Fixture       *fixture,
               gconstpointer  data)
{
  TropeaTorSample sample = { .bytes_in = 1001, .bytes_out = 77, .interval_usec = 3000001 };

  fixture_open (fixture);
  for (guint i = 0; i < 2; i++)
    {
      sample.wall_ms = g_get_real_time () / 1000;
      tropea_host_note_traffic (fixture->host, &sample);
      fixture_close (fixture);

      fixture_open (fixture);
      for (guint range = TROPEA_RATE_RANGE_HOUR; range < TROPEA_N_RATE_RANGES; range++)
        {
          TropeaRateHistory *history = tropea_host_get_rate_history (fixture->host);
          Sum sum = sum_range (history, (TropeaRateRange) range);

          g_assert_cmpuint (sum.bytes_in, ==, 1001 * (i + 1));
          g_assert_cmpuint (sum.bytes_out, ==, 77 * (i + 1));
        }
    }
}

#define add(name, function) \
  g_test_add ("/host-traffic/" name, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  add ("simulated-is-kept-apart", test_simulated);
  add ("an-earlier-run-is-restored", test_restored);

  return g_test_run ();
}
