/* tropea-meter-bar.c: a progress bar with its name and its figure
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-meter-bar"

#include "config.h"

#include "ui/tropea-meter-bar.h"

#include "ui/tropea-live-text.h"
#include "ui/tropea-ui.h"

/* The bar itself carries name and figure for a screen reader; the labels are for the eye. */

struct _TropeaMeterBar
{
  AdwBin          parent_instance;

  char           *label;     /* (owned) (nullable) */
  char           *value;     /* (owned) (nullable) */
  char           *detail;    /* (owned) (nullable) */
  double          fraction;
  GtkProgressBar *bar;
};

typedef enum
{
  PROP_LABEL = 1,
  PROP_VALUE,
  PROP_FRACTION,
  PROP_DETAIL,
} TropeaMeterBarProperty;

G_DEFINE_FINAL_TYPE (TropeaMeterBar, tropea_meter_bar, ADW_TYPE_BIN)

static GParamSpec *properties[PROP_DETAIL + 1];

static gboolean
has_text (TropeaMeterBar *self,
          const char     *text)
{
  return text != NULL && *text != '\0';
}

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

/* In this order: GTK takes the value's text away when the fraction changes. */
static void
show_value (TropeaMeterBar *self)
{
  const char *text = self->value != NULL ? self->value : "";

  gtk_progress_bar_set_fraction (self->bar, self->fraction);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text,
                                  -1);
}

static void
set_fraction (TropeaMeterBar *self,
              double          fraction)
{
  if (!(self->fraction < fraction) && !(self->fraction > fraction))
    return;

  self->fraction = fraction;
  show_value (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRACTION]);
}

static void
tropea_meter_bar_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  TropeaMeterBar *self = TROPEA_METER_BAR (object);

  switch ((TropeaMeterBarProperty) prop_id)
    {
    case PROP_LABEL:
      g_value_set_string (value, self->label);
      break;
    case PROP_VALUE:
      g_value_set_string (value, self->value);
      break;
    case PROP_FRACTION:
      g_value_set_double (value, self->fraction);
      break;
    case PROP_DETAIL:
      g_value_set_string (value, self->detail);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_meter_bar_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  TropeaMeterBar *self = TROPEA_METER_BAR (object);

  switch ((TropeaMeterBarProperty) prop_id)
    {
    case PROP_LABEL:
      if (set_string (&self->label, g_value_get_string (value)))
        {
          gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar),
                                          GTK_ACCESSIBLE_PROPERTY_LABEL, self->label, -1);
          g_object_notify_by_pspec (object, pspec);
        }
      break;
    case PROP_VALUE:
      if (set_string (&self->value, g_value_get_string (value)))
        {
          show_value (self);
          g_object_notify_by_pspec (object, pspec);
        }
      break;
    case PROP_FRACTION:
      set_fraction (self, g_value_get_double (value));
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
tropea_meter_bar_dispose (GObject *object)
{
  TropeaMeterBar *self = TROPEA_METER_BAR (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), TROPEA_TYPE_METER_BAR);

  G_OBJECT_CLASS (tropea_meter_bar_parent_class)->dispose (object);
}

static void
tropea_meter_bar_finalize (GObject *object)
{
  TropeaMeterBar *self = TROPEA_METER_BAR (object);

  g_clear_pointer (&self->label, g_free);
  g_clear_pointer (&self->value, g_free);
  g_clear_pointer (&self->detail, g_free);

  G_OBJECT_CLASS (tropea_meter_bar_parent_class)->finalize (object);
}

static void
tropea_meter_bar_class_init (TropeaMeterBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = tropea_meter_bar_get_property;
  object_class->set_property = tropea_meter_bar_set_property;
  object_class->dispose = tropea_meter_bar_dispose;
  object_class->finalize = tropea_meter_bar_finalize;

  /**
   * TropeaMeterBar:label:
   *
   * The name, such as “Accumulated data”.
   */
  properties[PROP_LABEL] =
    g_param_spec_string ("label", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * TropeaMeterBar:value:
   *
   * How far it is, ready to be read.
   */
  properties[PROP_VALUE] =
    g_param_spec_string ("value", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * TropeaMeterBar:fraction:
   *
   * The part of the bar that is full.
   */
  properties[PROP_FRACTION] =
    g_param_spec_double ("fraction", NULL, NULL, 0.0, 1.0, 0.0,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * TropeaMeterBar:detail:
   *
   * A smaller line below the bar, such as what is being done.
   */
  properties[PROP_DETAIL] =
    g_param_spec_string ("detail", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  g_type_ensure (TROPEA_TYPE_LIVE_TEXT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-meter-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, TropeaMeterBar, bar);
  gtk_widget_class_bind_template_callback (widget_class, has_text);
}

static void
tropea_meter_bar_init (TropeaMeterBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
