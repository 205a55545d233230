/* tropea-tlog-tree.c: roots and proofs of a Merkle tree that is kept as tiles
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tlog"

#include "config.h"

#include "tlog/tropea-tlog-tree.h"

#include <gio/gio.h>
#include <string.h>

/* Whoever has the tiles (a store, a web server, a folder) hands them in by a function; what is
 * computed of them here is only as true as they are, and is proven by a root that is signed.
 *
 * A proof goes up along one column of tiles, with at most one beside it: two tiles of each
 * level are kept.
 */

#define N_TILE_LEVELS 8
#define N_KEPT 2

typedef struct
{
  guint64  index;
  guint    width;
  GBytes  *hashes;  /* (owned) (nullable) */
} Kept;

struct _TropeaTlogTree
{
  guint64             size;
  TropeaTlogTileFunc  read;
  gpointer            user_data;  /* (unowned) */
  Kept                kept[N_TILE_LEVELS][N_KEPT];
};

/**
 * tropea_tlog_tree_new:
 * @size: how many leaves there are
 * @read: asked for tiles as wide as a tree of @size has them
 */
TropeaTlogTree *
tropea_tlog_tree_new (guint64            size,
                      TropeaTlogTileFunc read,
                      gpointer           user_data)
{
  TropeaTlogTree *self = g_new0 (TropeaTlogTree, 1);

  self->size = size;
  self->read = read;
  self->user_data = user_data;

  return self;
}

void
tropea_tlog_tree_free (TropeaTlogTree *self)
{
  for (guint level = 0; level < N_TILE_LEVELS; level++)
    {
      for (guint i = 0; i < N_KEPT; i++)
        g_clear_pointer (&self->kept[level][i].hashes, g_bytes_unref);
    }
  g_free (self);
}

static const Kept *
get_tile (TropeaTlogTree  *self,
          guint            level,
          guint64          index,
          GError         **error)
{
  Kept *kept = self->kept[level];
  TropeaTlogTile tile = { FALSE, level, index,
                          tropea_tlog_tile_get_width (level, index, self->size) };
  g_autoptr(GBytes) hashes = NULL;

  for (guint i = 0; i < N_KEPT; i++)
    {
      if (kept[i].hashes != NULL && kept[i].index == index)
        return &kept[i];
    }

  hashes = self->read (&tile, self->user_data, error);
  if (hashes == NULL)
    return NULL;

  if (g_bytes_get_size (hashes) != (gsize) tile.width * TROPEA_TLOG_HASH_BYTES)
    {
      g_autofree char *path = tropea_tlog_tile_to_path (&tile);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "The log's %s has not the length that it must have", path);
      return NULL;
    }

  g_clear_pointer (&kept[1].hashes, g_bytes_unref);
  kept[1] = kept[0];
  kept[0] = (Kept) { index, tile.width, g_steal_pointer (&hashes) };
  return &kept[0];
}

/* The root of the complete subtree that is the node at @index of the tree's @level. */
static gboolean
get_node (TropeaTlogTree  *self,
          guint            level,
          guint64          index,
          guint8          *hash,
          GError         **error)
{
  guint8 row[TROPEA_TLOG_TILE_WIDTH / 2 * TROPEA_TLOG_HASH_BYTES];
  guint height = level % 8;
  guint64 first = index << height;
  gsize n_hashes = (gsize) 1 << height;
  const Kept *tile = get_tile (self, level / 8, first / TROPEA_TLOG_TILE_WIDTH, error);

  if (tile == NULL)
    return FALSE;

  memcpy (row, (const guint8 *) g_bytes_get_data (tile->hashes, NULL) +
               first % TROPEA_TLOG_TILE_WIDTH * TROPEA_TLOG_HASH_BYTES,
          n_hashes * TROPEA_TLOG_HASH_BYTES);
  for (; n_hashes > 1; n_hashes /= 2)
    {
      for (gsize i = 0; i < n_hashes / 2; i++)
        tropea_tlog_hash_node (row + 2 * i * TROPEA_TLOG_HASH_BYTES,
                               row + (2 * i + 1) * TROPEA_TLOG_HASH_BYTES,
                               row + i * TROPEA_TLOG_HASH_BYTES);
    }

  memcpy (hash, row, TROPEA_TLOG_HASH_BYTES);
  return TRUE;
}

/* The hash of the leaves from the node at @first of @level to the last one of @size. */
static gboolean
get_edge (TropeaTlogTree  *self,
          guint            level,
          guint64          size,
          guint8          *hash,
          GError         **error)
{
  gboolean has_hash = FALSE;

  for (guint below = 0; below < level; below++)
    {
      guint64 n_nodes = size >> below;
      guint8 node[TROPEA_TLOG_HASH_BYTES];

      if ((n_nodes & 1) == 0)
        continue;
      if (!get_node (self, below, n_nodes - 1, node, error))
        return FALSE;

      if (has_hash)
        tropea_tlog_hash_node (node, hash, hash);
      else
        memcpy (hash, node, sizeof node);
      has_hash = TRUE;
    }

  return TRUE;
}

static gboolean
has_edge (guint   level,
          guint64 size)
{
  return (size & ((G_GUINT64_CONSTANT (1) << level) - 1)) != 0;
}

/* What is at this place in a tree of @size: nothing is FALSE without an error. */
static gboolean
append_node (TropeaTlogTree  *self,
             guint            level,
             guint64          index,
             guint64          size,
             GByteArray      *proof,
             GError         **error)
{
  guint8 hash[TROPEA_TLOG_HASH_BYTES] = { 0 };

  if (index > size >> level || (index == size >> level && !has_edge (level, size)))
    return TRUE;

  if (index < size >> level ? !get_node (self, level, index, hash, error)
                            : !get_edge (self, level, size, hash, error))
    return FALSE;

  g_byte_array_append (proof, hash, sizeof hash);
  return TRUE;
}

/**
 * tropea_tlog_tree_load_frontier:
 * @size: of the tree or one that it once was
 * @frontier: (out caller-allocates):
 */
gboolean
tropea_tlog_tree_load_frontier (TropeaTlogTree      *self,
                                guint64              size,
                                TropeaTlogFrontier  *frontier,
                                GError             **error)
{
  g_return_val_if_fail (size <= self->size, FALSE);

  memset (frontier, 0, sizeof *frontier);
  frontier->size = size;
  for (guint level = 0; level < TROPEA_TLOG_N_LEVELS; level++)
    {
      guint64 n_nodes = size >> level;

      if ((n_nodes & 1) != 0 &&
          !get_node (self, level, n_nodes - 1, frontier->nodes[level], error))
        return FALSE;
    }

  return TRUE;
}

/**
 * tropea_tlog_tree_dup_inclusion:
 * @index: less than @size
 * @size: of the tree or one that it once was
 *
 * Returns: (transfer full): RFC 6962's audit path
 */
GBytes *
tropea_tlog_tree_dup_inclusion (TropeaTlogTree  *self,
                                guint64          index,
                                guint64          size,
                                GError         **error)
{
  g_autoptr(GByteArray) proof = g_byte_array_new ();

  g_return_val_if_fail (index < size && size <= self->size, NULL);

  for (guint level = 0; level < TROPEA_TLOG_N_LEVELS && size >> level > 0; level++)
    {
      if (!append_node (self, level, index >> level ^ 1, size, proof, error))
        return NULL;
    }

  return g_byte_array_free_to_bytes (g_steal_pointer (&proof));
}

/**
 * tropea_tlog_tree_dup_consistency:
 * @old_size: not more than @new_size
 * @new_size: of the tree or one that it once was
 *
 * Returns: (transfer full): RFC 6962's proof
 */
GBytes *
tropea_tlog_tree_dup_consistency (TropeaTlogTree  *self,
                                  guint64          old_size,
                                  guint64          new_size,
                                  GError         **error)
{
  g_autoptr(GByteArray) proof = g_byte_array_new ();
  guint level = 0;

  g_return_val_if_fail (old_size <= new_size && new_size <= self->size, NULL);

  if (old_size > 0 && old_size < new_size)
    {
      /* The last complete subtree of the old tree is where the proof begins. */
      while ((old_size >> level & 1) == 0)
        level++;
      if (old_size >> level != 1 &&
          !append_node (self, level, (old_size >> level) - 1, new_size, proof, error))
        return NULL;

      for (guint64 index = (old_size >> level) - 1; new_size >> level > 0; index >>= 1, level++)
        {
          if (!append_node (self, level, index ^ 1, new_size, proof, error))
            return NULL;
        }
    }

  return g_byte_array_free_to_bytes (g_steal_pointer (&proof));
}
