/* tropea-tor-reach.h: whether a tor that was connected still reaches its network
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tor/tropea-control-event.h"
#include "tor/tropea-network.h"

G_BEGIN_DECLS

/* The members are the policy's own; zeros are a good beginning. */
typedef struct
{
  TropeaNetworkState network;
  gboolean           is_cut;    /* the system says so, and it had said otherwise */
  gboolean           is_lost;   /* no connection is open, and the last attempt failed */
} TropeaTorReach;

void     tropea_tor_reach_set_network (TropeaTorReach           *self,
                                       TropeaNetworkState        state);
void     tropea_tor_reach_take_event  (TropeaTorReach           *self,
                                       const TropeaControlEvent *event,
                                       guint                     n_open);
void     tropea_tor_reach_forget      (TropeaTorReach           *self);
gboolean tropea_tor_reach_is_lost     (const TropeaTorReach     *self);

G_END_DECLS
