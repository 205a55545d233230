/* tropea-tray-registrar.h: tells the tray that there is an item, whenever a tray comes
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define TROPEA_TYPE_TRAY_REGISTRAR (tropea_tray_registrar_get_type ())

G_DECLARE_FINAL_TYPE (TropeaTrayRegistrar, tropea_tray_registrar, TROPEA, TRAY_REGISTRAR, GObject)

/* Property "is-shown" (boolean, read-only): a tray has taken the item. */
TropeaTrayRegistrar *tropea_tray_registrar_new          (GDBusConnection     *connection);
gboolean             tropea_tray_registrar_get_is_shown (TropeaTrayRegistrar *self);

G_END_DECLS
