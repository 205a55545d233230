/* test-tor.c: a real tor is started, watched and ended, without a network
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "tor/tropea-tor.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test-wait.h"
#include "tor-tree.h"

/* DisableNetwork keeps tor from every address but those it listens on. */
#define APPENDIX "DisableNetwork 1\nGeoIPFile /dev/null\nGeoIPv6File /dev/null\n"

/* With DisableNetwork tor opens no SOCKS port. Here it does, and knows one authority, on a
 * loopback port that nothing can listen on.
 */
#define LOOPBACK_APPENDIX \
  "TestingTorNetwork 1\nGeoIPFile /dev/null\nGeoIPv6File /dev/null\n" \
  "DirAuthority a orport=1 no-v2 v3ident=0123456789012345678901234567890123456789 " \
  "127.0.0.1:1 0123456789012345678901234567890123456789\n"

typedef struct
{
  char             *root;     /* (owned) */
  TropeaTorConfig  *config;   /* (owned) */
  TropeaTorBackend *backend;  /* (owned) (nullable) */
  GString          *states;   /* (owned) */
  guint             samples;
  guint64           bytes;
} Fixture;

static void
state_cb (TropeaTorBackend *backend,
          GParamSpec       *pspec,
          Fixture          *fixture)
{
  g_string_append_printf (fixture->states, "%s ",
                          tropea_tor_state_to_string (tropea_tor_backend_get_state (backend)));
}

static void
sample_cb (TropeaTorBackend      *backend,
           const TropeaTorSample *sample,
           Fixture               *fixture)
{
  g_assert_cmpint (sample->interval_usec, >, 0);
  g_assert_cmpint (sample->wall_ms, >, G_GINT64_CONSTANT (1600000000000));
  fixture->samples++;
  fixture->bytes += sample->bytes_in + sample->bytes_out;
}

static void
append_lines (Fixture    *fixture,
              const char *lines)
{
  g_free (fixture->config->append_file);
  fixture->config->append_file = g_build_filename (fixture->root, "append", NULL);
  g_assert_true (g_file_set_contents (fixture->config->append_file, lines, -1, NULL));
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autofree char *data_dir = NULL;
  g_autofree char *runtime_dir = NULL;

  fixture->root = g_strdup ("/tmp/tropea-tor-XXXXXX");
  g_assert_nonnull (g_mkdtemp (fixture->root));
  data_dir = g_build_filename (fixture->root, "we\"ird \\ d\303\257r #1", NULL);
  runtime_dir = g_build_filename (fixture->root, "r \"\\u", NULL);
  g_assert_cmpint (g_mkdir (runtime_dir, 0700), ==, 0);

  fixture->config = tropea_tor_config_new (data_dir, runtime_dir);
  fixture->config->socks_port = TROPEA_TOR_PORT_AUTO;
  fixture->config->control_port = TROPEA_TOR_PORT_AUTO;
  append_lines (fixture, APPENDIX);
  fixture->states = g_string_new (NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->backend != NULL)
    g_assert_finalize_object (fixture->backend);
  test_remove_tree (fixture->root);
  g_string_free (fixture->states, TRUE);
  tropea_tor_config_free (fixture->config);
  g_free (fixture->root);
}

static TropeaTorBackend *
new_backend (Fixture *fixture)
{
  g_autoptr(TropeaClock) clock = tropea_system_clock_new ();

  fixture->backend = TROPEA_TOR_BACKEND (tropea_tor_new (fixture->config, clock));
  g_signal_connect (fixture->backend, "notify::state", G_CALLBACK (state_cb), fixture);
  g_signal_connect (fixture->backend, "sample", G_CALLBACK (sample_cb), fixture);

  return fixture->backend;
}

static void
finish_start (TropeaTorBackend  *backend,
              GAsyncResult     **result,
              GError           **error)
{
  gboolean started;

  test_wait_until (*result != NULL, 60);
  started = tropea_tor_backend_start_finish (backend, *result, error);
  g_assert_true (started == (*error == NULL));
  g_clear_object (result);
}

static void
start (TropeaTorBackend *backend)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  tropea_tor_backend_start_async (backend, NULL, test_keep_result, &result);
  finish_start (backend, &result, &error);
  g_assert_no_error (error);
}

static void
stop (TropeaTorBackend *backend)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  tropea_tor_backend_stop_async (backend, NULL, test_keep_result, &result);
  test_wait_until (result != NULL, 30);
  g_assert_true (tropea_tor_backend_stop_finish (backend, result, &error));
  g_assert_no_error (error);
}

/* Start what cannot start; the error is also what the backend says afterwards. */
static void
assert_start_fails (Fixture        *fixture,
                    TropeaTorError  code,
                    const char     *part)
{
  TropeaTorBackend *backend = new_backend (fixture);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  tropea_tor_backend_start_async (backend, NULL, test_keep_result, &result);
  finish_start (backend, &result, &error);
  g_assert_error (error, TROPEA_TOR_ERROR, (int) code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, part));

  g_assert_cmpint (tropea_tor_backend_get_state (backend), ==, TROPEA_TOR_STATE_FAILED);
  g_assert_error (tropea_tor_backend_get_failure (backend), TROPEA_TOR_ERROR, (int) code);
  g_assert_cmpint (test_find_child (getpid ()), ==, 0);
}

/* So that it can be removed. */
static void
assert_runtime_is_empty (Fixture *fixture)
{
  g_autoptr(GDir) entries = g_dir_open (fixture->config->runtime_dir, 0, NULL);

  g_assert_nonnull (entries);
  g_assert_cmpstr (g_dir_read_name (entries), ==, NULL);
}

static void
test_start_stop (Fixture       *fixture,
                 gconstpointer  data)
{
  TropeaTorBackend *backend = new_backend (fixture);

  append_lines (fixture, LOOPBACK_APPENDIX);
  start (backend);
  g_assert_cmpuint (tropea_tor_backend_get_socks_port (backend), >, 0);
  g_assert_cmpuint (tropea_tor_backend_get_control_port (backend), >, 0);
  g_assert_cmpuint (tropea_tor_backend_get_socks_port (backend), !=,
                    tropea_tor_backend_get_control_port (backend));
  g_assert_cmpint (tropea_tor_backend_get_bootstrap_percent (backend), <, 50);
  {
    g_autofree char *tag = tropea_tor_backend_dup_bootstrap_tag (backend);

    g_assert_nonnull (tag);
  }
  g_assert_cmpuint (tropea_tor_backend_get_circuit_count (backend), ==, 0);
  g_assert_cmpuint (tropea_tor_backend_get_connection_count (backend), ==, 0);
  g_assert_cmpint (test_find_child (getpid ()), >, 0);

  stop (backend);
  g_assert_cmpstr (fixture->states->str, ==, "starting bootstrapping stopping stopped ");
  g_assert_null (tropea_tor_backend_get_failure (backend));
  g_assert_cmpuint (tropea_tor_backend_get_socks_port (backend), ==, 0);
  g_assert_cmpint (test_find_child (getpid ()), ==, 0);
  assert_runtime_is_empty (fixture);
}

/* Without a network, but each second has its sample, and the stop one of its own. */
static void
test_samples (Fixture       *fixture,
              gconstpointer  data)
{
  TropeaTorBackend *backend = new_backend (fixture);
  guint samples;

  start (backend);
  test_wait_until (fixture->samples >= 3, 30);
  samples = fixture->samples;
  stop (backend);
  g_assert_cmpuint (fixture->samples, >, samples);
  g_assert_cmpuint (fixture->bytes, ==, 0);
}

static void
test_start_again (Fixture       *fixture,
                  gconstpointer  data)
{
  TropeaTorBackend *backend = new_backend (fixture);

  for (int i = 0; i < 3; i++)
    {
      start (backend);
      stop (backend);
    }
}

static void
test_busy (Fixture       *fixture,
           gconstpointer  data)
{
  TropeaTorBackend *backend = new_backend (fixture);
  g_autoptr(GAsyncResult) stopped = NULL;
  g_autoptr(GAsyncResult) started = NULL;
  g_autoptr(GError) error = NULL;

  tropea_tor_backend_stop_async (backend, NULL, test_keep_result, &stopped);
  test_wait_until (stopped != NULL, 30);
  g_assert_false (tropea_tor_backend_stop_finish (backend, stopped, &error));
  g_assert_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_BUSY);
  g_clear_error (&error);

  start (backend);
  tropea_tor_backend_start_async (backend, NULL, test_keep_result, &started);
  finish_start (backend, &started, &error);
  g_assert_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_BUSY);
  g_assert_cmpint (tropea_tor_backend_get_state (backend), ==, TROPEA_TOR_STATE_BOOTSTRAPPING);
  stop (backend);
}

static void
test_stop_cancels_start (Fixture       *fixture,
                         gconstpointer  data)
{
  TropeaTorBackend *backend = new_backend (fixture);
  g_autoptr(GAsyncResult) started = NULL;
  g_autoptr(GError) error = NULL;

  tropea_tor_backend_start_async (backend, NULL, test_keep_result, &started);
  stop (backend);
  finish_start (backend, &started, &error);
  g_assert_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CANCELLED);
  g_assert_cmpstr (fixture->states->str, ==, "starting stopping stopped ");
  g_assert_cmpint (test_find_child (getpid ()), ==, 0);
}

/* At every moment of a start, as far as the main loop has any. */
static void
test_stop_at_any_moment (Fixture       *fixture,
                         gconstpointer  data)
{
  TropeaTorBackend *backend = new_backend (fixture);

  for (int rounds = 1; rounds < 40; rounds += 3)
    {
      g_autoptr(GAsyncResult) started = NULL;
      g_autoptr(GError) error = NULL;

      tropea_tor_backend_start_async (backend, NULL, test_keep_result, &started);
      for (int i = 0; i < rounds && started == NULL; i++)
        g_main_context_iteration (NULL, TRUE);
      stop (backend);
      finish_start (backend, &started, &error);
      g_assert_true (error == NULL || g_error_matches (error, TROPEA_TOR_ERROR,
                                                       TROPEA_TOR_ERROR_CANCELLED));
      g_assert_cmpint (tropea_tor_backend_get_state (backend), ==, TROPEA_TOR_STATE_STOPPED);
    }
}

static void
test_cancel (Fixture       *fixture,
             gconstpointer  data)
{
  TropeaTorBackend *backend = new_backend (fixture);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) started = NULL;
  g_autoptr(GError) error = NULL;

  tropea_tor_backend_start_async (backend, cancellable, test_keep_result, &started);
  g_cancellable_cancel (cancellable);
  finish_start (backend, &started, &error);
  g_assert_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CANCELLED);
  test_wait_until (tropea_tor_backend_get_state (backend) == TROPEA_TOR_STATE_STOPPED, 30);
}

/* A socket that takes a free port, and its number. */
static int
take_port (int *port)
{
  g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr(GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  char native[64];
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  socklen_t length = sizeof native;
  g_autoptr(GSocketAddress) bound = NULL;

  g_assert_cmpint (fd, >=, 0);
  g_assert_true (g_socket_address_to_native (address, native, sizeof native, NULL));
  g_assert_cmpint (bind (fd, (struct sockaddr *) native,
                         (socklen_t) g_socket_address_get_native_size (address)), ==, 0);
  g_assert_cmpint (listen (fd, 1), ==, 0);
  g_assert_cmpint (getsockname (fd, (struct sockaddr *) native, &length), ==, 0);
  bound = g_socket_address_new_from_native (native, length);
  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));

  return fd;
}

static void
test_socks_port_in_use (Fixture       *fixture,
                        gconstpointer  data)
{
  int fd = take_port (&fixture->config->socks_port);
  g_autofree char *text = g_strdup_printf ("The SOCKS port %d is in use",
                                           fixture->config->socks_port);

  append_lines (fixture, LOOPBACK_APPENDIX);
  assert_start_fails (fixture, TROPEA_TOR_ERROR_PORT_IN_USE, text);
  g_close (fd, NULL);
}

static void
test_control_port_in_use (Fixture       *fixture,
                          gconstpointer  data)
{
  int fd = take_port (&fixture->config->control_port);
  g_autofree char *text = g_strdup_printf ("The control port %d is in use",
                                           fixture->config->control_port);

  fixture->config->log_level = (g_free (fixture->config->log_level), g_strdup ("err"));
  assert_start_fails (fixture, TROPEA_TOR_ERROR_PORT_IN_USE, text);
  g_close (fd, NULL);
}

static void
test_data_dir_locked (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr(TropeaClock) clock = tropea_system_clock_new ();
  g_autoptr(TropeaTorConfig) config = tropea_tor_config_copy (fixture->config);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  TropeaTorBackend *other;

  start (new_backend (fixture));

  g_free (config->runtime_dir);
  config->runtime_dir = g_build_filename (fixture->root, "other", NULL);
  other = TROPEA_TOR_BACKEND (tropea_tor_new (config, clock));
  tropea_tor_backend_start_async (other, NULL, test_keep_result, &result);
  finish_start (other, &result, &error);
  g_assert_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_DATA_DIRECTORY);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "Another tor uses the data directory"));
  g_assert_finalize_object (other);

  stop (fixture->backend);
}

static void
test_data_dir_is_a_file (Fixture       *fixture,
                         gconstpointer  data)
{
  g_assert_true (g_file_set_contents (fixture->config->data_dir, "x", 1, NULL));
  assert_start_fails (fixture, TROPEA_TOR_ERROR_DATA_DIRECTORY, fixture->config->data_dir);
}

static void
test_data_dir_unwritable (Fixture       *fixture,
                          gconstpointer  data)
{
  g_free (fixture->config->data_dir);
  fixture->config->data_dir = g_strdup ("/proc/tropea/tor");
  assert_start_fails (fixture, TROPEA_TOR_ERROR_DATA_DIRECTORY, "/proc/tropea");
}

/* tor itself meets this one, not we. */
static void
test_data_dir_keys_blocked (Fixture       *fixture,
                            gconstpointer  data)
{
  g_autofree char *keys = g_build_filename (fixture->config->data_dir, "keys", NULL);

  g_assert_cmpint (g_mkdir (fixture->config->data_dir, 0700), ==, 0);
  g_assert_true (g_file_set_contents (keys, "x", 1, NULL));
  append_lines (fixture, APPENDIX "ORPort 127.0.0.1:auto\n");
  assert_start_fails (fixture, TROPEA_TOR_ERROR_DATA_DIRECTORY, "is not a directory");
}

static void
test_broken_append (Fixture       *fixture,
                    gconstpointer  data)
{
  static const struct
  {
    const char *lines;
    const char *part;
  } rows[] = {
    { "NoSuchOption 1\n", "Unknown option 'NoSuchOption'" },
    { "MaxCircuitDirtiness banana\n", "MaxCircuitDirtiness" },
    { "UseBridges 1\n", "at least one bridge" },
    { "Bridge nonsense\n", "Bridge line did not parse" },
    { "Log notice stdout\n\"", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      append_lines (fixture, rows[i].lines);
      assert_start_fails (fixture, TROPEA_TOR_ERROR_CONFIGURATION, rows[i].part);
      g_assert_nonnull (strstr (tropea_tor_backend_get_failure (fixture->backend)->message,
                                fixture->config->append_file));
      g_assert_finalize_object (g_steal_pointer (&fixture->backend));
    }
}

static void
test_append_unreadable (Fixture       *fixture,
                        gconstpointer  data)
{
  g_unlink (fixture->config->append_file);
  assert_start_fails (fixture, TROPEA_TOR_ERROR_CONFIGURATION, fixture->config->append_file);
}

static void
test_not_installed (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autofree char *plain = g_build_filename (fixture->root, "plain", NULL);
  const char *rows[] = { "/nonexistent/tor", plain, fixture->root };

  g_assert_true (g_file_set_contents (plain, "x", 1, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_free (fixture->config->binary);
      fixture->config->binary = g_strdup (rows[i]);
      assert_start_fails (fixture, TROPEA_TOR_ERROR_NOT_INSTALLED, rows[i]);
      g_assert_finalize_object (g_steal_pointer (&fixture->backend));
    }
}

/* Something that runs, but is no tor. */
static void
test_not_a_tor (Fixture       *fixture,
                gconstpointer  data)
{
  fixture->config->binary = g_strdup ("/bin/true");
  assert_start_fails (fixture, TROPEA_TOR_ERROR_EXITED, "exit status 0");
}

static void
test_killed (Fixture       *fixture,
             gconstpointer  data)
{
  TropeaTorBackend *backend = new_backend (fixture);
  const GError *failure;

  start (backend);
  g_assert_cmpint (kill (test_find_child (getpid ()), SIGKILL), ==, 0);
  test_wait_until (tropea_tor_backend_get_state (backend) == TROPEA_TOR_STATE_FAILED, 30);

  failure = tropea_tor_backend_get_failure (backend);
  g_assert_error (failure, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_EXITED);
  g_assert_nonnull (strstr (failure->message, "signal 9"));
  g_assert_cmpstr (fixture->states->str, ==, "starting bootstrapping failed ");
  assert_runtime_is_empty (fixture);

  /* What it left behind does not stand in the way of the next. */
  start (backend);
  g_assert_null (tropea_tor_backend_get_failure (backend));
  stop (backend);
}

static void
test_crashed (Fixture       *fixture,
              gconstpointer  data)
{
  TropeaTorBackend *backend = new_backend (fixture);

  start (backend);
  g_assert_cmpint (kill (test_find_child (getpid ()), SIGSEGV), ==, 0);
  test_wait_until (tropea_tor_backend_get_state (backend) == TROPEA_TOR_STATE_FAILED, 30);
  g_assert_error (tropea_tor_backend_get_failure (backend), TROPEA_TOR_ERROR,
                  TROPEA_TOR_ERROR_EXITED);
}

/* It gets 1.8 s, and this machine some more: a host that closes waits for 2 s. */
static void
test_stopped_process (Fixture       *fixture,
                      gconstpointer  data)
{
  TropeaTorBackend *backend = new_backend (fixture);
  gint64 begun_usec = 0;

  start (backend);
  g_assert_cmpint (kill (test_find_child (getpid ()), SIGSTOP), ==, 0);
  begun_usec = g_get_monotonic_time ();
  stop (backend);
  g_assert_cmpint (g_get_monotonic_time () - begun_usec, <, 2500 * 1000);
  g_assert_cmpint (test_find_child (getpid ()), ==, 0);
}

/* The program that holds a tor is killed; tor sees the end of its connection, and does not live
 * on for another half second.
 */
static void
test_dies_with_us (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *program = g_test_build_filename (G_TEST_BUILT, "tor", "hold-tor", NULL);
  g_autoptr(GSubprocess) holder = NULL;
  g_autoptr(GDataInputStream) lines = NULL;
  g_autofree char *line = NULL;
  g_autoptr(GError) error = NULL;
  gint64 begun_usec;
  int pid;

  holder = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program,
                             fixture->config->data_dir, fixture->config->runtime_dir,
                             fixture->config->append_file, NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (holder));
  line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
  g_assert_cmpstr (line, ==, "started");

  pid = test_find_child (atoi (g_subprocess_get_identifier (holder)));
  g_assert_cmpint (pid, >, 0);
  begun_usec = g_get_monotonic_time ();
  g_subprocess_force_exit (holder);
  test_wait_for_process (pid, 20);
  g_assert_cmpint (g_get_monotonic_time () - begun_usec, <, G_USEC_PER_SEC / 2);
  g_assert_true (g_subprocess_wait (holder, NULL, NULL));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/tor/starts-and-stops", test_start_stop);
  ADD ("/tor/samples-each-second-and-at-the-end", test_samples);
  ADD ("/tor/starts-again", test_start_again);
  ADD ("/tor/refuses-double-start-and-idle-stop", test_busy);
  ADD ("/tor/stop-cancels-start", test_stop_cancels_start);
  ADD ("/tor/stop-at-any-moment-of-a-start", test_stop_at_any_moment);
  ADD ("/tor/cancellable-cancels-start", test_cancel);
  ADD ("/tor/socks-port-in-use", test_socks_port_in_use);
  ADD ("/tor/control-port-in-use", test_control_port_in_use);
  ADD ("/tor/data-directory-locked", test_data_dir_locked);
  ADD ("/tor/data-directory-is-a-file", test_data_dir_is_a_file);
  ADD ("/tor/data-directory-unwritable", test_data_dir_unwritable);
  ADD ("/tor/data-directory-unusable-for-tor", test_data_dir_keys_blocked);
  ADD ("/tor/broken-append-file", test_broken_append);
  ADD ("/tor/missing-append-file", test_append_unreadable);
  ADD ("/tor/not-installed", test_not_installed);
  ADD ("/tor/not-a-tor", test_not_a_tor);
  ADD ("/tor/killed-is-failed", test_killed);
  ADD ("/tor/crashed-is-failed", test_crashed);
  ADD ("/tor/stops-a-stopped-process", test_stopped_process);
  ADD ("/tor/dies-with-its-owner", test_dies_with_us);
#undef ADD

  return g_test_run ();
}
