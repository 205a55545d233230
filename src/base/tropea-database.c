/* tropea-database.c: opens a SQLite file the safe way and brings its schema up to date
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-database"

#include "config.h"

#include "base/tropea-database.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* WAL with synchronous=FULL: a transaction that was committed survives a power cut. The
 * schema's version is PRAGMA user_version; step n brings version n to n + 1, in one
 * transaction with the new number, so a crash leaves the old version or the new one.
 */

/* A reader of ours (a backup, sqlite3 in a terminal) may hold the file for a moment. */
#define BUSY_TIMEOUT_MS 5000

G_DEFINE_QUARK (tropea-database-error-quark, tropea_database_error)

/* Nobody here asks SQLite how much memory it has: without the count, which all handles of the
 * process share, they need no lock for each allocation.
 */
static gpointer
stop_counting_memory (gpointer data)
{
  return GINT_TO_POINTER (sqlite3_config (SQLITE_CONFIG_MEMSTATUS, 0));
}

/* SQLite knows one number for a full disk; a used up quota is an input or output error to it. */
static gboolean
is_out_of_room (int system_errno)
{
  return system_errno == ENOSPC || system_errno == EDQUOT || system_errno == EFBIG;
}

/* sqlite3_system_errno () has forgotten the number by the time the statement has ended. */
static int
get_write_errno (sqlite3 *db)
{
  sqlite3_file *file = NULL;
  int system_errno = 0;

  if (sqlite3_file_control (db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file) == SQLITE_OK &&
      file != NULL && file->pMethods != NULL)
    file->pMethods->xFileControl (file, SQLITE_FCNTL_LAST_ERRNO, &system_errno);
  if (!is_out_of_room (system_errno))
    sqlite3_file_control (db, "main", SQLITE_FCNTL_LAST_ERRNO, &system_errno);

  return system_errno;
}

static TropeaDatabaseError
error_code_for (int result)
{
  switch (result & 0xff)
    {
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return TROPEA_DATABASE_ERROR_UNAVAILABLE;

    case SQLITE_FULL:
      return TROPEA_DATABASE_ERROR_FULL;

    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return TROPEA_DATABASE_ERROR_BUSY;

    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return TROPEA_DATABASE_ERROR_CORRUPT;

    default:
      return TROPEA_DATABASE_ERROR_FAILED;
    }
}

static const char *
way_out_of (TropeaDatabaseError code)
{
  switch (code)
    {
    case TROPEA_DATABASE_ERROR_UNAVAILABLE:
      return ": make the file and its folder writable for this user";

    case TROPEA_DATABASE_ERROR_FULL:
      return ": make room on the disk";

    case TROPEA_DATABASE_ERROR_BUSY:
      return ": close the other program that has the file open";

    case TROPEA_DATABASE_ERROR_CORRUPT:
      return ": put a backup in its place, or move the file away to begin a new one";

    case TROPEA_DATABASE_ERROR_FAILED:
    case TROPEA_DATABASE_ERROR_TOO_NEW:
    default:
      return "";
    }
}

static void
set_error (GError  **error,
           sqlite3  *db)
{
  TropeaDatabaseError code = error_code_for (sqlite3_errcode (db));
  int result = sqlite3_extended_errcode (db);

  if (result == SQLITE_IOERR_SHMSIZE ||
      (result == SQLITE_IOERR_WRITE && is_out_of_room (get_write_errno (db))))
    code = TROPEA_DATABASE_ERROR_FULL;
  g_set_error (error, TROPEA_DATABASE_ERROR, (int) code, "%s%s",
               sqlite3_errmsg (db), way_out_of (code));
}

/* SQLite makes a file that others can read; the files beside it get the mode of this one.
 *
 * A file that is there must not be opened here: closing it would give up the locks that other
 * connections of this process hold on it. Another process would then take itself for the last
 * user, and remove the log that this one still writes to.
 */
static gboolean
make_private_file (const char  *path,
                   GError     **error)
{
  TropeaDatabaseError code = TROPEA_DATABASE_ERROR_UNAVAILABLE;
  int fd = g_open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  int saved_errno = errno;

  if (fd >= 0)
    return g_close (fd, error);

  if (saved_errno == EEXIST && g_access (path, R_OK | W_OK) == 0)
    return TRUE;

  if (saved_errno == EEXIST)
    saved_errno = errno;
  if (is_out_of_room (saved_errno))
    code = TROPEA_DATABASE_ERROR_FULL;
  g_set_error (error, TROPEA_DATABASE_ERROR, (int) code, "Could not open the database “%s”: %s%s",
               path, g_strerror (saved_errno), way_out_of (code));
  return FALSE;
}

static gboolean
run_step (sqlite3     *db,
          gint64       version,
          const char  *sql,
          GError     **error)
{
  g_autofree char *set_version = g_strdup_printf ("PRAGMA user_version = %" G_GINT64_FORMAT,
                                                  version + 1);

  if (tropea_database_exec (db, "BEGIN IMMEDIATE", error) &&
      tropea_database_exec (db, sql, error) &&
      tropea_database_exec (db, set_version, error) &&
      tropea_database_exec (db, "COMMIT", error))
    return TRUE;

  if (!sqlite3_get_autocommit (db))
    tropea_database_exec (db, "ROLLBACK", NULL);
  g_prefix_error (error, "Could not bring the database to version %" G_GINT64_FORMAT ": ",
                  version + 1);
  return FALSE;
}

static gboolean
migrate (sqlite3             *db,
         const char * const  *steps,
         GError             **error)
{
  gint64 newest = g_strv_length ((char **) steps);
  gint64 version = 0;

  if (!tropea_database_query_int64 (db, "PRAGMA user_version", &version, error))
    return FALSE;

  if (version < 0 || version > newest)
    {
      g_set_error (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_TOO_NEW,
                   "The database has version %" G_GINT64_FORMAT ", this program knows versions "
                   "up to %" G_GINT64_FORMAT ": install a newer Tropea", version, newest);
      return FALSE;
    }

  for (gint64 i = version; i < newest; i++)
    {
      if (!run_step (db, i, steps[i], error))
        return FALSE;
    }

  return TRUE;
}

/**
 * tropea_database_open:
 * @path: the file; it is made, readable by its owner only, if it is not there
 * @steps: (array zero-terminated=1): SQL that brings version 0, 1, 2 … one further
 * @db: (out): for sqlite3_close ()
 *
 * Blocks; for a worker thread.
 */
gboolean
tropea_database_open (const char          *path,
                      const char * const  *steps,
                      sqlite3            **db,
                      GError             **error)
{
  static GOnce once = G_ONCE_INIT;
  g_autoptr(sqlite3) handle = NULL;
  int result = SQLITE_OK;

  g_return_val_if_fail (path != NULL && steps != NULL && db != NULL, FALSE);

  /* Only before the process opens its first database. */
  g_once (&once, stop_counting_memory, NULL);
  if (!make_private_file (path, error))
    return FALSE;

  result = sqlite3_open_v2 (path, &handle,
                            SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                            NULL);
  if (result != SQLITE_OK)
    {
      g_set_error (error, TROPEA_DATABASE_ERROR, error_code_for (result),
                   "Could not open the database “%s”: %s", path, sqlite3_errstr (result));
      return FALSE;
    }

  sqlite3_extended_result_codes (handle, TRUE);
  sqlite3_busy_timeout (handle, BUSY_TIMEOUT_MS);
  if (!tropea_database_exec (handle, "PRAGMA journal_mode = WAL", error) ||
      !tropea_database_exec (handle, "PRAGMA synchronous = FULL", error) ||
      !tropea_database_exec (handle, "PRAGMA foreign_keys = ON", error) ||
      !migrate (handle, steps, error))
    {
      g_prefix_error (error, "Could not use the database “%s”: ", path);
      return FALSE;
    }

  *db = g_steal_pointer (&handle);
  return TRUE;
}

/**
 * tropea_database_exec:
 *
 * Run statements whose rows nobody needs.
 */
gboolean
tropea_database_exec (sqlite3     *db,
                      const char  *sql,
                      GError     **error)
{
  if (sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;

  set_error (error, db);
  return FALSE;
}

gboolean
tropea_database_prepare (sqlite3       *db,
                         const char    *sql,
                         sqlite3_stmt **statement,
                         GError       **error)
{
  if (sqlite3_prepare_v3 (db, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL) == SQLITE_OK)
    return TRUE;

  set_error (error, db);
  return FALSE;
}

/**
 * tropea_database_step:
 * @has_row: (out) (optional): whether there is a row to read
 */
gboolean
tropea_database_step (sqlite3_stmt  *statement,
                      gboolean      *has_row,
                      GError       **error)
{
  int result = sqlite3_step (statement);

  if (result == SQLITE_ROW || result == SQLITE_DONE)
    {
      if (has_row != NULL)
        *has_row = result == SQLITE_ROW;
      return TRUE;
    }

  set_error (error, sqlite3_db_handle (statement));
  return FALSE;
}

/**
 * tropea_database_query_int64:
 * @sql: a query that gives one row
 * @value: (out): that row's first column
 */
gboolean
tropea_database_query_int64 (sqlite3     *db,
                             const char  *sql,
                             gint64      *value,
                             GError     **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;
  gboolean has_row = FALSE;

  if (!tropea_database_prepare (db, sql, &statement, error) ||
      !tropea_database_step (statement, &has_row, error))
    return FALSE;

  if (!has_row)
    {
      g_set_error (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_FAILED,
                   "No row from “%s”", sql);
      return FALSE;
    }

  *value = sqlite3_column_int64 (statement, 0);
  return TRUE;
}
