/* tropea-tlog-frontier.c: all that is needed of a Merkle tree to make it longer
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tlog"

#include "config.h"

#include "tlog/tropea-tlog-frontier.h"

#include <string.h>

/* A tree of n leaves is one complete subtree for each bit of n, the largest first. A new leaf
 * is carried through them like a one that is added to n.
 */

static gboolean
has_node (guint64 size,
          guint   level)
{
  return (size >> level & 1) != 0;
}

void
tropea_tlog_frontier_add (TropeaTlogFrontier *self,
                          const guint8       *leaf_hash)
{
  guint8 hash[TROPEA_TLOG_HASH_BYTES];
  guint level = 0;

  g_return_if_fail (self->size < TROPEA_TLOG_MAX_SIZE);

  memcpy (hash, leaf_hash, sizeof hash);
  for (; has_node (self->size, level); level++)
    tropea_tlog_hash_node (self->nodes[level], hash, hash);

  memcpy (self->nodes[level], hash, sizeof hash);
  self->size++;
}

/**
 * tropea_tlog_frontier_get_root:
 * @root: (out caller-allocates): RFC 6962's Merkle Tree Hash
 */
void
tropea_tlog_frontier_get_root (const TropeaTlogFrontier *self,
                               guint8                   *root)
{
  guint8 hash[TROPEA_TLOG_HASH_BYTES];
  gboolean has_hash = FALSE;

  for (guint level = 0; level < TROPEA_TLOG_N_LEVELS; level++)
    {
      if (!has_node (self->size, level))
        continue;

      if (has_hash)
        tropea_tlog_hash_node (self->nodes[level], hash, hash);
      else
        memcpy (hash, self->nodes[level], sizeof hash);
      has_hash = TRUE;
    }

  if (has_hash)
    memcpy (root, hash, sizeof hash);
  else
    tropea_tlog_hash_empty (root);
}

/**
 * tropea_tlog_frontier_to_bytes:
 *
 * Returns: (transfer full): the nodes that count, the smallest subtree's first
 */
GBytes *
tropea_tlog_frontier_to_bytes (const TropeaTlogFrontier *self)
{
  GByteArray *bytes = g_byte_array_sized_new (TROPEA_TLOG_N_LEVELS * TROPEA_TLOG_HASH_BYTES);

  for (guint level = 0; level < TROPEA_TLOG_N_LEVELS; level++)
    {
      if (has_node (self->size, level))
        g_byte_array_append (bytes, self->nodes[level], TROPEA_TLOG_HASH_BYTES);
    }

  return g_byte_array_free_to_bytes (bytes);
}

/**
 * tropea_tlog_frontier_from_bytes:
 * @frontier: (out caller-allocates): written on success only
 *
 * Returns: FALSE where a tree of @size has not so many nodes
 */
gboolean
tropea_tlog_frontier_from_bytes (guint64             size,
                                 const guint8       *data,
                                 gsize               size_bytes,
                                 TropeaTlogFrontier *frontier)
{
  TropeaTlogFrontier value = { size, { { 0 } } };
  gsize offset = 0;

  if (size > TROPEA_TLOG_MAX_SIZE)
    return FALSE;

  for (guint level = 0; level < TROPEA_TLOG_N_LEVELS; level++)
    {
      if (!has_node (size, level))
        continue;
      if (size_bytes - offset < TROPEA_TLOG_HASH_BYTES)
        return FALSE;

      memcpy (value.nodes[level], data + offset, TROPEA_TLOG_HASH_BYTES);
      offset += TROPEA_TLOG_HASH_BYTES;
    }

  if (offset != size_bytes)
    return FALSE;

  *frontier = value;
  return TRUE;
}
