/* test-torrc.c: every configuration becomes a torrc that tor reads as it was meant
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "tor/tropea-torrc.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "tor-tree.h"
#include "tor/tropea-control-line.h"
#include "tor/tropea-tor-backend.h"

static void
test_defaults (void)
{
  g_autoptr(TropeaTorConfig) config = tropea_tor_config_new ("/d", "/r");
  g_autofree char *torrc = tropea_torrc_write (config, 42, NULL, NULL);

  g_assert_cmpstr (torrc, ==,
                   "# Made anew at each start; changes here are lost.\n"
                   "DataDirectory \"/d\"\n"
                   "SocksPort 127.0.0.1:9050\n"
                   "ControlPort 127.0.0.1:9051\n"
                   "ControlPort unix:\"/r/tor.sock\"\n"
                   "CookieAuthentication 1\n"
                   "CookieAuthFile \"/d/control_auth_cookie\"\n"
                   "Log notice stdout\n"
                   "__OwningControllerProcess 42\n");
}

static void
test_appendix (void)
{
  g_autoptr(TropeaTorConfig) config = tropea_tor_config_new ("/d", "/r");
  g_autofree char *torrc = NULL;

  config->socks_port = TROPEA_TOR_PORT_AUTO;
  config->control_port = 0;
  torrc = tropea_torrc_write (config, 42, "DisableNetwork 1\n# as it is", NULL);
  g_assert_nonnull (strstr (torrc, "\nSocksPort auto\n"));
  g_assert_null (strstr (torrc, "ControlPort 127"));
  g_assert_true (g_str_has_suffix (torrc, "\nDisableNetwork 1\n# as it is\n"));
}

static void
test_refused (void)
{
  g_autofree char *long_dir = g_strdup_printf ("/%s", "0123456789012345678901234567890123456789"
                                               "0123456789012345678901234567890123456789"
                                               "01234567890123456789");
  const struct
  {
    const char *data_dir;
    const char *runtime_dir;
    int         socks_port;
    int         control_port;
    const char *log_level;
    const char *part;
  } rows[] = {
    { "d", "/r", 1, 2, "notice", "absolute" },
    { "/d", "", 1, 2, "notice", "absolute" },
    { "/d\nSocksPort 0.0.0.0:1", "/r", 1, 2, "notice", "line break" },
    { "/d", "/r\r", 1, 2, "notice", "line break" },
    { "/d", "/r", 0, 2, "notice", "SOCKS port 0" },
    { "/d", "/r", 65536, 2, "notice", "SOCKS port 65536" },
    { "/d", "/r", 1, -2, "notice", "control port -2" },
    { "/d", "/r", 7, 7, "notice", "both 7" },
    { "/d", "/r", 1, 2, "notice stdout\nX", "log level" },
    { "/d", "/r", 1, 2, "debug", "log level" },
    { "/d", long_dir, 1, 2, "notice", "too long" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(TropeaTorConfig) config = tropea_tor_config_new (rows[i].data_dir,
                                                                 rows[i].runtime_dir);
      g_autoptr(GError) error = NULL;

      config->socks_port = rows[i].socks_port;
      config->control_port = rows[i].control_port;
      g_free (config->log_level);
      config->log_level = g_strdup (rows[i].log_level);
      g_assert_null (tropea_torrc_write (config, 42, NULL, &error));
      g_assert_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CONFIGURATION);
      g_assert_nonnull (strstr (error->message, rows[i].part));
    }
}

/* Run tor on @torrc with @mode; it must be content. */
static char *
run_tor (const char *mode,
         const char *argument,
         const char *torrc)
{
  g_autoptr(GSubprocess) tor = NULL;
  g_autoptr(GBytes) output = NULL;
  g_autoptr(GError) error = NULL;
  gconstpointer bytes;
  gsize length;

  tor = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE,
                          &error, "/usr/bin/env", "PATH=/usr/bin:/bin:/usr/sbin:/sbin", "tor",
                          "-f", torrc, "--defaults-torrc", "/dev/null", mode, argument, NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate (tor, NULL, NULL, &output, NULL, NULL));
  g_assert_cmpint (g_subprocess_get_exit_status (tor), ==, 0);
  bytes = g_bytes_get_data (output, &length);

  return g_strndup (bytes, length);
}

/* What tor understood as the value of @option; it quotes only where it must. */
static char *
find_value (const char *dump,
            const char *option)
{
  g_auto(GStrv) lines = g_strsplit (dump, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], option))
      {
        const char *value = lines[i] + strlen (option);
        g_autoptr(TropeaControlLine) line = NULL;

        if (*value != '"')
          return g_strdup (value);

        line = tropea_control_line_parse (value, NULL);
        g_assert_nonnull (line);
        return g_strdup (tropea_control_line_get_word (line, 0));
      }

  return NULL;
}

static void
test_tor_agrees (void)
{
  static const char * const names[] = {
    "plain", "two words", "qu\"ote", "back\\slash", "d\303\257r \342\202\254", "hash # tag",
    "%include x", "'single'", "end\\", " space ", "tab\there", "\377\376", "unix:x", "a\\x41\\101",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      char root[] = "/tmp/tropea-torrc-XXXXXX";
      g_autofree char *data_dir = NULL;
      g_autofree char *rc = NULL;
      g_autofree char *torrc = NULL;
      g_autofree char *verified = NULL;
      g_autofree char *dump = NULL;
      g_autofree char *value = NULL;
      g_autoptr(TropeaTorConfig) config = NULL;

      g_assert_nonnull (g_mkdtemp (root));
      data_dir = g_build_filename (root, names[i], NULL);
      rc = g_build_filename (root, "torrc", NULL);
      config = tropea_tor_config_new (data_dir, data_dir);
      config->socks_port = TROPEA_TOR_PORT_AUTO;
      config->control_port = TROPEA_TOR_PORT_AUTO;
      torrc = tropea_torrc_write (config, 1, NULL, NULL);
      g_assert_true (g_file_set_contents (rc, torrc, -1, NULL));

      verified = run_tor ("--verify-config", NULL, rc);
      dump = run_tor ("--dump-config", "short", rc);
      value = find_value (dump, "DataDirectory ");
      g_assert_cmpstr (value, ==, data_dir);
      test_remove_tree (root);
    }
}

static void
test_load_append (void)
{
  char root[] = "/tmp/tropea-torrc-XXXXXX";
  g_autofree char *path = NULL;
  g_autofree char *pipe = NULL;
  g_autofree char *large = g_strnfill (1024 * 1024 + 1, '#');
  g_autofree char *text = NULL;

  g_assert_nonnull (g_mkdtemp (root));
  path = g_build_filename (root, "append", NULL);
  pipe = g_build_filename (root, "pipe", NULL);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);

  g_assert_true (g_file_set_contents (path, "A 1\nB \"2\"\n", -1, NULL));
  text = tropea_torrc_load_append (path, NULL);
  g_assert_cmpstr (text, ==, "A 1\nB \"2\"\n");

  {
    const struct
    {
      const char *path;
      const char *bytes;
      gssize      length;
      const char *part;
    } rows[] = {
      { "/nonexistent/append", NULL, 0, "cannot be read" },
      { root, NULL, 0, "is not a file" },
      { pipe, NULL, 0, "is not a file" },
      { path, "A\0B", 3, "NUL" },
      { path, large, -1, "is larger than" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
      {
        g_autoptr(GError) error = NULL;

        if (rows[i].bytes != NULL)
          g_assert_true (g_file_set_contents (path, rows[i].bytes, rows[i].length, NULL));
        g_assert_null (tropea_torrc_load_append (rows[i].path, &error));
        g_assert_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CONFIGURATION);
        g_assert_nonnull (strstr (error->message, rows[i].path));
        g_assert_nonnull (strstr (error->message, rows[i].part));
      }
  }

  test_remove_tree (root);
}

static void
test_append_leaves_us_tor (void)
{
  static const struct
  {
    const char *text;
    const char *option;
  } rows[] = {
    { "CookieAuthentication 0\n", "CookieAuthentication" },
    { "Nickname a\n\t cookieauthentication 0", "CookieAuthentication" },
    { "+COOKIEAUTHENTICATION\t0\r\n", "CookieAuthentication" },
    { "/CookieAuthentication\n", "CookieAuthentication" },
    { "CookieAuth 0\n", "CookieAuthentication" },
    { "CookieAuthFile /elsewhere\n", "CookieAuthFile" },
    { "DataDirectory /elsewhere\n", "DataDirectory" },
    { "DataDir /elsewhere\n", "DataDirectory" },
    { "RunAsDaemon 1\n", "RunAsDaemon" },
    { "__owningcontrollerprocess 1\n", "__OwningControllerProcess" },
    { "ControlPort 0\n", "ControlPort" },
    { "ControlPort 0 # none\n", "ControlPort" },
    { "/controlport\n", "ControlPort" },
    { "ControlPort auto\n+ControlPort 9151\nControlSocket 0\n", NULL },
    { "CookieAuthFileGroupReadable 1\nDataDirectoryGroupReadable 1\n", NULL },
    { "DisableAllSwap 1\nHashedControlPassword 16:00\n__ReloadTorrcOnSIGHUP 0\n", NULL },
    { "# DataDirectory /elsewhere\n#CookieAuthentication 0\n", NULL },
    { "TestingTorNetwork 1\nPathsNeededToBuildCircuits 0.25\nGeoIPFile /dev/null\n"
      "DirAuthority a orport=1 127.0.0.1:2 DataDirectory\n", NULL },
    { "", NULL },
  };
  char root[] = "/tmp/tropea-torrc-XXXXXX";
  g_autofree char *path = NULL;

  g_assert_nonnull (g_mkdtemp (root));
  path = g_build_filename (root, "append", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = NULL;
      g_autoptr(GError) error = NULL;

      g_assert_true (g_file_set_contents (path, rows[i].text, -1, NULL));
      text = tropea_torrc_load_append (path, &error);
      if (rows[i].option == NULL)
        {
          g_assert_no_error (error);
          g_assert_cmpstr (text, ==, rows[i].text);
          continue;
        }

      g_assert_null (text);
      g_assert_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CONFIGURATION);
      g_assert_nonnull (strstr (error->message, path));
      g_assert_nonnull (strstr (error->message, rows[i].option));
    }

  test_remove_tree (root);
}

static void
test_environment (void)
{
  static const struct
  {
    const char *socks_port;
    const char *control_port;
    const char *log_level;
    int         expected_socks;
    int         expected_control;
    const char *expected_level;
    const char *refused;
  } rows[] = {
    { NULL, NULL, NULL, 9050, 9051, "notice", NULL },
    { "", "", "", 9050, 9051, "notice", NULL },
    { "1", "65535", "err", 1, 65535, "err", NULL },
    { "auto", "AUTO", "info", -1, -1, "info", NULL },
    { "9150", "0", "warn", 9150, 0, "warn", NULL },
    { "0", NULL, NULL, 9050, 9051, "notice", "TOR_SOCKS_PORT" },
    { "65536", NULL, NULL, 9050, 9051, "notice", "TOR_SOCKS_PORT" },
    { "9050 ", NULL, NULL, 9050, 9051, "notice", "TOR_SOCKS_PORT" },
    { "1", "-1", NULL, 9050, 9051, "notice", "TOR_CONTROL_PORT" },
    { "1", "2", "debug", 9050, 9051, "notice", "TOR_LOG_LEVEL" },
    { "1", "2", "NOTICE", 9050, 9051, "notice", "TOR_LOG_LEVEL" },
  };
  static const char * const names[] = { "TOR_SOCKS_PORT", "TOR_CONTROL_PORT", "TOR_LOG_LEVEL" };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(TropeaTorConfig) config = tropea_tor_config_new ("/d", "/r");
      g_autoptr(GError) error = NULL;
      const char *values[] = { rows[i].socks_port, rows[i].control_port, rows[i].log_level };

      for (gsize j = 0; j < G_N_ELEMENTS (names); j++)
        if (values[j] != NULL)
          g_setenv (names[j], values[j], TRUE);
        else
          g_unsetenv (names[j]);

      if (tropea_tor_config_read_environment (config, &error))
        {
          g_assert_null (rows[i].refused);
        }
      else
        {
          g_assert_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CONFIGURATION);
          g_assert_nonnull (strstr (error->message, rows[i].refused));
        }
      g_assert_cmpint (config->socks_port, ==, rows[i].expected_socks);
      g_assert_cmpint (config->control_port, ==, rows[i].expected_control);
      g_assert_cmpstr (config->log_level, ==, rows[i].expected_level);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/torrc/defaults", test_defaults);
  g_test_add_func ("/torrc/own-lines-go-last", test_appendix);
  g_test_add_func ("/torrc/refuses-what-no-torrc-can-say", test_refused);
  g_test_add_func ("/torrc/tor-reads-what-was-meant", test_tor_agrees);
  g_test_add_func ("/torrc/append-file", test_load_append);
  g_test_add_func ("/torrc/append-file-leaves-tor-to-us", test_append_leaves_us_tor);
  g_test_add_func ("/tor-config/environment", test_environment);

  return g_test_run ();
}
