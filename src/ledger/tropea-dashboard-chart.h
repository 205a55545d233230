/* tropea-dashboard-chart.h: a bar for each day, as SVG
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TropeaDashboardBar:
 * @value: 0 or more
 * @text: (owned): what the bar says when it is pointed at
 */
typedef struct
{
  gint64  value;
  char   *text;
} TropeaDashboardBar;

void tropea_dashboard_bar_clear    (TropeaDashboardBar *self);
void tropea_dashboard_append_chart (GString            *html,
                                    const char         *title,
                                    const char         *highest,
                                    const char         *first,
                                    const char         *last,
                                    const GArray       *bars);

G_END_DECLS
