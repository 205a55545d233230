/* tropea-ledger-identity.h: a ledger's database and its key belong together
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-secret.h"
#include "ledger/tropea-ledger-store.h"

G_BEGIN_DECLS

TropeaSecret *tropea_ledger_identity_settle  (TropeaLedgerStore  *store,
                                              const char         *key_path,
                                              GError            **error);
gboolean      tropea_ledger_identity_open_log (TropeaLedgerStore *store,
                                              TropeaSecret       *key,
                                              GError            **error);
gboolean      tropea_ledger_identity_replace (TropeaLedgerStore  *store,
                                              const char         *key_path,
                                              GError            **error);

G_END_DECLS
