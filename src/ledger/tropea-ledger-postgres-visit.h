/* tropea-ledger-postgres-visit.h: reads all of a ledger in PostgreSQL as it was at one moment
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ledger/tropea-ledger-store.h"
#include "ledger/tropea-postgres.h"

G_BEGIN_DECLS

gboolean   tropea_ledger_postgres_visit       (const TropeaPostgresAddress *address,
                                               const TropeaLedgerVisitor   *visitor,
                                               gpointer                     user_data,
                                               GError                     **error);

G_END_DECLS
