/* test-tray-registrar.c: trays that come, go, refuse, or say nothing
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "test-tray-registrar"

#include "config.h"

#include "tray/tropea-tray-registrar.h"

#include "watcher.h"

typedef struct
{
  GTestDBus           *bus;
  GDBusConnection     *ours;
  TropeaTrayRegistrar *registrar;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->bus = bus_fixture_start ();
  fixture->ours = bus_fixture_connect (fixture->bus);
  fixture->registrar = tropea_tray_registrar_new (fixture->ours);
}

/* The answers to what we have sent have come by then, since those to what comes later have. */
static void
settle (Fixture *fixture)
{
  g_autoptr(GVariant) answer = NULL;

  for (int i = 0; i < 3; i++)
    {
      g_clear_pointer (&answer, g_variant_unref);
      answer = bus_fixture_call (fixture->ours, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                 "org.freedesktop.DBus", "GetId", NULL, NULL);
      g_assert_nonnull (answer);
    }
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_object_run_dispose (G_OBJECT (fixture->registrar));
  settle (fixture);
  g_assert_finalize_object (fixture->registrar);
  bus_fixture_disconnect (fixture->ours);
  bus_fixture_stop (fixture->bus);
}

static gboolean
is_shown (Fixture *fixture)
{
  return tropea_tray_registrar_get_is_shown (fixture->registrar);
}

static void
test_none (Fixture       *fixture,
           gconstpointer  data)
{
  settle (fixture);
  g_assert_false (is_shown (fixture));
}

/* By the path of the item on our unique name. */
static void
test_good (Fixture       *fixture,
           gconstpointer  data)
{
  Watcher watcher;
  g_autofree char *expected = NULL;

  watcher_start (&watcher, fixture->bus, WATCHER_GOOD);
  test_wait_until (is_shown (fixture), BUS_PATIENCE);
  expected = g_strdup_printf ("%s /StatusNotifierItem\n",
                              g_dbus_connection_get_unique_name (fixture->ours));
  g_assert_cmpstr (watcher.items->str, ==, expected);
  watcher_stop (&watcher);
  test_wait_until (!is_shown (fixture), BUS_PATIENCE);
}

static void
test_restart (Fixture       *fixture,
              gconstpointer  data)
{
  for (int i = 0; i < 3; i++)
    {
      Watcher watcher;

      watcher_start (&watcher, fixture->bus, WATCHER_GOOD);
      test_wait_until (is_shown (fixture), BUS_PATIENCE);
      g_assert_cmpuint (watcher.n_items, ==, 1);
      watcher_stop (&watcher);
      test_wait_until (!is_shown (fixture), BUS_PATIENCE);
    }
}

static void
test_refused (Fixture       *fixture,
              gconstpointer  data)
{
  Watcher watcher;
  Watcher better;

  watcher_start (&watcher, fixture->bus, WATCHER_REFUSES);
  test_wait_until (watcher.n_items == 1, BUS_PATIENCE);
  settle (fixture);
  g_assert_false (is_shown (fixture));

  /* It may have been too early for it. */
  watcher.mood = WATCHER_GOOD;
  watcher_say (&watcher, "StatusNotifierHostRegistered");
  test_wait_until (is_shown (fixture), BUS_PATIENCE);
  g_assert_cmpuint (watcher.n_items, ==, 2);
  watcher_stop (&watcher);

  watcher_start (&better, fixture->bus, WATCHER_GOOD);
  test_wait_until (better.n_items == 1 && is_shown (fixture), BUS_PATIENCE);
  watcher_stop (&better);
}

/* What it says after the next one has come is of no interest. */
static void
test_silent (Fixture       *fixture,
             gconstpointer  data)
{
  Watcher watcher;
  Watcher next;

  watcher_start (&watcher, fixture->bus, WATCHER_SILENT);
  test_wait_until (watcher.n_items == 1, BUS_PATIENCE);
  g_assert_false (is_shown (fixture));
  watcher_stop (&watcher);

  watcher_start (&next, fixture->bus, WATCHER_GOOD);
  test_wait_until (is_shown (fixture), BUS_PATIENCE);
  watcher_stop (&next);
}

static void
test_without_host (Fixture       *fixture,
                   gconstpointer  data)
{
  Watcher watcher;

  watcher_start (&watcher, fixture->bus, WATCHER_WITHOUT_HOST);
  test_wait_until (watcher.n_items == 1, BUS_PATIENCE);
  settle (fixture);
  g_assert_false (is_shown (fixture));

  watcher.mood = WATCHER_GOOD;
  watcher_say (&watcher, "StatusNotifierHostRegistered");
  test_wait_until (is_shown (fixture), BUS_PATIENCE);
  watcher.mood = WATCHER_WITHOUT_HOST;
  watcher_say (&watcher, "StatusNotifierHostUnregistered");
  test_wait_until (!is_shown (fixture), BUS_PATIENCE);
  g_assert_cmpuint (watcher.n_items, ==, 1);
  watcher_stop (&watcher);
}

static void
test_odd (Fixture       *fixture,
          gconstpointer  data)
{
  static const WatcherMood moods[] = { WATCHER_MUTE, WATCHER_CONFUSED };

  for (gsize i = 0; i < G_N_ELEMENTS (moods); i++)
    {
      Watcher watcher;

      watcher_start (&watcher, fixture->bus, moods[i]);
      test_wait_until (is_shown (fixture), BUS_PATIENCE);
      watcher_stop (&watcher);
      test_wait_until (!is_shown (fixture), BUS_PATIENCE);
    }
}

/* Somebody else who says that a panel has come. */
static void
test_impostor (Fixture       *fixture,
               gconstpointer  data)
{
  GDBusConnection *impostor = bus_fixture_connect (fixture->bus);

  g_dbus_connection_emit_signal (impostor, NULL, WATCHER_PATH, WATCHER_NAME,
                                 "StatusNotifierHostRegistered", NULL, NULL);
  settle (fixture);
  g_assert_false (is_shown (fixture));
  bus_fixture_disconnect (impostor);
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
    { "/tray-registrar/no-tray-is-no-error", test_none },
    { "/tray-registrar/by-path-on-the-unique-name", test_good },
    { "/tray-registrar/each-new-tray-is-told", test_restart },
    { "/tray-registrar/one-that-refuses", test_refused },
    { "/tray-registrar/one-that-does-not-answer", test_silent },
    { "/tray-registrar/one-that-nobody-looks-at", test_without_host },
    { "/tray-registrar/one-that-does-not-say", test_odd },
    { "/tray-registrar/not-the-tray", test_impostor },
  };

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add (cases[i].name, Fixture, NULL, set_up, cases[i].test, tear_down);

  return g_test_run ();
}
