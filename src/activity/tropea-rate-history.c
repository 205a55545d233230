/* tropea-rate-history.c: how much moved when, from the last minute to the last thirty days
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-rate-history"

#include "config.h"

#include "activity/tropea-rate-history.h"

/* Every step of a range is a multiple of the steps of the range before it, and a sample is cut
 * at whole seconds before it is added to all of them. So the bytes of a step are, to the byte,
 * those of the finer steps inside it, and a sample lies where it was measured: not a second
 * with none and one with two where samples come a little late.
 *
 * Time is the wall clock, since people look for an hour of theirs. Where it goes back, what was
 * noted as later than now moves into the present step: nothing is lost, nothing stands in the
 * future, and a rate stays one, for it is bytes over measured time and not over the step. Where
 * it goes forward there is a gap, as while tor does not run: time of which nothing is known is
 * no time with nothing in it.
 *
 * A range is a ring: the step that begins at t is in the place t / step modulo the number of
 * steps, and a place that has another beginning is empty.
 */

/* Behind this nobody knows when in the silence the bytes moved: they are those of its end. */
#define LONGEST_SILENCE_USEC (5 * G_USEC_PER_SEC)
#define AFTER_GAP_USEC G_USEC_PER_SEC

static const struct
{
  gint64 step_s;
  guint  n_steps;
} ranges[TROPEA_N_RATE_RANGES] = {
  [TROPEA_RATE_RANGE_MINUTE] = { 1, 60 },
  [TROPEA_RATE_RANGE_HOUR] = { 10, 360 },
  [TROPEA_RATE_RANGE_DAY] = { 5 * 60, 288 },
  [TROPEA_RATE_RANGE_MONTH] = { 2 * 60 * 60, 360 },
};

struct _TropeaRateHistory
{
  GObject           parent_instance;

  TropeaClock      *clock;            /* (owned) */
  gboolean          is_simulated;

  TropeaRateBucket *rings[TROPEA_N_RATE_RANGES];  /* (owned) */
  gint64            last_usec;        /* wall clock: the end of what was added last */
  gint64            unsaved_from_s;   /* nothing before it has changed; G_MAXINT64: nothing has */
};

typedef enum
{
  PROP_IS_SIMULATED = 1,
} TropeaRateHistoryProperty;

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS,
};

/* The nicknames are those of the setting “graph-range”. */
G_DEFINE_ENUM_TYPE (TropeaRateRange, tropea_rate_range,
                    G_DEFINE_ENUM_VALUE (TROPEA_RATE_RANGE_MINUTE, "minute"),
                    G_DEFINE_ENUM_VALUE (TROPEA_RATE_RANGE_HOUR, "hour"),
                    G_DEFINE_ENUM_VALUE (TROPEA_RATE_RANGE_DAY, "day"),
                    G_DEFINE_ENUM_VALUE (TROPEA_RATE_RANGE_MONTH, "month"))

G_DEFINE_FINAL_TYPE (TropeaRateHistory, tropea_rate_history, G_TYPE_OBJECT)

static GParamSpec *properties[PROP_IS_SIMULATED + 1];
static guint signals[N_SIGNALS];

static guint64
compute_rate (guint64 bytes,
              gint64  covered_usec)
{
  guint64 whole = 0;
  guint64 covered = (guint64) MAX (covered_usec, 1);

  if (!g_uint64_checked_mul (&whole, bytes / covered, G_USEC_PER_SEC))
    return G_MAXUINT64;

  return whole + bytes % covered * G_USEC_PER_SEC / covered;
}

/**
 * tropea_rate_bucket_get_rate_in:
 *
 * Returns: bytes per second while it was measured, rounded down
 */
guint64
tropea_rate_bucket_get_rate_in (const TropeaRateBucket *self)
{
  return compute_rate (self->bytes_in, self->covered_usec);
}

guint64
tropea_rate_bucket_get_rate_out (const TropeaRateBucket *self)
{
  return compute_rate (self->bytes_out, self->covered_usec);
}

guint
tropea_rate_range_get_n_steps (TropeaRateRange range)
{
  g_return_val_if_fail ((guint) range < TROPEA_N_RATE_RANGES, 0);

  return ranges[range].n_steps;
}

gint64
tropea_rate_range_get_step_s (TropeaRateRange range)
{
  g_return_val_if_fail ((guint) range < TROPEA_N_RATE_RANGES, 1);

  return ranges[range].step_s;
}

/* The step of @range that has @second in it, emptied if the place had an older one. */
static TropeaRateBucket *
find_place (TropeaRateHistory *self,
            guint              range,
            gint64             second)
{
  gint64 step_s = ranges[range].step_s;
  gint64 start_s = second - second % step_s;
  TropeaRateBucket *bucket = &self->rings[range][start_s / step_s % ranges[range].n_steps];

  if (bucket->covered_usec == 0 || bucket->start_s != start_s)
    *bucket = (TropeaRateBucket) { .step_s = step_s, .start_s = start_s };

  return bucket;
}

static guint64
add_saturated (guint64 a,
               guint64 b)
{
  guint64 sum = 0;

  return g_uint64_checked_add (&sum, a, b) ? sum : G_MAXUINT64;
}

static void
add_to (TropeaRateBucket *bucket,
        guint64           bytes_in,
        guint64           bytes_out,
        gint64            covered_usec)
{
  bucket->bytes_in = add_saturated (bucket->bytes_in, bytes_in);
  bucket->bytes_out = add_saturated (bucket->bytes_out, bytes_out);
  bucket->covered_usec += covered_usec;
}

/* The clock went back: what is later than @now_s happened before it all the same. */
static void
fold_future (TropeaRateHistory *self,
             gint64             now_s)
{
  for (guint range = 0; range < TROPEA_N_RATE_RANGES; range++)
    {
      TropeaRateBucket sum = { 0 };
      TropeaRateBucket *present = NULL;

      for (guint i = 0; i < ranges[range].n_steps; i++)
        {
          TropeaRateBucket *bucket = &self->rings[range][i];

          if (bucket->covered_usec == 0 || bucket->start_s <= now_s)
            continue;

          add_to (&sum, bucket->bytes_in, bucket->bytes_out, bucket->covered_usec);
          *bucket = (TropeaRateBucket) { 0 };
        }

      if (sum.covered_usec == 0)
        continue;

      present = find_place (self, range, now_s);
      add_to (present, sum.bytes_in, sum.bytes_out, sum.covered_usec);
    }

  self->unsaved_from_s = MIN (self->unsaved_from_s, now_s);
}

/* What of @bytes moved in the first @elapsed of @interval, if they moved evenly. */
static guint64
share (guint64 bytes,
       gint64  elapsed_usec,
       gint64  interval_usec)
{
  guint64 elapsed = (guint64) elapsed_usec;
  guint64 interval = (guint64) interval_usec;

  return bytes / interval * elapsed + bytes % interval * elapsed / interval;
}

static void
add_piece (TropeaRateHistory *self,
           gint64             second,
           guint64            bytes_in,
           guint64            bytes_out,
           gint64             covered_usec)
{
  for (guint range = 0; range < TROPEA_N_RATE_RANGES; range++)
    add_to (find_place (self, range, second), bytes_in, bytes_out, covered_usec);
}

static void
spread (TropeaRateHistory     *self,
        const TropeaTorSample *sample,
        gint64                 start_usec,
        gint64                 interval_usec)
{
  gint64 done_usec = 0;

  while (done_usec < interval_usec)
    {
      gint64 at_usec = start_usec + done_usec;
      gint64 second = at_usec / G_USEC_PER_SEC;
      gint64 piece_usec = MIN ((second + 1) * G_USEC_PER_SEC - at_usec, interval_usec - done_usec);
      gint64 next_usec = done_usec + piece_usec;

      add_piece (self, second,
                 share (sample->bytes_in, next_usec, interval_usec) -
                 share (sample->bytes_in, done_usec, interval_usec),
                 share (sample->bytes_out, next_usec, interval_usec) -
                 share (sample->bytes_out, done_usec, interval_usec),
                 piece_usec);
      done_usec = next_usec;
    }
}

static void
tropea_rate_history_get_property (GObject    *object,
                                  guint       prop_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  switch ((TropeaRateHistoryProperty) prop_id)
    {
    case PROP_IS_SIMULATED:
      g_value_set_boolean (value, TROPEA_RATE_HISTORY (object)->is_simulated);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_rate_history_finalize (GObject *object)
{
  TropeaRateHistory *self = TROPEA_RATE_HISTORY (object);

  for (guint range = 0; range < TROPEA_N_RATE_RANGES; range++)
    g_clear_pointer (&self->rings[range], g_free);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (tropea_rate_history_parent_class)->finalize (object);
}

static void
tropea_rate_history_class_init (TropeaRateHistoryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tropea_rate_history_get_property;
  object_class->finalize = tropea_rate_history_finalize;

  /**
   * TropeaRateHistory:is-simulated:
   *
   * The bytes were made up.
   */
  properties[PROP_IS_SIMULATED] =
    g_param_spec_boolean ("is-simulated", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  /**
   * TropeaRateHistory::changed:
   *
   * There is more in it.
   */
  signals[SIGNAL_CHANGED] =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
}

static void
tropea_rate_history_init (TropeaRateHistory *self)
{
  for (guint range = 0; range < TROPEA_N_RATE_RANGES; range++)
    self->rings[range] = g_new0 (TropeaRateBucket, ranges[range].n_steps);
  self->unsaved_from_s = G_MAXINT64;
}

TropeaRateHistory *
tropea_rate_history_new (TropeaClock *clock,
                         gboolean     is_simulated)
{
  TropeaRateHistory *self = NULL;

  g_return_val_if_fail (TROPEA_IS_CLOCK (clock), NULL);

  self = g_object_new (TROPEA_TYPE_RATE_HISTORY, NULL);
  self->clock = g_object_ref (clock);
  self->is_simulated = is_simulated;

  return self;
}

gboolean
tropea_rate_history_get_is_simulated (TropeaRateHistory *self)
{
  g_return_val_if_fail (TROPEA_IS_RATE_HISTORY (self), FALSE);

  return self->is_simulated;
}

/**
 * tropea_rate_history_add:
 *
 * Spread the bytes of @sample over the time that it covers. One that ends a silence of more
 * than 5 s claims the last second of it.
 */
void
tropea_rate_history_add (TropeaRateHistory     *self,
                         const TropeaTorSample *sample)
{
  gint64 end_usec = 0;
  gint64 interval_usec = 0;

  g_return_if_fail (TROPEA_IS_RATE_HISTORY (self));
  g_return_if_fail (sample != NULL);

  /* A clock before 1970 or behind the year 9999 is none; there is no step for it. */
  if (sample->wall_ms < 10 * 1000 || sample->wall_ms > G_GINT64_CONSTANT (253402300799000))
    return;

  interval_usec = MAX (sample->interval_usec, 1);
  if (interval_usec > LONGEST_SILENCE_USEC)
    interval_usec = AFTER_GAP_USEC;
  end_usec = sample->wall_ms * 1000;
  if (end_usec < self->last_usec)
    fold_future (self, (end_usec - 1) / G_USEC_PER_SEC);

  spread (self, sample, end_usec - interval_usec, interval_usec);
  self->last_usec = end_usec;
  self->unsaved_from_s = MIN (self->unsaved_from_s, (end_usec - interval_usec) / G_USEC_PER_SEC);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/**
 * tropea_rate_history_get:
 *
 * Returns: (transfer full) (element-type TropeaRateBucket): every step of @range up to the one
 *   that has the present in it, oldest first, also those of which nothing is known
 */
GArray *
tropea_rate_history_get (TropeaRateHistory *self,
                         TropeaRateRange    range)
{
  GArray *buckets = NULL;
  gint64 step_s = 0;
  gint64 start_s = 0;
  gint64 now_s = 0;

  g_return_val_if_fail (TROPEA_IS_RATE_HISTORY (self), NULL);
  g_return_val_if_fail ((guint) range < TROPEA_N_RATE_RANGES, NULL);

  step_s = ranges[range].step_s;
  now_s = MAX (tropea_clock_get_wall_ms (self->clock) / 1000, 0);
  start_s = now_s - now_s % step_s - ((gint64) ranges[range].n_steps - 1) * step_s;
  buckets = g_array_sized_new (FALSE, TRUE, sizeof (TropeaRateBucket), ranges[range].n_steps);
  for (guint i = 0; i < ranges[range].n_steps; i++, start_s += step_s)
    {
      TropeaRateBucket bucket = { .step_s = step_s, .start_s = start_s };

      if (start_s >= 0)
        {
          TropeaRateBucket *kept =
            &self->rings[range][start_s / step_s % ranges[range].n_steps];

          if (kept->covered_usec != 0 && kept->start_s == start_s)
            bucket = *kept;
        }
      g_array_append_val (buckets, bucket);
    }

  return buckets;
}

gboolean
tropea_rate_history_needs_save (TropeaRateHistory *self)
{
  g_return_val_if_fail (TROPEA_IS_RATE_HISTORY (self), FALSE);

  return self->unsaved_from_s != G_MAXINT64;
}

/**
 * tropea_rate_history_begin_save:
 *
 * Returns: (transfer full) (element-type TropeaRateBucket): what must be written, which counts
 *   as saved from now on
 */
GArray *
tropea_rate_history_begin_save (TropeaRateHistory *self)
{
  GArray *buckets = NULL;

  g_return_val_if_fail (TROPEA_IS_RATE_HISTORY (self), NULL);

  buckets = g_array_new (FALSE, FALSE, sizeof (TropeaRateBucket));
  for (guint range = TROPEA_RATE_RANGE_HOUR; range < TROPEA_N_RATE_RANGES; range++)
    {
      for (guint i = 0; i < ranges[range].n_steps; i++)
        {
          const TropeaRateBucket *bucket = &self->rings[range][i];

          if (bucket->covered_usec != 0 && bucket->start_s > self->unsaved_from_s - bucket->step_s)
            g_array_append_vals (buckets, bucket, 1);
        }
    }
  self->unsaved_from_s = G_MAXINT64;

  return buckets;
}

/**
 * tropea_rate_history_save_failed:
 * @buckets: what tropea_rate_history_begin_save () gave
 */
void
tropea_rate_history_save_failed (TropeaRateHistory *self,
                                 const GArray      *buckets)
{
  g_return_if_fail (TROPEA_IS_RATE_HISTORY (self));
  g_return_if_fail (buckets != NULL);

  for (guint i = 0; i < buckets->len; i++)
    {
      const TropeaRateBucket *bucket = &((const TropeaRateBucket *) (void *) buckets->data)[i];

      self->unsaved_from_s = MIN (self->unsaved_from_s, bucket->start_s);
    }
}

static gboolean
is_plausible (const TropeaRateBucket *bucket,
              guint                   range,
              gint64                  now_s)
{
  gint64 before_s = now_s - (gint64) ranges[range].n_steps * ranges[range].step_s;

  return bucket->step_s == ranges[range].step_s && bucket->start_s % bucket->step_s == 0 &&
         bucket->start_s > MAX (before_s, 0) && bucket->start_s <= now_s &&
         bucket->covered_usec > 0;
}

/**
 * tropea_rate_history_restore:
 * @buckets: (element-type TropeaRateBucket): from disk, in any order
 *
 * Add what was saved by an earlier run; what is too old, or later than now, is left out.
 */
void
tropea_rate_history_restore (TropeaRateHistory *self,
                             const GArray      *buckets)
{
  gint64 now_s = 0;

  g_return_if_fail (TROPEA_IS_RATE_HISTORY (self));
  g_return_if_fail (buckets != NULL);

  now_s = tropea_clock_get_wall_ms (self->clock) / 1000;
  for (guint i = 0; i < buckets->len; i++)
    {
      const TropeaRateBucket *bucket = &((const TropeaRateBucket *) (void *) buckets->data)[i];

      for (guint range = TROPEA_RATE_RANGE_HOUR; range < TROPEA_N_RATE_RANGES; range++)
        {
          if (is_plausible (bucket, range, now_s))
            add_to (find_place (self, range, bucket->start_s), bucket->bytes_in,
                    bucket->bytes_out, bucket->covered_usec);
        }
    }

  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}
