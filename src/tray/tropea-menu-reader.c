/* tropea-menu-reader.c: reads a GMenuModel and its actions as com.canonical.dbusmenu has them
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-menu-reader"

#include "config.h"

#include "tray/tropea-menu-reader.h"

/* An item is known by what it does and where it is, not by its label: so it keeps its id while
 * its words change, and an id never comes to mean something else: a click on a menu that is a
 * moment old does what it said, or nothing. What does nothing is known by its place alone.
 *
 * Items between two sections are separated; a separator with nothing to separate is hidden.
 */

typedef struct
{
  GArray            *items;    /* (element-type TropeaMenuItem) */
  GPtrArray         *models;   /* (element-type GMenuModel) */
  TropeaTrayActions *actions;
  GHashTable        *ids;
  GHashTable        *keys;     /* those in use by now */
} Reading;

static void add_items (Reading    *self,
                       GMenuModel *model,
                       guint       depth,
                       const char *place);

static int
get_id (Reading    *self,
        const char *key)
{
  g_autofree char *unique = g_strdup (key);
  gpointer id = NULL;

  for (int i = 2; g_hash_table_contains (self->keys, unique); i++)
    {
      g_free (unique);
      unique = g_strdup_printf ("%s#%d", key, i);
    }

  id = g_hash_table_lookup (self->ids, unique);
  if (id == NULL)
    {
      id = GINT_TO_POINTER ((int) g_hash_table_size (self->ids) + 1);
      g_hash_table_insert (self->ids, g_strdup (unique), id);
    }
  g_hash_table_add (self->keys, g_steal_pointer (&unique));

  return GPOINTER_TO_INT (id);
}

static void
add (Reading      *self,
     int           id,
     guint         depth,
     char         *action,
     GVariant     *target,
     GVariantDict *dict)
{
  TropeaMenuItem item = {
    .id = id,
    .depth = depth,
    .action = action,
    .target = target,
    .properties = g_variant_ref_sink (g_variant_dict_end (dict)),
  };

  g_array_append_val (self->items, item);
}

static void
add_separator (Reading    *self,
               guint       depth,
               const char *place)
{
  g_autofree char *key = g_strconcat (place, "|", NULL);
  g_auto(GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&dict, "type", "s", "separator");
  g_variant_dict_insert (&dict, "visible", "b", TRUE);
  add (self, get_id (self, key), depth, NULL, NULL, &dict);
}

static void
put_icon (GVariantDict *dict,
          GMenuModel   *model,
          int           index)
{
  g_autoptr(GVariant) value = NULL;
  g_autoptr(GIcon) icon = NULL;

  value = g_menu_model_get_item_attribute_value (model, index, G_MENU_ATTRIBUTE_ICON, NULL);
  if (value != NULL)
    icon = g_icon_deserialize (value);
  if (G_IS_THEMED_ICON (icon))
    g_variant_dict_insert (dict, "icon-name", "s",
                           g_themed_icon_get_names (G_THEMED_ICON (icon))[0]);
}

/* A switch shows its state, a choice whether it is the one. */
static void
put_toggle (GVariantDict *dict,
            GVariant     *state,
            GVariant     *target)
{
  if (state == NULL)
    return;

  if (target != NULL)
    {
      g_variant_dict_insert (dict, "toggle-type", "s", "radio");
      g_variant_dict_insert (dict, "toggle-state", "i", g_variant_equal (state, target) ? 1 : 0);
    }
  else if (g_variant_is_of_type (state, G_VARIANT_TYPE_BOOLEAN))
    {
      g_variant_dict_insert (dict, "toggle-type", "s", "checkmark");
      g_variant_dict_insert (dict, "toggle-state", "i", g_variant_get_boolean (state) ? 1 : 0);
    }
}

/* Without an action an item is there to be read, as in the menus of a window. */
static void
put_action (Reading      *self,
            GVariantDict *dict,
            GMenuModel   *model,
            int           index,
            const char   *action,
            GVariant     *target)
{
  g_autofree char *hidden_when = NULL;
  g_autoptr(GVariant) state = NULL;
  gboolean is_enabled = FALSE;
  gboolean is_missing = TRUE;
  gboolean is_visible = TRUE;

  if (action != NULL)
    is_missing = !tropea_tray_actions_query (self->actions, action, target, &is_enabled, &state);

  g_menu_model_get_item_attribute (model, index, "hidden-when", "s", &hidden_when);
  if (g_strcmp0 (hidden_when, "action-missing") == 0)
    is_visible = !is_missing;
  else if (g_strcmp0 (hidden_when, "action-disabled") == 0)
    is_visible = is_enabled;

  g_variant_dict_insert (dict, "enabled", "b", is_enabled);
  g_variant_dict_insert (dict, "visible", "b", is_visible);
  put_toggle (dict, state, target);
}

static void
add_item (Reading    *self,
          GMenuModel *model,
          int         index,
          guint       depth,
          const char *place)
{
  g_autoptr(GMenuModel) submenu = NULL;
  g_autoptr(GVariant) target = NULL;
  g_autofree char *label = NULL;
  g_autofree char *action = NULL;
  g_autofree char *target_text = NULL;
  g_autofree char *key = NULL;
  g_auto(GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  g_menu_model_get_item_attribute (model, index, G_MENU_ATTRIBUTE_LABEL, "s", &label);
  g_menu_model_get_item_attribute (model, index, G_MENU_ATTRIBUTE_ACTION, "s", &action);
  target = g_menu_model_get_item_attribute_value (model, index, G_MENU_ATTRIBUTE_TARGET, NULL);
  submenu = g_menu_model_get_item_link (model, index, G_MENU_LINK_SUBMENU);
  if (target != NULL)
    target_text = g_variant_print (target, TRUE);

  key = action == NULL || submenu != NULL
        ? g_strdup_printf ("%s/%d", place, index)
        : g_strdup_printf ("%s:%s(%s)", place, action, target_text != NULL ? target_text : "");

  g_variant_dict_insert (&dict, "label", "s", label != NULL ? label : "");
  put_icon (&dict, model, index);
  if (submenu != NULL)
    {
      g_variant_dict_insert (&dict, "children-display", "s", "submenu");
      g_variant_dict_insert (&dict, "enabled", "b", TRUE);
      g_variant_dict_insert (&dict, "visible", "b", TRUE);
      add (self, get_id (self, key), depth, NULL, NULL, &dict);
      add_items (self, submenu, depth + 1, key);
      return;
    }

  put_action (self, &dict, model, index, action, target);
  add (self, get_id (self, key), depth, g_steal_pointer (&action), g_steal_pointer (&target),
       &dict);
}

static void
add_items (Reading    *self,
           GMenuModel *model,
           guint       depth,
           const char *place)
{
  int n_items = g_menu_model_get_n_items (model);

  g_ptr_array_add (self->models, g_object_ref (model));

  for (int i = 0; i < n_items; i++)
    {
      g_autoptr(GMenuModel) section = g_menu_model_get_item_link (model, i, G_MENU_LINK_SECTION);
      g_autofree char *inner = g_strdup_printf ("%s.%d", place, i);

      if (section == NULL)
        {
          add_item (self, model, i, depth, place);
          continue;
        }

      add_separator (self, depth, inner);
      add_items (self, section, depth, inner);
      if (i + 1 < n_items)
        add_separator (self, depth, inner);
    }
}

static gboolean
is_separator (const TropeaMenuItem *item)
{
  return g_variant_lookup (item->properties, "type", "&s", &(const char *) { NULL });
}

static gboolean
is_visible (const TropeaMenuItem *item)
{
  gboolean visible = TRUE;

  g_variant_lookup (item->properties, "visible", "b", &visible);

  return visible;
}

static void
hide (TropeaMenuItem *item)
{
  g_auto(GVariantDict) dict = G_VARIANT_DICT_INIT (item->properties);

  g_variant_dict_insert (&dict, "visible", "b", FALSE);
  g_variant_unref (item->properties);
  item->properties = g_variant_ref_sink (g_variant_dict_end (&dict));
}

/* A separator stays where something is above it, up to the one before, and something below. */
static void
hide_separators (Reading *self,
                 guint    first,
                 guint    depth)
{
  TropeaMenuItem *waiting = NULL;
  gboolean has_above = FALSE;

  for (guint i = first; i < self->items->len; i++)
    {
      TropeaMenuItem *item = &g_array_index (self->items, TropeaMenuItem, i);

      if (item->depth < depth)
        break;
      if (item->depth > depth)
        continue;

      if (is_separator (item))
        {
          if (waiting != NULL || !has_above)
            hide (item);
          else
            waiting = item;
        }
      else if (is_visible (item))
        {
          has_above = TRUE;
          waiting = NULL;
        }
    }

  if (waiting != NULL)
    hide (waiting);
}

/**
 * tropea_menu_reader_read:
 * @ids: (element-type utf8 int): the ids that were given so far; those that this gives come on
 *   top
 * @items: (element-type TropeaMenuItem): where the items are put, the root first, each before
 *   its children
 * @models: (element-type GMenuModel): where all that was read is put
 */
void
tropea_menu_reader_read (GMenuModel        *model,
                         TropeaTrayActions *actions,
                         GHashTable        *ids,
                         GArray            *items,
                         GPtrArray         *models)
{
  g_autoptr(GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_auto(GVariantDict) root = G_VARIANT_DICT_INIT (NULL);
  Reading reading = {
    .items = items,
    .models = models,
    .actions = actions,
    .ids = ids,
    .keys = keys,
  };

  g_return_if_fail (G_IS_MENU_MODEL (model));
  g_return_if_fail (TROPEA_IS_TRAY_ACTIONS (actions));

  g_variant_dict_insert (&root, "children-display", "s", "submenu");
  add (&reading, TROPEA_MENU_ROOT, 0, NULL, NULL, &root);
  add_items (&reading, model, 1, "");
  for (guint i = 0; i < items->len; i++)
    hide_separators (&reading, i + 1, g_array_index (items, TropeaMenuItem, i).depth + 1);
}
