/* tropea-tray-status.c: what the icon in the tray says
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tray-status"

#include "config.h"

#include "tray/tropea-tray-status.h"

/* A plain model: whoever knows what Tropea does writes it, the item on the bus reads it. */

struct _TropeaTrayStatus
{
  GObject          parent_instance;

  TropeaTrayState  state;
  char            *headline;  /* (owned) (nullable) */
  char            *text;      /* (owned) (nullable) */
};

typedef enum
{
  PROP_STATE = 1,
  PROP_HEADLINE,
  PROP_TEXT,
} TropeaTrayStatusProperty;

G_DEFINE_ENUM_TYPE (TropeaTrayState, tropea_tray_state,
                    G_DEFINE_ENUM_VALUE (TROPEA_TRAY_STATE_STOPPED, "stopped"),
                    G_DEFINE_ENUM_VALUE (TROPEA_TRAY_STATE_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (TROPEA_TRAY_STATE_RUNNING, "running"),
                    G_DEFINE_ENUM_VALUE (TROPEA_TRAY_STATE_PAUSED, "paused"),
                    G_DEFINE_ENUM_VALUE (TROPEA_TRAY_STATE_FAILED, "failed"))
G_DEFINE_FINAL_TYPE (TropeaTrayStatus, tropea_tray_status, G_TYPE_OBJECT)

static GParamSpec *properties[PROP_TEXT + 1];

static void
tropea_tray_status_get_property (GObject    *object,
                                 guint       prop_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  TropeaTrayStatus *self = TROPEA_TRAY_STATUS (object);

  switch ((TropeaTrayStatusProperty) prop_id)
    {
    case PROP_STATE:
      g_value_set_enum (value, (int) self->state);
      break;
    case PROP_HEADLINE:
      g_value_set_string (value, self->headline);
      break;
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_tray_status_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  TropeaTrayStatus *self = TROPEA_TRAY_STATUS (object);

  switch ((TropeaTrayStatusProperty) prop_id)
    {
    case PROP_STATE:
      tropea_tray_status_set_state (self, (TropeaTrayState) g_value_get_enum (value));
      break;
    case PROP_HEADLINE:
      tropea_tray_status_set_headline (self, g_value_get_string (value));
      break;
    case PROP_TEXT:
      tropea_tray_status_set_text (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_tray_status_finalize (GObject *object)
{
  TropeaTrayStatus *self = TROPEA_TRAY_STATUS (object);

  g_free (self->headline);
  g_free (self->text);

  G_OBJECT_CLASS (tropea_tray_status_parent_class)->finalize (object);
}

static void
tropea_tray_status_class_init (TropeaTrayStatusClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = tropea_tray_status_get_property;
  object_class->set_property = tropea_tray_status_set_property;
  object_class->finalize = tropea_tray_status_finalize;

  /**
   * TropeaTrayStatus:state:
   *
   * The icon.
   */
  properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, TROPEA_TYPE_TRAY_STATE, TROPEA_TRAY_STATE_STOPPED,
                       flags);

  /**
   * TropeaTrayStatus:headline:
   *
   * The first line of the tooltip.
   */
  properties[PROP_HEADLINE] = g_param_spec_string ("headline", NULL, NULL, NULL, flags);

  /**
   * TropeaTrayStatus:text:
   *
   * The rest of it; no markup.
   */
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tropea_tray_status_init (TropeaTrayStatus *self)
{
}

TropeaTrayStatus *
tropea_tray_status_new (void)
{
  return g_object_new (TROPEA_TYPE_TRAY_STATUS, NULL);
}

/**
 * tropea_tray_state_to_string:
 *
 * Returns: the end of its icon's name
 */
const char *
tropea_tray_state_to_string (TropeaTrayState state)
{
  g_autoptr(GEnumClass) class = g_type_class_ref (TROPEA_TYPE_TRAY_STATE);
  GEnumValue *value = g_enum_get_value (class, (int) state);

  g_return_val_if_fail (value != NULL, NULL);

  return value->value_nick;
}

TropeaTrayState
tropea_tray_status_get_state (TropeaTrayStatus *self)
{
  g_return_val_if_fail (TROPEA_IS_TRAY_STATUS (self), TROPEA_TRAY_STATE_STOPPED);

  return self->state;
}

void
tropea_tray_status_set_state (TropeaTrayStatus *self,
                              TropeaTrayState   state)
{
  g_return_if_fail (TROPEA_IS_TRAY_STATUS (self));

  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

const char *
tropea_tray_status_get_headline (TropeaTrayStatus *self)
{
  g_return_val_if_fail (TROPEA_IS_TRAY_STATUS (self), NULL);

  return self->headline;
}

void
tropea_tray_status_set_headline (TropeaTrayStatus *self,
                                 const char       *headline)
{
  g_return_if_fail (TROPEA_IS_TRAY_STATUS (self));

  if (g_strcmp0 (self->headline, headline) == 0)
    return;

  g_free (self->headline);
  self->headline = g_strdup (headline);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HEADLINE]);
}

const char *
tropea_tray_status_get_text (TropeaTrayStatus *self)
{
  g_return_val_if_fail (TROPEA_IS_TRAY_STATUS (self), NULL);

  return self->text;
}

void
tropea_tray_status_set_text (TropeaTrayStatus *self,
                             const char       *text)
{
  g_return_if_fail (TROPEA_IS_TRAY_STATUS (self));

  if (g_strcmp0 (self->text, text) == 0)
    return;

  g_free (self->text);
  self->text = g_strdup (text);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
}
