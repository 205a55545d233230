/* tropea-ledger-postgres-rows.h: sessions to and from PostgreSQL
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ledger/tropea-ledger-store.h"
#include "ledger/tropea-postgres.h"

G_BEGIN_DECLS

/* What tropea_ledger_postgres_read_entry () expects, from TROPEA_LEDGER_POSTGRES_SESSIONS. */
#define TROPEA_LEDGER_POSTGRES_COLUMNS \
  "s.client_pub, s.session_id::text, s.start_ms, s.duration_s, s.bytes, s.ip_hash, s.source, " \
  "s.signature, s.grade, s.credits_micro, s.balance_micro, s.seq, s.received_hour, " \
  "l.leaf, s.nonce"
#define TROPEA_LEDGER_POSTGRES_SESSIONS \
  "tropea_ledger.sessions s LEFT JOIN tropea_ledger.log l ON l.seq = s.seq"

gboolean   tropea_ledger_postgres_read_entry  (const PGresult           *result,
                                               int                       row,
                                               int                       first_column,
                                               TropeaLedgerEntry        *entry,
                                               GError                  **error);
GPtrArray *tropea_ledger_postgres_read_page   (const PGresult           *result,
                                               GError                  **error);
gboolean   tropea_ledger_postgres_read_grade  (const PGresult           *result,
                                               int                       row,
                                               int                       column,
                                               TropeaLedgerGrade        *grade);

gboolean   tropea_ledger_postgres_put_decision (TropeaPostgres          *postgres,
                                               TropeaLedgerDecision     *decision,
                                               GError                  **error);
GPtrArray *tropea_ledger_postgres_read_decisions (const PGresult        *result,
                                               GError                  **error);
gboolean   tropea_ledger_postgres_send_submit (TropeaPostgres           *postgres,
                                               const TropeaLedgerEntry  *entry,
                                               gint64                    received_hour,
                                               GError                  **error);
gboolean   tropea_ledger_postgres_send_import (TropeaPostgres           *postgres,
                                               const TropeaLedgerEntry  *entry,
                                               GError                  **error);
gboolean   tropea_ledger_postgres_prepare     (TropeaPostgres           *postgres,
                                               gint64                    deadline_usec,
                                               GError                  **error);

G_END_DECLS
