/* tropea-rate-plot.h: what came in and went out over time, as lines
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "activity/tropea-rate-history.h"
#include "ui/tropea-chart.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_RATE_PLOT (tropea_rate_plot_get_type ())

G_DECLARE_FINAL_TYPE (TropeaRatePlot, tropea_rate_plot, TROPEA, RATE_PLOT, TropeaChart)

/* Properties: "history" (TropeaRateHistory, nullable), the model; "range" (TropeaRateRange). */
GtkWidget *tropea_rate_plot_new (void);

G_END_DECLS
