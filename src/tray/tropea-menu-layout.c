/* tropea-menu-layout.c: what a menu looks like at one moment, as com.canonical.dbusmenu has it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-menu-layout"

#include "config.h"

#include "tray/tropea-menu-layout.h"

/* Nothing in it changes: what has changed shows when a new one is compared with the one before.
 */

struct _TropeaMenuLayout
{
  GArray    *items;   /* (owned) (element-type TropeaMenuItem) */
  GPtrArray *models;  /* (owned) (element-type GMenuModel) */
};

static void
clear_item (gpointer data)
{
  TropeaMenuItem *item = data;

  g_free (item->action);
  g_clear_pointer (&item->target, g_variant_unref);
  g_variant_unref (item->properties);
}

/* Returns: the index of the item behind @index and all that belongs to it */
static guint
skip (TropeaMenuLayout *self,
      guint             index)
{
  guint depth = g_array_index (self->items, TropeaMenuItem, index).depth;

  for (index++; index < self->items->len; index++)
    if (g_array_index (self->items, TropeaMenuItem, index).depth <= depth)
      break;

  return index;
}

TropeaMenuLayout *
tropea_menu_layout_new (GMenuModel        *model,
                        TropeaTrayActions *actions,
                        GHashTable        *ids)
{
  TropeaMenuLayout *self = g_new0 (TropeaMenuLayout, 1);

  self->items = g_array_new (FALSE, FALSE, sizeof (TropeaMenuItem));
  g_array_set_clear_func (self->items, clear_item);
  self->models = g_ptr_array_new_with_free_func (g_object_unref);
  tropea_menu_reader_read (model, actions, ids, self->items, self->models);

  return self;
}

void
tropea_menu_layout_free (TropeaMenuLayout *self)
{
  g_array_unref (self->items);
  g_ptr_array_unref (self->models);
  g_free (self);
}

GPtrArray *
tropea_menu_layout_get_models (TropeaMenuLayout *self)
{
  return self->models;
}

const TropeaMenuItem *
tropea_menu_layout_find (TropeaMenuLayout *self,
                         int               id)
{
  for (guint i = 0; i < self->items->len; i++)
    if (g_array_index (self->items, TropeaMenuItem, i).id == id)
      return &g_array_index (self->items, TropeaMenuItem, i);

  return NULL;
}

/* Whether both have the same items in the same places, whatever those say. */
gboolean
tropea_menu_layout_same_shape (TropeaMenuLayout *self,
                               TropeaMenuLayout *other)
{
  if (self->items->len != other->items->len)
    return FALSE;

  for (guint i = 0; i < self->items->len; i++)
    {
      const TropeaMenuItem *a = &g_array_index (self->items, TropeaMenuItem, i);
      const TropeaMenuItem *b = &g_array_index (other->items, TropeaMenuItem, i);

      if (a->id != b->id || a->depth != b->depth)
        return FALSE;
    }

  return TRUE;
}

/* @names: none for all */
static GVariant *
pick (GVariant           *properties,
      const char * const *names)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  GVariantIter iter;
  const char *name = NULL;
  GVariant *value = NULL;

  g_variant_iter_init (&iter, properties);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
    if (names == NULL || names[0] == NULL || g_strv_contains (names, name))
      g_variant_builder_add (&builder, "{sv}", name, value);

  return g_variant_builder_end (&builder);
}

/* @depth: how far down, -1 for all the way */
GVariant *
tropea_menu_layout_to_tree (TropeaMenuLayout     *self,
                            const TropeaMenuItem *item,
                            int                   depth,
                            const char * const   *names)
{
  GVariantBuilder children = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));
  guint first = (guint) (item - (const TropeaMenuItem *) (gpointer) self->items->data);
  guint end = skip (self, first);

  for (guint i = first + 1; depth != 0 && i < end; i = skip (self, i))
    g_variant_builder_add (&children, "v",
                           tropea_menu_layout_to_tree (
                             self, &g_array_index (self->items, TropeaMenuItem, i),
                             depth < 0 ? -1 : depth - 1, names));

  return g_variant_new ("(i@a{sv}@av)", item->id, pick (item->properties, names),
                        g_variant_builder_end (&children));
}

/* @ids: ai, none for all; those that there are not are left out, and each comes once */
GVariant *
tropea_menu_layout_to_list (TropeaMenuLayout   *self,
                            GVariant           *ids,
                            const char * const *names)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(ia{sv})"));
  g_autoptr(GHashTable) wanted = g_hash_table_new (NULL, NULL);
  gsize n_ids = 0;
  const gint32 *numbers = g_variant_get_fixed_array (ids, &n_ids, sizeof (gint32));

  for (gsize i = 0; i < n_ids; i++)
    g_hash_table_add (wanted, GINT_TO_POINTER (numbers[i]));

  for (guint i = 0; i < self->items->len; i++)
    {
      const TropeaMenuItem *item = &g_array_index (self->items, TropeaMenuItem, i);

      if (n_ids == 0 || g_hash_table_contains (wanted, GINT_TO_POINTER (item->id)))
        g_variant_builder_add (&builder, "(i@a{sv})", item->id, pick (item->properties, names));
    }

  return g_variant_builder_end (&builder);
}

/* What @now has that @before has not, or not so; NULL for nothing. */
static GVariant *
subtract (GVariant *now,
          GVariant *before,
          gboolean  names_only)
{
  GVariantBuilder builder =
    G_VARIANT_BUILDER_INIT (names_only ? G_VARIANT_TYPE ("as") : G_VARIANT_TYPE_VARDICT);
  GVariantIter iter;
  const char *name = NULL;
  GVariant *value = NULL;
  gsize n_found = 0;

  g_variant_iter_init (&iter, now);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
    {
      g_autoptr(GVariant) old = g_variant_lookup_value (before, name, NULL);

      if (names_only ? old != NULL : old != NULL && g_variant_equal (old, value))
        continue;
      if (names_only)
        g_variant_builder_add (&builder, "s", name);
      else
        g_variant_builder_add (&builder, "{sv}", name, value);
      n_found++;
    }

  if (n_found == 0)
    {
      g_variant_builder_clear (&builder);
      return NULL;
    }

  return g_variant_builder_end (&builder);
}

/* @before: of the same shape. Returns: (nullable): the body of ItemsPropertiesUpdated, if any */
GVariant *
tropea_menu_layout_to_changes (TropeaMenuLayout *self,
                               TropeaMenuLayout *before)
{
  GVariantBuilder updated = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(ia{sv})"));
  GVariantBuilder removed = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(ias)"));
  gboolean has_changes = FALSE;
  g_autoptr(GVariant) body = NULL;

  for (guint i = 0; i < self->items->len; i++)
    {
      const TropeaMenuItem *now = &g_array_index (self->items, TropeaMenuItem, i);
      const TropeaMenuItem *old = &g_array_index (before->items, TropeaMenuItem, i);
      GVariant *values = subtract (now->properties, old->properties, FALSE);
      GVariant *names = subtract (old->properties, now->properties, TRUE);

      if (values != NULL)
        g_variant_builder_add (&updated, "(i@a{sv})", now->id, values);
      if (names != NULL)
        g_variant_builder_add (&removed, "(i@as)", now->id, names);
      has_changes = has_changes || values != NULL || names != NULL;
    }

  body = g_variant_ref_sink (g_variant_new ("(@a(ia{sv})@a(ias))",
                                            g_variant_builder_end (&updated),
                                            g_variant_builder_end (&removed)));

  return has_changes ? g_steal_pointer (&body) : NULL;
}
