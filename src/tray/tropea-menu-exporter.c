/* tropea-menu-exporter.c: a live menu on the bus, as com.canonical.dbusmenu
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-menu-exporter"

#include "config.h"

#include "tray/tropea-menu-exporter.h"

#include "tray/tropea-tray-interface.h"

/* Whoever is on the bus can call. What makes no sense is answered with an error, and a click on
 * what cannot be done now does nothing.
 */

#define VERSION 3

struct _TropeaMenuExporter
{
  GObject          parent_instance;

  TropeaLiveMenu  *menu;        /* (owned) */
  gboolean         is_rtl;

  GDBusConnection *connection;  /* (owned) (nullable): where it is exported */
  char            *path;        /* (owned) (nullable) */
  guint            object_id;
};

G_DEFINE_FINAL_TYPE (TropeaMenuExporter, tropea_menu_exporter, G_TYPE_OBJECT)

static void
emit (TropeaMenuExporter *self,
      const char         *name,
      GVariant           *body)
{
  g_autoptr(GVariant) owned = g_variant_ref_sink (body);

  if (self->connection != NULL)
    g_dbus_connection_emit_signal (self->connection, NULL, self->path,
                                   TROPEA_TRAY_MENU_INTERFACE, name, owned, NULL);
}

static void
items_changed_cb (TropeaMenuExporter *self,
                  GVariant           *body)
{
  emit (self, "ItemsPropertiesUpdated", body);
}

static void
layout_changed_cb (TropeaMenuExporter *self)
{
  emit (self, "LayoutUpdated",
        g_variant_new ("(ui)", tropea_live_menu_get_revision (self->menu), TROPEA_MENU_ROOT));
}

static const TropeaMenuItem *
find (TropeaMenuExporter *self,
      int                 id)
{
  return tropea_menu_layout_find (tropea_live_menu_get_layout (self->menu), id);
}

static void
return_unknown (GDBusMethodInvocation *invocation,
                int                    id)
{
  g_dbus_method_invocation_return_error (invocation, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS,
                                         "There is no item %d", id);
}

static void
get_layout (TropeaMenuExporter    *self,
            GVariant              *arguments,
            GDBusMethodInvocation *invocation)
{
  const TropeaMenuItem *item = NULL;
  TropeaMenuLayout *layout = NULL;
  g_autofree const char **names = NULL;
  int id = 0;
  int depth = 0;

  tropea_live_menu_refresh (self->menu);
  g_variant_get (arguments, "(ii^a&s)", &id, &depth, &names);
  item = find (self, id);
  if (item == NULL)
    {
      return_unknown (invocation, id);
      return;
    }

  layout = tropea_live_menu_get_layout (self->menu);
  g_dbus_method_invocation_return_value (
    invocation,
    g_variant_new ("(u@(ia{sv}av))", tropea_live_menu_get_revision (self->menu),
                   tropea_menu_layout_to_tree (layout, item, depth, names)));
}

static void
get_group_properties (TropeaMenuExporter    *self,
                      GVariant              *arguments,
                      GDBusMethodInvocation *invocation)
{
  TropeaMenuLayout *layout = NULL;
  g_autoptr(GVariant) ids = NULL;
  g_autofree const char **names = NULL;

  tropea_live_menu_refresh (self->menu);
  layout = tropea_live_menu_get_layout (self->menu);
  g_variant_get (arguments, "(@ai^a&s)", &ids, &names);
  g_dbus_method_invocation_return_value (
    invocation,
    g_variant_new ("(@a(ia{sv}))", tropea_menu_layout_to_list (layout, ids, names)));
}

static void
get_property (TropeaMenuExporter    *self,
              GVariant              *arguments,
              GDBusMethodInvocation *invocation)
{
  const TropeaMenuItem *item = NULL;
  g_autoptr(GVariant) value = NULL;
  const char *name = NULL;
  int id = 0;

  tropea_live_menu_refresh (self->menu);
  g_variant_get (arguments, "(i&s)", &id, &name);
  item = find (self, id);
  if (item != NULL)
    value = g_variant_lookup_value (item->properties, name, NULL);
  if (value == NULL)
    {
      return_unknown (invocation, id);
      return;
    }

  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(v)", value));
}

static void
do_event (TropeaMenuExporter *self,
          int                 id,
          const char         *event)
{
  if (g_str_equal (event, "clicked"))
    tropea_live_menu_click (self->menu, id);
  else if (g_str_equal (event, "opened"))
    tropea_live_menu_prepare (self->menu);
}

/* The answer is sent first: what is asked for may be the end of us. */
static void
handle_event (TropeaMenuExporter    *self,
              GVariant              *arguments,
              GDBusMethodInvocation *invocation)
{
  const char *event = NULL;
  int id = 0;

  g_variant_get (arguments, "(i&svu)", &id, &event, NULL, NULL);
  if (find (self, id) == NULL)
    {
      return_unknown (invocation, id);
      return;
    }

  g_object_ref (invocation);
  g_dbus_method_invocation_return_value (invocation, NULL);
  do_event (self, id, event);
  g_object_unref (invocation);
}

static void
handle_event_group (TropeaMenuExporter    *self,
                    GVariant              *arguments,
                    GDBusMethodInvocation *invocation)
{
  GVariantBuilder errors = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("ai"));
  g_autoptr(GVariant) events = g_variant_get_child_value (arguments, 0);
  gsize n_known = 0;

  for (gsize i = 0; i < g_variant_n_children (events); i++)
    {
      int id = 0;

      g_variant_get_child (events, i, "(i&svu)", &id, NULL, NULL, NULL);
      if (find (self, id) != NULL)
        n_known++;
      else
        g_variant_builder_add (&errors, "i", id);
    }

  if (n_known == 0 && g_variant_n_children (events) > 0)
    {
      g_variant_builder_clear (&errors);
      g_dbus_method_invocation_return_error_literal (invocation, G_DBUS_ERROR,
                                                     G_DBUS_ERROR_INVALID_ARGS,
                                                     "There are no such items");
      return;
    }

  g_object_ref (invocation);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(ai)", &errors));
  for (gsize i = 0; i < g_variant_n_children (events); i++)
    {
      const char *event = NULL;
      int id = 0;

      g_variant_get_child (events, i, "(i&svu)", &id, &event, NULL, NULL);
      do_event (self, id, event);
    }
  g_object_unref (invocation);
}

static void
about_to_show (TropeaMenuExporter    *self,
               GVariant              *arguments,
               GDBusMethodInvocation *invocation)
{
  gboolean has_changed = tropea_live_menu_prepare (self->menu);
  int id = 0;

  g_variant_get (arguments, "(i)", &id);
  if (find (self, id) == NULL)
    return_unknown (invocation, id);
  else
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(b)", has_changed));
}

static void
about_to_show_group (TropeaMenuExporter    *self,
                     GVariant              *arguments,
                     GDBusMethodInvocation *invocation)
{
  GVariantBuilder needed = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("ai"));
  GVariantBuilder errors = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("ai"));
  g_autoptr(GVariant) ids = g_variant_get_child_value (arguments, 0);
  gboolean has_changed = tropea_live_menu_prepare (self->menu);

  for (gsize i = 0; i < g_variant_n_children (ids); i++)
    {
      int id = 0;

      g_variant_get_child (ids, i, "i", &id);
      if (find (self, id) == NULL)
        g_variant_builder_add (&errors, "i", id);
      else if (has_changed)
        g_variant_builder_add (&needed, "i", id);
    }

  g_dbus_method_invocation_return_value (invocation,
                                         g_variant_new ("(aiai)", &needed, &errors));
}

static void
method_cb (GDBusConnection       *connection,
           const char            *sender,
           const char            *path,
           const char            *interface,
           const char            *method,
           GVariant              *arguments,
           GDBusMethodInvocation *invocation,
           gpointer               user_data)
{
  static const struct
  {
    const char *name;
    void      (*handle) (TropeaMenuExporter    *self,
                         GVariant              *arguments,
                         GDBusMethodInvocation *invocation);
  } methods[] = {
    { "GetLayout", get_layout },
    { "GetGroupProperties", get_group_properties },
    { "GetProperty", get_property },
    { "Event", handle_event },
    { "EventGroup", handle_event_group },
    { "AboutToShow", about_to_show },
    { "AboutToShowGroup", about_to_show_group },
  };
  g_autoptr(TropeaMenuExporter) self = g_object_ref (user_data);

  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    if (g_str_equal (methods[i].name, method))
      methods[i].handle (self, arguments, invocation);
}

static GVariant *
property_cb (GDBusConnection  *connection,
             const char       *sender,
             const char       *path,
             const char       *interface,
             const char       *name,
             GError          **error,
             gpointer          user_data)
{
  TropeaMenuExporter *self = user_data;

  if (g_str_equal (name, "Version"))
    return g_variant_new_uint32 (VERSION);
  if (g_str_equal (name, "TextDirection"))
    return g_variant_new_string (self->is_rtl ? "rtl" : "ltr");
  if (g_str_equal (name, "Status"))
    return g_variant_new_string ("normal");

  return g_variant_new_strv (NULL, 0);
}

static void
tropea_menu_exporter_dispose (GObject *object)
{
  TropeaMenuExporter *self = TROPEA_MENU_EXPORTER (object);

  tropea_menu_exporter_unexport (self);
  g_clear_object (&self->menu);

  G_OBJECT_CLASS (tropea_menu_exporter_parent_class)->dispose (object);
}

static void
tropea_menu_exporter_class_init (TropeaMenuExporterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tropea_menu_exporter_dispose;
}

static void
tropea_menu_exporter_init (TropeaMenuExporter *self)
{
}

/**
 * tropea_menu_exporter_new:
 * @is_rtl: whether its labels are read from right to left
 *
 * Returns: (transfer full): the menu, on no bus yet
 */
TropeaMenuExporter *
tropea_menu_exporter_new (TropeaLiveMenu *menu,
                          gboolean        is_rtl)
{
  TropeaMenuExporter *self = NULL;

  g_return_val_if_fail (TROPEA_IS_LIVE_MENU (menu), NULL);

  self = g_object_new (TROPEA_TYPE_MENU_EXPORTER, NULL);
  self->menu = g_object_ref (menu);
  self->is_rtl = is_rtl;
  g_signal_connect_object (menu, "items-changed", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (menu, "layout-changed", G_CALLBACK (layout_changed_cb), self,
                           G_CONNECT_SWAPPED);

  return self;
}

/**
 * tropea_menu_exporter_export:
 *
 * Returns: FALSE with an error where there is something at @path already
 */
gboolean
tropea_menu_exporter_export (TropeaMenuExporter  *self,
                             GDBusConnection     *connection,
                             const char          *path,
                             GError             **error)
{
  static const GDBusInterfaceVTable vtable = { method_cb, property_cb, NULL, { NULL } };
  g_autoptr(GDBusNodeInfo) node = NULL;

  g_return_val_if_fail (TROPEA_IS_MENU_EXPORTER (self), FALSE);
  g_return_val_if_fail (G_IS_DBUS_CONNECTION (connection), FALSE);
  g_return_val_if_fail (self->connection == NULL, FALSE);

  node = tropea_tray_interface_load (TROPEA_TRAY_MENU_INTERFACE);
  self->object_id = g_dbus_connection_register_object (connection, path, node->interfaces[0],
                                                       &vtable, self, NULL, error);
  if (self->object_id == 0)
    return FALSE;

  self->connection = g_object_ref (connection);
  self->path = g_strdup (path);

  return TRUE;
}

/**
 * tropea_menu_exporter_unexport:
 *
 * Take the menu from the bus, if it is there.
 */
void
tropea_menu_exporter_unexport (TropeaMenuExporter *self)
{
  g_return_if_fail (TROPEA_IS_MENU_EXPORTER (self));

  if (self->connection == NULL)
    return;

  g_dbus_connection_unregister_object (self->connection, self->object_id);
  self->object_id = 0;
  g_clear_object (&self->connection);
  g_clear_pointer (&self->path, g_free);
}
