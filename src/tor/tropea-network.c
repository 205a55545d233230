/* tropea-network.c: what is known of this computer's network without asking it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-network"

#include "config.h"

#include "tor/tropea-network.h"

/* An interface, so that a test can have the network that it needs. Only what the system says by
 * itself is listened to: asking whether something can be reached would look its name up outside
 * tor.
 */

G_DEFINE_ENUM_TYPE (TropeaNetworkState, tropea_network_state,
                    G_DEFINE_ENUM_VALUE (TROPEA_NETWORK_UNKNOWN, "unknown"),
                    G_DEFINE_ENUM_VALUE (TROPEA_NETWORK_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (TROPEA_NETWORK_PORTAL, "portal"),
                    G_DEFINE_ENUM_VALUE (TROPEA_NETWORK_CONNECTED, "connected"))
G_DEFINE_INTERFACE (TropeaNetwork, tropea_network, G_TYPE_OBJECT)

static void
tropea_network_default_init (TropeaNetworkInterface *iface)
{
  g_object_interface_install_property (
    iface, g_param_spec_enum ("state", NULL, NULL, TROPEA_TYPE_NETWORK_STATE,
                              TROPEA_NETWORK_UNKNOWN,
                              G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY
                              | G_PARAM_STATIC_STRINGS));
  g_signal_new ("changed", G_TYPE_FROM_INTERFACE (iface), G_SIGNAL_RUN_LAST,
                0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

TropeaNetworkState
tropea_network_get_state (TropeaNetwork *self)
{
  TropeaNetworkState state;

  g_return_val_if_fail (TROPEA_IS_NETWORK (self), TROPEA_NETWORK_UNKNOWN);

  g_object_get (self, "state", &state, NULL);

  return state;
}

#define TROPEA_TYPE_DESKTOP_NETWORK (tropea_desktop_network_get_type ())

G_DECLARE_FINAL_TYPE (TropeaDesktopNetwork, tropea_desktop_network, TROPEA, DESKTOP_NETWORK,
                      GObject)

struct _TropeaDesktopNetwork
{
  GObject             parent_instance;

  GNetworkMonitor    *monitor;  /* (owned) */
  TropeaNetworkState  state;
};

typedef enum
{
  PROP_STATE = 1,
} TropeaDesktopNetworkProperty;

G_DEFINE_FINAL_TYPE_WITH_CODE (TropeaDesktopNetwork, tropea_desktop_network, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TROPEA_TYPE_NETWORK, NULL))

static TropeaNetworkState
read_state (GNetworkMonitor *monitor)
{
  if (!g_network_monitor_get_network_available (monitor))
    return TROPEA_NETWORK_NONE;
  if (g_network_monitor_get_connectivity (monitor) == G_NETWORK_CONNECTIVITY_PORTAL)
    return TROPEA_NETWORK_PORTAL;

  return TROPEA_NETWORK_CONNECTED;
}

static void
monitor_cb (TropeaDesktopNetwork *self)
{
  TropeaNetworkState state = read_state (self->monitor);

  if (self->state == state)
    return;

  self->state = state;
  g_object_notify (G_OBJECT (self), "state");
}

static void
changed_cb (TropeaDesktopNetwork *self)
{
  monitor_cb (self);
  g_signal_emit_by_name (self, "changed");
}

static void
tropea_desktop_network_get_property (GObject    *object,
                                     guint       property_id,
                                     GValue     *value,
                                     GParamSpec *pspec)
{
  switch ((TropeaDesktopNetworkProperty) property_id)
    {
    case PROP_STATE:
      g_value_set_enum (value, (int) TROPEA_DESKTOP_NETWORK (object)->state);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
tropea_desktop_network_dispose (GObject *object)
{
  TropeaDesktopNetwork *self = TROPEA_DESKTOP_NETWORK (object);

  g_clear_object (&self->monitor);

  G_OBJECT_CLASS (tropea_desktop_network_parent_class)->dispose (object);
}

static void
tropea_desktop_network_class_init (TropeaDesktopNetworkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tropea_desktop_network_get_property;
  object_class->dispose = tropea_desktop_network_dispose;

  g_object_class_override_property (object_class, PROP_STATE, "state");
}

static void
tropea_desktop_network_init (TropeaDesktopNetwork *self)
{
  self->monitor = g_object_ref (g_network_monitor_get_default ());
  self->state = read_state (self->monitor);
  g_signal_connect_object (self->monitor, "notify::connectivity", G_CALLBACK (monitor_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->monitor, "notify::network-available", G_CALLBACK (monitor_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->monitor, "network-changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
}

/**
 * tropea_desktop_network_new:
 *
 * Returns: (transfer full):
 */
TropeaNetwork *
tropea_desktop_network_new (void)
{
  return g_object_new (TROPEA_TYPE_DESKTOP_NETWORK, NULL);
}
