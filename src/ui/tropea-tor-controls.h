/* tropea-tor-controls.h: pause, new identity and restart of a tor that runs
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ui/tropea-host-view.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_TOR_CONTROLS (tropea_tor_controls_get_type ())

G_DECLARE_FINAL_TYPE (TropeaTorControls, tropea_tor_controls, TROPEA, TOR_CONTROLS, TropeaHostView)

G_END_DECLS
