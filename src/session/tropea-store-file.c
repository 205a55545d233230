/* tropea-store-file.c: the SQLite side of the store, as its worker thread sees it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-store"

#include "config.h"

#include "session/tropea-store-file.h"

/* One call is one transaction. A session is written once, when it is cut, together with the
 * emptying of its open batch, so its bytes are in one of the two and never in both; afterwards
 * only its outcome is added, and an outcome is never changed. The sessions' own statements are
 * in tropea-store-rows.c.
 */

/* Version 1: the whole schema. */
static const char * const schema_steps[] = {
  "CREATE TABLE open_batches ("
  "  source TEXT NOT NULL PRIMARY KEY CHECK (source IN ('tor-client', 'simulation')),"
  "  started_ms INTEGER NOT NULL CHECK (started_ms >= 0),"
  "  elapsed_usec INTEGER NOT NULL CHECK (elapsed_usec >= 0),"
  "  bytes_in INTEGER NOT NULL CHECK (bytes_in >= 0),"
  "  bytes_out INTEGER NOT NULL CHECK (bytes_out >= 0)"
  ") STRICT;"
  "CREATE TABLE sessions ("
  "  row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"
  "  session_id TEXT NOT NULL UNIQUE CHECK (length (session_id) = 36),"
  "  timestamp_ms INTEGER NOT NULL CHECK (timestamp_ms >= 0),"
  "  duration_s INTEGER NOT NULL CHECK (duration_s >= 1),"
  "  bytes INTEGER NOT NULL CHECK (bytes >= 1),"
  "  ip_hash TEXT NOT NULL CHECK (length (ip_hash) IN (0, 64)),"
  "  source TEXT NOT NULL CHECK (source IN ('tor-client', 'simulation')),"
  "  state TEXT NOT NULL DEFAULT 'waiting'"
  "    CHECK (state IN ('waiting', 'credited', 'refused')),"
  "  credits_micro INTEGER NOT NULL DEFAULT 0 CHECK (credits_micro >= 0),"
  "  balance_micro INTEGER,"
  "  ledger_seq INTEGER,"
  "  reason_code TEXT,"
  "  reason TEXT,"
  "  CHECK (state = 'credited' OR credits_micro = 0),"
  "  CHECK ((state = 'credited') = (ledger_seq IS NOT NULL)),"
  "  CHECK ((state = 'credited') = (balance_micro IS NOT NULL)),"
  "  CHECK ((state = 'refused') = (reason_code IS NOT NULL))"
  ") STRICT;"
  "CREATE INDEX sessions_waiting ON sessions (row) WHERE state = 'waiting';"
  "CREATE INDEX sessions_end ON sessions (timestamp_ms + duration_s * 1000);"
  "CREATE TABLE facts ("
  "  name TEXT NOT NULL PRIMARY KEY,"
  "  value TEXT NOT NULL"
  ") STRICT;",

  /* Version 2: which ledger credited a session, by its public key. Where only one was ever
   * pinned, it was that one. */
  "ALTER TABLE sessions ADD COLUMN ledger TEXT CHECK (length (ledger) = 44);"
  "CREATE INDEX sessions_ledger ON sessions (ledger, ledger_seq) WHERE state = 'credited';"
  "UPDATE sessions SET ledger = (SELECT max (value) FROM facts WHERE name GLOB 'ledger-key *')"
  "  WHERE state = 'credited' AND (SELECT count (DISTINCT value) FROM facts"
  "                                WHERE name GLOB 'ledger-key *') = 1;",

  /* Version 3: how much moved when, in steps of 10 s, 5 min and 2 h; no more rows than the
   * ranges have steps. */
  "CREATE TABLE traffic ("
  "  step_s INTEGER NOT NULL CHECK (step_s >= 1),"
  "  start_s INTEGER NOT NULL CHECK (start_s >= 0 AND start_s % step_s = 0),"
  "  bytes_in INTEGER NOT NULL CHECK (bytes_in >= 0),"
  "  bytes_out INTEGER NOT NULL CHECK (bytes_out >= 0),"
  "  covered_usec INTEGER NOT NULL CHECK (covered_usec >= 1),"
  "  PRIMARY KEY (step_s, start_s)"
  ") STRICT, WITHOUT ROWID;",

  /* Version 4: what is known of a session beside what was sent, and what exactly was sent; and
   * the indexes of a history that is looked at by state, kind and day. */
  "ALTER TABLE sessions ADD COLUMN bytes_in INTEGER CHECK (bytes_in BETWEEN 0 AND bytes);"
  "ALTER TABLE sessions ADD COLUMN is_manual INTEGER NOT NULL DEFAULT 0"
  "  CHECK (is_manual IN (0, 1));"
  "ALTER TABLE sessions ADD COLUMN origin TEXT;"
  "ALTER TABLE sessions ADD COLUMN client_pub TEXT CHECK (length (client_pub) = 44);"
  "ALTER TABLE sessions ADD COLUMN signature TEXT CHECK (length (signature) = 88);"
  "ALTER TABLE sessions ADD COLUMN answered_ms INTEGER CHECK (answered_ms >= 0);"
  "ALTER TABLE sessions ADD COLUMN n_sent INTEGER CHECK (n_sent >= 1);"
  "CREATE INDEX sessions_state ON sessions (state);"
  "CREATE INDEX sessions_kind ON sessions (iif (source = 'simulation', 2, is_manual));"
  "CREATE INDEX sessions_start ON sessions (timestamp_ms);",

  /* Version 5: the proof that the ledger's log has a session. */
  "ALTER TABLE sessions ADD COLUMN receipt TEXT CHECK (receipt IS NULL OR state = 'credited');",
  NULL
};

TropeaStoreFile *
tropea_store_file_new (const char   *path,
                       TropeaWorker *worker)
{
  TropeaStoreFile *self = g_new0 (TropeaStoreFile, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->path = g_strdup (path);
  self->worker = worker;

  return self;
}

TropeaStoreFile *
tropea_store_file_ref (TropeaStoreFile *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
tropea_store_file_unref (TropeaStoreFile *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_pointer (&self->db, sqlite3_close);
  g_clear_pointer (&self->path, g_free);
  g_free (self);
}

static const char *
advice_for (int code)
{
  switch ((TropeaDatabaseError) code)
    {
    case TROPEA_DATABASE_ERROR_FULL:
      return "the disk is full; free some space, nothing that was recorded is lost";

    case TROPEA_DATABASE_ERROR_UNAVAILABLE:
      return "it cannot be written; make the file and its folder writable for your user";

    case TROPEA_DATABASE_ERROR_BUSY:
      return "another program holds it; close that program and try again";

    case TROPEA_DATABASE_ERROR_CORRUPT:
      return "it is damaged or no database of Tropea; put a backup in its place, or move it "
             "away to begin with an empty one";

    case TROPEA_DATABASE_ERROR_TOO_NEW:
      return "a newer Tropea has written it; install that version, or move the file away to "
             "begin with an empty one";

    case TROPEA_DATABASE_ERROR_FAILED:
    default:
      return NULL;
    }
}

/* The sentence that a user reads in place of SQLite's; its own words where we know no better. */
gboolean
tropea_store_file_explain (TropeaStoreFile  *self,
                           GError           *cause,
                           GError          **error)
{
  const char *advice = advice_for (cause->code);

  if (advice != NULL)
    g_set_error (error, cause->domain, cause->code,
                 "Could not use the sessions file “%s”: %s", self->path, advice);
  else
    g_set_error (error, cause->domain, cause->code,
                 "Could not use the sessions file “%s” (%s): see to the disk, or start again",
                 self->path, cause->message);
  g_error_free (cause);
  return FALSE;
}

gboolean
tropea_store_file_is_usable (TropeaStoreFile  *self,
                             GError          **error)
{
  g_assert (tropea_worker_is_current (self->worker));

  if (self->db != NULL)
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The sessions file is closed");
  return FALSE;
}

static gboolean
read_totals (TropeaStoreFile  *self,
             GError          **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;
  TropeaStoreTotals *totals = &self->totals;

  if (!tropea_database_prepare (self->db,
                                "SELECT count (*),"
                                " coalesce (sum (state = 'waiting'), 0),"
                                " coalesce (sum (state = 'credited'), 0),"
                                " coalesce (sum (state = 'refused'), 0),"
                                " coalesce (sum (iif (source = 'tor-client',"
                                "                     credits_micro, 0)), 0),"
                                " coalesce (sum (iif (source = 'simulation',"
                                "                     credits_micro, 0)), 0),"
                                " coalesce (sum (bytes), 0), coalesce (sum (duration_s), 0)"
                                " FROM sessions",
                                &statement, error) ||
      !tropea_database_step (statement, NULL, error))
    return FALSE;

  totals->sessions = sqlite3_column_int64 (statement, 0);
  totals->waiting = sqlite3_column_int64 (statement, 1);
  totals->credited = sqlite3_column_int64 (statement, 2);
  totals->refused = sqlite3_column_int64 (statement, 3);
  totals->credits_micro = sqlite3_column_int64 (statement, 4);
  totals->simulated_credits_micro = sqlite3_column_int64 (statement, 5);
  totals->bytes = sqlite3_column_int64 (statement, 6);
  totals->duration_s = sqlite3_column_int64 (statement, 7);

  return TRUE;
}

gboolean
tropea_store_file_open (TropeaStoreFile    *self,
                        TropeaStoreTotals  *totals,
                        GError            **error)
{
  GError *cause = NULL;

  g_assert (tropea_worker_is_current (self->worker));
  g_assert (self->db == NULL);

  if (!tropea_database_open (self->path, schema_steps, &self->db, &cause) ||
      !read_totals (self, &cause))
    {
      g_clear_pointer (&self->db, sqlite3_close);
      return tropea_store_file_explain (self, cause, error);
    }

  *totals = self->totals;
  return TRUE;
}

gboolean
tropea_store_file_close (TropeaStoreFile  *self,
                         GError          **error)
{
  if (!tropea_store_file_is_usable (self, error))
    return FALSE;

  g_clear_pointer (&self->db, sqlite3_close);
  return TRUE;
}

static gboolean
read_batch (TropeaStoreFile  *self,
            TropeaSource      source,
            TropeaBatch      *batch,
            GError          **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;
  gboolean has_row = FALSE;

  if (!tropea_database_prepare (self->db,
                                "SELECT started_ms, elapsed_usec, bytes_in, bytes_out"
                                " FROM open_batches WHERE source = ?",
                                &statement, error))
    return FALSE;

  sqlite3_bind_text (statement, 1, tropea_source_to_string (source), -1, SQLITE_STATIC);
  if (!tropea_database_step (statement, &has_row, error))
    return FALSE;

  *batch = (TropeaBatch) { .source = source };
  if (has_row)
    {
      batch->started_ms = sqlite3_column_int64 (statement, 0);
      batch->elapsed_usec = sqlite3_column_int64 (statement, 1);
      batch->bytes_in = sqlite3_column_int64 (statement, 2);
      batch->bytes_out = sqlite3_column_int64 (statement, 3);
    }

  return TRUE;
}

gboolean
tropea_store_file_load_batch (TropeaStoreFile  *self,
                              TropeaSource      source,
                              TropeaBatch      *batch,
                              gint64           *last_end_ms,
                              GError          **error)
{
  GError *cause = NULL;

  if (!tropea_store_file_is_usable (self, error))
    return FALSE;

  if (!read_batch (self, source, batch, &cause) ||
      !tropea_database_query_int64 (self->db,
                                    "SELECT coalesce (max (timestamp_ms + duration_s * 1000), 0)"
                                    " FROM sessions", last_end_ms, &cause))
    return tropea_store_file_explain (self, cause, error);

  return TRUE;
}

static gboolean
write_batch (TropeaStoreFile    *self,
             const TropeaBatch  *batch,
             GError            **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;

  if (!tropea_database_prepare (self->db,
                                "INSERT OR REPLACE INTO open_batches"
                                " (source, started_ms, elapsed_usec, bytes_in, bytes_out)"
                                " VALUES (?, ?, ?, ?, ?)",
                                &statement, error))
    return FALSE;

  sqlite3_bind_text (statement, 1, tropea_source_to_string (batch->source), -1, SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 2, batch->started_ms);
  sqlite3_bind_int64 (statement, 3, batch->elapsed_usec);
  sqlite3_bind_int64 (statement, 4, batch->bytes_in);
  sqlite3_bind_int64 (statement, 5, batch->bytes_out);

  return tropea_database_step (statement, NULL, error);
}

gboolean
tropea_store_file_save_batch (TropeaStoreFile    *self,
                              const TropeaBatch  *batch,
                              GError            **error)
{
  GError *cause = NULL;

  if (!tropea_store_file_is_usable (self, error))
    return FALSE;

  return write_batch (self, batch, &cause) ||
         tropea_store_file_explain (self, cause, error);
}

gboolean
tropea_store_file_get_fact (TropeaStoreFile  *self,
                            const char       *name,
                            char            **value,
                            GError          **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;
  GError *cause = NULL;
  gboolean has_row = FALSE;

  if (!tropea_store_file_is_usable (self, error))
    return FALSE;

  if (!tropea_database_prepare (self->db, "SELECT value FROM facts WHERE name = ?", &statement,
                                &cause))
    return tropea_store_file_explain (self, cause, error);

  sqlite3_bind_text (statement, 1, name, -1, SQLITE_TRANSIENT);
  if (!tropea_database_step (statement, &has_row, &cause))
    return tropea_store_file_explain (self, cause, error);

  *value = has_row ? g_strdup ((const char *) sqlite3_column_text (statement, 0)) : NULL;
  return TRUE;
}

/* @value NULL: forget it. */
gboolean
tropea_store_file_set_fact (TropeaStoreFile  *self,
                            const char       *name,
                            const char       *value,
                            GError          **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;
  GError *cause = NULL;
  const char *sql = value != NULL ?
                    "INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)" :
                    "DELETE FROM facts WHERE name = ?";

  if (!tropea_store_file_is_usable (self, error))
    return FALSE;

  if (!tropea_database_prepare (self->db, sql, &statement, &cause))
    return tropea_store_file_explain (self, cause, error);

  sqlite3_bind_text (statement, 1, name, -1, SQLITE_TRANSIENT);
  if (value != NULL)
    sqlite3_bind_text (statement, 2, value, -1, SQLITE_TRANSIENT);

  return tropea_database_step (statement, NULL, &cause) ||
         tropea_store_file_explain (self, cause, error);
}
