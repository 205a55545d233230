/* tropea-tray-interface.c: names on the bus, and the interfaces behind them
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tray-interface"

#include "config.h"

#include "tray/tropea-tray-interface.h"

#include "tray/tropea-tray-resources.h"

/* The XML files beside this one are in the program. */

/**
 * tropea_tray_interface_load:
 * @name: TROPEA_TRAY_ITEM_INTERFACE or TROPEA_TRAY_MENU_INTERFACE
 *
 * Returns: (transfer full): a node with this one interface
 */
GDBusNodeInfo *
tropea_tray_interface_load (const char *name)
{
  g_autofree char *path = g_strdup_printf (TROPEA_TRAY_RESOURCES "/%s.xml", name);
  g_autoptr(GBytes) xml = NULL;
  GDBusNodeInfo *node = NULL;

  xml = g_resource_lookup_data (tropea_tray_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE,
                                NULL);
  g_assert (xml != NULL);
  node = g_dbus_node_info_new_for_xml (g_bytes_get_data (xml, NULL), NULL);
  g_assert (node != NULL);

  return node;
}
