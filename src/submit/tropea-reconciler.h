/* tropea-reconciler.h: compares the store with what the ledger says that it has
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-clock.h"
#include "session/tropea-identity.h"
#include "session/tropea-store.h"
#include "submit/tropea-ledger-client.h"

G_BEGIN_DECLS

/**
 * TropeaReconcilerFuncs:
 * @balance: what the ledger says that the key has
 * @settled: @session waited, and the ledger had it already; it is on disk
 *
 * Called while the comparison runs.
 */
typedef struct
{
  void (*balance) (const TropeaLedgerFigures *figures,
                   gpointer                   user_data);
  void (*settled) (TropeaSession             *session,
                   gpointer                   user_data);
} TropeaReconcilerFuncs;

void     tropea_reconcile_async  (TropeaStore                  *store,
                                  TropeaIdentity               *identity,
                                  TropeaLedgerClient           *client,
                                  TropeaClock                  *clock,
                                  const TropeaLedgerInfo       *info,
                                  GCancellable                 *halt,
                                  GCancellable                 *cancellable,
                                  const TropeaReconcilerFuncs  *funcs,
                                  gpointer                      funcs_data,
                                  GAsyncReadyCallback           callback,
                                  gpointer                      user_data);
gboolean tropea_reconcile_finish (TropeaStore                  *store,
                                  GAsyncResult                 *result,
                                  char                        **problem,
                                  char                        **notice,
                                  GError                      **error);

G_END_DECLS
