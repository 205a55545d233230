/* test-batcher.c: sessions end exactly where the thresholds say, whatever the clock does
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "session/tropea-batcher.h"

#define START_MS G_GINT64_CONSTANT (1700000000000)
#define SECOND G_GINT64_CONSTANT (1000000)

static TropeaBatcher *
new_batcher (void)
{
  const TropeaThresholds thresholds = TROPEA_THRESHOLDS_DEFAULT;

  return tropea_batcher_new (TROPEA_SOURCE_TOR_CLIENT, &thresholds);
}

typedef struct
{
  const char *name;
  gint64      bytes;
  gint64      elapsed_usec;
  gboolean    is_ready;
} Edge;

static const Edge edges[] = {
  { "one byte short", 99999, 30 * SECOND, FALSE },
  { "both reached", 100000, 30 * SECOND, TRUE },
  { "one microsecond short", 100000, 30 * SECOND - 1, FALSE },
  { "many bytes, too early", G_GINT64_CONSTANT (1000000000000), 30 * SECOND - 1, FALSE },
  { "one byte, almost long enough", 1, 600 * SECOND - 1, FALSE },
  { "one byte, long enough", 1, 600 * SECOND, TRUE },
  { "all at once", 99999, 599 * SECOND, FALSE },
};

static void
test_exact_at_every_edge (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (edges); i++)
    {
      const Edge *edge = &edges[i];
      g_autoptr(TropeaBatcher) in_one = new_batcher ();
      g_autoptr(TropeaBatcher) in_two = new_batcher ();
      TropeaBatch batch = { 0 };

      g_test_message ("%s", edge->name);
      g_assert_cmpint (tropea_batcher_add (in_one, (guint64) edge->bytes, 0, edge->elapsed_usec,
                                           START_MS), ==, edge->is_ready);
      g_assert_cmpint (tropea_batcher_is_ready (in_one), ==, edge->is_ready);

      g_assert_false (tropea_batcher_add (in_two, 0, 1, SECOND / 3, START_MS));
      g_assert_cmpint (tropea_batcher_add (in_two, 0, (guint64) edge->bytes - 1,
                                           edge->elapsed_usec - SECOND / 3, START_MS),
                       ==, edge->is_ready);
      g_assert_true (tropea_batcher_cut (in_two, &batch));
      g_assert_cmpint (tropea_batch_get_bytes (&batch), ==, edge->bytes);
      g_assert_cmpint (batch.elapsed_usec, ==, edge->elapsed_usec);
      g_assert_cmpint (tropea_batch_get_duration_s (&batch), ==, edge->elapsed_usec / SECOND);
    }
}

static void
test_opens_with_the_first_byte (void)
{
  g_autoptr(TropeaBatcher) batcher = new_batcher ();
  const TropeaBatch *batch = tropea_batcher_get_batch (batcher);

  for (int i = 0; i < 1000; i++)
    g_assert_false (tropea_batcher_add (batcher, 0, 0, SECOND, START_MS + i * 1000));
  g_assert_cmpint (batch->started_ms, ==, 0);
  g_assert_cmpint (batch->elapsed_usec, ==, 0);

  tropea_batcher_add (batcher, 0, 1, 1500000, START_MS);
  g_assert_cmpint (batch->started_ms, ==, START_MS - 1500);
  g_assert_cmpint (batch->elapsed_usec, ==, 1500000);
  g_assert_cmpint (batch->bytes_out, ==, 1);

  tropea_batcher_add (batcher, 0, 0, SECOND, START_MS + 1000);
  g_assert_cmpint (batch->started_ms, ==, START_MS - 1500);
  g_assert_cmpint (batch->elapsed_usec, ==, 2500000);
}

static void
test_cut_gives_all_and_begins_anew (void)
{
  g_autoptr(TropeaBatcher) batcher = new_batcher ();
  TropeaBatch batch = { .bytes_in = 77 };

  g_assert_false (tropea_batcher_cut (batcher, &batch));
  tropea_batcher_add (batcher, 5, 7, SECOND - 1, START_MS);
  g_assert_false (tropea_batcher_cut (batcher, &batch));
  g_assert_cmpint (batch.bytes_in, ==, 77);
  g_assert_cmpint (tropea_batcher_get_batch (batcher)->bytes_out, ==, 7);

  tropea_batcher_add (batcher, 0, 0, 1, START_MS);
  g_assert_true (tropea_batcher_cut (batcher, &batch));
  g_assert_cmpint (batch.source, ==, TROPEA_SOURCE_TOR_CLIENT);
  g_assert_cmpint (batch.bytes_in, ==, 5);
  g_assert_cmpint (batch.bytes_out, ==, 7);
  g_assert_cmpint (tropea_batch_get_duration_s (&batch), ==, 1);
  g_assert_cmpint (tropea_batcher_get_batch (batcher)->started_ms, ==, 0);
  g_assert_cmpint (tropea_batch_get_bytes (tropea_batcher_get_batch (batcher)), ==, 0);
  g_assert_false (tropea_batcher_cut (batcher, &batch));
}

/* The wall clock is set between two sessions; windows stay apart and as long as measured. */
static void
test_clock_changes_neither_lengthen_nor_overlap (void)
{
  static const gint64 jumps_ms[] = { 0, 1, -1, -3600000, 3600000, -START_MS - 5, G_MAXINT64 / 2 };

  for (gsize i = 0; i < G_N_ELEMENTS (jumps_ms); i++)
    {
      g_autoptr(TropeaBatcher) batcher = new_batcher ();
      TropeaBatch first = { 0 };
      TropeaBatch second = { 0 };

      tropea_batcher_add (batcher, 1, 0, 2 * SECOND, START_MS);
      tropea_batcher_add (batcher, 1, 0, SECOND + SECOND / 2, START_MS + jumps_ms[i]);
      g_assert_true (tropea_batcher_cut (batcher, &first));
      g_assert_cmpint (first.started_ms, ==, START_MS - 2000);
      g_assert_cmpint (tropea_batch_get_end_ms (&first), ==, START_MS + 1000);

      tropea_batcher_add (batcher, 1, 0, 2 * SECOND, START_MS + 3500 + jumps_ms[i]);
      g_assert_true (tropea_batcher_cut (batcher, &second));
      g_assert_cmpint (second.started_ms, >=, tropea_batch_get_end_ms (&first));
      g_assert_cmpint (tropea_batch_get_duration_s (&second), ==, 2);
      g_assert_cmpint (tropea_batch_get_end_ms (&second), <=, TROPEA_RECORD_MAX_INTEGER);
      if (jumps_ms[i] == 0)
        g_assert_cmpint (second.started_ms, ==, START_MS + 1500);
      if (jumps_ms[i] == 3600000)
        g_assert_cmpint (second.started_ms, ==, START_MS + 1500 + 3600000);
    }
}

static void
test_never_starts_before_the_last_end (void)
{
  g_autoptr(TropeaBatcher) batcher = new_batcher ();
  const TropeaBatch empty = { .source = TROPEA_SOURCE_TOR_CLIENT };

  tropea_batcher_restore (batcher, &empty, START_MS + 10);
  tropea_batcher_set_last_end (batcher, START_MS);
  tropea_batcher_add (batcher, 1, 0, SECOND, START_MS + 1000);
  g_assert_cmpint (tropea_batcher_get_batch (batcher)->started_ms, ==, START_MS + 10);
}

static void
test_restores_an_open_batch (void)
{
  g_autoptr(TropeaBatcher) batcher = new_batcher ();
  const TropeaBatch saved = {
    .source = TROPEA_SOURCE_TOR_CLIENT, .started_ms = START_MS, .elapsed_usec = 29 * SECOND,
    .bytes_in = 60000, .bytes_out = 39999,
  };

  tropea_batcher_restore (batcher, &saved, START_MS);
  g_assert_false (tropea_batcher_is_ready (batcher));
  g_assert_true (tropea_batcher_add (batcher, 1, 0, SECOND, START_MS + 30000));
  g_assert_cmpint (tropea_batcher_get_batch (batcher)->started_ms, ==, START_MS);
}

static void
test_carries_the_bytes_of_a_broken_second (void)
{
  g_autoptr(TropeaBatcher) batcher = new_batcher ();
  const TropeaBatch *batch = tropea_batcher_get_batch (batcher);

  tropea_batcher_add (batcher, 3, 4, SECOND - 1, START_MS);
  tropea_batcher_carry (batcher);
  g_assert_cmpint (batch->started_ms, ==, 0);
  g_assert_cmpint (batch->elapsed_usec, ==, 0);
  g_assert_cmpint (tropea_batch_get_bytes (batch), ==, 7);

  tropea_batcher_add (batcher, 0, 0, SECOND, START_MS + 5000);
  g_assert_cmpint (batch->started_ms, ==, 0);
  tropea_batcher_add (batcher, 0, 1, SECOND, START_MS + 9000);
  g_assert_cmpint (batch->started_ms, ==, START_MS + 8000);
  g_assert_cmpint (batch->elapsed_usec, ==, SECOND);
  g_assert_cmpint (tropea_batch_get_bytes (batch), ==, 8);
}

static void
test_sums_stop_at_what_a_record_can_say (void)
{
  g_autoptr(TropeaBatcher) batcher = new_batcher ();
  const TropeaBatch *batch = tropea_batcher_get_batch (batcher);

  tropea_batcher_add (batcher, 1, 1, G_MININT64, G_MININT64);
  g_assert_cmpint (batch->started_ms, ==, 1);
  g_assert_cmpint (batch->elapsed_usec, ==, 0);
  for (int i = 0; i < 3; i++)
    g_assert_true (tropea_batcher_add (batcher, G_MAXUINT64, G_MAXUINT64, G_MAXINT64, G_MAXINT64));
  g_assert_cmpint (tropea_batch_get_bytes (batch), ==, TROPEA_RECORD_MAX_INTEGER);
  g_assert_cmpint (batch->bytes_out, ==, 1);
  g_assert_cmpint (tropea_batch_get_duration_s (batch), ==, TROPEA_THRESHOLDS_SECONDS_LIMIT);
}

static void
test_new_thresholds_hold_for_the_open_batch (void)
{
  const TropeaThresholds low = { 10, 2, 3 };
  g_autoptr(TropeaBatcher) batcher = new_batcher ();

  g_assert_false (tropea_batcher_add (batcher, 10, 0, 2 * SECOND, START_MS));
  tropea_batcher_set_thresholds (batcher, &low);
  g_assert_true (tropea_batcher_is_ready (batcher));
}

typedef struct
{
  TropeaThresholds  thresholds;
  const char       *wrong;       /* (nullable): the field that the sentence names */
} Check;

static const Check checks[] = {
  { { 100000, 30, 600 }, NULL },
  { { 1, 1, 1 }, NULL },
  { { TROPEA_RECORD_MAX_INTEGER, 86400, 86400 }, NULL },
  { { 0, 30, 600 }, "min_bytes" },
  { { -1, 30, 600 }, "min_bytes" },
  { { TROPEA_RECORD_MAX_INTEGER + 1, 30, 600 }, "min_bytes" },
  { { 1, 0, 600 }, "min_seconds" },
  { { 1, 601, 600 }, "min_seconds" },
  { { 1, 1, 0 }, "max_seconds" },
  { { 1, 1, 86401 }, "max_seconds" },
  { { 1, G_MAXINT64, G_MAXINT64 }, "max_seconds" },
};

static void
test_checks_name_the_field (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (checks); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_cmpint (tropea_thresholds_check (&checks[i].thresholds, &error), ==,
                       checks[i].wrong == NULL);
      if (checks[i].wrong == NULL)
        {
          g_assert_no_error (error);
          continue;
        }

      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
      g_assert_true (g_str_has_prefix (error->message, checks[i].wrong));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/batcher/exact-at-every-edge", test_exact_at_every_edge);
  g_test_add_func ("/batcher/opens-with-the-first-byte", test_opens_with_the_first_byte);
  g_test_add_func ("/batcher/cut-gives-all-and-begins-anew", test_cut_gives_all_and_begins_anew);
  g_test_add_func ("/batcher/clock-changes-neither-lengthen-nor-overlap",
                   test_clock_changes_neither_lengthen_nor_overlap);
  g_test_add_func ("/batcher/never-starts-before-the-last-end",
                   test_never_starts_before_the_last_end);
  g_test_add_func ("/batcher/restores-an-open-batch", test_restores_an_open_batch);
  g_test_add_func ("/batcher/carries-the-bytes-of-a-broken-second",
                   test_carries_the_bytes_of_a_broken_second);
  g_test_add_func ("/batcher/sums-stop-at-what-a-record-can-say",
                   test_sums_stop_at_what_a_record_can_say);
  g_test_add_func ("/batcher/new-thresholds-hold-for-the-open-batch",
                   test_new_thresholds_hold_for_the_open_batch);
  g_test_add_func ("/batcher/checks-name-the-field", test_checks_name_the_field);

  return g_test_run ();
}
