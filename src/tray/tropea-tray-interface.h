/* tropea-tray-interface.h: names on the bus, and the interfaces behind them
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define TROPEA_TRAY_ITEM_INTERFACE "org.kde.StatusNotifierItem"
#define TROPEA_TRAY_ITEM_PATH "/StatusNotifierItem"
#define TROPEA_TRAY_MENU_INTERFACE "com.canonical.dbusmenu"
#define TROPEA_TRAY_MENU_PATH "/StatusNotifierItem/Menu"
#define TROPEA_TRAY_WATCHER_NAME "org.kde.StatusNotifierWatcher"
#define TROPEA_TRAY_WATCHER_INTERFACE "org.kde.StatusNotifierWatcher"
#define TROPEA_TRAY_WATCHER_PATH "/StatusNotifierWatcher"

#define TROPEA_TRAY_RESOURCES "/io/github/tropea/Tropea/tray"

GDBusNodeInfo *tropea_tray_interface_load (const char *name);

G_END_DECLS
