/* test-store-traffic.c: the history of rates survives, exact and no larger than its ranges
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "session/tropea-store-traffic.h"

#include "test-wait.h"

#include <glib/gstdio.h>

#define START_S G_GINT64_CONSTANT (1700006400)
#define WAIT_S 20

typedef struct
{
  char        *dir;
  char        *path;
  TropeaStore *store;
} Fixture;

static void
open_store (Fixture *fixture)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  tropea_store_open_async (fixture->path, NULL, test_keep_result, &result);
  test_wait_until (result != NULL, WAIT_S);
  fixture->store = tropea_store_open_finish (result, &error);
  g_assert_no_error (error);
}

static void
close_store (Fixture *fixture)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  tropea_store_close_async (fixture->store, test_keep_result, &result);
  test_wait_until (result != NULL, WAIT_S);
  tropea_store_close_finish (fixture->store, result, &error);
  g_assert_no_error (error);
  g_clear_object (&result);
  g_assert_finalize_object (g_steal_pointer (&fixture->store));
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->dir = g_dir_make_tmp ("tropea-traffic-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->dir, "sessions.db", NULL);
  open_store (fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  close_store (fixture);
  g_assert_cmpint (g_unlink (fixture->path), ==, 0);
  g_assert_cmpint (g_rmdir (fixture->dir), ==, 0);
  g_free (fixture->path);
  g_free (fixture->dir);
}

static gboolean
save (Fixture  *fixture,
      GArray   *buckets,
      gint64    now_s,
      GError  **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  tropea_store_save_traffic_async (fixture->store, buckets, now_s, test_keep_result, &result);
  test_wait_until (result != NULL, WAIT_S);

  return tropea_store_save_traffic_finish (fixture->store, result, error);
}

static GArray *
load (Fixture *fixture)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  GArray *buckets = NULL;

  tropea_store_load_traffic_async (fixture->store, test_keep_result, &result);
  test_wait_until (result != NULL, WAIT_S);
  buckets = tropea_store_load_traffic_finish (fixture->store, result, &error);
  g_assert_no_error (error);

  return buckets;
}

/* Every step of every range up to @now_s, with @bytes in each. */
static GArray *
make_full (gint64  now_s,
           guint64 bytes)
{
  GArray *buckets = g_array_new (FALSE, FALSE, sizeof (TropeaRateBucket));

  for (guint i = TROPEA_RATE_RANGE_HOUR; i < TROPEA_N_RATE_RANGES; i++)
    {
      gint64 step_s = tropea_rate_range_get_step_s ((TropeaRateRange) i);

      for (guint j = 0; j < tropea_rate_range_get_n_steps ((TropeaRateRange) i); j++)
        {
          TropeaRateBucket bucket = { step_s, now_s - now_s % step_s - j * step_s, bytes, j, 5 };

          g_array_append_val (buckets, bucket);
        }
    }

  return buckets;
}

static void
test_survives (Fixture       *fixture,
               gconstpointer  data)
{
  static const TropeaRateBucket buckets[] = {
    { 10, START_S, 5, G_MAXINT64, 10000000 },
    { 300, START_S, G_MAXUINT64, 7, 1 },
    { 7200, START_S, 0, 0, 42 },
  };
  g_autoptr(GArray) saved = g_array_new (FALSE, FALSE, sizeof (TropeaRateBucket));
  g_autoptr(GArray) loaded = load (fixture);
  g_autoptr(GError) error = NULL;

  g_assert_cmpuint (loaded->len, ==, 0);
  g_clear_pointer (&loaded, g_array_unref);

  g_array_append_vals (saved, buckets, G_N_ELEMENTS (buckets));
  g_assert_true (save (fixture, saved, START_S + 9, &error));
  g_array_index (saved, TropeaRateBucket, 0).bytes_in = 6;
  g_array_set_size (saved, 1);
  g_assert_true (save (fixture, saved, START_S + 9, &error));
  close_store (fixture);

  open_store (fixture);
  loaded = load (fixture);
  g_assert_cmpuint (loaded->len, ==, 3);
  g_assert_cmpuint (g_array_index (loaded, TropeaRateBucket, 0).bytes_in, ==, 6);
  g_assert_cmpuint (g_array_index (loaded, TropeaRateBucket, 0).bytes_out, ==, G_MAXINT64);
  g_assert_cmpuint (g_array_index (loaded, TropeaRateBucket, 1).bytes_in, ==, G_MAXINT64);
  g_assert_cmpint (g_array_index (loaded, TropeaRateBucket, 1).start_s, ==, START_S);
  g_assert_cmpint (g_array_index (loaded, TropeaRateBucket, 2).step_s, ==, 7200);
  g_assert_cmpint (g_array_index (loaded, TropeaRateBucket, 2).covered_usec, ==, 42);
}

static void
test_bounded (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(GArray) first = make_full (START_S, 1);
  g_autoptr(GArray) second = make_full (START_S + 15 * 24 * 3600, 2);
  g_autoptr(GArray) loaded = NULL;
  g_autoptr(GError) error = NULL;
  guint n_kept = 0;

  g_assert_true (save (fixture, first, START_S, &error));
  g_assert_true (save (fixture, second, START_S + 15 * 24 * 3600, &error));
  loaded = load (fixture);
  g_assert_cmpuint (loaded->len, ==, 360 + 288 + 360);
  for (guint i = 0; i < loaded->len; i++)
    n_kept += g_array_index (loaded, TropeaRateBucket, i).bytes_in == 2;
  g_assert_cmpuint (n_kept, ==, 360 + 288 + 360);
}

static void
test_clock_went_back (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr(GArray) first = make_full (START_S, 1);
  g_autoptr(GArray) none = g_array_new (FALSE, FALSE, sizeof (TropeaRateBucket));
  g_autoptr(GArray) loaded = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_true (save (fixture, first, START_S, &error));
  g_assert_true (save (fixture, none, START_S - 1800, &error));
  loaded = load (fixture);
  for (guint i = 0; i < loaded->len; i++)
    g_assert_cmpint (g_array_index (loaded, TropeaRateBucket, i).start_s, <=, START_S - 1800);
  g_assert_cmpuint (loaded->len, ==, 180 + 282 + 359);
}

/* Nothing of a save that fails in its middle is there. */
static void
test_whole_or_not (Fixture       *fixture,
                   gconstpointer  data)
{
  static const TropeaRateBucket buckets[] = {
    { 10, START_S, 5, 5, 5 },
    { 10, START_S + 1, 5, 5, 5 },
  };
  g_autoptr(GArray) saved = g_array_new (FALSE, FALSE, sizeof (TropeaRateBucket));
  g_autoptr(GArray) loaded = NULL;
  g_autoptr(GError) error = NULL;

  g_array_append_vals (saved, buckets, G_N_ELEMENTS (buckets));
  g_assert_false (save (fixture, saved, START_S + 9, &error));
  g_assert_nonnull (error);
  loaded = load (fixture);
  g_assert_cmpuint (loaded->len, ==, 0);

  /* And the file can be used. */
  g_array_set_size (saved, 1);
  g_clear_error (&error);
  g_assert_true (save (fixture, saved, START_S + 9, &error));
}

static void
add (const char *path,
     void      (*test) (Fixture       *fixture,
                        gconstpointer  data))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  add ("/store-traffic/survives-exactly", test_survives);
  add ("/store-traffic/has-no-more-rows-than-its-ranges", test_bounded);
  add ("/store-traffic/nothing-stays-in-the-future", test_clock_went_back);
  add ("/store-traffic/a-save-is-whole-or-not-at-all", test_whole_or_not);

  return g_test_run ();
}
