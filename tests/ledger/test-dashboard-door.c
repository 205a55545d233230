/* test-dashboard-door.c: tests of who may see and use the operator's dashboard
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "ledger/tropea-dashboard-door.h"

#define NOW_MS G_GINT64_CONSTANT (1800000000000)

static TropeaSecret *
secret (const char *text)
{
  return tropea_secret_new_from_bytes (text, strlen (text));
}

static TropeaDashboardDoor *
locked_door (const char *text)
{
  g_autoptr(TropeaSecret) token = secret (text);

  return tropea_dashboard_door_new (token);
}

static const char * const good = "0123456789abcdef0123456789abcdef";
static const char * const other = "0123456789abcdef0123456789abcdeg";

static void
test_token (void)
{
  g_autoptr(TropeaDashboardDoor) door = locked_door (good);
  g_autoptr(TropeaDashboardDoor) open = tropea_dashboard_door_new (NULL);

  g_assert_true (tropea_dashboard_door_accepts (door, good));
  g_assert_false (tropea_dashboard_door_accepts (door, other));
  g_assert_false (tropea_dashboard_door_accepts (door, ""));
  g_assert_false (tropea_dashboard_door_accepts (door, NULL));
  g_assert_false (tropea_dashboard_door_accepts (open, good));
  g_assert_true (tropea_dashboard_door_has_lock (door));
  g_assert_false (tropea_dashboard_door_has_lock (open));
}

static void
test_pass (void)
{
  const gint64 life_ms = G_GINT64_CONSTANT (1000) * TROPEA_DASHBOARD_PASS_S;
  g_autoptr(TropeaDashboardDoor) door = locked_door (good);
  g_autoptr(TropeaDashboardDoor) same = locked_door (good);
  g_autoptr(TropeaDashboardDoor) strange = locked_door (other);
  g_autofree char *pass = tropea_dashboard_door_dup_pass (door, NOW_MS);
  g_autofree char *later = g_strdup (pass);

  g_assert_true (tropea_dashboard_door_takes_pass (door, pass, NOW_MS));
  g_assert_true (tropea_dashboard_door_takes_pass (same, pass, NOW_MS + life_ms - 1));
  g_assert_false (tropea_dashboard_door_takes_pass (door, pass, NOW_MS + life_ms));
  g_assert_false (tropea_dashboard_door_takes_pass (door, pass, NOW_MS - 1));
  g_assert_false (tropea_dashboard_door_takes_pass (strange, pass, NOW_MS));
  g_assert_false (tropea_dashboard_door_takes_pass (door, NULL, NOW_MS));
  g_assert_false (tropea_dashboard_door_takes_pass (door, "", NOW_MS));
  g_assert_false (tropea_dashboard_door_takes_pass (door, ".", NOW_MS));

  /* No character of it may be another: neither its end nor its seal. */
  for (gsize i = 0; later[i] != '\0'; i++)
    {
      later[i] = later[i] == '1' ? '2' : '1';
      g_assert_false (tropea_dashboard_door_takes_pass (door, later, NOW_MS));
      later[i] = pass[i];
    }
}

static void
test_stamp (void)
{
  g_autoptr(TropeaDashboardDoor) door = locked_door (good);
  g_autofree char *pass = tropea_dashboard_door_dup_pass (door, NOW_MS);
  g_autofree char *another = tropea_dashboard_door_dup_pass (door, NOW_MS + 1);
  g_autofree char *stamp = tropea_dashboard_door_dup_stamp (door, pass);
  g_autoptr(TropeaDashboardDoor) open = tropea_dashboard_door_new (NULL);
  g_autofree char *open_stamp = tropea_dashboard_door_dup_stamp (open, NULL);

  g_assert_true (tropea_dashboard_door_takes_stamp (door, pass, stamp));
  g_assert_false (tropea_dashboard_door_takes_stamp (door, another, stamp));
  g_assert_false (tropea_dashboard_door_takes_stamp (door, pass, NULL));
  g_assert_false (tropea_dashboard_door_takes_stamp (door, pass, ""));
  g_assert_false (tropea_dashboard_door_takes_stamp (door, pass, open_stamp));
  g_assert_true (tropea_dashboard_door_takes_stamp (open, "whatever", open_stamp));
  g_assert_false (tropea_dashboard_door_takes_stamp (open, NULL, stamp));
}

static void
test_site (void)
{
  static const struct
  {
    const char *host;
    const char *origin;
    const char *fetch_site;
    gboolean    is_same;
  } rows[] = {
    { "ledger.example.org", "https://ledger.example.org", "same-origin", TRUE },
    { "127.0.0.1:8471", "http://127.0.0.1:8471", NULL, TRUE },
    { "Ledger.example.org", "https://ledger.example.org", NULL, TRUE },
    { "ledger.example.org", NULL, NULL, TRUE },
    { "ledger.example.org", "null", NULL, FALSE },
    { "ledger.example.org", "https://evil.example", NULL, FALSE },
    { "ledger.example.org", "https://ledger.example.org.evil.example", NULL, FALSE },
    { "127.0.0.1:8471", "http://127.0.0.1:8472", NULL, FALSE },
    { NULL, "https://ledger.example.org", NULL, FALSE },
    { "ledger.example.org", "https://ledger.example.org", "cross-site", FALSE },
    { "ledger.example.org", NULL, "same-site", FALSE },
    { "ledger.example.org", NULL, "none", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (tropea_dashboard_is_same_site (rows[i].host, rows[i].origin,
                                                    rows[i].fetch_site), ==, rows[i].is_same);
}

static void
test_file (void)
{
  static const char * const bad[] = {
    "", "short\n", "0123456789abcdef0123456789abcde\n",
    "0123456789abcdef\n0123456789abcdef0123456789abcdef\n",
  };
  g_autofree char *folder = g_dir_make_tmp ("tropea-token-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "token", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(TropeaSecret) made = tropea_dashboard_token_load (path, &error);
  g_autoptr(TropeaSecret) again = NULL;
  GStatBuf status;

  g_assert_no_error (error);
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_cmpuint (tropea_secret_get_size (made), ==, 64);
  again = tropea_dashboard_token_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (tropea_secret_get_data (made), 64, tropea_secret_get_data (again),
                   tropea_secret_get_size (again));

  g_assert_cmpint (g_chmod (path, 0640), ==, 0);
  g_assert_null (tropea_dashboard_token_load (path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_clear_error (&error);

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_true (g_file_set_contents (path, bad[i], -1, NULL));
      g_assert_cmpint (g_chmod (path, 0600), ==, 0);
      g_assert_null (tropea_dashboard_token_load (path, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      g_clear_error (&error);
    }

  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_null (tropea_dashboard_token_load (folder, &error));
  g_assert_nonnull (error);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_assert_true (tropea_secret_init (NULL));

  g_test_add_func ("/dashboard-door/opens-for-its-token-only", test_token);
  g_test_add_func ("/dashboard-door/pass-ends-and-cannot-be-made", test_pass);
  g_test_add_func ("/dashboard-door/stamp-is-for-one-pass", test_stamp);
  g_test_add_func ("/dashboard-door/forms-of-other-sites-are-known", test_site);
  g_test_add_func ("/dashboard-door/token-file-is-made-and-private", test_file);

  return g_test_run ();
}
