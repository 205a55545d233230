/* test-rate-history.c: every byte is in each range once, at its time
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "activity/tropea-rate-history.h"

#include "fake-clock.h"

/* A start of a step of 2 h. */
#define START_S G_GINT64_CONSTANT (1700006400)

static const TropeaRateBucket *
get_bucket (GArray *buckets,
            guint   i)
{
  g_assert_cmpuint (i, <, buckets->len);

  return &g_array_index (buckets, TropeaRateBucket, i);
}

static TropeaRateBucket
sum_range (TropeaRateHistory *history,
           TropeaRateRange    range)
{
  g_autoptr(GArray) buckets = tropea_rate_history_get (history, range);
  TropeaRateBucket sum = { 0 };

  g_assert_cmpuint (buckets->len, ==, tropea_rate_range_get_n_steps (range));
  for (guint i = 0; i < buckets->len; i++)
    {
      const TropeaRateBucket *bucket = get_bucket (buckets, i);

      g_assert_cmpint (bucket->step_s, ==, tropea_rate_range_get_step_s (range));
      if (i > 0)
        g_assert_cmpint (bucket->start_s, ==, get_bucket (buckets, i - 1)->start_s +
                                              bucket->step_s);
      sum.bytes_in += bucket->bytes_in;
      sum.bytes_out += bucket->bytes_out;
      sum.covered_usec += bucket->covered_usec;
    }

  return sum;
}

static TropeaRateBucket
get_last (TropeaRateHistory *history,
          TropeaRateRange    range,
          guint              back)
{
  g_autoptr(GArray) buckets = tropea_rate_history_get (history, range);

  return *get_bucket (buckets, buckets->len - 1 - back);
}

static void
add (TropeaRateHistory *history,
     FakeClock         *clock,
     guint64            bytes_in,
     guint64            bytes_out,
     gint64             interval_usec)
{
  TropeaTorSample sample = {
    .bytes_in = bytes_in,
    .bytes_out = bytes_out,
    .interval_usec = interval_usec,
    .wall_ms = tropea_clock_get_wall_ms (TROPEA_CLOCK (clock)),
  };

  tropea_rate_history_add (history, &sample);
}

static void
test_spread (void)
{
  /* Ends so many milliseconds into second 3; what the last four seconds then have. */
  static const struct
  {
    guint64 bytes;
    gint64  interval_usec;
    gint64  end_ms;
    guint64 expected[4];
    gint64  covered_usec[4];
  } rows[] = {
    { 1000, 1000000, 0, { 0, 0, 1000, 0 }, { 0, 0, 1000000, 0 } },
    { 1000, 1000000, 300, { 0, 0, 700, 300 }, { 0, 0, 700000, 300000 } },
    { 1001, 1000000, 500, { 0, 0, 500, 501 }, { 0, 0, 500000, 500000 } },
    { 7, 3000000, 500, { 1, 2, 2, 2 }, { 500000, 1000000, 1000000, 500000 } },
    { 5, 1, 1, { 0, 0, 0, 5 }, { 0, 0, 0, 1 } },
    { 5, 0, 1, { 0, 0, 0, 5 }, { 0, 0, 0, 1 } },
    /* After a long silence: nobody knows, so the last second. */
    { 9000, G_GINT64_CONSTANT (86400000000), 0, { 0, 0, 9000, 0 }, { 0, 0, 1000000, 0 } },
    { G_MAXUINT64, 2000000, 0, { 0, G_MAXUINT64 / 2, G_MAXUINT64 / 2 + 1, 0 },
      { 0, 1000000, 1000000, 0 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(FakeClock) clock = fake_clock_new ((START_S + 3) * 1000 + rows[i].end_ms);
      TropeaRateHistory *history = tropea_rate_history_new (TROPEA_CLOCK (clock), FALSE);

      add (history, clock, rows[i].bytes, rows[i].bytes / 2, rows[i].interval_usec);
      for (guint j = 0; j < 4; j++)
        {
          TropeaRateBucket bucket = get_last (history, TROPEA_RATE_RANGE_MINUTE, 3 - j);

          g_assert_cmpint (bucket.start_s, ==, START_S + j);
          g_assert_cmpuint (bucket.bytes_in, ==, rows[i].expected[j]);
          g_assert_cmpint (bucket.covered_usec, ==, rows[i].covered_usec[j]);
        }
      for (guint range = 0; range < TROPEA_N_RATE_RANGES; range++)
        {
          TropeaRateBucket sum = sum_range (history, (TropeaRateRange) range);

          g_assert_cmpuint (sum.bytes_in, ==, rows[i].bytes);
          g_assert_cmpuint (sum.bytes_out, ==, rows[i].bytes / 2);
        }
      g_assert_finalize_object (history);
    }
}

/* Two hours of samples that come late by some, as tor's do. */
static void
test_sums (void)
{
  g_autoptr(FakeClock) clock = fake_clock_new (START_S * 1000 + 250);
  g_autoptr(GRand) random = g_rand_new_with_seed (7);
  TropeaRateHistory *history = tropea_rate_history_new (TROPEA_CLOCK (clock), FALSE);
  guint64 bytes_in = 0;
  guint64 bytes_out = 0;

  for (guint i = 0; i < 7000; i++)
    {
      gint64 interval_usec = g_rand_int_range (random, 950, 1080) * 1000;
      guint64 in = g_rand_int (random);
      guint64 out = g_rand_int_range (random, 0, 3);

      fake_clock_advance (clock, interval_usec);
      add (history, clock, in, out, interval_usec);
      bytes_in += in;
      bytes_out += out;
    }

  g_assert_cmpuint (sum_range (history, TROPEA_RATE_RANGE_DAY).bytes_in, ==, bytes_in);
  g_assert_cmpuint (sum_range (history, TROPEA_RATE_RANGE_DAY).bytes_out, ==, bytes_out);
  g_assert_cmpuint (sum_range (history, TROPEA_RATE_RANGE_MONTH).bytes_in, ==, bytes_in);

  for (guint range = TROPEA_RATE_RANGE_MINUTE; range < TROPEA_RATE_RANGE_MONTH; range++)
    {
      g_autoptr(GArray) fine = tropea_rate_history_get (history, (TropeaRateRange) range);
      g_autoptr(GArray) coarse = tropea_rate_history_get (history, (TropeaRateRange) range + 1);

      /* The last coarse step that the finer range has the whole of. */
      for (guint j = 1; j < 3; j++)
        {
          const TropeaRateBucket *step = get_bucket (coarse, coarse->len - 1 - j);
          TropeaRateBucket sum = { 0 };

          for (guint i = 0; i < fine->len; i++)
            {
              const TropeaRateBucket *bucket = get_bucket (fine, i);

              if (bucket->start_s < step->start_s ||
                  bucket->start_s >= step->start_s + step->step_s)
                continue;
              sum.bytes_in += bucket->bytes_in;
              sum.bytes_out += bucket->bytes_out;
              sum.covered_usec += bucket->covered_usec;
            }
          g_assert_cmpuint (sum.bytes_in, ==, step->bytes_in);
          g_assert_cmpuint (sum.bytes_out, ==, step->bytes_out);
          g_assert_cmpint (sum.covered_usec, ==, step->covered_usec);
        }
    }

  g_assert_finalize_object (history);
}

static void
test_gaps (void)
{
  g_autoptr(FakeClock) clock = fake_clock_new (START_S * 1000);
  TropeaRateHistory *history = tropea_rate_history_new (TROPEA_CLOCK (clock), FALSE);
  TropeaRateBucket bucket = { 0 };

  add (history, clock, 600, 0, G_USEC_PER_SEC);
  fake_clock_advance (clock, 30 * G_USEC_PER_SEC);
  add (history, clock, 0, 0, G_USEC_PER_SEC);

  bucket = get_last (history, TROPEA_RATE_RANGE_MINUTE, 1);
  g_assert_cmpint (bucket.covered_usec, ==, G_USEC_PER_SEC);
  g_assert_cmpuint (tropea_rate_bucket_get_rate_in (&bucket), ==, 0);
  for (guint back = 2; back < 31; back++)
    g_assert_cmpint (get_last (history, TROPEA_RATE_RANGE_MINUTE, back).covered_usec, ==, 0);
  bucket = get_last (history, TROPEA_RATE_RANGE_MINUTE, 31);
  g_assert_cmpuint (tropea_rate_bucket_get_rate_in (&bucket), ==, 600);

  /* A step that is measured in part has the rate of that part. */
  bucket = get_last (history, TROPEA_RATE_RANGE_HOUR, 3);
  g_assert_cmpint (bucket.covered_usec, ==, 0);
  bucket = get_last (history, TROPEA_RATE_RANGE_DAY, 1);
  g_assert_cmpuint (tropea_rate_bucket_get_rate_in (&bucket), ==, 600);

  /* After a minute the minute is empty, the hour is not. */
  fake_clock_advance (clock, 61 * G_USEC_PER_SEC);
  g_assert_cmpint (sum_range (history, TROPEA_RATE_RANGE_MINUTE).covered_usec, ==, 0);
  g_assert_cmpuint (sum_range (history, TROPEA_RATE_RANGE_HOUR).bytes_in, ==, 600);
  fake_clock_advance (clock, G_GINT64_CONSTANT (31) * 24 * 3600 * G_USEC_PER_SEC);
  g_assert_cmpint (sum_range (history, TROPEA_RATE_RANGE_MONTH).covered_usec, ==, 0);

  g_assert_finalize_object (history);
}

static void
test_clock_jumps (void)
{
  static const gint64 jumps_s[] = { -1, -3, -59, -3600, -G_GINT64_CONSTANT (40) * 24 * 3600,
                                    3, 3600 };

  for (guint i = 0; i < G_N_ELEMENTS (jumps_s); i++)
    {
      g_autoptr(FakeClock) clock = fake_clock_new (START_S * 1000 + 400);
      TropeaRateHistory *history = tropea_rate_history_new (TROPEA_CLOCK (clock), FALSE);
      gint64 wall_ms = 0;

      for (guint j = 0; j < 10; j++)
        {
          fake_clock_advance (clock, G_USEC_PER_SEC);
          add (history, clock, 500, 100, G_USEC_PER_SEC);
        }
      wall_ms = tropea_clock_get_wall_ms (TROPEA_CLOCK (clock));
      fake_clock_set_wall_ms (clock, wall_ms + jumps_s[i] * 1000);
      for (guint j = 0; j < 5; j++)
        {
          TropeaRateBucket bucket = { 0 };

          fake_clock_advance (clock, G_USEC_PER_SEC);
          add (history, clock, 500, 100, G_USEC_PER_SEC);
          bucket = get_last (history, TROPEA_RATE_RANGE_MINUTE, 0);
          g_assert_cmpuint (tropea_rate_bucket_get_rate_in (&bucket), ==, 500);
          g_assert_cmpuint (tropea_rate_bucket_get_rate_out (&bucket), ==, 100);
        }

      g_assert_cmpuint (sum_range (history, TROPEA_RATE_RANGE_MONTH).bytes_in, ==, 7500);
      g_assert_cmpuint (sum_range (history, TROPEA_RATE_RANGE_DAY).bytes_in, ==, 7500);
      if (jumps_s[i] < 0)
        g_assert_cmpuint (sum_range (history, TROPEA_RATE_RANGE_MINUTE).bytes_in, ==, 7500);
      g_assert_finalize_object (history);
    }
}

static void
test_no_time (void)
{
  static const gint64 walls_ms[] = { G_MININT64, -1, 0, 9999, G_MAXINT64 };
  g_autoptr(FakeClock) clock = fake_clock_new (START_S * 1000);
  TropeaRateHistory *history = tropea_rate_history_new (TROPEA_CLOCK (clock), FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (walls_ms); i++)
    {
      TropeaTorSample sample = { .bytes_in = 5, .interval_usec = 5, .wall_ms = walls_ms[i] };

      tropea_rate_history_add (history, &sample);
    }
  g_assert_false (tropea_rate_history_needs_save (history));
  g_assert_cmpint (sum_range (history, TROPEA_RATE_RANGE_MONTH).covered_usec, ==, 0);
  fake_clock_set_wall_ms (clock, 0);
  g_assert_cmpint (sum_range (history, TROPEA_RATE_RANGE_MONTH).covered_usec, ==, 0);

  g_assert_finalize_object (history);
}

static void
test_save (void)
{
  g_autoptr(FakeClock) clock = fake_clock_new (START_S * 1000);
  TropeaRateHistory *history = tropea_rate_history_new (TROPEA_CLOCK (clock), FALSE);
  TropeaRateHistory *restored = tropea_rate_history_new (TROPEA_CLOCK (clock), FALSE);
  g_autoptr(GArray) first = NULL;
  g_autoptr(GArray) second = NULL;
  g_autoptr(GArray) third = NULL;

  g_assert_false (tropea_rate_history_needs_save (history));
  for (guint i = 0; i < 100; i++)
    {
      fake_clock_advance (clock, G_USEC_PER_SEC);
      add (history, clock, 10, 3, G_USEC_PER_SEC);
    }
  g_assert_true (tropea_rate_history_needs_save (history));
  first = tropea_rate_history_begin_save (history);
  g_assert_cmpuint (first->len, ==, 10 + 1 + 1);
  g_assert_false (tropea_rate_history_needs_save (history));

  /* Only what has changed since. */
  fake_clock_advance (clock, G_USEC_PER_SEC);
  add (history, clock, 10, 3, G_USEC_PER_SEC);
  second = tropea_rate_history_begin_save (history);
  g_assert_cmpuint (second->len, ==, 3);

  /* What could not be saved is in the next. */
  tropea_rate_history_save_failed (history, first);
  g_assert_true (tropea_rate_history_needs_save (history));
  third = tropea_rate_history_begin_save (history);
  g_assert_cmpuint (third->len, ==, 11 + 1 + 1);

  tropea_rate_history_restore (restored, third);
  g_assert_false (tropea_rate_history_needs_save (restored));
  for (guint range = TROPEA_RATE_RANGE_HOUR; range < TROPEA_N_RATE_RANGES; range++)
    {
      TropeaRateBucket sum = sum_range (restored, (TropeaRateRange) range);

      g_assert_cmpuint (sum.bytes_in, ==, 1010);
      g_assert_cmpuint (sum.bytes_out, ==, 303);
      g_assert_cmpint (sum.covered_usec, ==, 101 * G_USEC_PER_SEC);
    }
  g_assert_cmpint (sum_range (restored, TROPEA_RATE_RANGE_MINUTE).covered_usec, ==, 0);

  g_assert_finalize_object (history);
  g_assert_finalize_object (restored);
}

static void
test_restore_refuses (void)
{
  static const TropeaRateBucket rows[] = {
    { 10, START_S + 10, 1, 1, 1 },                     /* later than now */
    { 10, START_S - 3600, 1, 1, 1 },                   /* its place is another's by now */
    { 300, START_S - 24 * 3600, 1, 1, 1 },
    { 7200, START_S - 30 * 24 * 3600, 1, 1, 1 },
    { 10, START_S - 5, 1, 1, 1 },                      /* no step begins there */
    { 11, START_S - START_S % 11, 1, 1, 1 },           /* nor is there one of that length */
    { 1, START_S - 1, 1, 1, 1 },
    { 10, START_S - 10, 1, 1, 0 },                     /* not measured */
    { 10, -10, 1, 1, 1 },
  };
  g_autoptr(FakeClock) clock = fake_clock_new (START_S * 1000);
  g_autoptr(GArray) buckets = g_array_new (FALSE, FALSE, sizeof (TropeaRateBucket));
  TropeaRateHistory *history = tropea_rate_history_new (TROPEA_CLOCK (clock), TRUE);

  g_array_append_vals (buckets, rows, G_N_ELEMENTS (rows));
  tropea_rate_history_restore (history, buckets);
  g_assert_true (tropea_rate_history_get_is_simulated (history));
  for (guint range = 0; range < TROPEA_N_RATE_RANGES; range++)
    g_assert_cmpint (sum_range (history, (TropeaRateRange) range).covered_usec, ==, 0);

  g_assert_finalize_object (history);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/rate-history/a-sample-lies-where-it-was-measured", test_spread);
  g_test_add_func ("/rate-history/finer-steps-add-up-to-the-coarser-ones", test_sums);
  g_test_add_func ("/rate-history/unmeasured-time-is-a-gap", test_gaps);
  g_test_add_func ("/rate-history/a-clock-that-jumps-loses-nothing", test_clock_jumps);
  g_test_add_func ("/rate-history/a-clock-without-a-time-is-left-out", test_no_time);
  g_test_add_func ("/rate-history/saves-what-changed-and-again-after-a-failure", test_save);
  g_test_add_func ("/rate-history/restores-only-what-has-a-place", test_restore_refuses);

  return g_test_run ();
}
