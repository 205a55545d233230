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

gboolean tropea_thresholds_check (const TropeaThresholds  *self,
                                  GError                 **error);

/**
 * TropeaBatch:
 * @source: what was metered
 * @started_ms: start of the first active sample; 0 where nothing has been metered
 * @elapsed_usec: sum of the samples' measured intervals since then
 * @bytes_in: sum since then
 * @bytes_out: sum since then
 *
 * The open session. A plain value.
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

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaBatcher, tropea_batcher_free)

G_END_DECLS
