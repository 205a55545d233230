/* tropea-ledger-sqlite-facts.c: what a SQLite file knows of the ledger that it belongs to
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-store"

#include "config.h"

#include "ledger/tropea-ledger-sqlite-rows.h"

#include <string.h>

#include "record/tropea-encoding.h"

/* Its name and its key: both are what clients know a ledger by, so neither changes by itself. */

/**
 * tropea_ledger_sqlite_dup_origin:
 * @origin: (nullable): the ledger's name, written where there is none
 *
 * Signatures cover the origin: a database that changed its name would hold sessions that no
 * longer verify. The first name stays.
 *
 * Returns: (transfer full): the database's name, which is @origin if that is there
 */
char *
tropea_ledger_sqlite_dup_origin (sqlite3     *db,
                                 const char  *origin,
                                 GError     **error)
{
  g_autoptr(sqlite3_stmt) put = NULL;
  g_autoptr(sqlite3_stmt) get = NULL;
  g_autofree char *stored = NULL;
  gboolean has_row = FALSE;

  if (origin != NULL)
    {
      if (!tropea_database_prepare (db,
                                    "INSERT INTO facts (name, value) VALUES ('origin', ?1) "
                                    "ON CONFLICT DO NOTHING", &put, error))
        return NULL;
      sqlite3_bind_text (put, 1, origin, -1, SQLITE_STATIC);
      if (!tropea_database_step (put, NULL, error))
        return NULL;
    }

  if (!tropea_database_prepare (db, "SELECT value FROM facts WHERE name = 'origin'",
                                &get, error) ||
      !tropea_database_step (get, &has_row, error))
    return NULL;

  stored = g_strdup (has_row ? (const char *) sqlite3_column_text (get, 0) : NULL);
  if (!tropea_record_is_valid_origin (stored))
    {
      g_set_error_literal (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_CORRUPT,
                           "The database does not say whose ledger it is");
      return NULL;
    }

  if (origin != NULL && strcmp (stored, origin) != 0)
    {
      g_set_error (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_UNAVAILABLE,
                   "The database belongs to the ledger “%s”: start with --origin %s or with "
                   "another database", stored, stored);
      return NULL;
    }

  return g_steal_pointer (&stored);
}

gboolean
tropea_ledger_sqlite_find_ledger_key (sqlite3   *db,
                                      guint8    *public_key,
                                      gboolean  *is_found,
                                      GError   **error)
{
  g_autoptr(sqlite3_stmt) get = NULL;
  const char *text = NULL;
  gboolean has_row = FALSE;

  if (!tropea_database_prepare (db, "SELECT value FROM facts WHERE name = 'key'", &get, error) ||
      !tropea_database_step (get, &has_row, error))
    return FALSE;

  text = has_row ? (const char *) sqlite3_column_text (get, 0) : NULL;
  if (has_row && (text == NULL ||
                  !tropea_base64_decode (text, strlen (text), public_key,
                                         TROPEA_RECORD_PUBLIC_KEY_BYTES)))
    {
      g_set_error_literal (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_CORRUPT,
                           "What the database says of its ledger's key is damaged");
      return FALSE;
    }

  *is_found = has_row;
  return TRUE;
}

gboolean
tropea_ledger_sqlite_put_ledger_key (sqlite3       *db,
                                     const guint8  *public_key,
                                     gboolean       replaces,
                                     GError       **error)
{
  g_autofree char *text = tropea_base64_encode (public_key, TROPEA_RECORD_PUBLIC_KEY_BYTES);
  g_autoptr(sqlite3_stmt) put = NULL;

  if (!tropea_database_prepare (db,
                                "INSERT INTO facts (name, value) VALUES ('key', ?1) "
                                "ON CONFLICT DO UPDATE SET value = excluded.value WHERE ?2",
                                &put, error))
    return FALSE;

  sqlite3_bind_text (put, 1, text, -1, SQLITE_STATIC);
  sqlite3_bind_int (put, 2, replaces);

  /* The log goes on, under the new key: its head is signed anew. */
  return tropea_database_step (put, NULL, error) &&
         (!replaces || tropea_database_exec (db, "UPDATE log_head SET checkpoint = NULL", error));
}
