/* tropea-tor-reach.c: whether a tor that was connected still reaches its network
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tor-reach"

#include "config.h"

#include "tor/tropea-tor-reach.h"

/* Pure. Once it has been at 100 %, tor calls itself connected for ever: its bootstrap phase,
 * network-liveness and circuit-established stay as they were while nothing can be reached. What
 * does change are its OR connections. The last of them closed and another attempt failed: then
 * nothing works, and tor tries again every second, so this is known within two. Closed alone
 * is not enough, since tor closes what it does not use.
 *
 * A network that swallows everything without a word leaves its connections open for a minute
 * and more; only the system may know of that. It is believed when it says that a network which
 * was there is gone, and not when it never saw one: a computer may reach tor's network in a
 * way that it does not count.
 */

void
tropea_tor_reach_set_network (TropeaTorReach     *self,
                              TropeaNetworkState  state)
{
  if (state == self->network)
    return;

  self->is_cut = state == TROPEA_NETWORK_NONE && self->network != TROPEA_NETWORK_UNKNOWN;
  self->network = state;
}

/* @n_open: OR connections, with @event taken into account */
void
tropea_tor_reach_take_event (TropeaTorReach           *self,
                             const TropeaControlEvent *event,
                             guint                     n_open)
{
  if (event->kind != TROPEA_CONTROL_EVENT_ORCONN)
    return;

  if (event->status == TROPEA_CONTROL_STATUS_CONNECTED)
    self->is_cut = self->is_lost = FALSE;
  else if (event->status == TROPEA_CONTROL_STATUS_FAILED && n_open == 0)
    self->is_lost = TRUE;
}

/* Another beginning: after a pause tor has no connections because we took them. */
void
tropea_tor_reach_forget (TropeaTorReach *self)
{
  self->is_cut = self->is_lost = FALSE;
}

gboolean
tropea_tor_reach_is_lost (const TropeaTorReach *self)
{
  return self->is_cut || self->is_lost;
}
