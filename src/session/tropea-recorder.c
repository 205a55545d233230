/* tropea-recorder.c: turns metered samples into stored sessions
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-recorder"

#include "config.h"

#include "session/tropea-recorder.h"

#include "session/tropea-lane.h"

/* One write is under way at a time, cuts before saves and in order. So on disk the bytes of a
 * cut that failed are still those of the open batch that was saved last, and nothing that came
 * after overwrites them before the cut is there. A cut keeps its id until it is stored: the
 * retry is the same session. No session spans a gap: a batch found on disk ends where it was
 * saved, a sample of the other source ends the batch of the first, and a sample that comes
 * after a long silence or a suspend ends the batch that was open before it.
 */

/* tor reports each second and the simulator every other. Behind this nobody knows when in the
 * silence the bytes moved: tor or we stood still.
 */
#define LONGEST_SILENCE_USEC (5 * G_USEC_PER_SEC)
/* A short nap is one sitting; and it adds no second either way. */
#define LONGEST_SLEEP_USEC (60 * G_USEC_PER_SEC)
/* What a sample at the end of a gap may claim of it: a tick of tor's. */
#define AFTER_GAP_USEC G_USEC_PER_SEC

#define N_SOURCES 2

struct _TropeaRecorder
{
  GObject           parent_instance;

  TropeaStore      *store;         /* (owned) */
  TropeaHostHash   *host_hash;     /* (owned) */
  TropeaThresholds  thresholds;

  TropeaLane        lanes[N_SOURCES];
  TropeaSource      last_source;
  GQueue            cuts;          /* (owned), of TropeaCut: not on disk yet, oldest first */
  GPtrArray        *flushes;       /* (owned), of GTask */
  TropeaSource      written;       /* whose batch is being saved */
  gboolean          is_writing;

  gint64            accumulated_bytes;
  gint64            accumulated_seconds;
};

typedef enum
{
  PROP_ACCUMULATED_BYTES = 1,
  PROP_ACCUMULATED_SECONDS,
} TropeaRecorderProperty;

enum
{
  SIGNAL_SESSION_CUT,
  SIGNAL_FAILED,
  N_SIGNALS,
};

G_DEFINE_FINAL_TYPE (TropeaRecorder, tropea_recorder, G_TYPE_OBJECT)

static GParamSpec *properties[PROP_ACCUMULATED_SECONDS + 1];
static guint signals[N_SIGNALS];

static void write_next (TropeaRecorder *self);

static void
update_accumulated (TropeaRecorder *self)
{
  const TropeaBatch *batch = tropea_batcher_get_batch (self->lanes[self->last_source].batcher);
  gint64 bytes = tropea_batch_get_bytes (batch);
  gint64 seconds = tropea_batch_get_duration_s (batch);

  if (self->accumulated_bytes != bytes)
    {
      self->accumulated_bytes = bytes;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACCUMULATED_BYTES]);
    }
  if (self->accumulated_seconds != seconds)
    {
      self->accumulated_seconds = seconds;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACCUMULATED_SECONDS]);
    }
}

static void
finish_flushes (TropeaRecorder *self,
                const GError   *error)
{
  g_autoptr(GPtrArray) flushes = g_steal_pointer (&self->flushes);

  self->flushes = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < flushes->len; i++)
    {
      if (error != NULL)
        g_task_return_error (flushes->pdata[i], g_error_copy (error));
      else
        g_task_return_boolean (flushes->pdata[i], TRUE);
    }
}

/* Waits for the next sample or the next flush. */
static void
write_failed (TropeaRecorder *self,
              const GError   *error)
{
  self->is_writing = FALSE;
  finish_flushes (self, error);
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, error);
}

static void
save_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(TropeaRecorder) self = user_data;
  g_autoptr(GError) error = NULL;

  if (!tropea_store_save_batch_finish (TROPEA_STORE (object), result, &error))
    {
      tropea_lane_save_failed (&self->lanes[self->written]);
      write_failed (self, error);
      return;
    }

  self->is_writing = FALSE;
  write_next (self);
}

static void
save (TropeaRecorder *self,
      TropeaSource    source)
{
  self->is_writing = TRUE;
  self->written = source;
  tropea_store_save_batch_async (self->store, tropea_lane_begin_save (&self->lanes[source]), NULL,
                                 save_cb, g_object_ref (self));
}

static void
cut_cb (GObject      *object,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr(TropeaRecorder) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(TropeaSession) session = NULL;
  g_autofree TropeaCut *cut = NULL;

  if (!tropea_store_cut_finish (TROPEA_STORE (object), result, &error))
    {
      write_failed (self, error);
      return;
    }

  cut = g_queue_pop_head (&self->cuts);
  session = tropea_session_new_from_row (0, cut, TROPEA_SESSION_STATE_WAITING, 0, NULL, NULL,
                                         NULL);
  self->is_writing = FALSE;
  g_signal_emit (self, signals[SIGNAL_SESSION_CUT], 0, session);
  write_next (self);
}

static void
write_next (TropeaRecorder *self)
{
  if (self->is_writing)
    return;

  if (!g_queue_is_empty (&self->cuts))
    {
      self->is_writing = TRUE;
      tropea_store_cut_async (self->store, g_queue_peek_head (&self->cuts), NULL, cut_cb,
                              g_object_ref (self));
      return;
    }

  for (int i = 0; i < N_SOURCES; i++)
    {
      if (self->lanes[i].needs_save)
        {
          save (self, (TropeaSource) i);
          return;
        }
    }

  finish_flushes (self, NULL);
}

static void
queue_cut (TropeaRecorder    *self,
           const TropeaBatch *batch,
           gboolean           is_manual)
{
  TropeaCut *cut = g_new0 (TropeaCut, 1);
  TropeaRecord *record = &cut->record;
  g_autofree char *session_id = g_uuid_string_random ();
  gint64 end_ms = tropea_batch_get_end_ms (batch);
  g_autofree char *ip_hash = tropea_host_hash_dup (self->host_hash, end_ms);

  g_strlcpy (record->session_id, session_id, sizeof record->session_id);
  g_strlcpy (record->ip_hash, ip_hash, sizeof record->ip_hash);
  record->timestamp_ms = batch->started_ms;
  record->duration_s = tropea_batch_get_duration_s (batch);
  record->bytes = tropea_batch_get_bytes (batch);
  record->source = batch->source;
  cut->bytes_in = batch->bytes_in;
  cut->is_manual = is_manual;
  g_queue_push_tail (&self->cuts, cut);

  for (int i = 0; i < N_SOURCES; i++)
    tropea_batcher_set_last_end (self->lanes[i].batcher, end_ms);
}

static gboolean
cut_lane (TropeaRecorder *self,
          TropeaLane     *lane,
          gboolean        is_manual)
{
  TropeaBatch batch = { 0 };

  if (!tropea_lane_cut (lane, &batch))
    return FALSE;

  queue_cut (self, &batch, is_manual);

  return TRUE;
}

static void
close_lane (TropeaRecorder *self,
            TropeaLane     *lane)
{
  TropeaBatch batch = { 0 };

  if (tropea_lane_close (lane, &batch))
    queue_cut (self, &batch, FALSE);
}

static void
tropea_recorder_get_property (GObject    *object,
                              guint       property_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  TropeaRecorder *self = TROPEA_RECORDER (object);

  switch ((TropeaRecorderProperty) property_id)
    {
    case PROP_ACCUMULATED_BYTES:
      g_value_set_int64 (value, self->accumulated_bytes);
      break;

    case PROP_ACCUMULATED_SECONDS:
      g_value_set_int64 (value, self->accumulated_seconds);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      break;
    }
}

static void
tropea_recorder_finalize (GObject *object)
{
  TropeaRecorder *self = TROPEA_RECORDER (object);

  for (int i = 0; i < N_SOURCES; i++)
    tropea_lane_clear (&self->lanes[i]);
  g_queue_clear_full (&self->cuts, g_free);
  g_clear_pointer (&self->flushes, g_ptr_array_unref);
  g_clear_object (&self->store);
  g_clear_object (&self->host_hash);

  G_OBJECT_CLASS (tropea_recorder_parent_class)->finalize (object);
}

static void
tropea_recorder_class_init (TropeaRecorderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tropea_recorder_get_property;
  object_class->finalize = tropea_recorder_finalize;

  /**
   * TropeaRecorder:accumulated-bytes:
   *
   * In plus out, in the open batch of the source that was added to last.
   */
  properties[PROP_ACCUMULATED_BYTES] =
    g_param_spec_int64 ("accumulated-bytes", NULL, NULL, 0, G_MAXINT64, 0,
                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * TropeaRecorder:accumulated-seconds:
   *
   * Whole seconds of the same batch.
   */
  properties[PROP_ACCUMULATED_SECONDS] =
    g_param_spec_int64 ("accumulated-seconds", NULL, NULL, 0, G_MAXINT64, 0,
                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  /**
   * TropeaRecorder::session-cut:
   * @session: it is on disk, in the outbox
   */
  signals[SIGNAL_SESSION_CUT] =
    g_signal_new ("session-cut", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 1, TROPEA_TYPE_SESSION);

  /**
   * TropeaRecorder::failed:
   * @error: why the store could not write
   *
   * What is not on disk stays in memory and is tried again with the next sample.
   */
  signals[SIGNAL_FAILED] =
    g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
tropea_recorder_init (TropeaRecorder *self)
{
  self->flushes = g_ptr_array_new_with_free_func (g_object_unref);
  g_queue_init (&self->cuts);
}

/* What is still on its way to the disk ends somewhere too. */
static void
last_end_cb (TropeaRecorder *self,
             gint64          last_end_ms)
{
  for (GList *link = self->cuts.head; link != NULL; link = link->next)
    {
      const TropeaCut *cut = link->data;
      const TropeaRecord *record = &cut->record;

      last_end_ms = MAX (last_end_ms, record->timestamp_ms + record->duration_s * 1000);
    }

  for (int i = 0; i < N_SOURCES; i++)
    tropea_batcher_move_last_end (self->lanes[i].batcher, last_end_ms);
}

static void
loaded_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  TropeaRecorder *self = g_task_get_task_data (task);
  TropeaBatch batch = { 0 };
  gint64 last_end_ms = 0;

  if (!tropea_store_load_batch_finish (TROPEA_STORE (object), result, &batch, &last_end_ms,
                                       &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  tropea_batcher_restore (self->lanes[batch.source].batcher, &batch, last_end_ms);
  if (batch.source + 1 < N_SOURCES)
    {
      tropea_store_load_batch_async (self->store, batch.source + 1, NULL, loaded_cb,
                                     g_steal_pointer (&task));
      return;
    }

  for (int i = 0; i < N_SOURCES; i++)
    close_lane (self, &self->lanes[i]);
  update_accumulated (self);
  write_next (self);
  g_task_return_pointer (task, g_object_ref (self), g_object_unref);
}

/**
 * tropea_recorder_new_async:
 * @store: open
 * @thresholds: must be valid
 *
 * What a crash left open on disk is closed as tropea_recorder_close_batch () does; its session
 * is announced by "session-cut" some time after this has finished.
 */
void
tropea_recorder_new_async (TropeaStore            *store,
                           TropeaHostHash         *host_hash,
                           const TropeaThresholds *thresholds,
                           GAsyncReadyCallback     callback,
                           gpointer                user_data)
{
  TropeaRecorder *self = NULL;
  GTask *task = NULL;

  g_return_if_fail (TROPEA_IS_STORE (store));
  g_return_if_fail (TROPEA_IS_HOST_HASH (host_hash));
  g_return_if_fail (tropea_thresholds_check (thresholds, NULL));

  self = g_object_new (TROPEA_TYPE_RECORDER, NULL);
  self->store = g_object_ref (store);
  g_signal_connect_object (store, "last-end-changed", G_CALLBACK (last_end_cb), self,
                           G_CONNECT_SWAPPED);
  self->host_hash = g_object_ref (host_hash);
  self->thresholds = *thresholds;
  for (int i = 0; i < N_SOURCES; i++)
    tropea_lane_init (&self->lanes[i], (TropeaSource) i, thresholds);

  task = g_task_new (NULL, NULL, callback, user_data);
  g_task_set_source_tag (task, tropea_recorder_new_async);
  g_task_set_task_data (task, self, g_object_unref);
  tropea_store_load_batch_async (store, (TropeaSource) 0, NULL, loaded_cb, task);
}

/**
 * tropea_recorder_new_finish:
 *
 * Returns: (transfer full):
 */
TropeaRecorder *
tropea_recorder_new_finish (GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, tropea_recorder_new_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* The bytes at the end of a gap are counted, in a session that begins there. */
static gint64
leave_gap (TropeaRecorder *self,
           TropeaLane     *lane,
           gint64          interval_usec,
           gint64          asleep_usec)
{
  if (interval_usec <= LONGEST_SILENCE_USEC && asleep_usec <= LONGEST_SLEEP_USEC)
    return interval_usec;

  close_lane (self, lane);

  return MIN (interval_usec, AFTER_GAP_USEC);
}

static void
close_other_sources (TropeaRecorder *self,
                     TropeaSource    source)
{
  for (int i = 0; i < N_SOURCES; i++)
    {
      if (i != (int) source)
        close_lane (self, &self->lanes[i]);
    }
}

/**
 * tropea_recorder_add:
 * @bytes_in: what came in during the interval
 * @bytes_out: what went out
 * @interval_usec: how long that took, by the monotonic clock
 * @asleep_usec: how long the computer was suspended meanwhile
 * @wall_ms: the wall clock at its end
 *
 * After more than 5 s of silence or 60 s of suspend the open batch ends at its last sample, and
 * the bytes begin another, which claims one second of the gap at most.
 */
void
tropea_recorder_add (TropeaRecorder *self,
                     TropeaSource    source,
                     guint64         bytes_in,
                     guint64         bytes_out,
                     gint64          interval_usec,
                     gint64          asleep_usec,
                     gint64          wall_ms)
{
  g_return_if_fail (TROPEA_IS_RECORDER (self));
  g_return_if_fail ((int) source >= 0 && (int) source < N_SOURCES);

  close_other_sources (self, source);
  self->last_source = source;
  interval_usec = leave_gap (self, &self->lanes[source], interval_usec, asleep_usec);
  if (tropea_lane_add (&self->lanes[source], bytes_in, bytes_out, interval_usec, wall_ms))
    cut_lane (self, &self->lanes[source], FALSE);

  update_accumulated (self);
  write_next (self);
}

/**
 * tropea_recorder_set_thresholds:
 * @thresholds: must be valid; tropea_thresholds_check () says why not
 *
 * They hold at once, for the open batches too.
 */
void
tropea_recorder_set_thresholds (TropeaRecorder         *self,
                                const TropeaThresholds *thresholds)
{
  g_return_if_fail (TROPEA_IS_RECORDER (self));
  g_return_if_fail (tropea_thresholds_check (thresholds, NULL));

  self->thresholds = *thresholds;
  for (int i = 0; i < N_SOURCES; i++)
    {
      TropeaLane *lane = &self->lanes[i];

      tropea_batcher_set_thresholds (lane->batcher, thresholds);
      if (tropea_batcher_is_ready (lane->batcher))
        cut_lane (self, lane, FALSE);
    }

  update_accumulated (self);
  write_next (self);
}

TropeaThresholds
tropea_recorder_get_thresholds (TropeaRecorder *self)
{
  const TropeaThresholds none = { 0 };

  g_return_val_if_fail (TROPEA_IS_RECORDER (self), none);

  return self->thresholds;
}

gint64
tropea_recorder_get_accumulated_bytes (TropeaRecorder *self)
{
  g_return_val_if_fail (TROPEA_IS_RECORDER (self), 0);

  return self->accumulated_bytes;
}

gint64
tropea_recorder_get_accumulated_seconds (TropeaRecorder *self)
{
  g_return_val_if_fail (TROPEA_IS_RECORDER (self), 0);

  return self->accumulated_seconds;
}

gboolean
tropea_recorder_cut_now (TropeaRecorder *self,
                         TropeaSource    source)
{
  g_return_val_if_fail (TROPEA_IS_RECORDER (self), FALSE);
  g_return_val_if_fail ((int) source >= 0 && (int) source < N_SOURCES, FALSE);

  if (!cut_lane (self, &self->lanes[source], TRUE))
    return FALSE;

  update_accumulated (self);
  write_next (self);

  return TRUE;
}

void
tropea_recorder_close_batch (TropeaRecorder *self,
                             TropeaSource    source)
{
  g_return_if_fail (TROPEA_IS_RECORDER (self));
  g_return_if_fail ((int) source >= 0 && (int) source < N_SOURCES);

  close_lane (self, &self->lanes[source]);
  update_accumulated (self);
  write_next (self);
}

/**
 * tropea_recorder_flush_async:
 *
 * Write what is only in memory. When it fails, nothing is given up: the error says why, and a
 * later flush tries again.
 */
void
tropea_recorder_flush_async (TropeaRecorder      *self,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  GTask *task = NULL;

  g_return_if_fail (TROPEA_IS_RECORDER (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, tropea_recorder_flush_async);
  g_ptr_array_add (self->flushes, task);
  for (int i = 0; i < N_SOURCES; i++)
    self->lanes[i].needs_save |= self->lanes[i].is_unsaved;

  write_next (self);
}

gboolean
tropea_recorder_flush_finish (TropeaRecorder  *self,
                              GAsyncResult    *result,
                              GError         **error)
{
  g_return_val_if_fail (TROPEA_IS_RECORDER (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
