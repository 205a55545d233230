/* tropea-password-window.h: asks for the password of another tor's control port
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "base/tropea-secret.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_PASSWORD_WINDOW (tropea_password_window_get_type ())

G_DECLARE_FINAL_TYPE (TropeaPasswordWindow, tropea_password_window, TROPEA, PASSWORD_WINDOW,
                      AdwWindow)

/* Signal "given" (TropeaSecret *): to be answered by tropea_password_window_take_result (). */
GtkWidget *tropea_password_window_new         (const char           *question);
/* NULL for the right one, with which the window closes. */
void       tropea_password_window_take_result (TropeaPasswordWindow *self,
                                               const GError         *error);

G_END_DECLS
