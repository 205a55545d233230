/* tropea-tor-page.c: tor: start and stop, what it does and what it carries
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tor-page"

#include "config.h"

#include "ui/tropea-tor-page.h"

#include <glib/gi18n.h>

#include "ui/tropea-bandwidth-graph.h"
#include "ui/tropea-circuits-view.h"
#include "ui/tropea-figure-grid.h"
#include "ui/tropea-format.h"
#include "ui/tropea-live-text.h"
#include "ui/tropea-tor-controls.h"
#include "ui/tropea-tor-panel.h"
#include "ui/tropea-ui.h"

/* The page is a frame: each part shows the host by itself. */

struct _TropeaTorPage
{
  TropeaHostView   parent_instance;

  TropeaRateRange  graph_range;
};

typedef enum
{
  PROP_GRAPH_RANGE = 1,
} TropeaTorPageProperty;

G_DEFINE_FINAL_TYPE (TropeaTorPage, tropea_tor_page, TROPEA_TYPE_HOST_VIEW)

static GParamSpec *properties[PROP_GRAPH_RANGE + 1];

static void
set_graph_range (TropeaTorPage   *self,
                 TropeaRateRange  graph_range)
{
  if (self->graph_range == graph_range)
    return;

  self->graph_range = graph_range;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_GRAPH_RANGE]);
}

static void
tropea_tor_page_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  switch ((TropeaTorPageProperty) prop_id)
    {
    case PROP_GRAPH_RANGE:
      g_value_set_enum (value, (int) TROPEA_TOR_PAGE (object)->graph_range);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_tor_page_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  switch ((TropeaTorPageProperty) prop_id)
    {
    case PROP_GRAPH_RANGE:
      set_graph_range (TROPEA_TOR_PAGE (object), (TropeaRateRange) g_value_get_enum (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static char *
programs_text (TropeaTorPage *self,
               guint64        bytes_in,
               guint64        bytes_out)
{
  g_autofree char *in = tropea_format_bytes (bytes_in);
  g_autofree char *out = tropea_format_bytes (bytes_out);

  /* Translators: two amounts of data, one per line. */
  return g_strdup_printf (_("%s in\n%s out"), in, out);
}

static char *
programs_exact (TropeaTorPage *self,
                guint64        bytes_in,
                guint64        bytes_out)
{
  g_autofree char *in = tropea_format_exact_bytes (bytes_in);
  g_autofree char *out = tropea_format_exact_bytes (bytes_out);

  return g_strdup_printf (_("%s in\n%s out"), in, out);
}

static void
tropea_tor_page_class_init (TropeaTorPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = tropea_tor_page_get_property;
  object_class->set_property = tropea_tor_page_set_property;

  /**
   * TropeaTorPage:graph-range:
   *
   * The time that the graph shows.
   */
  properties[PROP_GRAPH_RANGE] =
    g_param_spec_enum ("graph-range", NULL, NULL, TROPEA_TYPE_RATE_RANGE,
                       TROPEA_RATE_RANGE_MINUTE,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  g_type_ensure (TROPEA_TYPE_BANDWIDTH_GRAPH);
  g_type_ensure (TROPEA_TYPE_CIRCUITS_VIEW);
  g_type_ensure (TROPEA_TYPE_FIGURE_GRID);
  g_type_ensure (TROPEA_TYPE_LIVE_TEXT);
  g_type_ensure (TROPEA_TYPE_TOR_CONTROLS);
  g_type_ensure (TROPEA_TYPE_TOR_PANEL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-tor-page.ui");
  gtk_widget_class_bind_template_callback (widget_class, programs_text);
  gtk_widget_class_bind_template_callback (widget_class, programs_exact);
}

static void
tropea_tor_page_init (TropeaTorPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
