/* test-recorder.c: every metered byte ends in exactly one session, through crashes and full disks
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "base/tropea-secret.h"
#include "session/tropea-recorder.h"
#include "test-wait.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#define START_MS G_GINT64_CONSTANT (1700000000000)
#define SECOND G_GINT64_CONSTANT (1000000)
#define TOR TROPEA_SOURCE_TOR_CLIENT
#define SIMULATION TROPEA_SOURCE_SIMULATION
#define WAIT_S 20

typedef struct
{
  char           *dir;
  char           *path;
  TropeaStore    *store;
  TropeaHostHash *host_hash;
  TropeaRecorder *recorder;
  guint           n_cut;
  guint           n_failed;
  guint           n_bytes_notified;
} Fixture;

static GAsyncResult *
wait_result (GAsyncResult **result)
{
  test_wait_until (*result != NULL, WAIT_S);

  return *result;
}

static void
session_cut_cb (TropeaRecorder *recorder,
                TropeaSession  *session,
                gpointer        user_data)
{
  ((Fixture *) user_data)->n_cut++;
}

static void
failed_cb (TropeaRecorder *recorder,
           const GError   *error,
           gpointer        user_data)
{
  g_assert_nonnull (error);
  ((Fixture *) user_data)->n_failed++;
}

static void
notify_cb (TropeaRecorder *recorder,
           GParamSpec     *pspec,
           gpointer        user_data)
{
  ((Fixture *) user_data)->n_bytes_notified++;
}

static void
start (Fixture *fixture)
{
  const TropeaThresholds thresholds = TROPEA_THRESHOLDS_DEFAULT;
  g_autoptr(GAsyncResult) opened = NULL;
  g_autoptr(GAsyncResult) made = NULL;
  g_autoptr(GError) error = NULL;

  tropea_store_open_async (fixture->path, NULL, test_keep_result, &opened);
  fixture->store = tropea_store_open_finish (wait_result (&opened), &error);
  g_assert_no_error (error);
  tropea_recorder_new_async (fixture->store, fixture->host_hash, &thresholds, test_keep_result,
                             &made);
  fixture->recorder = tropea_recorder_new_finish (wait_result (&made), &error);
  g_assert_no_error (error);
  g_signal_connect (fixture->recorder, "session-cut", G_CALLBACK (session_cut_cb), fixture);
  g_signal_connect (fixture->recorder, "failed", G_CALLBACK (failed_cb), fixture);
  g_signal_connect (fixture->recorder, "notify::accumulated-bytes", G_CALLBACK (notify_cb),
                    fixture);
}

static gboolean
flush (Fixture  *fixture,
       GError  **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  tropea_recorder_flush_async (fixture->recorder, test_keep_result, &result);

  return tropea_recorder_flush_finish (fixture->recorder, wait_result (&result), error);
}

static void
flush_all (Fixture *fixture)
{
  g_autoptr(GError) error = NULL;

  flush (fixture, &error);
  g_assert_no_error (error);
}

/* Wait for what was asked of the store, and for nothing that the recorder would do later. */
static TropeaBatch
saved_batch (Fixture      *fixture,
             TropeaSource  source)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  TropeaBatch batch = { 0 };
  gint64 last_end_ms = 0;

  tropea_store_load_batch_async (fixture->store, source, NULL, test_keep_result, &result);
  tropea_store_load_batch_finish (fixture->store, wait_result (&result), &batch, &last_end_ms,
                                  &error);
  g_assert_no_error (error);

  return batch;
}

static GPtrArray *
list_sessions (Fixture *fixture)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  GPtrArray *sessions = NULL;

  tropea_store_list_waiting_async (fixture->store, 0, 1000, NULL, test_keep_result, &result);
  sessions = tropea_store_list_finish (fixture->store, wait_result (&result), &error);
  g_assert_no_error (error);

  return sessions;
}

/* The recorder goes without a word, as in a crash; what the store was given is on disk. */
static void
crash (Fixture *fixture)
{
  g_autoptr(GAsyncResult) result = NULL;

  tropea_store_close_async (fixture->store, test_keep_result, &result);
  wait_result (&result);
  g_clear_object (&result);
  g_assert_finalize_object (g_steal_pointer (&fixture->recorder));
  g_assert_finalize_object (g_steal_pointer (&fixture->store));
}

static void
set_up (Fixture       *fixture,
        gconstpointer  user_data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *secret_path = NULL;

  fixture->dir = g_dir_make_tmp ("tropea-recorder-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->dir, "sessions.sqlite", NULL);
  secret_path = g_build_filename (fixture->dir, "host-secret", NULL);
  fixture->host_hash = tropea_host_hash_new (secret_path);
  start (fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  user_data)
{
  g_autofree char *secret_path = g_build_filename (fixture->dir, "host-secret", NULL);

  crash (fixture);
  g_assert_finalize_object (g_steal_pointer (&fixture->host_hash));
  g_unlink (fixture->path);
  g_unlink (secret_path);
  g_assert_cmpint (g_rmdir (fixture->dir), ==, 0);
  g_clear_pointer (&fixture->dir, g_free);
  g_clear_pointer (&fixture->path, g_free);
}

static void
add_seconds (Fixture      *fixture,
             TropeaSource  source,
             int           from_s,
             int           n,
             guint64       bytes)
{
  for (int i = from_s; i < from_s + n; i++)
    tropea_recorder_add (fixture->recorder, source, bytes, 0, SECOND, 0, START_MS + i * 1000);
}

static void
check_session (GPtrArray    *sessions,
               guint         index,
               TropeaSource  source,
               gint64        start_s,
               gint64        duration_s,
               gint64        bytes)
{
  const TropeaRecord *record = NULL;

  g_assert_cmpuint (index, <, sessions->len);
  record = tropea_session_get_record (sessions->pdata[index]);
  g_assert_cmpint (record->source, ==, source);
  g_assert_cmpint (record->timestamp_ms, ==, START_MS + start_s * 1000);
  g_assert_cmpint (record->duration_s, ==, duration_s);
  g_assert_cmpint (record->bytes, ==, bytes);
  g_assert_true (g_uuid_string_is_valid (record->session_id));
  g_assert_cmpint (record->session_id[14], ==, '4');
  g_assert_cmpuint (strlen (record->ip_hash), ==, 64);
}

static void
test_cuts_a_ready_batch_at_once (Fixture       *fixture,
                                 gconstpointer  user_data)
{
  g_autoptr(GPtrArray) sessions = NULL;
  guint8 zeros[TROPEA_RECORD_SIGNATURE_BYTES] = { 0 };

  add_seconds (fixture, TOR, 1, 29, 10000);
  g_assert_cmpint (tropea_recorder_get_accumulated_bytes (fixture->recorder), ==, 290000);
  g_assert_cmpint (tropea_recorder_get_accumulated_seconds (fixture->recorder), ==, 29);
  g_assert_cmpuint (fixture->n_bytes_notified, ==, 29);
  add_seconds (fixture, TOR, 30, 1, 10000);
  g_assert_cmpint (tropea_recorder_get_accumulated_bytes (fixture->recorder), ==, 0);
  g_assert_cmpint (tropea_recorder_get_accumulated_seconds (fixture->recorder), ==, 0);
  test_wait_until (fixture->n_cut == 1, WAIT_S);

  sessions = list_sessions (fixture);
  g_assert_cmpuint (sessions->len, ==, 1);
  check_session (sessions, 0, TOR, 0, 30, 300000);
  g_assert_cmpmem (tropea_session_get_record (sessions->pdata[0])->client_pub, 32, zeros, 32);
  g_assert_cmpmem (tropea_session_get_record (sessions->pdata[0])->signature, 64, zeros, 64);
  g_assert_cmpint (saved_batch (fixture, TOR).bytes_in, ==, 0);
}

static void
test_saves_every_five_seconds (Fixture       *fixture,
                               gconstpointer  user_data)
{
  add_seconds (fixture, TOR, 1, 4, 1);
  g_assert_cmpint (saved_batch (fixture, TOR).bytes_in, ==, 0);
  add_seconds (fixture, TOR, 5, 1, 1);
  g_assert_cmpint (saved_batch (fixture, TOR).elapsed_usec, ==, 5 * SECOND);
  add_seconds (fixture, TOR, 6, 4, 1);
  g_assert_cmpint (saved_batch (fixture, TOR).elapsed_usec, ==, 5 * SECOND);
  add_seconds (fixture, TOR, 10, 1, 1);
  g_assert_cmpint (saved_batch (fixture, TOR).elapsed_usec, ==, 10 * SECOND);
}

static void
test_flush_saves_what_is_open (Fixture       *fixture,
                               gconstpointer  user_data)
{
  add_seconds (fixture, TOR, 1, 1, 7);
  flush_all (fixture);
  g_assert_cmpint (saved_batch (fixture, TOR).bytes_in, ==, 7);
  flush_all (fixture);
}

static void
test_a_crash_ends_the_session_where_it_was_saved (Fixture       *fixture,
                                                  gconstpointer  user_data)
{
  g_autoptr(GPtrArray) sessions = NULL;

  add_seconds (fixture, TOR, 1, 8, 100);
  saved_batch (fixture, TOR);
  crash (fixture);
  start (fixture);
  add_seconds (fixture, TOR, 4, 30, 10000);
  flush_all (fixture);

  sessions = list_sessions (fixture);
  g_assert_cmpuint (sessions->len, ==, 2);
  check_session (sessions, 0, TOR, 0, 5, 500);
  check_session (sessions, 1, TOR, 5, 30, 300000);
}

static void
test_a_gap_cuts_below_the_thresholds (Fixture       *fixture,
                                      gconstpointer  user_data)
{
  g_autoptr(GPtrArray) sessions = NULL;

  add_seconds (fixture, TOR, 1, 2, 5);
  tropea_recorder_add (fixture->recorder, TOR, 1, 0, SECOND / 2, 0, START_MS + 2500);
  tropea_recorder_close_batch (fixture->recorder, TOR);
  tropea_recorder_close_batch (fixture->recorder, TOR);
  add_seconds (fixture, TOR, 101, 1, 5);
  g_assert_cmpint (tropea_recorder_get_accumulated_bytes (fixture->recorder), ==, 5);
  tropea_recorder_close_batch (fixture->recorder, TOR);
  flush_all (fixture);

  sessions = list_sessions (fixture);
  g_assert_cmpuint (sessions->len, ==, 2);
  check_session (sessions, 0, TOR, 0, 2, 11);
  check_session (sessions, 1, TOR, 100, 1, 5);
}

/* Less than a second before a gap: its bytes reach the next session, also over a restart. */
static void
test_a_gap_loses_no_byte (Fixture       *fixture,
                          gconstpointer  user_data)
{
  g_autoptr(GPtrArray) sessions = NULL;

  tropea_recorder_add (fixture->recorder, TOR, 3, 4, SECOND - 1, 0, START_MS);
  tropea_recorder_close_batch (fixture->recorder, TOR);
  saved_batch (fixture, TOR);
  crash (fixture);
  start (fixture);
  add_seconds (fixture, SIMULATION, 31, 1, 50);
  add_seconds (fixture, TOR, 61, 2, 10);
  tropea_recorder_close_batch (fixture->recorder, TOR);
  flush_all (fixture);

  sessions = list_sessions (fixture);
  g_assert_cmpuint (sessions->len, ==, 2);
  check_session (sessions, 0, SIMULATION, 30, 1, 50);
  check_session (sessions, 1, TOR, 60, 2, 27);
}

/* The other source is a gap; and however the wall clock is set, no windows overlap. */
static void
test_sources_take_turns_without_overlap (Fixture       *fixture,
                                         gconstpointer  user_data)
{
  g_autoptr(GPtrArray) sessions = NULL;

  add_seconds (fixture, TOR, 1, 10, 5);
  add_seconds (fixture, SIMULATION, 5, 3, 6);
  add_seconds (fixture, TOR, 2, 2, 7);
  tropea_recorder_close_batch (fixture->recorder, TOR);
  flush_all (fixture);

  sessions = list_sessions (fixture);
  g_assert_cmpuint (sessions->len, ==, 3);
  check_session (sessions, 0, TOR, 0, 10, 50);
  check_session (sessions, 1, SIMULATION, 10, 3, 18);
  check_session (sessions, 2, TOR, 13, 2, 14);
}

/* What is metered across a silence or a suspend is counted, but the time of it is nobody's. */
static void
test_a_long_sample_is_a_gap (Fixture       *fixture,
                             gconstpointer  user_data)
{
  static const struct
  {
    gint64 interval_usec;
    gint64 asleep_usec;
    guint  n_sessions;
  } rows[] = {
    { SECOND, 0, 1 },
    { 5 * SECOND, 0, 1 },
    { 5 * SECOND + 1, 0, 2 },
    { 10 * SECOND, 0, 2 },
    { SECOND, 60 * SECOND, 1 },
    { SECOND, 60 * SECOND + 1, 2 },
    { SECOND, 9000 * SECOND, 2 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GPtrArray) sessions = NULL;
      gint64 at_ms = START_MS + (gint64) i * 100000000;
      gint64 gap_ms = (rows[i].interval_usec + rows[i].asleep_usec) / 1000;

      tropea_recorder_add (fixture->recorder, TOR, 5, 0, SECOND, 0, at_ms);
      tropea_recorder_add (fixture->recorder, TOR, 5, 0, SECOND, 0, at_ms + 1000);
      tropea_recorder_add (fixture->recorder, TOR, 70, 0, rows[i].interval_usec,
                           rows[i].asleep_usec, at_ms + 1000 + gap_ms);
      g_assert_cmpint (tropea_recorder_get_accumulated_bytes (fixture->recorder), ==,
                       rows[i].n_sessions == 1 ? 80 : 70);
      g_assert_cmpint (tropea_recorder_get_accumulated_seconds (fixture->recorder), ==,
                       rows[i].n_sessions == 1 ? 2 + rows[i].interval_usec / SECOND : 1);
      tropea_recorder_close_batch (fixture->recorder, TOR);
      flush_all (fixture);

      sessions = list_sessions (fixture);
      if (rows[i].n_sessions == 2)
        {
          gint64 end_s = (at_ms - START_MS + 1000 + gap_ms) / 1000;

          check_session (sessions, sessions->len - 2, TOR, (at_ms - START_MS) / 1000 - 1, 2, 10);
          check_session (sessions, sessions->len - 1, TOR, end_s - 1, 1, 70);
        }
      crash (fixture);
      g_unlink (fixture->path);
      start (fixture);
    }
}

/* Hours forward and hours back: the seconds are those that were measured, the start is not
 * before the end of the session before.
 */
static void
test_a_set_wall_clock_changes_no_second (Fixture       *fixture,
                                         gconstpointer  user_data)
{
  static const gint64 jumps_s[] = { 5 * 3600, -5 * 3600, 20 * 86400, -20 * 86400 };

  for (gsize i = 0; i < G_N_ELEMENTS (jumps_s); i++)
    {
      g_autoptr(GPtrArray) sessions = NULL;
      gint64 behind_s = MAX (jumps_s[i] + 9, 10);

      add_seconds (fixture, TOR, 1, 5, 10);
      add_seconds (fixture, TOR, (int) (jumps_s[i] + 6), 5, 10);
      tropea_recorder_close_batch (fixture->recorder, TOR);
      add_seconds (fixture, TOR, (int) (jumps_s[i] + 10), 3, 10);
      tropea_recorder_close_batch (fixture->recorder, TOR);
      flush_all (fixture);

      sessions = list_sessions (fixture);
      g_assert_cmpuint (sessions->len, ==, 2);
      check_session (sessions, 0, TOR, 0, 10, 100);
      check_session (sessions, 1, TOR, behind_s, 3, 30);
      crash (fixture);
      g_unlink (fixture->path);
      start (fixture);
    }
}

static void
test_cut_now_needs_a_second_and_a_byte (Fixture       *fixture,
                                        gconstpointer  user_data)
{
  g_assert_false (tropea_recorder_cut_now (fixture->recorder, TOR));
  tropea_recorder_add (fixture->recorder, TOR, 0, 0, SECOND, 0, START_MS);
  g_assert_false (tropea_recorder_cut_now (fixture->recorder, TOR));
  tropea_recorder_add (fixture->recorder, TOR, 9, 0, SECOND - 1, 0, START_MS + 1000);
  g_assert_false (tropea_recorder_cut_now (fixture->recorder, TOR));
  g_assert_cmpint (tropea_recorder_get_accumulated_bytes (fixture->recorder), ==, 9);
  tropea_recorder_add (fixture->recorder, TOR, 0, 0, 1, 0, START_MS + 1001);
  g_assert_true (tropea_recorder_cut_now (fixture->recorder, TOR));
  test_wait_until (fixture->n_cut == 1, WAIT_S);
}

static void
test_new_thresholds_hold_at_once (Fixture       *fixture,
                                  gconstpointer  user_data)
{
  const TropeaThresholds low = { 10, 2, 3 };

  add_seconds (fixture, TOR, 1, 2, 5);
  tropea_recorder_set_thresholds (fixture->recorder, &low);
  g_assert_cmpint (tropea_recorder_get_thresholds (fixture->recorder).max_seconds, ==, 3);
  test_wait_until (fixture->n_cut == 1, WAIT_S);
}

static void
set_file_limit (rlim_t limit)
{
  struct rlimit value = { 0 };

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &value), ==, 0);
  value.rlim_cur = MIN (limit, value.rlim_max);
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &value), ==, 0);
}

/* The disk takes nothing for 70 s; two sessions become ready. When it has room again, both are
 * there once, in order, with all bytes. */
static void
test_a_full_disk_delays_and_loses_nothing (Fixture       *fixture,
                                           gconstpointer  user_data)
{
  g_autoptr(GPtrArray) sessions = NULL;
  g_autoptr(GError) full = NULL;

  add_seconds (fixture, TOR, 1, 5, 10000);
  saved_batch (fixture, TOR);
  set_file_limit (4096);
  for (int i = 6; i <= 70; i++)
    {
      guint n_failed = fixture->n_failed;

      add_seconds (fixture, TOR, i, 1, 10000);
      if (i >= 30)
        test_wait_until (fixture->n_failed > n_failed, WAIT_S);
    }
  g_assert_false (flush (fixture, &full));
  g_assert_nonnull (full);
  g_assert_cmpuint (fixture->n_cut, ==, 0);
  g_assert_cmpint (saved_batch (fixture, TOR).bytes_in, ==, 50000);

  set_file_limit (RLIM_INFINITY);
  add_seconds (fixture, TOR, 71, 1, 10000);
  flush_all (fixture);
  g_assert_cmpuint (fixture->n_cut, ==, 2);
  sessions = list_sessions (fixture);
  g_assert_cmpuint (sessions->len, ==, 2);
  check_session (sessions, 0, TOR, 0, 30, 300000);
  check_session (sessions, 1, TOR, 30, 30, 300000);
  g_assert_cmpint (saved_batch (fixture, TOR).bytes_in, ==, 110000);
}

static void
add (const char *name,
     void      (*test) (Fixture       *fixture,
                        gconstpointer  user_data))
{
  g_test_add (name, Fixture, NULL, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_assert_true (tropea_secret_init (NULL));

  add ("/recorder/cuts-a-ready-batch-at-once", test_cuts_a_ready_batch_at_once);
  add ("/recorder/saves-every-five-seconds", test_saves_every_five_seconds);
  add ("/recorder/flush-saves-what-is-open", test_flush_saves_what_is_open);
  add ("/recorder/a-crash-ends-the-session-where-it-was-saved",
       test_a_crash_ends_the_session_where_it_was_saved);
  add ("/recorder/a-gap-cuts-below-the-thresholds", test_a_gap_cuts_below_the_thresholds);
  add ("/recorder/a-gap-loses-no-byte", test_a_gap_loses_no_byte);
  add ("/recorder/sources-take-turns-without-overlap", test_sources_take_turns_without_overlap);
  add ("/recorder/a-long-sample-is-a-gap", test_a_long_sample_is_a_gap);
  add ("/recorder/a-set-wall-clock-changes-no-second",
       test_a_set_wall_clock_changes_no_second);
  add ("/recorder/cut-now-needs-a-second-and-a-byte", test_cut_now_needs_a_second_and_a_byte);
  add ("/recorder/new-thresholds-hold-at-once", test_new_thresholds_hold_at_once);
  add ("/recorder/a-full-disk-delays-and-loses-nothing",
       test_a_full_disk_delays_and_loses_nothing);

  return g_test_run ();
}
