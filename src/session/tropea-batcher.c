/* tropea-batcher.c: decides when metered activity is a session
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-batcher"

#include "config.h"

#include "session/tropea-batcher.h"

/* Two clocks meet here. The wall clock says once when a session started; from then on only
 * measured intervals count, so a corrected clock or a suspend never makes a session longer.
 * A start is never before the end of the session before it: the windows [start, start +
 * duration) of one host do not overlap, however the wall clock was set in between.
 */

/* What a signed record can say; sums stop there instead of wrapping. */
#define BYTES_LIMIT TROPEA_RECORD_MAX_INTEGER
#define ELAPSED_LIMIT_USEC (TROPEA_THRESHOLDS_SECONDS_LIMIT * G_USEC_PER_SEC)
/* Leaves room for the longest session behind it. */
#define STARTED_LIMIT_MS (TROPEA_RECORD_MAX_INTEGER - TROPEA_THRESHOLDS_SECONDS_LIMIT * 1000)

struct _TropeaBatcher
{
  TropeaThresholds thresholds;
  TropeaBatch      batch;
  gint64           last_end_ms;
};

static gboolean
check_range (const char  *name,
             gint64       value,
             gint64       lowest,
             gint64       highest,
             GError     **error)
{
  if (value >= lowest && value <= highest)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "%s must be between %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT ", and it is %"
               G_GINT64_FORMAT, name, lowest, highest, value);
  return FALSE;
}

/**
 * tropea_thresholds_check:
 *
 * Errors are %G_IO_ERROR_INVALID_ARGUMENT and name the field.
 */
gboolean
tropea_thresholds_check (const TropeaThresholds  *self,
                         GError                 **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return check_range ("min_bytes", self->min_bytes, 1, BYTES_LIMIT, error) &&
         check_range ("max_seconds", self->max_seconds, 1, TROPEA_THRESHOLDS_SECONDS_LIMIT,
                      error) &&
         check_range ("min_seconds", self->min_seconds, 1, self->max_seconds, error);
}

/* Both terms are from 0 to @limit. */
static gint64
add_up_to (gint64 sum,
           gint64 value,
           gint64 limit)
{
  return sum > limit - value ? limit : sum + value;
}

static void
clear_batch (TropeaBatcher *self)
{
  self->batch = (TropeaBatch) { .source = self->batch.source };
}

TropeaBatcher *
tropea_batcher_new (TropeaSource            source,
                    const TropeaThresholds *thresholds)
{
  TropeaBatcher *self = NULL;

  g_return_val_if_fail (tropea_thresholds_check (thresholds, NULL), NULL);

  self = g_new0 (TropeaBatcher, 1);
  self->thresholds = *thresholds;
  self->batch.source = source;

  return self;
}

void
tropea_batcher_free (TropeaBatcher *self)
{
  g_free (self);
}

/**
 * tropea_batcher_set_thresholds:
 *
 * They hold for the open batch too, which may be ready now.
 */
void
tropea_batcher_set_thresholds (TropeaBatcher          *self,
                               const TropeaThresholds *thresholds)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (tropea_thresholds_check (thresholds, NULL));

  self->thresholds = *thresholds;
}

/**
 * tropea_batcher_restore:
 * @batch: as tropea_batcher_get_batch () gave it
 * @last_end_ms: end of the last session of any source; 0 for none
 */
void
tropea_batcher_restore (TropeaBatcher     *self,
                        const TropeaBatch *batch,
                        gint64             last_end_ms)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (batch != NULL && batch->source == self->batch.source);

  self->batch.started_ms = CLAMP (batch->started_ms, 0, STARTED_LIMIT_MS);
  self->batch.elapsed_usec = CLAMP (batch->elapsed_usec, 0, ELAPSED_LIMIT_USEC);
  self->batch.bytes_in = CLAMP (batch->bytes_in, 0, BYTES_LIMIT);
  self->batch.bytes_out = CLAMP (batch->bytes_out, 0, BYTES_LIMIT - self->batch.bytes_in);
  self->last_end_ms = last_end_ms;
}

static void
open_batch (TropeaBatcher *self,
            gint64         interval_usec,
            gint64         wall_ms)
{
  gint64 end_ms = CLAMP (wall_ms, 1, STARTED_LIMIT_MS);
  gint64 started_ms = end_ms - MIN (interval_usec / 1000, end_ms - 1);

  self->batch.started_ms = CLAMP (started_ms, MAX (self->last_end_ms, 1), STARTED_LIMIT_MS);
}

/**
 * tropea_batcher_add:
 * @bytes_in: what came in during the interval
 * @bytes_out: what went out
 * @interval_usec: how long that took, by the monotonic clock
 * @wall_ms: the wall clock at its end
 *
 * Idle time before the first byte belongs to no session.
 *
 * Returns: whether the batch is ready to be cut
 */
gboolean
tropea_batcher_add (TropeaBatcher *self,
                    guint64        bytes_in,
                    guint64        bytes_out,
                    gint64         interval_usec,
                    gint64         wall_ms)
{
  TropeaBatch *batch = NULL;

  g_return_val_if_fail (self != NULL, FALSE);

  batch = &self->batch;
  interval_usec = CLAMP (interval_usec, 0, ELAPSED_LIMIT_USEC);
  if (batch->started_ms == 0)
    {
      if (bytes_in == 0 && bytes_out == 0)
        return FALSE;

      open_batch (self, interval_usec, wall_ms);
    }

  batch->elapsed_usec = add_up_to (batch->elapsed_usec, interval_usec, ELAPSED_LIMIT_USEC);
  batch->bytes_in = add_up_to (batch->bytes_in, (gint64) MIN (bytes_in, (guint64) BYTES_LIMIT),
                               BYTES_LIMIT - batch->bytes_out);
  batch->bytes_out = add_up_to (batch->bytes_out, (gint64) MIN (bytes_out, (guint64) BYTES_LIMIT),
                                BYTES_LIMIT - batch->bytes_in);

  return tropea_batcher_is_ready (self);
}

gboolean
tropea_batcher_is_ready (const TropeaBatcher *self)
{
  gint64 seconds = 0;

  g_return_val_if_fail (self != NULL, FALSE);

  seconds = tropea_batch_get_duration_s (&self->batch);

  return (tropea_batch_get_bytes (&self->batch) >= self->thresholds.min_bytes &&
          seconds >= self->thresholds.min_seconds) ||
         seconds >= self->thresholds.max_seconds;
}

const TropeaBatch *
tropea_batcher_get_batch (const TropeaBatcher *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return &self->batch;
}

/**
 * tropea_batcher_cut:
 * @batch: (out): the batch as it was
 *
 * Take the batch away and begin with an empty one, whatever the thresholds say.
 *
 * Returns: %FALSE, and nothing changed, where there is less than one second or one byte in it
 */
gboolean
tropea_batcher_cut (TropeaBatcher *self,
                    TropeaBatch   *batch)
{
  g_return_val_if_fail (self != NULL && batch != NULL, FALSE);

  if (tropea_batch_get_duration_s (&self->batch) < 1 || tropea_batch_get_bytes (&self->batch) < 1)
    return FALSE;

  *batch = self->batch;
  tropea_batcher_set_last_end (self, tropea_batch_get_end_ms (batch));
  clear_batch (self);

  return TRUE;
}

/**
 * tropea_batcher_carry:
 *
 * The batch ends here and is too short to be cut: keep its bytes for the next session, which
 * starts at the next sample with activity.
 */
void
tropea_batcher_carry (TropeaBatcher *self)
{
  g_return_if_fail (self != NULL);

  self->batch.started_ms = 0;
  self->batch.elapsed_usec = 0;
}

/**
 * tropea_batcher_set_last_end:
 * @last_end_ms: where a session of any source ended
 *
 * The next session starts no earlier. An end before one that is known already changes nothing.
 */
void
tropea_batcher_set_last_end (TropeaBatcher *self,
                             gint64         last_end_ms)
{
  g_return_if_fail (self != NULL);

  self->last_end_ms = MAX (self->last_end_ms, last_end_ms);
}

/**
 * tropea_batcher_move_last_end:
 * @last_end_ms: where the last session of all ends now
 *
 * Sessions were given other times: the next one may start as early as that.
 */
void
tropea_batcher_move_last_end (TropeaBatcher *self,
                              gint64         last_end_ms)
{
  g_return_if_fail (self != NULL);

  self->last_end_ms = last_end_ms;
}

/**
 * tropea_batch_get_duration_s:
 *
 * Returns: whole seconds, rounded down
 */
gint64
tropea_batch_get_duration_s (const TropeaBatch *self)
{
  return self->elapsed_usec / G_USEC_PER_SEC;
}

gint64
tropea_batch_get_bytes (const TropeaBatch *self)
{
  return self->bytes_in + self->bytes_out;
}

/**
 * tropea_batch_get_end_ms:
 *
 * Returns: where a session cut from this batch ends, by its whole seconds
 */
gint64
tropea_batch_get_end_ms (const TropeaBatch *self)
{
  return self->started_ms + tropea_batch_get_duration_s (self) * 1000;
}
