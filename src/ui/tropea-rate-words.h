/* tropea-rate-words.h: times and rates of a history, in words
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "activity/tropea-rate-history.h"
#include "ui/tropea-chart-paint.h"

G_BEGIN_DECLS

/* @buckets: what tropea_rate_history_get () gave for @range. */
GArray     *tropea_rate_words_list_marks     (TropeaRateRange         range,
                                              const GArray           *buckets);
/* @item: a step, or -1 for the present in the shortest range and the average in the others. */
GArray     *tropea_rate_words_list_keys      (TropeaRateRange         range,
                                              const GArray           *buckets,
                                              int                     item,
                                              gboolean                is_simulated);
char       *tropea_rate_words_format_step    (TropeaRateRange         range,
                                              const TropeaRateBucket *bucket);
char       *tropea_rate_words_describe       (TropeaRateRange         range,
                                              const GArray           *buckets);
const char *tropea_rate_words_describe_empty (TropeaRateRange         range);

G_END_DECLS
