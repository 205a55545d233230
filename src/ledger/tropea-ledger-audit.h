/* tropea-ledger-audit.h: adds a ledger up again
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ledger/tropea-ledger-store.h"

G_BEGIN_DECLS

gboolean tropea_ledger_audit (TropeaLedgerStore  *store,
                              const char         *origin,
                              gint64             *n_sessions,
                              gint64             *n_keys,
                              GError            **error);

G_END_DECLS
