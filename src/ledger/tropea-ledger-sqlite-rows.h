/* tropea-ledger-sqlite-rows.h: the tables of a ledger's SQLite file, and rows to values
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-database.h"
#include "ledger/tropea-ledger-store.h"

G_BEGIN_DECLS

#define TROPEA_LEDGER_SESSION_ID_BYTES 16

/* The mint's account; clients' accounts come after it. */
#define TROPEA_LEDGER_MINT 0

/* The day of a tally that is a total, after every day that a session can have. */
#define TROPEA_LEDGER_TOTAL "1000000000"

/* What tropea_ledger_sqlite_read_entry () expects, from "sessions s JOIN accounts a". */
#define TROPEA_LEDGER_ENTRY_COLUMNS \
  "a.client_pub, s.session_id, s.start_ms, s.duration_s, s.bytes, s.ip_hash, s.source, " \
  "s.signature, s.grade, s.credits_micro, s.balance_micro, s.seq, " \
  "s.received_hour, s.leaf, s.nonce"

/* A statement while it is in use: reset, and so ready for the next use, when it goes out of
 * scope. */
typedef sqlite3_stmt TropeaLedgerQuery;

TropeaLedgerQuery *tropea_ledger_query_begin          (sqlite3_stmt         *statement);
void               tropea_ledger_query_end            (TropeaLedgerQuery    *query);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaLedgerQuery, tropea_ledger_query_end)

const char * const *tropea_ledger_sqlite_get_steps    (void);
gboolean           tropea_ledger_sqlite_prepare       (sqlite3              *db,
                                                       const char * const   *sql,
                                                       sqlite3_stmt        **statements,
                                                       gsize                 n_statements,
                                                       GError              **error);
char              *tropea_ledger_sqlite_dup_origin    (sqlite3              *db,
                                                       const char           *origin,
                                                       GError              **error);
gboolean           tropea_ledger_sqlite_find_ledger_key (sqlite3            *db,
                                                       guint8               *public_key,
                                                       gboolean             *is_found,
                                                       GError              **error);
gboolean           tropea_ledger_sqlite_put_ledger_key (sqlite3             *db,
                                                       const guint8         *public_key,
                                                       gboolean              replaces,
                                                       GError              **error);
void               tropea_ledger_sqlite_bind_key      (TropeaLedgerQuery    *query,
                                                       int                   index,
                                                       const guint8         *client_pub);
void               tropea_ledger_sqlite_bind_id       (TropeaLedgerQuery    *query,
                                                       int                   index,
                                                       const char           *session_id);
gboolean           tropea_ledger_sqlite_put_decision  (sqlite3              *db,
                                                       TropeaLedgerDecision *decision,
                                                       GError              **error);
GPtrArray         *tropea_ledger_sqlite_list_decisions (sqlite3             *db,
                                                       gint64                after_number,
                                                       GError              **error);
gboolean           tropea_ledger_sqlite_read_entry    (sqlite3_stmt         *row,
                                                       TropeaLedgerEntry    *entry,
                                                       GError              **error);

G_END_DECLS
