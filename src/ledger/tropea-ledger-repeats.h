/* tropea-ledger-repeats.h: which sessions may have been answered a moment ago
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "record/tropea-record.h"

G_BEGIN_DECLS

typedef struct _TropeaLedgerRepeats TropeaLedgerRepeats;

TropeaLedgerRepeats *tropea_ledger_repeats_new   (void);
void                 tropea_ledger_repeats_free  (TropeaLedgerRepeats *self);
void                 tropea_ledger_repeats_add   (TropeaLedgerRepeats *self,
                                                  const TropeaRecord  *record);
gboolean             tropea_ledger_repeats_has   (TropeaLedgerRepeats *self,
                                                  const TropeaRecord  *record);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaLedgerRepeats, tropea_ledger_repeats_free)

G_END_DECLS
