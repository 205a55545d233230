/* tropea-ledger-sqlite-log.h: the log in a ledger's SQLite file
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-database.h"
#include "ledger/tropea-ledger-head.h"

G_BEGIN_DECLS

/* For the handle that writes. */
typedef struct _TropeaLedgerSqliteLog TropeaLedgerSqliteLog;

TropeaLedgerSqliteLog *tropea_ledger_sqlite_log_new     (sqlite3                *db,
                                                         const char             *origin,
                                                         GError                **error);
void                   tropea_ledger_sqlite_log_free    (TropeaLedgerSqliteLog  *self);
gboolean               tropea_ledger_sqlite_log_set_key (TropeaLedgerSqliteLog  *self,
                                                         TropeaSecret           *secret_key,
                                                         GError                **error);
gboolean               tropea_ledger_sqlite_log_begin   (TropeaLedgerSqliteLog  *self,
                                                         GError                **error);
gboolean               tropea_ledger_sqlite_log_add     (TropeaLedgerSqliteLog  *self,
                                                         TropeaLedgerEntry      *entry,
                                                         GError                **error);
gboolean               tropea_ledger_sqlite_log_finish  (TropeaLedgerSqliteLog  *self,
                                                         GError                **error);
gboolean               tropea_ledger_sqlite_log_copy    (TropeaLedgerSqliteLog  *self,
                                                         TropeaLedgerStore      *from,
                                                         GError                **error);
TropeaLedgerGroup     *tropea_ledger_sqlite_log_dup_group (TropeaLedgerSqliteLog *self);

/* For any handle. */
gboolean               tropea_ledger_sqlite_log_read_head (sqlite3              *db,
                                                         TropeaLedgerHead       *head,
                                                         GError                **error);
GBytes                *tropea_ledger_sqlite_log_read_hashes (sqlite3            *db,
                                                         guint                   level,
                                                         guint64                 first,
                                                         guint                   n_hashes,
                                                         GError                **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaLedgerSqliteLog, tropea_ledger_sqlite_log_free)

G_END_DECLS
