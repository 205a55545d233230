/* tropea-ledger-proofs.h: proofs for the sessions of one answer
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ledger/tropea-ledger-head.h"
#include "tlog/tropea-tlog-receipt.h"

G_BEGIN_DECLS

typedef struct _TropeaLedgerProofs TropeaLedgerProofs;

TropeaLedgerProofs *tropea_ledger_proofs_new            (TropeaLedgerStore        *store,
                                                         TropeaLedgerGroup        *group);
void                tropea_ledger_proofs_free           (TropeaLedgerProofs       *self);
const char         *tropea_ledger_proofs_get_checkpoint (const TropeaLedgerProofs *self);
gboolean            tropea_ledger_proofs_make           (TropeaLedgerProofs       *self,
                                                         const TropeaLedgerEntry  *entry,
                                                         TropeaTlogReceipt        *receipt);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaLedgerProofs, tropea_ledger_proofs_free)

G_END_DECLS
