/* tropea-tor-status.h: the properties that every backend has, kept and notified in one place
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tor/tropea-tor-backend.h"

G_BEGIN_DECLS

/**
 * TropeaTorTroubleSource:
 *
 * Who may say that something is wrong. Each has a trouble of its own; what is shown is the
 * first that there is, in this order.
 *
 * @TROPEA_TOR_TROUBLE_RUN: of the process and its control connection
 * @TROPEA_TOR_TROUBLE_NETWORK: of the network, and what somebody switched off
 * @TROPEA_TOR_TROUBLE_DOCTOR: why it does not get connected
 * @TROPEA_TOR_TROUBLE_NOTE: of a tor that works all the same
 * @TROPEA_TOR_TROUBLE_ACCESS: what a tor that works does not tell
 */
typedef enum
{
  TROPEA_TOR_TROUBLE_RUN,
  TROPEA_TOR_TROUBLE_NETWORK,
  TROPEA_TOR_TROUBLE_DOCTOR,
  TROPEA_TOR_TROUBLE_NOTE,
  TROPEA_TOR_TROUBLE_ACCESS,
  TROPEA_TOR_N_TROUBLES,
} TropeaTorTroubleSource;

/**
 * TropeaTorStatus:
 * @owner: (unowned): the backend that this is embedded in
 * @state: see #TropeaTorState
 * @failure: (owned) (nullable): set exactly while the state is "failed"
 * @troubles: (owned) (nullable): what is wrong in another state, by whom it is said
 *
 * Part of a backend's instance. Read the members; write them through the setters only.
 */
typedef struct
{
  GObject        *owner;

  TropeaTorState  state;
  GError         *failure;
  GError         *troubles[TROPEA_TOR_N_TROUBLES];
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
void tropea_tor_status_take_trouble_of      (TropeaTorStatus        *self,
                                             TropeaTorTroubleSource  source,
                                             GError                 *trouble);
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
