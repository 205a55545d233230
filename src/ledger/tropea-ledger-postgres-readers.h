/* tropea-ledger-postgres-readers.h: the connections that a ledger reads through
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ledger/tropea-postgres.h"

G_BEGIN_DECLS

typedef struct _TropeaLedgerPostgresReaders TropeaLedgerPostgresReaders;

TropeaLedgerPostgresReaders *
          tropea_ledger_postgres_readers_new   (const TropeaPostgresAddress  *address);
void      tropea_ledger_postgres_readers_free  (TropeaLedgerPostgresReaders  *self);
PGresult *tropea_ledger_postgres_readers_query (TropeaLedgerPostgresReaders  *self,
                                                const char                   *name,
                                                const TropeaPostgresParams   *params,
                                                GError                      **error);
void      tropea_ledger_postgres_readers_wait  (TropeaLedgerPostgresReaders  *self,
                                                gint64                        until_usec);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaLedgerPostgresReaders, tropea_ledger_postgres_readers_free)

G_END_DECLS
