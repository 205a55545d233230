/* tropea-ledger-sqlite-tallies.c: what a SQLite ledger has added up for each key
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-store"

#include "config.h"

#include "ledger/tropea-ledger-sqlite-tallies.h"

#include "ledger/tropea-ledger-sqlite-rows.h"

/* A key's total and its day are there nearly always, so they are changed first, and made only if
 * nothing was changed. One statement that does either would keep a journal of its own for the
 * case that it fails halfway.
 */

typedef enum
{
  TALLY_GROW_DAY,
  TALLY_BEGIN_DAY,
  TALLY_GROW_TOTAL,
  TALLY_BEGIN_TOTAL,
  N_TALLIES,
} Tally;

static const char * const tally_sql[N_TALLIES] = {
  [TALLY_GROW_DAY] =
    "UPDATE tallies SET micro = micro + ?4, bytes = bytes + ?5 "
    "WHERE account = ?1 AND grade = ?2 AND day = ?3 "
    "AND (?6 = 0 OR micro + ?4 <= ?6) AND (?7 = 0 OR bytes + ?5 <= ?7)",
  [TALLY_BEGIN_DAY] =
    "INSERT INTO tallies (account, grade, day, micro, bytes) VALUES (?1, ?2, ?3, ?4, ?5) "
    "ON CONFLICT (account, day, grade) DO NOTHING",
  [TALLY_GROW_TOTAL] =
    "UPDATE tallies SET micro = micro + ?3, sessions = sessions + ?4, last_seq = ?5 "
    "WHERE account = ?1 AND grade = ?2 AND day = " TROPEA_LEDGER_TOTAL,
  [TALLY_BEGIN_TOTAL] =
    "INSERT INTO tallies (account, grade, day, micro, sessions, last_seq) "
    "VALUES (?1, ?2, " TROPEA_LEDGER_TOTAL ", ?3, ?4, ?5)",
};

struct _TropeaLedgerSqliteTallies
{
  sqlite3      *db;                    /* (unowned): with its thread */
  sqlite3_stmt *statements[N_TALLIES]; /* (owned) */
};

TropeaLedgerSqliteTallies *
tropea_ledger_sqlite_tallies_new (sqlite3  *db,
                                  GError  **error)
{
  g_autoptr(TropeaLedgerSqliteTallies) self = g_new0 (TropeaLedgerSqliteTallies, 1);

  self->db = db;
  if (!tropea_ledger_sqlite_prepare (db, tally_sql, self->statements, N_TALLIES, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
tropea_ledger_sqlite_tallies_free (TropeaLedgerSqliteTallies *self)
{
  for (gsize i = 0; i < N_TALLIES; i++)
    g_clear_pointer (&self->statements[i], sqlite3_finalize);
  g_free (self);
}

static gboolean
change_day (TropeaLedgerSqliteTallies  *self,
            Tally                       how,
            gint64                      account,
            const TropeaLedgerEntry    *entry,
            gboolean                   *is_changed,
            GError                    **error)
{
  g_autoptr(TropeaLedgerQuery) query = tropea_ledger_query_begin (self->statements[how]);
  const TropeaRecord *record = &entry->record;

  sqlite3_bind_int64 (query, 1, account);
  sqlite3_bind_text (query, 2, tropea_ledger_grade_to_string (entry->grade), -1, SQLITE_STATIC);
  sqlite3_bind_int64 (query, 3, record->timestamp_ms / TROPEA_LEDGER_DAY_MS);
  sqlite3_bind_int64 (query, 4, entry->credits_micro);
  sqlite3_bind_int64 (query, 5, record->bytes);
  if (how == TALLY_GROW_DAY)
    {
      sqlite3_bind_int64 (query, 6, entry->day_cap_micro);
      sqlite3_bind_int64 (query, 7, entry->day_cap_bytes);
    }
  if (!tropea_database_step (query, NULL, error))
    return FALSE;

  *is_changed = sqlite3_changes (self->db) > 0;
  return TRUE;
}

/**
 * tropea_ledger_sqlite_tallies_add_to_day:
 * @entry: within its day's caps by itself; its outcome becomes DAY_FULL if what is there
 *   already leaves no room for it
 */
gboolean
tropea_ledger_sqlite_tallies_add_to_day (TropeaLedgerSqliteTallies  *self,
                                         gint64                      account,
                                         TropeaLedgerEntry          *entry,
                                         GError                    **error)
{
  gboolean is_changed = FALSE;

  if (!change_day (self, TALLY_GROW_DAY, account, entry, &is_changed, error) ||
      (!is_changed && !change_day (self, TALLY_BEGIN_DAY, account, entry, &is_changed, error)))
    return FALSE;

  if (!is_changed)
    entry->outcome = TROPEA_LEDGER_OUTCOME_DAY_FULL;
  return TRUE;
}

static gboolean
change_total (TropeaLedgerSqliteTallies  *self,
              Tally                       how,
              gint64                      account,
              TropeaLedgerGrade           grade,
              gint64                      micro,
              gint64                      n_sessions,
              gint64                      last_seq,
              GError                    **error)
{
  g_autoptr(TropeaLedgerQuery) query = tropea_ledger_query_begin (self->statements[how]);

  sqlite3_bind_int64 (query, 1, account);
  sqlite3_bind_text (query, 2, tropea_ledger_grade_to_string (grade), -1, SQLITE_STATIC);
  sqlite3_bind_int64 (query, 3, micro);
  sqlite3_bind_int64 (query, 4, n_sessions);
  if (last_seq > 0)
    sqlite3_bind_int64 (query, 5, last_seq);

  return tropea_database_step (query, NULL, error);
}

/**
 * tropea_ledger_sqlite_tallies_move:
 * @last_seq: the place of the last of these sessions; 0 for the mint, which has no places
 */
gboolean
tropea_ledger_sqlite_tallies_move (TropeaLedgerSqliteTallies  *self,
                                   gint64                      account,
                                   TropeaLedgerGrade           grade,
                                   gint64                      micro,
                                   gint64                      n_sessions,
                                   gint64                      last_seq,
                                   GError                    **error)
{
  return change_total (self, TALLY_GROW_TOTAL, account, grade, micro, n_sessions, last_seq,
                       error) &&
         (sqlite3_changes (self->db) > 0 ||
          change_total (self, TALLY_BEGIN_TOTAL, account, grade, micro, n_sessions, last_seq,
                        error));
}
