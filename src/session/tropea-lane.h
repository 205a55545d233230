/* tropea-lane.h: one source's batcher, and when its batch must be written down
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "session/tropea-batcher.h"

G_BEGIN_DECLS

/* Private to TropeaRecorder. Pure policy, as the batcher. */
typedef struct
{
  TropeaBatcher *batcher;       /* (owned) */
  gint64         unsaved_usec;
  gboolean       is_unsaved;    /* memory has what disk has not */
  gboolean       needs_save;    /* and it is time to write it */
} TropeaLane;

void               tropea_lane_init        (TropeaLane             *self,
                                            TropeaSource            source,
                                            const TropeaThresholds *thresholds);
void               tropea_lane_clear       (TropeaLane             *self);
gboolean           tropea_lane_add         (TropeaLane             *self,
                                            guint64                 bytes_in,
                                            guint64                 bytes_out,
                                            gint64                  interval_usec,
                                            gint64                  wall_ms);
gboolean           tropea_lane_cut         (TropeaLane             *self,
                                            TropeaBatch            *batch);
gboolean           tropea_lane_close       (TropeaLane             *self,
                                            TropeaBatch            *batch);
const TropeaBatch *tropea_lane_begin_save  (TropeaLane             *self);
void               tropea_lane_save_failed (TropeaLane             *self);

G_END_DECLS
