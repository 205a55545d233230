/* tropea-tray-actions.c: the groups of actions that a menu names, by prefix
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tray-actions"

#include "config.h"

#include "tray/tropea-tray-actions.h"

/* “host.start” is the action “start” of the group that was inserted as “host”, as in a window.
 * An action that asks for another target than the one given counts as disabled.
 */

struct _TropeaTrayActions
{
  GObject     parent_instance;

  GHashTable *groups;  /* (owned): prefix to GActionGroup */
};

G_DEFINE_FINAL_TYPE (TropeaTrayActions, tropea_tray_actions, G_TYPE_OBJECT)

static guint changed_signal;

static void
changed_cb (TropeaTrayActions *self)
{
  g_signal_emit (self, changed_signal, 0);
}

/* Returns: (transfer none) (nullable): the group of @name, and the rest of it in @action */
static GActionGroup *
find (TropeaTrayActions  *self,
      const char         *name,
      const char        **action)
{
  const char *dot = strchr (name, '.');
  g_autofree char *prefix = NULL;

  if (dot == NULL)
    return NULL;

  prefix = g_strndup (name, (gsize) (dot - name));
  *action = dot + 1;

  return g_hash_table_lookup (self->groups, prefix);
}

static void
tropea_tray_actions_dispose (GObject *object)
{
  TropeaTrayActions *self = TROPEA_TRAY_ACTIONS (object);

  g_hash_table_remove_all (self->groups);

  G_OBJECT_CLASS (tropea_tray_actions_parent_class)->dispose (object);
}

static void
tropea_tray_actions_finalize (GObject *object)
{
  TropeaTrayActions *self = TROPEA_TRAY_ACTIONS (object);

  g_hash_table_unref (self->groups);

  G_OBJECT_CLASS (tropea_tray_actions_parent_class)->finalize (object);
}

static void
tropea_tray_actions_class_init (TropeaTrayActionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tropea_tray_actions_dispose;
  object_class->finalize = tropea_tray_actions_finalize;

  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tropea_tray_actions_init (TropeaTrayActions *self)
{
  self->groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

/**
 * tropea_tray_actions_new:
 *
 * Returns: (transfer full): no actions yet
 */
TropeaTrayActions *
tropea_tray_actions_new (void)
{
  return g_object_new (TROPEA_TYPE_TRAY_ACTIONS, NULL);
}

/**
 * tropea_tray_actions_insert:
 * @prefix: not taken yet
 */
void
tropea_tray_actions_insert (TropeaTrayActions *self,
                            const char        *prefix,
                            GActionGroup      *group)
{
  static const char * const signals[] = {
    "action-added", "action-removed", "action-enabled-changed", "action-state-changed",
  };

  g_return_if_fail (TROPEA_IS_TRAY_ACTIONS (self));
  g_return_if_fail (prefix != NULL && !g_hash_table_contains (self->groups, prefix));
  g_return_if_fail (G_IS_ACTION_GROUP (group));

  g_hash_table_insert (self->groups, g_strdup (prefix), g_object_ref (group));
  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_connect_object (group, signals[i], G_CALLBACK (changed_cb), self,
                             G_CONNECT_SWAPPED);
  changed_cb (self);
}

/**
 * tropea_tray_actions_query:
 * @name: with its prefix
 * @target: (nullable): what it would be activated with
 * @enabled: (out): whether it can be, with that target
 * @state: (out) (nullable): its state, where it has one
 *
 * Returns: whether there is such an action; the rest is only set then
 */
gboolean
tropea_tray_actions_query (TropeaTrayActions  *self,
                           const char         *name,
                           GVariant           *target,
                           gboolean           *enabled,
                           GVariant          **state)
{
  const GVariantType *type = NULL;
  const char *action = NULL;
  GActionGroup *group = NULL;
  gboolean is_enabled = FALSE;
  g_autoptr(GVariant) now = NULL;

  g_return_val_if_fail (TROPEA_IS_TRAY_ACTIONS (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  group = find (self, name, &action);
  if (group == NULL ||
      !g_action_group_query_action (group, action, &is_enabled, &type, NULL, NULL, &now))
    return FALSE;

  *enabled = is_enabled && (type == NULL ? target == NULL
                                         : target != NULL && g_variant_is_of_type (target, type));
  *state = g_steal_pointer (&now);

  return TRUE;
}

/**
 * tropea_tray_actions_activate:
 *
 * Returns: whether that could be done just now
 */
gboolean
tropea_tray_actions_activate (TropeaTrayActions *self,
                              const char        *name,
                              GVariant          *target)
{
  g_autoptr(GVariant) state = NULL;
  const char *action = NULL;
  gboolean is_enabled = FALSE;

  g_return_val_if_fail (TROPEA_IS_TRAY_ACTIONS (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  if (!tropea_tray_actions_query (self, name, target, &is_enabled, &state) || !is_enabled)
    return FALSE;

  g_action_group_activate_action (find (self, name, &action), strchr (name, '.') + 1, target);

  return TRUE;
}
