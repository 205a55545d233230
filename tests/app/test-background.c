/* test-background.c: what closing the window means, and what the user is told of it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "app/tropea-background.h"

/* What the user chose: nothing, no, or yes. */
typedef enum
{
  NOTHING,
  NO,
  YES,
} Choice;

typedef struct
{
  const char *name;
  Choice      choice;
  gboolean    has_tray;
  gboolean    is_denied;
  gboolean    goes_on;
} Row;

static const Row rows[] = {
  { "nothing-said", NOTHING, FALSE, FALSE, FALSE },
  { "nothing-said-with-a-tray", NOTHING, TRUE, FALSE, TRUE },
  { "no", NO, FALSE, FALSE, FALSE },
  { "no-with-a-tray", NO, TRUE, FALSE, FALSE },
  { "yes", YES, FALSE, FALSE, TRUE },
  { "yes-with-a-tray", YES, TRUE, FALSE, TRUE },
  { "yes-and-denied", YES, TRUE, TRUE, FALSE },
};

static TropeaSettings *
make_settings (void)
{
  TropeaSettings *settings = tropea_settings_new ();
  GSettings *keys = tropea_settings_get_gsettings (settings);

  g_settings_reset (keys, TROPEA_SETTING_KEEP_RUNNING);
  g_settings_reset (keys, TROPEA_SETTING_CLOSING_TOLD);

  return settings;
}

static gboolean
get_state (TropeaBackground *background)
{
  g_autoptr(GVariant) state = g_action_get_state (tropea_background_get_action (background));

  return g_variant_get_boolean (state);
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr(TropeaSettings) settings = make_settings ();
  TropeaBackground *background = NULL;

  if (row->choice != NOTHING)
    tropea_settings_set_boolean (settings, TROPEA_SETTING_KEEP_RUNNING, row->choice == YES);
  background = tropea_background_new (settings);
  tropea_background_set_has_tray (background, row->has_tray);
  tropea_background_set_is_denied (background, row->is_denied);

  g_assert_cmpint (tropea_background_get_goes_on (background), ==, row->goes_on);
  g_assert_cmpint (get_state (background), ==, row->goes_on);
  g_assert_finalize_object (background);
}

static void
count_cb (guint *count)
{
  (*count)++;
}

static void
test_follows (void)
{
  g_autoptr(TropeaSettings) settings = make_settings ();
  TropeaBackground *background = tropea_background_new (settings);
  guint n_changes = 0;

  g_signal_connect_swapped (background, "notify::goes-on", G_CALLBACK (count_cb), &n_changes);
  tropea_background_set_has_tray (background, TRUE);
  g_assert_cmpuint (n_changes, ==, 1);

  /* A switch says no, and keeps it. */
  g_action_change_state (tropea_background_get_action (background), g_variant_new_boolean (FALSE));
  g_assert_cmpuint (n_changes, ==, 2);
  g_assert_false (get_state (background));
  tropea_background_set_has_tray (background, FALSE);
  tropea_background_set_has_tray (background, TRUE);
  g_assert_cmpuint (n_changes, ==, 2);

  g_settings_reset (tropea_settings_get_gsettings (settings), TROPEA_SETTING_KEEP_RUNNING);
  g_assert_true (get_state (background));
  g_assert_finalize_object (background);
}

static void
test_words (void)
{
  g_autoptr(TropeaSettings) settings = make_settings ();
  TropeaBackground *background = tropea_background_new (settings);

  /* Nothing would end, nothing goes on: nothing to say. */
  g_assert_false (tropea_background_needs_words (background, FALSE));
  g_assert_true (tropea_background_needs_words (background, TRUE));
  tropea_background_set_has_tray (background, TRUE);
  g_assert_true (tropea_background_needs_words (background, FALSE));

  tropea_background_choose (background, FALSE);
  g_assert_false (tropea_background_get_goes_on (background));
  g_assert_false (tropea_background_needs_words (background, TRUE));
  tropea_background_choose (background, TRUE);
  g_assert_true (tropea_background_get_goes_on (background));
  g_assert_false (tropea_background_needs_words (background, TRUE));
  g_assert_finalize_object (background);
}

static void
test_without_settings (void)
{
  TropeaBackground *background = tropea_background_new (NULL);

  g_assert_false (tropea_background_get_goes_on (background));
  tropea_background_set_has_tray (background, TRUE);
  g_assert_true (tropea_background_get_goes_on (background));
  g_assert_false (tropea_background_needs_words (background, TRUE));
  g_assert_false (g_action_get_enabled (tropea_background_get_action (background)));
  g_assert_finalize_object (background);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/background/closing/%s", rows[i].name);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_func ("/background/follows-tray-and-setting", test_follows);
  g_test_add_func ("/background/told-once", test_words);
  g_test_add_func ("/background/without-settings", test_without_settings);

  return g_test_run ();
}
