/* tropea-tlog-proof.c: is this leaf in that tree, and is that tree the longer one of this
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tlog"

#include "config.h"

#include "tlog/tropea-tlog-proof.h"

#include <string.h>

/* RFC 9162 sections 2.1.3.2 and 2.1.4.2: the same trees and proofs as RFC 6962, with the
 * checking written out. A proof that has a hash too many or too few is none.
 */

/**
 * tropea_tlog_check_inclusion:
 * @proof: (array): the hashes beside the way from the leaf to the root
 *
 * Returns: whether the leaf at @index of the tree of @size leaves with this @root is this one
 */
gboolean
tropea_tlog_check_inclusion (const guint8 *leaf_hash,
                             guint64       index,
                             guint64       size,
                             const guint8 *root,
                             const guint8 *proof,
                             gsize         n_hashes)
{
  guint8 hash[TROPEA_TLOG_HASH_BYTES];
  guint64 last = size - 1;

  if (size == 0 || size > TROPEA_TLOG_MAX_SIZE || index >= size)
    return FALSE;

  memcpy (hash, leaf_hash, sizeof hash);
  for (gsize i = 0; i < n_hashes; i++)
    {
      const guint8 *sibling = proof + i * TROPEA_TLOG_HASH_BYTES;

      if (last == 0)
        return FALSE;

      if ((index & 1) != 0 || index == last)
        {
          tropea_tlog_hash_node (sibling, hash, hash);
          for (; (index & 1) == 0 && index != 0; index >>= 1)
            last >>= 1;
        }
      else
        tropea_tlog_hash_node (hash, sibling, hash);
      index >>= 1;
      last >>= 1;
    }

  return last == 0 && memcmp (hash, root, sizeof hash) == 0;
}

/* @old_size is neither 0 nor @new_size. */
static gboolean
check_growth (guint64       old_size,
              const guint8 *old_root,
              guint64       new_size,
              const guint8 *new_root,
              const guint8 *proof,
              gsize         n_hashes)
{
  gboolean is_complete = (old_size & (old_size - 1)) == 0;
  const guint8 *first = is_complete ? old_root : proof;
  guint8 old_hash[TROPEA_TLOG_HASH_BYTES];
  guint8 new_hash[TROPEA_TLOG_HASH_BYTES];
  guint64 index = old_size - 1;
  guint64 last = new_size - 1;

  if (n_hashes == 0)
    return FALSE;

  for (; (index & 1) != 0; index >>= 1)
    last >>= 1;

  memcpy (old_hash, first, sizeof old_hash);
  memcpy (new_hash, first, sizeof new_hash);
  for (gsize i = is_complete ? 0 : 1; i < n_hashes; i++)
    {
      const guint8 *hash = proof + i * TROPEA_TLOG_HASH_BYTES;

      if (last == 0)
        return FALSE;

      if ((index & 1) != 0 || index == last)
        {
          tropea_tlog_hash_node (hash, old_hash, old_hash);
          tropea_tlog_hash_node (hash, new_hash, new_hash);
          for (; (index & 1) == 0 && index != 0; index >>= 1)
            last >>= 1;
        }
      else
        tropea_tlog_hash_node (new_hash, hash, new_hash);
      index >>= 1;
      last >>= 1;
    }

  return last == 0 && memcmp (old_hash, old_root, sizeof old_hash) == 0 &&
         memcmp (new_hash, new_root, sizeof new_hash) == 0;
}

/**
 * tropea_tlog_check_consistency:
 * @old_size: not more than @new_size
 *
 * Every tree begins with the empty one, and is itself, without a proof.
 *
 * Returns: whether the new tree is the old one with leaves added at its end
 */
gboolean
tropea_tlog_check_consistency (guint64       old_size,
                               const guint8 *old_root,
                               guint64       new_size,
                               const guint8 *new_root,
                               const guint8 *proof,
                               gsize         n_hashes)
{
  guint8 empty[TROPEA_TLOG_HASH_BYTES];

  if (old_size > new_size || new_size > TROPEA_TLOG_MAX_SIZE)
    return FALSE;

  tropea_tlog_hash_empty (empty);
  if ((old_size == 0 && memcmp (old_root, empty, sizeof empty) != 0) ||
      (new_size == 0 && memcmp (new_root, empty, sizeof empty) != 0))
    return FALSE;

  if (old_size == new_size)
    return n_hashes == 0 && memcmp (old_root, new_root, TROPEA_TLOG_HASH_BYTES) == 0;

  if (old_size == 0)
    return n_hashes == 0;

  return check_growth (old_size, old_root, new_size, new_root, proof, n_hashes);
}
