/* tropea-ledger-sqlite-store.c: a ledger in one SQLite file
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-store"

#include "config.h"

#include "ledger/tropea-ledger-sqlite-store.h"

#include <string.h>

#include "ledger/tropea-ledger-sqlite-rows.h"
#include "record/tropea-encoding.h"

/* Two handles on one file. One writes: only submit () touches it, from one thread. The other
 * reads, under a mutex, and in WAL mode sees the last commit without waiting for the writer.
 *
 * No two sessions of a key that are stored overlap, so the one that starts last before a new
 * one's end also ends last: to look at it alone is enough, and a late session that fits into a
 * gap is taken.
 */

typedef enum
{
  WRITE_FIND_ACCOUNT,
  WRITE_ADD_ACCOUNT,
  WRITE_FIND_SESSION,
  WRITE_FIND_NEIGHBOUR,
  WRITE_ADD_TO_DAY,
  WRITE_MOVE_CREDITS,
  WRITE_GET_BALANCE,
  WRITE_ADD_SESSION,
  N_WRITES,
} Write;

static const char * const write_sql[N_WRITES] = {
  [WRITE_FIND_ACCOUNT] = "SELECT id FROM accounts WHERE client_pub = ?1",
  [WRITE_ADD_ACCOUNT] = "INSERT INTO accounts (client_pub) VALUES (?1) RETURNING id",
  [WRITE_FIND_SESSION] =
    "SELECT " TROPEA_LEDGER_ENTRY_COLUMNS " FROM sessions s JOIN accounts a ON a.id = s.client "
    "WHERE s.client = ?1 AND s.session_id = ?2",
  [WRITE_FIND_NEIGHBOUR] =
    "SELECT start_ms + duration_s * 1000 FROM sessions WHERE client = ?1 AND start_ms < ?2 "
    "ORDER BY start_ms DESC LIMIT 1",
  [WRITE_ADD_TO_DAY] =
    "INSERT INTO days (account, grade, day, micro, bytes) VALUES (?1, ?2, ?3, ?4, ?5) "
    "ON CONFLICT (account, grade, day) DO UPDATE "
    "SET micro = micro + excluded.micro, bytes = bytes + excluded.bytes "
    "WHERE (?6 = 0 OR micro + excluded.micro <= ?6) "
    "AND (?7 = 0 OR bytes + excluded.bytes <= ?7) RETURNING micro",
  [WRITE_MOVE_CREDITS] =
    "INSERT INTO balances (account, grade, micro, sessions) VALUES (?1, ?2, ?3, 1) "
    "ON CONFLICT (account, grade) DO UPDATE "
    "SET micro = micro + excluded.micro, sessions = sessions + 1",
  [WRITE_GET_BALANCE] =
    "SELECT coalesce (sum (micro), 0) FROM balances "
    "WHERE account = ?1 AND grade <> 'simulated'",
  [WRITE_ADD_SESSION] =
    "INSERT INTO sessions (client, session_id, start_ms, duration_s, bytes, ip_hash, source, "
    "signature, grade, credits_micro, balance_micro, received_hour, seq) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) RETURNING seq",
};

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

struct _TropeaLedgerSqliteStore
{
  GObject       parent_instance;

  char         *origin;            /* (owned) */

  sqlite3      *writer;            /* (owned): submit () only */
  sqlite3_stmt *writes[N_WRITES];  /* (owned) */

  GMutex        read_mutex;        /* for what follows */
  sqlite3      *reader;            /* (owned) */
  sqlite3_stmt *reads[N_READS];    /* (owned) */
};

static void store_iface_init (TropeaLedgerStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TropeaLedgerSqliteStore, tropea_ledger_sqlite_store,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TROPEA_TYPE_LEDGER_STORE,
                                                      store_iface_init))

static void
bind_key (TropeaLedgerQuery *query,
          int                index,
          const guint8      *client_pub)
{
  sqlite3_bind_blob (query, index, client_pub, TROPEA_RECORD_PUBLIC_KEY_BYTES, SQLITE_STATIC);
}

static void
bind_id (TropeaLedgerQuery *query,
         int                index,
         const char        *session_id)
{
  guint8 id[TROPEA_LEDGER_SESSION_ID_BYTES] = { 0 };

  tropea_ledger_sqlite_pack_id (session_id, id);
  sqlite3_bind_blob (query, index, id, sizeof id, SQLITE_TRANSIENT);
}

/* The first column of the first row, where there is one. */
static gboolean
fetch_int64 (TropeaLedgerQuery  *query,
             gboolean           *has_row,
             gint64             *value,
             GError            **error)
{
  if (!tropea_database_step (query, has_row, error))
    return FALSE;

  if (*has_row)
    *value = sqlite3_column_int64 (query, 0);
  return TRUE;
}

static gboolean
find_account (TropeaLedgerSqliteStore  *self,
              const guint8             *client_pub,
              gboolean                 *is_known,
              gint64                   *account,
              GError                  **error)
{
  g_autoptr(TropeaLedgerQuery) find =
    tropea_ledger_query_begin (self->writes[WRITE_FIND_ACCOUNT]);

  bind_key (find, 1, client_pub);

  return fetch_int64 (find, is_known, account, error);
}

static gboolean
add_account (TropeaLedgerSqliteStore  *self,
             const guint8             *client_pub,
             gint64                   *account,
             GError                  **error)
{
  g_autoptr(TropeaLedgerQuery) add = tropea_ledger_query_begin (self->writes[WRITE_ADD_ACCOUNT]);
  gboolean has_row = FALSE;

  bind_key (add, 1, client_pub);

  return fetch_int64 (add, &has_row, account, error);
}

/* Is it there, or does something else stand in its way? */
static gboolean
judge (TropeaLedgerSqliteStore  *self,
       gint64                    account,
       TropeaLedgerEntry        *entry,
       GError                  **error)
{
  g_autoptr(TropeaLedgerQuery) same = tropea_ledger_query_begin (self->writes[WRITE_FIND_SESSION]);
  g_autoptr(TropeaLedgerQuery) near =
    tropea_ledger_query_begin (self->writes[WRITE_FIND_NEIGHBOUR]);
  const TropeaRecord *record = &entry->record;
  TropeaLedgerEntry stored = { 0 };
  gboolean has_row = FALSE;
  gint64 neighbour_end_ms = 0;

  sqlite3_bind_int64 (same, 1, account);
  bind_id (same, 2, record->session_id);
  if (!tropea_database_step (same, &has_row, error) ||
      (has_row && !tropea_ledger_sqlite_read_entry (same, &stored, error)))
    return FALSE;

  if (has_row && tropea_record_equal_content (&stored.record, record))
    *entry = stored;
  else if (has_row)
    entry->outcome = TROPEA_LEDGER_OUTCOME_CONFLICT;
  else
    {
      sqlite3_bind_int64 (near, 1, account);
      sqlite3_bind_int64 (near, 2, record->timestamp_ms + record->duration_s * 1000);
      if (!fetch_int64 (near, &has_row, &neighbour_end_ms, error))
        return FALSE;
      entry->outcome = has_row && neighbour_end_ms > record->timestamp_ms
                       ? TROPEA_LEDGER_OUTCOME_OVERLAP : TROPEA_LEDGER_OUTCOME_ACCEPTED;
    }

  return TRUE;
}

static gboolean
fits_into_a_day (const TropeaLedgerEntry *entry)
{
  return (entry->day_cap_micro == 0 || entry->credits_micro <= entry->day_cap_micro) &&
         (entry->day_cap_bytes == 0 || entry->record.bytes <= entry->day_cap_bytes);
}

/* Adds the session to its day, unless that would be too much. */
static gboolean
add_to_day (TropeaLedgerSqliteStore  *self,
            gint64                    account,
            TropeaLedgerEntry        *entry,
            GError                  **error)
{
  g_autoptr(TropeaLedgerQuery) query = tropea_ledger_query_begin (self->writes[WRITE_ADD_TO_DAY]);
  const TropeaRecord *record = &entry->record;
  gboolean is_added = FALSE;

  sqlite3_bind_int64 (query, 1, account);
  sqlite3_bind_text (query, 2, tropea_ledger_grade_to_string (entry->grade), -1, SQLITE_STATIC);
  sqlite3_bind_int64 (query, 3, record->timestamp_ms / TROPEA_LEDGER_DAY_MS);
  sqlite3_bind_int64 (query, 4, entry->credits_micro);
  sqlite3_bind_int64 (query, 5, record->bytes);
  sqlite3_bind_int64 (query, 6, entry->day_cap_micro);
  sqlite3_bind_int64 (query, 7, entry->day_cap_bytes);
  if (!tropea_database_step (query, &is_added, error))
    return FALSE;

  if (!is_added)
    entry->outcome = TROPEA_LEDGER_OUTCOME_DAY_FULL;
  return TRUE;
}

static gboolean
move_credits (TropeaLedgerSqliteStore  *self,
              gint64                    account,
              TropeaLedgerGrade         grade,
              gint64                    micro,
              GError                  **error)
{
  g_autoptr(TropeaLedgerQuery) query =
    tropea_ledger_query_begin (self->writes[WRITE_MOVE_CREDITS]);

  sqlite3_bind_int64 (query, 1, account);
  sqlite3_bind_text (query, 2, tropea_ledger_grade_to_string (grade), -1, SQLITE_STATIC);
  sqlite3_bind_int64 (query, 3, micro);

  return tropea_database_step (query, NULL, error);
}

/* An entry that has no place yet gets the next one. */
static gboolean
add_session (TropeaLedgerSqliteStore  *self,
             gint64                    account,
             TropeaLedgerEntry        *entry,
             gint64                    received_hour,
             GError                  **error)
{
  g_autoptr(TropeaLedgerQuery) query = tropea_ledger_query_begin (self->writes[WRITE_ADD_SESSION]);
  const TropeaRecord *record = &entry->record;
  guint8 ip_hash[(sizeof record->ip_hash - 1) / 2] = { 0 };
  gboolean has_hash = tropea_hex_decode (record->ip_hash, strlen (record->ip_hash),
                                         ip_hash, sizeof ip_hash);
  gboolean has_row = FALSE;

  sqlite3_bind_int64 (query, 1, account);
  bind_id (query, 2, record->session_id);
  sqlite3_bind_int64 (query, 3, record->timestamp_ms);
  sqlite3_bind_int64 (query, 4, record->duration_s);
  sqlite3_bind_int64 (query, 5, record->bytes);
  sqlite3_bind_blob (query, 6, ip_hash, has_hash ? (int) sizeof ip_hash : 0, SQLITE_STATIC);
  sqlite3_bind_text (query, 7, tropea_source_to_string (record->source), -1, SQLITE_STATIC);
  sqlite3_bind_blob (query, 8, record->signature, sizeof record->signature, SQLITE_STATIC);
  sqlite3_bind_text (query, 9, tropea_ledger_grade_to_string (entry->grade), -1, SQLITE_STATIC);
  sqlite3_bind_int64 (query, 10, entry->credits_micro);
  sqlite3_bind_int64 (query, 11, entry->balance_micro);
  sqlite3_bind_int64 (query, 12, received_hour);
  if (entry->seq > 0)
    sqlite3_bind_int64 (query, 13, entry->seq);

  return fetch_int64 (query, &has_row, &entry->seq, error);
}

static gboolean
get_balance_in_transaction (TropeaLedgerSqliteStore  *self,
                            gint64                    account,
                            gint64                   *balance_micro,
                            GError                  **error)
{
  g_autoptr(TropeaLedgerQuery) query = tropea_ledger_query_begin (self->writes[WRITE_GET_BALANCE]);
  gboolean has_row = FALSE;

  sqlite3_bind_int64 (query, 1, account);

  return fetch_int64 (query, &has_row, balance_micro, error);
}

static gboolean
put_entry (TropeaLedgerSqliteStore  *self,
           TropeaLedgerEntry        *entry,
           gint64                    received_hour,
           GError                  **error)
{
  gboolean is_known = FALSE;
  gint64 account = 0;

  entry->outcome = TROPEA_LEDGER_OUTCOME_ACCEPTED;
  if (!find_account (self, entry->record.client_pub, &is_known, &account, error) ||
      (is_known && !judge (self, account, entry, error)))
    return FALSE;

  /* Only a session that is credited makes an account. */
  if (entry->outcome == TROPEA_LEDGER_OUTCOME_ACCEPTED && !fits_into_a_day (entry))
    entry->outcome = TROPEA_LEDGER_OUTCOME_DAY_FULL;
  if (entry->outcome != TROPEA_LEDGER_OUTCOME_ACCEPTED)
    return TRUE;

  if ((!is_known && !add_account (self, entry->record.client_pub, &account, error)) ||
      !add_to_day (self, account, entry, error))
    return FALSE;

  if (entry->outcome != TROPEA_LEDGER_OUTCOME_ACCEPTED)
    return TRUE;

  entry->seq = 0;
  return move_credits (self, account, entry->grade, entry->credits_micro, error) &&
         move_credits (self, TROPEA_LEDGER_MINT, entry->grade, -entry->credits_micro, error) &&
         get_balance_in_transaction (self, account, &entry->balance_micro, error) &&
         add_session (self, account, entry, received_hour, error);
}

static gboolean
put_entries (TropeaLedgerSqliteStore  *self,
             GPtrArray                *entries,
             gint64                    received_hour,
             GError                  **error)
{
  for (guint i = 0; i < entries->len; i++)
    {
      if (!put_entry (self, g_ptr_array_index (entries, i), received_hour, error))
        return FALSE;
    }

  return TRUE;
}

static const char *
get_origin (TropeaLedgerStore *store)
{
  return TROPEA_LEDGER_SQLITE_STORE (store)->origin;
}

static gboolean
submit (TropeaLedgerStore  *store,
        GPtrArray          *entries,
        gint64              received_hour,
        GError            **error)
{
  TropeaLedgerSqliteStore *self = TROPEA_LEDGER_SQLITE_STORE (store);

  if (tropea_database_exec (self->writer, "BEGIN IMMEDIATE", error) &&
      put_entries (self, entries, received_hour, error) &&
      tropea_database_exec (self->writer, "COMMIT", error))
    return TRUE;

  if (!sqlite3_get_autocommit (self->writer))
    tropea_database_exec (self->writer, "ROLLBACK", NULL);
  return FALSE;
}

static gboolean
import_entry (TropeaLedgerSqliteStore  *self,
              TropeaLedgerEntry        *entry,
              GError                  **error)
{
  gboolean is_known = FALSE;
  gint64 account = 0;

  return find_account (self, entry->record.client_pub, &is_known, &account, error) &&
         move_credits (self, account, entry->grade, entry->credits_micro, error) &&
         move_credits (self, TROPEA_LEDGER_MINT, entry->grade, -entry->credits_micro, error) &&
         add_session (self, account, entry, entry->received_hour, error);
}

static gboolean
import_pages (TropeaLedgerSqliteStore  *self,
              TropeaLedgerPageFunc      next,
              gpointer                  user_data,
              GError                  **error)
{
  gint64 n_sessions = 0;

  if (!tropea_database_query_int64 (self->writer, "SELECT count (*) FROM sessions", &n_sessions,
                                    error))
    return FALSE;

  if (n_sessions > 0)
    {
      g_set_error_literal (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_UNAVAILABLE,
                           "The database has sessions already: name an empty one");
      return FALSE;
    }

  while (TRUE)
    {
      g_autoptr(GPtrArray) page = next (user_data, error);

      if (page == NULL)
        return FALSE;
      if (page->len == 0)
        return TRUE;

      for (guint i = 0; i < page->len; i++)
        {
          if (!import_entry (self, g_ptr_array_index (page, i), error))
            return FALSE;
        }
    }
}

static gboolean
import (TropeaLedgerStore     *store,
        TropeaLedgerPageFunc   next,
        gpointer               user_data,
        GError               **error)
{
  TropeaLedgerSqliteStore *self = TROPEA_LEDGER_SQLITE_STORE (store);

  if (tropea_database_exec (self->writer, "BEGIN IMMEDIATE", error) &&
      import_pages (self, next, user_data, error) &&
      tropea_database_exec (self->writer, "COMMIT", error))
    return TRUE;

  if (!sqlite3_get_autocommit (self->writer))
    tropea_database_exec (self->writer, "ROLLBACK", NULL);
  return FALSE;
}

static gboolean
find (TropeaLedgerStore   *store,
      const TropeaRecord  *record,
      TropeaLedgerEntry   *entry,
      gboolean            *is_found,
      GError             **error)
{
  TropeaLedgerSqliteStore *self = TROPEA_LEDGER_SQLITE_STORE (store);
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = g_mutex_locker_new (&self->read_mutex);
  g_autoptr(TropeaLedgerQuery) query = tropea_ledger_query_begin (self->reads[READ_FIND_SESSION]);
  gboolean has_row = FALSE;

  bind_key (query, 1, record->client_pub);
  bind_id (query, 2, record->session_id);
  if (!tropea_database_step (query, &has_row, error) ||
      (has_row && !tropea_ledger_sqlite_read_entry (query, entry, error)))
    return FALSE;

  *is_found = has_row;
  return TRUE;
}

static gboolean
get_balance (TropeaLedgerStore    *store,
             const guint8         *client_pub,
             TropeaLedgerBalance  *balance,
             GError              **error)
{
  TropeaLedgerSqliteStore *self = TROPEA_LEDGER_SQLITE_STORE (store);
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = g_mutex_locker_new (&self->read_mutex);
  g_autoptr(TropeaLedgerQuery) query = tropea_ledger_query_begin (self->reads[READ_BALANCE]);

  bind_key (query, 1, client_pub);
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

static GPtrArray *
list (TropeaLedgerStore  *store,
      const guint8       *client_pub,
      gint64              before_seq,
      guint               limit,
      GError            **error)
{
  TropeaLedgerSqliteStore *self = TROPEA_LEDGER_SQLITE_STORE (store);
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = g_mutex_locker_new (&self->read_mutex);
  g_autoptr(TropeaLedgerQuery) query = tropea_ledger_query_begin (self->reads[READ_LIST]);

  bind_key (query, 1, client_pub);
  sqlite3_bind_int64 (query, 2, before_seq);
  sqlite3_bind_int64 (query, 3, limit);

  return read_page (query, error);
}

static GPtrArray *
list_all (TropeaLedgerStore  *store,
          gint64              after_seq,
          guint               limit,
          GError            **error)
{
  TropeaLedgerSqliteStore *self = TROPEA_LEDGER_SQLITE_STORE (store);
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = g_mutex_locker_new (&self->read_mutex);
  g_autoptr(TropeaLedgerQuery) query = tropea_ledger_query_begin (self->reads[READ_LIST_ALL]);

  sqlite3_bind_int64 (query, 1, after_seq);
  sqlite3_bind_int64 (query, 2, limit);

  return read_page (query, error);
}

static gboolean
foreach_session (TropeaLedgerStore      *store,
                 TropeaLedgerEntryFunc   func,
                 gpointer                user_data,
                 GError                **error)
{
  TropeaLedgerSqliteStore *self = TROPEA_LEDGER_SQLITE_STORE (store);
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = g_mutex_locker_new (&self->read_mutex);
  g_autoptr(sqlite3_stmt) row = NULL;
  TropeaLedgerEntry entry = { 0 };
  gboolean has_row = FALSE;

  if (!tropea_database_prepare (self->reader,
                                "SELECT " TROPEA_LEDGER_ENTRY_COLUMNS " FROM sessions s "
                                "LEFT JOIN accounts a ON a.id = s.client "
                                "ORDER BY s.client, s.start_ms", &row, error))
    return FALSE;

  while (tropea_database_step (row, &has_row, error))
    {
      if (!has_row)
        return TRUE;
      if (!tropea_ledger_sqlite_read_entry (row, &entry, error) ||
          !func (&entry, user_data, error))
        return FALSE;
    }

  return FALSE;
}

static gboolean
foreach_balance (TropeaLedgerStore        *store,
                 TropeaLedgerBalanceFunc   func,
                 gpointer                  user_data,
                 GError                  **error)
{
  TropeaLedgerSqliteStore *self = TROPEA_LEDGER_SQLITE_STORE (store);
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = g_mutex_locker_new (&self->read_mutex);
  g_autoptr(sqlite3_stmt) row = NULL;
  TropeaLedgerGrade grade = TROPEA_LEDGER_GRADE_SELF_REPORTED;
  gboolean has_row = FALSE;

  if (!tropea_database_prepare (self->reader,
                                "SELECT a.client_pub, b.grade, b.micro, b.sessions, a.id "
                                "FROM balances b LEFT JOIN accounts a ON a.id = b.account",
                                &row, error))
    return FALSE;

  while (tropea_database_step (row, &has_row, error))
    {
      if (!has_row)
        return TRUE;
      if (!tropea_ledger_grade_from_string ((const char *) sqlite3_column_text (row, 1),
                                            &grade) ||
          sqlite3_column_type (row, 4) == SQLITE_NULL ||
          (sqlite3_column_int64 (row, 4) != TROPEA_LEDGER_MINT &&
           sqlite3_column_bytes (row, 0) != TROPEA_RECORD_PUBLIC_KEY_BYTES))
        {
          g_set_error_literal (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_CORRUPT,
                               "A balance of the database is damaged");
          return FALSE;
        }
      if (!func (sqlite3_column_blob (row, 0), grade, sqlite3_column_int64 (row, 2),
                 sqlite3_column_int64 (row, 3), user_data, error))
        return FALSE;
    }

  return FALSE;
}

static void
store_iface_init (TropeaLedgerStoreInterface *iface)
{
  iface->get_origin = get_origin;
  iface->submit = submit;
  iface->list_all = list_all;
  iface->import = import;
  iface->find = find;
  iface->get_balance = get_balance;
  iface->list = list;
  iface->foreach_session = foreach_session;
  iface->foreach_balance = foreach_balance;
}

static void
tropea_ledger_sqlite_store_finalize (GObject *object)
{
  TropeaLedgerSqliteStore *self = TROPEA_LEDGER_SQLITE_STORE (object);

  for (gsize i = 0; i < N_WRITES; i++)
    g_clear_pointer (&self->writes[i], sqlite3_finalize);
  for (gsize i = 0; i < N_READS; i++)
    g_clear_pointer (&self->reads[i], sqlite3_finalize);

  /* The writer last: it moves the log into the file and removes it. */
  g_clear_pointer (&self->reader, sqlite3_close);
  g_clear_pointer (&self->writer, sqlite3_close);
  g_clear_pointer (&self->origin, g_free);
  g_mutex_clear (&self->read_mutex);

  G_OBJECT_CLASS (tropea_ledger_sqlite_store_parent_class)->finalize (object);
}

static void
tropea_ledger_sqlite_store_class_init (TropeaLedgerSqliteStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tropea_ledger_sqlite_store_finalize;
}

static void
tropea_ledger_sqlite_store_init (TropeaLedgerSqliteStore *self)
{
  g_mutex_init (&self->read_mutex);
}

static gboolean
prepare_all (sqlite3             *db,
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

/* Signatures cover the origin: a database that changed its name would hold sessions that no
 * longer verify. The first name stays.
 */
static gboolean
check_origin (TropeaLedgerSqliteStore  *self,
              const char               *origin,
              GError                  **error)
{
  g_autoptr(sqlite3_stmt) put = NULL;
  g_autoptr(sqlite3_stmt) get = NULL;
  gboolean has_row = FALSE;

  if (origin != NULL)
    {
      if (!tropea_database_prepare (self->writer,
                                    "INSERT INTO facts (name, value) VALUES ('origin', ?1) "
                                    "ON CONFLICT DO NOTHING", &put, error))
        return FALSE;
      sqlite3_bind_text (put, 1, origin, -1, SQLITE_STATIC);
      if (!tropea_database_step (put, NULL, error))
        return FALSE;
    }

  if (!tropea_database_prepare (self->writer, "SELECT value FROM facts WHERE name = 'origin'",
                                &get, error) ||
      !tropea_database_step (get, &has_row, error))
    return FALSE;

  self->origin = g_strdup (has_row ? (const char *) sqlite3_column_text (get, 0) : NULL);
  if (!tropea_record_is_valid_origin (self->origin))
    {
      g_set_error_literal (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_CORRUPT,
                           "The database does not say whose ledger it is");
      return FALSE;
    }

  if (origin != NULL && strcmp (self->origin, origin) != 0)
    {
      g_set_error (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_UNAVAILABLE,
                   "The database belongs to the ledger “%s”: start with --origin %s or with "
                   "another database", self->origin, self->origin);
      return FALSE;
    }

  return TRUE;
}

/**
 * tropea_ledger_sqlite_store_open:
 * @path: the file; it is made if it is not there
 * @origin: (nullable): the ledger's name, written into a new file; NULL: whatever it has
 */
TropeaLedgerStore *
tropea_ledger_sqlite_store_open (const char  *path,
                                 const char  *origin,
                                 GError     **error)
{
  g_autoptr(TropeaLedgerSqliteStore) self = NULL;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (origin == NULL || tropea_record_is_valid_origin (origin), NULL);

  self = g_object_new (TROPEA_TYPE_LEDGER_SQLITE_STORE, NULL);
  if (!tropea_database_open (path, tropea_ledger_sqlite_get_steps (), &self->writer, error) ||
      !tropea_database_open (path, tropea_ledger_sqlite_get_steps (), &self->reader, error) ||
      !prepare_all (self->writer, write_sql, self->writes, N_WRITES, error) ||
      !prepare_all (self->reader, read_sql, self->reads, N_READS, error) ||
      !check_origin (self, origin, error))
    return NULL;

  return TROPEA_LEDGER_STORE (g_steal_pointer (&self));
}
