/* tropea-tor-examiner.h: lets the doctor see a tor that runs, and shows what is found
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-clock.h"
#include "tor/tropea-bridges.h"
#include "tor/tropea-control-connection.h"
#include "tor/tropea-network.h"
#include "tor/tropea-tor-status.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_TOR_EXAMINER (tropea_tor_examiner_get_type ())

G_DECLARE_FINAL_TYPE (TropeaTorExaminer, tropea_tor_examiner, TROPEA, TOR_EXAMINER, GObject)

TropeaTorExaminer *tropea_tor_examiner_new   (TropeaControlConnection *connection,
                                              TropeaTorStatus         *status,
                                              TropeaNetwork           *network,
                                              TropeaClock             *clock);
void               tropea_tor_examiner_set_bridge_mode (TropeaTorExaminer *self,
                                                        TropeaBridgeMode   mode);
void               tropea_tor_examiner_end   (TropeaTorExaminer       *self);

G_END_DECLS
