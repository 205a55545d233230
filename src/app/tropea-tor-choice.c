/* tropea-tor-choice.c: which tor is used, and how it gets into its network, as actions
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tor-choice"

#include "config.h"

#include "app/tropea-tor-choice.h"

/* “attach”: a tor that runs already, this time; “give-password”: what that one asked for;
 * “bridges” with (mode, lines): from now on, so they are kept. What a tor refuses is the host's
 * diagnosis, with a button of its own; the rest is a message.
 */

struct _TropeaTorChoice
{
  GObject         parent_instance;

  GActionMap     *group;     /* (owned) */
  TropeaSettings *settings;  /* (owned) (nullable) */
  TropeaHost     *host;      /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (TropeaTorChoice, tropea_tor_choice, G_TYPE_OBJECT)

static guint message_signal;
static guint password_signal;

static void
set_enabled (TropeaTorChoice *self,
             const char      *name,
             gboolean         enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (self->group, name)),
                               enabled);
}

static void
update (TropeaTorChoice *self)
{
  TropeaTorState state = TROPEA_TOR_STATE_STOPPED;
  gboolean idle;

  if (self->host != NULL)
    g_object_get (self->host, "state", &state, NULL);

  idle = state == TROPEA_TOR_STATE_STOPPED || state == TROPEA_TOR_STATE_FAILED;
  set_enabled (self, "attach", self->host != NULL && idle);
  set_enabled (self, "give-password",
               self->host != NULL && idle && tropea_host_get_attach_locked (self->host) != NULL);
  set_enabled (self, "bridges", self->host != NULL);
}

static void
tell_error (TropeaTorChoice *self,
            const GError    *error)
{
  if (self->host != NULL && error->domain != TROPEA_TOR_ERROR)
    g_signal_emit (self, message_signal, 0, error->message);
}

static void
attach_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(TropeaTorChoice) self = user_data;
  g_autoptr(GError) error = NULL;

  if (!tropea_host_attach_finish (TROPEA_HOST (object), result, &error))
    tell_error (self, error);
}

/* Where a tor took our port, it is at one of the usual places. */
static void
attach_activated (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  TropeaTorChoice *self = user_data;

  tropea_host_attach_async (self->host, NULL, attach_cb, g_object_ref (self));
}

static void
give_password_activated (GSimpleAction *action,
                         GVariant      *parameter,
                         gpointer       user_data)
{
  g_signal_emit (user_data, password_signal, 0);
}

static void
bridges_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(TropeaTorChoice) self = user_data;
  g_autoptr(GError) error = NULL;

  if (!tropea_host_set_bridges_finish (TROPEA_HOST (object), result, &error))
    tell_error (self, error);
}

/* The user's own bridges stay where others are chosen. */
static void
keep_bridges (TropeaTorChoice    *self,
              TropeaBridgeMode    mode,
              const char * const *lines)
{
  GSettings *keys = tropea_settings_get_gsettings (self->settings);

  if (mode == TROPEA_BRIDGE_MODE_OBFS4)
    g_settings_set_strv (keys, TROPEA_SETTING_BRIDGES, lines);
  g_settings_set_enum (keys, TROPEA_SETTING_BRIDGE_MODE, (int) mode);
}

static void
bridges_activated (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       user_data)
{
  TropeaTorChoice *self = user_data;
  g_auto(GStrv) lines = NULL;
  g_autofree char *torrc = NULL;
  g_autoptr(GError) error = NULL;
  TropeaBridgeMode mode;
  int number = 0;

  g_variant_get (parameter, "(i^as)", &number, &lines);
  mode = number == TROPEA_BRIDGE_MODE_OBFS4 || number == TROPEA_BRIDGE_MODE_SNOWFLAKE
         ? (TropeaBridgeMode) number : TROPEA_BRIDGE_MODE_NONE;

  torrc = tropea_bridges_dup_torrc (mode, (const char * const *) lines, &error);
  if (torrc == NULL)
    {
      g_signal_emit (self, message_signal, 0, error->message);
      return;
    }

  if (self->settings != NULL)
    keep_bridges (self, mode, (const char * const *) lines);
  tropea_host_set_bridges_async (self->host, mode, (const char * const *) lines, bridges_cb,
                                 g_object_ref (self));
}

static void
tropea_tor_choice_dispose (GObject *object)
{
  TropeaTorChoice *self = TROPEA_TOR_CHOICE (object);
  static const char * const names[] = { "attach", "give-password", "bridges" };

  for (gsize i = 0; self->group != NULL && i < G_N_ELEMENTS (names); i++)
    g_action_map_remove_action (self->group, names[i]);
  g_clear_object (&self->host);
  g_clear_object (&self->settings);
  g_clear_object (&self->group);

  G_OBJECT_CLASS (tropea_tor_choice_parent_class)->dispose (object);
}

static void
tropea_tor_choice_class_init (TropeaTorChoiceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tropea_tor_choice_dispose;

  message_signal = g_signal_new ("message", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  password_signal = g_signal_new ("password-wanted", G_TYPE_FROM_CLASS (klass),
                                  G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tropea_tor_choice_init (TropeaTorChoice *self)
{
}

/**
 * tropea_tor_choice_new:
 * @group: a GActionMap, where the actions are added
 * @settings: (nullable): where what is chosen is kept
 *
 * Returns: (transfer full): actions that wait for their host
 */
TropeaTorChoice *
tropea_tor_choice_new (GActionGroup   *group,
                       TropeaSettings *settings)
{
  static const GActionEntry entries[] = {
    { .name = "attach", .activate = attach_activated },
    { .name = "give-password", .activate = give_password_activated },
    { .name = "bridges", .activate = bridges_activated, .parameter_type = "(ias)" },
  };
  TropeaTorChoice *self = NULL;

  g_return_val_if_fail (G_IS_ACTION_MAP (group), NULL);

  self = g_object_new (TROPEA_TYPE_TOR_CHOICE, NULL);
  self->group = G_ACTION_MAP (g_object_ref (group));
  g_set_object (&self->settings, settings);
  g_action_map_add_action_entries (self->group, entries, G_N_ELEMENTS (entries), self);
  update (self);

  return self;
}

/**
 * tropea_tor_choice_set_host:
 * @host: (nullable): NULL before it is open and while it is being closed
 */
void
tropea_tor_choice_set_host (TropeaTorChoice *self,
                            TropeaHost      *host)
{
  g_return_if_fail (TROPEA_IS_TOR_CHOICE (self));
  g_return_if_fail (host == NULL || TROPEA_IS_HOST (host));

  if (self->host == host)
    return;

  if (self->host != NULL)
    g_signal_handlers_disconnect_by_data (self->host, self);
  g_set_object (&self->host, host);
  if (host != NULL)
    g_signal_connect_object (host, "notify::state", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}
