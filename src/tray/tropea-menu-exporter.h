/* tropea-menu-exporter.h: a live menu on the bus, as com.canonical.dbusmenu
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tray/tropea-live-menu.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_MENU_EXPORTER (tropea_menu_exporter_get_type ())

G_DECLARE_FINAL_TYPE (TropeaMenuExporter, tropea_menu_exporter, TROPEA, MENU_EXPORTER, GObject)

TropeaMenuExporter *tropea_menu_exporter_new      (TropeaLiveMenu      *menu,
                                                   gboolean             is_rtl);
gboolean            tropea_menu_exporter_export   (TropeaMenuExporter  *self,
                                                   GDBusConnection     *connection,
                                                   const char          *path,
                                                   GError             **error);
void                tropea_menu_exporter_unexport (TropeaMenuExporter  *self);

G_END_DECLS
