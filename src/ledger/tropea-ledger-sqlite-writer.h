/* tropea-ledger-sqlite-writer.h: the handle that writes a ledger's SQLite file
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-database.h"
#include "ledger/tropea-ledger-sqlite-log.h"

G_BEGIN_DECLS

typedef struct _TropeaLedgerSqliteWriter TropeaLedgerSqliteWriter;

/* submit and import are the store's; see there. */
TropeaLedgerSqliteWriter *tropea_ledger_sqlite_writer_open (
                                      const char                *path,
                                      GError                   **error);
void       tropea_ledger_sqlite_writer_free (
                                      TropeaLedgerSqliteWriter  *self);
char      *tropea_ledger_sqlite_writer_dup_origin (
                                      TropeaLedgerSqliteWriter  *self,
                                      const char                *origin,
                                      GError                   **error);
sqlite3   *tropea_ledger_sqlite_writer_get_db (
                                      TropeaLedgerSqliteWriter  *self);
TropeaLedgerSqliteLog *tropea_ledger_sqlite_writer_get_log (
                                      TropeaLedgerSqliteWriter  *self);
gboolean   tropea_ledger_sqlite_writer_submit (
                                      TropeaLedgerSqliteWriter  *self,
                                      GPtrArray                 *entries,
                                      gint64                     received_hour,
                                      GError                   **error);
gboolean   tropea_ledger_sqlite_writer_decide (
                                      TropeaLedgerSqliteWriter  *self,
                                      TropeaLedgerDecision      *decision,
                                      GError                   **error);
gboolean   tropea_ledger_sqlite_writer_import (
                                      TropeaLedgerSqliteWriter  *self,
                                      TropeaLedgerPageFunc       next,
                                      gpointer                   user_data,
                                      TropeaLedgerStore         *log,
                                      GError                   **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaLedgerSqliteWriter, tropea_ledger_sqlite_writer_free)

G_END_DECLS
