/* tropea-figure-grid.c: what went through tor since it started, as figures
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-figure-grid"

#include "config.h"

#include "ui/tropea-figure-grid.h"

#include "ui/tropea-closures.h"
#include "ui/tropea-figure.h"
#include "ui/tropea-format.h"

/* Every figure is the meter's. What programs used is a part of the total and is shown as that,
 * never instead of it: the rest is what tor itself needs.
 */

struct _TropeaFigureGrid
{
  TropeaHostView parent_instance;
};

G_DEFINE_FINAL_TYPE (TropeaFigureGrid, tropea_figure_grid, TROPEA_TYPE_HOST_VIEW)

static char *
uptime_text (TropeaFigureGrid *self,
             gint64            seconds,
             int               state)
{
  return state == TROPEA_TOR_STATE_RUNNING ? tropea_format_duration (seconds) : g_strdup ("–");
}

/* The rounded figure is for the eye; the exact ones below it add up to the digit. */
static char *
exact_and_rate (TropeaFigureGrid *self,
                guint64           bytes,
                guint64           rate)
{
  g_autofree char *exact = tropea_format_exact_bytes (bytes);
  g_autofree char *speed = tropea_format_rate (rate);

  return g_strdup_printf ("%s\n%s", exact, speed);
}

static char *
exact_and_rates (TropeaFigureGrid *self,
                 guint64           bytes,
                 guint64           rate_in,
                 guint64           rate_out)
{
  return exact_and_rate (self, bytes, rate_in + rate_out);
}

static void
tropea_figure_grid_class_init (TropeaFigureGridClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (TROPEA_TYPE_FIGURE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-figure-grid.ui");
  gtk_widget_class_bind_template_callback (widget_class, uptime_text);
  gtk_widget_class_bind_template_callback (widget_class, exact_and_rate);
  gtk_widget_class_bind_template_callback (widget_class, exact_and_rates);
  tropea_closures_bind (widget_class);
}

static void
tropea_figure_grid_init (TropeaFigureGrid *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
