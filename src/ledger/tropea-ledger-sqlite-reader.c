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
 */

/* Pages that a look-up needs again: the upper levels of each index of a large ledger. */
#define CACHE_PRAGMA "PRAGMA cache_size = -8192"

typedef enum
{
  READ_FIND_SESSION,
  READ_BALANCE,
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
  [READ_LIST] =
    "SELECT " TROPEA_LEDGER_ENTRY_COLUMNS " FROM sessions s JOIN accounts a ON a.id = s.client "
    "WHERE s.client = (SELECT id FROM accounts WHERE client_pub = ?1) AND s.seq < ?2 "
    "ORDER BY s.seq DESC LIMIT ?3",
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

GPtrArray *
tropea_ledger_sqlite_reader_list (TropeaLedgerSqliteReader  *self,
                                  const guint8              *client_pub,
                                  gint64                     before_seq,
                                  guint                      limit,
                                  GError                   **error)
{
  g_autoptr(TropeaLedgerQuery) query = tropea_ledger_query_begin (self->reads[READ_LIST]);

  tropea_ledger_sqlite_bind_key (query, 1, client_pub);
  sqlite3_bind_int64 (query, 2, before_seq);
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

/* See tropea_ledger_sqlite_visit (). */
gboolean
tropea_ledger_sqlite_reader_visit (TropeaLedgerSqliteReader   *self,
                                   const TropeaLedgerVisitor  *visitor,
                                   gpointer                    user_data,
                                   GError                    **error)
{
  return tropea_ledger_sqlite_visit (self->db, visitor, user_data, error);
}
