/* tropea-ledger-postgres-rows.c: sessions to and from PostgreSQL
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-store"

#include "config.h"

#include "ledger/tropea-ledger-postgres-rows.h"

#include <string.h>

#include "ledger/tropea-ledger-postgres-log.h"
#include "record/tropea-encoding.h"

/* A row is read with care, because a database can be damaged or edited. */

static const TropeaLedgerPostgresStatement statements[] = {
  { "submit",
    "SELECT * FROM tropea_ledger.submit ($1::bytea, $2::uuid, $3::bigint, $4::bigint, "
    "$5::bigint, $6::bytea, $7::text, $8::bytea, $9::text, $10::bigint, $11::bigint, "
    "$12::bigint, $13::bigint, $14::bytea)" },
  { "import",
    "SELECT tropea_ledger.import ($1::bytea, $2::uuid, $3::bigint, $4::bigint, $5::bigint, "
    "$6::bytea, $7::text, $8::bytea, $9::text, $10::bigint, $11::bigint, $12::bigint, "
    "$13::bigint, $14::bytea)" },
  /* The lock makes an answer that says “it is there” a commit of its own, which waits for the
   * standbys as the session's did: after a crash of the server, what is seen on it need not be
   * on them yet. It is only taken where there is a row. */
  { "find",
    "SELECT " TROPEA_LEDGER_POSTGRES_COLUMNS " FROM " TROPEA_LEDGER_POSTGRES_SESSIONS " "
    "JOIN tropea_ledger.accounts a ON a.client_pub = s.client_pub "
    "WHERE s.client_pub = $1::bytea AND s.session_id = $2::uuid FOR KEY SHARE OF a" },
  { "balance",
    "SELECT coalesce (sum (micro) FILTER (WHERE grade <> 'simulated'), 0)::bigint, "
    "coalesce (sum (micro) FILTER (WHERE grade = 'simulated'), 0)::bigint, "
    "coalesce (sum (sessions), 0)::bigint "
    "FROM tropea_ledger.balances WHERE client_pub = $1::bytea" },
  { "list",
    "SELECT " TROPEA_LEDGER_POSTGRES_COLUMNS " FROM " TROPEA_LEDGER_POSTGRES_SESSIONS " "
    "WHERE s.client_pub = $1::bytea AND s.seq < $2::bigint "
    "ORDER BY s.seq DESC LIMIT $3::bigint" },
  { "list-all",
    "SELECT " TROPEA_LEDGER_POSTGRES_COLUMNS " FROM " TROPEA_LEDGER_POSTGRES_SESSIONS " "
    "WHERE s.seq > $1::bigint ORDER BY s.seq LIMIT $2::bigint" },
  { "list-decisions",
    "SELECT number, hour, client_pub, freezes::int::bigint, reason FROM tropea_ledger.decisions "
    "WHERE number > $1::bigint ORDER BY number" },
};

static gboolean
prepare_all (TropeaPostgres                       *postgres,
             const TropeaLedgerPostgresStatement  *all,
             gsize                                 n_statements,
             gint64                                deadline_usec,
             GError                              **error)
{
  for (gsize i = 0; i < n_statements; i++)
    {
      if (!tropea_postgres_prepare (postgres, all[i].name, all[i].sql, deadline_usec, error))
        return FALSE;
    }

  return TRUE;
}

gboolean
tropea_ledger_postgres_prepare (TropeaPostgres  *postgres,
                                gint64           deadline_usec,
                                GError         **error)
{
  gsize n_logs = 0;
  const TropeaLedgerPostgresStatement *logs =
    tropea_ledger_postgres_log_get_statements (&n_logs);

  return prepare_all (postgres, statements, G_N_ELEMENTS (statements), deadline_usec, error) &&
         prepare_all (postgres, logs, n_logs, deadline_usec, error);
}

/* A copy with a zero at the end, or NULL where it does not fit. */
static const char *
copy_text (const PGresult *result,
           int             row,
           int             column,
           char           *text,
           gsize           size_bytes)
{
  gsize length = (gsize) PQgetlength (result, row, column);

  if (length >= size_bytes)
    return NULL;

  memcpy (text, PQgetvalue (result, row, column), length);
  text[length] = '\0';
  return text;
}

gboolean
tropea_ledger_postgres_read_grade (const PGresult    *result,
                                   int                row,
                                   int                column,
                                   TropeaLedgerGrade *grade)
{
  char text[32];

  return tropea_ledger_grade_from_string (copy_text (result, row, column, text, sizeof text),
                                          grade);
}

static gboolean
read_source (const PGresult *result,
             int             row,
             int             column,
             TropeaSource   *source)
{
  char text[32];

  return tropea_source_from_string (copy_text (result, row, column, text, sizeof text), source);
}

static gboolean
read_ip_hash (const PGresult *result,
              int             row,
              int             column,
              TropeaRecord   *record)
{
  guint8 bytes[(sizeof record->ip_hash - 1) / 2] = { 0 };
  g_autofree char *hex = NULL;

  if (PQgetlength (result, row, column) == 0)
    return TRUE;

  if (!tropea_postgres_copy_bytes (result, row, column, bytes, sizeof bytes))
    return FALSE;

  hex = tropea_hex_encode (bytes, sizeof bytes);
  memcpy (record->ip_hash, hex, sizeof record->ip_hash);
  return TRUE;
}

static gboolean
is_in_range (const TropeaLedgerEntry *entry)
{
  return entry->record.timestamp_ms >= 0 &&
         entry->record.timestamp_ms <= TROPEA_RECORD_MAX_INTEGER &&
         entry->record.duration_s >= 0 &&
         entry->record.duration_s <= TROPEA_RECORD_MAX_INTEGER &&
         entry->record.bytes >= 0 && entry->record.bytes <= TROPEA_RECORD_MAX_INTEGER &&
         entry->credits_micro >= 0 && entry->balance_micro >= 0;
}

/**
 * tropea_ledger_postgres_read_entry:
 * @first_column: where TROPEA_LEDGER_POSTGRES_COLUMNS begin
 * @entry: (out caller-allocates): its outcome is DUPLICATE: it is there
 */
gboolean
tropea_ledger_postgres_read_entry (const PGresult     *result,
                                   int                 row,
                                   int                 first_column,
                                   TropeaLedgerEntry  *entry,
                                   GError            **error)
{
  TropeaLedgerEntry value = { 0 };
  TropeaRecord *record = &value.record;
  int c = first_column;

  record->timestamp_ms = tropea_postgres_get_int64 (result, row, c + 2);
  record->duration_s = tropea_postgres_get_int64 (result, row, c + 3);
  record->bytes = tropea_postgres_get_int64 (result, row, c + 4);
  value.credits_micro = tropea_postgres_get_int64 (result, row, c + 9);
  value.balance_micro = tropea_postgres_get_int64 (result, row, c + 10);
  value.seq = tropea_postgres_get_int64 (result, row, c + 11);
  value.received_hour = tropea_postgres_get_int64 (result, row, c + 12);
  value.leaf = PQgetisnull (result, row, c + 13) ? -1
                                                 : tropea_postgres_get_int64 (result, row, c + 13);
  value.outcome = TROPEA_LEDGER_OUTCOME_DUPLICATE;
  if (!tropea_postgres_copy_bytes (result, row, c, record->client_pub,
                                   sizeof record->client_pub) ||
      copy_text (result, row, c + 1, record->session_id, sizeof record->session_id) == NULL ||
      !tropea_record_is_valid_session_id (record->session_id, strlen (record->session_id)) ||
      !read_ip_hash (result, row, c + 5, record) ||
      !read_source (result, row, c + 6, &record->source) ||
      !tropea_postgres_copy_bytes (result, row, c + 7, record->signature,
                                   sizeof record->signature) ||
      (value.leaf >= 0 && !tropea_postgres_copy_bytes (result, row, c + 14, value.nonce,
                                                       sizeof value.nonce)) ||
      !tropea_ledger_postgres_read_grade (result, row, c + 8, &value.grade) ||
      !is_in_range (&value))
    {
      g_set_error (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_CORRUPT,
                   "Session %" G_GINT64_FORMAT " of the database is damaged", value.seq);
      return FALSE;
    }

  *entry = value;
  return TRUE;
}

/**
 * tropea_ledger_postgres_read_page:
 * @result: rows of TROPEA_LEDGER_POSTGRES_COLUMNS
 *
 * Returns: (transfer full) (element-type TropeaLedgerEntry):
 */
GPtrArray *
tropea_ledger_postgres_read_page (const PGresult  *result,
                                  GError         **error)
{
  g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func (g_free);

  for (int row = 0; row < PQntuples (result); row++)
    {
      TropeaLedgerEntry *entry = g_new0 (TropeaLedgerEntry, 1);

      g_ptr_array_add (entries, entry);
      if (!tropea_ledger_postgres_read_entry (result, row, 0, entry, error))
        return NULL;
    }

  return g_steal_pointer (&entries);
}

/* The first eleven parameters of both functions. */
static void
add_session (TropeaPostgresParams    *params,
             const TropeaLedgerEntry *entry,
             guint8                  *ip_hash,
             gint64                   received_hour)
{
  const TropeaRecord *record = &entry->record;
  gsize size_bytes = (sizeof record->ip_hash - 1) / 2;

  if (!tropea_hex_decode (record->ip_hash, strlen (record->ip_hash), ip_hash, size_bytes))
    size_bytes = 0;

  tropea_postgres_add_bytes (params, record->client_pub, sizeof record->client_pub);
  tropea_postgres_add_text (params, record->session_id);
  tropea_postgres_add_int64 (params, record->timestamp_ms);
  tropea_postgres_add_int64 (params, record->duration_s);
  tropea_postgres_add_int64 (params, record->bytes);
  tropea_postgres_add_bytes (params, ip_hash, size_bytes);
  tropea_postgres_add_text (params, tropea_source_to_string (record->source));
  tropea_postgres_add_bytes (params, record->signature, sizeof record->signature);
  tropea_postgres_add_text (params, tropea_ledger_grade_to_string (entry->grade));
  tropea_postgres_add_int64 (params, entry->credits_micro);
  tropea_postgres_add_int64 (params, received_hour);
}

gboolean
tropea_ledger_postgres_send_submit (TropeaPostgres           *postgres,
                                    const TropeaLedgerEntry  *entry,
                                    gint64                    received_hour,
                                    GError                  **error)
{
  TropeaPostgresParams params = { 0 };
  guint8 ip_hash[(sizeof entry->record.ip_hash - 1) / 2] = { 0 };

  add_session (&params, entry, ip_hash, received_hour);
  tropea_postgres_add_int64 (&params, entry->day_cap_micro);
  tropea_postgres_add_int64 (&params, entry->day_cap_bytes);
  tropea_postgres_add_bytes (&params, entry->nonce, sizeof entry->nonce);

  return tropea_postgres_pipeline_send (postgres, "submit", &params, error);
}

gboolean
tropea_ledger_postgres_send_import (TropeaPostgres           *postgres,
                                    const TropeaLedgerEntry  *entry,
                                    GError                  **error)
{
  TropeaPostgresParams params = { 0 };
  guint8 ip_hash[(sizeof entry->record.ip_hash - 1) / 2] = { 0 };

  add_session (&params, entry, ip_hash, entry->received_hour);
  tropea_postgres_add_int64 (&params, entry->balance_micro);
  tropea_postgres_add_int64 (&params, entry->seq);
  tropea_postgres_add_bytes (&params, entry->nonce, sizeof entry->nonce);

  return tropea_postgres_pipeline_send (postgres, "import", &params, error);
}
