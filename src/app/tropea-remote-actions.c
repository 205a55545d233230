/* tropea-remote-actions.c: the host's actions for those who have no window of ours
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-remote-actions"

#include "config.h"

#include "app/tropea-remote-actions.h"

/* The application shows its actions on the session bus (org.gtk.Actions, on the path that its
 * name makes), where notifications, the tray and programs such as “gapplication” find them. The
 * bus starts Tropea for an action as well; then there is no host yet, and what was asked for is
 * done as soon as there is one.
 */

static const char * const early_names[] = {
  "start", "simulate", "submit-now", "unlock", "use-other-port", "attach",
};

/* Of what does not run yet there is nothing to stop. */
static const char * const shared_names[] = {
  "stop", "restart", "pause", "new-identity", "monitoring", "simulation",
};

struct _TropeaRemoteActions
{
  GObject       parent_instance;

  GActionMap   *map;           /* (unowned): the application, which owns us */
  GActionGroup *host_actions;  /* (owned) */
  gboolean      is_early;
};

G_DEFINE_FINAL_TYPE (TropeaRemoteActions, tropea_remote_actions, G_TYPE_OBJECT)

static guint wanted_signal;

static void
update (TropeaRemoteActions *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (early_names); i++)
    {
      const char *name = early_names[i];
      GAction *action = g_action_map_lookup_action (self->map, name);
      gboolean enabled = g_action_group_get_action_enabled (self->host_actions, name);

      g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled || self->is_early);
    }
}

static void
activated_cb (TropeaRemoteActions *self,
              GVariant            *parameter,
              GSimpleAction       *action)
{
  const char *name = g_action_get_name (G_ACTION (action));

  if (self->is_early)
    g_signal_emit (self, wanted_signal, 0, name);
  else
    g_action_group_activate_action (self->host_actions, name, NULL);
}

static void
tropea_remote_actions_dispose (GObject *object)
{
  TropeaRemoteActions *self = TROPEA_REMOTE_ACTIONS (object);

  g_clear_object (&self->host_actions);

  G_OBJECT_CLASS (tropea_remote_actions_parent_class)->dispose (object);
}

static void
tropea_remote_actions_class_init (TropeaRemoteActionsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tropea_remote_actions_dispose;

  wanted_signal = g_signal_new ("wanted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
tropea_remote_actions_init (TropeaRemoteActions *self)
{
  self->is_early = TRUE;
}

/**
 * tropea_remote_actions_new:
 * @map: gets the actions, and outlives this
 * @host_actions: does them; it is a GActionMap
 */
TropeaRemoteActions *
tropea_remote_actions_new (GActionMap   *map,
                           GActionGroup *host_actions)
{
  TropeaRemoteActions *self = NULL;

  g_return_val_if_fail (G_IS_ACTION_MAP (map), NULL);
  g_return_val_if_fail (G_IS_ACTION_MAP (host_actions), NULL);

  self = g_object_new (TROPEA_TYPE_REMOTE_ACTIONS, NULL);
  self->map = map;
  g_set_object (&self->host_actions, host_actions);

  for (gsize i = 0; i < G_N_ELEMENTS (early_names); i++)
    {
      g_autoptr(GSimpleAction) action = g_simple_action_new (early_names[i], NULL);

      g_signal_connect_object (action, "activate", G_CALLBACK (activated_cb), self,
                               G_CONNECT_SWAPPED);
      g_action_map_add_action (map, G_ACTION (action));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (shared_names); i++)
    g_action_map_add_action (map, g_action_map_lookup_action (G_ACTION_MAP (host_actions),
                                                              shared_names[i]));
  g_signal_connect_object (host_actions, "action-enabled-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  update (self);

  return self;
}

/**
 * tropea_remote_actions_set_is_early:
 *
 * While it is early, what starts something is emitted as "wanted".
 */
void
tropea_remote_actions_set_is_early (TropeaRemoteActions *self,
                                    gboolean             is_early)
{
  g_return_if_fail (TROPEA_IS_REMOTE_ACTIONS (self));

  self->is_early = is_early;
  update (self);
}
