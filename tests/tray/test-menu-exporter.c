/* test-menu-exporter.c: a menu over the bus, as trays ask for it and as nobody should
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "test-menu-exporter"

#include "config.h"

#include "tray/tropea-menu-exporter.h"

#include "bus-fixture.h"
#include "menu-fixture.h"

#define PATH "/menu"
#define INTERFACE "com.canonical.dbusmenu"

typedef struct
{
  MenuFixture         menu;
  GTestDBus          *bus;
  GDBusConnection    *ours;
  GDBusConnection    *tray;
  TropeaMenuExporter *exporter;
  GString            *signals;  /* names and bodies, each with a newline behind it */
} Fixture;

static void
signal_cb (GDBusConnection *connection,
           const char      *sender,
           const char      *path,
           const char      *interface,
           const char      *name,
           GVariant        *arguments,
           gpointer         user_data)
{
  Fixture *fixture = user_data;
  g_autofree char *text = g_variant_print (arguments, FALSE);

  g_string_append_printf (fixture->signals, "%s%s\n", name, text);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  menu_fixture_set_up (&fixture->menu);
  fixture->bus = bus_fixture_start ();
  fixture->ours = bus_fixture_connect (fixture->bus);
  fixture->tray = bus_fixture_connect (fixture->bus);
  fixture->signals = g_string_new (NULL);
  fixture->exporter = tropea_menu_exporter_new (fixture->menu.live, TRUE);
  g_assert_true (tropea_menu_exporter_export (fixture->exporter, fixture->ours, PATH, &error));
  g_assert_no_error (error);
  g_dbus_connection_signal_subscribe (fixture->tray, NULL, INTERFACE, NULL, PATH, NULL,
                                      G_DBUS_SIGNAL_FLAGS_NONE, signal_cb, fixture, NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_finalize_object (fixture->exporter);
  menu_fixture_tear_down (&fixture->menu);
  bus_fixture_disconnect (fixture->tray);
  bus_fixture_disconnect (fixture->ours);
  bus_fixture_stop (fixture->bus);
  g_string_free (fixture->signals, TRUE);
}

static GVariant *
call (Fixture    *fixture,
      const char *method,
      GVariant   *arguments,
      GError    **error)
{
  return bus_fixture_call (fixture->tray, g_dbus_connection_get_unique_name (fixture->ours), PATH,
                           INTERFACE, method, arguments, error);
}

/* The answer as text. */
static char *
ask (Fixture    *fixture,
     const char *method,
     GVariant   *arguments)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) answer = call (fixture, method, arguments, &error);

  g_assert_no_error (error);

  return g_variant_print (answer, FALSE);
}

static void
test_layout (Fixture       *fixture,
             gconstpointer  data)
{
  static const char * const only[] = { "label", NULL };
  const TropeaMenuItem *range = menu_fixture_get (&fixture->menu, "_Range");
  int hour = menu_fixture_find (&fixture->menu, "Hour");
  int day = menu_fixture_find (&fixture->menu, "Day");
  g_autofree char *text = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *shallow = NULL;

  text = ask (fixture, "GetLayout", g_variant_new ("(ii^as)", range->id, -1, only));
  expected = g_strdup_printf ("(1, (%d, {'label': <'_Range'>}, "
                              "[<(%d, {'label': <'Hour'>}, @av [])>, "
                              "<(%d, {'label': <'Day'>}, @av [])>]))", range->id, hour, day);
  g_assert_cmpstr (text, ==, expected);

  shallow = ask (fixture, "GetLayout", g_variant_new ("(ii^as)", 0, 0, only));
  g_assert_cmpstr (shallow, ==, "(1, (0, {}, []))");
}

/* What is asked for right after a change has it already. */
static void
test_fresh (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr(GVariant) answer = NULL;
  g_autofree char *text = NULL;
  guint revision = 0;

  g_menu_remove_all (fixture->menu.lines);
  answer = call (fixture, "GetLayout", g_variant_new ("(iias)", 0, -1, NULL), NULL);
  g_variant_get_child (answer, 0, "u", &revision);
  g_assert_cmpuint (revision, ==, 2);
  text = g_variant_print (answer, FALSE);
  g_assert_null (strstr (text, "12 KB/s"));
  test_wait_until (strstr (fixture->signals->str, "LayoutUpdated(2, 0)") != NULL, BUS_PATIENCE);
}

static void
test_properties (Fixture       *fixture,
                 gconstpointer  data)
{
  int simulation = menu_fixture_find (&fixture->menu, "Si_mulation");
  g_autofree char *one = NULL;
  g_autofree char *all = NULL;
  g_autofree char *group = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *about = NULL;
  g_autoptr(GVariant) interface = NULL;
  GVariantBuilder ids = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("ai"));

  one = ask (fixture, "GetProperty", g_variant_new ("(is)", simulation, "toggle-state"));
  g_assert_cmpstr (one, ==, "(<0>,)");

  /* Twice the same, and one that there is not. */
  g_variant_builder_add (&ids, "i", simulation);
  g_variant_builder_add (&ids, "i", simulation);
  g_variant_builder_add (&ids, "i", 9999);
  group = ask (fixture, "GetGroupProperties",
               g_variant_new ("(ai^as)", &ids, (const char *[]) { "toggle-type", NULL }));
  expected = g_strdup_printf ("([(%d, {'toggle-type': <'checkmark'>})],)", simulation);
  g_assert_cmpstr (group, ==, expected);

  all = ask (fixture, "GetGroupProperties", g_variant_new ("(aias)", NULL, NULL));
  g_assert_nonnull (strstr (all, "'children-display': <'submenu'>"));
  g_assert_nonnull (strstr (all, "'type': <'separator'>"));

  interface = bus_fixture_call (fixture->tray, g_dbus_connection_get_unique_name (fixture->ours),
                                PATH, "org.freedesktop.DBus.Properties", "GetAll",
                                g_variant_new ("(s)", INTERFACE), NULL);
  about = g_variant_print (interface, FALSE);
  g_assert_nonnull (strstr (about, "'Version': <uint32 3>"));
  g_assert_nonnull (strstr (about, "'TextDirection': <'rtl'>"));
  g_assert_nonnull (strstr (about, "'Status': <'normal'>"));
}

static void
test_updates (Fixture       *fixture,
              gconstpointer  data)
{
  int simulation = menu_fixture_find (&fixture->menu, "Si_mulation");
  g_autofree char *expected = NULL;

  g_action_group_change_action_state (G_ACTION_GROUP (fixture->menu.group), "simulation",
                                      g_variant_new_boolean (TRUE));
  test_wait_until (fixture->signals->len > 0, BUS_PATIENCE);
  expected = g_strdup_printf ("ItemsPropertiesUpdated([(%d, {'toggle-state': <1>})], [])\n",
                              simulation);
  g_assert_cmpstr (fixture->signals->str, ==, expected);
}

static GVariant *
make_event (int         id,
            const char *event)
{
  return g_variant_new ("(isvu)", id, event, g_variant_new_int32 (0), 0);
}

static void
test_events (Fixture       *fixture,
             gconstpointer  data)
{
  int start = menu_fixture_find (&fixture->menu, "_Start");
  int day = menu_fixture_find (&fixture->menu, "Day");
  GVariantBuilder events = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(isvu)"));
  g_autofree char *errors = NULL;

  g_free (ask (fixture, "Event", make_event (start, "hovered")));
  g_free (ask (fixture, "Event", make_event (0, "opened")));
  g_assert_cmpstr (fixture->menu.done->str, ==, "");
  g_free (ask (fixture, "Event", make_event (start, "clicked")));
  g_assert_cmpstr (fixture->menu.done->str, ==, "start ");

  g_variant_builder_add_value (&events, make_event (day, "clicked"));
  g_variant_builder_add_value (&events, make_event (777, "clicked"));
  g_variant_builder_add_value (&events, make_event (0, "closed"));
  errors = ask (fixture, "EventGroup", g_variant_new ("(a(isvu))", &events));
  g_assert_cmpstr (errors, ==, "([777],)");
  test_wait_until (strstr (fixture->menu.done->str, "range=day") != NULL, BUS_PATIENCE);
}

static void
add_line_cb (MenuFixture *menu)
{
  g_menu_append (menu->lines, "And more", NULL);
  g_signal_handlers_disconnect_by_func (menu->live, add_line_cb, menu);
}

static void
test_about_to_show (Fixture       *fixture,
                    gconstpointer  data)
{
  GVariantBuilder ids = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("ai"));
  g_autofree char *nothing = NULL;
  g_autofree char *changed = NULL;
  g_autofree char *group = NULL;

  nothing = ask (fixture, "AboutToShow", g_variant_new ("(i)", 0));
  g_assert_cmpstr (nothing, ==, "(false,)");
  g_signal_connect_swapped (fixture->menu.live, "about-to-show", G_CALLBACK (add_line_cb),
                            &fixture->menu);
  changed = ask (fixture, "AboutToShow", g_variant_new ("(i)", 0));
  g_assert_cmpstr (changed, ==, "(true,)");

  g_signal_connect_swapped (fixture->menu.live, "about-to-show", G_CALLBACK (add_line_cb),
                            &fixture->menu);
  g_variant_builder_add (&ids, "i", 0);
  g_variant_builder_add (&ids, "i", 888);
  group = ask (fixture, "AboutToShowGroup", g_variant_new ("(ai)", &ids));
  g_assert_cmpstr (group, ==, "([0], [888])");
}

/* Anybody on the bus can call: what makes no sense is an error, and all goes on. */
static void
test_garbage (Fixture       *fixture,
              gconstpointer  data)
{
  const struct
  {
    const char *method;
    GVariant   *arguments;
  } calls[] = {
    { "GetLayout", g_variant_new ("(iias)", -5, -1, NULL) },
    { "GetLayout", g_variant_new ("(s)", "rubbish") },
    { "GetLayout", NULL },
    { "GetProperty", g_variant_new ("(is)", 0, "no-such-thing") },
    { "GetProperty", g_variant_new ("(is)", G_MAXINT32, "label") },
    { "Event", g_variant_new ("(isvu)", G_MININT32, "clicked", g_variant_new_int32 (0), 0) },
    { "EventGroup", g_variant_new_parsed ("([(99, 'clicked', <''>, uint32 0)],)") },
    { "AboutToShow", g_variant_new ("(i)", 12345) },
    { "NoSuchMethod", NULL },
  };
  g_autofree char *alive = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(GVariant) answer = NULL;

      answer = call (fixture, calls[i].method, calls[i].arguments, &error);
      g_test_message ("%s: %s", calls[i].method, error != NULL ? error->message : "no error");
      g_assert_null (answer);
      g_assert_true (error->domain == G_DBUS_ERROR);
    }

  g_assert_cmpstr (fixture->menu.done->str, ==, "");
  alive = ask (fixture, "EventGroup", g_variant_new ("(a(isvu))", NULL));
  g_assert_cmpstr (alive, ==, "([],)");
}

/* Once it is off the bus nobody is told anything. */
static void
test_unexport (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) answer = NULL;

  tropea_menu_exporter_unexport (fixture->exporter);
  menu_fixture_set_line (&fixture->menu, 0, "Stopped");
  tropea_live_menu_refresh (fixture->menu.live);
  answer = call (fixture, "AboutToShow", g_variant_new ("(i)", 0), &error);
  g_assert_error (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD);
  g_assert_cmpstr (fixture->signals->str, ==, "");

  g_clear_error (&error);
  g_assert_true (tropea_menu_exporter_export (fixture->exporter, fixture->ours, PATH, &error));
  g_free (ask (fixture, "AboutToShow", g_variant_new ("(i)", 0)));
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
    { "/menu-exporter/layout", test_layout },
    { "/menu-exporter/nobody-is-told-of-the-past", test_fresh },
    { "/menu-exporter/properties", test_properties },
    { "/menu-exporter/a-switch-is-one-update", test_updates },
    { "/menu-exporter/events", test_events },
    { "/menu-exporter/about-to-show", test_about_to_show },
    { "/menu-exporter/garbage-is-an-error", test_garbage },
    { "/menu-exporter/off-and-on-again", test_unexport },
  };

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add (cases[i].name, Fixture, NULL, set_up, cases[i].test, tear_down);

  return g_test_run ();
}
