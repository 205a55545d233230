/* tropea-background.c: whether Tropea goes on when its window is closed
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-background"

#include "config.h"

#include "app/tropea-background.h"

/* What the user said counts. Who has said nothing finds a window that was closed in the tray, if
 * there is one that shows our icon; without, closing the window ends Tropea, since nothing on the
 * screen would tell that it goes on. The first time the user hears which of the two it is, and
 * can choose.
 */

struct _TropeaBackground
{
  GObject         parent_instance;

  TropeaSettings *settings;   /* (owned) (nullable): NULL where nothing can be kept */
  GSimpleAction  *action;     /* (owned) */
  gboolean        has_tray;
  gboolean        is_denied;
  gboolean        goes_on;
};

typedef enum
{
  PROP_GOES_ON = 1,
  PROP_HAS_TRAY,
  PROP_IS_DENIED,
} TropeaBackgroundProperty;

G_DEFINE_FINAL_TYPE (TropeaBackground, tropea_background, G_TYPE_OBJECT)

static GParamSpec *properties[PROP_IS_DENIED + 1];

static gboolean
find_goes_on (TropeaBackground *self)
{
  g_autoptr(GVariant) chosen = NULL;

  if (self->is_denied)
    return FALSE;

  if (self->settings != NULL)
    chosen = g_settings_get_user_value (tropea_settings_get_gsettings (self->settings),
                                        TROPEA_SETTING_KEEP_RUNNING);

  return chosen != NULL ? g_variant_get_boolean (chosen) : self->has_tray;
}

static void
update (TropeaBackground *self)
{
  gboolean goes_on = find_goes_on (self);

  if (self->goes_on == goes_on)
    return;

  self->goes_on = goes_on;
  g_simple_action_set_state (self->action, g_variant_new_boolean (goes_on));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_GOES_ON]);
}

static void
changed_cb (TropeaBackground *self)
{
  update (self);
}

/* The state follows the setting. */
static void
change_state_cb (TropeaBackground *self,
                 GVariant         *value)
{
  if (self->settings != NULL)
    tropea_settings_set_boolean (self->settings, TROPEA_SETTING_KEEP_RUNNING,
                                 g_variant_get_boolean (value));
}

static void
tropea_background_get_property (GObject    *object,
                                guint       prop_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  TropeaBackground *self = TROPEA_BACKGROUND (object);

  switch ((TropeaBackgroundProperty) prop_id)
    {
    case PROP_GOES_ON:
      g_value_set_boolean (value, self->goes_on);
      break;
    case PROP_HAS_TRAY:
      g_value_set_boolean (value, self->has_tray);
      break;
    case PROP_IS_DENIED:
      g_value_set_boolean (value, self->is_denied);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_background_set_property (GObject      *object,
                                guint         prop_id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  TropeaBackground *self = TROPEA_BACKGROUND (object);

  switch ((TropeaBackgroundProperty) prop_id)
    {
    case PROP_HAS_TRAY:
      tropea_background_set_has_tray (self, g_value_get_boolean (value));
      break;
    case PROP_IS_DENIED:
      tropea_background_set_is_denied (self, g_value_get_boolean (value));
      break;
    case PROP_GOES_ON:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_background_dispose (GObject *object)
{
  TropeaBackground *self = TROPEA_BACKGROUND (object);

  if (self->action != NULL)
    g_signal_handlers_disconnect_by_data (self->action, self);
  g_clear_object (&self->action);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (tropea_background_parent_class)->dispose (object);
}

static void
tropea_background_class_init (TropeaBackgroundClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags writable = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = tropea_background_get_property;
  object_class->set_property = tropea_background_set_property;
  object_class->dispose = tropea_background_dispose;

  /**
   * TropeaBackground:goes-on:
   *
   * Closing the window does not end Tropea.
   */
  properties[PROP_GOES_ON] =
    g_param_spec_boolean ("goes-on", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * TropeaBackground:has-tray:
   *
   * A tray shows our icon.
   */
  properties[PROP_HAS_TRAY] = g_param_spec_boolean ("has-tray", NULL, NULL, FALSE, writable);

  /**
   * TropeaBackground:is-denied:
   *
   * The user has told the system that we may not go on without a window.
   */
  properties[PROP_IS_DENIED] = g_param_spec_boolean ("is-denied", NULL, NULL, FALSE, writable);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tropea_background_init (TropeaBackground *self)
{
  self->action = g_simple_action_new_stateful (TROPEA_SETTING_KEEP_RUNNING, NULL,
                                               g_variant_new_boolean (FALSE));
  g_signal_connect_swapped (self->action, "change-state", G_CALLBACK (change_state_cb), self);
}

/**
 * tropea_background_new:
 * @settings: (nullable): where it is kept what the user said
 */
TropeaBackground *
tropea_background_new (TropeaSettings *settings)
{
  TropeaBackground *self = NULL;

  g_return_val_if_fail (settings == NULL || TROPEA_IS_SETTINGS (settings), NULL);

  self = g_object_new (TROPEA_TYPE_BACKGROUND, NULL);
  g_set_object (&self->settings, settings);
  if (settings != NULL)
    g_signal_connect_object (tropea_settings_get_gsettings (settings),
                             "changed::" TROPEA_SETTING_KEEP_RUNNING, G_CALLBACK (changed_cb),
                             self, G_CONNECT_SWAPPED);
  g_simple_action_set_enabled (self->action, settings != NULL);
  update (self);

  return self;
}

gboolean
tropea_background_get_goes_on (TropeaBackground *self)
{
  g_return_val_if_fail (TROPEA_IS_BACKGROUND (self), FALSE);

  return self->goes_on;
}

gboolean
tropea_background_get_has_tray (TropeaBackground *self)
{
  g_return_val_if_fail (TROPEA_IS_BACKGROUND (self), FALSE);

  return self->has_tray;
}

/**
 * tropea_background_set_has_tray:
 *
 * Say whether a tray shows our icon: not only that there is one, nor that the user wants one.
 */
void
tropea_background_set_has_tray (TropeaBackground *self,
                                gboolean          has_tray)
{
  g_return_if_fail (TROPEA_IS_BACKGROUND (self));

  if (self->has_tray == has_tray)
    return;

  self->has_tray = has_tray;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_TRAY]);
  update (self);
}

void
tropea_background_set_is_denied (TropeaBackground *self,
                                 gboolean          is_denied)
{
  g_return_if_fail (TROPEA_IS_BACKGROUND (self));

  if (self->is_denied == is_denied)
    return;

  self->is_denied = is_denied;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_DENIED]);
  update (self);
}

/**
 * tropea_background_needs_words:
 * @is_active: tor or the simulation runs
 *
 * Returns: whether the user is to be asked before the window closes: the first time that it
 *   matters
 */
gboolean
tropea_background_needs_words (TropeaBackground *self,
                               gboolean          is_active)
{
  g_return_val_if_fail (TROPEA_IS_BACKGROUND (self), FALSE);

  if (self->settings == NULL || self->is_denied)
    return FALSE;

  return (self->goes_on || is_active) &&
         !tropea_settings_get_boolean (self->settings, TROPEA_SETTING_CLOSING_TOLD);
}

/**
 * tropea_background_choose:
 *
 * Keep what the user answered.
 */
void
tropea_background_choose (TropeaBackground *self,
                          gboolean          goes_on)
{
  g_return_if_fail (TROPEA_IS_BACKGROUND (self));

  if (self->settings == NULL)
    return;

  tropea_settings_set_boolean (self->settings, TROPEA_SETTING_CLOSING_TOLD, TRUE);
  tropea_settings_set_boolean (self->settings, TROPEA_SETTING_KEEP_RUNNING, goes_on);
  /* The news of it may come later. */
  update (self);
}

/**
 * tropea_background_get_action:
 *
 * Returns: (transfer none): for a switch or a menu
 */
GAction *
tropea_background_get_action (TropeaBackground *self)
{
  g_return_val_if_fail (TROPEA_IS_BACKGROUND (self), NULL);

  return G_ACTION (self->action);
}
