/* tropea-dashboard-chart.c: a bar for each day, as SVG
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-dashboard"

#include "config.h"

#include "ledger/tropea-dashboard-chart.h"

#include "ledger/tropea-dashboard-html.h"

/* Lengths are in the picture's own units, which the page stretches to its width; colours are the
 * style sheet's. A day on which anything happened has a bar that can be seen.
 */

#define WIDTH 600
#define HEIGHT 140
#define TOP 16
#define BASE 122
#define MIN_BAR 2

void
tropea_dashboard_bar_clear (TropeaDashboardBar *self)
{
  g_clear_pointer (&self->text, g_free);
}

static gint64
find_highest (const GArray *bars)
{
  gint64 highest = 1;

  for (guint i = 0; i < bars->len; i++)
    highest = MAX (highest, g_array_index (bars, TropeaDashboardBar, i).value);

  return highest;
}

static void
append_bar (GString                  *html,
            const TropeaDashboardBar *bar,
            guint                     place,
            guint                     n_bars,
            gint64                    highest)
{
  guint left = place * WIDTH / n_bars;
  guint width = (place + 1) * WIDTH / n_bars - left;
  guint height = (guint) ((double) bar->value / (double) highest * (BASE - TOP));

  if (bar->value > 0)
    height = MAX (height, MIN_BAR);
  tropea_dashboard_append (html, "<g class=\"bar\"><title>%s</title>", bar->text);
  g_string_append_printf (html, "<rect class=\"reach\" x=\"%u\" y=\"%d\" width=\"%u\" "
                          "height=\"%d\"/><rect class=\"mark\" x=\"%u\" y=\"%u\" width=\"%u\" "
                          "height=\"%u\"/></g>",
                          left, TOP, width, BASE - TOP, left + 1, BASE - height,
                          width > 3 ? width - 2 : width, height);
}

/**
 * tropea_dashboard_append_chart:
 * @title: what is shown, for everybody
 * @highest: the highest bar's value in words
 * @first: under the first bar
 * @last: under the last
 * @bars: (element-type TropeaDashboardBar)
 */
void
tropea_dashboard_append_chart (GString      *html,
                               const char   *title,
                               const char   *highest,
                               const char   *first,
                               const char   *last,
                               const GArray *bars)
{
  gint64 value = find_highest (bars);

  tropea_dashboard_append (html, "<figure><figcaption>%s</figcaption>"
                           "<svg viewBox=\"0 0 600 140\" role=\"img\" "
                           "aria-label=\"%s; highest %s\">",
                           title, title, highest);
  g_string_append_printf (html, "<line x1=\"0\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>", TOP, WIDTH, TOP);
  for (guint i = 0; i < bars->len; i++)
    append_bar (html, &g_array_index (bars, TropeaDashboardBar, i), i, bars->len, value);
  g_string_append_printf (html, "<line class=\"base\" x1=\"0\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>",
                          BASE, WIDTH, BASE);
  tropea_dashboard_append (html, "<text x=\"0\" y=\"11\">%s</text>"
                           "<text x=\"0\" y=\"137\">%s</text>"
                           "<text class=\"end\" x=\"600\" y=\"137\">%s</text></svg></figure>",
                           highest, first, last);
}
