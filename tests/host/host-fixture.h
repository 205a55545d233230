/* host-fixture.h: a host in a folder of its own, and what it said
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "host/tropea-host-private.h"
#include "host/tropea-host-sessions.h"
#include "record/tropea-credit.h"

#include "test-wait.h"

#include <glib/gstdio.h>

/* What a test may wait for on a machine that is busy with others. */
#define PATIENCE_SECONDS 40

typedef struct
{
  char              *folder;
  TropeaHostOptions *options;
  TropeaHost        *host;
  guint              n_cut;
  guint              n_credited;
  guint              n_refused;
  guint              n_errors;
  gint64             cut_bytes;
} Fixture;

static inline void
fixture_cut_cb (Fixture       *fixture,
                TropeaSession *session)
{
  g_assert_cmpint (tropea_session_get_state (session), ==, TROPEA_SESSION_STATE_WAITING);
  fixture->n_cut++;
  fixture->cut_bytes += tropea_session_get_record (session)->bytes;
}

static inline void
fixture_credited_cb (Fixture       *fixture,
                     TropeaSession *session)
{
  const TropeaRecord *record = tropea_session_get_record (session);

  g_assert_cmpint (tropea_session_get_state (session), ==, TROPEA_SESSION_STATE_CREDITED);
  g_assert_cmpint (tropea_session_get_credits_micro (session), ==,
                   tropea_credit_compute_micro (record->duration_s, record->bytes));
  fixture->n_credited++;
}

static inline void
fixture_count_cb (guint *count)
{
  (*count)++;
}

static inline void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("tropea-host-XXXXXX", &error);
  g_assert_no_error (error);

  /* Each sample of the simulator covers 2 s: each is a session. */
  fixture->options = tropea_host_options_new ();
  fixture->options->data_dir = g_build_filename (fixture->folder, "data", NULL);
  fixture->options->key_file = g_build_filename (fixture->folder, "key", NULL);
  fixture->options->seed = 7;
  fixture->options->thresholds = (TropeaThresholds) { 1000, 2, 60 };
  fixture->options->socks_port = TROPEA_TOR_PORT_AUTO;
  fixture->options->control_port = TROPEA_TOR_PORT_AUTO;
}

static inline TropeaHost *
fixture_try_open (Fixture  *fixture,
                  GError  **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  tropea_host_open_async (fixture->options, test_keep_result, &result);
  test_wait_until (result != NULL, PATIENCE_SECONDS);

  return tropea_host_open_finish (result, error);
}

static inline void
fixture_open (Fixture *fixture)
{
  g_autoptr(GError) error = NULL;

  fixture->host = fixture_try_open (fixture, &error);
  g_assert_no_error (error);
  g_signal_connect_swapped (fixture->host, "session-cut", G_CALLBACK (fixture_cut_cb), fixture);
  g_signal_connect_swapped (fixture->host, "credited", G_CALLBACK (fixture_credited_cb), fixture);
  g_signal_connect_swapped (fixture->host, "refused", G_CALLBACK (fixture_count_cb),
                            &fixture->n_refused);
  g_signal_connect_swapped (fixture->host, "error", G_CALLBACK (fixture_count_cb),
                            &fixture->n_errors);
}

/* Within the 5 s that are promised. */
static inline void
fixture_close (Fixture *fixture)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  gint64 begun_usec = g_get_monotonic_time ();

  tropea_host_close_async (fixture->host, test_keep_result, &result);
  test_wait_until (result != NULL, PATIENCE_SECONDS);
  g_assert_cmpint (g_get_monotonic_time () - begun_usec, <, 5 * G_USEC_PER_SEC);
  tropea_host_close_finish (fixture->host, result, &error);
  g_assert_no_error (error);
  g_clear_object (&result);
  g_assert_finalize_object (fixture->host);
  fixture->host = NULL;
}

static inline void
fixture_simulate (Fixture *fixture)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  tropea_host_simulate_async (fixture->host, test_keep_result, &result);
  test_wait_until (result != NULL, PATIENCE_SECONDS);
  tropea_host_start_finish (fixture->host, result, &error);
  g_assert_no_error (error);
}

static inline void
fixture_stop (Fixture *fixture)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  tropea_host_stop_async (fixture->host, test_keep_result, &result);
  test_wait_until (result != NULL, PATIENCE_SECONDS);
  tropea_host_stop_finish (fixture->host, result, &error);
  g_assert_no_error (error);
}

static inline gint64
fixture_get_int64 (Fixture    *fixture,
                   const char *name)
{
  gint64 value = 0;

  g_object_get (fixture->host, name, &value, NULL);

  return value;
}

static inline guint64
fixture_get_uint64 (Fixture    *fixture,
                    const char *name)
{
  guint64 value = 0;

  g_object_get (fixture->host, name, &value, NULL);

  return value;
}

/* The newest ones, as an API's caller gets them. */
static inline GPtrArray *
fixture_list_sessions (Fixture *fixture)
{
  g_autoptr(TropeaSessionFilter) all = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  GPtrArray *sessions = NULL;

  all = tropea_session_filter_new (TROPEA_SESSION_FILTER_ANY, TROPEA_SESSION_FILTER_ANY, NULL);
  tropea_host_list_sessions_async (fixture->host, all, 0, 1000, test_keep_result, &result);
  test_wait_until (result != NULL, PATIENCE_SECONDS);
  sessions = tropea_host_list_sessions_finish (fixture->host, result, &error);
  g_assert_no_error (error);

  return sessions;
}

static inline char *
fixture_dup_problem (Fixture *fixture)
{
  char *problem = NULL;

  g_object_get (fixture->host, "problem", &problem, NULL);

  return problem;
}

static inline void
fixture_remove (const char *path)
{
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  const char *name = NULL;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        fixture_remove (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

static inline void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  if (fixture->host != NULL)
    fixture_close (fixture);
  tropea_host_options_free (fixture->options);
  fixture_remove (fixture->folder);
  g_free (fixture->folder);
}
