/* tropea-ledger-merkle.h: the tree of a ledger's log, whatever store keeps it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ledger/tropea-ledger-head.h"
#include "tlog/tropea-tlog-tree.h"

G_BEGIN_DECLS

/* Of an entry, which is a hash: what a changed one will not begin with. */
#define TROPEA_LEDGER_MERKLE_MARK_BYTES 8

TropeaTlogTree *tropea_ledger_merkle_new        (TropeaLedgerStore     *store,
                                                 guint64                size);
GBytes         *tropea_ledger_merkle_read_tile  (TropeaLedgerStore     *store,
                                                 const TropeaTlogTile  *tile,
                                                 GError               **error);
gboolean        tropea_ledger_merkle_check_head (TropeaLedgerStore     *store,
                                                 const guint8          *public_key,
                                                 GError               **error);
gboolean        tropea_ledger_merkle_audit      (TropeaLedgerStore     *store,
                                                 TropeaLedgerHead      *head,
                                                 const guint8          *expected,
                                                 GError               **error);

G_END_DECLS
