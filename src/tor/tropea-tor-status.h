/* tropea-tor-status.h: the properties that every backend has, kept and notified in one place
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tor/tropea-tor-backend.h"

G_BEGIN_DECLS

/**
 * TropeaTorStatus:
 * @owner: (unowned): the backend that this is embedded in
 * @state: see #TropeaTorState
 * @failure: (owned) (nullable): set exactly while the state is "failed"
 * @trouble: (owned) (nullable): what is wrong in another state
 *
 * Part of a backend's instance. Read the members; write them through the setters only.
 */
typedef struct
{
  GObject        *owner;

  TropeaTorState  state;
  GError         *failure;
  GError         *trouble;
  guint           restart_seconds;
  int             bootstrap_percent;
  char           *bootstrap_tag;
  char           *bootstrap_summary;
  guint           connection_count;
  guint           circuit_count;
  guint           socks_port;
  guint           control_port;
} TropeaTorStatus;

void tropea_tor_status_class_init           (GObjectClass     *klass);
void tropea_tor_status_init                 (TropeaTorStatus  *self,
                                             gpointer          owner);
void tropea_tor_status_clear                (TropeaTorStatus  *self);
void tropea_tor_status_get_property         (TropeaTorStatus  *self,
                                             guint             property_id,
                                             GValue           *value,
                                             GParamSpec       *pspec);
void tropea_tor_status_set_state            (TropeaTorStatus  *self,
                                             TropeaTorState    state);
void tropea_tor_status_take_failure         (TropeaTorStatus  *self,
                                             GError           *failure);
void tropea_tor_status_take_trouble         (TropeaTorStatus  *self,
                                             GError           *trouble);
void tropea_tor_status_set_restart_seconds  (TropeaTorStatus  *self,
                                             guint             seconds);
void tropea_tor_status_set_bootstrap        (TropeaTorStatus  *self,
                                             int               percent,
                                             const char       *tag,
                                             const char       *summary);
void tropea_tor_status_set_connection_count (TropeaTorStatus  *self,
                                             guint             count);
void tropea_tor_status_set_circuit_count    (TropeaTorStatus  *self,
                                             guint             count);
void tropea_tor_status_set_socks_port       (TropeaTorStatus  *self,
                                             guint             port);
void tropea_tor_status_set_control_port     (TropeaTorStatus  *self,
                                             guint             port);

G_END_DECLS
