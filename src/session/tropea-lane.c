/* tropea-lane.c: one source's batcher, and when its batch must be written down
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-lane"

#include "config.h"

#include "session/tropea-lane.h"

/* At most this much metered time is lost when the process is killed, and a little more: the
 * time that one write takes. */
#define SAVE_INTERVAL_USEC (5 * G_USEC_PER_SEC)

static void
set_saved (TropeaLane *self)
{
  self->is_unsaved = FALSE;
  self->needs_save = FALSE;
  self->unsaved_usec = 0;
}

void
tropea_lane_init (TropeaLane             *self,
                  TropeaSource            source,
                  const TropeaThresholds *thresholds)
{
  self->batcher = tropea_batcher_new (source, thresholds);
}

void
tropea_lane_clear (TropeaLane *self)
{
  g_clear_pointer (&self->batcher, tropea_batcher_free);
}

/**
 * tropea_lane_add:
 *
 * As tropea_batcher_add (); and see whether the batch must be saved now.
 *
 * Returns: whether the batch is ready to be cut
 */
gboolean
tropea_lane_add (TropeaLane *self,
                 guint64     bytes_in,
                 guint64     bytes_out,
                 gint64      interval_usec,
                 gint64      wall_ms)
{
  gboolean is_ready = tropea_batcher_add (self->batcher, bytes_in, bytes_out, interval_usec,
                                          wall_ms);

  if (tropea_batcher_get_batch (self->batcher)->started_ms == 0)
    return FALSE;

  interval_usec = CLAMP (interval_usec, 0, SAVE_INTERVAL_USEC);
  self->is_unsaved = TRUE;
  self->unsaved_usec = MIN (self->unsaved_usec + interval_usec, SAVE_INTERVAL_USEC);
  /* Before the next sample, if that is as long as this one, it would be too late. */
  if (self->unsaved_usec + interval_usec > SAVE_INTERVAL_USEC)
    self->needs_save = TRUE;

  return is_ready;
}

/**
 * tropea_lane_cut:
 * @batch: (out): what is to be stored as a session; that empties the batch on disk too
 *
 * As tropea_batcher_cut ().
 */
gboolean
tropea_lane_cut (TropeaLane  *self,
                 TropeaBatch *batch)
{
  if (!tropea_batcher_cut (self->batcher, batch))
    return FALSE;

  set_saved (self);

  return TRUE;
}

/**
 * tropea_lane_close:
 * @batch: (out): what is to be stored as a session
 *
 * There is a gap: cut, or carry the bytes over it where there is less than a second.
 *
 * Returns: whether it was cut
 */
gboolean
tropea_lane_close (TropeaLane  *self,
                   TropeaBatch *batch)
{
  if (tropea_lane_cut (self, batch))
    return TRUE;

  if (tropea_batcher_get_batch (self->batcher)->started_ms != 0)
    {
      tropea_batcher_carry (self->batcher);
      self->is_unsaved = TRUE;
      self->needs_save = TRUE;
    }

  return FALSE;
}

/**
 * tropea_lane_begin_save:
 *
 * Returns: (transfer none): what to write now; say so if it fails
 */
const TropeaBatch *
tropea_lane_begin_save (TropeaLane *self)
{
  set_saved (self);

  return tropea_batcher_get_batch (self->batcher);
}

void
tropea_lane_save_failed (TropeaLane *self)
{
  self->is_unsaved = TRUE;
  self->needs_save = TRUE;
}
