/* tropea-control-password.h: asks for the password of a control port
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-secret.h"

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean      tropea_control_password_can_ask (void);
TropeaSecret *tropea_control_password_ask     (void);
TropeaSecret *tropea_control_password_read    (const char  *path,
                                               GError     **error);

G_END_DECLS
