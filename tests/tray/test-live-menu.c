/* test-live-menu.c: a GMenuModel becomes items that keep their ids and say what changes
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "test-live-menu"

#include "config.h"

#include "menu-fixture.h"

#include "test-wait.h"

/* Items as one line: labels by depth, “-” for a separator that shows, “()” around what cannot be
 * done, “[x]” and “[ ]” for switches, “(o)” and “( )” for choices; hidden ones are left out. */
static void
print_item (GString  *out,
            GVariant *node)
{
  g_autoptr(GVariant) properties = g_variant_get_child_value (node, 1);
  g_autoptr(GVariant) children = g_variant_get_child_value (node, 2);
  g_auto(GVariantDict) dict = G_VARIANT_DICT_INIT (properties);
  const char *label = "";
  const char *type = NULL;
  gboolean is_visible = TRUE;
  gboolean is_enabled = TRUE;
  int state = 0;

  g_variant_dict_lookup (&dict, "visible", "b", &is_visible);
  if (!is_visible)
    return;
  g_variant_dict_lookup (&dict, "enabled", "b", &is_enabled);
  g_variant_dict_lookup (&dict, "label", "&s", &label);
  if (g_variant_dict_contains (&dict, "type"))
    label = "-";

  if (out->len > 0 && out->str[out->len - 1] != '<')
    g_string_append_c (out, ' ');
  if (g_variant_dict_lookup (&dict, "toggle-type", "&s", &type) &&
      g_variant_dict_lookup (&dict, "toggle-state", "i", &state))
    g_string_append (out, g_str_equal (type, "radio") ? (state ? "(o)" : "( )")
                                                      : (state ? "[x]" : "[ ]"));
  g_string_append_printf (out, is_enabled ? "%s" : "(%s)", label);

  if (g_variant_dict_contains (&dict, "children-display"))
    {
      g_string_append_c (out, '<');
      for (gsize i = 0; i < g_variant_n_children (children); i++)
        {
          g_autoptr(GVariant) boxed = g_variant_get_child_value (children, i);
          g_autoptr(GVariant) child = g_variant_get_variant (boxed);

          print_item (out, child);
        }
      g_string_append_c (out, '>');
    }
}

static char *
print_menu (MenuFixture *fixture,
            int          depth)
{
  TropeaMenuLayout *layout = tropea_live_menu_get_layout (fixture->live);
  g_autoptr(GVariant) tree = NULL;
  GString *out = g_string_new (NULL);

  tree = g_variant_ref_sink (tropea_menu_layout_to_tree (
           layout, tropea_menu_layout_find (layout, TROPEA_MENU_ROOT), depth, NULL));
  print_item (out, tree);

  return g_string_free (out, FALSE);
}

#define assert_menu(fixture, expected)                                                      \
  G_STMT_START {                                                                            \
    g_autofree char *printed = print_menu (fixture, -1);                                    \
    g_assert_cmpstr (printed, ==, expected);                                                \
  } G_STMT_END

static void
test_items (void)
{
  MenuFixture fixture;

  menu_fixture_set_up (&fixture);
  assert_menu (&fixture,
               "<_Open - (Running) (12 KB/s) - _Start S_top [ ]Si_mulation - "
               "_Range<(o)Hour ( )Day> (_Quit)>");
  menu_fixture_tear_down (&fixture);
}

static void
test_depth (void)
{
  MenuFixture fixture;
  g_autofree char *none = NULL;
  g_autofree char *one = NULL;

  menu_fixture_set_up (&fixture);
  none = print_menu (&fixture, 0);
  g_assert_cmpstr (none, ==, "<>");
  one = print_menu (&fixture, 1);
  g_assert_nonnull (strstr (one, "_Range<> (_Quit)>"));
  menu_fixture_tear_down (&fixture);
}

/* A line of figures changes every few seconds: no item moves, and only the line is told. */
static void
test_live_label (void)
{
  MenuFixture fixture;
  int id;
  int told = 0;
  g_autoptr(GVariant) updated = NULL;
  g_autoptr(GVariant) values = NULL;
  g_autofree char *text = NULL;

  menu_fixture_set_up (&fixture);
  id = menu_fixture_find (&fixture, "12 KB/s");
  menu_fixture_set_line (&fixture, 1, "34 KB/s");
  test_wait_until (fixture.n_changes > 0, 10);

  g_assert_cmpint (menu_fixture_find (&fixture, "34 KB/s"), ==, id);
  g_assert_cmpuint (fixture.n_changes, ==, 1);
  g_assert_cmpuint (fixture.n_layouts, ==, 0);
  g_assert_cmpuint (tropea_live_menu_get_revision (fixture.live), ==, 1);
  updated = g_variant_get_child_value (fixture.changes, 0);
  g_assert_cmpuint (g_variant_n_children (updated), ==, 1);
  g_variant_get_child (updated, 0, "(i@a{sv})", &told, &values);
  text = g_variant_print (values, FALSE);
  g_assert_cmpint (told, ==, id);
  g_assert_cmpstr (text, ==, "{'label': <'34 KB/s'>}");
  menu_fixture_tear_down (&fixture);
}

static void
test_nothing_new (void)
{
  MenuFixture fixture;

  menu_fixture_set_up (&fixture);
  menu_fixture_set_line (&fixture, 1, "12 KB/s");
  g_assert_false (tropea_live_menu_refresh (fixture.live));
  g_assert_cmpuint (fixture.n_changes + fixture.n_layouts, ==, 0);
  menu_fixture_tear_down (&fixture);
}

static void
test_states (void)
{
  MenuFixture fixture;

  menu_fixture_set_up (&fixture);
  menu_fixture_set_enabled (&fixture, "start", FALSE);
  menu_fixture_set_enabled (&fixture, "stop", FALSE);
  g_action_group_change_action_state (G_ACTION_GROUP (fixture.group), "simulation",
                                      g_variant_new_boolean (TRUE));
  g_action_group_change_action_state (G_ACTION_GROUP (fixture.group), "range",
                                      g_variant_new_string ("day"));
  g_assert_false (tropea_live_menu_refresh (fixture.live));
  assert_menu (&fixture,
               "<_Open - (Running) (12 KB/s) - (_Start) [x]Si_mulation - "
               "_Range<( )Hour (o)Day> (_Quit)>");
  /* All at once, although four actions changed. */
  g_assert_cmpuint (fixture.n_changes, ==, 1);
  g_assert_cmpuint (fixture.n_layouts, ==, 0);

  /* A group that comes later is as good. */
  {
    g_autoptr(GSimpleActionGroup) app = g_simple_action_group_new ();
    g_autoptr(GSimpleAction) quit = g_simple_action_new ("quit", NULL);

    g_action_map_add_action (G_ACTION_MAP (app), G_ACTION (quit));
    tropea_tray_actions_insert (fixture.actions, "app", G_ACTION_GROUP (app));
    g_assert_false (tropea_live_menu_refresh (fixture.live));
    assert_menu (&fixture,
                 "<_Open - (Running) (12 KB/s) - (_Start) [x]Si_mulation - "
                 "_Range<( )Hour (o)Day> _Quit>");
  }
  menu_fixture_tear_down (&fixture);
}

/* Sections that are empty or hidden leave no two lines in a row, and none at an end. */
static void
test_separators (void)
{
  MenuFixture fixture;

  menu_fixture_set_up (&fixture);
  g_menu_remove_all (fixture.lines);
  g_assert_true (tropea_live_menu_refresh (fixture.live));
  assert_menu (&fixture,
               "<_Open - _Start S_top [ ]Si_mulation - _Range<(o)Hour ( )Day> (_Quit)>");
  g_assert_cmpuint (tropea_live_menu_get_revision (fixture.live), ==, 2);
  g_assert_cmpuint (fixture.n_layouts, ==, 1);

  g_menu_remove (fixture.menu, 0);
  g_menu_remove (fixture.menu, 2);
  g_assert_true (tropea_live_menu_refresh (fixture.live));
  assert_menu (&fixture, "<_Start S_top [ ]Si_mulation>");
  menu_fixture_tear_down (&fixture);
}

/* Whoever clicks on a menu that has changed meanwhile does what it said, or nothing. */
static void
test_ids (void)
{
  MenuFixture fixture;
  int start;
  int open;

  menu_fixture_set_up (&fixture);
  start = menu_fixture_find (&fixture, "_Start");
  open = menu_fixture_find (&fixture, "_Open");
  g_menu_remove (fixture.menu, 0);
  g_assert_true (tropea_live_menu_refresh (fixture.live));
  tropea_live_menu_click (fixture.live, open);
  g_assert_cmpstr (fixture.done->str, ==, "");

  g_menu_prepend (fixture.menu, "Something else", "host.stop");
  g_assert_true (tropea_live_menu_refresh (fixture.live));
  g_assert_cmpint (menu_fixture_find (&fixture, "Something else"), !=, open);
  menu_fixture_tear_down (&fixture);

  menu_fixture_set_up (&fixture);
  tropea_live_menu_click (fixture.live, start);
  tropea_live_menu_click (fixture.live, menu_fixture_find (&fixture, "Day"));
  tropea_live_menu_click (fixture.live, menu_fixture_find (&fixture, "Running"));
  tropea_live_menu_click (fixture.live, menu_fixture_find (&fixture, "_Quit"));
  tropea_live_menu_click (fixture.live, menu_fixture_find (&fixture, "_Range"));
  tropea_live_menu_click (fixture.live, 4711);
  tropea_live_menu_click (fixture.live, -1);
  menu_fixture_set_enabled (&fixture, "stop", FALSE);
  tropea_live_menu_click (fixture.live, menu_fixture_find (&fixture, "S_top"));
  g_assert_cmpstr (fixture.done->str, ==, "start range=day ");
  menu_fixture_tear_down (&fixture);
}

static void
fill_cb (MenuFixture *fixture)
{
  menu_fixture_set_line (fixture, 0, "Paused");
}

static void
test_about_to_show (void)
{
  MenuFixture fixture;

  menu_fixture_set_up (&fixture);
  g_signal_connect_swapped (fixture.live, "about-to-show", G_CALLBACK (fill_cb), &fixture);
  g_assert_false (tropea_live_menu_prepare (fixture.live));
  g_assert_nonnull (menu_fixture_get (&fixture, "Paused"));
  g_assert_cmpuint (fixture.n_changes, ==, 1);
  menu_fixture_tear_down (&fixture);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/live-menu/items-of-sections-and-submenus", test_items);
  g_test_add_func ("/live-menu/as-deep-as-it-was-asked-for", test_depth);
  g_test_add_func ("/live-menu/a-new-label-is-one-change", test_live_label);
  g_test_add_func ("/live-menu/the-same-is-no-change", test_nothing_new);
  g_test_add_func ("/live-menu/switches-choices-and-what-cannot-be-done", test_states);
  g_test_add_func ("/live-menu/separators-separate", test_separators);
  g_test_add_func ("/live-menu/an-id-means-one-thing", test_ids);
  g_test_add_func ("/live-menu/fresh-when-it-is-seen", test_about_to_show);

  return g_test_run ();
}
