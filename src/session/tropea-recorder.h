/* tropea-recorder.h: turns metered samples into stored sessions
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "session/tropea-host-hash.h"
#include "session/tropea-store.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_RECORDER (tropea_recorder_get_type ())

G_DECLARE_FINAL_TYPE (TropeaRecorder, tropea_recorder, TROPEA, RECORDER, GObject)

/* Joins one batcher per source (policy) and the store (disk): the open batch is saved at least
 * every 5 s of metered time, and a batch that is ready is cut at once.
 *
 * Properties, read-only and notified: "accumulated-bytes", "accumulated-seconds" (int64, of the
 * open batch of the source last added to).
 * Signals: "session-cut" (TropeaSession *) once it is on disk; "failed" (GError *): the store
 * could not write; what is not on disk stays in memory and is tried again with the next sample.
 */
void             tropea_recorder_new_async               (TropeaStore             *store,
                                                          TropeaHostHash          *host_hash,
                                                          const TropeaThresholds  *thresholds,
                                                          GAsyncReadyCallback      callback,
                                                          gpointer                 user_data);
TropeaRecorder  *tropea_recorder_new_finish              (GAsyncResult            *result,
                                                          GError                 **error);
void             tropea_recorder_add                     (TropeaRecorder          *self,
                                                          TropeaSource             source,
                                                          guint64                  bytes_in,
                                                          guint64                  bytes_out,
                                                          gint64                   interval_usec,
                                                          gint64                   asleep_usec,
                                                          gint64                   wall_ms);
void             tropea_recorder_set_thresholds          (TropeaRecorder          *self,
                                                          const TropeaThresholds  *thresholds);
TropeaThresholds tropea_recorder_get_thresholds          (TropeaRecorder          *self);
gint64           tropea_recorder_get_accumulated_bytes   (TropeaRecorder          *self);
gint64           tropea_recorder_get_accumulated_seconds (TropeaRecorder          *self);
/* Cut the open batch of @source whatever the thresholds say; FALSE where there is less than
 * one second or one byte in it. */
gboolean         tropea_recorder_cut_now                 (TropeaRecorder          *self,
                                                          TropeaSource             source);
/* There is a gap now: tor or the simulator stops, the other one starts, monitoring goes off.
 * The open batch of @source ends at its last sample and is cut, below the thresholds too. What
 * is shorter than a second has no session of its own; its bytes go into the next one. */
void             tropea_recorder_close_batch             (TropeaRecorder          *self,
                                                          TropeaSource             source);
/* Everything that was added is on disk when this finishes. */
void             tropea_recorder_flush_async             (TropeaRecorder          *self,
                                                          GAsyncReadyCallback      callback,
                                                          gpointer                 user_data);
gboolean         tropea_recorder_flush_finish            (TropeaRecorder          *self,
                                                          GAsyncResult            *result,
                                                          GError                 **error);

G_END_DECLS
