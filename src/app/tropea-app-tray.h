/* tropea-app-tray.h: what the icon in the tray says of the host, and its menu
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "host/tropea-host.h"
#include "host/tropea-settings.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_APP_TRAY (tropea_app_tray_get_type ())

G_DECLARE_FINAL_TYPE (TropeaAppTray, tropea_app_tray, TROPEA, APP_TRAY, GObject)

/* Property "is-shown" (boolean, read-only): a tray shows the icon now.
 * Signal "activated" (const char *, nullable): the window is to be shown or put away, with the
 * token that lets it come to the front. */
TropeaAppTray *tropea_app_tray_new      (GActionGroup   *app_actions,
                                         GActionGroup   *host_actions,
                                         TropeaSettings *settings,
                                         gboolean        is_rtl);
void           tropea_app_tray_set_host (TropeaAppTray  *self,
                                         TropeaHost     *host);

G_END_DECLS
