/* tropea-tor-watch-private.h: the watch's inside, for the files that make it up
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tor/tropea-tor-census.h"
#include "tor/tropea-tor-traffic.h"
#include "tor/tropea-tor-watch.h"
#include "tor/tropea-tor-watchdog.h"

G_BEGIN_DECLS

/* tropea-tor-watch.c: events, the snapshot, traffic
 * tropea-tor-watch-pause.c: takes tor's network away and gives it back
 */

struct _TropeaTorWatch
{
  GObject                  parent_instance;

  TropeaControlConnection *connection;      /* (owned) (nullable): NULL once it is closed */
  TropeaTorStatus         *status;          /* (unowned): valid while the connection is open;
                                               its owner is held while handlers may run */
  TropeaClock             *clock;           /* (owned) */
  TropeaTorCensus         *census;          /* (owned) */
  TropeaTorTraffic         traffic;
  gboolean                 is_asking;       /* for traffic */
  gboolean                 hides_counters;  /* tor refused to tell traffic */
  gboolean                 is_paused;       /* by us */
  TropeaTorWatchdog        watchdog;
  gint64                   asleep_usec;     /* until the last sample */
};

/* tropea-tor-watch.c */
void tropea_tor_watch_ask_for_snapshot (TropeaTorWatch *self);
void tropea_tor_watch_take_traffic     (TropeaTorWatch *self,
                                        GObject        *object,
                                        GAsyncResult   *result);

/* tropea-tor-watch-pause.c */
void tropea_tor_watch_end_pause        (TropeaTorWatch *self);

G_END_DECLS
