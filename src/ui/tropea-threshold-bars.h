/* tropea-threshold-bars.h: how far the open session is from being complete
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ui/tropea-host-view.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_THRESHOLD_BARS (tropea_threshold_bars_get_type ())

G_DECLARE_FINAL_TYPE (TropeaThresholdBars, tropea_threshold_bars, TROPEA, THRESHOLD_BARS,
                      TropeaHostView)

G_END_DECLS
