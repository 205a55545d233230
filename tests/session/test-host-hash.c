/* test-host-hash.c: the same host the same day, and nothing beyond
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "base/tropea-secret.h"
#include "session/tropea-host-hash.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define DAY_MS G_GINT64_CONSTANT (86400000)
#define NOON_MS (G_GINT64_CONSTANT (20000) * DAY_MS + DAY_MS / 2)

typedef struct
{
  char *dir;
  char *path;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  user_data)
{
  g_autoptr(GError) error = NULL;

  fixture->dir = g_dir_make_tmp ("tropea-hash-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->dir, "host-secret", NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  user_data)
{
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->dir), ==, 0);
  g_clear_pointer (&fixture->dir, g_free);
  g_clear_pointer (&fixture->path, g_free);
}

/* A program that starts, asks once and ends. */
static char *
ask (const char *path,
     gint64      wall_ms)
{
  TropeaHostHash *hash = tropea_host_hash_new (path);
  char *value = tropea_host_hash_dup (hash, wall_ms);

  g_assert_finalize_object (hash);
  g_assert_cmpuint (strlen (value), ==, 64);
  g_assert_cmpuint (strspn (value, "0123456789abcdef"), ==, 64);

  return value;
}

static void
test_one_name_for_one_utc_day (Fixture       *fixture,
                               gconstpointer  user_data)
{
  g_autofree char *noon = ask (fixture->path, NOON_MS);
  g_autofree char *first = ask (fixture->path, NOON_MS - DAY_MS / 2);
  g_autofree char *last = ask (fixture->path, NOON_MS + DAY_MS / 2 - 1);
  g_autofree char *next = ask (fixture->path, NOON_MS + DAY_MS / 2);
  g_autofree char *again = ask (fixture->path, NOON_MS);

  g_assert_cmpstr (noon, ==, first);
  g_assert_cmpstr (noon, ==, last);
  g_assert_cmpstr (noon, !=, next);
  g_assert_cmpstr (noon, !=, again);
}

static void
test_other_hosts_have_other_names (Fixture       *fixture,
                                   gconstpointer  user_data)
{
  g_autofree char *here = ask (fixture->path, NOON_MS);
  g_autofree char *there = NULL;

  g_unlink (fixture->path);
  there = ask (fixture->path, NOON_MS);
  g_assert_cmpstr (here, !=, there);
}

static void
test_keeps_its_secret_private_and_out_of_the_name (Fixture       *fixture,
                                                   gconstpointer  user_data)
{
  g_autofree char *name = ask (fixture->path, NOON_MS);
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  struct stat status = { 0 };

  g_assert_cmpint (g_stat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_true (g_file_get_contents (fixture->path, &text, NULL, &error));
  g_assert_null (strstr (text, name));
  g_assert_true (g_str_has_prefix (text, "20000 "));
}

static void
test_remakes_what_it_cannot_read (Fixture       *fixture,
                                  gconstpointer  user_data)
{
  static const char * const broken[] = { "", "20000", "20000 abc\n", "x", "20000 ZZ" };

  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autofree char *first = NULL;
      g_autofree char *second = NULL;
      g_autoptr(GError) error = NULL;

      g_assert_true (g_file_set_contents (fixture->path, broken[i], -1, &error));
      g_assert_cmpint (g_chmod (fixture->path, 0600), ==, 0);
      first = ask (fixture->path, NOON_MS);
      second = ask (fixture->path, NOON_MS);
      g_assert_cmpstr (first, ==, second);
    }
}

static void
test_goes_on_where_nothing_can_be_written (Fixture       *fixture,
                                           gconstpointer  user_data)
{
  g_autofree char *path = g_build_filename (fixture->dir, "no", "such", "folder", NULL);
  g_autoptr(TropeaHostHash) hash = tropea_host_hash_new (path);
  g_autofree char *first = tropea_host_hash_dup (hash, NOON_MS);
  g_autofree char *second = tropea_host_hash_dup (hash, NOON_MS + 1);
  g_autofree char *tomorrow = tropea_host_hash_dup (hash, NOON_MS + DAY_MS);

  g_assert_cmpstr (first, ==, second);
  g_assert_cmpstr (first, !=, tomorrow);
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

  add ("/host-hash/one-name-for-one-utc-day", test_one_name_for_one_utc_day);
  add ("/host-hash/other-hosts-have-other-names", test_other_hosts_have_other_names);
  add ("/host-hash/keeps-its-secret-private-and-out-of-the-name",
       test_keeps_its_secret_private_and_out_of_the_name);
  add ("/host-hash/remakes-what-it-cannot-read", test_remakes_what_it_cannot_read);
  add ("/host-hash/goes-on-where-nothing-can-be-written",
       test_goes_on_where_nothing_can_be_written);

  return g_test_run ();
}
