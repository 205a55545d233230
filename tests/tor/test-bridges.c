/* test-bridges.c: bridges become a torrc that tor takes, or a sentence with a package's name
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "tor/tropea-bridges.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "tor-tree.h"
#include "tor/tropea-tor-backend.h"

#define FP "0123456789ABCDEF0123456789ABCDEF01234567"
#define CERT "cert=abcdefghijklmnopqrstuvwxyz0123456789+/ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
#define OBFS4 "obfs4 192.0.2.1:443 " FP " " CERT " iat-mode=0"

static void
assert_tor_takes (const char *torrc)
{
  char root[] = "/tmp/tropea-bridges-XXXXXX";
  g_autofree char *path = NULL;
  g_autofree char *whole = NULL;
  g_autofree char *printed = NULL;
  g_autoptr(GSubprocess) tor = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_nonnull (g_mkdtemp (root));
  path = g_build_filename (root, "torrc", NULL);
  whole = g_strdup_printf ("DataDirectory %s/data\nSocksPort auto\n%s", root, torrc);
  g_assert_true (g_file_set_contents (path, whole, -1, NULL));
  tor = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "tor", "--verify-config",
                          "--defaults-torrc", "/dev/null", "-f", path, NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (tor, NULL, NULL, &printed, NULL, NULL));
  g_test_message ("%s", printed);
  g_assert_true (g_subprocess_get_successful (tor));
  test_remove_tree (root);
}

static void
test_tor_takes_them (void)
{
  static const char * const lines[] = {
    OBFS4, "obfs4 [2001:db8::1]:443 " FP " " CERT " iat-mode=1", "192.0.2.2:9001",
    "192.0.2.3:9001 " FP, NULL,
  };
  g_autoptr(GError) error = NULL;
  g_autofree char *torrc = NULL;

  torrc = tropea_bridges_dup_torrc (TROPEA_BRIDGE_MODE_OBFS4, lines, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (torrc, "UseBridges 1\nClientTransportPlugin obfs4 exec /"));
  g_assert_nonnull (strstr (torrc, "\nBridge " OBFS4 "\n"));
  g_assert_nonnull (strstr (torrc, "\nBridge 192.0.2.2:9001\n"));
  g_assert_null (strstr (strstr (torrc, "ClientTransportPlugin") + 1, "ClientTransportPlugin"));
  assert_tor_takes (torrc);
}

/* The built-in bridges go through the same checks as those of a user. */
static void
test_snowflake (void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *torrc = NULL;

  torrc = tropea_bridges_dup_torrc (TROPEA_BRIDGE_MODE_SNOWFLAKE, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (torrc, "UseBridges 1\nClientTransportPlugin snowflake exec /"));
  g_assert_nonnull (strstr (torrc, "\nBridge snowflake 192.0.2.3:80 "));
  assert_tor_takes (torrc);
}

static void
test_none (void)
{
  static const char * const lines[] = { OBFS4, NULL };
  static const char * const empty[] = { NULL };
  g_autofree char *torrc = tropea_bridges_dup_torrc (TROPEA_BRIDGE_MODE_NONE, lines, NULL);
  g_autoptr(GError) error = NULL;

  g_assert_cmpstr (torrc, ==, "");
  g_assert_null (tropea_bridges_dup_torrc (TROPEA_BRIDGE_MODE_OBFS4, empty, &error));
  g_assert_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CONFIGURATION);
}

static void
test_refused (void)
{
  static const char * const rows[] = {
    "192.0.2.2:9001\nSocksPort 0.0.0.0:9", "192.0.2.2:9001 " FP " # x", "%include /etc/passwd",
    "192.0.2.2:9001 \\", "",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const char * const lines[] = { OBFS4, rows[i], NULL };
      g_autoptr(GError) error = NULL;

      g_assert_null (tropea_bridges_dup_torrc (TROPEA_BRIDGE_MODE_OBFS4, lines, &error));
      g_assert_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CONFIGURATION);
    }
}

static void
test_missing (void)
{
  static const struct
  {
    const char *transport;
    const char *package;
  } rows[] = {
    { "obfs4", "“obfs4proxy”" },
    { "snowflake", "“snowflake-client”" },
  };
  static const char * const nowhere[] = { NULL };
  g_autofree char *path = g_strdup (g_getenv ("PATH"));

  g_setenv ("PATH", "/nonexistent", TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (tropea_bridges_find_program (rows[i].transport, nowhere, &error));
      g_assert_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_TRANSPORT_MISSING);
      g_assert_nonnull (strstr (error->message, rows[i].package));
    }
  g_setenv ("PATH", path, TRUE);
}

/* lyrebird is obfs4proxy's new name; one that is only in a usual place is found too. */
static void
test_found (void)
{
  char root[] = "/tmp/tropea-bridges-XXXXXX";
  const char * const folders[] = { root, NULL };
  g_autofree char *program = NULL;
  g_autofree char *found = NULL;
  g_autofree char *path = g_strdup (g_getenv ("PATH"));

  g_assert_nonnull (g_mkdtemp (root));
  program = g_build_filename (root, "lyrebird", NULL);
  g_assert_true (g_file_set_contents_full (program, "#!/bin/sh\n", -1, G_FILE_SET_CONTENTS_NONE,
                                           0755, NULL));
  g_setenv ("PATH", "/nonexistent", TRUE);
  found = tropea_bridges_find_program ("obfs4", folders, NULL);
  g_setenv ("PATH", path, TRUE);
  g_assert_cmpstr (found, ==, program);
  test_remove_tree (root);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/bridges/tor-takes-them", test_tor_takes_them);
  g_test_add_func ("/bridges/snowflake-is-built-in", test_snowflake);
  g_test_add_func ("/bridges/none-is-nothing", test_none);
  g_test_add_func ("/bridges/no-other-line-comes-in", test_refused);
  g_test_add_func ("/bridges/missing-program-names-the-package", test_missing);
  g_test_add_func ("/bridges/programs-are-found", test_found);

  return g_test_run ();
}
