/* tropea-ledger-postgres-visit.c: reads all of a ledger in PostgreSQL as it was at one moment
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-store"

#include "config.h"

#include "ledger/tropea-ledger-postgres-visit.h"

#include "ledger/tropea-ledger-postgres-rows.h"

/* A connection of its own, and one snapshot for all that it reads: what others commit meanwhile
 * is not in it, and they do not wait. The transaction ends with the connection.
 */

#define BEGIN_SQL "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"

#define DEADLINE_USEC (60 * (gint64) G_USEC_PER_SEC)

/* The first row of a ledger that is sorted. */
#define SLOW_DEADLINE_USEC (600 * (gint64) G_USEC_PER_SEC)

typedef struct
{
  const TropeaLedgerVisitor *visitor;    /* (unowned) */
  gpointer                   user_data;  /* (unowned) */
} Visit;

typedef gboolean (*GiveFunc) (const PGresult  *row,
                              const Visit     *visit,
                              GError         **error);

static gboolean
give_session (const PGresult  *row,
              const Visit     *visit,
              GError         **error)
{
  TropeaLedgerEntry entry = { 0 };

  return tropea_ledger_postgres_read_entry (row, 0, 0, &entry, error) &&
         visit->visitor->session (&entry, visit->user_data, error);
}

static gboolean
fail_damaged (GError     **error,
              const char  *what)
{
  g_set_error_literal (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_CORRUPT, what);
  return FALSE;
}

static gboolean
give_balance (const PGresult  *row,
              const Visit     *visit,
              GError         **error)
{
  guint8 client_pub[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { 0 };
  gboolean is_mint = PQgetisnull (row, 0, 0);
  TropeaLedgerGrade grade = TROPEA_LEDGER_GRADE_SELF_REPORTED;

  if (!tropea_ledger_postgres_read_grade (row, 0, 1, &grade) ||
      (!is_mint && !tropea_postgres_copy_bytes (row, 0, 0, client_pub, sizeof client_pub)))
    return fail_damaged (error, "A balance of the database is damaged");

  return visit->visitor->balance (is_mint ? NULL : client_pub, grade,
                                  tropea_postgres_get_int64 (row, 0, 2),
                                  tropea_postgres_get_int64 (row, 0, 3), visit->user_data,
                                  error);
}

static gboolean
give_day (const PGresult  *row,
          const Visit     *visit,
          GError         **error)
{
  guint8 client_pub[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { 0 };
  TropeaLedgerGrade grade = TROPEA_LEDGER_GRADE_SELF_REPORTED;

  if (!tropea_ledger_postgres_read_grade (row, 0, 1, &grade) ||
      !tropea_postgres_copy_bytes (row, 0, 0, client_pub, sizeof client_pub))
    return fail_damaged (error, "A day of the database is damaged");

  return visit->visitor->day (client_pub, grade, tropea_postgres_get_int64 (row, 0, 2),
                              tropea_postgres_get_int64 (row, 0, 3),
                              tropea_postgres_get_int64 (row, 0, 4), visit->user_data, error);
}

static gboolean
visit_rows (TropeaPostgres  *reader,
            const char      *sql,
            GiveFunc         give,
            const Visit     *visit,
            GError         **error)
{
  if (!tropea_postgres_stream (reader, sql, error))
    return FALSE;

  while (TRUE)
    {
      gboolean is_end = FALSE;
      g_autoptr(PGresult) row =
        tropea_postgres_next_row (reader, g_get_monotonic_time () + SLOW_DEADLINE_USEC, &is_end,
                                  error);

      if (row == NULL)
        return is_end;
      if (!give (row, visit, error))
        return FALSE;
    }
}

/**
 * tropea_ledger_postgres_visit:
 *
 * See tropea_ledger_store_visit (). The mint's pieces are added up.
 */
gboolean
tropea_ledger_postgres_visit (const TropeaPostgresAddress  *address,
                              const TropeaLedgerVisitor    *visitor,
                              gpointer                      user_data,
                              GError                      **error)
{
  g_autoptr(TropeaPostgres) reader = tropea_postgres_connect (address, error);
  Visit visit = { visitor, user_data };

  return reader != NULL &&
         tropea_postgres_exec (reader, BEGIN_SQL, g_get_monotonic_time () + DEADLINE_USEC,
                               error) &&
         (visitor->session == NULL ||
          visit_rows (reader,
                      "SELECT " TROPEA_LEDGER_POSTGRES_COLUMNS " FROM "
                      TROPEA_LEDGER_POSTGRES_SESSIONS " "
                      "ORDER BY s.client_pub, s.start_ms", give_session, &visit, error)) &&
         (visitor->balance == NULL ||
          visit_rows (reader,
                      "SELECT client_pub, grade, micro, sessions FROM tropea_ledger.balances "
                      "UNION ALL SELECT NULL, grade, sum (minted_micro)::bigint, "
                      "sum (sessions)::bigint FROM tropea_ledger.balances GROUP BY grade",
                      give_balance, &visit, error)) &&
         (visitor->day == NULL ||
          visit_rows (reader,
                      "SELECT client_pub, grade, day, micro, bytes FROM tropea_ledger.days "
                      "ORDER BY client_pub, day, grade", give_day, &visit, error));
}
