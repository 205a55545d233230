/* tropea-tlog-span.h: leaves that are added to a Merkle tree together, and their proofs
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tlog/tropea-tlog-frontier.h"

G_BEGIN_DECLS

/* Immutable; from any thread. */
typedef struct _TropeaTlogSpan TropeaTlogSpan;

TropeaTlogSpan *tropea_tlog_span_new           (const TropeaTlogFrontier *before,
                                                const guint8             *leaf_hashes,
                                                gsize                     n_leaves);
TropeaTlogSpan *tropea_tlog_span_ref           (TropeaTlogSpan           *self);
void            tropea_tlog_span_unref         (TropeaTlogSpan           *self);
guint64         tropea_tlog_span_get_first     (const TropeaTlogSpan     *self);
void            tropea_tlog_span_get_frontier  (const TropeaTlogSpan     *self,
                                                TropeaTlogFrontier       *frontier);
const guint8   *tropea_tlog_span_get_completed (const TropeaTlogSpan     *self,
                                                guint                     tile_level,
                                                guint64                  *first,
                                                gsize                    *n_nodes);
gsize           tropea_tlog_span_get_inclusion (const TropeaTlogSpan     *self,
                                                guint64                   index,
                                                guint8                   *proof);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaTlogSpan, tropea_tlog_span_unref)

G_END_DECLS
