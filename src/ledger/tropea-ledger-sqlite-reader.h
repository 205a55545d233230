/* tropea-ledger-sqlite-reader.h: a handle that reads a ledger's SQLite file
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-database.h"
#include "ledger/tropea-ledger-store.h"

G_BEGIN_DECLS

typedef struct _TropeaLedgerSqliteReader TropeaLedgerSqliteReader;

/* The functions are the store's of the same name; see there. */
TropeaLedgerSqliteReader *tropea_ledger_sqlite_reader_open (
                                      const char                *path,
                                      GError                   **error);
void       tropea_ledger_sqlite_reader_free (
                                      TropeaLedgerSqliteReader  *self);
sqlite3   *tropea_ledger_sqlite_reader_get_db (
                                      TropeaLedgerSqliteReader  *self);
gboolean   tropea_ledger_sqlite_reader_find (
                                      TropeaLedgerSqliteReader  *self,
                                      const TropeaRecord        *record,
                                      TropeaLedgerEntry         *entry,
                                      gboolean                  *is_found,
                                      GError                   **error);
gboolean   tropea_ledger_sqlite_reader_get_balance (
                                      TropeaLedgerSqliteReader  *self,
                                      const guint8              *client_pub,
                                      TropeaLedgerBalance       *balance,
                                      GError                   **error);
GPtrArray *tropea_ledger_sqlite_reader_list (
                                      TropeaLedgerSqliteReader  *self,
                                      const guint8              *client_pub,
                                      gint64                     before_seq,
                                      guint                      limit,
                                      GError                   **error);
GPtrArray *tropea_ledger_sqlite_reader_list_all (
                                      TropeaLedgerSqliteReader  *self,
                                      gint64                     after_seq,
                                      guint                      limit,
                                      GError                   **error);
GPtrArray *tropea_ledger_sqlite_reader_list_decisions (
                                      TropeaLedgerSqliteReader  *self,
                                      gint64                     after_number,
                                      GError                   **error);
gboolean   tropea_ledger_sqlite_reader_visit (
                                      TropeaLedgerSqliteReader  *self,
                                      const TropeaLedgerVisitor *visitor,
                                      gpointer                   user_data,
                                      GError                   **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaLedgerSqliteReader, tropea_ledger_sqlite_reader_free)

G_END_DECLS
