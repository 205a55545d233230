/* tropea-network.h: what is known of this computer's network without asking it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * TropeaNetworkState:
 * @TROPEA_NETWORK_UNKNOWN: nobody says
 * @TROPEA_NETWORK_NONE: there is no connection
 * @TROPEA_NETWORK_PORTAL: there is one, behind a page that wants a login
 * @TROPEA_NETWORK_CONNECTED: there is one
 */
typedef enum
{
  TROPEA_NETWORK_UNKNOWN,
  TROPEA_NETWORK_NONE,
  TROPEA_NETWORK_PORTAL,
  TROPEA_NETWORK_CONNECTED,
} TropeaNetworkState;

#define TROPEA_TYPE_NETWORK_STATE (tropea_network_state_get_type ())
GType tropea_network_state_get_type (void);

#define TROPEA_TYPE_NETWORK (tropea_network_get_type ())

G_DECLARE_INTERFACE (TropeaNetwork, tropea_network, TROPEA, NETWORK, GObject)

/* Property "state" (TropeaNetworkState), notified. Signal "changed": another network perhaps,
 * although the state is the same.
 */
struct _TropeaNetworkInterface
{
  GTypeInterface parent_iface;
};

TropeaNetworkState  tropea_network_get_state  (TropeaNetwork *self);

/* The desktop's own, as GNetworkMonitor knows it. */
TropeaNetwork      *tropea_desktop_network_new (void);

G_END_DECLS
