/* tropea-day-chart.h: credits per day as bars
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ui/tropea-chart.h"

G_BEGIN_DECLS

/**
 * TropeaDayValue:
 * @start_ms: the beginning of the day in local time, milliseconds since 1970 in UTC
 * @credits_micro: credited on it, 0 and more
 */
typedef struct
{
  gint64 start_ms;
  gint64 credits_micro;
} TropeaDayValue;

#define TROPEA_TYPE_DAY_CHART (tropea_day_chart_get_type ())

G_DECLARE_FINAL_TYPE (TropeaDayChart, tropea_day_chart, TROPEA, DAY_CHART, TropeaChart)

/* Model in: tropea_day_chart_set_days () with every day to show, oldest first, those without
 * credits too (normally the last 30). It copies; setting the same again draws nothing. Give it
 * an accessible label in the template. It needs about 240 × 150 px and grows with its space.
 */
GtkWidget *tropea_day_chart_new      (void);
void       tropea_day_chart_set_days (TropeaDayChart       *self,
                                      const TropeaDayValue *days,
                                      guint                 n_days);

G_END_DECLS
