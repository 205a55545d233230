/* tropea-tray.h: an icon with a tooltip and a menu in the tray, where there is a tray
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tray/tropea-tray-actions.h"
#include "tray/tropea-tray-status.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_TRAY (tropea_tray_get_type ())

G_DECLARE_FINAL_TYPE (TropeaTray, tropea_tray, TROPEA, TRAY, GObject)

/* Properties: "is-enabled" (boolean): the user wants one; "is-shown" (boolean, read-only): a tray
 * shows it now.
 * Signals: "activated" (const char *, nullable): the left button, with the token that lets a
 * window come to the front; "second-activated": the middle button; "about-to-show": the menu is
 * about to be seen. */
TropeaTray *tropea_tray_new            (TropeaTrayStatus  *status,
                                        GMenuModel        *menu,
                                        TropeaTrayActions *actions,
                                        const char        *application_id,
                                        const char        *title,
                                        gboolean           is_rtl);
void        tropea_tray_set_is_enabled (TropeaTray        *self,
                                        gboolean           is_enabled);
gboolean    tropea_tray_get_is_shown   (TropeaTray        *self);

G_END_DECLS
