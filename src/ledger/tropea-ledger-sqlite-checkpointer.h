/* tropea-ledger-sqlite-checkpointer.h: moves a SQLite file's log into the file, on a thread
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-database.h"

G_BEGIN_DECLS

typedef struct _TropeaLedgerSqliteCheckpointer TropeaLedgerSqliteCheckpointer;

TropeaLedgerSqliteCheckpointer *tropea_ledger_sqlite_checkpointer_new (
                                      const char                      *path,
                                      sqlite3                         *writer,
                                      GError                         **error);
void       tropea_ledger_sqlite_checkpointer_free (
                                      TropeaLedgerSqliteCheckpointer  *self);
void       tropea_ledger_sqlite_checkpointer_after_commit (
                                      TropeaLedgerSqliteCheckpointer  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaLedgerSqliteCheckpointer,
                               tropea_ledger_sqlite_checkpointer_free)

G_END_DECLS
