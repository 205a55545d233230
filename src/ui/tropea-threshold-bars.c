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
next_text (TropeaThresholdBars *self,
           gboolean             is_monitoring,
           gint64               bytes,
           gint64               seconds,
           gint64               min_bytes,
           gint64               min_seconds,
           gint64               max_seconds)
{
  g_autofree char *left = NULL;

  if (!is_monitoring)
    return g_strdup (_("Nothing is recorded."));
  if (bytes == 0 && seconds == 0)
    return g_strdup (_("The next session begins with the first data."));

  if (bytes >= min_bytes)
    {
      left = tropea_format_duration (MIN (min_seconds, max_seconds) - seconds);
      /* Translators: %s is a length of time such as “10 s”. */
      return g_strdup_printf (_("This session is complete in %s."), left);
    }

  left = tropea_format_duration (max_seconds - seconds);
  /* Translators: %s is a length of time such as “9 min 10 s”. */
  return g_strdup_printf (_("This session is complete in %s at the latest."), left);
}

static void
tropea_threshold_bars_class_init (TropeaThresholdBarsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (TROPEA_TYPE_METER_BAR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-threshold-bars.ui");
  gtk_widget_class_bind_template_callback (widget_class, next_text);
  tropea_closures_bind (widget_class);
}

static void
tropea_threshold_bars_init (TropeaThresholdBars *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
