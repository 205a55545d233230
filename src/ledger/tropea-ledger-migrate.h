/* tropea-ledger-migrate.h: moves a ledger from one store to another
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ledger/tropea-ledger-store.h"

G_BEGIN_DECLS

gboolean tropea_ledger_migrate       (TropeaLedgerStore  *from,
                                      TropeaLedgerStore  *to,
                                      gint64             *n_sessions,
                                      GError            **error);
gboolean tropea_ledger_prove_equal   (TropeaLedgerStore  *left,
                                      TropeaLedgerStore  *right,
                                      gint64             *n_sessions,
                                      GError            **error);

G_END_DECLS
