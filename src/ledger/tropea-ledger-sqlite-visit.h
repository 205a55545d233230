/* tropea-ledger-sqlite-visit.h: reads all of a ledger's SQLite file as it was at one moment
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-database.h"
#include "ledger/tropea-ledger-store.h"

G_BEGIN_DECLS

gboolean   tropea_ledger_sqlite_visit         (sqlite3                   *db,
                                               const TropeaLedgerVisitor *visitor,
                                               gpointer                   user_data,
                                               GError                   **error);

G_END_DECLS
