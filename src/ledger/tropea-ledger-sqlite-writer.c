/* tropea-ledger-sqlite-writer.c: the handle that writes a ledger's SQLite file
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-store"

#include "config.h"

#include "ledger/tropea-ledger-sqlite-writer.h"

#include <string.h>

#include "ledger/tropea-ledger-sqlite-checkpointer.h"
#include "ledger/tropea-ledger-sqlite-gather.h"
#include "ledger/tropea-ledger-sqlite-rows.h"
#include "ledger/tropea-ledger-sqlite-tallies.h"
#include "record/tropea-encoding.h"

/* One transaction for each group. No two sessions of a key that are stored overlap, so the one
 * that starts last before a new one's end also ends last: to look at it alone is enough, and a
 * late session that fits into a gap is taken.
 *
 * The mint is the other side of every session. What a group takes from it is added up and
 * written once, before the commit. No statement has RETURNING: SQLite would make a table for
 * its rows each time.
 */

/* The upper levels of every index of a large ledger. Its leaves are too many, whatever the size;
 * and after most commits SQLite goes over the whole cache of a file that is below 1 GiB. */
#define CACHE_PRAGMA "PRAGMA cache_size = -16384"

typedef enum
{
  WRITE_FIND_ACCOUNT,
  WRITE_ADD_ACCOUNT,
  WRITE_FIND_SESSION,
  WRITE_FIND_NEIGHBOUR,
  WRITE_ADD_SESSION,
  N_WRITES,
} Write;

static const char * const write_sql[N_WRITES] = {
  [WRITE_FIND_ACCOUNT] =
    "SELECT a.id, sum (t.micro) FILTER (WHERE t.grade <> 'simulated'), max (t.last_seq) "
    "FROM accounts a LEFT JOIN tallies t ON t.account = a.id AND t.day = " TROPEA_LEDGER_TOTAL " "
    "WHERE a.client_pub = ?1",
  [WRITE_ADD_ACCOUNT] = "INSERT INTO accounts (client_pub) VALUES (?1)",
  [WRITE_FIND_SESSION] =
    "SELECT " TROPEA_LEDGER_ENTRY_COLUMNS " FROM sessions s JOIN accounts a ON a.id = s.client "
    "WHERE s.client = ?1 AND s.session_id = ?2",
  [WRITE_FIND_NEIGHBOUR] =
    "SELECT start_ms + duration_s * 1000 FROM sessions WHERE client = ?1 AND start_ms < ?2 "
    "ORDER BY start_ms DESC LIMIT 1",
  [WRITE_ADD_SESSION] =
    "INSERT INTO sessions (client, session_id, start_ms, duration_s, bytes, ip_hash, source, "
    "signature, grade, credits_micro, balance_micro, received_hour, seq, prev_seq, leaf, nonce) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
};

/* What a group moves out of the mint. */
typedef struct
{
  gint64 micro[TROPEA_LEDGER_N_GRADES];
  gint64 n_sessions[TROPEA_LEDGER_N_GRADES];
} Issue;

typedef struct
{
  gint64   id;
  gint64   balance_micro;  /* without simulated credits */
  gint64   last_seq;       /* the key's last place; 0: it has none */
  gboolean is_known;
} Account;

struct _TropeaLedgerSqliteWriter
{
  sqlite3                        *db;                /* (owned) */
  sqlite3_stmt                   *writes[N_WRITES];  /* (owned) */
  TropeaLedgerSqliteTallies      *tallies;           /* (owned) */
  TropeaLedgerSqliteCheckpointer *checkpointer;      /* (owned) */
  TropeaLedgerSqliteGather       *gather;            /* (owned): as long as @db */
  TropeaLedgerSqliteLog          *log;               /* (owned): once the origin is known */
};

TropeaLedgerSqliteWriter *
tropea_ledger_sqlite_writer_open (const char  *path,
                                  GError     **error)
{
  g_autoptr(TropeaLedgerSqliteWriter) self = g_new0 (TropeaLedgerSqliteWriter, 1);

  if (!tropea_database_open (path, tropea_ledger_sqlite_get_steps (), &self->db, error) ||
      !tropea_database_exec (self->db, CACHE_PRAGMA, error) ||
      !tropea_ledger_sqlite_prepare (self->db, write_sql, self->writes, N_WRITES, error) ||
      (self->tallies = tropea_ledger_sqlite_tallies_new (self->db, error)) == NULL ||
      (self->checkpointer = tropea_ledger_sqlite_checkpointer_new (path, self->db,
                                                                   error)) == NULL ||
      (self->gather = tropea_ledger_sqlite_gather_new (self->db, error)) == NULL)
    return NULL;

  return g_steal_pointer (&self);
}

void
tropea_ledger_sqlite_writer_free (TropeaLedgerSqliteWriter *self)
{
  g_clear_pointer (&self->log, tropea_ledger_sqlite_log_free);
  g_clear_pointer (&self->checkpointer, tropea_ledger_sqlite_checkpointer_free);
  g_clear_pointer (&self->tallies, tropea_ledger_sqlite_tallies_free);
  for (gsize i = 0; i < N_WRITES; i++)
    g_clear_pointer (&self->writes[i], sqlite3_finalize);
  g_clear_pointer (&self->db, sqlite3_close);
  g_clear_pointer (&self->gather, tropea_ledger_sqlite_gather_free);
  g_free (self);
}

/* See tropea_ledger_sqlite_dup_origin (). To be called before anything is written. */
char *
tropea_ledger_sqlite_writer_dup_origin (TropeaLedgerSqliteWriter  *self,
                                        const char                *origin,
                                        GError                   **error)
{
  g_autofree char *stored = tropea_ledger_sqlite_dup_origin (self->db, origin, error);

  if (stored == NULL ||
      (self->log = tropea_ledger_sqlite_log_new (self->db, stored, error)) == NULL)
    return NULL;

  return g_steal_pointer (&stored);
}

/* For what concerns the log alone; from the thread that writes. */
TropeaLedgerSqliteLog *
tropea_ledger_sqlite_writer_get_log (TropeaLedgerSqliteWriter *self)
{
  return self->log;
}

/* For what is written outside of a group; from the thread that writes. */
sqlite3 *
tropea_ledger_sqlite_writer_get_db (TropeaLedgerSqliteWriter *self)
{
  return self->db;
}

static gboolean
find_account (TropeaLedgerSqliteWriter  *self,
              const guint8              *client_pub,
              Account                   *account,
              GError                   **error)
{
  g_autoptr(TropeaLedgerQuery) find =
    tropea_ledger_query_begin (self->writes[WRITE_FIND_ACCOUNT]);

  tropea_ledger_sqlite_bind_key (find, 1, client_pub);
  if (!tropea_database_step (find, NULL, error))
    return FALSE;

  account->is_known = sqlite3_column_type (find, 0) != SQLITE_NULL;
  account->id = sqlite3_column_int64 (find, 0);
  account->balance_micro = sqlite3_column_int64 (find, 1);
  account->last_seq = sqlite3_column_int64 (find, 2);
  return TRUE;
}

static gboolean
add_account (TropeaLedgerSqliteWriter  *self,
             const guint8              *client_pub,
             Account                   *account,
             GError                   **error)
{
  g_autoptr(TropeaLedgerQuery) add = tropea_ledger_query_begin (self->writes[WRITE_ADD_ACCOUNT]);

  if (account->is_known)
    return TRUE;

  tropea_ledger_sqlite_bind_key (add, 1, client_pub);
  if (!tropea_database_step (add, NULL, error))
    return FALSE;

  account->id = sqlite3_last_insert_rowid (self->db);
  account->is_known = TRUE;
  return TRUE;
}

/* Is it there, or does something else stand in its way? */
static gboolean
judge (TropeaLedgerSqliteWriter  *self,
       gint64                     account,
       TropeaLedgerEntry         *entry,
       GError                   **error)
{
  g_autoptr(TropeaLedgerQuery) same = tropea_ledger_query_begin (self->writes[WRITE_FIND_SESSION]);
  g_autoptr(TropeaLedgerQuery) near =
    tropea_ledger_query_begin (self->writes[WRITE_FIND_NEIGHBOUR]);
  const TropeaRecord *record = &entry->record;
  TropeaLedgerEntry stored = { 0 };
  gboolean has_row = FALSE;

  sqlite3_bind_int64 (same, 1, account);
  tropea_ledger_sqlite_bind_id (same, 2, record->session_id);
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
      if (!tropea_database_step (near, &has_row, error))
        return FALSE;
      if (has_row && sqlite3_column_int64 (near, 0) > record->timestamp_ms)
        entry->outcome = TROPEA_LEDGER_OUTCOME_OVERLAP;
    }

  return TRUE;
}

static gboolean
fits_into_a_day (const TropeaLedgerEntry *entry)
{
  return (entry->day_cap_micro == 0 || entry->credits_micro <= entry->day_cap_micro) &&
         (entry->day_cap_bytes == 0 || entry->record.bytes <= entry->day_cap_bytes);
}

/* An entry that has no place yet gets the next one. */
static gboolean
add_session (TropeaLedgerSqliteWriter  *self,
             const Account             *account,
             TropeaLedgerEntry         *entry,
             gint64                     received_hour,
             GError                   **error)
{
  g_autoptr(TropeaLedgerQuery) query = tropea_ledger_query_begin (self->writes[WRITE_ADD_SESSION]);
  const TropeaRecord *record = &entry->record;
  guint8 ip_hash[(sizeof record->ip_hash - 1) / 2] = { 0 };
  gboolean has_hash = tropea_hex_decode (record->ip_hash, strlen (record->ip_hash),
                                         ip_hash, sizeof ip_hash);

  sqlite3_bind_int64 (query, 1, account->id);
  tropea_ledger_sqlite_bind_id (query, 2, record->session_id);
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
  if (account->last_seq > 0)
    sqlite3_bind_int64 (query, 14, account->last_seq);
  if (entry->leaf >= 0)
    {
      sqlite3_bind_int64 (query, 15, entry->leaf);
      sqlite3_bind_blob (query, 16, entry->nonce, sizeof entry->nonce, SQLITE_STATIC);
    }
  if (!tropea_database_step (query, NULL, error))
    return FALSE;

  entry->seq = sqlite3_last_insert_rowid (self->db);
  return TRUE;
}

/* Everything but the mint's side, which is noted in @issue. */
static gboolean
credit (TropeaLedgerSqliteWriter  *self,
        const Account             *account,
        TropeaLedgerEntry         *entry,
        gint64                     received_hour,
        Issue                     *issue,
        GError                   **error)
{
  issue->micro[entry->grade] += entry->credits_micro;
  issue->n_sessions[entry->grade]++;

  return add_session (self, account, entry, received_hour, error) &&
         tropea_ledger_sqlite_tallies_move (self->tallies, account->id, entry->grade,
                                            entry->credits_micro, 1, entry->seq, error);
}

static gboolean
settle_mint (TropeaLedgerSqliteWriter  *self,
             const Issue               *issue,
             GError                   **error)
{
  for (guint i = 0; i < TROPEA_LEDGER_N_GRADES; i++)
    {
      if (issue->n_sessions[i] > 0 &&
          !tropea_ledger_sqlite_tallies_move (self->tallies, TROPEA_LEDGER_MINT,
                                              (TropeaLedgerGrade) i, -issue->micro[i],
                                              issue->n_sessions[i], 0, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
put_entry (TropeaLedgerSqliteWriter  *self,
           TropeaLedgerEntry         *entry,
           gint64                     received_hour,
           Issue                     *issue,
           GError                   **error)
{
  Account account = { 0 };

  entry->outcome = TROPEA_LEDGER_OUTCOME_ACCEPTED;
  if (!find_account (self, entry->record.client_pub, &account, error) ||
      (account.is_known && !judge (self, account.id, entry, error)))
    return FALSE;

  /* Only a session that is credited makes an account. */
  if (entry->outcome == TROPEA_LEDGER_OUTCOME_ACCEPTED && !fits_into_a_day (entry))
    entry->outcome = TROPEA_LEDGER_OUTCOME_DAY_FULL;
  if (entry->outcome != TROPEA_LEDGER_OUTCOME_ACCEPTED)
    return TRUE;

  if (!add_account (self, entry->record.client_pub, &account, error) ||
      !tropea_ledger_sqlite_tallies_add_to_day (self->tallies, account.id, entry, error))
    return FALSE;

  if (entry->outcome != TROPEA_LEDGER_OUTCOME_ACCEPTED)
    return TRUE;

  entry->seq = 0;
  entry->balance_micro = account.balance_micro;
  if (entry->grade != TROPEA_LEDGER_GRADE_SIMULATED)
    entry->balance_micro += entry->credits_micro;
  tropea_ledger_make_nonce (entry);
  return tropea_ledger_sqlite_log_add (self->log, entry, error) &&
         credit (self, &account, entry, received_hour, issue, error);
}

static gboolean
put_entries (TropeaLedgerSqliteWriter  *self,
             GPtrArray                 *entries,
             gint64                     received_hour,
             GError                   **error)
{
  Issue issue = { { 0 } };

  if (!tropea_ledger_sqlite_log_begin (self->log, error))
    return FALSE;

  for (guint i = 0; i < entries->len; i++)
    {
      if (!put_entry (self, g_ptr_array_index (entries, i), received_hour, &issue, error))
        return FALSE;
    }

  return settle_mint (self, &issue, error) && tropea_ledger_sqlite_log_finish (self->log, error);
}

static gboolean
end_transaction (TropeaLedgerSqliteWriter  *self,
                 gboolean                   is_good,
                 GError                   **error)
{
  if (is_good && tropea_database_exec (self->db, "COMMIT", error))
    {
      tropea_ledger_sqlite_checkpointer_after_commit (self->checkpointer);
      return TRUE;
    }

  if (!sqlite3_get_autocommit (self->db))
    tropea_database_exec (self->db, "ROLLBACK", NULL);
  return FALSE;
}

gboolean
tropea_ledger_sqlite_writer_submit (TropeaLedgerSqliteWriter  *self,
                                    GPtrArray                 *entries,
                                    gint64                     received_hour,
                                    GError                   **error)
{
  return tropea_database_exec (self->db, "BEGIN IMMEDIATE", error) &&
         end_transaction (self, put_entries (self, entries, received_hour, error), error);
}

gboolean
tropea_ledger_sqlite_writer_decide (TropeaLedgerSqliteWriter  *self,
                                    TropeaLedgerDecision      *decision,
                                    GError                   **error)
{
  return tropea_database_exec (self->db, "BEGIN IMMEDIATE", error) &&
         end_transaction (self, tropea_ledger_sqlite_put_decision (self->db, decision, error),
                          error);
}

static gboolean
import_entry (TropeaLedgerSqliteWriter  *self,
              TropeaLedgerEntry         *entry,
              Issue                     *issue,
              GError                   **error)
{
  Account account = { 0 };

  /* What was given stays, whatever a day's cap is now. */
  entry->day_cap_micro = 0;
  entry->day_cap_bytes = 0;

  return find_account (self, entry->record.client_pub, &account, error) &&
         add_account (self, entry->record.client_pub, &account, error) &&
         tropea_ledger_sqlite_tallies_add_to_day (self->tallies, account.id, entry, error) &&
         credit (self, &account, entry, entry->received_hour, issue, error);
}

static gboolean
import_pages (TropeaLedgerSqliteWriter  *self,
              TropeaLedgerPageFunc       next,
              gpointer                   user_data,
              GError                   **error)
{
  Issue issue = { { 0 } };
  gint64 n_sessions = 0;

  if (!tropea_database_query_int64 (self->db, "SELECT count (*) FROM sessions", &n_sessions,
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
        return settle_mint (self, &issue, error);

      for (guint i = 0; i < page->len; i++)
        {
          if (!import_entry (self, g_ptr_array_index (page, i), &issue, error))
            return FALSE;
        }
    }
}

gboolean
tropea_ledger_sqlite_writer_import (TropeaLedgerSqliteWriter  *self,
                                    TropeaLedgerPageFunc       next,
                                    gpointer                   user_data,
                                    TropeaLedgerStore         *log,
                                    GError                   **error)
{
  return tropea_database_exec (self->db, "BEGIN IMMEDIATE", error) &&
         end_transaction (self,
                          import_pages (self, next, user_data, error) &&
                          tropea_ledger_sqlite_log_copy (self->log, log, error), error);
}
