/* tropea-app-password.h: gives another tor the password that it asks for
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "host/tropea-host.h"

G_BEGIN_DECLS

void tropea_app_password_ask (TropeaHost *host,
                              GtkWindow  *parent);

G_END_DECLS
