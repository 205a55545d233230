/* test-host-verbs.c: each verb of a host with a real tor ends in the right state
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "host-fixture.h"

/* Its only authority is a port of this computer where nobody listens. */
#define NOWHERE \
  "TestingTorNetwork 1\nGeoIPFile /dev/null\nGeoIPv6File /dev/null\n" \
  "DirAuthority nobody orport=1 no-v2 v3ident=0123456789ABCDEF0123456789ABCDEF01234567 " \
  "127.0.0.1:1 0123456789ABCDEF0123456789ABCDEF01234567\n"

#define OBFS4 \
  "obfs4 127.0.0.1:1 0123456789ABCDEF0123456789ABCDEF01234567 " \
  "cert=abcdefghijklmnopqrstuvwxyz0123456789+/ABCDEFGHIJKLMNOPQRSTUVWXYZ012345 iat-mode=0"

typedef gboolean (*Finish) (TropeaHost    *host,
                            GAsyncResult  *result,
                            GError       **error);

typedef struct
{
  guint n_starts;
  guint n_pauses;
} Seen;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture_set_up (fixture, data);
  fixture->options->torrc_append = g_build_filename (fixture->folder, "append", NULL);
  g_assert_true (g_file_set_contents (fixture->options->torrc_append, NOWHERE, -1, NULL));
  fixture_open (fixture);
}

static TropeaTorState
get_state (Fixture *fixture)
{
  TropeaTorState state = TROPEA_TOR_STATE_STOPPED;

  g_object_get (fixture->host, "state", &state, NULL);

  return state;
}

static void
state_cb (TropeaHost *host,
          GParamSpec *pspec,
          Seen       *seen)
{
  TropeaTorState state = TROPEA_TOR_STATE_STOPPED;

  g_object_get (host, "state", &state, NULL);
  seen->n_starts += state == TROPEA_TOR_STATE_STARTING;
  seen->n_pauses += state == TROPEA_TOR_STATE_PAUSED;
}

static gboolean
finish (Fixture       *fixture,
        GAsyncResult **result,
        Finish         finish_func,
        GError       **error)
{
  gboolean is_done;

  test_wait_until (*result != NULL, PATIENCE_SECONDS);
  is_done = finish_func (fixture->host, *result, error);
  g_clear_object (result);

  return is_done;
}

static void
start (Fixture *fixture)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  tropea_host_start_async (fixture->host, test_keep_result, &result);
  finish (fixture, &result, tropea_host_start_finish, &error);
  g_assert_no_error (error);
  g_assert_cmpint (get_state (fixture), ==, TROPEA_TOR_STATE_BOOTSTRAPPING);
}

static void
test_restart (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  Seen seen = { 0, 0 };

  g_signal_connect (fixture->host, "notify::state", G_CALLBACK (state_cb), &seen);
  for (guint i = 1; i <= 2; i++)
    {
      tropea_host_restart_async (fixture->host, test_keep_result, &result);
      finish (fixture, &result, tropea_host_restart_finish, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (seen.n_starts, ==, i);
      g_assert_cmpint (get_state (fixture), ==, TROPEA_TOR_STATE_BOOTSTRAPPING);
    }
  fixture_stop (fixture);
  g_assert_cmpint (get_state (fixture), ==, TROPEA_TOR_STATE_STOPPED);
  g_signal_handlers_disconnect_by_data (fixture->host, &seen);
}

static void
test_pause (Fixture       *fixture,
            gconstpointer  data)
{
  Seen seen = { 0, 0 };

  /* Where nothing runs nothing happens. */
  tropea_host_set_paused (fixture->host, TRUE);
  g_assert_cmpint (get_state (fixture), ==, TROPEA_TOR_STATE_STOPPED);

  start (fixture);
  g_signal_connect (fixture->host, "notify::state", G_CALLBACK (state_cb), &seen);
  tropea_host_set_paused (fixture->host, TRUE);
  test_wait_until (get_state (fixture) == TROPEA_TOR_STATE_PAUSED, PATIENCE_SECONDS);
  tropea_host_set_paused (fixture->host, FALSE);
  test_wait_until (get_state (fixture) == TROPEA_TOR_STATE_BOOTSTRAPPING, PATIENCE_SECONDS);
  g_assert_cmpuint (seen.n_pauses, ==, 1);
  g_assert_cmpuint (seen.n_starts, ==, 0);

  tropea_host_set_paused (fixture->host, TRUE);
  test_wait_until (get_state (fixture) == TROPEA_TOR_STATE_PAUSED, PATIENCE_SECONDS);
  fixture_stop (fixture);
  g_assert_cmpint (get_state (fixture), ==, TROPEA_TOR_STATE_STOPPED);
  g_assert_cmpuint (fixture->n_errors, ==, 0);
  g_signal_handlers_disconnect_by_data (fixture->host, &seen);
}

static void
test_new_identity (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  tropea_host_new_identity_async (fixture->host, test_keep_result, &result);
  g_assert_false (finish (fixture, &result, tropea_host_new_identity_finish, &error));
  g_assert_true (error->domain == TROPEA_TOR_ERROR);
  g_clear_error (&error);

  start (fixture);
  tropea_host_new_identity_async (fixture->host, test_keep_result, &result);
  finish (fixture, &result, tropea_host_new_identity_finish, &error);
  g_assert_no_error (error);
  g_assert_cmpint (get_state (fixture), ==, TROPEA_TOR_STATE_BOOTSTRAPPING);

  /* tor would do the second in ten seconds, but it ends before. */
  tropea_host_new_identity_async (fixture->host, test_keep_result, &result);
  fixture_stop (fixture);
  g_assert_false (finish (fixture, &result, tropea_host_new_identity_finish, &error));
  g_assert_true (error->domain == TROPEA_TOR_ERROR);
}

static void
test_bridges (Fixture       *fixture,
              gconstpointer  data)
{
  static const char * const lines[] = { OBFS4, NULL };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  Seen seen = { 0, 0 };

  start (fixture);
  g_signal_connect (fixture->host, "notify::state", G_CALLBACK (state_cb), &seen);
  tropea_host_set_bridges_async (fixture->host, TROPEA_BRIDGE_MODE_OBFS4, lines,
                                 test_keep_result, &result);
  finish (fixture, &result, tropea_host_set_bridges_finish, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (seen.n_starts, ==, 1);
  g_assert_cmpint (get_state (fixture), ==, TROPEA_TOR_STATE_BOOTSTRAPPING);
  fixture_stop (fixture);
  g_signal_handlers_disconnect_by_data (fixture->host, &seen);
}

static void
test_attach (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *nobody = g_build_filename (fixture->folder, "nobody", NULL);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  start (fixture);
  tropea_host_attach_async (fixture->host, nobody, test_keep_result, &result);
  g_assert_false (finish (fixture, &result, tropea_host_attach_finish, &error));
  g_assert_error (error, TROPEA_HOST_ERROR, TROPEA_HOST_ERROR_BUSY);
  g_assert_cmpint (get_state (fixture), ==, TROPEA_TOR_STATE_BOOTSTRAPPING);
  fixture_stop (fixture);
  g_clear_error (&error);

  tropea_host_attach_async (fixture->host, nobody, test_keep_result, &result);
  g_assert_false (finish (fixture, &result, tropea_host_attach_finish, &error));
  g_assert_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CONTROL);
  g_assert_cmpint (get_state (fixture), ==, TROPEA_TOR_STATE_FAILED);
  g_assert_null (tropea_host_get_attach_locked (fixture->host));

  /* And our own does as before. */
  start (fixture);
  fixture_stop (fixture);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define ADD(path, func) \
  g_test_add (path, Fixture, NULL, set_up, func, fixture_tear_down)
  ADD ("/host-verbs/restart", test_restart);
  ADD ("/host-verbs/pause-and-resume", test_pause);
  ADD ("/host-verbs/new-identity", test_new_identity);
  ADD ("/host-verbs/bridges-of-a-running-tor", test_bridges);
  ADD ("/host-verbs/attach", test_attach);

  return g_test_run ();
}
