/* tropea-attached-tor.h: a tor that somebody else started, watched and left alone
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-clock.h"
#include "base/tropea-secret.h"
#include "tor/tropea-network.h"
#include "tor/tropea-tor-backend.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_ATTACHED_TOR (tropea_attached_tor_get_type ())

G_DECLARE_FINAL_TYPE (TropeaAttachedTor, tropea_attached_tor, TROPEA, ATTACHED_TOR, GObject)

/* @addresses: tried in this order, see tropea_control_address_parse () */
TropeaAttachedTor *tropea_attached_tor_new          (const char * const  *addresses,
                                                     TropeaClock         *clock);
/* For the next try; NULL forgets it. */
void               tropea_attached_tor_set_password (TropeaAttachedTor   *self,
                                                     TropeaSecret        *password);
/* (nullable): which of the addresses the last start ended at for want of the right one */
const char        *tropea_attached_tor_get_locked   (TropeaAttachedTor   *self);
void               tropea_attached_tor_set_network  (TropeaAttachedTor   *self,
                                                     TropeaNetwork       *network);

G_END_DECLS
