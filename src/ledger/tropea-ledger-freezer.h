/* tropea-ledger-freezer.h: the keys that nothing is credited to for now
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ledger/tropea-ledger-store.h"

G_BEGIN_DECLS

/* What other processes have decided is known here after so long at the latest. */
#define TROPEA_LEDGER_FREEZER_LAG_USEC (5 * G_USEC_PER_SEC)

typedef struct _TropeaLedgerFreezer TropeaLedgerFreezer;

TropeaLedgerFreezer *tropea_ledger_freezer_new          (TropeaLedgerStore    *store);
void                 tropea_ledger_freezer_free         (TropeaLedgerFreezer  *self);
gboolean             tropea_ledger_freezer_refresh      (TropeaLedgerFreezer  *self,
                                                         GError              **error);
gboolean             tropea_ledger_freezer_has          (TropeaLedgerFreezer  *self,
                                                         const guint8         *client_pub);
GPtrArray           *tropea_ledger_freezer_list_frozen  (TropeaLedgerFreezer  *self);
GPtrArray           *tropea_ledger_freezer_list_decisions (TropeaLedgerFreezer *self,
                                                         guint                 limit);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaLedgerFreezer, tropea_ledger_freezer_free)

G_END_DECLS
