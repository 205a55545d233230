/* tropea-figure.c: one figure with its name
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-figure"

#include "config.h"

#include "ui/tropea-figure.h"

#include "ui/tropea-live-text.h"
#include "ui/tropea-ui.h"

/* A screen reader gets the name as the label and the figure as the description of one group. */

struct _TropeaFigure
{
  AdwBin  parent_instance;

  char   *label;      /* (owned) (nullable) */
  char   *icon_name;  /* (owned) (nullable) */
  char   *value;      /* (owned) (nullable) */
  char   *detail;     /* (owned) (nullable) */
};

typedef enum
{
  PROP_LABEL = 1,
  PROP_ICON_NAME,
  PROP_VALUE,
  PROP_DETAIL,
} TropeaFigureProperty;

G_DEFINE_FINAL_TYPE (TropeaFigure, tropea_figure, ADW_TYPE_BIN)

static GParamSpec *properties[PROP_DETAIL + 1];

static gboolean
set_string (char       **field,
            const char  *string)
{
  if (g_strcmp0 (*field, string) == 0)
    return FALSE;

  g_free (*field);
  *field = g_strdup (string);

  return TRUE;
}

static gboolean
has_text (TropeaFigure *self,
          const char   *text)
{
  return text != NULL && *text != '\0';
}

static void
tropea_figure_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  TropeaFigure *self = TROPEA_FIGURE (object);

  switch ((TropeaFigureProperty) prop_id)
    {
    case PROP_LABEL:
      g_value_set_string (value, self->label);
      break;
    case PROP_ICON_NAME:
      g_value_set_string (value, self->icon_name);
      break;
    case PROP_VALUE:
      g_value_set_string (value, self->value);
      break;
    case PROP_DETAIL:
      g_value_set_string (value, self->detail);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_figure_set_property (GObject      *object,
                            guint         prop_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  TropeaFigure *self = TROPEA_FIGURE (object);

  switch ((TropeaFigureProperty) prop_id)
    {
    case PROP_LABEL:
      if (set_string (&self->label, g_value_get_string (value)))
        {
          gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                          self->label != NULL ? self->label : "", -1);
          g_object_notify_by_pspec (object, pspec);
        }
      break;
    case PROP_ICON_NAME:
      if (set_string (&self->icon_name, g_value_get_string (value)))
        g_object_notify_by_pspec (object, pspec);
      break;
    case PROP_VALUE:
      if (set_string (&self->value, g_value_get_string (value)))
        {
          gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                          GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                          self->value != NULL ? self->value : "", -1);
          g_object_notify_by_pspec (object, pspec);
        }
      break;
    case PROP_DETAIL:
      if (set_string (&self->detail, g_value_get_string (value)))
        g_object_notify_by_pspec (object, pspec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_figure_dispose (GObject *object)
{
  TropeaFigure *self = TROPEA_FIGURE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), TROPEA_TYPE_FIGURE);

  G_OBJECT_CLASS (tropea_figure_parent_class)->dispose (object);
}

static void
tropea_figure_finalize (GObject *object)
{
  TropeaFigure *self = TROPEA_FIGURE (object);

  g_clear_pointer (&self->label, g_free);
  g_clear_pointer (&self->icon_name, g_free);
  g_clear_pointer (&self->value, g_free);
  g_clear_pointer (&self->detail, g_free);

  G_OBJECT_CLASS (tropea_figure_parent_class)->finalize (object);
}

static void
tropea_figure_class_init (TropeaFigureClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = tropea_figure_get_property;
  object_class->set_property = tropea_figure_set_property;
  object_class->dispose = tropea_figure_dispose;
  object_class->finalize = tropea_figure_finalize;

  /**
   * TropeaFigure:label:
   *
   * The name, such as “Data in”.
   */
  properties[PROP_LABEL] =
    g_param_spec_string ("label", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * TropeaFigure:icon-name:
   *
   * The picture before the name.
   */
  properties[PROP_ICON_NAME] =
    g_param_spec_string ("icon-name", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * TropeaFigure:value:
   *
   * The figure, ready to be read.
   */
  properties[PROP_VALUE] =
    g_param_spec_string ("value", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * TropeaFigure:detail:
   *
   * A smaller line below the figure, such as a rate.
   */
  properties[PROP_DETAIL] =
    g_param_spec_string ("detail", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  g_type_ensure (TROPEA_TYPE_LIVE_TEXT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-figure.ui");
  gtk_widget_class_bind_template_callback (widget_class, has_text);
}

static void
tropea_figure_init (TropeaFigure *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
