/* tropea-alerts.h: what has to be seen on every page: simulation, and what is wrong
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ui/tropea-host-view.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_ALERTS (tropea_alerts_get_type ())

G_DECLARE_FINAL_TYPE (TropeaAlerts, tropea_alerts, TROPEA, ALERTS, TropeaHostView)

G_END_DECLS
