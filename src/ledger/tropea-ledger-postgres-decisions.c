/* tropea-ledger-postgres-decisions.c: an operator's decisions in PostgreSQL
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-store"

#include "config.h"

#include "ledger/tropea-ledger-postgres-rows.h"

#define DEADLINE_USEC (5 * G_USEC_PER_SEC)

/* One after the other, so that whoever has read up to a number has read all before it. */
#define BEGIN_SQL "BEGIN; LOCK TABLE tropea_ledger.decisions IN EXCLUSIVE MODE"

#define PUT_SQL \
  "INSERT INTO tropea_ledger.decisions (number, hour, client_pub, freezes, reason) " \
  "VALUES (coalesce (nullif ($1::bigint, 0), " \
  "(SELECT coalesce (max (number), 0) + 1 FROM tropea_ledger.decisions)), " \
  "$2::bigint, $3::bytea, $4::bigint = 1, $5::text) RETURNING number"

/**
 * tropea_ledger_postgres_put_decision:
 * @postgres: a connection for this alone, to be closed after an error
 * @decision: (inout): without a number it gets the next one
 */
gboolean
tropea_ledger_postgres_put_decision (TropeaPostgres        *postgres,
                                     TropeaLedgerDecision  *decision,
                                     GError               **error)
{
  gint64 deadline_usec = g_get_monotonic_time () + DEADLINE_USEC;
  TropeaPostgresParams params = { 0 };
  g_autoptr(PGresult) result = NULL;

  if (!tropea_postgres_exec (postgres, BEGIN_SQL, deadline_usec, error))
    return FALSE;

  tropea_postgres_add_int64 (&params, decision->number);
  tropea_postgres_add_int64 (&params, decision->hour);
  tropea_postgres_add_bytes (&params, decision->client_pub, sizeof decision->client_pub);
  tropea_postgres_add_int64 (&params, decision->freezes);
  tropea_postgres_add_text (&params, decision->reason);
  result = tropea_postgres_query_sql (postgres, PUT_SQL, &params, deadline_usec, error);
  if (result == NULL || !tropea_postgres_exec (postgres, "COMMIT", deadline_usec, error))
    return FALSE;

  decision->number = tropea_postgres_get_int64 (result, 0, 0);
  return TRUE;
}

static TropeaLedgerDecision *
read_decision (const PGresult  *result,
               int              row,
               GError         **error)
{
  guint8 client_pub[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { 0 };
  g_autofree char *reason = g_strndup (PQgetvalue (result, row, 4),
                                       (gsize) PQgetlength (result, row, 4));
  TropeaLedgerDecision *decision = NULL;

  if (!tropea_postgres_copy_bytes (result, row, 2, client_pub, sizeof client_pub) ||
      !tropea_ledger_decision_is_reason (reason))
    {
      g_set_error (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_CORRUPT,
                   "Decision %" G_GINT64_FORMAT " of the database is damaged",
                   tropea_postgres_get_int64 (result, row, 0));
      return NULL;
    }

  decision = tropea_ledger_decision_new (client_pub,
                                         tropea_postgres_get_int64 (result, row, 3) != 0,
                                         tropea_postgres_get_int64 (result, row, 1), reason);
  decision->number = tropea_postgres_get_int64 (result, row, 0);
  return decision;
}

/**
 * tropea_ledger_postgres_read_decisions:
 * @result: of "list-decisions"
 *
 * Returns: (transfer full) (element-type TropeaLedgerDecision):
 */
GPtrArray *
tropea_ledger_postgres_read_decisions (const PGresult  *result,
                                       GError         **error)
{
  g_autoptr(GPtrArray) list =
    g_ptr_array_new_with_free_func ((GDestroyNotify) tropea_ledger_decision_free);

  for (int row = 0; row < PQntuples (result); row++)
    {
      TropeaLedgerDecision *decision = read_decision (result, row, error);

      if (decision == NULL)
        return NULL;

      g_ptr_array_add (list, decision);
    }

  return g_steal_pointer (&list);
}
