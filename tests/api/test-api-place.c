/* test-api-place.c: where the socket and the token are
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "api/tropea-api-place.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

static void
test_usual_socket (void)
{
  g_autofree char *own = g_build_filename (g_get_user_data_dir (), "tropea", NULL);
  g_autofree char *usual = tropea_api_dup_socket_path (NULL);
  g_autofree char *same = tropea_api_dup_socket_path (own);
  g_autofree char *other = tropea_api_dup_socket_path ("/srv/tropea");
  g_autofree char *another = tropea_api_dup_socket_path ("/srv/tropea2");

  g_assert_cmpstr (usual, ==, same);
  g_assert_cmpstr (usual, !=, other);
  g_assert_cmpstr (other, !=, another);
  g_assert_true (g_str_has_suffix (usual, "/api.sock"));
  g_assert_true (g_str_has_suffix (other, "/api.sock"));
  g_assert_cmpuint (strlen (usual), <, 108);
}

static void
test_token (void)
{
  g_autofree char *folder = g_dir_make_tmp ("tropea-test-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "api-token", NULL);
  g_autoptr(GError) error = NULL;
  g_autofree char *first = tropea_api_dup_token (folder, &error);
  g_autofree char *second = NULL;
  struct stat status;

  g_assert_no_error (error);
  g_assert_cmpuint (strlen (first), ==, 64);
  g_assert_cmpint (g_lstat (path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
  second = tropea_api_dup_token (folder, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (first, ==, second);

  g_assert_cmpint (g_chmod (path, 0640), ==, 0);
  g_assert_null (tropea_api_dup_token (folder, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_clear_error (&error);

  g_assert_cmpint (g_chmod (path, 0600), ==, 0);
  g_assert_true (g_file_set_contents_full (path, "short\n", -1, G_FILE_SET_CONTENTS_NONE, 0600,
                                           NULL));
  g_assert_null (tropea_api_dup_token (folder, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);

  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/api-place/each-folder-has-its-socket", test_usual_socket);
  g_test_add_func ("/api-place/token-is-kept-and-private", test_token);

  return g_test_run ();
}
