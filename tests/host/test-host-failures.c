/* test-host-failures.c: a host whose ledger, key, disk or tor fails
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "host-fixture.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

static pid_t
get_ledger_pid (Fixture *fixture)
{
  const char *text = tropea_embedded_ledger_get_pid (fixture->host->ledger);

  return text != NULL ? (pid_t) g_ascii_strtoll (text, NULL, 10) : 0;
}

static void
test_ledger_killed (Fixture       *fixture,
                    gconstpointer  data)
{
  pid_t pid = 0;
  guint n_credited = 0;

  fixture_open (fixture);
  fixture_simulate (fixture);
  test_wait_until (fixture->n_credited >= 1, PATIENCE_SECONDS);

  pid = get_ledger_pid (fixture);
  g_assert_cmpint (pid, >, 0);
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  test_wait_until (!tropea_embedded_ledger_get_is_ready (fixture->host->ledger),
                   PATIENCE_SECONDS);
  n_credited = fixture->n_credited;
  test_wait_until (fixture->n_credited > n_credited + 1, PATIENCE_SECONDS);
  g_assert_cmpint (get_ledger_pid (fixture), !=, pid);

  fixture_stop (fixture);
  test_wait_until (fixture->n_credited == fixture->n_cut, PATIENCE_SECONDS);
  g_assert_cmpuint (fixture->n_refused, ==, 0);
}

/* A ledger that neither answers nor ends on SIGTERM keeps nobody for longer than 5 s. */
static void
test_ledger_hangs (Fixture       *fixture,
                   gconstpointer  data)
{
  fixture_open (fixture);
  test_wait_until (tropea_embedded_ledger_get_is_ready (fixture->host->ledger), PATIENCE_SECONDS);
  g_assert_cmpint (kill (get_ledger_pid (fixture), SIGSTOP), ==, 0);
  fixture_simulate (fixture);
  test_wait_until (fixture->n_cut >= 1, PATIENCE_SECONDS);
  fixture_close (fixture);
  g_assert_cmpuint (fixture->n_credited, ==, 0);

  /* What was not delivered goes out at the next start. */
  fixture_open (fixture);
  test_wait_until (fixture->n_credited == fixture->n_cut, PATIENCE_SECONDS);
}

static void
test_ledger_missing (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autofree char *program = g_strdup (g_getenv ("TROPEA_LEDGER"));
  g_autofree char *problem = NULL;

  g_setenv ("TROPEA_LEDGER", "/nonexistent/tropea-ledger", TRUE);
  fixture_open (fixture);
  problem = fixture_dup_problem (fixture);
  g_assert_nonnull (problem);
  g_assert_nonnull (strstr (problem, "/nonexistent/tropea-ledger"));

  fixture_simulate (fixture);
  test_wait_until (fixture->n_cut >= 1, PATIENCE_SECONDS);
  g_assert_cmpint (fixture_get_int64 (fixture, "waiting-sessions"), ==, fixture->n_cut);

  g_setenv ("TROPEA_LEDGER", program, TRUE);
  test_wait_until (fixture->n_credited >= 1, PATIENCE_SECONDS);
  g_free (problem);
  problem = fixture_dup_problem (fixture);
  g_assert_null (problem);
}

/* A ledger by URL that nobody listens at. */
static void
test_ledger_unreachable (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autofree char *problem = NULL;

  fixture->options->ledger_url = g_strdup_printf ("unix:%s/nobody.sock", fixture->folder);
  fixture_open (fixture);
  g_assert_null (fixture->host->ledger);
  fixture_simulate (fixture);
  test_wait_until (fixture->n_cut >= 1, PATIENCE_SECONDS);
  test_wait_until ((problem = fixture_dup_problem (fixture)) != NULL, PATIENCE_SECONDS);
  g_assert_cmpuint (fixture->n_credited, ==, 0);
  g_assert_cmpuint (fixture->n_errors, ==, 0);
}

static void
test_ledger_url_is_wrong (Fixture       *fixture,
                          gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  fixture->options->ledger_url = g_strdup ("gopher://ledger");
  g_assert_null (fixture_try_open (fixture, &error));
  g_assert_error (error, TROPEA_LEDGER_CLIENT_ERROR, TROPEA_LEDGER_CLIENT_ERROR_INVALID_URL);
}

/* Metering goes on without a key; sessions wait and go out when there is one. */
static void
test_key_unusable (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *problem = NULL;
  TropeaKeyState state = TROPEA_KEY_STATE_READY;

  fixture_open (fixture);
  fixture_close (fixture);
  g_assert_cmpint (g_chmod (fixture->options->key_file, 0644), ==, 0);

  fixture_open (fixture);
  g_assert_error (tropea_host_get_key_failure (fixture->host), TROPEA_KEY_STORE_ERROR,
                  TROPEA_KEY_STORE_ERROR_INSECURE);
  g_object_get (fixture->host, "key-state", &state, NULL);
  g_assert_cmpint (state, !=, TROPEA_KEY_STATE_READY);
  problem = fixture_dup_problem (fixture);
  g_assert_cmpstr (problem, ==, tropea_host_get_key_failure (fixture->host)->message);

  fixture_simulate (fixture);
  test_wait_until (fixture->n_cut >= 1, PATIENCE_SECONDS);
  fixture_stop (fixture);
  g_assert_cmpint (fixture_get_int64 (fixture, "waiting-sessions"), ==, fixture->n_cut);

  g_assert_cmpint (g_chmod (fixture->options->key_file, 0600), ==, 0);
  tropea_host_unlock_async (fixture->host, test_keep_result, &result);
  test_wait_until (result != NULL, PATIENCE_SECONDS);
  tropea_host_unlock_finish (fixture->host, result, &error);
  g_assert_no_error (error);
  g_assert_null (tropea_host_get_key_failure (fixture->host));
  test_wait_until (fixture->n_credited == fixture->n_cut, PATIENCE_SECONDS);
}

/* Nobody tells the host that the key can be used: the next session finds out. */
static void
test_key_usable_again (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autofree char *problem = NULL;

  fixture_open (fixture);
  fixture_close (fixture);
  g_assert_cmpint (g_chmod (fixture->options->key_file, 0644), ==, 0);

  fixture_open (fixture);
  g_assert_nonnull (tropea_host_get_key_failure (fixture->host));
  fixture_simulate (fixture);
  test_wait_until (fixture->n_cut >= 1, PATIENCE_SECONDS);
  g_assert_cmpuint (fixture->n_credited, ==, 0);

  g_assert_cmpint (g_chmod (fixture->options->key_file, 0600), ==, 0);
  test_wait_until (fixture->n_credited >= 2, PATIENCE_SECONDS);
  g_assert_null (tropea_host_get_key_failure (fixture->host));
  problem = fixture_dup_problem (fixture);
  g_assert_cmpstr (problem, ==, NULL);
}

static void
test_tor_fails (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *problem = NULL;
  g_autofree char *afterwards = NULL;
  TropeaTorState state;

  fixture->options->torrc_append = g_build_filename (fixture->folder, "append", NULL);
  g_assert_true (g_file_set_contents (fixture->options->torrc_append, "NoSuchOption 1\n", -1,
                                      NULL));
  fixture_open (fixture);
  tropea_host_start_async (fixture->host, test_keep_result, &result);
  test_wait_until (result != NULL, PATIENCE_SECONDS);
  g_assert_false (tropea_host_start_finish (fixture->host, result, &error));
  g_assert_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CONFIGURATION);

  g_object_get (fixture->host, "state", &state, NULL);
  g_assert_cmpint (state, ==, TROPEA_TOR_STATE_FAILED);
  problem = fixture_dup_problem (fixture);
  g_assert_cmpstr (problem, ==, error->message);
  g_assert_cmpstr (tropea_host_get_failure (fixture->host)->message, ==, error->message);
  g_assert_cmpuint (fixture->n_errors, ==, 1);

  /* It can be left behind. */
  fixture_simulate (fixture);
  afterwards = fixture_dup_problem (fixture);
  g_assert_cmpstr (afterwards, !=, problem);
}

/* Of our children the one that runs tor, or 0. */
static pid_t
find_tor (void)
{
  g_autoptr(GDir) entries = g_dir_open ("/proc", 0, NULL);
  g_autofree char *wanted = g_strdup_printf (" (tor) S %d ", (int) getpid ());
  const char *name = NULL;

  while ((name = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc", name, "stat", NULL);
      g_autofree char *text = NULL;

      if (g_ascii_isdigit (name[0]) && g_file_get_contents (path, &text, NULL, NULL) &&
          strstr (text, wanted) != NULL)
        return (pid_t) g_ascii_strtoll (name, NULL, 10);
    }

  return 0;
}

static TropeaTorState
get_state (Fixture *fixture)
{
  TropeaTorState state;

  g_object_get (fixture->host, "state", &state, NULL);

  return state;
}

/* It is told once, shown until there is another tor, and the host goes on. */
static void
test_tor_crashes (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *before = NULL;
  g_autofree char *during = NULL;
  g_autofree char *afterwards = NULL;
  pid_t pid = 0;

  fixture->options->torrc_append = g_build_filename (fixture->folder, "append", NULL);
  fixture->options->restart_rules = (TropeaRestartRules) { 100000, 100000, 2, G_USEC_PER_SEC };
  g_assert_true (g_file_set_contents (fixture->options->torrc_append, "DisableNetwork 1\n", -1,
                                      NULL));
  fixture_open (fixture);
  test_wait_until (tropea_embedded_ledger_get_is_ready (fixture->host->ledger), PATIENCE_SECONDS);
  before = fixture_dup_problem (fixture);
  g_assert_null (before);
  tropea_host_start_async (fixture->host, test_keep_result, &result);
  test_wait_until (result != NULL, PATIENCE_SECONDS);
  tropea_host_start_finish (fixture->host, result, &error);
  g_assert_no_error (error);

  test_wait_until ((pid = find_tor ()) != 0, PATIENCE_SECONDS);
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  test_wait_until (fixture->n_errors == 1, PATIENCE_SECONDS);
  g_assert_cmpint (get_state (fixture), ==, TROPEA_TOR_STATE_STARTING);
  g_assert_null (tropea_host_get_failure (fixture->host));
  g_assert_error (tropea_host_get_trouble (fixture->host), TROPEA_TOR_ERROR,
                  TROPEA_TOR_ERROR_EXITED);
  during = fixture_dup_problem (fixture);
  g_assert_cmpstr (during, ==, tropea_host_get_trouble (fixture->host)->message);

  test_wait_until (get_state (fixture) == TROPEA_TOR_STATE_BOOTSTRAPPING, PATIENCE_SECONDS);
  g_assert_null (tropea_host_get_trouble (fixture->host));
  afterwards = fixture_dup_problem (fixture);
  g_assert_null (afterwards);
  g_assert_cmpuint (fixture->n_errors, ==, 1);
  fixture_stop (fixture);
}

static void
test_data_folder (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *file = g_build_filename (fixture->folder, "file", NULL);

  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  g_free (fixture->options->data_dir);
  fixture->options->data_dir = g_steal_pointer (&file);
  g_assert_null (fixture_try_open (fixture, &error));
  g_assert_nonnull (strstr (error->message, "--data-dir"));
}

/* A damaged store is told, not replaced. */
static void
test_store_damaged (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *path = g_build_filename (fixture->options->data_dir, "sessions.db", NULL);
  g_autofree char *damaged = g_strnfill (8192, 'x');
  g_autofree char *contents = NULL;

  g_assert_cmpint (g_mkdir (fixture->options->data_dir, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, damaged, -1, NULL));
  g_assert_null (fixture_try_open (fixture, &error));
  g_assert_nonnull (error);
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, damaged);
}

#define add(name, function) \
  g_test_add ("/host-failures/" name, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  add ("ledger-killed-comes-back", test_ledger_killed);
  add ("ledger-hangs-close-does-not", test_ledger_hangs);
  add ("ledger-missing-sessions-wait", test_ledger_missing);
  add ("ledger-unreachable-is-not-fatal", test_ledger_unreachable);
  add ("ledger-url-is-wrong", test_ledger_url_is_wrong);
  add ("key-unusable-sessions-wait", test_key_unusable);
  add ("key-usable-again-is-noticed", test_key_usable_again);
  add ("tor-fails", test_tor_fails);
  add ("tor-crashes-and-is-started-again", test_tor_crashes);
  add ("data-folder-is-a-file", test_data_folder);
  add ("store-damaged-stays", test_store_damaged);

  return g_test_run ();
}
