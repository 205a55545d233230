/* tropea-batcher.h: decides when metered activity is a session
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "record/tropea-record.h"

G_BEGIN_DECLS

/**
 * TropeaThresholds:
 * @min_bytes: with @min_seconds, what a session has at least
 * @min_seconds: see @min_bytes
 * @max_seconds: a session this long is ready whatever it moved
 */
typedef struct
{
  gint64 min_bytes;
  gint64 min_seconds;
  gint64 max_seconds;
} TropeaThresholds;

#define TROPEA_THRESHOLDS_DEFAULT ((TropeaThresholds) { 100000, 30, 600 })

#define TROPEA_THRESHOLDS_SECONDS_LIMIT G_GINT64_CONSTANT (86400)

gboolean tropea_thresholds_check (const TropeaThresholds  *self,
                                  GError                 **error);

/**
 * TropeaBatch:
 * @source: what was metered
 * @started_ms: start of the first active sample; 0 where there was none yet
 * @elapsed_usec: sum of the samples' measured intervals since then
 * @bytes_in: sum since then
 * @bytes_out: sum since then
 *
 * The open session. A plain value. With @started_ms 0 there may still be bytes: less than a
 * second's, carried over a gap into the next session.
 */
typedef struct
{
  TropeaSource source;
  gint64       started_ms;
  gint64       elapsed_usec;
  gint64       bytes_in;
  gint64       bytes_out;
} TropeaBatch;

/* Pure policy: no clock, no files, no main loop. */
typedef struct _TropeaBatcher TropeaBatcher;

TropeaBatcher     *tropea_batcher_new            (TropeaSource            source,
                                                  const TropeaThresholds *thresholds);
void               tropea_batcher_free           (TropeaBatcher          *self);
void               tropea_batcher_set_thresholds (TropeaBatcher          *self,
                                                  const TropeaThresholds *thresholds);
void               tropea_batcher_restore        (TropeaBatcher          *self,
                                                  const TropeaBatch      *batch,
                                                  gint64                  last_end_ms);
gboolean           tropea_batcher_add            (TropeaBatcher          *self,
                                                  guint64                 bytes_in,
                                                  guint64                 bytes_out,
                                                  gint64                  interval_usec,
                                                  gint64                  wall_ms);
gboolean           tropea_batcher_is_ready       (const TropeaBatcher    *self);
const TropeaBatch *tropea_batcher_get_batch      (const TropeaBatcher    *self);
gboolean           tropea_batcher_cut            (TropeaBatcher          *self,
                                                  TropeaBatch            *batch);
void               tropea_batcher_carry          (TropeaBatcher          *self);
void               tropea_batcher_move_last_end  (TropeaBatcher          *self,
                                                  gint64                  last_end_ms);
void               tropea_batcher_set_last_end   (TropeaBatcher          *self,
                                                  gint64                  last_end_ms);

gint64             tropea_batch_get_duration_s   (const TropeaBatch      *self);
gint64             tropea_batch_get_bytes        (const TropeaBatch      *self);
gint64             tropea_batch_get_end_ms       (const TropeaBatch      *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaBatcher, tropea_batcher_free)

G_END_DECLS
