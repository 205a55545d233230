/* tropea-tlog-hash.h: the hashes of a Merkle tree, as RFC 6962 has them
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TROPEA_TLOG_HASH_BYTES 32

void tropea_tlog_hash_leaf  (const guint8 *entry,
                             gsize         size_bytes,
                             guint8       *hash);
void tropea_tlog_hash_node  (const guint8 *left,
                             const guint8 *right,
                             guint8       *hash);
void tropea_tlog_hash_empty (guint8       *hash);

G_END_DECLS
