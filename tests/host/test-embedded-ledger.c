/* test-embedded-ledger.c: the child that is the ledger, real and misbehaving
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "host-fixture.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  char                 *folder;
  char                 *socket_path;
  char                 *real_program;
  TropeaEmbeddedLedger *ledger;
} Child;

static void
child_set_up (Child         *child,
              gconstpointer  script)
{
  g_autoptr(TropeaClock) clock = tropea_system_clock_new ();
  g_autofree char *database_path = NULL;

  child->folder = g_dir_make_tmp ("tropea-child-XXXXXX", NULL);
  child->socket_path = g_build_filename (child->folder, "ledger.sock", NULL);
  child->real_program = g_strdup (g_getenv ("TROPEA_LEDGER"));
  database_path = g_build_filename (child->folder, "ledger.db", NULL);
  child->ledger = tropea_embedded_ledger_new (child->socket_path, database_path, clock);

  if (script != NULL)
    {
      g_autofree char *path = g_build_filename (child->folder, "script", NULL);

      g_assert_true (g_file_set_contents_full (path, script, -1, G_FILE_SET_CONTENTS_NONE, 0700,
                                               NULL));
      g_setenv ("TROPEA_LEDGER", path, TRUE);
    }
}

static void
child_stop (Child *child)
{
  g_autoptr(GAsyncResult) result = NULL;

  tropea_embedded_ledger_stop_async (child->ledger, 300, test_keep_result, &result);
  test_wait_until (result != NULL, PATIENCE_SECONDS);
  g_assert_true (tropea_embedded_ledger_stop_finish (child->ledger, result, NULL));
}

static void
child_tear_down (Child         *child,
                 gconstpointer  script)
{
  if (child->ledger != NULL)
    {
      child_stop (child);
      g_assert_finalize_object (child->ledger);
    }
  g_setenv ("TROPEA_LEDGER", child->real_program, TRUE);
  fixture_remove (child->folder);
  g_free (child->folder);
  g_free (child->socket_path);
  g_free (child->real_program);
}

static pid_t
get_pid (Child *child)
{
  const char *text = tropea_embedded_ledger_get_pid (child->ledger);

  return text != NULL ? (pid_t) g_ascii_strtoll (text, NULL, 10) : 0;
}

static gboolean
is_gone (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", (int) pid);
  g_autofree char *stat = NULL;

  /* A zombie has ended; who reaps it is not the question. */
  return !g_file_get_contents (path, &stat, NULL, NULL) || strstr (stat, ") Z ") != NULL;
}

static gboolean
tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Another process's end sends no event: look again now and then. */
static void
wait_until_gone (pid_t pid)
{
  guint ticks = g_timeout_add (20, tick, NULL);

  test_wait_until (is_gone (pid), PATIENCE_SECONDS);
  g_source_remove (ticks);
}

static void
test_real (Child         *child,
           gconstpointer  script)
{
  pid_t pid = 0;

  g_assert_false (tropea_embedded_ledger_get_is_ready (child->ledger));
  tropea_embedded_ledger_start (child->ledger);
  test_wait_until (tropea_embedded_ledger_get_is_ready (child->ledger), PATIENCE_SECONDS);
  g_assert_null (tropea_embedded_ledger_get_problem (child->ledger));
  g_assert_true (g_file_test (child->socket_path, G_FILE_TEST_EXISTS));

  /* Ctrl-C goes to a group; the ledger is not in ours. */
  pid = get_pid (child);
  g_assert_cmpint (getpgid (pid), ==, pid);

  child_stop (child);
  g_assert_false (tropea_embedded_ledger_get_is_ready (child->ledger));
  g_assert_true (is_gone (pid));
}

static void
test_killed (Child         *child,
             gconstpointer  script)
{
  pid_t pid = 0;

  tropea_embedded_ledger_start (child->ledger);
  test_wait_until (tropea_embedded_ledger_get_is_ready (child->ledger), PATIENCE_SECONDS);
  pid = get_pid (child);
  kill (pid, SIGKILL);
  test_wait_until (!tropea_embedded_ledger_get_is_ready (child->ledger), PATIENCE_SECONDS);
  g_assert_nonnull (strstr (tropea_embedded_ledger_get_problem (child->ledger), "signal 9"));

  /* Its socket file is still there; the next one listens all the same. */
  test_wait_until (tropea_embedded_ledger_get_is_ready (child->ledger), PATIENCE_SECONDS);
  g_assert_null (tropea_embedded_ledger_get_problem (child->ledger));
  g_assert_cmpint (get_pid (child), !=, pid);
}

/* Whoever forgets to stop it leaves nothing behind either. */
static void
test_dropped (Child         *child,
              gconstpointer  script)
{
  pid_t pid = 0;

  tropea_embedded_ledger_start (child->ledger);
  test_wait_until (tropea_embedded_ledger_get_is_ready (child->ledger), PATIENCE_SECONDS);
  pid = get_pid (child);
  g_assert_finalize_object (child->ledger);
  child->ledger = NULL;
  wait_until_gone (pid);
}

static void
test_fails (Child         *child,
            gconstpointer  script)
{
  tropea_embedded_ledger_start (child->ledger);
  test_wait_until (tropea_embedded_ledger_get_problem (child->ledger) != NULL, PATIENCE_SECONDS);
  g_assert_nonnull (strstr (tropea_embedded_ledger_get_problem (child->ledger),
                            "the disk is full"));
  g_assert_false (tropea_embedded_ledger_get_is_ready (child->ledger));
  g_assert_cmpint (get_pid (child), ==, 0);

  /* And again, by itself. */
  test_wait_until (get_pid (child) != 0, PATIENCE_SECONDS);
}

static void
test_stubborn (Child         *child,
               gconstpointer  script)
{
  gint64 begun_usec = 0;
  pid_t pid = 0;

  tropea_embedded_ledger_start (child->ledger);
  test_wait_until (tropea_embedded_ledger_get_is_ready (child->ledger), PATIENCE_SECONDS);
  pid = get_pid (child);
  begun_usec = g_get_monotonic_time ();
  child_stop (child);
  g_assert_cmpint (g_get_monotonic_time () - begun_usec, >=, 300 * 1000);
  g_assert_true (is_gone (pid));
}

static void
test_not_found (Child         *child,
                gconstpointer  script)
{
  g_setenv ("TROPEA_LEDGER", "/nonexistent/ledger", TRUE);
  tropea_embedded_ledger_start (child->ledger);
  g_assert_nonnull (strstr (tropea_embedded_ledger_get_problem (child->ledger),
                            "/nonexistent/ledger"));
  g_setenv ("TROPEA_LEDGER", child->real_program, TRUE);
  test_wait_until (tropea_embedded_ledger_get_is_ready (child->ledger), PATIENCE_SECONDS);
}

#define add(name, script, function) \
  g_test_add ("/embedded-ledger/" name, Child, script, child_set_up, function, child_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  add ("listens-and-stops", NULL, test_real);
  add ("killed-comes-back", NULL, test_killed);
  add ("dropped-ends", NULL, test_dropped);
  add ("fails-with-its-own-words", "#!/bin/sh\necho 'the disk is full' >&2\nexit 1\n", test_fails);
  add ("stubborn-is-killed",
       "#!/bin/sh\ntrap '' TERM\necho listening\nwhile :; do read line || exec sleep 60; done\n",
       test_stubborn);
  add ("not-found-is-told-and-found-later", NULL, test_not_found);

  return g_test_run ();
}
