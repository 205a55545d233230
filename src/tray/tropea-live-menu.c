/* tropea-live-menu.c: a GMenuModel and its actions, read anew whenever they change
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-live-menu"

#include "config.h"

#include "tray/tropea-live-menu.h"

/* Whatever changes in model or actions, the menu is read anew, once, when all of it has changed:
 * it is small. What only says something else is a change of items; other items, or items
 * elsewhere, are a new revision. Who asks is never told of a state that is already past.
 */

struct _TropeaLiveMenu
{
  GObject            parent_instance;

  GMenuModel        *model;     /* (owned) */
  TropeaTrayActions *actions;   /* (owned) */
  GHashTable        *ids;       /* (owned) (element-type utf8 int) */
  TropeaMenuLayout  *layout;    /* (owned) */
  guint              revision;
  guint              idle_id;
};

G_DEFINE_FINAL_TYPE (TropeaLiveMenu, tropea_live_menu, G_TYPE_OBJECT)

static guint about_to_show_signal;
static guint items_changed_signal;
static guint layout_changed_signal;

static gboolean idle_cb (gpointer user_data);

static void
changed_cb (TropeaLiveMenu *self)
{
  if (self->idle_id == 0)
    self->idle_id = g_idle_add (idle_cb, self);
}

static void
unwatch_models (TropeaLiveMenu *self)
{
  GPtrArray *models = tropea_menu_layout_get_models (self->layout);

  for (guint i = 0; i < models->len; i++)
    g_signal_handlers_disconnect_by_func (g_ptr_array_index (models, i), changed_cb, self);
}

static void
take_layout (TropeaLiveMenu   *self,
             TropeaMenuLayout *layout)
{
  GPtrArray *models = tropea_menu_layout_get_models (layout);

  if (self->layout != NULL)
    {
      unwatch_models (self);
      tropea_menu_layout_free (self->layout);
    }

  self->layout = layout;
  for (guint i = 0; i < models->len; i++)
    g_signal_connect_swapped (g_ptr_array_index (models, i), "items-changed",
                              G_CALLBACK (changed_cb), self);
}

static gboolean
idle_cb (gpointer user_data)
{
  tropea_live_menu_refresh (user_data);

  return G_SOURCE_REMOVE;
}

static void
tropea_live_menu_dispose (GObject *object)
{
  TropeaLiveMenu *self = TROPEA_LIVE_MENU (object);

  g_clear_handle_id (&self->idle_id, g_source_remove);
  if (self->layout != NULL)
    unwatch_models (self);
  g_clear_pointer (&self->layout, tropea_menu_layout_free);
  g_clear_object (&self->model);
  g_clear_object (&self->actions);
  g_clear_pointer (&self->ids, g_hash_table_unref);

  G_OBJECT_CLASS (tropea_live_menu_parent_class)->dispose (object);
}

static void
tropea_live_menu_class_init (TropeaLiveMenuClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tropea_live_menu_dispose;

  about_to_show_signal = g_signal_new ("about-to-show", G_TYPE_FROM_CLASS (klass),
                                       G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  items_changed_signal = g_signal_new ("items-changed", G_TYPE_FROM_CLASS (klass),
                                       G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                       G_TYPE_VARIANT);
  layout_changed_signal = g_signal_new ("layout-changed", G_TYPE_FROM_CLASS (klass),
                                        G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tropea_live_menu_init (TropeaLiveMenu *self)
{
  self->ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->revision = 1;
}

/**
 * tropea_live_menu_new:
 *
 * Returns: (transfer full): the menu as it is and as it will be
 */
TropeaLiveMenu *
tropea_live_menu_new (GMenuModel        *model,
                      TropeaTrayActions *actions)
{
  TropeaLiveMenu *self = NULL;

  g_return_val_if_fail (G_IS_MENU_MODEL (model), NULL);
  g_return_val_if_fail (TROPEA_IS_TRAY_ACTIONS (actions), NULL);

  self = g_object_new (TROPEA_TYPE_LIVE_MENU, NULL);
  self->model = g_object_ref (model);
  self->actions = g_object_ref (actions);
  take_layout (self, tropea_menu_layout_new (model, actions, self->ids));
  g_signal_connect_object (actions, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);

  return self;
}

/**
 * tropea_live_menu_refresh:
 *
 * Take in what has changed so far.
 *
 * Returns: whether there are other items than before
 */
gboolean
tropea_live_menu_refresh (TropeaLiveMenu *self)
{
  TropeaMenuLayout *layout = NULL;
  g_autoptr(GVariant) changes = NULL;
  gboolean is_same;

  g_return_val_if_fail (TROPEA_IS_LIVE_MENU (self), FALSE);

  if (self->idle_id == 0)
    return FALSE;

  g_clear_handle_id (&self->idle_id, g_source_remove);
  layout = tropea_menu_layout_new (self->model, self->actions, self->ids);
  is_same = tropea_menu_layout_same_shape (layout, self->layout);
  if (is_same)
    changes = tropea_menu_layout_to_changes (layout, self->layout);
  take_layout (self, layout);

  if (!is_same)
    {
      self->revision++;
      g_signal_emit (self, layout_changed_signal, 0);
    }
  else if (changes != NULL)
    g_signal_emit (self, items_changed_signal, 0, changes);

  return !is_same;
}

/**
 * tropea_live_menu_prepare:
 *
 * Somebody is about to see it.
 *
 * Returns: whether there are other items than before
 */
gboolean
tropea_live_menu_prepare (TropeaLiveMenu *self)
{
  g_return_val_if_fail (TROPEA_IS_LIVE_MENU (self), FALSE);

  g_signal_emit (self, about_to_show_signal, 0);

  return tropea_live_menu_refresh (self);
}

/**
 * tropea_live_menu_get_layout:
 *
 * Returns: (transfer none): as it was read last; not to be kept
 */
TropeaMenuLayout *
tropea_live_menu_get_layout (TropeaLiveMenu *self)
{
  g_return_val_if_fail (TROPEA_IS_LIVE_MENU (self), NULL);

  return self->layout;
}

guint
tropea_live_menu_get_revision (TropeaLiveMenu *self)
{
  g_return_val_if_fail (TROPEA_IS_LIVE_MENU (self), 0);

  return self->revision;
}

/**
 * tropea_live_menu_click:
 *
 * Do what the item with this id is for; nothing where that cannot be done now.
 */
void
tropea_live_menu_click (TropeaLiveMenu *self,
                        int             id)
{
  const TropeaMenuItem *item = NULL;
  g_autoptr(GVariant) target = NULL;
  g_autofree char *action = NULL;

  g_return_if_fail (TROPEA_IS_LIVE_MENU (self));

  item = tropea_menu_layout_find (self->layout, id);
  if (item == NULL || item->action == NULL)
    return;

  /* It may change the menu, and the item would be gone. */
  action = g_strdup (item->action);
  target = item->target != NULL ? g_variant_ref (item->target) : NULL;
  if (!tropea_tray_actions_activate (self->actions, action, target))
    g_debug ("%s cannot be done now", action);
}
