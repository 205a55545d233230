/* tropea-state-badge.c: the state of tor as a colour and a word
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-state-badge"

#include "config.h"

#include "ui/tropea-state-badge.h"

#include <glib/gi18n.h>

#include "ui/tropea-format.h"
#include "ui/tropea-ui.h"

/* Never the colour alone: the word says the same to those who do not see it. */

struct _TropeaStateBadge
{
  AdwBin          parent_instance;

  TropeaTorState  state;
  gboolean        is_simulating;

  GtkLabel       *label;
  GtkImage       *icon;
};

typedef enum
{
  PROP_STATE = 1,
  PROP_IS_SIMULATING,
} TropeaStateBadgeProperty;

G_DEFINE_FINAL_TYPE (TropeaStateBadge, tropea_state_badge, ADW_TYPE_BIN)

static GParamSpec *properties[PROP_IS_SIMULATING + 1];

static const struct
{
  const char *css_class;
  const char *icon_name;
} looks[] = {
  [TROPEA_TOR_STATE_STOPPED] = { "stopped", "tropea-stopped-symbolic" },
  [TROPEA_TOR_STATE_STARTING] = { "busy", "tropea-busy-symbolic" },
  [TROPEA_TOR_STATE_BOOTSTRAPPING] = { "busy", "tropea-busy-symbolic" },
  [TROPEA_TOR_STATE_RUNNING] = { "running", "tropea-running-symbolic" },
  [TROPEA_TOR_STATE_STOPPING] = { "busy", "tropea-busy-symbolic" },
  [TROPEA_TOR_STATE_FAILED] = { "failed", "tropea-failed-symbolic" },
  [TROPEA_TOR_STATE_PAUSED] = { "stopped", "tropea-paused-symbolic" },
};

/* A simulation runs, but tor does not: it has neither tor's word nor its colour. */
static void
show_state (TropeaStateBadge *self)
{
  gboolean pretends = self->is_simulating && self->state == TROPEA_TOR_STATE_RUNNING;
  const char *classes[] = { "badge", pretends ? "busy" : looks[self->state].css_class, NULL };
  const char *word = tropea_format_tor_state (self->state);

  gtk_widget_set_css_classes (GTK_WIDGET (self), classes);
  gtk_image_set_from_icon_name (self->icon, pretends ? "tropea-running-symbolic"
                                                     : looks[self->state].icon_name);
  gtk_label_set_label (self->label, pretends ? C_("tor state", "Simulating") : word);
}

static void
tropea_state_badge_get_property (GObject    *object,
                                 guint       prop_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  TropeaStateBadge *self = TROPEA_STATE_BADGE (object);

  switch ((TropeaStateBadgeProperty) prop_id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_IS_SIMULATING:
      g_value_set_boolean (value, self->is_simulating);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_state_badge_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  TropeaStateBadge *self = TROPEA_STATE_BADGE (object);

  switch ((TropeaStateBadgeProperty) prop_id)
    {
    case PROP_STATE:
      self->state = g_value_get_enum (value);
      show_state (self);
      g_object_notify_by_pspec (object, pspec);
      break;
    case PROP_IS_SIMULATING:
      self->is_simulating = g_value_get_boolean (value);
      show_state (self);
      g_object_notify_by_pspec (object, pspec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_state_badge_dispose (GObject *object)
{
  TropeaStateBadge *self = TROPEA_STATE_BADGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), TROPEA_TYPE_STATE_BADGE);

  G_OBJECT_CLASS (tropea_state_badge_parent_class)->dispose (object);
}

static void
tropea_state_badge_class_init (TropeaStateBadgeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = tropea_state_badge_get_property;
  object_class->set_property = tropea_state_badge_set_property;
  object_class->dispose = tropea_state_badge_dispose;

  /**
   * TropeaStateBadge:state:
   *
   * What the badge says.
   */
  properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, TROPEA_TYPE_TOR_STATE, TROPEA_TOR_STATE_STOPPED,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * TropeaStateBadge:is-simulating:
   *
   * The state is that of a simulation.
   */
  properties[PROP_IS_SIMULATING] =
    g_param_spec_boolean ("is-simulating", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-state-badge.ui");
  gtk_widget_class_bind_template_child (widget_class, TropeaStateBadge, label);
  gtk_widget_class_bind_template_child (widget_class, TropeaStateBadge, icon);
}

static void
tropea_state_badge_init (TropeaStateBadge *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  show_state (self);
}
