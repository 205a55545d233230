/* tropea-tor-census.h: which circuits and connections are open, and what programs moved
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tor/tropea-control-event.h"

G_BEGIN_DECLS

typedef struct _TropeaTorCensus TropeaTorCensus;

TropeaTorCensus *tropea_tor_census_new                  (void);
void             tropea_tor_census_free                 (TropeaTorCensus          *self);
void             tropea_tor_census_set_is_late          (TropeaTorCensus          *self);
void             tropea_tor_census_take_event           (TropeaTorCensus          *self,
                                                         const TropeaControlEvent *event);
void             tropea_tor_census_take_circuit_status  (TropeaTorCensus          *self,
                                                         const char               *value);
void             tropea_tor_census_take_orconn_status   (TropeaTorCensus          *self,
                                                         const char               *value);
guint            tropea_tor_census_get_circuit_count    (TropeaTorCensus          *self);
guint            tropea_tor_census_get_connection_count (TropeaTorCensus          *self);
void             tropea_tor_census_steal_app_bytes      (TropeaTorCensus          *self,
                                                         guint64                  *bytes_in,
                                                         guint64                  *bytes_out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaTorCensus, tropea_tor_census_free)

G_END_DECLS
