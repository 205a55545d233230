/* tropea-tlog-frontier.h: all that is needed of a Merkle tree to make it longer
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tlog/tropea-tlog-hash.h"

G_BEGIN_DECLS

/* More leaves than 2^53 - 1 there never are: a size is a plain integer in JSON, too. */
#define TROPEA_TLOG_N_LEVELS 53
#define TROPEA_TLOG_MAX_SIZE ((G_GUINT64_CONSTANT (1) << TROPEA_TLOG_N_LEVELS) - 1)

/**
 * TropeaTlogFrontier:
 * @size: how many leaves the tree has
 * @nodes: for each bit of @size that is set: the root of the complete subtree of so many leaves
 *
 * A plain value; all zero is the empty tree.
 */
typedef struct
{
  guint64 size;
  guint8  nodes[TROPEA_TLOG_N_LEVELS][TROPEA_TLOG_HASH_BYTES];
} TropeaTlogFrontier;

void     tropea_tlog_frontier_add        (TropeaTlogFrontier       *self,
                                          const guint8             *leaf_hash);
void     tropea_tlog_frontier_get_root   (const TropeaTlogFrontier *self,
                                          guint8                   *root);
GBytes  *tropea_tlog_frontier_to_bytes   (const TropeaTlogFrontier *self);
gboolean tropea_tlog_frontier_from_bytes (guint64                   size,
                                          const guint8             *data,
                                          gsize                     size_bytes,
                                          TropeaTlogFrontier       *frontier);

G_END_DECLS
