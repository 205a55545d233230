/* tropea-ledger-backup.c: copies a ledger's file while it is in use
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-backup"

#include "config.h"

#include "ledger/tropea-ledger-backup.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "base/tropea-database.h"

/* All pages are copied inside one read transaction: the copy is the ledger of that moment, and
 * whoever writes to it meanwhile does not wait. The copy is on disk before this returns; what
 * could not be finished is removed.
 */

#define BUSY_TIMEOUT_MS 5000

static gboolean
fail (GError     **error,
      const char  *what,
      const char  *path,
      const char  *why)
{
  g_set_error (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_UNAVAILABLE, "%s “%s”: %s",
               what, path, why);
  return FALSE;
}

static gboolean
open_database (const char  *path,
               int          flags,
               sqlite3    **db,
               GError     **error)
{
  if (sqlite3_open_v2 (path, db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
    return fail (error, "Could not open the database", path, sqlite3_errmsg (*db));

  sqlite3_busy_timeout (*db, BUSY_TIMEOUT_MS);
  return TRUE;
}

static gboolean
copy_pages (sqlite3     *from,
            sqlite3     *to,
            const char  *target,
            GError     **error)
{
  sqlite3_backup *backup = sqlite3_backup_init (to, "main", from, "main");
  int step_result = SQLITE_ERROR;
  int result = SQLITE_ERROR;

  if (backup == NULL)
    return fail (error, "Could not begin to write", target, sqlite3_errmsg (to));

  step_result = sqlite3_backup_step (backup, -1);
  result = sqlite3_backup_finish (backup);
  if (step_result != SQLITE_DONE || result != SQLITE_OK)
    return fail (error, "Could not write", target,
                 sqlite3_errstr (result != SQLITE_OK ? result : step_result));

  return TRUE;
}

static gboolean
copy (const char  *path,
      const char  *target,
      gint64      *n_sessions,
      GError     **error)
{
  g_autoptr(sqlite3) from = NULL;
  g_autoptr(sqlite3) to = NULL;

  /* SQLite writes to it only what other readers of a write-ahead log would. */
  if (!open_database (path, SQLITE_OPEN_READWRITE, &from, error))
    return FALSE;

  if (!tropea_database_query_int64 (from, "SELECT count (*) FROM facts WHERE name = 'origin'",
                                    n_sessions, error))
    {
      g_prefix_error (error, "“%s” is no ledger: ", path);
      return FALSE;
    }

  return open_database (target, SQLITE_OPEN_READWRITE, &to, error) &&
         copy_pages (from, to, target, error) &&
         tropea_database_query_int64 (to, "SELECT count (*) FROM sessions", n_sessions, error);
}

/* A file's name is on disk once its folder is. */
static gboolean
sync_folder (const char  *path,
             GError     **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = g_open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  int saved_errno = errno;
  gboolean is_synced = fd >= 0 && fsync (fd) == 0;

  if (fd >= 0)
    {
      saved_errno = errno;
      g_close (fd, NULL);
    }

  return is_synced ||
         fail (error, "Could not write to the folder", folder, g_strerror (saved_errno));
}

/* Opening the copy makes files beside it, which its last user takes away: none, if that user
 * may not write.
 */
static void
remove_copy (const char *target)
{
  const char *suffixes[] = { "", "-journal", "-wal", "-shm" };

  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = g_strconcat (target, suffixes[i], NULL);

      g_unlink (path);
    }
}

/**
 * tropea_ledger_backup:
 * @path: a ledger's SQLite file; it may be in use
 * @target: a file that must not be there yet; only its owner may read it
 * @n_sessions: (out): how many the copy has
 *
 * The ledger's own key is not in the database and not copied.
 */
gboolean
tropea_ledger_backup (const char  *path,
                      const char  *target,
                      gint64      *n_sessions,
                      GError     **error)
{
  int fd = -1;

  g_return_val_if_fail (path != NULL && target != NULL && n_sessions != NULL, FALSE);

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return fail (error, "There is no ledger at", path, "name another");

  fd = g_open (target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0 && errno == EEXIST)
    return fail (error, "There is a file already at", target, "name another");

  if (fd < 0)
    return fail (error, "Could not make the file", target, g_strerror (errno));

  if (!g_close (fd, error) || !copy (path, target, n_sessions, error) ||
      !sync_folder (target, error))
    {
      remove_copy (target);
      return FALSE;
    }

  return TRUE;
}
