/* test-host.c: the chain from the simulator to credits, with the real store and ledger
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "host-fixture.h"

#include <signal.h>
#include <string.h>

/* What the properties say is what the list of sessions adds up to. */
static void
assert_adds_up (Fixture *fixture)
{
  g_autoptr(GPtrArray) sessions = NULL;
  gint64 credits_micro = 0;
  gint64 n_credited = 0;
  gint64 n_before = 0;

  /* A session may be credited while the list is read: then once more. */
  do
    {
      g_clear_pointer (&sessions, g_ptr_array_unref);
      n_before = fixture_get_int64 (fixture, "submitted-sessions");
      sessions = fixture_list_sessions (fixture);
    }
  while (n_before != fixture_get_int64 (fixture, "submitted-sessions"));

  for (guint i = 0; i < sessions->len; i++)
    {
      TropeaSession *session = g_ptr_array_index (sessions, i);
      const TropeaRecord *record = tropea_session_get_record (session);

      g_assert_cmpint (record->source, ==, TROPEA_SOURCE_SIMULATION);
      if (tropea_session_get_state (session) != TROPEA_SESSION_STATE_CREDITED)
        continue;

      n_credited++;
      credits_micro += tropea_credit_compute_micro (record->duration_s, record->bytes);
    }

  g_assert_cmpint (fixture_get_int64 (fixture, "submitted-sessions"), ==, n_credited);
  g_assert_cmpint (fixture_get_int64 (fixture, "simulated-credits-micro"), ==, credits_micro);
  g_assert_cmpint (fixture_get_int64 (fixture, "total-credits-micro"), ==, 0);
}

static void
test_credited (Fixture       *fixture,
               gconstpointer  data)
{
  gboolean is_simulating = FALSE;
  gint64 credits_micro = 0;

  fixture_open (fixture);
  fixture_simulate (fixture);
  g_object_get (fixture->host, "is-simulating", &is_simulating, NULL);
  g_assert_true (is_simulating);

  test_wait_until (fixture->n_credited >= 2, PATIENCE_SECONDS);
  assert_adds_up (fixture);

  /* What was metered until the stop is in sessions, to the byte. */
  fixture_stop (fixture);
  g_assert_cmpint (fixture->cut_bytes, ==,
                   (gint64) fixture_get_uint64 (fixture, "total-bytes"));
  g_object_get (fixture->host, "is-simulating", &is_simulating, NULL);
  g_assert_false (is_simulating);
  test_wait_until (fixture->n_credited == fixture->n_cut, PATIENCE_SECONDS);
  assert_adds_up (fixture);
  credits_micro = fixture_get_int64 (fixture, "simulated-credits-micro");
  fixture_close (fixture);

  /* It is all there again at the next start. */
  fixture_open (fixture);
  assert_adds_up (fixture);
  g_assert_cmpint (fixture_get_int64 (fixture, "simulated-credits-micro"), ==, credits_micro);
  g_assert_cmpuint (fixture->n_refused, ==, 0);
  g_assert_cmpuint (fixture->n_errors, ==, 0);
}

/* The last session is cut by the close itself, and may still be delivered by it. */
static void
test_close_delivers (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr(GPtrArray) sessions = NULL;
  gint64 bytes = 0;

  fixture->options->thresholds = (TropeaThresholds) { 100000000, 600, 600 };
  fixture_open (fixture);
  fixture_simulate (fixture);
  test_wait_until (fixture_get_int64 (fixture, "accumulated-bytes") > 0, PATIENCE_SECONDS);
  test_wait_until (tropea_embedded_ledger_get_is_ready (fixture->host->ledger), PATIENCE_SECONDS);
  bytes = (gint64) fixture_get_uint64 (fixture, "total-bytes");
  g_assert_cmpint (fixture_get_int64 (fixture, "accumulated-bytes"), ==, bytes);
  g_assert_cmpuint (fixture->n_cut, ==, 0);
  fixture_close (fixture);
  g_assert_cmpuint (fixture->n_cut, ==, 1);
  g_assert_cmpint (fixture->cut_bytes, ==, bytes);
  g_assert_cmpuint (fixture->n_credited, ==, 1);

  fixture_open (fixture);
  sessions = fixture_list_sessions (fixture);
  g_assert_cmpuint (sessions->len, ==, 1);
  assert_adds_up (fixture);
}

static void
test_monitoring_off (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr(GListModel) activity = NULL;
  gint64 bytes = 0;
  guint n_samples = 0;

  fixture->options->thresholds = (TropeaThresholds) { 100000000, 600, 600 };
  fixture_open (fixture);
  g_object_get (fixture->host, "activity", &activity, NULL);
  fixture_simulate (fixture);
  test_wait_until (fixture_get_int64 (fixture, "accumulated-bytes") > 0, PATIENCE_SECONDS);

  /* What was gathered is a session, also below the thresholds. */
  bytes = (gint64) fixture_get_uint64 (fixture, "total-bytes");
  tropea_host_set_monitoring (fixture->host, FALSE);
  test_wait_until (fixture->n_cut == 1, PATIENCE_SECONDS);
  g_assert_cmpint (fixture->cut_bytes, ==, bytes);
  g_assert_cmpint (fixture_get_int64 (fixture, "accumulated-bytes"), ==, 0);

  /* What comes now is shown, and no session is made of it. */
  n_samples = g_list_model_get_n_items (activity);
  test_wait_until (g_list_model_get_n_items (activity) > n_samples, PATIENCE_SECONDS);
  g_assert_cmpint (fixture_get_int64 (fixture, "accumulated-bytes"), ==, 0);
  g_assert_cmpint ((gint64) fixture_get_uint64 (fixture, "total-bytes"), >, bytes);

  bytes = (gint64) fixture_get_uint64 (fixture, "total-bytes");
  tropea_host_set_monitoring (fixture->host, TRUE);
  test_wait_until (fixture_get_int64 (fixture, "accumulated-bytes") > 0, PATIENCE_SECONDS);
  g_assert_cmpint (fixture_get_int64 (fixture, "accumulated-bytes"), ==,
                   (gint64) fixture_get_uint64 (fixture, "total-bytes") - bytes);
}

/* A real tor without network after a simulation: two sources, no session of both. */
static void
test_source_switch (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  TropeaTorState state;
  guint socks_port = 0;
  gint64 bytes = 0;

  fixture->options->thresholds = (TropeaThresholds) { 100000000, 600, 600 };
  fixture->options->torrc_append = g_build_filename (fixture->folder, "append", NULL);
  g_assert_true (g_file_set_contents (fixture->options->torrc_append, "DisableNetwork 1\n", -1,
                                      NULL));
  fixture_open (fixture);
  fixture_simulate (fixture);
  test_wait_until (fixture_get_int64 (fixture, "accumulated-bytes") > 0, PATIENCE_SECONDS);
  bytes = (gint64) fixture_get_uint64 (fixture, "total-bytes");
  fixture_stop (fixture);
  g_assert_cmpuint (fixture->n_cut, ==, 1);
  g_assert_cmpint (fixture->cut_bytes, ==, bytes);

  tropea_host_start_async (fixture->host, test_keep_result, &result);
  test_wait_until (result != NULL, PATIENCE_SECONDS);
  tropea_host_start_finish (fixture->host, result, &error);
  g_assert_no_error (error);
  g_object_get (fixture->host, "state", &state, "socks-port", &socks_port, NULL);
  g_assert_cmpint (state, ==, TROPEA_TOR_STATE_BOOTSTRAPPING);
  g_assert_cmpint ((gint64) fixture_get_uint64 (fixture, "total-bytes"), >=, bytes);
  fixture_stop (fixture);
  g_object_get (fixture->host, "state", &state, NULL);
  g_assert_cmpint (state, ==, TROPEA_TOR_STATE_STOPPED);
}

static void
test_one_at_a_time (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr(GAsyncResult) stop = NULL;
  g_autoptr(GAsyncResult) start = NULL;
  g_autoptr(GError) error = NULL;

  fixture_open (fixture);
  tropea_host_stop_async (fixture->host, test_keep_result, &stop);
  test_wait_until (stop != NULL, PATIENCE_SECONDS);
  g_assert_false (tropea_host_stop_finish (fixture->host, stop, &error));
  g_assert_error (error, TROPEA_HOST_ERROR, TROPEA_HOST_ERROR_BUSY);
  g_clear_error (&error);

  fixture_simulate (fixture);
  tropea_host_start_async (fixture->host, test_keep_result, &start);
  test_wait_until (start != NULL, PATIENCE_SECONDS);
  g_assert_false (tropea_host_start_finish (fixture->host, start, &error));
  g_assert_error (error, TROPEA_HOST_ERROR, TROPEA_HOST_ERROR_BUSY);
}

static void
test_second_host (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  fixture_open (fixture);
  g_assert_null (fixture_try_open (fixture, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_clear_error (&error);

  fixture_close (fixture);
  fixture_open (fixture);
}

static void
test_thresholds (Fixture       *fixture,
                 gconstpointer  data)
{
  const TropeaThresholds wrong = { 100, 20, 10 };
  const TropeaThresholds good = { 1, 1, 5 };
  g_autoptr(GError) error = NULL;
  guint n_notified = 0;

  fixture->options->thresholds = (TropeaThresholds) { 100000000, 600, 600 };
  fixture_open (fixture);
  g_signal_connect_swapped (fixture->host, "notify::min-bytes", G_CALLBACK (fixture_count_cb),
                            &n_notified);
  g_assert_false (tropea_host_set_thresholds (fixture->host, &wrong, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_cmpint (fixture_get_int64 (fixture, "min-bytes"), ==, 100000000);
  g_assert_cmpuint (n_notified, ==, 0);

  g_assert_true (tropea_host_set_thresholds (fixture->host, &good, &error));
  g_assert_no_error (error);
  g_assert_cmpint (fixture_get_int64 (fixture, "min-bytes"), ==, 1);
  g_assert_cmpint (fixture_get_int64 (fixture, "min-seconds"), ==, 1);
  g_assert_cmpint (fixture_get_int64 (fixture, "max-seconds"), ==, 5);
  g_assert_cmpuint (n_notified, ==, 1);
}

static void
test_submit_now (Fixture       *fixture,
                 gconstpointer  data)
{
  fixture->options->thresholds = (TropeaThresholds) { 100000000, 600, 600 };
  fixture_open (fixture);
  g_assert_false (tropea_host_submit_now (fixture->host));
  fixture_simulate (fixture);
  test_wait_until (fixture_get_int64 (fixture, "accumulated-seconds") >= 2, PATIENCE_SECONDS);
  g_assert_true (tropea_host_submit_now (fixture->host));
  test_wait_until (fixture->n_credited == 1, PATIENCE_SECONDS);
}

static void
test_reset (Fixture       *fixture,
            gconstpointer  data)
{
  gint64 accumulated = 0;

  fixture->options->thresholds = (TropeaThresholds) { 100000000, 600, 600 };
  fixture_open (fixture);
  fixture_simulate (fixture);
  test_wait_until (fixture_get_uint64 (fixture, "total-bytes") > 0, PATIENCE_SECONDS);
  accumulated = fixture_get_int64 (fixture, "accumulated-bytes");
  tropea_host_reset_statistics (fixture->host);
  g_assert_cmpuint (fixture_get_uint64 (fixture, "total-bytes"), ==, 0);
  g_assert_cmpint (fixture_get_int64 (fixture, "accumulated-bytes"), ==, accumulated);
}

/* Part after part goes: that the others miss it then is nothing to tell. */
static void
test_close_is_quiet (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) reason = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "It waits");
  g_autoptr(GError) error = NULL;
  guint n_problems = 0;

  fixture_open (fixture);
  tropea_host_set_key_failure (fixture->host, reason);
  g_assert_cmpstr (fixture->host->problem, ==, "It waits");
  tropea_host_set_key_failure (fixture->host, NULL);
  g_assert_cmpstr (fixture->host->problem, !=, "It waits");

  g_signal_connect_swapped (fixture->host, "notify::problem", G_CALLBACK (fixture_count_cb),
                            &n_problems);
  tropea_host_close_async (fixture->host, test_keep_result, &result);
  tropea_host_set_key_failure (fixture->host, reason);
  test_wait_until (result != NULL, PATIENCE_SECONDS);
  g_assert_true (tropea_host_close_finish (fixture->host, result, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n_problems, ==, 0);
  g_clear_object (&result);
  g_assert_finalize_object (g_steal_pointer (&fixture->host));
}

/* For the last save; one that was used up is made anew at the next start. */
static void
test_reserve (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->options->data_dir, "reserve", NULL);

  for (int i = 0; i < 2; i++)
    {
      fixture_open (fixture);
      test_wait_until (g_file_test (path, G_FILE_TEST_IS_REGULAR), PATIENCE_SECONDS);
      fixture_close (fixture);
      g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
      g_assert_cmpint (g_unlink (path), ==, 0);
    }
}

#define add(name, function) \
  g_test_add ("/host/" name, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  add ("simulated-sessions-are-credited-and-add-up", test_credited);
  add ("close-cuts-and-delivers", test_close_delivers);
  add ("close-is-quiet", test_close_is_quiet);
  add ("space-is-kept-for-the-last-save", test_reserve);
  add ("monitoring-off-loses-nothing", test_monitoring_off);
  add ("source-switch-ends-the-session", test_source_switch);
  add ("one-at-a-time", test_one_at_a_time);
  add ("second-host-is-refused", test_second_host);
  add ("thresholds", test_thresholds);
  add ("submit-now", test_submit_now);
  add ("reset-keeps-the-open-session", test_reset);

  return g_test_run ();
}
