/* menu-fixture.h: a menu as Tropea's is, with actions that say what was done
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tray/tropea-live-menu.h"

typedef struct
{
  GSimpleActionGroup *group;     /* "host" */
  TropeaTrayActions  *actions;
  GMenu              *menu;
  GMenu              *lines;
  TropeaLiveMenu     *live;
  GString            *done;      /* names of activated actions, each with a space behind it */
  GVariant           *changes;   /* the last body of "items-changed" */
  guint               n_changes;
  guint               n_layouts;
} MenuFixture;

static inline void
menu_fixture_activated_cb (GSimpleAction *action,
                           GVariant      *parameter,
                           gpointer       user_data)
{
  MenuFixture *fixture = user_data;

  g_string_append (fixture->done, g_action_get_name (G_ACTION (action)));
  if (parameter != NULL)
    g_string_append_printf (fixture->done, "=%s", g_variant_get_string (parameter, NULL));
  g_string_append_c (fixture->done, ' ');
}

static inline void
menu_fixture_items_cb (MenuFixture *fixture,
                       GVariant    *body)
{
  g_clear_pointer (&fixture->changes, g_variant_unref);
  fixture->changes = g_variant_ref (body);
  fixture->n_changes++;
}

static inline void
menu_fixture_layout_cb (MenuFixture *fixture)
{
  fixture->n_layouts++;
}

static inline void
menu_fixture_set_line (MenuFixture *fixture,
                       int          index,
                       const char  *label)
{
  g_menu_remove (fixture->lines, index);
  g_menu_insert (fixture->lines, index, label, NULL);
}

/* Open | two lines | Start, Stop (hidden while it cannot be done), Simulation | Range: Hour, Day |
 * Quit: a submenu, and an action that nobody has. */
static inline void
menu_fixture_fill (MenuFixture *fixture)
{
  g_autoptr(GMenu) window = g_menu_new ();
  g_autoptr(GMenu) verbs = g_menu_new ();
  g_autoptr(GMenu) range = g_menu_new ();
  g_autoptr(GMenu) rest = g_menu_new ();
  g_autoptr(GMenuItem) stop = g_menu_item_new ("S_top", "host.stop");

  g_menu_append (window, "_Open", "host.open");
  g_menu_append (fixture->lines, "Running", NULL);
  g_menu_append (fixture->lines, "12 KB/s", NULL);
  g_menu_append (verbs, "_Start", "host.start");
  g_menu_item_set_attribute (stop, "hidden-when", "s", "action-disabled");
  g_menu_append_item (verbs, stop);
  g_menu_append (verbs, "Si_mulation", "host.simulation");
  g_menu_append (range, "Hour", "host.range::hour");
  g_menu_append (range, "Day", "host.range::day");
  g_menu_append_submenu (rest, "_Range", G_MENU_MODEL (range));
  g_menu_append (rest, "_Quit", "app.quit");

  g_menu_append_section (fixture->menu, NULL, G_MENU_MODEL (window));
  g_menu_append_section (fixture->menu, NULL, G_MENU_MODEL (fixture->lines));
  g_menu_append_section (fixture->menu, NULL, G_MENU_MODEL (verbs));
  g_menu_append_section (fixture->menu, NULL, G_MENU_MODEL (rest));
}

static inline void
menu_fixture_set_up (MenuFixture *fixture)
{
  const GActionEntry entries[] = {
    { .name = "open", .activate = menu_fixture_activated_cb },
    { .name = "start", .activate = menu_fixture_activated_cb },
    { .name = "stop", .activate = menu_fixture_activated_cb },
    { .name = "simulation", .state = "false" },
    { .name = "range", .activate = menu_fixture_activated_cb, .parameter_type = "s",
      .state = "'hour'" },
  };

  *fixture = (MenuFixture) { 0 };
  fixture->done = g_string_new (NULL);
  fixture->group = g_simple_action_group_new ();
  fixture->actions = tropea_tray_actions_new ();
  fixture->menu = g_menu_new ();
  fixture->lines = g_menu_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (fixture->group), entries,
                                   G_N_ELEMENTS (entries), fixture);
  tropea_tray_actions_insert (fixture->actions, "host", G_ACTION_GROUP (fixture->group));
  menu_fixture_fill (fixture);
  fixture->live = tropea_live_menu_new (G_MENU_MODEL (fixture->menu), fixture->actions);
  g_signal_connect_swapped (fixture->live, "items-changed", G_CALLBACK (menu_fixture_items_cb),
                            fixture);
  g_signal_connect_swapped (fixture->live, "layout-changed", G_CALLBACK (menu_fixture_layout_cb),
                            fixture);
}

static inline void
menu_fixture_tear_down (MenuFixture *fixture)
{
  g_assert_finalize_object (fixture->live);
  g_assert_finalize_object (fixture->actions);
  g_object_unref (fixture->group);
  g_object_unref (fixture->lines);
  g_object_unref (fixture->menu);
  g_string_free (fixture->done, TRUE);
  g_clear_pointer (&fixture->changes, g_variant_unref);
}

static inline void
menu_fixture_set_enabled (MenuFixture *fixture,
                          const char  *name,
                          gboolean     enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (fixture->group), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

/* Returns: the id of the item with this label, as a tray that reads the layout finds it */
static inline int
menu_fixture_find (MenuFixture *fixture,
                   const char  *label)
{
  TropeaMenuLayout *layout = tropea_live_menu_get_layout (fixture->live);

  for (int id = 0; id < 64; id++)
    {
      const TropeaMenuItem *item = tropea_menu_layout_find (layout, id);
      const char *text = NULL;

      if (item != NULL && g_variant_lookup (item->properties, "label", "&s", &text) &&
          g_str_equal (text, label))
        return id;
    }

  g_error ("There is no item “%s”", label);
}

static inline const TropeaMenuItem *
menu_fixture_get (MenuFixture *fixture,
                  const char  *label)
{
  return tropea_menu_layout_find (tropea_live_menu_get_layout (fixture->live),
                                  menu_fixture_find (fixture, label));
}
