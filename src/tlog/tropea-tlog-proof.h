/* tropea-tlog-proof.h: is this leaf in that tree, and is that tree the longer one of this
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tlog/tropea-tlog-frontier.h"

G_BEGIN_DECLS

/* A consistency proof has one hash more than there are levels. */
#define TROPEA_TLOG_MAX_PROOF_HASHES (TROPEA_TLOG_N_LEVELS + 1)

gboolean tropea_tlog_check_inclusion   (const guint8 *leaf_hash,
                                        guint64       index,
                                        guint64       size,
                                        const guint8 *root,
                                        const guint8 *proof,
                                        gsize         n_hashes);
gboolean tropea_tlog_check_consistency (guint64       old_size,
                                        const guint8 *old_root,
                                        guint64       new_size,
                                        const guint8 *new_root,
                                        const guint8 *proof,
                                        gsize         n_hashes);

G_END_DECLS
