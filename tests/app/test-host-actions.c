/* test-host-actions.c: what the window's actions do to the host and to the settings
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "../host/host-fixture.h"
#include "app/tropea-host-actions.h"

typedef struct
{
  Fixture            host;
  TropeaSettings    *settings;
  TropeaHostActions *actions;
  char              *undo_name;    /* (nullable) */
  GVariant          *undo_target;  /* (nullable) */
} ActionFixture;

static void
undo_cb (ActionFixture *fixture,
         const char    *sentence,
         const char    *action_name,
         GVariant      *target)
{
  g_assert_null (fixture->undo_name);
  fixture->undo_name = g_strdup (action_name + strlen ("host."));
  fixture->undo_target = g_variant_ref_sink (target);
}

static void
set_up (ActionFixture *fixture,
        gconstpointer  data)
{
  fixture_set_up (&fixture->host, data);
  fixture_open (&fixture->host);
  fixture->settings = tropea_settings_new ();
  fixture->actions = tropea_host_actions_new (fixture->settings);
  g_signal_connect_swapped (fixture->actions, "undo", G_CALLBACK (undo_cb), fixture);
  tropea_host_actions_set_host (fixture->actions, fixture->host.host);
}

static void
tear_down (ActionFixture *fixture,
           gconstpointer  data)
{
  GSettings *keys = tropea_settings_get_gsettings (fixture->settings);

  g_settings_reset (keys, TROPEA_SETTING_MIN_BYTES);
  g_settings_reset (keys, TROPEA_SETTING_MIN_SECONDS);
  g_settings_reset (keys, TROPEA_SETTING_MAX_SECONDS);
  tropea_host_actions_set_host (fixture->actions, NULL);
  g_assert_finalize_object (fixture->actions);
  g_object_unref (fixture->settings);
  g_free (fixture->undo_name);
  g_clear_pointer (&fixture->undo_target, g_variant_unref);
  fixture_tear_down (&fixture->host, data);
}

static void
activate (ActionFixture *fixture,
          const char    *name,
          GVariant      *target)
{
  g_action_group_activate_action (tropea_host_actions_get_group (fixture->actions), name, target);
}

static void
assert_kept (ActionFixture *fixture,
             gint64         min_bytes,
             gint64         min_seconds,
             gint64         max_seconds)
{
  TropeaThresholds kept = tropea_settings_get_thresholds (fixture->settings);

  g_assert_cmpint (kept.min_bytes, ==, min_bytes);
  g_assert_cmpint (kept.min_seconds, ==, min_seconds);
  g_assert_cmpint (kept.max_seconds, ==, max_seconds);
  g_assert_cmpint (fixture_get_int64 (&fixture->host, "min-bytes"), ==, min_bytes);
  g_assert_cmpint (fixture_get_int64 (&fixture->host, "min-seconds"), ==, min_seconds);
  g_assert_cmpint (fixture_get_int64 (&fixture->host, "max-seconds"), ==, max_seconds);
}

static void
test_thresholds_undone (ActionFixture *fixture,
                        gconstpointer  data)
{
  activate (fixture, "thresholds", g_variant_new ("(xxx)", (gint64) 5000, (gint64) 7,
                                                  (gint64) 70));
  assert_kept (fixture, 5000, 7, 70);
  g_assert_cmpstr (fixture->undo_name, ==, "restore-thresholds");
  activate (fixture, fixture->undo_name, fixture->undo_target);
  assert_kept (fixture, 1000, 2, 60);
}

/* The API sets them at the host. */
static void
test_thresholds_from_elsewhere (ActionFixture *fixture,
                                gconstpointer  data)
{
  const TropeaThresholds thresholds = { 9000, 9, 90 };
  const TropeaThresholds wrong = { 9000, 90, 9 };
  g_autoptr(GError) error = NULL;

  g_assert_true (tropea_host_set_thresholds (fixture->host.host, &thresholds, &error));
  g_assert_no_error (error);
  assert_kept (fixture, 9000, 9, 90);
  g_assert_null (fixture->undo_name);

  g_assert_false (tropea_host_set_thresholds (fixture->host.host, &wrong, NULL));
  assert_kept (fixture, 9000, 9, 90);
}

/* What a command line named is not what the user chose. */
static void
test_opening_keeps_nothing (ActionFixture *fixture,
                            gconstpointer  data)
{
  TropeaThresholds kept = tropea_settings_get_thresholds (fixture->settings);

  g_assert_cmpint (fixture_get_int64 (&fixture->host, "min-bytes"), ==, 1000);
  g_assert_cmpint (kept.min_bytes, !=, 1000);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define ADD(path, func) g_test_add (path, ActionFixture, NULL, set_up, func, tear_down)
  ADD ("/host-actions/thresholds-are-kept-and-undone", test_thresholds_undone);
  ADD ("/host-actions/thresholds-from-the-api-are-kept", test_thresholds_from_elsewhere);
  ADD ("/host-actions/opening-keeps-nothing", test_opening_keeps_nothing);
#undef ADD

  return g_test_run ();
}
