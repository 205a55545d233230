/* tropea-tlog-span.c: leaves that are added to a Merkle tree together, and their proofs
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tlog"

#include "config.h"

#include "tlog/tropea-tlog-span.h"

#include <string.h>

/* A group of new leaves needs nothing of the tree but its frontier: for every new leaf, each
 * node beside its way to the root is in the frontier, or was made by the group. So proofs cost
 * a copy for each level and no look into the store.
 *
 * Each level has its complete nodes from the last one of the frontier on, and begins at an even
 * place, so that pairs of it are the next level's nodes. What is incomplete, at most one node
 * for each level, is beside them.
 */

typedef struct
{
  guint64 first;     /* the place of the first node that is here; even */
  gsize   n_nodes;
  gsize   offset;    /* where they are */
} Level;

struct _TropeaTlogSpan
{
  guint64  first;     /* the first new leaf */
  guint64  size;
  guint    n_levels;
  Level    levels[TROPEA_TLOG_N_LEVELS];
  gboolean has_edge[TROPEA_TLOG_N_LEVELS + 1];
  guint8   edges[TROPEA_TLOG_N_LEVELS + 1][TROPEA_TLOG_HASH_BYTES];
  guint8  *nodes;     /* (owned) */
};

static guint8 *
get_node (const TropeaTlogSpan *self,
          guint                 level,
          guint64               index)
{
  const Level *here = &self->levels[level];

  return self->nodes + here->offset + (index - here->first) * TROPEA_TLOG_HASH_BYTES;
}

/* Where a level begins, and how many nodes it has with the frontier's. */
static void
lay_out (TropeaTlogSpan *self)
{
  gsize offset = 0;

  for (guint level = 0; level < TROPEA_TLOG_N_LEVELS && self->size >> level > 0; level++)
    {
      Level *here = &self->levels[level];

      here->first = self->first >> level & ~G_GUINT64_CONSTANT (1);
      here->n_nodes = (gsize) ((self->size >> level) - here->first);
      here->offset = offset;
      offset += here->n_nodes * TROPEA_TLOG_HASH_BYTES;
      self->n_levels = level + 1;
    }

  self->nodes = g_malloc (offset);
}

static void
fill_level (TropeaTlogSpan           *self,
            const TropeaTlogFrontier *before,
            guint                     level)
{
  guint64 first_new = self->first >> level;

  if ((first_new & 1) != 0)
    memcpy (get_node (self, level, first_new - 1), before->nodes[level], TROPEA_TLOG_HASH_BYTES);

  for (guint64 i = first_new; level > 0 && i < self->size >> level; i++)
    tropea_tlog_hash_node (get_node (self, level - 1, 2 * i),
                           get_node (self, level - 1, 2 * i + 1), get_node (self, level, i));
}

/* The hash of all leaves after the last complete node of each level. */
static void
fill_edges (TropeaTlogSpan *self)
{
  for (guint level = 0; level < self->n_levels; level++)
    {
      guint8 *edge = self->edges[level + 1];
      guint64 n_nodes = self->size >> level;

      self->has_edge[level + 1] = self->has_edge[level] || (n_nodes & 1) != 0;
      if ((n_nodes & 1) == 0)
        memcpy (edge, self->edges[level], TROPEA_TLOG_HASH_BYTES);
      else if (self->has_edge[level])
        tropea_tlog_hash_node (get_node (self, level, n_nodes - 1), self->edges[level], edge);
      else
        memcpy (edge, get_node (self, level, n_nodes - 1), TROPEA_TLOG_HASH_BYTES);
    }
}

/**
 * tropea_tlog_span_new:
 * @before: the tree
 * @leaf_hashes: what is added to it
 */
TropeaTlogSpan *
tropea_tlog_span_new (const TropeaTlogFrontier *before,
                      const guint8             *leaf_hashes,
                      gsize                     n_leaves)
{
  TropeaTlogSpan *self = NULL;

  g_return_val_if_fail (n_leaves <= TROPEA_TLOG_MAX_SIZE - before->size, NULL);

  self = g_atomic_rc_box_new0 (TropeaTlogSpan);
  self->first = before->size;
  self->size = before->size + n_leaves;
  lay_out (self);
  if (n_leaves > 0)
    memcpy (get_node (self, 0, self->first), leaf_hashes, n_leaves * TROPEA_TLOG_HASH_BYTES);
  for (guint level = 0; level < self->n_levels; level++)
    fill_level (self, before, level);
  fill_edges (self);

  return self;
}

TropeaTlogSpan *
tropea_tlog_span_ref (TropeaTlogSpan *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  TropeaTlogSpan *self = data;

  g_clear_pointer (&self->nodes, g_free);
}

void
tropea_tlog_span_unref (TropeaTlogSpan *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/* The first leaf that was added. */
guint64
tropea_tlog_span_get_first (const TropeaTlogSpan *self)
{
  return self->first;
}

/**
 * tropea_tlog_span_get_frontier:
 * @frontier: (out caller-allocates): of the tree with the new leaves
 */
void
tropea_tlog_span_get_frontier (const TropeaTlogSpan *self,
                               TropeaTlogFrontier   *frontier)
{
  memset (frontier, 0, sizeof *frontier);
  frontier->size = self->size;
  for (guint level = 0; level < self->n_levels; level++)
    {
      guint64 n_nodes = self->size >> level;

      if ((n_nodes & 1) != 0)
        memcpy (frontier->nodes[level], get_node (self, level, n_nodes - 1),
                TROPEA_TLOG_HASH_BYTES);
    }
}

/**
 * tropea_tlog_span_get_completed:
 * @tile_level: a level of tiles, each of them eight levels of the tree
 * @first: (out): the place of the first new node in the level
 *
 * Returns: (transfer none) (nullable): the nodes that the new leaves completed
 */
const guint8 *
tropea_tlog_span_get_completed (const TropeaTlogSpan *self,
                                guint                 tile_level,
                                guint64              *first,
                                gsize                *n_nodes)
{
  guint level = 8 * tile_level;

  *n_nodes = 0;
  if (level >= self->n_levels)
    return NULL;

  *first = self->first >> level;
  *n_nodes = (gsize) ((self->size >> level) - *first);

  return *n_nodes > 0 ? get_node (self, level, *first) : NULL;
}

/**
 * tropea_tlog_span_get_inclusion:
 * @index: one of the new leaves
 * @proof: (out caller-allocates): has room for TROPEA_TLOG_N_LEVELS hashes
 *
 * Write RFC 6962's audit path of a leaf in the tree with all new leaves.
 *
 * Returns: how many hashes it has
 */
gsize
tropea_tlog_span_get_inclusion (const TropeaTlogSpan *self,
                                guint64               index,
                                guint8               *proof)
{
  gsize n_hashes = 0;

  g_return_val_if_fail (index >= self->first && index < self->size, 0);

  for (guint level = 0; level < self->n_levels; level++)
    {
      guint64 sibling = index >> level ^ 1;
      const guint8 *hash = NULL;

      if (sibling < self->size >> level)
        hash = get_node (self, level, sibling);
      else if (sibling == self->size >> level && self->has_edge[level])
        hash = self->edges[level];

      if (hash != NULL)
        memcpy (proof + n_hashes++ * TROPEA_TLOG_HASH_BYTES, hash, TROPEA_TLOG_HASH_BYTES);
    }

  return n_hashes;
}
