/* test-paths.c: the two private folders and their lock
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "base/tropea-paths.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* Each case runs with XDG_RUNTIME_DIR of its own in a process of its own where that matters:
 * GLib reads the variable once. A child gets its data folder in this variable. */
#define DATA_DIR_VARIABLE "TEST_PATHS_DATA_DIR"

static char *
make_temp_dir (void)
{
  g_autoptr(GError) error = NULL;
  char *path = g_dir_make_tmp ("test-paths-XXXXXX", &error);

  g_assert_no_error (error);

  return path;
}

static int
get_mode (const char *path)
{
  struct stat info;

  g_assert_cmpint (lstat (path, &info), ==, 0);

  return (int) (info.st_mode & 07777);
}

static void
remove_data_dir (const char *path)
{
  g_autofree char *lock = g_build_filename (path, "lock", NULL);

  g_unlink (lock);
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

static void
test_private (void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *root = make_temp_dir ();
  g_autofree char *data_dir = g_build_filename (root, "a", "b", NULL);
  g_autofree char *parent = g_build_filename (root, "a", NULL);
  g_autofree char *runtime_dir = NULL;
  g_autofree char *data_file = NULL;
  TropeaPaths *paths = NULL;

  g_assert_cmpint (g_mkdir_with_parents (data_dir, 0755), ==, 0);
  paths = tropea_paths_open (data_dir, &error);
  g_assert_no_error (error);
  g_assert_nonnull (paths);

  g_assert_cmpstr (tropea_paths_get_data_dir (paths), ==, data_dir);
  g_assert_cmpint (get_mode (data_dir), ==, 0700);
  runtime_dir = g_strdup (tropea_paths_get_runtime_dir (paths));
  g_assert_cmpint (get_mode (runtime_dir), ==, 0700);
  data_file = tropea_paths_dup_data_file (paths, "store.db");
  g_assert_true (g_str_has_prefix (data_file, data_dir));

  g_assert_finalize_object (paths);
  g_assert_false (g_file_test (runtime_dir, G_FILE_TEST_EXISTS));

  remove_data_dir (data_dir);
  g_assert_cmpint (g_rmdir (parent), ==, 0);
  g_assert_cmpint (g_rmdir (root), ==, 0);
}

static void
test_two_folders (void)
{
  g_autofree char *first_dir = make_temp_dir ();
  g_autofree char *second_dir = make_temp_dir ();
  TropeaPaths *first = tropea_paths_open (first_dir, NULL);
  TropeaPaths *second = tropea_paths_open (second_dir, NULL);

  g_assert_nonnull (first);
  g_assert_nonnull (second);
  g_assert_cmpstr (tropea_paths_get_runtime_dir (first), !=,
                   tropea_paths_get_runtime_dir (second));

  g_assert_finalize_object (first);
  g_assert_finalize_object (second);
  remove_data_dir (first_dir);
  remove_data_dir (second_dir);
}

static void
run_child (const char *test_path)
{
  g_test_trap_subprocess (test_path, 30 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

static void
test_lock_child (void)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (tropea_paths_open (g_getenv (DATA_DIR_VARIABLE), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_assert_nonnull (strstr (error->message, "--data-dir"));
}

/* Ends without any clean-up, as a crash does. */
G_NORETURN static void
test_crash_child (void)
{
  g_assert_nonnull (tropea_paths_open (g_getenv (DATA_DIR_VARIABLE), NULL));
  _exit (0);
}

static void
test_lock (void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *data_dir = make_temp_dir ();
  TropeaPaths *paths = tropea_paths_open (data_dir, &error);

  g_assert_no_error (error);
  g_setenv (DATA_DIR_VARIABLE, data_dir, TRUE);
  run_child ("/paths/subprocess/lock");
  g_assert_true (g_file_test (tropea_paths_get_runtime_dir (paths), G_FILE_TEST_IS_DIR));
  g_assert_finalize_object (paths);

  run_child ("/paths/subprocess/crash");
  paths = tropea_paths_open (data_dir, &error);
  g_assert_no_error (error);
  g_assert_finalize_object (paths);

  g_unsetenv (DATA_DIR_VARIABLE);
  remove_data_dir (data_dir);
}

static void
test_long_runtime_child (void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *data_dir = NULL;
  g_autofree char *name = g_strnfill (120, 'r');
  g_autofree char *long_dir = NULL;
  g_autofree char *socket = NULL;
  struct sockaddr_un address;
  TropeaPaths *paths = NULL;

  data_dir = make_temp_dir ();
  long_dir = g_build_filename (data_dir, name, NULL);
  g_setenv ("XDG_RUNTIME_DIR", long_dir, TRUE);
  paths = tropea_paths_open (data_dir, &error);
  g_assert_no_error (error);
  socket = tropea_paths_dup_runtime_file (paths, "a-name-of-24-characters.");
  g_assert_cmpuint (strlen (socket), <, sizeof address.sun_path);
  g_assert_false (g_str_has_prefix (socket, long_dir));
  g_assert_finalize_object (paths);
  remove_data_dir (data_dir);
}

static void
test_long_runtime (void)
{
  run_child ("/paths/subprocess/long-runtime");
}

static void
test_runtime_in_place_child (void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *root = NULL;
  g_autofree char *data_dir = NULL;
  TropeaPaths *paths = NULL;

  root = make_temp_dir ();
  data_dir = g_build_filename (root, "data", NULL);
  g_setenv ("XDG_RUNTIME_DIR", root, TRUE);
  paths = tropea_paths_open (data_dir, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (tropea_paths_get_runtime_dir (paths), root));
  g_assert_finalize_object (paths);
  remove_data_dir (data_dir);
  g_assert_cmpint (g_rmdir (root), ==, 0);
}

static void
test_runtime_in_place (void)
{
  run_child ("/paths/subprocess/runtime-in-place");
}

static void
expect_refusal (const char *data_dir)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (tropea_paths_open (data_dir, &error));
  g_assert_nonnull (error);
  g_assert_true (error->domain == G_IO_ERROR);
  g_assert_nonnull (strstr (error->message, "--data-dir"));
}

static void
test_foreign_file (void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *root = make_temp_dir ();
  g_autofree char *file = g_build_filename (root, "file", NULL);
  g_autofree char *below = g_build_filename (file, "data", NULL);
  g_autofree char *folder = g_build_filename (root, "folder", NULL);
  g_autofree char *link = g_build_filename (root, "link", NULL);
  g_autofree char *contents = NULL;

  g_assert_true (g_file_set_contents (file, "mine", -1, &error));
  expect_refusal (file);
  expect_refusal (below);
  g_assert_true (g_file_get_contents (file, &contents, NULL, &error));
  g_assert_cmpstr (contents, ==, "mine");

  /* A link could lead to a folder that somebody else chose. */
  g_assert_cmpint (g_mkdir (folder, 0755), ==, 0);
  g_assert_cmpint (symlink (folder, link), ==, 0);
  expect_refusal (link);
  g_assert_cmpint (get_mode (folder), ==, 0755);

  g_unlink (link);
  g_unlink (file);
  g_rmdir (folder);
  g_assert_cmpint (g_rmdir (root), ==, 0);
}

static void
test_foreign_lock (void)
{
  g_autofree char *data_dir = make_temp_dir ();
  g_autofree char *lock = g_build_filename (data_dir, "lock", NULL);

  g_assert_cmpint (g_mkdir (lock, 0700), ==, 0);
  expect_refusal (data_dir);
  g_assert_cmpint (g_rmdir (lock), ==, 0);
  g_assert_cmpint (symlink ("/dev/null", lock), ==, 0);
  expect_refusal (data_dir);
  remove_data_dir (data_dir);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/paths/both-folders-are-private", test_private);
  g_test_add_func ("/paths/two-data-folders-never-meet", test_two_folders);
  g_test_add_func ("/paths/one-process-holds-the-lock-and-a-crash-frees-it", test_lock);
  g_test_add_func ("/paths/runtime-folder-is-where-the-session-says", test_runtime_in_place);
  g_test_add_func ("/paths/too-long-runtime-path-falls-back", test_long_runtime);
  g_test_add_func ("/paths/foreign-file-is-refused-and-left-alone", test_foreign_file);
  g_test_add_func ("/paths/foreign-lock-is-refused", test_foreign_lock);

  /* Only as children of the cases above. */
  g_test_add_func ("/paths/subprocess/lock", test_lock_child);
  g_test_add_func ("/paths/subprocess/crash", test_crash_child);
  g_test_add_func ("/paths/subprocess/long-runtime", test_long_runtime_child);
  g_test_add_func ("/paths/subprocess/runtime-in-place", test_runtime_in_place_child);

  return g_test_run ();
}
