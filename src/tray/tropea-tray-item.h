/* tropea-tray-item.h: the icon in the tray on the bus, as org.kde.StatusNotifierItem
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tray/tropea-tray-status.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_TRAY_ITEM (tropea_tray_item_get_type ())

G_DECLARE_FINAL_TYPE (TropeaTrayItem, tropea_tray_item, TROPEA, TRAY_ITEM, GObject)

/* Signals: "activated" (const char *): the left button, with what lets a window come to the
 * front, where there is that; "second-activated": the middle one. */
TropeaTrayItem *tropea_tray_item_new      (TropeaTrayStatus  *status,
                                           const char        *application_id,
                                           const char        *title);
gboolean        tropea_tray_item_export   (TropeaTrayItem    *self,
                                           GDBusConnection   *connection,
                                           GError           **error);
void            tropea_tray_item_unexport (TropeaTrayItem    *self);

G_END_DECLS
