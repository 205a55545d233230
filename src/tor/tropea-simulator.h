/* tropea-simulator.h: traffic as a tor might make it, the same again under the same seed
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-clock.h"
#include "tor/tropea-tor-backend.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_SIMULATOR (tropea_simulator_get_type ())

G_DECLARE_FINAL_TYPE (TropeaSimulator, tropea_simulator, TROPEA, SIMULATOR, GObject)

TropeaSimulator *tropea_simulator_new (guint32      seed,
                                       TropeaClock *clock);

G_END_DECLS
