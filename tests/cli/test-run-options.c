/* test-run-options.c: what the command line of run may say
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "cli/tropea-run-options.h"

#include <string.h>

static void
test_defaults (void)
{
  const char * const arguments[] = { NULL };
  g_autoptr(GError) error = NULL;
  g_autoptr(TropeaRunOptions) options = tropea_run_options_parse (arguments, &error);

  g_assert_no_error (error);
  g_assert_false (options->simulate);
  g_assert_false (options->json);
  g_assert_cmpint (options->until_sessions, ==, 0);
  g_assert_cmpint (options->for_seconds, ==, 0);
  g_assert_null (options->host->data_dir);
  g_assert_null (options->host->ledger_url);
  g_assert_null (options->host->key_file);
  g_assert_cmpint (options->host->thresholds.min_bytes, ==, 100000);
  g_assert_cmpint (options->host->thresholds.min_seconds, ==, 30);
  g_assert_cmpint (options->host->thresholds.max_seconds, ==, 600);
}

static void
test_all (void)
{
  const char * const arguments[] = {
    "--simulate", "--seed", "4294967295", "--ledger=unix:/run/ledger", "--data-dir", "data",
    "--key-file", "key", "--torrc-append", "more", "--until-sessions", "3", "--for", "60",
    "--json", "--min-bytes", "1", "--min-seconds", "2", "--max-seconds", "3", NULL,
  };
  g_autoptr(GError) error = NULL;
  g_autoptr(TropeaRunOptions) options = tropea_run_options_parse (arguments, &error);

  g_assert_no_error (error);
  g_assert_true (options->simulate);
  g_assert_true (options->json);
  g_assert_cmpuint (options->host->seed, ==, G_MAXUINT32);
  g_assert_cmpstr (options->host->ledger_url, ==, "unix:/run/ledger");
  g_assert_cmpstr (options->host->data_dir, ==, "data");
  g_assert_cmpstr (options->host->key_file, ==, "key");
  g_assert_cmpstr (options->host->torrc_append, ==, "more");
  g_assert_cmpint (options->until_sessions, ==, 3);
  g_assert_cmpint (options->for_seconds, ==, 60);
  g_assert_cmpint (options->host->thresholds.min_bytes, ==, 1);
  g_assert_cmpint (options->host->thresholds.min_seconds, ==, 2);
  g_assert_cmpint (options->host->thresholds.max_seconds, ==, 3);
}

#define FINGERPRINT "0123456789ABCDEF0123456789ABCDEF01234567"

static void
test_bridges (void)
{
  const char *arguments[] = {
    "--bridge", "192.0.2.1:9", "--bridge", "Bridge 192.0.2.2:9 " FINGERPRINT, "--bridges-file",
    NULL, NULL,
  };
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "bridges", NULL);
  g_autoptr(TropeaRunOptions) options = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (g_get_user_data_dir (), 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "Hello,\n> 192.0.2.3:9\n", -1, NULL));
  arguments[5] = path;
  options = tropea_run_options_parse (arguments, &error);
  g_assert_no_error (error);
  g_assert_cmpint (options->host->bridge_mode, ==, TROPEA_BRIDGE_MODE_OBFS4);
  g_assert_cmpuint (g_strv_length (options->host->bridges), ==, 3);
  g_assert_cmpstr (options->host->bridges[1], ==, "192.0.2.2:9 " FINGERPRINT);
  g_assert_cmpstr (options->host->bridges[2], ==, "192.0.2.3:9");
}

static void
test_exits (void)
{
  const char * const arguments[] = {
    "--exit-country", "us", "--exit-country", "DE", "--exit-country=Us", "--strict-exits", NULL,
  };
  g_autoptr(GError) error = NULL;
  g_autoptr(TropeaRunOptions) options = tropea_run_options_parse (arguments, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (options->host->exit_countries), ==, 2);
  g_assert_cmpstr (options->host->exit_countries[0], ==, "DE");
  g_assert_cmpstr (options->host->exit_countries[1], ==, "US");
  g_assert_true (options->host->strict_exits);
}

static void
test_snowflake (void)
{
  const char * const arguments[] = { "--snowflake", NULL };
  g_autoptr(GError) error = NULL;
  g_autoptr(TropeaRunOptions) options = tropea_run_options_parse (arguments, &error);

  g_assert_no_error (error);
  g_assert_cmpint (options->host->bridge_mode, ==, TROPEA_BRIDGE_MODE_SNOWFLAKE);
}

static void
test_wrong (void)
{
  static const struct
  {
    const char *name;
    const char *value;
    const char *told;
  } rows[] = {
    { "--until-sessions", "0", "--until-sessions" },
    { "--until-sessions", "-1", "--until-sessions" },
    { "--until-sessions", "1.5", "1.5" },
    { "--until-sessions", "", "--until-sessions" },
    { "--until-sessions", "0x10", "0x10" },
    { "--until-sessions", "3 ", "3 " },
    { "--until-sessions", "99999999999999999999", "99999999999999999999" },
    { "--for", "abc", "abc" },
    { "--for", "0", "--for" },
    { "--seed", "4294967296", "--seed" },
    { "--seed", "-1", "--seed" },
    { "--min-bytes", "0", "--min-bytes" },
    { "--min-bytes", "9007199254740992", "--min-bytes" },
    { "--min-seconds", "0", "--min-seconds" },
    { "--max-seconds", "86401", "--max-seconds" },
    /* Longer than the most that a session may last. */
    { "--min-seconds", "601", "--max-seconds" },
    { "--data-dir", "", "--data-dir" },
    { "--key-file", "", "--key-file" },
    { "--ledger", "", "--ledger" },
    { "--torrc-append", "", "--torrc-append" },
    { "--bridge", "nonsense", "--bridge" },
    { "--bridges-file", "/nonexistent", "--bridges-file" },
    { "--exit-country", "Germany", "Germany" },
    { "--exit-country", "{de}", "{de}" },
    { "--exit-country", "UK", "UK" },
    { "--exit-country", "A1", "A1" },
    { "--exit-country", "", "--exit-country" },
    { "--strict-exits", NULL, "--exit-country" },
    { "--until-sessions", NULL, "until-sessions" },
    { "--no-such-option", NULL, "--no-such-option" },
    { "stray", NULL, "stray" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const char * const arguments[] = { rows[i].name, rows[i].value, NULL };
      g_autoptr(GError) error = NULL;
      g_autoptr(TropeaRunOptions) options = tropea_run_options_parse (arguments, &error);

      g_assert_null (options);
      g_assert_nonnull (error);
      g_assert_true (error->domain == G_OPTION_ERROR);
      g_assert_nonnull (strstr (error->message, rows[i].told));
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/run-options/defaults", test_defaults);
  g_test_add_func ("/run-options/all", test_all);
  g_test_add_func ("/run-options/exits", test_exits);
  g_test_add_func ("/run-options/wrong", test_wrong);
  g_test_add_func ("/run-options/bridges", test_bridges);
  g_test_add_func ("/run-options/snowflake", test_snowflake);

  return g_test_run ();
}
