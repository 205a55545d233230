/* tropea-ledger-pin.h: remembers a ledger's key and name, and notices when they change
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "session/tropea-store.h"
#include "submit/tropea-ledger-client.h"

G_BEGIN_DECLS

/**
 * TropeaLedgerTrust:
 * @TROPEA_LEDGER_TRUST_KNOWN: it is who it was when it was first used
 * @TROPEA_LEDGER_TRUST_NEW: it was never used
 * @TROPEA_LEDGER_TRUST_CHANGED: it has another key or another name than then, or was caught with
 *   another log
 */
typedef enum
{
  TROPEA_LEDGER_TRUST_KNOWN,
  TROPEA_LEDGER_TRUST_NEW,
  TROPEA_LEDGER_TRUST_CHANGED,
} TropeaLedgerTrust;

void     tropea_ledger_pin_check_async  (TropeaStore             *store,
                                         const char              *url,
                                         const TropeaLedgerInfo  *info,
                                         GAsyncReadyCallback      callback,
                                         gpointer                 user_data);
gboolean tropea_ledger_pin_check_finish (TropeaStore             *store,
                                         GAsyncResult            *result,
                                         GError                 **error);
void     tropea_ledger_pin_look_async   (TropeaStore             *store,
                                         const char              *url,
                                         const TropeaLedgerInfo  *info,
                                         GAsyncReadyCallback      callback,
                                         gpointer                 user_data);
gboolean tropea_ledger_pin_look_finish  (TropeaStore             *store,
                                         GAsyncResult            *result,
                                         TropeaLedgerTrust       *trust,
                                         GError                 **error);
void     tropea_ledger_pin_replace_async (TropeaStore            *store,
                                          const char             *url,
                                          const TropeaLedgerInfo *info,
                                          GAsyncReadyCallback     callback,
                                          gpointer                user_data);
gboolean tropea_ledger_pin_replace_finish (TropeaStore           *store,
                                           GAsyncResult          *result,
                                           GError               **error);

G_END_DECLS
