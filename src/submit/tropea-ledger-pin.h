/* tropea-ledger-pin.h: remembers a ledger's key and name, and notices when they change
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "session/tropea-store.h"
#include "submit/tropea-ledger-client.h"

G_BEGIN_DECLS

void     tropea_ledger_pin_check_async  (TropeaStore             *store,
                                         const char              *url,
                                         const TropeaLedgerInfo  *info,
                                         GAsyncReadyCallback      callback,
                                         gpointer                 user_data);
gboolean tropea_ledger_pin_check_finish (TropeaStore             *store,
                                         GAsyncResult            *result,
                                         GError                 **error);

G_END_DECLS
