/* tropea-ledger-sqlite-visit.c: reads all of a ledger's SQLite file as it was at one moment
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-store"

#include "config.h"

#include "ledger/tropea-ledger-sqlite-visit.h"

#include "ledger/tropea-ledger-sqlite-rows.h"

/* One read transaction around it all. Whoever writes meanwhile does not wait, but the log can
 * only start over when this is done.
 *
 * Whoever visits all sessions also wants to know that a key's pages would have them all: that
 * each says which place was before it, and the totals which is the last. These belong to this
 * file and to no other store, so they are looked at here.
 */

/* Each gives the place of a session that is not where its key's pages look for it. */
static const char * const chain_sql[] = {
  "SELECT seq FROM (SELECT seq, prev_seq, lag (seq) OVER (PARTITION BY client ORDER BY seq) "
  "AS before FROM sessions) WHERE prev_seq IS NOT before LIMIT 1",
  "SELECT s.seq FROM (SELECT client, grade, max (seq) AS seq FROM sessions GROUP BY 1, 2) s "
  "JOIN balances b ON b.account = s.client AND b.grade = s.grade WHERE b.last_seq IS NOT s.seq "
  "LIMIT 1",
};

static gboolean
visit_sessions (sqlite3                *db,
                TropeaLedgerEntryFunc   func,
                gpointer                user_data,
                GError                **error)
{
  g_autoptr(sqlite3_stmt) row = NULL;
  TropeaLedgerEntry entry = { 0 };
  gboolean has_row = FALSE;

  if (!tropea_database_prepare (db,
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

/* Columns: the account's key, the grade, the account's id. */
static gboolean
read_account (sqlite3_stmt       *row,
              gboolean            may_be_mint,
              TropeaLedgerGrade  *grade)
{
  return tropea_ledger_grade_from_string ((const char *) sqlite3_column_text (row, 1), grade) &&
         sqlite3_column_type (row, 2) != SQLITE_NULL &&
         (sqlite3_column_bytes (row, 0) == TROPEA_RECORD_PUBLIC_KEY_BYTES ||
          (may_be_mint && sqlite3_column_int64 (row, 2) == TROPEA_LEDGER_MINT));
}

static gboolean
visit_balances (sqlite3                  *db,
                TropeaLedgerBalanceFunc   func,
                gpointer                  user_data,
                GError                  **error)
{
  g_autoptr(sqlite3_stmt) row = NULL;
  TropeaLedgerGrade grade = TROPEA_LEDGER_GRADE_SELF_REPORTED;
  gboolean has_row = FALSE;

  if (!tropea_database_prepare (db,
                                "SELECT a.client_pub, b.grade, a.id, b.micro, b.sessions "
                                "FROM balances b LEFT JOIN accounts a ON a.id = b.account",
                                &row, error))
    return FALSE;

  while (tropea_database_step (row, &has_row, error))
    {
      if (!has_row)
        return TRUE;
      if (!read_account (row, TRUE, &grade))
        {
          g_set_error_literal (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_CORRUPT,
                               "A balance of the database is damaged");
          return FALSE;
        }
      if (!func (sqlite3_column_blob (row, 0), grade, sqlite3_column_int64 (row, 3),
                 sqlite3_column_int64 (row, 4), user_data, error))
        return FALSE;
    }

  return FALSE;
}

static gboolean
visit_days (sqlite3              *db,
            TropeaLedgerDayFunc   func,
            gpointer              user_data,
            GError              **error)
{
  g_autoptr(sqlite3_stmt) row = NULL;
  TropeaLedgerGrade grade = TROPEA_LEDGER_GRADE_SELF_REPORTED;
  gboolean has_row = FALSE;

  if (!tropea_database_prepare (db,
                                "SELECT a.client_pub, d.grade, a.id, d.day, d.micro, d.bytes "
                                "FROM days d LEFT JOIN accounts a ON a.id = d.account "
                                "ORDER BY d.account, d.day, d.grade", &row, error))
    return FALSE;

  while (tropea_database_step (row, &has_row, error))
    {
      if (!has_row)
        return TRUE;
      if (!read_account (row, FALSE, &grade))
        {
          g_set_error_literal (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_CORRUPT,
                               "A day of the database is damaged");
          return FALSE;
        }
      if (!func (sqlite3_column_blob (row, 0), grade, sqlite3_column_int64 (row, 3),
                 sqlite3_column_int64 (row, 4), sqlite3_column_int64 (row, 5), user_data,
                 error))
        return FALSE;
    }

  return FALSE;
}

static gboolean
check_chain (sqlite3  *db,
             GError  **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (chain_sql); i++)
    {
      g_autoptr(sqlite3_stmt) row = NULL;
      gboolean has_row = FALSE;

      if (!tropea_database_prepare (db, chain_sql[i], &row, error) ||
          !tropea_database_step (row, &has_row, error))
        return FALSE;

      if (has_row)
        {
          g_set_error (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_CORRUPT,
                       "Session %" G_GINT64_FORMAT " is not in its place among its key's "
                       "sessions", (gint64) sqlite3_column_int64 (row, 0));
          return FALSE;
        }
    }

  return TRUE;
}

/**
 * tropea_ledger_sqlite_visit:
 *
 * See tropea_ledger_store_visit ().
 */
gboolean
tropea_ledger_sqlite_visit (sqlite3                    *db,
                            const TropeaLedgerVisitor  *visitor,
                            gpointer                    user_data,
                            GError                    **error)
{
  gboolean is_good = FALSE;

  if (!tropea_database_exec (db, "BEGIN", error))
    return FALSE;

  is_good = (visitor->session == NULL ||
             visit_sessions (db, visitor->session, user_data, error)) &&
            (visitor->balance == NULL ||
             visit_balances (db, visitor->balance, user_data, error)) &&
            (visitor->day == NULL || visit_days (db, visitor->day, user_data, error)) &&
            (visitor->session == NULL || check_chain (db, error));

  tropea_database_exec (db, "ROLLBACK", NULL);
  return is_good;
}
