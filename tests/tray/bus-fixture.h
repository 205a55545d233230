/* bus-fixture.h: a private bus, and calls over it that let the main loop go on
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "test-wait.h"

#define BUS_PATIENCE 20

static inline GTestDBus *
bus_fixture_start (void)
{
  GTestDBus *bus = g_test_dbus_new (G_TEST_DBUS_NONE);

  g_test_dbus_up (bus);

  return bus;
}

static inline void
bus_fixture_stop (GTestDBus *bus)
{
  g_test_dbus_down (bus);
  g_object_unref (bus);
}

/* Each end of a call has a connection of its own, as between programs. */
static inline GDBusConnection *
bus_fixture_connect (GTestDBus *bus)
{
  g_autoptr(GError) error = NULL;
  GDBusConnection *connection = NULL;

  connection = g_dbus_connection_new_for_address_sync (
    g_test_dbus_get_bus_address (bus),
    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
    G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
    NULL, NULL, &error);
  g_assert_no_error (error);

  return connection;
}

static inline void
bus_fixture_disconnect (GDBusConnection *connection)
{
  g_dbus_connection_close_sync (connection, NULL, NULL);
  g_object_unref (connection);
}

/* Returns: (transfer full) (nullable): the answer */
static inline GVariant *
bus_fixture_call (GDBusConnection  *connection,
                  const char       *name,
                  const char       *path,
                  const char       *interface,
                  const char       *method,
                  GVariant         *arguments,
                  GError          **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  g_dbus_connection_call (connection, name, path, interface, method, arguments, NULL,
                          G_DBUS_CALL_FLAGS_NONE, BUS_PATIENCE * 1000, NULL, test_keep_result,
                          &result);
  test_wait_until (result != NULL, BUS_PATIENCE);

  return g_dbus_connection_call_finish (connection, result, error);
}
