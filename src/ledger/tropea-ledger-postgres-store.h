/* tropea-ledger-postgres-store.h: a ledger in a PostgreSQL database that processes share
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ledger/tropea-ledger-store.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_LEDGER_POSTGRES_STORE (tropea_ledger_postgres_store_get_type ())

G_DECLARE_FINAL_TYPE (TropeaLedgerPostgresStore, tropea_ledger_postgres_store,
                      TROPEA, LEDGER_POSTGRES_STORE, GObject)

TropeaLedgerStore *tropea_ledger_postgres_store_open (const char  *uri,
                                                      const char  *origin,
                                                      GError     **error);

G_END_DECLS
