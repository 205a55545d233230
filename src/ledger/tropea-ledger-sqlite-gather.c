/* tropea-ledger-sqlite-gather.c: writes a commit into a SQLite file's log in large pieces
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-store"

#include "config.h"

#include "ledger/tropea-ledger-sqlite-gather.h"

#include <string.h>

/* SQLite writes each page of a commit into the log with two calls, one for 24 bytes before the
 * page. A group changes some hundred pages, and these calls took more of the writer's time than
 * the statements. Here the pieces that follow each other are put together in memory and written
 * when SQLite syncs the log, or wants anything else of it.
 *
 * With synchronous=FULL every commit is synced before others are told of it, so nobody looks
 * into the log for what is not there yet. (That is so where a sector that is written in part
 * keeps its other bytes. Elsewhere SQLite writes more after the sync; then nothing is gathered.)
 */

/* SQLite's own function takes less than 128 KiB at once. */
#define CAPACITY_BYTES (120 * 1024)

struct _TropeaLedgerSqliteGather
{
  sqlite3_io_methods        methods;   /* instead of @original; the first member */
  const sqlite3_io_methods *original;  /* (unowned) */

  guint8                   *data;      /* (owned) */
  gsize                     n_bytes;
  sqlite3_int64             offset;    /* of @data in the file */
};

/* The methods are the first member, so they lead to the whole. */
static TropeaLedgerSqliteGather *
get_gather (sqlite3_file *file)
{
  return (TropeaLedgerSqliteGather *) file->pMethods;
}

/* What could not be written is forgotten: SQLite rolls the commit back. */
static int
flush (TropeaLedgerSqliteGather *self,
       sqlite3_file             *file)
{
  gsize n_bytes = self->n_bytes;

  self->n_bytes = 0;
  return n_bytes > 0 ? self->original->xWrite (file, self->data, (int) n_bytes, self->offset)
                     : SQLITE_OK;
}

static int
write_cb (sqlite3_file  *file,
          const void    *data,
          int            n_bytes,
          sqlite3_int64  offset)
{
  TropeaLedgerSqliteGather *self = get_gather (file);
  gboolean follows = offset == self->offset + (sqlite3_int64) self->n_bytes &&
                     self->n_bytes + (gsize) n_bytes <= CAPACITY_BYTES;
  int result = follows ? SQLITE_OK : flush (self, file);

  if (result != SQLITE_OK)
    return result;
  if (n_bytes > CAPACITY_BYTES)
    return self->original->xWrite (file, data, n_bytes, offset);

  if (self->n_bytes == 0)
    self->offset = offset;
  memcpy (self->data + self->n_bytes, data, (gsize) n_bytes);
  self->n_bytes += (gsize) n_bytes;
  return SQLITE_OK;
}

static int
read_cb (sqlite3_file  *file,
         void          *data,
         int            n_bytes,
         sqlite3_int64  offset)
{
  TropeaLedgerSqliteGather *self = get_gather (file);
  int result = flush (self, file);

  return result == SQLITE_OK ? self->original->xRead (file, data, n_bytes, offset) : result;
}

static int
truncate_cb (sqlite3_file  *file,
             sqlite3_int64  size)
{
  TropeaLedgerSqliteGather *self = get_gather (file);
  int result = flush (self, file);

  return result == SQLITE_OK ? self->original->xTruncate (file, size) : result;
}

static int
sync_cb (sqlite3_file *file,
         int           flags)
{
  TropeaLedgerSqliteGather *self = get_gather (file);
  int result = flush (self, file);

  return result == SQLITE_OK ? self->original->xSync (file, flags) : result;
}

static int
get_size_cb (sqlite3_file  *file,
             sqlite3_int64 *size)
{
  TropeaLedgerSqliteGather *self = get_gather (file);
  int result = flush (self, file);

  return result == SQLITE_OK ? self->original->xFileSize (file, size) : result;
}

/* What is left belongs to no commit. */
static int
close_cb (sqlite3_file *file)
{
  TropeaLedgerSqliteGather *self = get_gather (file);

  self->n_bytes = 0;
  file->pMethods = self->original;
  return self->original->xClose (file);
}

/**
 * tropea_ledger_sqlite_gather_new:
 * @db: has been read from, so its log is open; it commits with synchronous=FULL
 *
 * Returns: (transfer full): for tropea_ledger_sqlite_gather_free (), once @db is closed
 */
TropeaLedgerSqliteGather *
tropea_ledger_sqlite_gather_new (sqlite3  *db,
                                 GError  **error)
{
  TropeaLedgerSqliteGather *self = NULL;
  sqlite3_file *log = NULL;

  if (sqlite3_file_control (db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) != SQLITE_OK ||
      log == NULL || log->pMethods == NULL)
    {
      g_set_error_literal (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_UNAVAILABLE,
                           "The database has no log: keep it on a disk of this machine");
      return NULL;
    }

  self = g_new0 (TropeaLedgerSqliteGather, 1);
  self->data = g_malloc (CAPACITY_BYTES);
  self->original = log->pMethods;
  self->methods = *self->original;
  self->methods.xClose = close_cb;
  self->methods.xRead = read_cb;
  self->methods.xWrite = write_cb;
  self->methods.xTruncate = truncate_cb;
  self->methods.xSync = sync_cb;
  self->methods.xFileSize = get_size_cb;
  if ((self->original->xDeviceCharacteristics (log) & SQLITE_IOCAP_POWERSAFE_OVERWRITE) != 0)
    log->pMethods = &self->methods;

  return self;
}

void
tropea_ledger_sqlite_gather_free (TropeaLedgerSqliteGather *self)
{
  g_free (self->data);
  g_free (self);
}
