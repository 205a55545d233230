/* tropea-tray-pixmaps.h: the tray's icons as pixels, for trays that do not know their names
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tray/tropea-tray-status.h"

G_BEGIN_DECLS

GVariant *tropea_tray_pixmaps_load (TropeaTrayState state);

G_END_DECLS
