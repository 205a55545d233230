/* test-file-key-store.c: a key file is private, complete and never written twice
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "session/tropea-key-store.h"
#include "test-wait.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WAIT_S 20
#define HEX "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

typedef struct
{
  char           *dir;
  char           *path;
  TropeaKeyStore *store;
} Fixture;

static TropeaSecret *
load (TropeaKeyStore  *store,
      GError         **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  tropea_key_store_load_async (store, FALSE, test_keep_result, &result);
  test_wait_until (result != NULL, WAIT_S);

  return tropea_key_store_load_finish (store, result, error);
}

static gboolean
store_seed (TropeaKeyStore  *store,
            guint8           first,
            GError         **error)
{
  g_autoptr(TropeaSecret) seed = tropea_secret_new (TROPEA_KEY_SEED_BYTES);
  g_autoptr(GAsyncResult) result = NULL;

  for (guint8 i = 0; i < TROPEA_KEY_SEED_BYTES; i++)
    tropea_secret_get_data (seed)[i] = (guint8) (first + i);
  tropea_key_store_store_async (store, seed, test_keep_result, &result);
  test_wait_until (result != NULL, WAIT_S);

  return tropea_key_store_store_finish (store, result, error);
}

static void
check_load_fails (Fixture             *fixture,
                  TropeaKeyStoreError  code,
                  const char          *says)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (load (fixture->store, &error));
  g_assert_error (error, TROPEA_KEY_STORE_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, fixture->path));
  g_assert_nonnull (strstr (error->message, says));
}

static void
set_up (Fixture       *fixture,
        gconstpointer  user_data)
{
  g_autoptr(GError) error = NULL;

  fixture->dir = g_dir_make_tmp ("tropea-key-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->dir, "key", NULL);
  fixture->store = tropea_file_key_store_new (fixture->path);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  user_data)
{
  /* The thread of the last call may still be letting go of it. */
  g_clear_object (&fixture->store);
  g_unlink (fixture->path);
  g_rmdir (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->dir), ==, 0);
  g_clear_pointer (&fixture->dir, g_free);
  g_clear_pointer (&fixture->path, g_free);
}

static void
write_key (Fixture    *fixture,
           const char *text,
           int         mode)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (g_file_set_contents (fixture->path, text, -1, &error));
  g_assert_cmpint (g_chmod (fixture->path, mode), ==, 0);
}

static void
test_keeps_a_key_for_its_owner_only (Fixture       *fixture,
                                     gconstpointer  user_data)
{
  g_autoptr(TropeaSecret) seed = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  struct stat status = { 0 };
  mode_t mask = 0;

  check_load_fails (fixture, TROPEA_KEY_STORE_ERROR_ABSENT, "No such file");
  mask = umask (0);
  g_assert_true (store_seed (fixture->store, 0, &error));
  umask (mask);
  g_assert_cmpint (g_stat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 07777, ==, 0600);
  g_assert_true (g_file_get_contents (fixture->path, &text, NULL, &error));
  g_assert_cmpstr (text, ==, HEX "\n");

  seed = load (fixture->store, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tropea_secret_get_size (seed), ==, TROPEA_KEY_SEED_BYTES);
  for (int i = 0; i < TROPEA_KEY_SEED_BYTES; i++)
    g_assert_cmpint (tropea_secret_get_data (seed)[i], ==, i);
}

static void
test_never_replaces_a_file (Fixture       *fixture,
                            gconstpointer  user_data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;

  write_key (fixture, "something else", 0600);
  g_assert_false (store_seed (fixture->store, 7, &error));
  g_assert_error (error, TROPEA_KEY_STORE_ERROR, TROPEA_KEY_STORE_ERROR_FAILED);
  g_assert_true (g_file_get_contents (fixture->path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "something else");
}

static void
test_follows_no_link_when_it_stores (Fixture       *fixture,
                                     gconstpointer  user_data)
{
  g_autofree char *target = g_build_filename (fixture->dir, "target", NULL);
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (symlink (target, fixture->path), ==, 0);
  g_assert_false (store_seed (fixture->store, 7, &error));
  g_assert_error (error, TROPEA_KEY_STORE_ERROR, TROPEA_KEY_STORE_ERROR_FAILED);
  g_assert_false (g_file_test (target, G_FILE_TEST_EXISTS));
}

static void
test_says_where_it_cannot_store (Fixture       *fixture,
                                 gconstpointer  user_data)
{
  g_autofree char *path = g_build_filename (fixture->dir, "no", "key", NULL);
  g_autoptr(TropeaKeyStore) store = tropea_file_key_store_new (path);
  g_autoptr(GError) error = NULL;

  g_assert_false (store_seed (store, 7, &error));
  g_assert_error (error, TROPEA_KEY_STORE_ERROR, TROPEA_KEY_STORE_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, path));
}

typedef struct
{
  const char          *text;
  int                  mode;
  TropeaKeyStoreError  code;
  const char          *says;
} Bad;

static const Bad bad_files[] = {
  { HEX "\n", 0640, TROPEA_KEY_STORE_ERROR_INSECURE, "chmod 600" },
  { HEX "\n", 0604, TROPEA_KEY_STORE_ERROR_INSECURE, "chmod 600" },
  { HEX "\n", 0620, TROPEA_KEY_STORE_ERROR_INSECURE, "chmod 600" },
  { HEX "\n", 0601, TROPEA_KEY_STORE_ERROR_INSECURE, "chmod 600" },
  { HEX "\n", 0777, TROPEA_KEY_STORE_ERROR_INSECURE, "chmod 600" },
  { "", 0600, TROPEA_KEY_STORE_ERROR_INVALID, "64 hexadecimal digits" },
  { HEX, 0600, TROPEA_KEY_STORE_ERROR_INVALID, "64 hexadecimal digits" },
  { HEX "\n\n", 0600, TROPEA_KEY_STORE_ERROR_INVALID, "64 hexadecimal digits" },
  { HEX "00\n", 0600, TROPEA_KEY_STORE_ERROR_INVALID, "64 hexadecimal digits" },
  { HEX " ", 0600, TROPEA_KEY_STORE_ERROR_INVALID, "64 hexadecimal digits" },
  { "x00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n", 0600,
    TROPEA_KEY_STORE_ERROR_INVALID, "64 hexadecimal digits" },
};

static void
test_refuses_what_is_open_or_no_key (Fixture       *fixture,
                                     gconstpointer  user_data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad_files); i++)
    {
      write_key (fixture, bad_files[i].text, bad_files[i].mode);
      check_load_fails (fixture, bad_files[i].code, bad_files[i].says);
    }
}

static void
test_refuses_what_is_no_file_of_ours (Fixture       *fixture,
                                      gconstpointer  user_data)
{
  g_autofree char *target = g_build_filename (fixture->dir, "target", NULL);
  g_autoptr(GError) error = NULL;

  g_assert_true (g_file_set_contents (target, HEX "\n", -1, &error));
  g_assert_cmpint (g_chmod (target, 0600), ==, 0);
  g_assert_cmpint (symlink (target, fixture->path), ==, 0);
  check_load_fails (fixture, TROPEA_KEY_STORE_ERROR_INSECURE, "symbolic link");
  g_unlink (fixture->path);
  g_unlink (target);

  g_assert_cmpint (mkfifo (fixture->path, 0600), ==, 0);
  check_load_fails (fixture, TROPEA_KEY_STORE_ERROR_INSECURE, "not a regular file");
  g_unlink (fixture->path);

  g_assert_cmpint (g_mkdir (fixture->path, 0700), ==, 0);
  check_load_fails (fixture, TROPEA_KEY_STORE_ERROR_INSECURE, "not a regular file");
  g_rmdir (fixture->path);

  /* Only root can give a file away; for others every other user's file is unreadable anyway. */
  if (geteuid () == 0)
    {
      write_key (fixture, HEX "\n", 0600);
      g_assert_cmpint (chown (fixture->path, 65534, 65534), ==, 0);
      check_load_fails (fixture, TROPEA_KEY_STORE_ERROR_INSECURE, "another user");
    }
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
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_assert_true (tropea_secret_init (NULL));

  add ("/file-key-store/keeps-a-key-for-its-owner-only", test_keeps_a_key_for_its_owner_only);
  add ("/file-key-store/never-replaces-a-file", test_never_replaces_a_file);
  add ("/file-key-store/follows-no-link-when-it-stores", test_follows_no_link_when_it_stores);
  add ("/file-key-store/says-where-it-cannot-store", test_says_where_it_cannot_store);
  add ("/file-key-store/refuses-what-is-open-or-no-key", test_refuses_what_is_open_or_no_key);
  add ("/file-key-store/refuses-what-is-no-file-of-ours", test_refuses_what_is_no_file_of_ours);

  return g_test_run ();
}
