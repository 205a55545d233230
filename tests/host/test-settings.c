/* test-settings.c: what the user chose is kept, checked, and reaches the host's options
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "host/tropea-settings.h"

static void
test_defaults (void)
{
  g_autoptr(TropeaSettings) settings = tropea_settings_new ();
  g_autoptr(TropeaHostOptions) options = tropea_host_options_new ();
  g_autofree char *url = NULL;

  g_assert_nonnull (settings);
  url = tropea_settings_dup_string (settings, TROPEA_SETTING_LEDGER_URL);
  g_assert_null (url);
  g_assert_false (tropea_settings_get_boolean (settings, TROPEA_SETTING_GUIDE_DONE));

  tropea_settings_fill_options (settings, options);
  g_assert_null (options->ledger_url);
  g_assert_cmpint (options->socks_port, ==, 9050);
  g_assert_cmpint (options->control_port, ==, 9051);
  g_assert_cmpint (options->thresholds.min_bytes, ==, 100000);
  g_assert_cmpint (options->thresholds.min_seconds, ==, 30);
  g_assert_cmpint (options->thresholds.max_seconds, ==, 600);
  g_assert_finalize_object (g_steal_pointer (&settings));
}

static void
test_options (void)
{
  g_autoptr(TropeaSettings) settings = tropea_settings_new ();
  g_autoptr(TropeaHostOptions) options = tropea_host_options_new ();
  GSettings *keys = tropea_settings_get_gsettings (settings);
  const TropeaThresholds thresholds = { 5000, 7, 70 };

  g_settings_set_int (keys, TROPEA_SETTING_SOCKS_PORT, 9150);
  g_settings_set_int (keys, TROPEA_SETTING_CONTROL_PORT, 0);
  tropea_settings_set_string (settings, TROPEA_SETTING_LEDGER_URL, "https://ledger.example.org");
  tropea_settings_set_thresholds (settings, &thresholds);

  tropea_settings_fill_options (settings, options);
  g_assert_cmpint (options->socks_port, ==, 9150);
  g_assert_cmpint (options->control_port, ==, TROPEA_HOST_PORT_NONE);
  g_assert_cmpstr (options->ledger_url, ==, "https://ledger.example.org");
  g_assert_cmpint (options->thresholds.min_bytes, ==, 5000);
  g_assert_cmpint (options->thresholds.max_seconds, ==, 70);

  /* The environment is nearer than what was kept. */
  g_setenv ("TOR_SOCKS_PORT", "9250", TRUE);
  options->socks_port = 0;
  tropea_settings_fill_options (settings, options);
  g_assert_cmpint (options->socks_port, ==, 0);
  g_unsetenv ("TOR_SOCKS_PORT");
}

static void
test_impossible (void)
{
  g_autoptr(TropeaSettings) settings = tropea_settings_new ();
  GSettings *keys = tropea_settings_get_gsettings (settings);
  g_autoptr(GVariant) too_large = g_variant_ref_sink (g_variant_new_int32 (70000));
  g_autoptr(GSettingsSchema) schema = NULL;
  g_autoptr(GSettingsSchemaKey) port = NULL;

  g_object_get (keys, "settings-schema", &schema, NULL);
  port = g_settings_schema_get_key (schema, TROPEA_SETTING_SOCKS_PORT);

  g_settings_set_int64 (keys, TROPEA_SETTING_MIN_SECONDS, 700);
  g_settings_set_int64 (keys, TROPEA_SETTING_MAX_SECONDS, 600);
  g_assert_cmpint (tropea_settings_get_thresholds (settings).min_seconds, ==, 30);
  g_assert_false (g_settings_schema_key_range_check (port, too_large));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/settings/defaults-are-the-reference-documents", test_defaults);
  g_test_add_func ("/settings/options-say-what-was-kept", test_options);
  g_test_add_func ("/settings/impossible-thresholds-do-not-count", test_impossible);

  return g_test_run ();
}
