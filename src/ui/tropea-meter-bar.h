/* tropea-meter-bar.h: a progress bar with its name and its figure
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define TROPEA_TYPE_METER_BAR (tropea_meter_bar_get_type ())

G_DECLARE_FINAL_TYPE (TropeaMeterBar, tropea_meter_bar, TROPEA, METER_BAR, AdwBin)

G_END_DECLS
