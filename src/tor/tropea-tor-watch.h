/* tropea-tor-watch.h: follows a running tor over its control connection
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-clock.h"
#include "tor/tropea-control-connection.h"
#include "tor/tropea-tor-status.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_TOR_WATCH (tropea_tor_watch_get_type ())

G_DECLARE_FINAL_TYPE (TropeaTorWatch, tropea_tor_watch, TROPEA, TOR_WATCH, GObject)

/* Signals: "sample" (const TropeaTorSample *); "ready": the status shows what tor was like at
 * the beginning; "last-sample": what tropea_tor_watch_ask_last_sample () asked for has come, or
 * will not; "closed" (const GError *): the connection ended.
 */
TropeaTorWatch *tropea_tor_watch_new             (TropeaControlConnection *connection,
                                                  TropeaTorStatus         *status,
                                                  TropeaClock             *clock,
                                                  gint64                   begun_usec);
/* Before the begin: somebody else started this tor. It is only asked and listened to, and what
 * it moved before is not counted. */
void            tropea_tor_watch_set_foreign     (TropeaTorWatch          *self);
void            tropea_tor_watch_begin           (TropeaTorWatch          *self);
gboolean        tropea_tor_watch_ask_last_sample (TropeaTorWatch          *self);
void            tropea_tor_watch_set_paused_async  (TropeaTorWatch          *self,
                                                    gboolean                 paused,
                                                    GAsyncReadyCallback      callback,
                                                    gpointer                 user_data);
gboolean        tropea_tor_watch_set_paused_finish (TropeaTorWatch          *self,
                                                    GAsyncResult            *result,
                                                    GError                 **error);
TropeaControlConnection *
                tropea_tor_watch_get_connection  (TropeaTorWatch          *self);
void            tropea_tor_watch_close           (TropeaTorWatch          *self);

G_END_DECLS
