/* test-tor-supervisor.c: a real tor that crashes, hangs or is cut off is started again
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "tor/tropea-tor-supervisor.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "fake-clock.h"
#include "test-wait.h"
#include "tor-tree.h"
#include "tor/tropea-tor.h"

/* DisableNetwork keeps tor from every address but those it listens on. */
#define APPENDIX "DisableNetwork 1\nGeoIPFile /dev/null\nGeoIPv6File /dev/null\n"

#define PATIENCE_SECONDS 40
#define MSEC 1000

static const TropeaRestartRules quick = { 10 * MSEC, 40 * MSEC, 5, 600 * G_USEC_PER_SEC };
static const TropeaRestartRules slow = { 60 * G_USEC_PER_SEC, 60 * G_USEC_PER_SEC, 5,
                                         600 * G_USEC_PER_SEC };

typedef struct
{
  char             *root;        /* (owned) */
  TropeaTorConfig  *config;      /* (owned) */
  TropeaTorBackend *backend;     /* (owned) (nullable) */
  GString          *states;      /* (owned) */
  GError           *crash;       /* (owned) (nullable): what was told with the last wait */
  guint             n_crashes;
  guint             n_samples;
  TropeaTorSample   last_sample;
} Fixture;

static void
state_cb (TropeaTorBackend *backend,
          GParamSpec       *pspec,
          Fixture          *fixture)
{
  g_string_append_printf (fixture->states, "%s ",
                          tropea_tor_state_to_string (tropea_tor_backend_get_state (backend)));
}

/* Whoever hears of the trouble sees the wait, too. */
static void
trouble_cb (TropeaTorBackend *backend,
            GParamSpec       *pspec,
            Fixture          *fixture)
{
  if (tropea_tor_backend_get_restart_seconds (backend) == 0)
    return;

  g_clear_error (&fixture->crash);
  fixture->crash = tropea_tor_backend_dup_trouble (backend);
  fixture->n_crashes++;
  g_test_message ("%s", fixture->crash->message);
  g_assert_cmpint (tropea_tor_backend_get_state (backend), ==, TROPEA_TOR_STATE_STARTING);
  g_assert_cmpuint (tropea_tor_backend_get_socks_port (backend), ==, 0);
  g_assert_cmpuint (tropea_tor_backend_get_control_port (backend), ==, 0);
  g_assert_cmpint (tropea_tor_backend_get_bootstrap_percent (backend), ==, 0);
}

static void
sample_cb (TropeaTorBackend      *backend,
           const TropeaTorSample *sample,
           Fixture               *fixture)
{
  fixture->n_samples++;
  fixture->last_sample = *sample;
}

static void
append_lines (Fixture    *fixture,
              const char *lines)
{
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
  data_dir = g_build_filename (fixture->root, "data", NULL);
  runtime_dir = g_build_filename (fixture->root, "run", NULL);

  fixture->config = tropea_tor_config_new (data_dir, runtime_dir);
  fixture->config->socks_port = TROPEA_TOR_PORT_AUTO;
  fixture->config->control_port = TROPEA_TOR_PORT_AUTO;
  fixture->config->append_file = g_build_filename (fixture->root, "append", NULL);
  append_lines (fixture, APPENDIX);
  fixture->states = g_string_new (NULL);
}

static void
forget_backend (Fixture *fixture)
{
  g_signal_handlers_disconnect_by_data (fixture->backend, fixture);
  g_assert_finalize_object (g_steal_pointer (&fixture->backend));
  g_string_truncate (fixture->states, 0);
  g_clear_error (&fixture->crash);
  fixture->n_crashes = 0;
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->backend != NULL)
    forget_backend (fixture);
  g_clear_error (&fixture->crash);
  test_remove_tree (fixture->root);
  g_string_free (fixture->states, TRUE);
  tropea_tor_config_free (fixture->config);
  g_free (fixture->root);
}

static TropeaTorBackend *
new_backend (Fixture                  *fixture,
             const TropeaRestartRules *rules,
             TropeaClock              *clock)
{
  g_autoptr(TropeaClock) own = clock != NULL ? g_object_ref (clock) : tropea_system_clock_new ();
  g_autoptr(TropeaTorBackend) tor = TROPEA_TOR_BACKEND (tropea_tor_new (fixture->config, own));

  fixture->backend = TROPEA_TOR_BACKEND (tropea_tor_supervisor_new (tor, rules, own));
  g_signal_connect (fixture->backend, "notify::state", G_CALLBACK (state_cb), fixture);
  g_signal_connect (fixture->backend, "notify::trouble", G_CALLBACK (trouble_cb), fixture);
  g_signal_connect (fixture->backend, "sample", G_CALLBACK (sample_cb), fixture);

  return fixture->backend;
}

static gboolean
try_start (TropeaTorBackend  *backend,
           GError           **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  tropea_tor_backend_start_async (backend, NULL, test_keep_result, &result);
  test_wait_until (result != NULL, PATIENCE_SECONDS);

  return tropea_tor_backend_start_finish (backend, result, error);
}

static void
start (TropeaTorBackend *backend)
{
  g_autoptr(GError) error = NULL;

  try_start (backend, &error);
  g_assert_no_error (error);
}

static void
stop (TropeaTorBackend *backend)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  tropea_tor_backend_stop_async (backend, NULL, test_keep_result, &result);
  test_wait_until (result != NULL, PATIENCE_SECONDS);
  tropea_tor_backend_stop_finish (backend, result, &error);
  g_assert_no_error (error);
  g_assert_cmpint (tropea_tor_backend_get_state (backend), ==, TROPEA_TOR_STATE_STOPPED);
  g_assert_cmpint (test_find_child (getpid ()), ==, 0);
}

static int
signal_tor (int number)
{
  int pid = test_find_child (getpid ());

  g_assert_cmpint (pid, >, 0);
  g_assert_cmpint (kill (pid, number), ==, 0);

  return pid;
}

#define wait_for_state(backend, state)                                                \
  test_wait_until (tropea_tor_backend_get_state (backend) == (state), PATIENCE_SECONDS)

static gboolean
has_trouble (TropeaTorBackend *backend)
{
  g_autoptr(GError) trouble = tropea_tor_backend_dup_trouble (backend);

  return trouble != NULL;
}

/* The end of our connection to tor's control socket. */
static int
find_connection (Fixture *fixture)
{
  g_autofree char *path = tropea_tor_config_dup_control_socket (fixture->config);

  for (int fd = 3; fd < 256; fd++)
    {
      struct sockaddr_un address = { 0 };
      socklen_t length = sizeof address;

      if (getpeername (fd, (struct sockaddr *) &address, &length) == 0
          && address.sun_family == AF_UNIX && g_str_equal (address.sun_path, path))
        return fd;
    }

  g_assert_not_reached ();
}

static void
test_crashes (Fixture       *fixture,
              gconstpointer  data)
{
  static const struct
  {
    int         number;
    const char *part;
  } rows[] = {
    { SIGKILL, "Tor ended unexpectedly (signal 9, Killed); trying again after 1 s" },
    { SIGSEGV, "died: Caught signal 11" },
    { SIGTERM, "Tor ended unexpectedly (exit status 0); trying again after 1 s" },
  };
  TropeaTorBackend *backend = new_backend (fixture, &quick, NULL);

  start (backend);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      int pid = signal_tor (rows[i].number);

      test_wait_until (fixture->n_crashes == i + 1, PATIENCE_SECONDS);
      g_assert_error (fixture->crash, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_EXITED);
      g_assert_nonnull (strstr (fixture->crash->message, rows[i].part));
      wait_for_state (backend, TROPEA_TOR_STATE_BOOTSTRAPPING);
      g_assert_cmpint (test_find_child (getpid ()), !=, pid);
      g_assert_false (has_trouble (backend));
      g_assert_cmpuint (tropea_tor_backend_get_restart_seconds (backend), ==, 0);
      fixture->n_samples = 0;
      test_wait_until (fixture->n_samples > 0, PATIENCE_SECONDS);
    }

  stop (backend);
  g_assert_cmpstr (fixture->states->str, ==,
                   "starting bootstrapping starting bootstrapping starting bootstrapping "
                   "starting bootstrapping stopping stopped ");
}

/* The fifth is one too many; a start by the user counts from nothing again. */
static void
test_breaker (Fixture       *fixture,
              gconstpointer  data)
{
  TropeaTorBackend *backend = new_backend (fixture, &quick, NULL);

  for (int round = 0; round < 2; round++)
    {
      fixture->n_crashes = 0;
      start (backend);
      for (guint i = 1; i <= 5; i++)
        {
          wait_for_state (backend, TROPEA_TOR_STATE_BOOTSTRAPPING);
          signal_tor (i < 5 ? SIGKILL : SIGSEGV);
          test_wait_until (fixture->n_crashes == MIN (i, 4)
                           && (i < 5 || tropea_tor_backend_get_failure (backend) != NULL),
                           PATIENCE_SECONDS);
        }

      g_assert_cmpint (tropea_tor_backend_get_state (backend), ==, TROPEA_TOR_STATE_FAILED);
      g_assert_error (tropea_tor_backend_get_failure (backend), TROPEA_TOR_ERROR,
                      TROPEA_TOR_ERROR_UNSTABLE);
      g_test_message ("%s", tropea_tor_backend_get_failure (backend)->message);
      g_assert_nonnull (strstr (tropea_tor_backend_get_failure (backend)->message,
                                "died: Caught signal 11"));
      g_assert_nonnull (strstr (tropea_tor_backend_get_failure (backend)->message,
                                "failed 5 times within 10 min"));
      g_assert_false (has_trouble (backend));
      g_assert_cmpint (test_find_child (getpid ()), ==, 0);
    }
}

/* A program that is no tor ends each time; the start is over when that is given up. */
static void
test_never_starts (Fixture       *fixture,
                   gconstpointer  data)
{
  TropeaTorBackend *backend;
  g_autoptr(GError) error = NULL;

  fixture->config->binary = g_strdup ("/bin/true");
  backend = new_backend (fixture, &quick, NULL);
  g_assert_false (try_start (backend, &error));
  g_assert_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_UNSTABLE);
  g_assert_cmpstr (error->message, ==, tropea_tor_backend_get_failure (backend)->message);
  g_assert_cmpuint (fixture->n_crashes, ==, 4);
}

/* A socket that takes a free port; torrc lines that want the same one. */
static int
take_port (char **lines)
{
  g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr(GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr(GSocketAddress) bound = NULL;
  char native[64];
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  socklen_t length = sizeof native;

  g_assert_cmpint (fd, >=, 0);
  g_assert_true (g_socket_address_to_native (address, native, sizeof native, NULL));
  g_assert_cmpint (bind (fd, (struct sockaddr *) native,
                         (socklen_t) g_socket_address_get_native_size (address)), ==, 0);
  g_assert_cmpint (listen (fd, 1), ==, 0);
  g_assert_cmpint (getsockname (fd, (struct sockaddr *) native, &length), ==, 0);
  bound = g_socket_address_new_from_native (native, length);
  *lines = g_strdup_printf (APPENDIX "ControlPort 127.0.0.1:%u\n",
                            g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));

  return fd;
}

static void
break_for (Fixture        *fixture,
           TropeaTorError  code,
           int            *fd)
{
  g_autofree char *lines = NULL;

  if (code == TROPEA_TOR_ERROR_CONFIGURATION)
    {
      append_lines (fixture, APPENDIX "NoSuchOption 1\n");
    }
  else if (code == TROPEA_TOR_ERROR_NOT_INSTALLED)
    {
      g_assert_cmpint (g_unlink (fixture->config->binary), ==, 0);
    }
  else if (code == TROPEA_TOR_ERROR_DATA_DIRECTORY)
    {
      test_remove_tree (fixture->config->data_dir);
      g_assert_true (g_file_set_contents (fixture->config->data_dir, "", 0, NULL));
    }
  else
    {
      *fd = take_port (&lines);
      append_lines (fixture, lines);
    }
}

/* What another try cannot mend fails at once: at the start, and at a restart. */
static void
test_permanent (Fixture       *fixture,
                gconstpointer  data)
{
  static const TropeaTorError codes[] = {
    TROPEA_TOR_ERROR_CONFIGURATION, TROPEA_TOR_ERROR_NOT_INSTALLED,
    TROPEA_TOR_ERROR_DATA_DIRECTORY, TROPEA_TOR_ERROR_PORT_IN_USE,
  };
  g_autofree char *real = g_find_program_in_path ("tor");

  fixture->config->binary = g_build_filename (fixture->root, "tor", NULL);
  for (guint i = 0; i < 2 * G_N_ELEMENTS (codes); i++)
    {
      gboolean is_restart = i % 2 == 1;
      g_autoptr(GError) error = NULL;
      TropeaTorBackend *backend;
      int fd = -1;

      g_assert_cmpint (symlink (real != NULL ? real : "/usr/sbin/tor", fixture->config->binary),
                       ==, 0);
      append_lines (fixture, APPENDIX);
      backend = new_backend (fixture, &quick, NULL);
      if (is_restart)
        {
          start (backend);
          break_for (fixture, codes[i / 2], &fd);
          signal_tor (SIGKILL);
          wait_for_state (backend, TROPEA_TOR_STATE_FAILED);
        }
      else
        {
          break_for (fixture, codes[i / 2], &fd);
          g_assert_false (try_start (backend, &error));
        }

      g_test_message ("%s", tropea_tor_backend_get_failure (backend)->message);
      g_assert_cmpuint (fixture->n_crashes, ==, is_restart ? 1 : 0);
      g_assert_error (tropea_tor_backend_get_failure (backend), TROPEA_TOR_ERROR,
                      (int) codes[i / 2]);
      g_assert_true (g_str_has_suffix (fixture->states->str, "failed "));
      forget_backend (fixture);
      if (fd >= 0)
        g_close (fd, NULL);
      g_unlink (fixture->config->binary);
      test_remove_tree (fixture->config->data_dir);
    }
  g_assert_cmpint (test_find_child (getpid ()), ==, 0);
}

static void
test_stop_while_waiting (Fixture       *fixture,
                         gconstpointer  data)
{
  TropeaTorBackend *backend = new_backend (fixture, &slow, NULL);
  gint64 begun_usec;

  start (backend);
  signal_tor (SIGKILL);
  test_wait_until (fixture->n_crashes == 1, PATIENCE_SECONDS);
  g_assert_cmpuint (tropea_tor_backend_get_restart_seconds (backend), ==, 60);
  test_wait_until (tropea_tor_backend_get_restart_seconds (backend) == 58, PATIENCE_SECONDS);
  g_assert_true (has_trouble (backend));
  g_assert_cmpint (test_find_child (getpid ()), ==, 0);

  begun_usec = g_get_monotonic_time ();
  stop (backend);
  g_assert_cmpint (g_get_monotonic_time () - begun_usec, <, G_USEC_PER_SEC / 2);
  g_assert_false (has_trouble (backend));
  g_assert_cmpuint (tropea_tor_backend_get_restart_seconds (backend), ==, 0);

  start (backend);
  stop (backend);
}

/* A start that has not been answered yet is cancelled in the wait as well. */
static void
test_cancel_while_waiting (Fixture       *fixture,
                           gconstpointer  data)
{
  TropeaTorBackend *backend;
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  fixture->config->binary = g_strdup ("/bin/true");
  backend = new_backend (fixture, &slow, NULL);
  tropea_tor_backend_start_async (backend, cancellable, test_keep_result, &result);
  test_wait_until (fixture->n_crashes == 1, PATIENCE_SECONDS);
  g_assert_null (result);
  g_cancellable_cancel (cancellable);
  test_wait_until (result != NULL, PATIENCE_SECONDS);
  g_assert_false (tropea_tor_backend_start_finish (backend, result, &error));
  g_assert_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CANCELLED);
  g_assert_cmpint (tropea_tor_backend_get_state (backend), ==, TROPEA_TOR_STATE_STOPPED);
}

/* It is noticed within 10 s, ended though it stands still, and another one runs. */
static void
test_hangs (Fixture       *fixture,
            gconstpointer  data)
{
  TropeaTorBackend *backend = new_backend (fixture, &quick, NULL);
  gint64 begun_usec;
  int pid;

  start (backend);
  test_wait_until (fixture->n_samples >= 2, PATIENCE_SECONDS);
  pid = signal_tor (SIGSTOP);
  begun_usec = g_get_monotonic_time ();
  test_wait_until (has_trouble (backend), PATIENCE_SECONDS);
  g_assert_cmpint (g_get_monotonic_time () - begun_usec, <, 8 * G_USEC_PER_SEC);
  g_assert_cmpint (tropea_tor_backend_get_state (backend), ==, TROPEA_TOR_STATE_BOOTSTRAPPING);
  g_assert_cmpuint (tropea_tor_backend_get_restart_seconds (backend), ==, 0);

  test_wait_until (fixture->n_crashes == 1, PATIENCE_SECONDS);
  g_assert_cmpint (g_get_monotonic_time () - begun_usec, <, 13 * G_USEC_PER_SEC);
  g_assert_error (fixture->crash, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_HUNG);
  wait_for_state (backend, TROPEA_TOR_STATE_BOOTSTRAPPING);
  g_assert_cmpint (test_find_child (getpid ()), !=, pid);
  g_assert_false (has_trouble (backend));
  g_assert_cmpstr (fixture->states->str, ==,
                   "starting bootstrapping stopping starting bootstrapping ");
  stop (backend);
}

/* One sample for the whole of the silence, and it says how long that was. */
static void
test_goes_on_in_time (Fixture       *fixture,
                      gconstpointer  data)
{
  TropeaTorBackend *backend = new_backend (fixture, &quick, NULL);
  gint64 begun_usec;
  guint n_samples;
  int pid;

  start (backend);
  test_wait_until (fixture->n_samples >= 2, PATIENCE_SECONDS);
  pid = signal_tor (SIGSTOP);
  begun_usec = g_get_monotonic_time ();
  test_wait_until (has_trouble (backend), PATIENCE_SECONDS);
  n_samples = fixture->n_samples;
  g_assert_cmpint (kill (pid, SIGCONT), ==, 0);
  test_wait_until (fixture->n_samples > n_samples, PATIENCE_SECONDS);
  g_assert_cmpint (fixture->last_sample.interval_usec, >, 4 * G_USEC_PER_SEC);
  g_assert_cmpint (fixture->last_sample.interval_usec, <,
                   g_get_monotonic_time () - begun_usec + 3 * G_USEC_PER_SEC);
  g_assert_false (has_trouble (backend));
  n_samples = fixture->n_samples;
  test_wait_until (fixture->n_samples > n_samples, PATIENCE_SECONDS);
  g_assert_cmpint (fixture->last_sample.interval_usec, <, 3 * G_USEC_PER_SEC);

  g_assert_cmpint (test_find_child (getpid ()), ==, pid);
  g_assert_cmpuint (fixture->n_crashes, ==, 0);
  g_assert_cmpstr (fixture->states->str, ==, "starting bootstrapping ");
  stop (backend);
}

/* tor ends by itself, as it belongs to the connection; or it is ended, where it cannot. */
static void
test_connection_lost (Fixture       *fixture,
                      gconstpointer  data)
{
  TropeaTorBackend *backend = new_backend (fixture, &quick, NULL);

  start (backend);
  for (guint i = 0; i < 2; i++)
    {
      gboolean hangs = i == 1;
      TropeaTorError code = hangs ? TROPEA_TOR_ERROR_CONTROL : TROPEA_TOR_ERROR_EXITED;
      gint64 begun_usec = g_get_monotonic_time ();
      int pid;

      fixture->n_samples = 0;
      test_wait_until (fixture->n_samples >= 1, PATIENCE_SECONDS);
      pid = signal_tor (hangs ? SIGSTOP : SIGCONT);
      g_assert_cmpint (shutdown (find_connection (fixture), SHUT_RDWR), ==, 0);
      test_wait_until (fixture->n_crashes == i + 1, PATIENCE_SECONDS);
      g_assert_cmpint (g_get_monotonic_time () - begun_usec, <, 7 * G_USEC_PER_SEC);
      g_assert_error (fixture->crash, TROPEA_TOR_ERROR, (int) code);
      wait_for_state (backend, TROPEA_TOR_STATE_BOOTSTRAPPING);
      g_assert_cmpint (test_find_child (getpid ()), !=, pid);
    }
  stop (backend);
}

/* By a clock of our own: a closed lid is in no interval, and the sample behind it says so. */
static void
test_suspend (Fixture       *fixture,
              gconstpointer  data)
{
  static const gint64 asleep_s[] = { 0, 61, 0, 30000 };
  g_autoptr(FakeClock) clock = fake_clock_new (1700000000000);
  TropeaTorBackend *backend = new_backend (fixture, &quick, TROPEA_CLOCK (clock));

  start (backend);
  test_wait_until (fixture->n_samples >= 1, PATIENCE_SECONDS);
  for (guint i = 0; i < G_N_ELEMENTS (asleep_s); i++)
    {
      guint n_samples = fixture->n_samples;
      gint64 wall_ms = fixture->last_sample.wall_ms;

      fake_clock_advance (clock, G_USEC_PER_SEC);
      fake_clock_suspend (clock, asleep_s[i] * G_USEC_PER_SEC);
      test_wait_until (fixture->n_samples > n_samples, PATIENCE_SECONDS);
      g_assert_cmpint (fixture->last_sample.interval_usec, ==, G_USEC_PER_SEC);
      g_assert_cmpint (fixture->last_sample.asleep_usec, ==, asleep_s[i] * G_USEC_PER_SEC);
      g_assert_cmpint (fixture->last_sample.wall_ms, ==, wall_ms + 1000 + asleep_s[i] * 1000);
    }

  /* Hours back and forth change nothing that is measured. */
  for (int i = -1; i <= 1; i += 2)
    {
      guint n_samples = fixture->n_samples;

      fake_clock_set_wall_ms (clock, 1700000000000 + i * 18000000);
      fake_clock_advance (clock, G_USEC_PER_SEC);
      test_wait_until (fixture->n_samples > n_samples, PATIENCE_SECONDS);
      g_assert_cmpint (fixture->last_sample.interval_usec, ==, G_USEC_PER_SEC);
      g_assert_cmpint (fixture->last_sample.asleep_usec, ==, 0);
    }
  stop (backend);
}

static void
test_busy (Fixture       *fixture,
           gconstpointer  data)
{
  TropeaTorBackend *backend = new_backend (fixture, &slow, NULL);
  g_autoptr(GAsyncResult) stopped = NULL;
  g_autoptr(GError) error = NULL;

  tropea_tor_backend_stop_async (backend, NULL, test_keep_result, &stopped);
  test_wait_until (stopped != NULL, PATIENCE_SECONDS);
  g_assert_false (tropea_tor_backend_stop_finish (backend, stopped, &error));
  g_assert_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_BUSY);
  g_clear_error (&error);

  start (backend);
  g_assert_false (try_start (backend, &error));
  g_assert_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_BUSY);
  g_clear_error (&error);

  signal_tor (SIGKILL);
  test_wait_until (fixture->n_crashes == 1, PATIENCE_SECONDS);
  g_assert_false (try_start (backend, &error));
  g_assert_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_BUSY);
  stop (backend);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define ADD(path, func) g_test_add ("/tor-supervisor/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("crash-is-followed-by-a-start", test_crashes);
  ADD ("fifth-crash-is-one-too-many", test_breaker);
  ADD ("never-starts-is-given-up", test_never_starts);
  ADD ("what-stays-broken-fails-at-once", test_permanent);
  ADD ("stop-ends-the-wait", test_stop_while_waiting);
  ADD ("cancellable-ends-the-wait", test_cancel_while_waiting);
  ADD ("hanging-tor-is-exchanged", test_hangs);
  ADD ("goes-on-after-a-short-stop", test_goes_on_in_time);
  ADD ("lost-connection-is-a-crash", test_connection_lost);
  ADD ("suspend-and-set-clock-are-in-no-interval", test_suspend);
  ADD ("refuses-double-start-and-idle-stop", test_busy);
#undef ADD

  return g_test_run ();
}
