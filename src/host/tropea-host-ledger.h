/* tropea-host-ledger.h: which ledger sessions go to, and going over to another one
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "host/tropea-host.h"
#include "submit/tropea-ledger-pin.h"

G_BEGIN_DECLS

/**
 * TropeaLedgerSight:
 * @url: in its one spelling
 * @info: what the ledger says of itself, and has proved
 * @trust: whether it was so before
 */
typedef struct
{
  char              *url;
  TropeaLedgerInfo  *info;
  TropeaLedgerTrust  trust;
} TropeaLedgerSight;

void tropea_ledger_sight_free (TropeaLedgerSight *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaLedgerSight, tropea_ledger_sight_free)

void               tropea_host_look_at_ledger_async  (TropeaHost              *self,
                                                      const char              *url,
                                                      GCancellable            *cancellable,
                                                      GAsyncReadyCallback      callback,
                                                      gpointer                 user_data);
TropeaLedgerSight *tropea_host_look_at_ledger_finish (TropeaHost              *self,
                                                      GAsyncResult            *result,
                                                      GError                 **error);
/* Send sessions there from now on; NULL for the ledger on this computer. */
void               tropea_host_use_ledger_async      (TropeaHost              *self,
                                                      const char              *url,
                                                      const TropeaLedgerInfo  *trusted,
                                                      GAsyncReadyCallback      callback,
                                                      gpointer                 user_data);
gboolean           tropea_host_use_ledger_finish     (TropeaHost              *self,
                                                      GAsyncResult            *result,
                                                      GError                 **error);
const char        *tropea_host_get_ledger_url        (TropeaHost              *self);

G_END_DECLS
