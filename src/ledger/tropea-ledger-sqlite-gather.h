/* tropea-ledger-sqlite-gather.h: writes a commit into a SQLite file's log in large pieces
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-database.h"

G_BEGIN_DECLS

typedef struct _TropeaLedgerSqliteGather TropeaLedgerSqliteGather;

TropeaLedgerSqliteGather *tropea_ledger_sqlite_gather_new  (sqlite3                   *db,
                                                            GError                   **error);
void                      tropea_ledger_sqlite_gather_free (TropeaLedgerSqliteGather  *self);

G_END_DECLS
