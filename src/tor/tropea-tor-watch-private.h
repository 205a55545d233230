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
 * tropea-tor-watch-foreign.c: a tor that somebody else started, and what it does not tell
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
  gboolean                 is_foreign;      /* somebody else started it */
  gboolean                 needs_baseline;  /* what moved before is not ours to count */
  guint                    missing;         /* bits: what a foreign tor does not tell */
  guint                    allowed_events;  /* bits, of a tor that did not take them all */
  guint                    tick;            /* instead of BW events, where there are none */
  TropeaTorWatchdog        watchdog;
  gint64                   asleep_usec;     /* until the last sample */
};

/* Figures that a control port may refuse, in the order of their names. */
typedef enum
{
  TROPEA_TOR_MISSING_TRAFFIC,
  TROPEA_TOR_MISSING_PROGRAMS,
  TROPEA_TOR_MISSING_SOCKS_PORT,
  TROPEA_TOR_MISSING_CIRCUITS,
  TROPEA_TOR_MISSING_CONNECTIONS,
  TROPEA_TOR_MISSING_PHASE,
  TROPEA_TOR_N_MISSING,
} TropeaTorMissing;

/* tropea-tor-watch.c */
void tropea_tor_watch_ask_for_traffic  (TropeaTorWatch *self);
void tropea_tor_watch_ask_for_snapshot (TropeaTorWatch *self);
void tropea_tor_watch_take_traffic     (TropeaTorWatch *self,
                                        GObject        *object,
                                        GAsyncResult   *result);

/* tropea-tor-watch-foreign.c */
void tropea_tor_watch_miss             (TropeaTorWatch      *self,
                                        TropeaTorMissing     what);
void tropea_tor_watch_subscribe        (TropeaTorWatch      *self,
                                        const char * const  *events,
                                        const char * const  *names);
gboolean tropea_tor_watch_take_baseline (TropeaTorWatch     *self);

/* tropea-tor-watch-pause.c */
void tropea_tor_watch_end_pause        (TropeaTorWatch *self);

G_END_DECLS
