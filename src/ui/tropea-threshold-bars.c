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
  AdwBin      parent_instance;

  TropeaHost *host;  /* (owned) (nullable) */
};

typedef enum
{
  PROP_HOST = 1,
} TropeaThresholdBarsProperty;

G_DEFINE_FINAL_TYPE (TropeaThresholdBars, tropea_threshold_bars, ADW_TYPE_BIN)

static GParamSpec *properties[PROP_HOST + 1];

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
tropea_threshold_bars_get_property (GObject    *object,
                                    guint       prop_id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  TropeaThresholdBars *self = TROPEA_THRESHOLD_BARS (object);

  switch ((TropeaThresholdBarsProperty) prop_id)
    {
    case PROP_HOST:
      g_value_set_object (value, self->host);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_threshold_bars_set_property (GObject      *object,
                                    guint         prop_id,
                                    const GValue *value,
                                    GParamSpec   *pspec)
{
  TropeaThresholdBars *self = TROPEA_THRESHOLD_BARS (object);

  switch ((TropeaThresholdBarsProperty) prop_id)
    {
    case PROP_HOST:
      if (g_set_object (&self->host, g_value_get_object (value)))
        g_object_notify_by_pspec (object, pspec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_threshold_bars_dispose (GObject *object)
{
  TropeaThresholdBars *self = TROPEA_THRESHOLD_BARS (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), TROPEA_TYPE_THRESHOLD_BARS);
  g_clear_object (&self->host);

  G_OBJECT_CLASS (tropea_threshold_bars_parent_class)->dispose (object);
}

static void
tropea_threshold_bars_class_init (TropeaThresholdBarsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = tropea_threshold_bars_get_property;
  object_class->set_property = tropea_threshold_bars_set_property;
  object_class->dispose = tropea_threshold_bars_dispose;

  /**
   * TropeaThresholdBars:host:
   *
   * The model: what the view shows.
   */
  properties[PROP_HOST] =
    g_param_spec_object ("host", NULL, NULL, TROPEA_TYPE_HOST,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

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
