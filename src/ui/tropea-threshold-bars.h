/* tropea-threshold-bars.h: how far the open session is from being complete
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "host/tropea-host.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_THRESHOLD_BARS (tropea_threshold_bars_get_type ())

G_DECLARE_FINAL_TYPE (TropeaThresholdBars, tropea_threshold_bars, TROPEA, THRESHOLD_BARS, AdwBin)

G_END_DECLS
