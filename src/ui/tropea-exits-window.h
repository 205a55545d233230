/* tropea-exits-window.h: in which countries circuits may end, to choose
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "host/tropea-host.h"
#include "host/tropea-settings.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_EXITS_WINDOW (tropea_exits_window_get_type ())

G_DECLARE_FINAL_TYPE (TropeaExitsWindow, tropea_exits_window, TROPEA, EXITS_WINDOW, AdwWindow)

GtkWidget *tropea_exits_window_new          (TropeaHost     *host,
                                             TropeaSettings *settings);
void       tropea_exits_window_bind_summary (TropeaSettings *settings,
                                             AdwActionRow   *row);

G_END_DECLS
