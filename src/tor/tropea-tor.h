/* tropea-tor.h: a real tor process, started, watched and ended
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-clock.h"
#include "tor/tropea-network.h"
#include "tor/tropea-tor-backend.h"
#include "tor/tropea-tor-config.h"
#include "tor/tropea-tor-log.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_TOR (tropea_tor_get_type ())

G_DECLARE_FINAL_TYPE (TropeaTor, tropea_tor, TROPEA, TOR, GObject)

TropeaTor *tropea_tor_new     (const TropeaTorConfig *config,
                               TropeaClock           *clock);
void       tropea_tor_set_log (TropeaTor             *self,
                               TropeaTorLog          *log);

/* What the system says of the network, for the next start; NULL for nothing. */
void       tropea_tor_set_network (TropeaTor     *self,
                                   TropeaNetwork *network);

G_END_DECLS
