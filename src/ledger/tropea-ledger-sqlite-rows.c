/* tropea-ledger-sqlite-rows.c: the tables of a ledger's SQLite file, and rows to values
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-store"

#include "config.h"

#include "ledger/tropea-ledger-sqlite-rows.h"

#include <string.h>

#include "record/tropea-encoding.h"

/* Versions of the file:
 * 1  accounts, balances per grade, sessions, and whose ledger it is
 * 2  what each key has for each day, so that a day's cap needs no addition
 * 3  fewer pages for each session: see below
 * 4  what the operator decided about keys
 * 5  the log, and each session's place in it; see tropea-ledger-sqlite-log.c
 *
 * In a large ledger it is the pages that count. A session's client is another than the last
 * one's, so each table and index in the order of clients has another page written for it. There
 * are three of these: that the id is there once, that no moment is (with the duration, so the
 * row of the session before is not read for it), and the tallies. A key's totals come after its
 * days and so beside the latest one. The order of a key's places has no index: each session
 * says which place its key had before it, and the totals say which was the last. The step to it
 * needs a larger cache, for where each key is in the index: ten million sessions take minutes.
 * Whoever opens a file for more than its steps sets the cache again.
 *
 * A grade is a word without a constraint, so that a stronger one needs no new table. What is
 * not here is not known: no address, no user agent, no arrival time finer than the hour.
 */
static const char * const steps[] = {
  "CREATE TABLE facts ("
  "  name TEXT NOT NULL PRIMARY KEY,"
  "  value TEXT NOT NULL"
  ") STRICT, WITHOUT ROWID;"

  "CREATE TABLE accounts ("
  "  id INTEGER PRIMARY KEY,"
  "  client_pub BLOB UNIQUE,"
  "  CHECK ((id = 0 AND client_pub IS NULL) OR (id > 0 AND length (client_pub) = 32))"
  ") STRICT;"
  "INSERT INTO accounts (id, client_pub) VALUES (0, NULL);"

  "CREATE TABLE balances ("
  "  account INTEGER NOT NULL REFERENCES accounts (id),"
  "  grade TEXT NOT NULL,"
  "  micro INTEGER NOT NULL,"
  "  sessions INTEGER NOT NULL CHECK (sessions >= 0),"
  "  PRIMARY KEY (account, grade),"
  "  CHECK (micro = 0 OR (account = 0) = (micro < 0))"
  ") STRICT, WITHOUT ROWID;"

  "CREATE TABLE sessions ("
  "  seq INTEGER PRIMARY KEY,"
  "  client INTEGER NOT NULL REFERENCES accounts (id) CHECK (client > 0),"
  "  session_id BLOB NOT NULL CHECK (length (session_id) = 16),"
  "  start_ms INTEGER NOT NULL CHECK (start_ms >= 0),"
  "  duration_s INTEGER NOT NULL CHECK (duration_s >= 1),"
  "  bytes INTEGER NOT NULL CHECK (bytes >= 0),"
  "  ip_hash BLOB NOT NULL CHECK (length (ip_hash) IN (0, 32)),"
  "  source TEXT NOT NULL,"
  "  signature BLOB NOT NULL CHECK (length (signature) = 64),"
  "  grade TEXT NOT NULL,"
  "  credits_micro INTEGER NOT NULL CHECK (credits_micro >= 0),"
  "  balance_micro INTEGER NOT NULL CHECK (balance_micro >= 0),"
  "  received_hour INTEGER NOT NULL,"
  "  UNIQUE (client, session_id)"
  ") STRICT;"
  "CREATE INDEX sessions_by_client ON sessions (client, seq);"
  "CREATE INDEX sessions_by_start ON sessions (client, start_ms);",

  "CREATE TABLE days ("
  "  account INTEGER NOT NULL REFERENCES accounts (id) CHECK (account > 0),"
  "  grade TEXT NOT NULL,"
  "  day INTEGER NOT NULL CHECK (day >= 0),"
  "  micro INTEGER NOT NULL CHECK (micro >= 0),"
  "  bytes INTEGER NOT NULL CHECK (bytes >= 0),"
  "  PRIMARY KEY (account, grade, day)"
  ") STRICT, WITHOUT ROWID;"
  "INSERT INTO days (account, grade, day, micro, bytes) "
  "SELECT client, grade, start_ms / 86400000, sum (credits_micro), sum (bytes) FROM sessions "
  "GROUP BY 1, 2, 3;",

  "PRAGMA cache_size = -262144;"
  "CREATE TABLE tallies ("
  "  account INTEGER NOT NULL REFERENCES accounts (id),"
  "  day INTEGER NOT NULL CHECK (day >= 0),"
  "  grade TEXT NOT NULL,"
  "  micro INTEGER NOT NULL,"
  "  bytes INTEGER CHECK (bytes >= 0),"
  "  sessions INTEGER CHECK (sessions >= 0),"
  "  last_seq INTEGER CHECK (last_seq > 0),"
  "  PRIMARY KEY (account, day, grade),"
  "  CHECK (micro = 0 OR (account = 0) = (micro < 0)),"
  "  CHECK ((day = 1000000000) = (bytes IS NULL)),"
  "  CHECK ((day = 1000000000) = (sessions IS NOT NULL))"
  ") STRICT, WITHOUT ROWID;"
  "INSERT INTO tallies (account, day, grade, micro, bytes, sessions, last_seq) "
  "SELECT account, day, grade, micro, bytes, NULL, NULL FROM days UNION ALL "
  "SELECT account, 1000000000, grade, micro, NULL, sessions, "
  "(SELECT seq FROM sessions s WHERE s.client = b.account AND s.grade = b.grade "
  "ORDER BY seq DESC LIMIT 1) FROM balances b ORDER BY 1, 2, 3;"
  "DROP TABLE days;"
  "DROP TABLE balances;"
  "CREATE VIEW days AS SELECT account, grade, day, micro, bytes FROM tallies "
  "WHERE day < 1000000000;"
  "CREATE VIEW balances AS SELECT account, grade, micro, sessions, last_seq FROM tallies "
  "WHERE day = 1000000000;"
  "ALTER TABLE sessions ADD COLUMN prev_seq INTEGER CHECK (prev_seq BETWEEN 1 AND seq - 1);"
  "UPDATE sessions SET prev_seq = (SELECT max (p.seq) FROM sessions p "
  "WHERE p.client = sessions.client AND p.seq < sessions.seq);"
  "DROP INDEX sessions_by_client;"
  "DROP INDEX sessions_by_start;"
  "CREATE INDEX sessions_by_start ON sessions (client, start_ms, duration_s);",

  "CREATE TABLE decisions ("
  "  number INTEGER PRIMARY KEY,"
  "  hour INTEGER NOT NULL CHECK (hour >= 0),"
  "  client_pub BLOB NOT NULL CHECK (length (client_pub) = 32),"
  "  freezes INTEGER NOT NULL CHECK (freezes IN (0, 1)),"
  "  reason TEXT NOT NULL"
  ") STRICT;",

  "CREATE TABLE log ("
  "  leaf INTEGER PRIMARY KEY CHECK (leaf >= 0),"
  "  entry BLOB NOT NULL CHECK (length (entry) = 32)"
  ") STRICT;"
  "CREATE TABLE log_nodes ("
  "  level INTEGER NOT NULL CHECK (level > 0),"
  "  node INTEGER NOT NULL CHECK (node >= 0),"
  "  hash BLOB NOT NULL CHECK (length (hash) = 32),"
  "  PRIMARY KEY (level, node)"
  ") STRICT, WITHOUT ROWID;"
  "CREATE TABLE log_head ("
  "  id INTEGER PRIMARY KEY CHECK (id = 0),"
  "  size INTEGER NOT NULL CHECK (size >= 0),"
  "  frontier BLOB NOT NULL,"
  "  micro INTEGER NOT NULL CHECK (micro >= 0),"
  "  simulated_micro INTEGER NOT NULL CHECK (simulated_micro >= 0),"
  "  checkpoint TEXT"
  ") STRICT;"
  "INSERT INTO log_head (id, size, frontier, micro, simulated_micro) VALUES (0, 0, x'', 0, 0);"
  "ALTER TABLE sessions ADD COLUMN leaf INTEGER CHECK (leaf >= 0);"
  "ALTER TABLE sessions ADD COLUMN nonce BLOB CHECK (length (nonce) = 32);"
  "INSERT INTO facts (name, value) SELECT 'unlogged', '0' WHERE EXISTS (SELECT 1 FROM sessions);",

  NULL,
};

const char * const *
tropea_ledger_sqlite_get_steps (void)
{
  return steps;
}

TropeaLedgerQuery *
tropea_ledger_query_begin (sqlite3_stmt *statement)
{
  return statement;
}

void
tropea_ledger_query_end (TropeaLedgerQuery *query)
{
  sqlite3_reset (query);
  sqlite3_clear_bindings (query);
}

gboolean
tropea_ledger_sqlite_prepare (sqlite3             *db,
                              const char * const  *sql,
                              sqlite3_stmt       **statements,
                              gsize                n_statements,
                              GError             **error)
{
  for (gsize i = 0; i < n_statements; i++)
    {
      if (!tropea_database_prepare (db, sql[i], &statements[i], error))
        return FALSE;
    }

  return TRUE;
}

/* @session_id: a valid UUID */
static void
pack_id (const char *session_id,
         guint8     *bytes)
{
  char digits[2 * TROPEA_LEDGER_SESSION_ID_BYTES] = { 0 };
  gsize n_digits = 0;

  for (const char *c = session_id; *c != '\0' && n_digits < sizeof digits; c++)
    {
      if (*c != '-')
        digits[n_digits++] = *c;
    }

  if (!tropea_hex_decode (digits, n_digits, bytes, TROPEA_LEDGER_SESSION_ID_BYTES))
    g_return_if_reached ();
}

void
tropea_ledger_sqlite_bind_key (TropeaLedgerQuery *query,
                               int                index,
                               const guint8      *client_pub)
{
  sqlite3_bind_blob (query, index, client_pub, TROPEA_RECORD_PUBLIC_KEY_BYTES, SQLITE_STATIC);
}

void
tropea_ledger_sqlite_bind_id (TropeaLedgerQuery *query,
                              int                index,
                              const char        *session_id)
{
  guint8 id[TROPEA_LEDGER_SESSION_ID_BYTES] = { 0 };

  pack_id (session_id, id);
  sqlite3_bind_blob (query, index, id, sizeof id, SQLITE_TRANSIENT);
}

static gboolean
unpack_id (const guint8 *bytes,
           char         *session_id)
{
  g_autofree char *hex = tropea_hex_encode (bytes, TROPEA_LEDGER_SESSION_ID_BYTES);

  g_snprintf (session_id, sizeof ((TropeaRecord *) NULL)->session_id,
              "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
  return tropea_record_is_valid_session_id (session_id, strlen (session_id));
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

static gboolean
copy_blob (sqlite3_stmt *row,
           int           column,
           guint8       *data,
           gsize         size_bytes)
{
  if ((gsize) sqlite3_column_bytes (row, column) != size_bytes)
    return FALSE;

  memcpy (data, sqlite3_column_blob (row, column), size_bytes);
  return TRUE;
}

static gboolean
read_ip_hash (sqlite3_stmt *row,
              int           column,
              TropeaRecord *record)
{
  guint8 bytes[(sizeof record->ip_hash - 1) / 2] = { 0 };
  g_autofree char *hex = NULL;

  if (sqlite3_column_bytes (row, column) == 0)
    return TRUE;

  if (!copy_blob (row, column, bytes, sizeof bytes))
    return FALSE;

  hex = tropea_hex_encode (bytes, sizeof bytes);
  memcpy (record->ip_hash, hex, sizeof record->ip_hash);
  return TRUE;
}

/**
 * tropea_ledger_sqlite_read_entry:
 * @row: starts with TROPEA_LEDGER_ENTRY_COLUMNS
 * @entry: (out caller-allocates): its outcome is DUPLICATE: it is there
 *
 * A row is read with care, because a file can be damaged or edited.
 */
gboolean
tropea_ledger_sqlite_read_entry (sqlite3_stmt       *row,
                                 TropeaLedgerEntry  *entry,
                                 GError            **error)
{
  TropeaLedgerEntry value = { 0 };
  guint8 id[TROPEA_LEDGER_SESSION_ID_BYTES] = { 0 };

  value.seq = sqlite3_column_int64 (row, 11);
  value.record.timestamp_ms = sqlite3_column_int64 (row, 2);
  value.record.duration_s = sqlite3_column_int64 (row, 3);
  value.record.bytes = sqlite3_column_int64 (row, 4);
  value.credits_micro = sqlite3_column_int64 (row, 9);
  value.balance_micro = sqlite3_column_int64 (row, 10);
  value.received_hour = sqlite3_column_int64 (row, 12);
  value.leaf = sqlite3_column_type (row, 13) != SQLITE_NULL ? sqlite3_column_int64 (row, 13) : -1;
  value.outcome = TROPEA_LEDGER_OUTCOME_DUPLICATE;
  if (!copy_blob (row, 0, value.record.client_pub, sizeof value.record.client_pub) ||
      !copy_blob (row, 1, id, sizeof id) ||
      !read_ip_hash (row, 5, &value.record) ||
      !tropea_source_from_string ((const char *) sqlite3_column_text (row, 6),
                                  &value.record.source) ||
      !copy_blob (row, 7, value.record.signature, sizeof value.record.signature) ||
      (value.leaf >= 0 && !copy_blob (row, 14, value.nonce, sizeof value.nonce)) ||
      !tropea_ledger_grade_from_string ((const char *) sqlite3_column_text (row, 8),
                                        &value.grade) ||
      !is_in_range (&value) || !unpack_id (id, value.record.session_id))
    {
      g_set_error (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_CORRUPT,
                   "Session %" G_GINT64_FORMAT " of the database is damaged", value.seq);
      return FALSE;
    }

  *entry = value;
  return TRUE;
}
