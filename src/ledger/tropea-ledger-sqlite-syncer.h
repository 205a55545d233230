/* tropea-ledger-sqlite-syncer.h: waits until a SQLite file's log is on disk
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-database.h"

G_BEGIN_DECLS

typedef struct _TropeaLedgerSqliteSyncer TropeaLedgerSqliteSyncer;

TropeaLedgerSqliteSyncer *tropea_ledger_sqlite_syncer_new (
                                      const char                *path,
                                      GError                   **error);
void       tropea_ledger_sqlite_syncer_free (
                                      TropeaLedgerSqliteSyncer  *self);
void       tropea_ledger_sqlite_syncer_set_written (
                                      TropeaLedgerSqliteSyncer  *self,
                                      gint64                     seq);
gboolean   tropea_ledger_sqlite_syncer_sync (
                                      TropeaLedgerSqliteSyncer  *self,
                                      GError                   **error);
gboolean   tropea_ledger_sqlite_syncer_sync_session (
                                      TropeaLedgerSqliteSyncer  *self,
                                      gint64                     seq,
                                      GError                   **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaLedgerSqliteSyncer, tropea_ledger_sqlite_syncer_free)

G_END_DECLS
