/* tropea-rate-history.h: how much moved when, from the last minute to the last thirty days
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-clock.h"
#include "tor/tropea-tor-sample.h"

G_BEGIN_DECLS

/**
 * TropeaRateRange:
 * @TROPEA_RATE_RANGE_MINUTE: the last 60 s in steps of 1 s
 * @TROPEA_RATE_RANGE_HOUR: the last hour in steps of 10 s
 * @TROPEA_RATE_RANGE_DAY: the last 24 h in steps of 5 min
 * @TROPEA_RATE_RANGE_MONTH: the last 30 days in steps of 2 h
 */
typedef enum
{
  TROPEA_RATE_RANGE_MINUTE,
  TROPEA_RATE_RANGE_HOUR,
  TROPEA_RATE_RANGE_DAY,
  TROPEA_RATE_RANGE_MONTH,
} TropeaRateRange;

#define TROPEA_N_RATE_RANGES 4

#define TROPEA_TYPE_RATE_RANGE (tropea_rate_range_get_type ())
GType tropea_rate_range_get_type (void);

/**
 * TropeaRateBucket:
 * @step_s: how long the step is
 * @start_s: when it began, seconds since 1970 in UTC, a multiple of @step_s
 * @bytes_in: what came in during it, exact
 * @bytes_out: what went out
 * @covered_usec: how much of it was measured; 0: nothing is known about this time
 */
typedef struct
{
  gint64  step_s;
  gint64  start_s;
  guint64 bytes_in;
  guint64 bytes_out;
  gint64  covered_usec;
} TropeaRateBucket;

/* Bytes per second over the time that was measured. */
guint64            tropea_rate_bucket_get_rate_in      (const TropeaRateBucket *self);
guint64            tropea_rate_bucket_get_rate_out     (const TropeaRateBucket *self);

guint              tropea_rate_range_get_n_steps       (TropeaRateRange         range);
gint64             tropea_rate_range_get_step_s        (TropeaRateRange         range);

#define TROPEA_TYPE_RATE_HISTORY (tropea_rate_history_get_type ())

G_DECLARE_FINAL_TYPE (TropeaRateHistory, tropea_rate_history, TROPEA, RATE_HISTORY, GObject)

/* Property: "is-simulated" (boolean, given to new): none of it ever moved.
 * Signal: "changed" after each sample, and when all was restored.
 */
TropeaRateHistory *tropea_rate_history_new             (TropeaClock            *clock,
                                                        gboolean                is_simulated);
gboolean           tropea_rate_history_get_is_simulated (TropeaRateHistory     *self);
void               tropea_rate_history_add             (TropeaRateHistory      *self,
                                                        const TropeaTorSample  *sample);
/* All steps of @range, oldest first; the last one is the present: of TropeaRateBucket. */
GArray            *tropea_rate_history_get             (TropeaRateHistory      *self,
                                                        TropeaRateRange         range);

/* For who keeps it on disk: the steps of 10 s and more that changed since the last call, of
 * TropeaRateBucket; the unsaved time goes back to them if they could not be saved. */
gboolean           tropea_rate_history_needs_save      (TropeaRateHistory      *self);
GArray            *tropea_rate_history_begin_save      (TropeaRateHistory      *self);
void               tropea_rate_history_save_failed     (TropeaRateHistory      *self,
                                                        const GArray           *buckets);
void               tropea_rate_history_restore         (TropeaRateHistory      *self,
                                                        const GArray           *buckets);

G_END_DECLS
