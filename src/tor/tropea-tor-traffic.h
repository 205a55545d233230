/* tropea-tor-traffic.h: tor's byte counters, as differences over measured time
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tor/tropea-control-reply.h"
#include "tor/tropea-tor-sample.h"

G_BEGIN_DECLS

#define TROPEA_TOR_TRAFFIC_COMMAND "GETINFO traffic/read traffic/written"

typedef struct
{
  guint64 read_bytes;
  guint64 written_bytes;
  gint64  at_usec;
} TropeaTorTraffic;

void     tropea_tor_traffic_begin (TropeaTorTraffic         *self,
                                   gint64                    now_usec);
gboolean tropea_tor_traffic_take  (TropeaTorTraffic         *self,
                                   const TropeaControlReply *reply,
                                   gint64                    now_usec,
                                   TropeaTorSample          *sample);
void     tropea_tor_traffic_add   (TropeaTorTraffic         *self,
                                   guint64                   read_bytes,
                                   guint64                   written_bytes,
                                   gint64                    now_usec,
                                   TropeaTorSample          *sample);

G_END_DECLS
