/* test-host-bridges.c: other bridges mean one new tor, and nothing where they cannot be used
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "host-fixture.h"

#define OBFS4 \
  "obfs4 192.0.2.1:443 0123456789ABCDEF0123456789ABCDEF01234567 " \
  "cert=abcdefghijklmnopqrstuvwxyz0123456789+/ABCDEFGHIJKLMNOPQRSTUVWXYZ012345 iat-mode=0"

static const char * const one[] = { OBFS4, NULL };
static const char * const wrong[] = { "obfs4 192.0.2.1:443", NULL };

/* A tor of ours that answers at once and never reads its torrc; so any program is a transport. */
static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autofree char *fake = g_test_build_filename (G_TEST_DIST, "ui", "fake-tor.py", NULL);

  g_setenv ("TROPEA_TOR", fake, TRUE);
  g_setenv ("TROPEA_OBFS4", "/bin/true", TRUE);
  fixture_set_up (fixture, data);
  fixture_open (fixture);
}

static void
count_start_cb (TropeaHost *host,
                GParamSpec *pspec,
                guint      *n_starts)
{
  TropeaTorState state = TROPEA_TOR_STATE_STOPPED;

  g_object_get (host, "state", &state, NULL);
  if (state == TROPEA_TOR_STATE_STARTING)
    (*n_starts)++;
}

static void
start (Fixture *fixture)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  tropea_host_start_async (fixture->host, test_keep_result, &result);
  test_wait_until (result != NULL, PATIENCE_SECONDS);
  tropea_host_start_finish (fixture->host, result, &error);
  g_assert_no_error (error);
}

static gboolean
set_bridges (Fixture             *fixture,
             TropeaBridgeMode     mode,
             const char * const  *lines,
             GError             **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  tropea_host_set_bridges_async (fixture->host, mode, lines, test_keep_result, &result);
  test_wait_until (result != NULL, PATIENCE_SECONDS);

  return tropea_host_set_bridges_finish (fixture->host, result, error);
}

static gboolean
torrc_has (Fixture    *fixture,
           const char *line)
{
  g_autofree char *path = tropea_paths_dup_runtime_file (fixture->host->paths, "torrc");
  g_autofree char *torrc = NULL;

  g_assert_true (g_file_get_contents (path, &torrc, NULL, NULL));

  return strstr (torrc, line) != NULL;
}

static void
test_restart (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  guint n_starts = 0;

  g_signal_connect (fixture->host, "notify::state", G_CALLBACK (count_start_cb), &n_starts);
  start (fixture);
  g_assert_cmpuint (n_starts, ==, 1);
  g_assert_false (torrc_has (fixture, "Bridge "));

  set_bridges (fixture, TROPEA_BRIDGE_MODE_OBFS4, one, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_starts, ==, 2);
  g_assert_true (torrc_has (fixture, "Bridge " OBFS4));
  g_assert_true (torrc_has (fixture, "UseBridges 1"));

  /* The same again is nothing new. */
  g_assert_true (set_bridges (fixture, TROPEA_BRIDGE_MODE_OBFS4, one, &error));
  g_assert_cmpuint (n_starts, ==, 2);

  g_assert_true (set_bridges (fixture, TROPEA_BRIDGE_MODE_NONE, NULL, &error));
  g_assert_cmpuint (n_starts, ==, 3);
  g_assert_false (torrc_has (fixture, "Bridge "));
  fixture_stop (fixture);
}

static void
test_stopped (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  guint n_starts = 0;

  g_signal_connect (fixture->host, "notify::state", G_CALLBACK (count_start_cb), &n_starts);
  set_bridges (fixture, TROPEA_BRIDGE_MODE_OBFS4, one, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_starts, ==, 0);

  start (fixture);
  g_assert_true (torrc_has (fixture, "Bridge " OBFS4));
  fixture_stop (fixture);
}

/* The tor that runs is left in peace, and so is what was chosen before. */
static void
test_refused (Fixture       *fixture,
              gconstpointer  data)
{
  static const struct
  {
    TropeaBridgeMode    mode;
    const char * const *lines;
    const char         *obfs4;
    int                 code;
  } rows[] = {
    { TROPEA_BRIDGE_MODE_OBFS4, wrong, "/bin/true", TROPEA_TOR_ERROR_CONFIGURATION },
    { TROPEA_BRIDGE_MODE_OBFS4, NULL, "/bin/true", TROPEA_TOR_ERROR_CONFIGURATION },
    { TROPEA_BRIDGE_MODE_OBFS4, one, "/nonexistent/obfs4", TROPEA_TOR_ERROR_TRANSPORT_MISSING },
  };
  guint n_starts = 0;

  start (fixture);
  g_signal_connect (fixture->host, "notify::state", G_CALLBACK (count_start_cb), &n_starts);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;

      g_setenv ("TROPEA_OBFS4", rows[i].obfs4, TRUE);
      g_assert_false (set_bridges (fixture, rows[i].mode, rows[i].lines, &error));
      g_assert_error (error, TROPEA_TOR_ERROR, rows[i].code);
    }
  g_assert_cmpuint (n_starts, ==, 0);
  g_assert_cmpint (fixture->host->options->bridge_mode, ==, TROPEA_BRIDGE_MODE_NONE);
  fixture_stop (fixture);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define ADD(path, func) \
  g_test_add (path, Fixture, NULL, set_up, func, fixture_tear_down)
  ADD ("/host-bridges/running-tor-is-restarted-once", test_restart);
  ADD ("/host-bridges/stopped-tor-has-them-at-its-start", test_stopped);
  ADD ("/host-bridges/what-cannot-be-used-changes-nothing", test_refused);

  return g_test_run ();
}
