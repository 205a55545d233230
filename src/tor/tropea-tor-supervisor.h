/* tropea-tor-supervisor.h: a tor that is started again when it ends by itself
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-clock.h"
#include "tor/tropea-restart-policy.h"
#include "tor/tropea-tor-backend.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_TOR_SUPERVISOR (tropea_tor_supervisor_get_type ())

G_DECLARE_FINAL_TYPE (TropeaTorSupervisor, tropea_tor_supervisor, TROPEA, TOR_SUPERVISOR, GObject)

TropeaTorSupervisor *tropea_tor_supervisor_new (TropeaTorBackend         *tor,
                                                const TropeaRestartRules *rules,
                                                TropeaClock              *clock);

G_END_DECLS
