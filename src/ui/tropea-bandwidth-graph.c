/* tropea-bandwidth-graph.c: the rates in and out over a time that one chooses
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-bandwidth-graph"

#include "config.h"

#include "ui/tropea-bandwidth-graph.h"

#include "ui/tropea-rate-plot.h"
#include "ui/tropea-ui.h"

/* Buttons and plot share one property; everything else is the plot's. */

struct _TropeaBandwidthGraph
{
  TropeaHostView   parent_instance;

  TropeaRateRange  range;
};

typedef enum
{
  PROP_RANGE = 1,
} TropeaBandwidthGraphProperty;

G_DEFINE_FINAL_TYPE (TropeaBandwidthGraph, tropea_bandwidth_graph, TROPEA_TYPE_HOST_VIEW)

static GParamSpec *properties[PROP_RANGE + 1];

static void
set_range (TropeaBandwidthGraph *self,
           TropeaRateRange       range)
{
  if (self->range == range)
    return;

  self->range = range;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RANGE]);
}

static void
tropea_bandwidth_graph_get_property (GObject    *object,
                                     guint       prop_id,
                                     GValue     *value,
                                     GParamSpec *pspec)
{
  switch ((TropeaBandwidthGraphProperty) prop_id)
    {
    case PROP_RANGE:
      g_value_set_enum (value, (int) TROPEA_BANDWIDTH_GRAPH (object)->range);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_bandwidth_graph_set_property (GObject      *object,
                                     guint         prop_id,
                                     const GValue *value,
                                     GParamSpec   *pspec)
{
  switch ((TropeaBandwidthGraphProperty) prop_id)
    {
    case PROP_RANGE:
      set_range (TROPEA_BANDWIDTH_GRAPH (object), (TropeaRateRange) g_value_get_enum (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_bandwidth_graph_class_init (TropeaBandwidthGraphClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = tropea_bandwidth_graph_get_property;
  object_class->set_property = tropea_bandwidth_graph_set_property;

  /**
   * TropeaBandwidthGraph:range:
   *
   * The time that is shown.
   */
  properties[PROP_RANGE] =
    g_param_spec_enum ("range", NULL, NULL, TROPEA_TYPE_RATE_RANGE, TROPEA_RATE_RANGE_MINUTE,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  g_type_ensure (TROPEA_TYPE_RATE_PLOT);
  gtk_widget_class_install_property_action (widget_class, "graph.range", "range");
  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-bandwidth-graph.ui");
}

static void
tropea_bandwidth_graph_init (TropeaBandwidthGraph *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
