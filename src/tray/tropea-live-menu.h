/* tropea-live-menu.h: a GMenuModel and its actions, read anew whenever they change
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tray/tropea-menu-layout.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_LIVE_MENU (tropea_live_menu_get_type ())

G_DECLARE_FINAL_TYPE (TropeaLiveMenu, tropea_live_menu, TROPEA, LIVE_MENU, GObject)

/* Signals: "about-to-show": somebody is about to see it; what changes in the handler is in what
 * they see. "items-changed" (GVariant): the body of ItemsPropertiesUpdated. "layout-changed":
 * there is a new revision. */
TropeaLiveMenu   *tropea_live_menu_new          (GMenuModel        *model,
                                                 TropeaTrayActions *actions);
gboolean          tropea_live_menu_refresh      (TropeaLiveMenu    *self);
gboolean          tropea_live_menu_prepare      (TropeaLiveMenu    *self);
TropeaMenuLayout *tropea_live_menu_get_layout   (TropeaLiveMenu    *self);
guint             tropea_live_menu_get_revision (TropeaLiveMenu    *self);
void              tropea_live_menu_click        (TropeaLiveMenu    *self,
                                                 int                id);

G_END_DECLS
