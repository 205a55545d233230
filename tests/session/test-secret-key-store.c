/* test-secret-key-store.c: locked, absent and out of reach are different answers of a keyring
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "session/tropea-identity.h"
#include "test-wait.h"

#include <glib/gstdio.h>
#include <string.h>

/* Runs in a private session whose bus starts nothing by itself, or only the prompt. Each case
 * has a real gnome-keyring-daemon over a folder of its own.
 */

#define SECRETS "org.freedesktop.secrets"
#define SERVICE_PATH "/org/freedesktop/secrets"
#define LOGIN_PATH "/org/freedesktop/secrets/collection/login"
/* In memory only: what is there is forgotten when the daemon ends. */
#define SESSION_PATH "/org/freedesktop/secrets/collection/session"
#define PASSWORD "correct horse"
#define WAIT_S 30

typedef struct
{
  char            *dir;
  char            *marker_path;
  GDBusConnection *bus;
  GSubprocess     *daemon;
  guint            watch_id;
  gboolean         is_up;
  TropeaKeyStore  *store;
  TropeaIdentity  *identity;
} Fixture;

static void
appeared_cb (GDBusConnection *bus,
             const char      *name,
             const char      *owner,
             gpointer         user_data)
{
  ((Fixture *) user_data)->is_up = TRUE;
}

static void
vanished_cb (GDBusConnection *bus,
             const char      *name,
             gpointer         user_data)
{
  ((Fixture *) user_data)->is_up = FALSE;
}

static void
restart (Fixture *fixture)
{
  g_clear_object (&fixture->identity);
  g_clear_object (&fixture->store);
  fixture->store = tropea_secret_key_store_new ("test");
  fixture->identity = tropea_identity_new (fixture->store, fixture->marker_path);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  user_data)
{
  g_autoptr(GError) error = NULL;

  fixture->dir = g_build_filename (g_getenv ("TROPEA_SESSION_DIR"), "keyring-XXXXXX", NULL);
  g_assert_nonnull (g_mkdtemp (fixture->dir));
  fixture->marker_path = g_build_filename (fixture->dir, "identity.pub", NULL);
  fixture->bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_assert_no_error (error);
  fixture->watch_id = g_bus_watch_name_on_connection (fixture->bus, SECRETS,
                                                      G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                      appeared_cb, vanished_cb, fixture, NULL);
  restart (fixture);
}

static void
stop_daemon (Fixture *fixture)
{
  g_autoptr(GError) error = NULL;

  if (fixture->daemon == NULL)
    return;

  g_subprocess_force_exit (fixture->daemon);
  g_subprocess_wait (fixture->daemon, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&fixture->daemon);
  test_wait_until (!fixture->is_up, WAIT_S);
}

static void
start_daemon (Fixture    *fixture,
              const char *password)
{
  g_autoptr(GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                               G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr(GError) error = NULL;
  const char *mode = password != NULL ? "--unlock" : "--start";
  GOutputStream *input = NULL;

  /* Its warnings are not ours. */
  g_subprocess_launcher_unsetenv (launcher, "G_DEBUG");
  g_subprocess_launcher_setenv (launcher, "HOME", fixture->dir, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_DATA_HOME", fixture->dir, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_RUNTIME_DIR", fixture->dir, TRUE);
  fixture->daemon = g_subprocess_launcher_spawn (launcher, &error, "gnome-keyring-daemon",
                                                 "--foreground", "--components=secrets", mode,
                                                 NULL);
  g_assert_no_error (error);
  input = g_subprocess_get_stdin_pipe (fixture->daemon);
  if (password != NULL)
    g_output_stream_write_all (input, password, strlen (password), NULL, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_close (input, NULL, &error);
  g_assert_no_error (error);
  test_wait_until (fixture->is_up, WAIT_S);
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
tear_down (Fixture       *fixture,
           gconstpointer  user_data)
{
  g_clear_object (&fixture->identity);
  g_clear_object (&fixture->store);
  stop_daemon (fixture);
  g_bus_unwatch_name (fixture->watch_id);
  g_clear_object (&fixture->bus);
  remove_tree (fixture->dir);
  g_clear_pointer (&fixture->dir, g_free);
  g_clear_pointer (&fixture->marker_path, g_free);
}

static gboolean
open_identity (Fixture  *fixture,
               gboolean  may_prompt,
               GError  **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  tropea_identity_open_async (fixture->identity, may_prompt, test_keep_result, &result);
  test_wait_until (result != NULL, WAIT_S);

  return tropea_identity_open_finish (fixture->identity, result, error);
}

static char *
open_well (Fixture *fixture)
{
  g_autoptr(GError) error = NULL;

  open_identity (fixture, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (tropea_identity_get_state (fixture->identity), ==, TROPEA_KEY_STATE_READY);

  return g_strdup (tropea_identity_get_public_key (fixture->identity));
}

static void
check_open_fails (Fixture             *fixture,
                  gboolean             may_prompt,
                  TropeaKeyStoreError  code,
                  TropeaKeyState       state)
{
  g_autoptr(GError) error = NULL;

  g_assert_false (open_identity (fixture, may_prompt, &error));
  g_assert_error (error, TROPEA_KEY_STORE_ERROR, (int) code);
  g_assert_cmpint (tropea_identity_get_state (fixture->identity), ==, state);
}

static GVariant *
call (Fixture            *fixture,
      const char         *path,
      const char         *interface,
      const char         *method,
      GVariant           *parameters)
{
  g_autoptr(GError) error = NULL;
  GVariant *reply = g_dbus_connection_call_sync (fixture->bus, SECRETS, path, interface, method,
                                                 parameters, NULL, G_DBUS_CALL_FLAGS_NONE, -1,
                                                 NULL, &error);

  g_assert_no_error (error);

  return reply;
}

static void
lock (Fixture *fixture)
{
  const char * const paths[] = { LOGIN_PATH, NULL };

  g_variant_unref (call (fixture, SERVICE_PATH, "org.freedesktop.Secret.Service", "Lock",
                         g_variant_new ("(^ao)", paths)));
}

/* Paths of all items with our attribute, locked or not. */
static char **
find_items (Fixture *fixture)
{
  GVariantBuilder attributes;
  g_autoptr(GVariant) reply = NULL;
  g_autoptr(GStrvBuilder) all = g_strv_builder_new ();
  g_autofree const char **unlocked = NULL;
  g_autofree const char **locked = NULL;

  g_variant_builder_init (&attributes, G_VARIANT_TYPE ("a{ss}"));
  g_variant_builder_add (&attributes, "{ss}", "tropea-key", "ed25519-seed");
  reply = call (fixture, SERVICE_PATH, "org.freedesktop.Secret.Service", "SearchItems",
                g_variant_new ("(a{ss})", &attributes));
  g_variant_get (reply, "(^a&o^a&o)", &unlocked, &locked);
  g_strv_builder_addv (all, unlocked);
  g_strv_builder_addv (all, locked);

  return g_strv_builder_end (all);
}

static void
check_one_item (Fixture *fixture)
{
  g_auto(GStrv) items = find_items (fixture);

  g_assert_cmpuint (g_strv_length (items), ==, 1);
  g_assert_false (g_str_has_prefix (items[0], SESSION_PATH "/"));
}

static void
check_no_marker (Fixture *fixture)
{
  g_assert_false (g_file_test (fixture->marker_path, G_FILE_TEST_EXISTS));
}

static void
test_no_service_names_the_way_out (Fixture       *fixture,
                                   gconstpointer  user_data)
{
  g_autoptr(GError) error = NULL;

  g_assert_false (open_identity (fixture, FALSE, &error));
  g_assert_error (error, TROPEA_KEY_STORE_ERROR, TROPEA_KEY_STORE_ERROR_UNAVAILABLE);
  g_assert_nonnull (strstr (error->message, "--key-file PATH"));
  g_assert_cmpint (tropea_identity_get_state (fixture->identity), ==,
                   TROPEA_KEY_STATE_UNAVAILABLE);
  check_no_marker (fixture);
}

static void
test_keeps_one_key_over_restarts (Fixture       *fixture,
                                  gconstpointer  user_data)
{
  g_autofree char *made = NULL;
  g_autofree char *found = NULL;
  g_autofree char *after_restart = NULL;

  start_daemon (fixture, PASSWORD);
  made = open_well (fixture);
  check_one_item (fixture);

  restart (fixture);
  found = open_well (fixture);
  g_assert_cmpstr (found, ==, made);

  stop_daemon (fixture);
  start_daemon (fixture, PASSWORD);
  restart (fixture);
  after_restart = open_well (fixture);
  g_assert_cmpstr (after_restart, ==, made);
  check_one_item (fixture);
}

static void
test_locked_at_start_is_locked (Fixture       *fixture,
                                gconstpointer  user_data)
{
  g_autofree char *made = NULL;

  start_daemon (fixture, PASSWORD);
  made = open_well (fixture);
  stop_daemon (fixture);
  start_daemon (fixture, NULL);

  restart (fixture);
  check_open_fails (fixture, FALSE, TROPEA_KEY_STORE_ERROR_LOCKED, TROPEA_KEY_STATE_LOCKED);
  g_assert_cmpstr (tropea_identity_get_public_key (fixture->identity), ==, made);

  /* Also for a program that has lost its marker: it must not begin anew. */
  g_unlink (fixture->marker_path);
  restart (fixture);
  check_open_fails (fixture, FALSE, TROPEA_KEY_STORE_ERROR_LOCKED, TROPEA_KEY_STATE_LOCKED);
  check_no_marker (fixture);
}

static void
test_locked_while_running_is_locked (Fixture       *fixture,
                                     gconstpointer  user_data)
{
  g_autofree char *made = NULL;

  start_daemon (fixture, PASSWORD);
  made = open_well (fixture);
  lock (fixture);
  restart (fixture);
  check_open_fails (fixture, FALSE, TROPEA_KEY_STORE_ERROR_LOCKED, TROPEA_KEY_STATE_LOCKED);
  check_one_item (fixture);
}

/* No prompter can be started here, which to us is a user who says no. */
static void
test_without_a_prompt_it_stays_locked (Fixture       *fixture,
                                       gconstpointer  user_data)
{
  g_autofree char *made = NULL;
  g_autofree char *found = NULL;

  start_daemon (fixture, PASSWORD);
  made = open_well (fixture);
  lock (fixture);
  restart (fixture);
  check_open_fails (fixture, TRUE, TROPEA_KEY_STORE_ERROR_DISMISSED, TROPEA_KEY_STATE_LOCKED);

  stop_daemon (fixture);
  start_daemon (fixture, PASSWORD);
  found = open_well (fixture);
  g_assert_cmpstr (found, ==, made);
}

/* The keyring is locked and has nothing of ours: nobody can know that yet. */
static void
test_locked_and_empty_is_not_absent (Fixture       *fixture,
                                     gconstpointer  user_data)
{
  start_daemon (fixture, PASSWORD);
  stop_daemon (fixture);
  start_daemon (fixture, NULL);
  check_open_fails (fixture, FALSE, TROPEA_KEY_STORE_ERROR_LOCKED, TROPEA_KEY_STATE_LOCKED);
  check_no_marker (fixture);
}

/* There is only the session's keyring, which forgets: no key goes there. */
static void
test_no_keyring_makes_no_key (Fixture       *fixture,
                              gconstpointer  user_data)
{
  g_auto(GStrv) items = NULL;
  g_autoptr(GError) error = NULL;

  start_daemon (fixture, NULL);
  g_assert_false (open_identity (fixture, FALSE, &error));
  g_assert_error (error, TROPEA_KEY_STORE_ERROR, TROPEA_KEY_STORE_ERROR_UNAVAILABLE);
  g_assert_nonnull (strstr (error->message, "--key-file PATH"));
  items = find_items (fixture);
  g_assert_cmpuint (g_strv_length (items), ==, 0);
  check_no_marker (fixture);
}

static void
test_a_deleted_key_is_missed (Fixture       *fixture,
                              gconstpointer  user_data)
{
  g_autofree char *made = NULL;
  g_auto(GStrv) items = NULL;
  g_auto(GStrv) left = NULL;

  start_daemon (fixture, PASSWORD);
  made = open_well (fixture);
  items = find_items (fixture);
  g_variant_unref (call (fixture, items[0], "org.freedesktop.Secret.Item", "Delete", NULL));

  restart (fixture);
  check_open_fails (fixture, FALSE, TROPEA_KEY_STORE_ERROR_MISSING, TROPEA_KEY_STATE_MISSING);
  g_assert_cmpstr (tropea_identity_get_public_key (fixture->identity), ==, made);
  left = find_items (fixture);
  g_assert_cmpuint (g_strv_length (left), ==, 0);
}

static void
test_accounts_have_keys_of_their_own (Fixture       *fixture,
                                      gconstpointer  user_data)
{
  g_autofree char *one = NULL;
  g_autofree char *marker = g_build_filename (fixture->dir, "other.pub", NULL);
  g_autoptr(TropeaKeyStore) store = tropea_secret_key_store_new ("another folder");
  g_autofree char *two = NULL;

  start_daemon (fixture, PASSWORD);
  one = open_well (fixture);
  g_clear_object (&fixture->identity);
  fixture->identity = tropea_identity_new (store, marker);
  two = open_well (fixture);
  g_assert_cmpstr (one, !=, two);
}

/* Do @commands when the window of the real prompt is there. */
static GSubprocess *
when_prompted (const char *commands)
{
  g_autofree char *script =
    g_strdup_printf ("window=$(xdotool search --sync --onlyvisible --class gcr-prompter | head -1)"
                     "\nxdotool mousemove --window $window 150 84"
                     "\n%s", commands);
  g_autoptr(GError) error = NULL;
  GSubprocess *answer = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, "bash", "-c",
                                          script, NULL);

  g_assert_no_error (error);

  return answer;
}

/* A window is there some time before it takes keys: give the answer until it is gone. */
static GSubprocess *
answer_prompt (const char *keys)
{
  g_autofree char *commands =
    g_strdup_printf ("mkfifo -m 600 \"$TROPEA_SESSION_DIR/pause\" 2>/dev/null"
                     "\nwhile xdotool search --onlyvisible --class gcr-prompter >/dev/null; do"
                     "\n  %s; read -t 0.3 pause <> \"$TROPEA_SESSION_DIR/pause\""
                     "\ndone", keys);

  return when_prompted (commands);
}

static void
wait_answered (GSubprocess *answer)
{
  g_autoptr(GError) error = NULL;

  g_subprocess_wait (answer, NULL, &error);
  g_assert_no_error (error);
}

static void
test_a_dismissed_prompt_stays_locked (Fixture       *fixture,
                                      gconstpointer  user_data)
{
  g_autofree char *made = NULL;
  g_autoptr(GSubprocess) answer = NULL;

  start_daemon (fixture, PASSWORD);
  made = open_well (fixture);
  lock (fixture);
  restart (fixture);
  answer = answer_prompt ("xdotool key Escape");
  check_open_fails (fixture, TRUE, TROPEA_KEY_STORE_ERROR_DISMISSED, TROPEA_KEY_STATE_LOCKED);
  wait_answered (answer);
  g_assert_true (fixture->is_up);
  check_one_item (fixture);
}

static void
test_an_answered_prompt_unlocks (Fixture       *fixture,
                                 gconstpointer  user_data)
{
  g_autofree char *made = NULL;
  g_autoptr(GSubprocess) answer = NULL;
  g_autoptr(GError) error = NULL;

  start_daemon (fixture, PASSWORD);
  made = open_well (fixture);
  stop_daemon (fixture);
  start_daemon (fixture, NULL);
  restart (fixture);
  answer = answer_prompt ("xdotool key ctrl+a; xdotool type '" PASSWORD "'; xdotool key Return");
  open_identity (fixture, TRUE, &error);
  g_assert_no_error (error);
  wait_answered (answer);
  g_assert_cmpstr (tropea_identity_get_public_key (fixture->identity), ==, made);
  check_one_item (fixture);
}

/* The first key of a user who has no keyring: the prompt asks for its new password, twice. */
static void
test_makes_the_first_keyring_with_the_users_leave (Fixture       *fixture,
                                                   gconstpointer  user_data)
{
  g_autoptr(GSubprocess) answer = NULL;
  g_autoptr(GError) error = NULL;

  start_daemon (fixture, NULL);
  answer = answer_prompt ("xdotool key ctrl+a; xdotool type '" PASSWORD "'; xdotool key Tab ctrl+a;"
                          "xdotool type '" PASSWORD "'; xdotool key Return");
  open_identity (fixture, TRUE, &error);
  g_assert_no_error (error);
  wait_answered (answer);
  check_one_item (fixture);
}

/* The daemon dies while the user looks at its prompt: the wait must end. */
static void
test_a_daemon_that_dies_ends_the_wait (Fixture       *fixture,
                                       gconstpointer  user_data)
{
  g_autofree char *made = NULL;
  g_autofree char *kill_daemon = NULL;
  g_autoptr(GSubprocess) answer = NULL;

  start_daemon (fixture, PASSWORD);
  made = open_well (fixture);
  lock (fixture);
  restart (fixture);
  kill_daemon = g_strdup_printf ("kill -KILL %s", g_subprocess_get_identifier (fixture->daemon));
  answer = when_prompted (kill_daemon);
  check_open_fails (fixture, TRUE, TROPEA_KEY_STORE_ERROR_UNAVAILABLE,
                    TROPEA_KEY_STATE_UNAVAILABLE);
  wait_answered (answer);
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
  /* Not ISOLATE_DIRS: the private session has done that, and its bus is found there. */
  g_test_init (&argc, &argv, NULL);
  g_assert_true (tropea_secret_init (NULL));
  g_assert_nonnull (g_getenv ("TROPEA_SESSION_DIR"));

  if (g_getenv ("DISPLAY") != NULL)
    {
      add ("/secret-key-store/a-dismissed-prompt-stays-locked",
           test_a_dismissed_prompt_stays_locked);
      add ("/secret-key-store/an-answered-prompt-unlocks", test_an_answered_prompt_unlocks);
      add ("/secret-key-store/makes-the-first-keyring-with-the-users-leave",
           test_makes_the_first_keyring_with_the_users_leave);
      add ("/secret-key-store/a-daemon-that-dies-ends-the-wait",
           test_a_daemon_that_dies_ends_the_wait);
      return g_test_run ();
    }

  add ("/secret-key-store/no-service-names-the-way-out", test_no_service_names_the_way_out);
  add ("/secret-key-store/keeps-one-key-over-restarts", test_keeps_one_key_over_restarts);
  add ("/secret-key-store/locked-at-start-is-locked", test_locked_at_start_is_locked);
  add ("/secret-key-store/locked-while-running-is-locked", test_locked_while_running_is_locked);
  add ("/secret-key-store/without-a-prompt-it-stays-locked",
       test_without_a_prompt_it_stays_locked);
  add ("/secret-key-store/locked-and-empty-is-not-absent", test_locked_and_empty_is_not_absent);
  add ("/secret-key-store/no-keyring-makes-no-key", test_no_keyring_makes_no_key);
  add ("/secret-key-store/a-deleted-key-is-missed", test_a_deleted_key_is_missed);
  add ("/secret-key-store/accounts-have-keys-of-their-own",
       test_accounts_have_keys_of_their_own);

  return g_test_run ();
}
