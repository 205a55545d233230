/* tropea-credits-panel.c: credits, and the sessions that they are for
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-credits-panel"

#include "config.h"

#include "ui/tropea-credits-panel.h"

#include "ui/tropea-closures.h"
#include "ui/tropea-figure.h"

/* Credits for real and for simulated activity are never added together: the simulated ones
 * have a line of their own, which is there only once there are some.
 */

struct _TropeaCreditsPanel
{
  AdwBin      parent_instance;

  TropeaHost *host;  /* (owned) (nullable) */
};

typedef enum
{
  PROP_HOST = 1,
} TropeaCreditsPanelProperty;

G_DEFINE_FINAL_TYPE (TropeaCreditsPanel, tropea_credits_panel, ADW_TYPE_BIN)

static GParamSpec *properties[PROP_HOST + 1];

static gboolean
has_simulated (TropeaCreditsPanel *self,
               gint64              simulated_micro,
               gboolean            is_simulating)
{
  return simulated_micro > 0 || is_simulating;
}

static void
tropea_credits_panel_get_property (GObject    *object,
                                   guint       prop_id,
                                   GValue     *value,
                                   GParamSpec *pspec)
{
  TropeaCreditsPanel *self = TROPEA_CREDITS_PANEL (object);

  switch ((TropeaCreditsPanelProperty) prop_id)
    {
    case PROP_HOST:
      g_value_set_object (value, self->host);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_credits_panel_set_property (GObject      *object,
                                   guint         prop_id,
                                   const GValue *value,
                                   GParamSpec   *pspec)
{
  TropeaCreditsPanel *self = TROPEA_CREDITS_PANEL (object);

  switch ((TropeaCreditsPanelProperty) prop_id)
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
tropea_credits_panel_dispose (GObject *object)
{
  TropeaCreditsPanel *self = TROPEA_CREDITS_PANEL (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), TROPEA_TYPE_CREDITS_PANEL);
  g_clear_object (&self->host);

  G_OBJECT_CLASS (tropea_credits_panel_parent_class)->dispose (object);
}

static void
tropea_credits_panel_class_init (TropeaCreditsPanelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = tropea_credits_panel_get_property;
  object_class->set_property = tropea_credits_panel_set_property;
  object_class->dispose = tropea_credits_panel_dispose;

  /**
   * TropeaCreditsPanel:host:
   *
   * The model: what the view shows.
   */
  properties[PROP_HOST] =
    g_param_spec_object ("host", NULL, NULL, TROPEA_TYPE_HOST,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  g_type_ensure (TROPEA_TYPE_FIGURE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-credits-panel.ui");
  gtk_widget_class_bind_template_callback (widget_class, has_simulated);
  tropea_closures_bind (widget_class);
}

static void
tropea_credits_panel_init (TropeaCreditsPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
