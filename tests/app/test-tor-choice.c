/* test-tor-choice.c: bridges, asked for as an action
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "../host/host-fixture.h"
#include "app/tropea-tor-choice.h"
#include "host/tropea-settings.h"

#include <string.h>

#define OBFS4 \
  "obfs4 192.0.2.1:443 0123456789ABCDEF0123456789ABCDEF01234567 " \
  "cert=abcdefghijklmnopqrstuvwxyz0123456789+/ABCDEFGHIJKLMNOPQRSTUVWXYZ012345 iat-mode=0"

typedef struct
{
  Fixture             host;
  GSimpleActionGroup *group;
  TropeaSettings     *settings;
  TropeaTorChoice    *choice;
  guint               n_messages;
  guint               n_starts;
} ChoiceFixture;

static void
set_up (ChoiceFixture *fixture,
        gconstpointer  data)
{
  g_autofree char *fake = g_test_build_filename (G_TEST_DIST, "ui", "fake-tor.py", NULL);

  g_setenv ("TROPEA_TOR", fake, TRUE);
  g_setenv ("TROPEA_OBFS4", "/bin/true", TRUE);
  fixture_set_up (&fixture->host, data);
  fixture_open (&fixture->host);

  fixture->group = g_simple_action_group_new ();
  fixture->settings = tropea_settings_new ();
  fixture->choice = tropea_tor_choice_new (G_ACTION_GROUP (fixture->group), fixture->settings);
  g_signal_connect_swapped (fixture->choice, "message", G_CALLBACK (fixture_count_cb),
                            &fixture->n_messages);
}

static void
tear_down (ChoiceFixture *fixture,
           gconstpointer  data)
{
  GSettings *keys = tropea_settings_get_gsettings (fixture->settings);

  g_settings_reset (keys, TROPEA_SETTING_BRIDGE_MODE);
  g_settings_reset (keys, TROPEA_SETTING_BRIDGES);
  tropea_tor_choice_set_host (fixture->choice, NULL);
  g_assert_finalize_object (fixture->choice);
  g_assert_false (g_action_group_has_action (G_ACTION_GROUP (fixture->group), "bridges"));
  g_object_unref (fixture->group);
  g_object_unref (fixture->settings);
  fixture_tear_down (&fixture->host, data);
}

static void
activate (ChoiceFixture *fixture,
          const char    *name,
          GVariant      *parameter)
{
  g_action_group_activate_action (G_ACTION_GROUP (fixture->group), name, parameter);
}

static gboolean
is_enabled (ChoiceFixture *fixture,
            const char    *name)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (fixture->group), name);
}

static TropeaTorState
get_state (ChoiceFixture *fixture)
{
  TropeaTorState state = TROPEA_TOR_STATE_STOPPED;

  g_object_get (fixture->host.host, "state", &state, NULL);

  return state;
}

static void
count_start_cb (ChoiceFixture *fixture,
                GParamSpec    *pspec,
                TropeaHost    *host)
{
  if (get_state (fixture) == TROPEA_TOR_STATE_STARTING)
    fixture->n_starts++;
}

static void
choose_bridges (ChoiceFixture    *fixture,
                TropeaBridgeMode  mode,
                const char       *line)
{
  const char * const lines[] = { line, NULL };

  activate (fixture, "bridges", g_variant_new ("(i^as)", (int) mode, lines));
}

static void
assert_kept (ChoiceFixture    *fixture,
             TropeaBridgeMode  mode,
             const char       *line)
{
  GSettings *keys = tropea_settings_get_gsettings (fixture->settings);
  g_auto(GStrv) lines = g_settings_get_strv (keys, TROPEA_SETTING_BRIDGES);

  g_assert_cmpint (g_settings_get_enum (keys, TROPEA_SETTING_BRIDGE_MODE), ==, (int) mode);
  g_assert_cmpstr (lines[0], ==, line);
}

static void
test_bridges (ChoiceFixture *fixture,
              gconstpointer  data)
{
  g_autoptr(GAsyncResult) result = NULL;

  g_assert_false (is_enabled (fixture, "bridges"));
  tropea_tor_choice_set_host (fixture->choice, fixture->host.host);
  g_signal_connect_swapped (fixture->host.host, "notify::state", G_CALLBACK (count_start_cb),
                            fixture);
  tropea_host_start_async (fixture->host.host, test_keep_result, &result);
  test_wait_until (result != NULL, PATIENCE_SECONDS);
  g_assert_cmpuint (fixture->n_starts, ==, 1);

  choose_bridges (fixture, TROPEA_BRIDGE_MODE_OBFS4, "obfs4 192.0.2.1:443");
  g_assert_cmpuint (fixture->n_messages, ==, 1);
  assert_kept (fixture, TROPEA_BRIDGE_MODE_NONE, NULL);

  choose_bridges (fixture, TROPEA_BRIDGE_MODE_OBFS4, OBFS4);
  assert_kept (fixture, TROPEA_BRIDGE_MODE_OBFS4, OBFS4);
  test_wait_until (fixture->n_starts == 2, PATIENCE_SECONDS);
  test_wait_until (get_state (fixture) == TROPEA_TOR_STATE_RUNNING, PATIENCE_SECONDS);

  /* The bridges stay for another time. */
  choose_bridges (fixture, TROPEA_BRIDGE_MODE_NONE, NULL);
  assert_kept (fixture, TROPEA_BRIDGE_MODE_NONE, OBFS4);
  test_wait_until (fixture->n_starts == 3, PATIENCE_SECONDS);
  test_wait_until (get_state (fixture) == TROPEA_TOR_STATE_RUNNING, PATIENCE_SECONDS);
  g_assert_cmpuint (fixture->n_messages, ==, 1);
  fixture_stop (&fixture->host);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define ADD(path, func) \
  g_test_add (path, ChoiceFixture, NULL, set_up, func, tear_down)
  ADD ("/tor-choice/bridges-are-kept-and-tor-is-restarted-once", test_bridges);

  return g_test_run ();
}
