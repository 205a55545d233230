/* tropea-ledger-sqlite-tallies.h: what a SQLite ledger has added up for each key
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-database.h"
#include "ledger/tropea-ledger-store.h"

G_BEGIN_DECLS

typedef struct _TropeaLedgerSqliteTallies TropeaLedgerSqliteTallies;

TropeaLedgerSqliteTallies *tropea_ledger_sqlite_tallies_new (
                                      sqlite3                    *db,
                                      GError                    **error);
void       tropea_ledger_sqlite_tallies_free (
                                      TropeaLedgerSqliteTallies  *self);
gboolean   tropea_ledger_sqlite_tallies_add_to_day (
                                      TropeaLedgerSqliteTallies  *self,
                                      gint64                      account,
                                      TropeaLedgerEntry          *entry,
                                      GError                    **error);
gboolean   tropea_ledger_sqlite_tallies_move (
                                      TropeaLedgerSqliteTallies  *self,
                                      gint64                      account,
                                      TropeaLedgerGrade           grade,
                                      gint64                      micro,
                                      gint64                      n_sessions,
                                      gint64                      last_seq,
                                      GError                    **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaLedgerSqliteTallies, tropea_ledger_sqlite_tallies_free)

G_END_DECLS
