/* watcher.h: the program that trays ask for items, in the moods that it can have
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "bus-fixture.h"

#define WATCHER_NAME "org.kde.StatusNotifierWatcher"
#define WATCHER_PATH "/StatusNotifierWatcher"

typedef enum
{
  WATCHER_GOOD,
  WATCHER_REFUSES,       /* answers with an error */
  WATCHER_SILENT,        /* keeps calls and does not answer */
  WATCHER_WITHOUT_HOST,  /* watches, but nobody shows anything */
  WATCHER_MUTE,          /* does not say whether anybody does */
  WATCHER_CONFUSED,      /* says it with the wrong type */
} WatcherMood;

typedef struct
{
  GDBusConnection *connection;
  WatcherMood      mood;
  GString         *items;   /* sender and argument of each registration, with a newline */
  GPtrArray       *kept;    /* (element-type GDBusMethodInvocation): not answered */
  guint            n_items;
} Watcher;

#define WATCHER_XML \
  "<node><interface name='" WATCHER_NAME "'>" \
  "<method name='RegisterStatusNotifierItem'><arg type='s' direction='in'/></method>" \
  "<property name='IsStatusNotifierHostRegistered' type='%s' access='read'/>" \
  "<signal name='StatusNotifierHostRegistered'/><signal name='StatusNotifierHostUnregistered'/>" \
  "</interface></node>"

static void
watcher_answer (Watcher               *watcher,
                GDBusMethodInvocation *invocation,
                const char            *method)
{
  if (watcher->mood == WATCHER_SILENT)
    g_ptr_array_add (watcher->kept, invocation);
  else if (g_str_equal (method, "RegisterStatusNotifierItem"))
    {
      if (watcher->mood == WATCHER_REFUSES)
        g_dbus_method_invocation_return_error_literal (invocation, G_DBUS_ERROR,
                                                       G_DBUS_ERROR_ACCESS_DENIED, "No");
      else
        g_dbus_method_invocation_return_value (invocation, NULL);
    }
  else if (watcher->mood == WATCHER_MUTE)
    g_dbus_method_invocation_return_error_literal (invocation, G_DBUS_ERROR,
                                                   G_DBUS_ERROR_UNKNOWN_PROPERTY, "What?");
  else if (watcher->mood == WATCHER_CONFUSED)
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(v)",
                                                                      g_variant_new_int32 (7)));
  else
    g_dbus_method_invocation_return_value (
      invocation,
      g_variant_new ("(v)", g_variant_new_boolean (watcher->mood != WATCHER_WITHOUT_HOST)));
}

static void
watcher_method_cb (GDBusConnection       *connection,
                   const char            *sender,
                   const char            *path,
                   const char            *interface,
                   const char            *method,
                   GVariant              *arguments,
                   GDBusMethodInvocation *invocation,
                   gpointer               user_data)
{
  Watcher *watcher = user_data;

  if (g_str_equal (method, "RegisterStatusNotifierItem"))
    {
      const char *item = NULL;

      g_variant_get (arguments, "(&s)", &item);
      g_string_append_printf (watcher->items, "%s %s\n", sender, item);
      watcher->n_items++;
    }
  watcher_answer (watcher, invocation, method);
}

static inline void
watcher_start (Watcher     *watcher,
               GTestDBus   *bus,
               WatcherMood  mood)
{
  /* Properties come as calls: one need not be answered. */
  static const GDBusInterfaceVTable vtable = { watcher_method_cb, NULL, NULL, { NULL } };
  g_autofree char *xml = g_strdup_printf (WATCHER_XML, mood == WATCHER_CONFUSED ? "i" : "b");
  g_autoptr(GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (xml, NULL);
  g_autoptr(GVariant) answer = NULL;
  g_autoptr(GError) error = NULL;

  *watcher = (Watcher) { .mood = mood };
  watcher->items = g_string_new (NULL);
  watcher->kept = g_ptr_array_new_with_free_func (g_object_unref);
  watcher->connection = bus_fixture_connect (bus);
  g_dbus_connection_register_object (watcher->connection, WATCHER_PATH, node->interfaces[0],
                                     &vtable, watcher, NULL, &error);
  g_assert_no_error (error);
  answer = bus_fixture_call (watcher->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                             "org.freedesktop.DBus", "RequestName",
                             g_variant_new ("(su)", WATCHER_NAME, 4), &error);
  g_assert_no_error (error);
}

/* As if it were killed. */
static inline void
watcher_stop (Watcher *watcher)
{
  bus_fixture_disconnect (watcher->connection);
  g_ptr_array_unref (watcher->kept);
  g_string_free (watcher->items, TRUE);
}

static inline void
watcher_say (Watcher    *watcher,
             const char *signal)
{
  g_dbus_connection_emit_signal (watcher->connection, NULL, WATCHER_PATH, WATCHER_NAME, signal,
                                 NULL, NULL);
}
