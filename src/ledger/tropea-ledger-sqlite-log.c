/* tropea-ledger-sqlite-log.c: the log in a ledger's SQLite file
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-store"

#include "config.h"

#include "ledger/tropea-ledger-sqlite-log.h"

#include <string.h>

#include "ledger/tropea-ledger-sqlite-rows.h"

/* Entries are added at the end of one table, and of the tree above them every eighth level: a
 * node for 256 entries. So a commit writes the last page of each, and one page for the head,
 * however large the ledger is; what lies between is hashed again when somebody asks.
 *
 * A file of an earlier version has sessions without a place in the log. They are put there in
 * the order in which they came, when it is opened, so many in each transaction that a file of
 * any size gets through; what has come so far is a log without a signature, and whoever is
 * interrupted goes on from there.
 */

#define PAGE_LENGTH 10000

/* What may be asked for at once. */
#define MAX_HASHES 256

typedef enum
{
  LOG_GET_HEAD,
  LOG_PUT_HEAD,
  LOG_ADD_ENTRY,
  LOG_ADD_NODE,
  N_LOGS,
} Statement;

#define GET_HEAD_SQL \
  "SELECT size, frontier, micro, simulated_micro, checkpoint FROM log_head WHERE id = 0"

#define PUT_HEAD_SQL \
  "UPDATE log_head SET size = ?1, frontier = ?2, micro = ?3, simulated_micro = ?4, " \
  "checkpoint = ?5 WHERE id = 0"

static const char * const log_sql[N_LOGS] = {
  [LOG_GET_HEAD] = GET_HEAD_SQL,
  [LOG_PUT_HEAD] = PUT_HEAD_SQL,
  [LOG_ADD_ENTRY] = "INSERT INTO log (leaf, entry) VALUES (?1, ?2)",
  [LOG_ADD_NODE] = "INSERT INTO log_nodes (level, node, hash) VALUES (?1, ?2, ?3)",
};

struct _TropeaLedgerSqliteLog
{
  sqlite3              *db;                  /* (unowned) */
  TropeaLedgerAppender *appender;            /* (owned) */
  sqlite3_stmt         *statements[N_LOGS];  /* (owned) */
};

static gboolean
fail_damaged (GError **error)
{
  g_set_error_literal (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_CORRUPT,
                       "The head of the ledger's log is damaged: go back to a copy, and see "
                       "what “tropea-ledger verify” says of it");
  return FALSE;
}

static gboolean
read_head (sqlite3_stmt      *row,
           TropeaLedgerHead  *head,
           GError           **error)
{
  gboolean has_row = FALSE;

  if (!tropea_database_step (row, &has_row, error))
    return FALSE;

  if (!has_row || sqlite3_column_int64 (row, 0) < 0 ||
      !tropea_tlog_frontier_from_bytes ((guint64) sqlite3_column_int64 (row, 0),
                                        sqlite3_column_blob (row, 1),
                                        (gsize) sqlite3_column_bytes (row, 1), &head->frontier))
    return fail_damaged (error);

  head->micro = sqlite3_column_int64 (row, 2);
  head->simulated_micro = sqlite3_column_int64 (row, 3);
  head->checkpoint = g_strdup ((const char *) sqlite3_column_text (row, 4));
  return TRUE;
}

gboolean
tropea_ledger_sqlite_log_read_head (sqlite3           *db,
                                    TropeaLedgerHead  *head,
                                    GError           **error)
{
  g_autoptr(sqlite3_stmt) row = NULL;

  return tropea_database_prepare (db, GET_HEAD_SQL, &row, error) && read_head (row, head, error);
}

/* See tropea_ledger_store_read_hashes (). */
GBytes *
tropea_ledger_sqlite_log_read_hashes (sqlite3  *db,
                                      guint     level,
                                      guint64   first,
                                      guint     n_hashes,
                                      GError  **error)
{
  g_autoptr(sqlite3_stmt) row = NULL;
  g_autoptr(GByteArray) hashes = g_byte_array_sized_new (n_hashes * TROPEA_TLOG_HASH_BYTES);
  gboolean has_row = FALSE;

  g_return_val_if_fail (n_hashes <= MAX_HASHES, NULL);

  if (!tropea_database_prepare (db,
                                level == 0
                                ? "SELECT leaf, entry FROM log WHERE leaf BETWEEN ?1 AND ?2 "
                                  "ORDER BY leaf"
                                : "SELECT node, hash FROM log_nodes WHERE level = ?3 "
                                  "AND node BETWEEN ?1 AND ?2 ORDER BY node", &row, error))
    return NULL;

  sqlite3_bind_int64 (row, 1, (gint64) first);
  sqlite3_bind_int64 (row, 2, (gint64) first + n_hashes - 1);
  if (level > 0)
    sqlite3_bind_int64 (row, 3, level);
  for (guint i = 0; i < n_hashes; i++)
    {
      if (!tropea_database_step (row, &has_row, error))
        return NULL;

      if (!has_row || sqlite3_column_int64 (row, 0) != (gint64) first + i ||
          sqlite3_column_bytes (row, 1) != TROPEA_TLOG_HASH_BYTES)
        {
          g_set_error (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_CORRUPT,
                       "Level %u of the ledger's log has no hash at %" G_GUINT64_FORMAT, level,
                       first + i);
          return NULL;
        }
      g_byte_array_append (hashes, sqlite3_column_blob (row, 1), TROPEA_TLOG_HASH_BYTES);
    }

  return g_byte_array_free_to_bytes (g_steal_pointer (&hashes));
}

/* In a transaction that writes. */
gboolean
tropea_ledger_sqlite_log_begin (TropeaLedgerSqliteLog  *self,
                                GError                **error)
{
  g_autoptr(TropeaLedgerQuery) get = tropea_ledger_query_begin (self->statements[LOG_GET_HEAD]);
  g_auto(TropeaLedgerHead) head = { { 0 } };

  if (!read_head (get, &head, error))
    return FALSE;

  tropea_ledger_appender_begin (self->appender, &head);
  return TRUE;
}

static gboolean
write_entry (TropeaLedgerSqliteLog  *self,
             guint64                 leaf,
             const guint8           *entry,
             GError                **error)
{
  g_autoptr(TropeaLedgerQuery) add = tropea_ledger_query_begin (self->statements[LOG_ADD_ENTRY]);

  sqlite3_bind_int64 (add, 1, (gint64) leaf);
  sqlite3_bind_blob (add, 2, entry, TROPEA_TLOG_ENTRY_BYTES, SQLITE_STATIC);

  return tropea_database_step (add, NULL, error);
}

/* A session that is credited and has a nonce; it gets its place. */
gboolean
tropea_ledger_sqlite_log_add (TropeaLedgerSqliteLog  *self,
                              TropeaLedgerEntry      *entry,
                              GError                **error)
{
  const guint8 *hash = tropea_ledger_appender_add (self->appender, entry);

  return write_entry (self, (guint64) entry->leaf, hash, error);
}

static gboolean
write_nodes (TropeaLedgerSqliteLog  *self,
             TropeaLedgerGroup      *group,
             GError                **error)
{
  for (guint level = 1; level < TROPEA_TLOG_N_LEVELS / 8; level++)
    {
      guint64 first = 0;
      gsize n_nodes = 0;
      const guint8 *hashes = tropea_tlog_span_get_completed (group->span, level, &first,
                                                             &n_nodes);

      for (gsize i = 0; i < n_nodes; i++)
        {
          g_autoptr(TropeaLedgerQuery) add =
            tropea_ledger_query_begin (self->statements[LOG_ADD_NODE]);

          sqlite3_bind_int64 (add, 1, level);
          sqlite3_bind_int64 (add, 2, (gint64) (first + i));
          sqlite3_bind_blob (add, 3, hashes + i * TROPEA_TLOG_HASH_BYTES, TROPEA_TLOG_HASH_BYTES,
                             SQLITE_STATIC);
          if (!tropea_database_step (add, NULL, error))
            return FALSE;
        }
    }

  return TRUE;
}

static gboolean
write_head (TropeaLedgerSqliteLog   *self,
            const TropeaLedgerHead  *head,
            GError                 **error)
{
  g_autoptr(TropeaLedgerQuery) put = tropea_ledger_query_begin (self->statements[LOG_PUT_HEAD]);
  g_autoptr(GBytes) frontier = tropea_tlog_frontier_to_bytes (&head->frontier);
  gsize size = 0;
  const void *data = g_bytes_get_data (frontier, &size);

  sqlite3_bind_int64 (put, 1, (gint64) head->frontier.size);
  sqlite3_bind_blob (put, 2, size > 0 ? data : "", (int) size, SQLITE_STATIC);
  sqlite3_bind_int64 (put, 3, head->micro);
  sqlite3_bind_int64 (put, 4, head->simulated_micro);
  if (head->checkpoint != NULL)
    sqlite3_bind_text (put, 5, head->checkpoint, -1, SQLITE_STATIC);

  return tropea_database_step (put, NULL, error);
}

/* Before the commit; writes nothing where nothing was added. */
gboolean
tropea_ledger_sqlite_log_finish (TropeaLedgerSqliteLog  *self,
                                 GError                **error)
{
  const TropeaLedgerHead *head = tropea_ledger_appender_finish (self->appender);
  g_autoptr(TropeaLedgerGroup) group = tropea_ledger_appender_dup_group (self->appender);

  return tropea_tlog_span_get_first (group->span) == group->size ||
         (write_nodes (self, group, error) && write_head (self, head, error));
}

/**
 * tropea_ledger_sqlite_log_copy:
 * @from: the store whose log it is
 *
 * Copy a log as it is, in a transaction, into one that is empty.
 */
gboolean
tropea_ledger_sqlite_log_copy (TropeaLedgerSqliteLog  *self,
                               TropeaLedgerStore      *from,
                               GError                **error)
{
  g_auto(TropeaLedgerHead) head = { { 0 } };
  guint64 size = 0;

  if (!tropea_ledger_store_read_head (from, &head, error))
    return FALSE;

  size = head.frontier.size;
  for (guint64 leaf = 0; leaf < size; leaf += MAX_HASHES)
    {
      guint n_entries = (guint) MIN (size - leaf, MAX_HASHES);
      g_autoptr(GBytes) entries = tropea_ledger_store_read_hashes (from, 0, leaf, n_entries,
                                                                   error);
      const guint8 *data = NULL;

      if (entries == NULL || !tropea_ledger_sqlite_log_begin (self, error))
        return FALSE;

      data = g_bytes_get_data (entries, NULL);
      tropea_ledger_appender_add_entries (self->appender, data, n_entries);
      for (guint i = 0; i < n_entries; i++)
        {
          if (!write_entry (self, leaf + i, data + i * TROPEA_TLOG_ENTRY_BYTES, error))
            return FALSE;
        }
      if (!tropea_ledger_sqlite_log_finish (self, error))
        return FALSE;
    }

  return write_head (self, &head, error);
}

TropeaLedgerGroup *
tropea_ledger_sqlite_log_dup_group (TropeaLedgerSqliteLog *self)
{
  return tropea_ledger_appender_dup_group (self->appender);
}

static gboolean
end_transaction (TropeaLedgerSqliteLog  *self,
                 gboolean                is_good,
                 GError                **error)
{
  if (is_good && tropea_database_exec (self->db, "COMMIT", error))
    return TRUE;

  if (!sqlite3_get_autocommit (self->db))
    tropea_database_exec (self->db, "ROLLBACK", NULL);
  return FALSE;
}

/* Sign each head from now on, and the one there is, if nobody has. */
gboolean
tropea_ledger_sqlite_log_set_key (TropeaLedgerSqliteLog  *self,
                                  TropeaSecret           *secret_key,
                                  GError                **error)
{
  tropea_ledger_appender_set_key (self->appender, secret_key);

  return tropea_database_exec (self->db, "BEGIN IMMEDIATE", error) &&
         end_transaction (self,
                          tropea_ledger_sqlite_log_begin (self, error) &&
                          write_head (self, tropea_ledger_appender_finish (self->appender),
                                      error), error);
}

static gboolean
log_session (TropeaLedgerSqliteLog  *self,
             sqlite3_stmt           *put,
             TropeaLedgerEntry      *entry,
             GError                **error)
{
  g_autoptr(TropeaLedgerQuery) query = tropea_ledger_query_begin (put);

  tropea_ledger_make_nonce (entry);
  if (!tropea_ledger_sqlite_log_add (self, entry, error))
    return FALSE;

  sqlite3_bind_int64 (query, 1, entry->seq);
  sqlite3_bind_int64 (query, 2, entry->leaf);
  sqlite3_bind_blob (query, 3, entry->nonce, sizeof entry->nonce, SQLITE_STATIC);

  return tropea_database_step (query, NULL, error);
}

/* @seq: (inout): how far it is; @is_end: (out): nothing was left */
static gboolean
log_page (TropeaLedgerSqliteLog  *self,
          gint64                 *seq,
          gboolean               *is_end,
          GError                **error)
{
  g_autoptr(sqlite3_stmt) row = NULL;
  g_autoptr(sqlite3_stmt) put = NULL;
  guint n_rows = 0;

  if (!tropea_database_prepare (self->db,
                                "SELECT " TROPEA_LEDGER_ENTRY_COLUMNS " FROM sessions s "
                                "JOIN accounts a ON a.id = s.client WHERE s.seq > ?1 "
                                "ORDER BY s.seq LIMIT ?2", &row, error) ||
      !tropea_database_prepare (self->db,
                                "UPDATE sessions SET leaf = ?2, nonce = ?3 WHERE seq = ?1", &put,
                                error) ||
      !tropea_ledger_sqlite_log_begin (self, error))
    return FALSE;

  sqlite3_bind_int64 (row, 1, *seq);
  sqlite3_bind_int64 (row, 2, PAGE_LENGTH);
  for (gboolean has_row = TRUE; ; n_rows++)
    {
      TropeaLedgerEntry entry = { 0 };

      if (!tropea_database_step (row, &has_row, error))
        return FALSE;
      if (!has_row)
        break;
      if (!tropea_ledger_sqlite_read_entry (row, &entry, error) ||
          !log_session (self, put, &entry, error))
        return FALSE;
      *seq = entry.seq;
    }

  *is_end = n_rows < PAGE_LENGTH;
  return tropea_ledger_sqlite_log_finish (self, error);
}

/* How far it is, or -1 where all sessions are in the log. */
static gboolean
read_progress (TropeaLedgerSqliteLog  *self,
               gint64                 *seq,
               GError                **error)
{
  return tropea_database_query_int64 (self->db,
                                      "SELECT coalesce ((SELECT CAST (value AS INTEGER) "
                                      "FROM facts WHERE name = 'unlogged'), -1)", seq, error);
}

static gboolean
note_progress (TropeaLedgerSqliteLog  *self,
               gint64                  seq,
               gboolean                is_end,
               GError                **error)
{
  g_autofree char *sql =
    is_end ? g_strdup ("DELETE FROM facts WHERE name = 'unlogged'")
           : g_strdup_printf ("UPDATE facts SET value = '%" G_GINT64_FORMAT "' "
                              "WHERE name = 'unlogged'", seq);

  return tropea_database_exec (self->db, sql, error);
}

/* Another process may be at it too: how far it is belongs to the transaction. */
static gboolean
catch_up_by_a_page (TropeaLedgerSqliteLog  *self,
                    gboolean               *is_end,
                    GError                **error)
{
  gint64 seq = -1;

  if (!read_progress (self, &seq, error))
    return FALSE;

  *is_end = seq < 0;
  return *is_end ||
         (log_page (self, &seq, is_end, error) && note_progress (self, seq, *is_end, error));
}

/* Puts what an earlier version stored into the log. */
static gboolean
catch_up (TropeaLedgerSqliteLog  *self,
          GError                **error)
{
  gint64 seq = -1;
  gboolean is_end = FALSE;

  if (!read_progress (self, &seq, error))
    return FALSE;

  is_end = seq < 0;
  while (!is_end)
    {
      if (!tropea_database_exec (self->db, "BEGIN IMMEDIATE", error) ||
          !end_transaction (self, catch_up_by_a_page (self, &is_end, error), error))
        return FALSE;
    }

  return TRUE;
}

/**
 * tropea_ledger_sqlite_log_new:
 * @db: stays until the log is freed
 */
TropeaLedgerSqliteLog *
tropea_ledger_sqlite_log_new (sqlite3     *db,
                              const char  *origin,
                              GError     **error)
{
  g_autoptr(TropeaLedgerSqliteLog) self = g_new0 (TropeaLedgerSqliteLog, 1);

  self->db = db;
  self->appender = tropea_ledger_appender_new (origin);
  if (!tropea_ledger_sqlite_prepare (db, log_sql, self->statements, N_LOGS, error) ||
      !catch_up (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
tropea_ledger_sqlite_log_free (TropeaLedgerSqliteLog *self)
{
  for (gsize i = 0; i < N_LOGS; i++)
    g_clear_pointer (&self->statements[i], sqlite3_finalize);
  g_clear_pointer (&self->appender, tropea_ledger_appender_free);
  g_free (self);
}
