/* test-tropeactl.c: the real program: exit statuses, sentences, signals, a reader that goes
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "test-wait.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE_SECONDS 30

typedef struct
{
  const char *name;
  int         status;
  const char *told;      /* on stderr; NULL: nothing is */
  const char *line[10];  /* %D stands for a folder of the test's own */
} Row;

static char *
dup_argument (const char *argument,
              const char *folder)
{
  g_autoptr(GString) text = g_string_new (argument);

  g_string_replace (text, "%D", folder, 0);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* @stdout_fd: (transfer full): or -1 */
static GSubprocess *
spawn_on (const char * const *line,
          const char         *folder,
          GSubprocessFlags    flags,
          int                 stdout_fd)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (flags);
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) arguments = NULL;
  GSubprocess *process = NULL;

  g_strv_builder_add (builder, g_getenv ("TROPEACTL"));
  for (gsize i = 0; line[i] != NULL; i++)
    {
      g_autofree char *argument = dup_argument (line[i], folder);

      g_strv_builder_add (builder, argument);
    }
  arguments = g_strv_builder_end (builder);

  /* No keyring of whoever runs the tests. */
  g_subprocess_launcher_setenv (launcher, "DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent",
                                TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_RUNTIME_DIR", folder, TRUE);
  if (stdout_fd >= 0)
    g_subprocess_launcher_take_stdout_fd (launcher, stdout_fd);
  process = g_subprocess_launcher_spawnv (launcher, (const char * const *) arguments, &error);
  g_assert_no_error (error);

  return process;
}

static GSubprocess *
spawn (const char * const *line,
       const char         *folder,
       GSubprocessFlags    flags)
{
  return spawn_on (line, folder, flags, -1);
}

static void
remove_tree (const char *path)
{
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  const char *name = NULL;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autofree char *folder = g_dir_make_tmp ("tropeactl-XXXXXX", NULL);
  g_autofree char *public_key = g_build_filename (folder, "public-key", NULL);
  g_autoptr(GSubprocess) process = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *told = NULL;

  /* A key file that others can read. */
  g_assert_true (g_file_set_contents_full (public_key, "", 0, G_FILE_SET_CONTENTS_NONE, 0644,
                                           NULL));

  process = spawn (row->line, folder,
                   G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_subprocess_communicate_utf8_async (process, NULL, NULL, test_keep_result, &result);
  test_wait_until (result != NULL, PATIENCE_SECONDS);
  g_subprocess_communicate_utf8_finish (process, result, NULL, &told, &error);
  g_assert_no_error (error);

  g_test_message ("%s", told);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, row->status);
  if (row->told == NULL)
    {
      g_assert_cmpstr (told, ==, "");
    }
  else
    {
      /* One line, and a program's name in front. */
      g_assert_true (g_str_has_prefix (told, "tropeactl: "));
      g_assert_nonnull (strstr (told, row->told));
      g_assert_true (strchr (told, '\n') == told + strlen (told) - 1);
    }

  remove_tree (folder);
}

#define SIMULATE "run", "--simulate", "--data-dir=%D/data"

static const Row rows[] = {
  { "help", 0, NULL, { "--help" } },
  { "help-of-run", 0, NULL, { "run", "--help" } },
  { "version", 0, NULL, { "--version" } },
  { "nothing", 2, "see tropeactl --help", { NULL } },
  { "no-such-command", 2, "frobnicate", { "frobnicate" } },
  { "no-such-option", 2, "--frobnicate", { "run", "--frobnicate" } },
  { "stray-argument", 2, "stray", { "run", "stray" } },
  { "for-nothing", 2, "--for", { "run", "--for", "0" } },
  { "negative-sessions", 2, "--until-sessions", { "run", "--until-sessions=-3" } },
  { "no-number", 2, "abc", { "run", "--min-bytes", "abc" } },
  { "min-over-max", 2, "--max-seconds", { "run", "--min-seconds", "9", "--max-seconds", "8" } },
  { "ledger-url", 2, "ledger", { SIMULATE, "--key-file=%D/key", "--ledger", "gopher://x" } },
  { "no-keyring", 1, "--key-file PATH", { SIMULATE } },
  { "readable-key", 1, "public-key", { SIMULATE, "--key-file=%D/public-key" } },
  { "data-dir", 1, "--data-dir", { "run", "--simulate", "--data-dir=%D/public-key/data",
                                   "--key-file=%D/key" } },
  { "time-is-up", 0, NULL, { SIMULATE, "--key-file=%D/key", "--for=1" } },
  { "credited", 0, NULL, { SIMULATE, "--key-file=%D/key", "--until-sessions=1",
                           "--min-seconds=1", "--json" } },
  { "not-enough-time", 1, "0 of 1 ", { SIMULATE, "--key-file=%D/key", "--until-sessions=1",
                                       "--for=1" } },
};

/* Start a simulation and wait until it is told that it runs. */
static GSubprocess *
spawn_running (const char        *folder,
               const char        *option,
               GDataInputStream **output)
{
  const char * const line[] = { SIMULATE, "--key-file=%D/key", "--json", option, NULL };
  GSubprocess *process = spawn (line, folder, G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  gboolean is_running = FALSE;

  *output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  while (!is_running)
    {
      g_autofree char *text = g_data_input_stream_read_line (*output, NULL, NULL, NULL);

      g_assert_nonnull (text);
      is_running = strstr (text, "\"status\":\"running\"") != NULL;
    }

  return process;
}

static void
assert_ends (GSubprocess *process)
{
  g_autoptr(GAsyncResult) result = NULL;
  gint64 begun_usec = g_get_monotonic_time ();

  g_subprocess_wait_async (process, NULL, test_keep_result, &result);
  test_wait_until (result != NULL, PATIENCE_SECONDS);
  g_assert_true (g_subprocess_wait_finish (process, result, NULL));
  g_assert_cmpint (g_get_monotonic_time () - begun_usec, <, 5 * G_USEC_PER_SEC);
}

static void
test_signal (gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("tropeactl-XXXXXX", NULL);
  g_autoptr(GDataInputStream) output = NULL;
  g_autoptr(GSubprocess) process = spawn_running (folder, NULL, &output);

  g_subprocess_send_signal (process, GPOINTER_TO_INT (data));
  assert_ends (process);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);

  remove_tree (folder);
}

/* What was asked for did not happen. */
static void
test_signal_before_all_sessions (void)
{
  g_autofree char *folder = g_dir_make_tmp ("tropeactl-XXXXXX", NULL);
  g_autoptr(GDataInputStream) output = NULL;
  g_autoptr(GSubprocess) process = spawn_running (folder, "--until-sessions=5", &output);

  g_subprocess_send_signal (process, SIGINT);
  assert_ends (process);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 1);

  remove_tree (folder);
}

static void
test_full_disk_for_output (void)
{
  const char * const line[] = { SIMULATE, "--key-file=%D/key", NULL };
  g_autofree char *folder = g_dir_make_tmp ("tropeactl-XXXXXX", NULL);
  g_autoptr(GSubprocess) process = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autofree char *told = NULL;

  process = spawn_on (line, folder, G_SUBPROCESS_FLAGS_STDERR_PIPE,
                      open ("/dev/full", O_WRONLY | O_CLOEXEC));
  g_subprocess_communicate_utf8_async (process, NULL, NULL, test_keep_result, &result);
  test_wait_until (result != NULL, PATIENCE_SECONDS);
  g_assert_true (g_subprocess_communicate_utf8_finish (process, result, NULL, &told, NULL));
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 1);
  g_assert_nonnull (strstr (told, "The output cannot be written"));

  remove_tree (folder);
}

static void
test_reader_goes (void)
{
  g_autofree char *folder = g_dir_make_tmp ("tropeactl-XXXXXX", NULL);
  g_autoptr(GDataInputStream) output = NULL;
  g_autoptr(GSubprocess) process = spawn_running (folder, NULL, &output);

  g_assert_true (g_input_stream_close (G_INPUT_STREAM (output), NULL, NULL));
  assert_ends (process);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);

  remove_tree (folder);
}

/* The block is drawn, and the cursor is there again at the end. */
static void
test_terminal (void)
{
  const char * const line[] = { SIMULATE, "--key-file=%D/key", "--for=1", NULL };
  g_autofree char *folder = g_dir_make_tmp ("tropeactl-XXXXXX", NULL);
  g_autoptr(GString) shown = g_string_new (NULL);
  g_autoptr(GSubprocess) process = NULL;
  struct winsize size = { .ws_row = 24, .ws_col = 50 };
  char buffer[4096];
  gssize n_read = 0;
  int master = -1;
  int slave = -1;

  g_assert_cmpint (openpty (&master, &slave, NULL, NULL, &size), ==, 0);
  g_setenv ("TERM", "xterm", TRUE);
  process = spawn_on (line, folder, G_SUBPROCESS_FLAGS_NONE, slave);

  /* The other end closing is an error here, and the end. */
  while ((n_read = read (master, buffer, sizeof buffer)) > 0)
    g_string_append_len (shown, buffer, n_read);
  assert_ends (process);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);

  g_assert_true (g_str_has_prefix (shown->str, "\033[?25l"));
  g_assert_true (g_str_has_suffix (shown->str, "\033[?25h"));
  g_assert_nonnull (strstr (shown->str, "Credits"));
  g_assert_nonnull (strstr (shown->str, "simulation"));
  g_assert_nonnull (strstr (shown->str, "\033[9A"));

  close (master);
  remove_tree (folder);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/tropeactl/", rows[i].name, NULL);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_data_func ("/tropeactl/sigint-ends-in-order", GINT_TO_POINTER (SIGINT), test_signal);
  g_test_add_data_func ("/tropeactl/sigterm-ends-in-order", GINT_TO_POINTER (SIGTERM),
                        test_signal);
  g_test_add_data_func ("/tropeactl/sighup-ends-in-order", GINT_TO_POINTER (SIGHUP), test_signal);
  g_test_add_func ("/tropeactl/stopped-before-all-sessions", test_signal_before_all_sessions);
  g_test_add_func ("/tropeactl/output-on-a-full-disk", test_full_disk_for_output);
  g_test_add_func ("/tropeactl/reader-goes", test_reader_goes);

  g_test_add_func ("/tropeactl/terminal-is-left-as-found", test_terminal);

  return g_test_run ();
}
