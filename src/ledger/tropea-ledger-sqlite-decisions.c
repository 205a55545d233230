/* tropea-ledger-sqlite-decisions.c: an operator's decisions in a ledger's SQLite file
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-store"

#include "config.h"

#include "ledger/tropea-ledger-sqlite-rows.h"

#include <string.h>

/**
 * tropea_ledger_sqlite_put_decision:
 * @decision: (inout): without a number it gets the next one
 */
gboolean
tropea_ledger_sqlite_put_decision (sqlite3               *db,
                                   TropeaLedgerDecision  *decision,
                                   GError               **error)
{
  g_autoptr(sqlite3_stmt) put = NULL;

  if (!tropea_database_prepare (db,
                                "INSERT INTO decisions (number, hour, client_pub, freezes, reason) "
                                "VALUES (?1, ?2, ?3, ?4, ?5)", &put, error))
    return FALSE;

  if (decision->number > 0)
    sqlite3_bind_int64 (put, 1, decision->number);
  sqlite3_bind_int64 (put, 2, decision->hour);
  tropea_ledger_sqlite_bind_key (put, 3, decision->client_pub);
  sqlite3_bind_int (put, 4, decision->freezes);
  sqlite3_bind_text (put, 5, decision->reason, -1, SQLITE_STATIC);
  if (!tropea_database_step (put, NULL, error))
    return FALSE;

  decision->number = sqlite3_last_insert_rowid (db);
  return TRUE;
}

static TropeaLedgerDecision *
read_decision (sqlite3_stmt  *row,
               GError       **error)
{
  const char *reason = (const char *) sqlite3_column_text (row, 4);
  TropeaLedgerDecision *decision = NULL;

  if (sqlite3_column_bytes (row, 2) != TROPEA_RECORD_PUBLIC_KEY_BYTES ||
      !tropea_ledger_decision_is_reason (reason))
    {
      g_set_error (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_CORRUPT,
                   "Decision %" G_GINT64_FORMAT " of the database is damaged",
                   (gint64) sqlite3_column_int64 (row, 0));
      return NULL;
    }

  decision = tropea_ledger_decision_new (sqlite3_column_blob (row, 2),
                                         sqlite3_column_int (row, 3) != 0,
                                         sqlite3_column_int64 (row, 1), reason);
  decision->number = sqlite3_column_int64 (row, 0);
  return decision;
}

/**
 * tropea_ledger_sqlite_list_decisions:
 *
 * Returns: (transfer full) (element-type TropeaLedgerDecision): those after @after_number
 */
GPtrArray *
tropea_ledger_sqlite_list_decisions (sqlite3  *db,
                                     gint64    after_number,
                                     GError  **error)
{
  g_autoptr(GPtrArray) list =
    g_ptr_array_new_with_free_func ((GDestroyNotify) tropea_ledger_decision_free);
  g_autoptr(sqlite3_stmt) get = NULL;
  gboolean has_row = FALSE;

  if (!tropea_database_prepare (db,
                                "SELECT number, hour, client_pub, freezes, reason FROM decisions "
                                "WHERE number > ?1 ORDER BY number", &get, error))
    return NULL;

  sqlite3_bind_int64 (get, 1, after_number);
  while (tropea_database_step (get, &has_row, error))
    {
      TropeaLedgerDecision *decision = NULL;

      if (!has_row)
        return g_steal_pointer (&list);
      if ((decision = read_decision (get, error)) == NULL)
        return NULL;

      g_ptr_array_add (list, decision);
    }

  return NULL;
}
