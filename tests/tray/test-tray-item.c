/* test-tray-item.c: the icon over the bus: what trays read, and what clicks do
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "test-tray-item"

#include "config.h"

#include "tray/tropea-tray-item.h"

#include "bus-fixture.h"
#include "tray/tropea-tray-pixmaps.h"

#define PATH "/StatusNotifierItem"
#define INTERFACE "org.kde.StatusNotifierItem"

typedef struct
{
  GTestDBus        *bus;
  GDBusConnection  *ours;
  GDBusConnection  *tray;
  TropeaTrayStatus *status;
  TropeaTrayItem   *item;
  GString          *signals;  /* names, each with a space behind it */
  GString          *clicks;   /* the same */
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

  g_string_append_printf (fixture->signals, "%s ", name);
}

static void
activated_cb (Fixture    *fixture,
              const char *token)
{
  g_string_append_printf (fixture->clicks, "left(%s) ", token != NULL ? token : "");
}

static void
second_cb (Fixture *fixture)
{
  g_string_append (fixture->clicks, "middle ");
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  fixture->bus = bus_fixture_start ();
  fixture->ours = bus_fixture_connect (fixture->bus);
  fixture->tray = bus_fixture_connect (fixture->bus);
  fixture->signals = g_string_new (NULL);
  fixture->clicks = g_string_new (NULL);
  fixture->status = tropea_tray_status_new ();
  fixture->item = tropea_tray_item_new (fixture->status, "org.example.App", "App");
  g_assert_true (tropea_tray_item_export (fixture->item, fixture->ours, &error));
  g_assert_no_error (error);
  g_signal_connect_swapped (fixture->item, "activated", G_CALLBACK (activated_cb), fixture);
  g_signal_connect_swapped (fixture->item, "second-activated", G_CALLBACK (second_cb), fixture);
  g_dbus_connection_signal_subscribe (fixture->tray, NULL, INTERFACE, NULL, PATH, NULL,
                                      G_DBUS_SIGNAL_FLAGS_NONE, signal_cb, fixture, NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_finalize_object (fixture->item);
  g_assert_finalize_object (fixture->status);
  bus_fixture_disconnect (fixture->tray);
  bus_fixture_disconnect (fixture->ours);
  bus_fixture_stop (fixture->bus);
  g_string_free (fixture->signals, TRUE);
  g_string_free (fixture->clicks, TRUE);
}

static GVariant *
call (Fixture    *fixture,
      const char *interface,
      const char *method,
      GVariant   *arguments,
      GError    **error)
{
  return bus_fixture_call (fixture->tray, g_dbus_connection_get_unique_name (fixture->ours), PATH,
                           interface, method, arguments, error);
}

static GVariant *
get (Fixture    *fixture,
     const char *name)
{
  g_autoptr(GVariant) answer = NULL;
  g_autoptr(GVariant) value = NULL;
  g_autoptr(GError) error = NULL;

  answer = call (fixture, "org.freedesktop.DBus.Properties", "Get",
                 g_variant_new ("(ss)", INTERFACE, name), &error);
  g_assert_no_error (error);
  g_variant_get (answer, "(v)", &value);

  return g_steal_pointer (&value);
}

static void
assert_text (Fixture    *fixture,
             const char *name,
             const char *expected)
{
  g_autoptr(GVariant) value = get (fixture, name);
  g_autofree char *text = g_variant_print (value, FALSE);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_properties (Fixture       *fixture,
                 gconstpointer  data)
{
  assert_text (fixture, "Id", "'org.example.App'");
  assert_text (fixture, "Title", "'App'");
  assert_text (fixture, "Category", "'ApplicationStatus'");
  assert_text (fixture, "Menu", "'/StatusNotifierItem/Menu'");
  assert_text (fixture, "ItemIsMenu", "false");
  assert_text (fixture, "WindowId", "0");
  assert_text (fixture, "OverlayIconName", "''");
  assert_text (fixture, "ToolTip", "('', [], 'App', '')");
}

/* Each state has a name and pixels of its own; a failure asks to be seen. */
static void
test_states (Fixture       *fixture,
             gconstpointer  data)
{
  static const struct
  {
    TropeaTrayState  state;
    const char      *icon;
    const char      *status;
  } rows[] = {
    { TROPEA_TRAY_STATE_CONNECTING, "'org.example.App-connecting'", "'Active'" },
    { TROPEA_TRAY_STATE_RUNNING, "'org.example.App-running'", "'Active'" },
    { TROPEA_TRAY_STATE_PAUSED, "'org.example.App-paused'", "'Active'" },
    { TROPEA_TRAY_STATE_FAILED, "'org.example.App-failed'", "'NeedsAttention'" },
    { TROPEA_TRAY_STATE_STOPPED, "'org.example.App-stopped'", "'Active'" },
  };
  g_autoptr(GPtrArray) pictures = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      GVariant *pixels = NULL;

      g_string_truncate (fixture->signals, 0);
      tropea_tray_status_set_state (fixture->status, rows[i].state);
      assert_text (fixture, "IconName", rows[i].icon);
      assert_text (fixture, "AttentionIconName", rows[i].icon);
      assert_text (fixture, "Status", rows[i].status);
      test_wait_until (strstr (fixture->signals->str, "NewStatus") != NULL, BUS_PATIENCE);
      g_assert_nonnull (strstr (fixture->signals->str, "NewIcon"));

      pixels = tropea_tray_pixmaps_load (rows[i].state);
      g_ptr_array_add (pictures, pixels);
      for (guint j = 0; j + 1 < pictures->len; j++)
        g_assert_false (g_variant_equal (pixels, g_ptr_array_index (pictures, j)));
    }
}

/* Square, in the sizes of trays, with corners that one sees through and a body that one does
 * not. */
static void
test_pixels (Fixture       *fixture,
             gconstpointer  data)
{
  static const int sizes[] = { 16, 22, 24, 32, 48 };
  g_autoptr(GVariant) pixels = get (fixture, "IconPixmap");

  g_assert_cmpuint (g_variant_n_children (pixels), ==, G_N_ELEMENTS (sizes));
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr(GVariant) bytes = NULL;
      const guint8 *argb = NULL;
      gsize length = 0;
      int width = 0;
      int height = 0;

      g_variant_get_child (pixels, i, "(ii@ay)", &width, &height, &bytes);
      argb = g_variant_get_fixed_array (bytes, &length, 1);
      g_assert_cmpint (width, ==, sizes[i]);
      g_assert_cmpint (height, ==, sizes[i]);
      g_assert_cmpuint (length, ==, (gsize) (width * height * 4));
      g_assert_cmpuint (argb[0], <, 64);
      g_assert_cmpuint (argb[(height / 2 * width + width / 2) * 4], ==, 255);
    }
}

static void
test_tooltip (Fixture       *fixture,
              gconstpointer  data)
{
  tropea_tray_status_set_headline (fixture->status, "Running");
  tropea_tray_status_set_text (fixture->status, "12 KB/s & <more>, aujourd'hui");
  assert_text (fixture, "ToolTip", "('', [], 'Running', \"12 KB/s &amp; &lt;more>, aujourd'hui\")");
  test_wait_until (strstr (fixture->signals->str, "NewToolTip NewToolTip") != NULL, BUS_PATIENCE);

  /* The same again is nothing new. */
  g_string_truncate (fixture->signals, 0);
  tropea_tray_status_set_headline (fixture->status, "Running");
  assert_text (fixture, "Title", "'App'");
  g_assert_cmpstr (fixture->signals->str, ==, "");
}

static void
test_clicks (Fixture       *fixture,
             gconstpointer  data)
{
  const struct
  {
    const char *method;
    GVariant   *arguments;
  } clicks[] = {
    { "Activate", g_variant_new ("(ii)", 10, 20) },
    { "Scroll", g_variant_new ("(is)", -120, "vertical") },
    { "ContextMenu", g_variant_new ("(ii)", 10, 20) },
    { "SecondaryActivate", g_variant_new ("(ii)", 0, 0) },
    { "ProvideXdgActivationToken", g_variant_new ("(s)", "token-1") },
    { "ProvideXdgActivationToken", g_variant_new ("(s)", "token-2") },
    { "Activate", g_variant_new ("(ii)", -1, 99999) },
    { "Activate", g_variant_new ("(ii)", 0, 0) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (clicks); i++)
    {
      g_autoptr(GVariant) answer = NULL;
      g_autoptr(GError) error = NULL;

      answer = call (fixture, INTERFACE, clicks[i].method, clicks[i].arguments, &error);
      g_assert_no_error (error);
    }
  /* A token is for one window, once. */
  test_wait_until (strstr (fixture->clicks->str, "left(token-2) left() ") != NULL, BUS_PATIENCE);
  g_assert_cmpstr (fixture->clicks->str, ==, "left() middle left(token-2) left() ");
}

static void
test_garbage (Fixture       *fixture,
              gconstpointer  data)
{
  const struct
  {
    const char *interface;
    const char *method;
    GVariant   *arguments;
  } calls[] = {
    { INTERFACE, "Activate", NULL },
    { INTERFACE, "Activate", g_variant_new ("(ss)", "a", "b") },
    { INTERFACE, "Explode", NULL },
    { "org.freedesktop.DBus.Properties", "Get", g_variant_new ("(ss)", INTERFACE, "Rubbish") },
    { "org.freedesktop.DBus.Properties", "Set",
      g_variant_new ("(ssv)", INTERFACE, "Title", g_variant_new_string ("Mine")) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(GVariant) answer = NULL;

      answer = call (fixture, calls[i].interface, calls[i].method, calls[i].arguments, &error);
      g_assert_null (answer);
      g_assert_true (error->domain == G_DBUS_ERROR);
    }
  assert_text (fixture, "Title", "'App'");
  g_assert_cmpstr (fixture->clicks->str, ==, "");
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
    { "/tray-item/properties", test_properties },
    { "/tray-item/an-icon-for-each-state", test_states },
    { "/tray-item/pixels-in-the-sizes-of-trays", test_pixels },
    { "/tray-item/tooltip", test_tooltip },
    { "/tray-item/clicks", test_clicks },
    { "/tray-item/garbage-is-an-error", test_garbage },
  };

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add (cases[i].name, Fixture, NULL, set_up, cases[i].test, tear_down);

  return g_test_run ();
}
