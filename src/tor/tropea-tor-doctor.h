/* tropea-tor-doctor.h: why tor does not get connected
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tor/tropea-bridges.h"
#include "tor/tropea-control-event.h"
#include "tor/tropea-network.h"
#include "tor/tropea-tor-diagnosis.h"

G_BEGIN_DECLS

/* Without progress for so long it is said why, and for so much longer what helps. */
#define TROPEA_TOR_DOCTOR_WHY_USEC  (10 * G_USEC_PER_SEC)
#define TROPEA_TOR_DOCTOR_HELP_USEC (30 * G_USEC_PER_SEC)

typedef struct _TropeaTorDoctor TropeaTorDoctor;

TropeaTorDoctor    *tropea_tor_doctor_new           (gint64                    now_usec);
void                tropea_tor_doctor_free          (TropeaTorDoctor          *self);
void                tropea_tor_doctor_take_event    (TropeaTorDoctor          *self,
                                                     const TropeaControlEvent *event,
                                                     gint64                    now_usec);
void                tropea_tor_doctor_set_percent   (TropeaTorDoctor          *self,
                                                     int                       percent,
                                                     gint64                    now_usec);
void                tropea_tor_doctor_set_bridge_mode (TropeaTorDoctor       *self,
                                                       TropeaBridgeMode       mode);
void                tropea_tor_doctor_set_network   (TropeaTorDoctor          *self,
                                                     TropeaNetworkState        state);
void                tropea_tor_doctor_set_version   (TropeaTorDoctor          *self,
                                                     const char               *verdict,
                                                     const char               *version);
void                tropea_tor_doctor_start_anew    (TropeaTorDoctor          *self,
                                                     gint64                    now_usec);
gboolean            tropea_tor_doctor_is_connected  (TropeaTorDoctor          *self);
TropeaTorDiagnosis *tropea_tor_doctor_find          (TropeaTorDoctor          *self,
                                                     gint64                    now_usec);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaTorDoctor, tropea_tor_doctor_free)

G_END_DECLS
