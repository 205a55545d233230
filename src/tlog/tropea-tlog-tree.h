/* tropea-tlog-tree.h: roots and proofs of a Merkle tree that is kept as tiles
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tlog/tropea-tlog-proof.h"
#include "tlog/tropea-tlog-tile.h"

G_BEGIN_DECLS

/* Returns: (transfer full): the hashes of a tile that is in the tree: 32 bytes for each */
typedef GBytes *(*TropeaTlogTileFunc) (const TropeaTlogTile  *tile,
                                       gpointer               user_data,
                                       GError               **error);

/* For one thread. */
typedef struct _TropeaTlogTree TropeaTlogTree;

TropeaTlogTree *tropea_tlog_tree_new             (guint64              size,
                                                  TropeaTlogTileFunc   read,
                                                  gpointer             user_data);
void            tropea_tlog_tree_free            (TropeaTlogTree      *self);
gboolean        tropea_tlog_tree_load_frontier   (TropeaTlogTree      *self,
                                                  guint64              size,
                                                  TropeaTlogFrontier  *frontier,
                                                  GError             **error);
GBytes         *tropea_tlog_tree_dup_inclusion   (TropeaTlogTree      *self,
                                                  guint64              index,
                                                  guint64              size,
                                                  GError             **error);
GBytes         *tropea_tlog_tree_dup_consistency (TropeaTlogTree      *self,
                                                  guint64              old_size,
                                                  guint64              new_size,
                                                  GError             **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaTlogTree, tropea_tlog_tree_free)

G_END_DECLS
