/* tropea-ledger-sqlite-store.h: a ledger in one SQLite file
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ledger/tropea-ledger-store.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_LEDGER_SQLITE_STORE (tropea_ledger_sqlite_store_get_type ())

G_DECLARE_FINAL_TYPE (TropeaLedgerSqliteStore, tropea_ledger_sqlite_store,
                      TROPEA, LEDGER_SQLITE_STORE, GObject)

TropeaLedgerStore *tropea_ledger_sqlite_store_open (const char  *path,
                                                    const char  *origin,
                                                    GError     **error);

G_END_DECLS
