/* tropea-threshold-bars.c: how far the open session is from being complete
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-threshold-bars"

#include "config.h"

#include "ui/tropea-threshold-bars.h"

#include <glib/gi18n.h>

#include "ui/tropea-closures.h"
#include "ui/tropea-format.h"
#include "ui/tropea-meter-bar.h"

/* Two bars, because a session needs both: enough data and enough time. */

struct _TropeaThresholdBars
{
  TropeaHostView parent_instance;
};

G_DEFINE_FINAL_TYPE (TropeaThresholdBars, tropea_threshold_bars, TROPEA_TYPE_HOST_VIEW)

static char *
rule_text (TropeaThresholdBars *self,
           gint64               max_seconds)
{
  g_autofree char *longest = tropea_format_duration (max_seconds);

  /* Translators: %s is a length of time such as “10 min 0 s”. */
  return g_strdup_printf (_("A session is complete when both bars are full, or after %s."),
                          longest);
}

static void
tropea_threshold_bars_class_init (TropeaThresholdBarsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (TROPEA_TYPE_METER_BAR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-threshold-bars.ui");
  gtk_widget_class_bind_template_callback (widget_class, rule_text);
  tropea_closures_bind (widget_class);
}

static void
tropea_threshold_bars_init (TropeaThresholdBars *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
