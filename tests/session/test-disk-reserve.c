/* test-disk-reserve.c: the space is really taken, really given back, and of nobody else
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "session/tropea-disk-reserve.h"
#include "test-wait.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define WAIT_S 20
#define RESERVE_BYTES (512 * 1024)

typedef struct
{
  char              *dir;
  char              *path;
  TropeaDiskReserve *reserve;
} Fixture;

static gboolean
make (TropeaDiskReserve  *reserve,
      GError            **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  tropea_disk_reserve_make_async (reserve, test_keep_result, &result);
  test_wait_until (result != NULL, WAIT_S);

  return tropea_disk_reserve_make_finish (reserve, result, error);
}

static gboolean
give_back (TropeaDiskReserve  *reserve,
           GError            **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  tropea_disk_reserve_give_back_async (reserve, test_keep_result, &result);
  test_wait_until (result != NULL, WAIT_S);

  return tropea_disk_reserve_give_back_finish (reserve, result, error);
}

static void
check_is_whole (const char *path)
{
  GStatBuf status = { 0 };

  g_assert_cmpint (g_lstat (path, &status), ==, 0);
  g_assert_true (S_ISREG (status.st_mode));
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_cmpint (status.st_size, ==, RESERVE_BYTES);
  g_assert_cmpint (status.st_blocks * 512, >=, RESERVE_BYTES);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  user_data)
{
  g_autoptr(GError) error = NULL;

  fixture->dir = g_dir_make_tmp ("tropea-reserve-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->dir, "reserve", NULL);
  fixture->reserve = tropea_disk_reserve_new (fixture->path);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  user_data)
{
  g_assert_finalize_object (fixture->reserve);
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->dir), ==, 0);
  g_free (fixture->path);
  g_free (fixture->dir);
}

static void
test_takes_space_and_gives_it_back (Fixture       *fixture,
                                    gconstpointer  user_data)
{
  g_autoptr(GError) error = NULL;

  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
  g_assert_true (make (fixture->reserve, &error));
  g_assert_no_error (error);
  check_is_whole (fixture->path);

  g_assert_true (give_back (fixture->reserve, &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));

  g_assert_false (give_back (fixture->reserve, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static void
test_a_whole_one_stays (Fixture       *fixture,
                        gconstpointer  user_data)
{
  g_autoptr(GError) error = NULL;
  GStatBuf before = { 0 };
  GStatBuf after = { 0 };

  g_assert_true (make (fixture->reserve, &error));
  g_assert_cmpint (g_lstat (fixture->path, &before), ==, 0);
  g_assert_true (make (fixture->reserve, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_lstat (fixture->path, &after), ==, 0);
  g_assert_cmpuint (before.st_ino, ==, after.st_ino);
  g_assert_cmpint (before.st_ctim.tv_sec, ==, after.st_ctim.tv_sec);
  g_assert_cmpint (before.st_ctim.tv_nsec, ==, after.st_ctim.tv_nsec);
}

static void
test_one_with_holes_is_made_anew (Fixture       *fixture,
                                  gconstpointer  user_data)
{
  g_autoptr(GError) error = NULL;
  int fd = g_open (fixture->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (ftruncate (fd, RESERVE_BYTES), ==, 0);
  g_close (fd, NULL);
  g_assert_true (make (fixture->reserve, &error));
  g_assert_no_error (error);
  check_is_whole (fixture->path);
}

static void
test_a_link_goes_and_its_target_stays (Fixture       *fixture,
                                       gconstpointer  user_data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *target = g_build_filename (fixture->dir, "target", NULL);
  g_autofree char *text = NULL;

  g_assert_true (g_file_set_contents (target, "of somebody else", -1, &error));
  g_assert_cmpint (symlink (target, fixture->path), ==, 0);
  g_assert_true (make (fixture->reserve, &error));
  g_assert_no_error (error);
  check_is_whole (fixture->path);
  g_assert_true (g_file_get_contents (target, &text, NULL, &error));
  g_assert_cmpstr (text, ==, "of somebody else");
  g_assert_cmpint (g_unlink (target), ==, 0);
}

/* @full_dir is smaller than the reserve; see full-disk.sh. */
static void
test_a_full_disk_gets_no_half_of_one (gconstpointer user_data)
{
  g_autofree char *path = g_build_filename (user_data, "reserve", NULL);
  g_autofree char *small = g_build_filename (user_data, "small", NULL);
  g_autoptr(GError) error = NULL;
  TropeaDiskReserve *reserve = tropea_disk_reserve_new (path);

  g_assert_true (g_file_set_contents (small, "takes one page", -1, &error));
  g_assert_false (make (reserve, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_clear_error (&error);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));

  g_assert_cmpint (g_unlink (small), ==, 0);
  g_assert_true (make (reserve, &error));
  g_assert_no_error (error);
  check_is_whole (path);
  g_assert_false (g_file_set_contents (small, "finds no room", -1, NULL));
  g_assert_true (give_back (reserve, &error));
  g_assert_true (g_file_set_contents (small, "finds room", -1, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_unlink (small), ==, 0);
  g_assert_finalize_object (reserve);
}

static void
add (const char *name,
     void      (*test) (Fixture *, gconstpointer))
{
  g_test_add (name, Fixture, NULL, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  if (g_getenv ("TROPEA_TEST_FULL_DIR") != NULL)
    {
      g_test_add_data_func ("/disk-reserve/a-full-disk-gets-no-half-of-one",
                            g_getenv ("TROPEA_TEST_FULL_DIR"),
                            test_a_full_disk_gets_no_half_of_one);
      return g_test_run ();
    }

  add ("/disk-reserve/takes-space-and-gives-it-back", test_takes_space_and_gives_it_back);
  add ("/disk-reserve/a-whole-one-stays", test_a_whole_one_stays);
  add ("/disk-reserve/one-with-holes-is-made-anew", test_one_with_holes_is_made_anew);
  add ("/disk-reserve/a-link-goes-and-its-target-stays", test_a_link_goes_and_its_target_stays);

  return g_test_run ();
}
