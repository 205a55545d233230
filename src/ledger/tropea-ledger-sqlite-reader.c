/* tropea-ledger-sqlite-reader.c: a handle that reads a ledger's SQLite file
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-store"

#include "config.h"

#include "ledger/tropea-ledger-sqlite-reader.h"

#include "ledger/tropea-ledger-sqlite-rows.h"
#include "ledger/tropea-ledger-sqlite-visit.h"

/* In WAL mode a reader sees the last commit and neither waits for the writer nor for other
 * readers. A handle is used by one thread at a time; the store lends them out.
 *
 * A page of a key's sessions follows them from each to the one before, by their places alone.
 * It begins with the last one, or with the one before the session that the last page ended
 * with. Where the page is to begin before a place that is not the key's own, which no client of
 * ours asks for, the key's entries of an index are read, 16 bytes or so for each of its
 * sessions, and none of its rows. No session is ever changed, so the statements need not see the
 * same commit.
 */

/* Pages that a look-up needs again: the upper levels of each index of a large ledger. */
#define CACHE_PRAGMA "PRAGMA cache_size = -8192"

typedef enum
{
  READ_FIND_SESSION,
  READ_BALANCE,
  READ_PLACE,
  READ_LAST_BEFORE,
  READ_LIST,
  READ_LIST_ALL,
  N_READS,
} Read;

static const char * const read_sql[N_READS] = {
  [READ_FIND_SESSION] =
    "SELECT " TROPEA_LEDGER_ENTRY_COLUMNS " FROM sessions s JOIN accounts a ON a.id = s.client "
    "WHERE a.client_pub = ?1 AND s.session_id = ?2",
  [READ_BALANCE] =
    "SELECT coalesce (sum (b.micro) FILTER (WHERE b.grade <> 'simulated'), 0), "
    "coalesce (sum (b.micro) FILTER (WHERE b.grade = 'simulated'), 0), "
    "coalesce (sum (b.sessions), 0) "
    "FROM balances b JOIN accounts a ON a.id = b.account WHERE a.client_pub = ?1",
  [READ_PLACE] =
    "SELECT a.id, max (b.last_seq), (SELECT s.seq FROM sessions s WHERE s.seq = ?2 "
    "AND s.client = a.id), (SELECT s.prev_seq FROM sessions s WHERE s.seq = ?2 "
    "AND s.client = a.id) FROM accounts a JOIN balances b ON b.account = a.id "
    "WHERE a.client_pub = ?1",
  [READ_LAST_BEFORE] =
    "SELECT max (seq) FROM sessions INDEXED BY sessions_by_start WHERE client = ?1 AND seq < ?2",
  [READ_LIST] =
    "WITH RECURSIVE chain (seq) AS (VALUES (?2) UNION ALL SELECT p.prev_seq FROM chain c "
    "JOIN sessions p ON p.seq = c.seq WHERE p.prev_seq IS NOT NULL LIMIT ?3) "
    "SELECT " TROPEA_LEDGER_ENTRY_COLUMNS " FROM chain c CROSS JOIN sessions s ON s.seq = c.seq "
    "JOIN accounts a ON a.id = s.client WHERE s.client = ?1 ORDER BY c.seq DESC",
  [READ_LIST_ALL] =
    "SELECT " TROPEA_LEDGER_ENTRY_COLUMNS " FROM sessions s LEFT JOIN accounts a "
    "ON a.id = s.client WHERE s.seq > ?1 ORDER BY s.seq LIMIT ?2",
};

struct _TropeaLedgerSqliteReader
{
  sqlite3      *db;              /* (owned) */
  sqlite3_stmt *reads[N_READS];  /* (owned) */
};

TropeaLedgerSqliteReader *
tropea_ledger_sqlite_reader_open (const char  *path,
                                  GError     **error)
{
  g_autoptr(TropeaLedgerSqliteReader) self = g_new0 (TropeaLedgerSqliteReader, 1);

  if (!tropea_database_open (path, tropea_ledger_sqlite_get_steps (), &self->db, error) ||
      !tropea_database_exec (self->db, CACHE_PRAGMA, error) ||
      !tropea_ledger_sqlite_prepare (self->db, read_sql, self->reads, N_READS, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
tropea_ledger_sqlite_reader_free (TropeaLedgerSqliteReader *self)
{
  for (gsize i = 0; i < N_READS; i++)
    g_clear_pointer (&self->reads[i], sqlite3_finalize);
  g_clear_pointer (&self->db, sqlite3_close);
  g_free (self);
}

/* For a statement of somebody's own, by whoever has the reader. */
sqlite3 *
tropea_ledger_sqlite_reader_get_db (TropeaLedgerSqliteReader *self)
{
  return self->db;
}

gboolean
tropea_ledger_sqlite_reader_find (TropeaLedgerSqliteReader  *self,
                                  const TropeaRecord        *record,
                                  TropeaLedgerEntry         *entry,
                                  gboolean                  *is_found,
                                  GError                   **error)
{
  g_autoptr(TropeaLedgerQuery) query = tropea_ledger_query_begin (self->reads[READ_FIND_SESSION]);
  gboolean has_row = FALSE;

  tropea_ledger_sqlite_bind_key (query, 1, record->client_pub);
  tropea_ledger_sqlite_bind_id (query, 2, record->session_id);
  if (!tropea_database_step (query, &has_row, error) ||
      (has_row && !tropea_ledger_sqlite_read_entry (query, entry, error)))
    return FALSE;

  *is_found = has_row;
  return TRUE;
}

gboolean
tropea_ledger_sqlite_reader_get_balance (TropeaLedgerSqliteReader  *self,
                                         const guint8              *client_pub,
                                         TropeaLedgerBalance       *balance,
                                         GError                   **error)
{
  g_autoptr(TropeaLedgerQuery) query = tropea_ledger_query_begin (self->reads[READ_BALANCE]);

  tropea_ledger_sqlite_bind_key (query, 1, client_pub);
  if (!tropea_database_step (query, NULL, error))
    return FALSE;

  balance->balance_micro = sqlite3_column_int64 (query, 0);
  balance->simulated_micro = sqlite3_column_int64 (query, 1);
  balance->n_sessions = sqlite3_column_int64 (query, 2);
  return TRUE;
}

static GPtrArray *
read_page (TropeaLedgerQuery  *query,
           GError            **error)
{
  g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func (g_free);
  gboolean has_row = FALSE;

  while (TRUE)
    {
      TropeaLedgerEntry *entry = NULL;

      if (!tropea_database_step (query, &has_row, error))
        return NULL;
      if (!has_row)
        return g_steal_pointer (&entries);

      entry = g_new0 (TropeaLedgerEntry, 1);
      g_ptr_array_add (entries, entry);
      if (!tropea_ledger_sqlite_read_entry (query, entry, error))
        return NULL;
    }
}

/* @place: (out): the key's last place before @before_seq; 0: it has none */
static gboolean
find_place (TropeaLedgerSqliteReader  *self,
            const guint8              *client_pub,
            gint64                     before_seq,
            gint64                    *client,
            gint64                    *place,
            GError                   **error)
{
  g_autoptr(TropeaLedgerQuery) find = tropea_ledger_query_begin (self->reads[READ_PLACE]);
  g_autoptr(TropeaLedgerQuery) scan = tropea_ledger_query_begin (self->reads[READ_LAST_BEFORE]);

  tropea_ledger_sqlite_bind_key (find, 1, client_pub);
  sqlite3_bind_int64 (find, 2, before_seq);
  if (!tropea_database_step (find, NULL, error))
    return FALSE;

  *client = sqlite3_column_int64 (find, 0);
  *place = sqlite3_column_int64 (find, 1);
  if (*place < before_seq)
    return TRUE;

  if (sqlite3_column_type (find, 2) != SQLITE_NULL)
    {
      *place = sqlite3_column_int64 (find, 3);
      return TRUE;
    }

  sqlite3_bind_int64 (scan, 1, *client);
  sqlite3_bind_int64 (scan, 2, before_seq);
  if (!tropea_database_step (scan, NULL, error))
    return FALSE;

  *place = sqlite3_column_int64 (scan, 0);
  return TRUE;
}

GPtrArray *
tropea_ledger_sqlite_reader_list (TropeaLedgerSqliteReader  *self,
                                  const guint8              *client_pub,
                                  gint64                     before_seq,
                                  guint                      limit,
                                  GError                   **error)
{
  g_autoptr(TropeaLedgerQuery) query = tropea_ledger_query_begin (self->reads[READ_LIST]);
  gint64 client = 0;
  gint64 place = 0;

  if (!find_place (self, client_pub, before_seq, &client, &place, error))
    return NULL;

  sqlite3_bind_int64 (query, 1, client);
  sqlite3_bind_int64 (query, 2, place);
  sqlite3_bind_int64 (query, 3, limit);

  return read_page (query, error);
}

GPtrArray *
tropea_ledger_sqlite_reader_list_all (TropeaLedgerSqliteReader  *self,
                                      gint64                     after_seq,
                                      guint                      limit,
                                      GError                   **error)
{
  g_autoptr(TropeaLedgerQuery) query = tropea_ledger_query_begin (self->reads[READ_LIST_ALL]);

  sqlite3_bind_int64 (query, 1, after_seq);
  sqlite3_bind_int64 (query, 2, limit);

  return read_page (query, error);
}

GPtrArray *
tropea_ledger_sqlite_reader_list_decisions (TropeaLedgerSqliteReader  *self,
                                            gint64                     after_number,
                                            GError                   **error)
{
  return tropea_ledger_sqlite_list_decisions (self->db, after_number, error);
}

/* See tropea_ledger_sqlite_visit (). */
gboolean
tropea_ledger_sqlite_reader_visit (TropeaLedgerSqliteReader   *self,
                                   const TropeaLedgerVisitor  *visitor,
                                   gpointer                    user_data,
                                   GError                    **error)
{
  return tropea_ledger_sqlite_visit (self->db, visitor, user_data, error);
}
