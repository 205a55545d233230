/* tropea-ledger-database.c: opens the store that a database's name asks for
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger"

#include "config.h"

#include "ledger/tropea-ledger-database.h"

#include <string.h>

#include "ledger/tropea-ledger-postgres-store.h"
#include "ledger/tropea-ledger-sqlite-store.h"
#include "ledger/tropea-postgres.h"

/* The only place that knows which stores there are: sqlite:PATH and postgresql://…. */

#define SQLITE_PREFIX "sqlite:"

/**
 * tropea_ledger_database_get_path:
 * @name: (nullable):
 *
 * Returns: (transfer none) (nullable): the file of a database that is one
 */
const char *
tropea_ledger_database_get_path (const char *name)
{
  if (name == NULL || !g_str_has_prefix (name, SQLITE_PREFIX) ||
      name[strlen (SQLITE_PREFIX)] == '\0')
    return NULL;

  return name + strlen (SQLITE_PREFIX);
}

static void
refuse_name (GError **error)
{
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                       "Say where the ledger is kept: --database sqlite:PATH or "
                       "--database postgresql://USER@HOST/NAME");
}

/**
 * tropea_ledger_database_check_name:
 * @name: (nullable): as the command line has it
 *
 * Is it one of the names that there are? The database is not touched.
 */
gboolean
tropea_ledger_database_check_name (const char  *name,
                                   GError     **error)
{
  if (tropea_ledger_database_get_path (name) != NULL || tropea_postgres_is_address (name))
    return TRUE;

  refuse_name (error);
  return FALSE;
}

/**
 * tropea_ledger_database_open:
 * @name: (nullable): as the command line has it
 * @origin: the ledger's name, written into a new database
 */
TropeaLedgerStore *
tropea_ledger_database_open (const char  *name,
                             const char  *origin,
                             GError     **error)
{
  const char *path = tropea_ledger_database_get_path (name);

  if (!tropea_ledger_database_check_name (name, error))
    return NULL;

  return path != NULL ? tropea_ledger_sqlite_store_open (path, origin, error)
                      : tropea_ledger_postgres_store_open (name, origin, error);
}

/**
 * tropea_ledger_database_open_present:
 * @name: (nullable): as the command line has it
 *
 * Open a ledger that must be there already.
 */
TropeaLedgerStore *
tropea_ledger_database_open_present (const char  *name,
                                     GError     **error)
{
  const char *path = tropea_ledger_database_get_path (name);

  if (path != NULL && !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_UNAVAILABLE,
                   "There is no ledger at “%s”: name another", path);
      return NULL;
    }

  return tropea_ledger_database_open (name, NULL, error);
}
