/* test-tray.c: the tray as a whole: switched on and off, with and without a bus
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "test-tray"

#include "config.h"

#include "tray/tropea-tray.h"

#include "menu-fixture.h"
#include "watcher.h"

typedef struct
{
  GTestDBus        *bus;
  MenuFixture       menu;
  TropeaTrayStatus *status;
  TropeaTray       *tray;
  guint             n_shown;
  guint             n_asked;
} Fixture;

static void
shown_cb (Fixture *fixture)
{
  fixture->n_shown++;
}

static void
about_to_show_cb (Fixture *fixture)
{
  fixture->n_asked++;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->bus = bus_fixture_start ();
  menu_fixture_set_up (&fixture->menu);
  fixture->status = tropea_tray_status_new ();
  fixture->tray = tropea_tray_new (fixture->status, G_MENU_MODEL (fixture->menu.menu),
                                   fixture->menu.actions, "org.example.App", "App", FALSE);
  g_signal_connect_swapped (fixture->tray, "notify::is-shown", G_CALLBACK (shown_cb), fixture);
  g_signal_connect_swapped (fixture->tray, "about-to-show", G_CALLBACK (about_to_show_cb),
                            fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_object_add_weak_pointer (G_OBJECT (fixture->tray), (gpointer *) &fixture->tray);
  tropea_tray_set_is_enabled (fixture->tray, FALSE);
  g_object_unref (fixture->tray);
  /* What was still under way has a reference. */
  test_wait_until (fixture->tray == NULL, BUS_PATIENCE);
  g_object_unref (fixture->status);
  menu_fixture_tear_down (&fixture->menu);
  if (fixture->bus != NULL)
    bus_fixture_stop (fixture->bus);
}

static char *
dup_owner (Watcher *watcher)
{
  const char *end = strchr (watcher->items->str, ' ');

  g_assert_nonnull (end);

  return g_strndup (watcher->items->str, (gsize) (end - watcher->items->str));
}

static gboolean
has_name (Watcher    *watcher,
          const char *name)
{
  g_autoptr(GVariant) answer = NULL;
  gboolean has_owner = FALSE;

  answer = bus_fixture_call (watcher->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                             "org.freedesktop.DBus", "NameHasOwner", g_variant_new ("(s)", name),
                             NULL);
  g_variant_get (answer, "(b)", &has_owner);

  return has_owner;
}

/* A tray drops what belongs to a connection that has ended, and only that. */
static void
test_switch (Fixture       *fixture,
             gconstpointer  data)
{
  Watcher watcher;
  g_autofree char *owner = NULL;

  watcher_start (&watcher, fixture->bus, WATCHER_GOOD);
  g_assert_false (tropea_tray_get_is_shown (fixture->tray));
  tropea_tray_set_is_enabled (fixture->tray, TRUE);
  test_wait_until (tropea_tray_get_is_shown (fixture->tray), BUS_PATIENCE);
  owner = dup_owner (&watcher);
  g_assert_true (has_name (&watcher, owner));

  tropea_tray_set_is_enabled (fixture->tray, FALSE);
  g_assert_false (tropea_tray_get_is_shown (fixture->tray));
  test_wait_until (!has_name (&watcher, owner), BUS_PATIENCE);

  tropea_tray_set_is_enabled (fixture->tray, TRUE);
  test_wait_until (watcher.n_items == 2 && tropea_tray_get_is_shown (fixture->tray),
                   BUS_PATIENCE);
  g_assert_cmpuint (fixture->n_shown, ==, 3);
  watcher_stop (&watcher);
}

/* Faster than the bus. */
static void
test_flicker (Fixture       *fixture,
              gconstpointer  data)
{
  Watcher watcher;

  watcher_start (&watcher, fixture->bus, WATCHER_GOOD);
  for (int i = 0; i < 20; i++)
    tropea_tray_set_is_enabled (fixture->tray, i % 2 == 0);
  tropea_tray_set_is_enabled (fixture->tray, TRUE);
  test_wait_until (tropea_tray_get_is_shown (fixture->tray), BUS_PATIENCE);
  g_assert_cmpuint (fixture->n_shown, ==, 1);
  watcher_stop (&watcher);
}

/* Icon and menu are where the tray was told. */
static void
test_whole (Fixture       *fixture,
            gconstpointer  data)
{
  Watcher watcher;
  g_autofree char *owner = NULL;
  g_autoptr(GVariant) menu_path = NULL;
  g_autoptr(GVariant) shown = NULL;
  g_autoptr(GVariant) done = NULL;
  const char *path = NULL;
  g_autoptr(GVariant) value = NULL;

  watcher_start (&watcher, fixture->bus, WATCHER_GOOD);
  tropea_tray_set_is_enabled (fixture->tray, TRUE);
  test_wait_until (tropea_tray_get_is_shown (fixture->tray), BUS_PATIENCE);
  owner = dup_owner (&watcher);

  menu_path = bus_fixture_call (watcher.connection, owner, "/StatusNotifierItem",
                                "org.freedesktop.DBus.Properties", "Get",
                                g_variant_new ("(ss)", "org.kde.StatusNotifierItem", "Menu"),
                                NULL);
  g_variant_get (menu_path, "(v)", &value);
  path = g_variant_get_string (value, NULL);
  shown = bus_fixture_call (watcher.connection, owner, path, "com.canonical.dbusmenu",
                            "AboutToShow", g_variant_new ("(i)", 0), NULL);
  g_assert_nonnull (shown);
  g_assert_cmpuint (fixture->n_asked, ==, 1);
  done = bus_fixture_call (watcher.connection, owner, path, "com.canonical.dbusmenu", "Event",
                           g_variant_new ("(isvu)", menu_fixture_find (&fixture->menu, "_Start"),
                                          "clicked", g_variant_new_string (""), 0), NULL);
  g_assert_nonnull (done);
  g_assert_cmpstr (fixture->menu.done->str, ==, "start ");
  watcher_stop (&watcher);
}

/* The bus ends before we do. */
static void
test_bus_ends (Fixture       *fixture,
               gconstpointer  data)
{
  Watcher watcher;

  watcher_start (&watcher, fixture->bus, WATCHER_GOOD);
  tropea_tray_set_is_enabled (fixture->tray, TRUE);
  test_wait_until (tropea_tray_get_is_shown (fixture->tray), BUS_PATIENCE);
  g_test_dbus_stop (fixture->bus);
  test_wait_until (!tropea_tray_get_is_shown (fixture->tray), BUS_PATIENCE);
  watcher_stop (&watcher);
  g_clear_object (&fixture->bus);
}

/* There is none at the address. */
static void
test_no_bus (Fixture       *fixture,
             gconstpointer  data)
{
  g_test_dbus_stop (fixture->bus);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  tropea_tray_set_is_enabled (fixture->tray, TRUE);
  tropea_tray_set_is_enabled (fixture->tray, FALSE);
  tropea_tray_set_is_enabled (fixture->tray, TRUE);
  g_assert_false (tropea_tray_get_is_shown (fixture->tray));
  g_clear_object (&fixture->bus);
}

int
main (int   argc,
      char *argv[])
{
  static const struct
  {
    const char *name;
    void      (*test) (Fixture       *fixture,
                       gconstpointer  data);
  } cases[] = {
    { "/tray/on-and-off", test_switch },
    { "/tray/on-and-off-at-once", test_flicker },
    { "/tray/icon-and-menu", test_whole },
    { "/tray/the-bus-ends", test_bus_ends },
    { "/tray/no-bus-is-no-error", test_no_bus },
  };

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add (cases[i].name, Fixture, NULL, set_up, cases[i].test, tear_down);

  return g_test_run ();
}
