/* tropea-meter.h: adds up what a backend reports
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "activity/tropea-activity-log.h"
#include "base/tropea-clock.h"
#include "tor/tropea-tor-backend.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_METER (tropea_meter_get_type ())

G_DECLARE_FINAL_TYPE (TropeaMeter, tropea_meter, TROPEA, METER, GObject)

/* Properties, all readable and notified: "bytes-in", "bytes-out", "total-bytes", "app-bytes-in",
 * "app-bytes-out" (uint64, since the meter was made or reset, over restarts of tor),
 * "rate-in", "rate-out" (uint64, bytes per second of the last sample), "connection-count",
 * "circuit-count" (uint), "uptime-seconds" (int64, since the backend left "starting").
 * "backend" may be exchanged (tor for simulator); totals go on.
 * Signal "sample" (const TropeaTorSample *): after the totals include it.
 */
TropeaMeter       *tropea_meter_new                (TropeaClock      *clock);
void               tropea_meter_set_backend        (TropeaMeter      *self,
                                                    TropeaTorBackend *backend);
TropeaActivityLog *tropea_meter_get_log            (TropeaMeter      *self);
guint64            tropea_meter_get_bytes_in       (TropeaMeter      *self);
guint64            tropea_meter_get_bytes_out      (TropeaMeter      *self);
guint64            tropea_meter_get_app_bytes_in   (TropeaMeter      *self);
guint64            tropea_meter_get_app_bytes_out  (TropeaMeter      *self);
guint64            tropea_meter_get_rate_in        (TropeaMeter      *self);
guint64            tropea_meter_get_rate_out       (TropeaMeter      *self);
guint              tropea_meter_get_connection_count (TropeaMeter    *self);
guint              tropea_meter_get_circuit_count  (TropeaMeter      *self);
gint64             tropea_meter_get_uptime_seconds (TropeaMeter      *self);
void               tropea_meter_reset              (TropeaMeter      *self);

G_END_DECLS
