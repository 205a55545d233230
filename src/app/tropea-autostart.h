/* tropea-autostart.h: whether Tropea is opened at login, as an action, in a sandbox or not
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "app/tropea-background.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_AUTOSTART (tropea_autostart_get_type ())

G_DECLARE_FINAL_TYPE (TropeaAutostart, tropea_autostart, TROPEA, AUTOSTART, GObject)

/* Signal "message" (const char *): why it could not be changed. */
TropeaAutostart *tropea_autostart_new            (TropeaSettings   *settings,
                                                  TropeaBackground *background);
/* "autostart", whose state is the truth and which can be changed. */
GAction         *tropea_autostart_get_action     (TropeaAutostart  *self);
/* Somebody looks at the state now. */
void             tropea_autostart_watch          (TropeaAutostart  *self);
/* Only in a sandbox: ask whether Tropea may go on without a window, and say what it does then. */
void             tropea_autostart_set_bus        (TropeaAutostart  *self,
                                                  GDBusConnection  *bus);
void             tropea_autostart_enter_background (TropeaAutostart *self);
void             tropea_autostart_set_status     (TropeaAutostart  *self,
                                                  const char       *line);

G_END_DECLS
