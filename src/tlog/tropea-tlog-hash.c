/* tropea-tlog-hash.c: the hashes of a Merkle tree, as RFC 6962 has them
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tlog"

#include "config.h"

#include "tlog/tropea-tlog-hash.h"

#include <sodium.h>
#include <string.h>

/* RFC 6962 section 2.1: SHA-256, with another first byte for a leaf than for a node, so that
 * neither can be given out as the other.
 */

#define LEAF_PREFIX 0x00
#define NODE_PREFIX 0x01

void
tropea_tlog_hash_leaf (const guint8 *entry,
                       gsize         size_bytes,
                       guint8       *hash)
{
  static const guint8 prefix = LEAF_PREFIX;
  crypto_hash_sha256_state state;

  crypto_hash_sha256_init (&state);
  crypto_hash_sha256_update (&state, &prefix, 1);
  crypto_hash_sha256_update (&state, entry, size_bytes);
  crypto_hash_sha256_final (&state, hash);
}

/* @hash may be @left or @right. */
void
tropea_tlog_hash_node (const guint8 *left,
                       const guint8 *right,
                       guint8       *hash)
{
  guint8 input[1 + 2 * TROPEA_TLOG_HASH_BYTES];

  input[0] = NODE_PREFIX;
  memcpy (input + 1, left, TROPEA_TLOG_HASH_BYTES);
  memcpy (input + 1 + TROPEA_TLOG_HASH_BYTES, right, TROPEA_TLOG_HASH_BYTES);
  crypto_hash_sha256 (hash, input, sizeof input);
}

/* The root of a tree without a leaf. */
void
tropea_tlog_hash_empty (guint8 *hash)
{
  crypto_hash_sha256 (hash, (const guint8 *) "", 0);
}
