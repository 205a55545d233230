/* tropea-figure-grid.c: what went through tor since it started, as figures
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-figure-grid"

#include "config.h"

#include "ui/tropea-figure-grid.h"

#include <glib/gi18n.h>

#include "ui/tropea-closures.h"
#include "ui/tropea-figure.h"
#include "ui/tropea-format.h"

/* Every figure is the meter's. What programs used is a part of the total and is shown as that,
 * never instead of it: the rest is what tor itself needs.
 */

struct _TropeaFigureGrid
{
  AdwBin      parent_instance;

  TropeaHost *host;  /* (owned) (nullable) */
};

typedef enum
{
  PROP_HOST = 1,
} TropeaFigureGridProperty;

G_DEFINE_FINAL_TYPE (TropeaFigureGrid, tropea_figure_grid, ADW_TYPE_BIN)

static GParamSpec *properties[PROP_HOST + 1];

static char *
uptime_text (TropeaFigureGrid *self,
             gint64            seconds,
             int               state)
{
  return state == TROPEA_TOR_STATE_RUNNING ? tropea_format_duration (seconds) : g_strdup ("–");
}

static char *
programs_text (TropeaFigureGrid *self,
               guint64           bytes_in,
               guint64           bytes_out)
{
  g_autofree char *amount = tropea_format_bytes (bytes_in + bytes_out);

  /* Translators: the part of the data that was for the user's programs. */
  return g_strdup_printf (_("%s for programs"), amount);
}

static void
tropea_figure_grid_get_property (GObject    *object,
                                 guint       prop_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  TropeaFigureGrid *self = TROPEA_FIGURE_GRID (object);

  switch ((TropeaFigureGridProperty) prop_id)
    {
    case PROP_HOST:
      g_value_set_object (value, self->host);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_figure_grid_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  TropeaFigureGrid *self = TROPEA_FIGURE_GRID (object);

  switch ((TropeaFigureGridProperty) prop_id)
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
tropea_figure_grid_dispose (GObject *object)
{
  TropeaFigureGrid *self = TROPEA_FIGURE_GRID (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), TROPEA_TYPE_FIGURE_GRID);
  g_clear_object (&self->host);

  G_OBJECT_CLASS (tropea_figure_grid_parent_class)->dispose (object);
}

static void
tropea_figure_grid_class_init (TropeaFigureGridClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = tropea_figure_grid_get_property;
  object_class->set_property = tropea_figure_grid_set_property;
  object_class->dispose = tropea_figure_grid_dispose;

  /**
   * TropeaFigureGrid:host:
   *
   * The model: what the view shows.
   */
  properties[PROP_HOST] =
    g_param_spec_object ("host", NULL, NULL, TROPEA_TYPE_HOST,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  g_type_ensure (TROPEA_TYPE_FIGURE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-figure-grid.ui");
  gtk_widget_class_bind_template_callback (widget_class, uptime_text);
  gtk_widget_class_bind_template_callback (widget_class, programs_text);
  tropea_closures_bind (widget_class);
}

static void
tropea_figure_grid_init (TropeaFigureGrid *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
