/* tropea-ledger-postgres-log.h: the log in a ledger's PostgreSQL database
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ledger/tropea-ledger-head.h"
#include "ledger/tropea-postgres.h"

G_BEGIN_DECLS

typedef struct
{
  const char *name;
  const char *sql;
} TropeaLedgerPostgresStatement;

const TropeaLedgerPostgresStatement *tropea_ledger_postgres_log_get_statements (
                                                gsize                       *n_statements);

/* In a pipeline: lock, and, with the outcomes known, append. */
gboolean tropea_ledger_postgres_log_send_lock  (TropeaPostgres              *postgres,
                                                GError                     **error);
gboolean tropea_ledger_postgres_log_begin      (TropeaLedgerAppender        *appender,
                                                const PGresult              *result,
                                                GError                     **error);
gboolean tropea_ledger_postgres_log_send       (TropeaPostgres              *postgres,
                                                TropeaLedgerAppender        *appender,
                                                const gint64                *seqs,
                                                guint                       *n_sent,
                                                GError                     **error);

gboolean tropea_ledger_postgres_log_copy       (TropeaPostgres              *postgres,
                                                TropeaLedgerAppender        *appender,
                                                TropeaLedgerStore           *from,
                                                GArray                      *seqs,
                                                gint64                       deadline_usec,
                                                GError                     **error);
gboolean tropea_ledger_postgres_log_sign       (TropeaPostgres              *postgres,
                                                TropeaLedgerAppender        *appender,
                                                gint64                       deadline_usec,
                                                GError                     **error);
gboolean tropea_ledger_postgres_log_catch_up   (TropeaPostgres              *postgres,
                                                TropeaLedgerAppender        *appender,
                                                GError                     **error);

gboolean tropea_ledger_postgres_log_read_head  (const PGresult              *result,
                                                TropeaLedgerHead            *head,
                                                GError                     **error);
GBytes  *tropea_ledger_postgres_log_read_hashes (const PGresult             *result,
                                                guint                        level,
                                                guint64                      first,
                                                guint                        n_hashes,
                                                GError                     **error);

G_END_DECLS
