/* tropea-ledger-sqlite-checkpointer.c: moves a SQLite file's log into the file, on a thread
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-store"

#include "config.h"

#include "ledger/tropea-ledger-sqlite-checkpointer.h"

#include "ledger/tropea-ledger-sqlite-rows.h"

/* A commit is on disk once it is in the log. To move the log's pages into the file takes many
 * times as long as a commit, and whoever submits would wait for it. So a thread of its own does
 * that while the writer goes on writing.
 *
 * In a large file nearly every page is another one, and to move them is what keeps the disk
 * busy: the longer the log, the more often a page is in it and is moved only once. So the log of
 * a large file may be longer.
 *
 * The log starts over only when all of it has been moved, and under load the writer is always
 * ahead by what it wrote meanwhile. So the thread goes over it again, which takes less time each
 * time, until so little is left that the writer itself can move it between two commits without
 * anybody noticing. Where the thread does not get there, the log grows; and where it has become
 * very long, the writer moves all that is left, whoever waits for it.
 *
 * SQLite syncs the file only when all of the log is in it. The writer would wait there for
 * whatever the thread has moved; and everybody's commit, for a disk that has a whole log's pages
 * to write at once. So the thread's file syncs itself, every few pages.
 *
 * A checkpoint that fails loses nothing: the log keeps what it has and the next one tries again.
 */

/* 16 MiB, or this part of the file, but no more than 256 MiB. */
#define MIN_PAGES_BEFORE_CHECKPOINT 4096
#define MAX_PAGES_BEFORE_CHECKPOINT 65536
#define FILE_PAGES_FOR_EACH_IN_LOG 8

/* What the writer may be left to move. */
#define PAGES_LEFT_FOR_WRITER 512

/* A commit that comes in between waits for these, some tens of milliseconds on a slow disk. */
#define PAGES_BEFORE_SYNC 1024

/* So many times the usual length: now the writer moves whatever is left. */
#define MAX_LENGTH_FACTOR 2

/* The file of a handle, in SQLite's hands. */
typedef struct
{
  sqlite3_io_methods        methods;   /* instead of @original */
  const sqlite3_io_methods *original;  /* (unowned) */
  sqlite3_file             *file;      /* (unowned): the handle's */
  int                       n_written; /* pages since the last sync */
} PacedFile;

struct _TropeaLedgerSqliteCheckpointer
{
  sqlite3  *writer;          /* (unowned): with its thread */
  int       n_pages;         /* in the log, at the writer's last commit; atomic */

  sqlite3  *db;              /* (owned): the thread's */
  PacedFile file;            /* its file */
  GThread  *thread;          /* (owned) (nullable) */

  GMutex    mutex;           /* for what follows */
  GCond     cond;
  int       length;          /* of the log, in pages, before it is moved */
  gboolean  is_wanted;
  gboolean  has_caught_up;   /* it is the writer's turn */
  gboolean  is_ending;
};

static int
committed_cb (void       *data,
              sqlite3    *db,
              const char *name,
              int         n_pages)
{
  TropeaLedgerSqliteCheckpointer *self = data;

  g_atomic_int_set (&self->n_pages, n_pages);
  return SQLITE_OK;
}

/* The methods are the first member, so they lead to the whole. */
static PacedFile *
get_paced_file (sqlite3_file *file)
{
  return (PacedFile *) file->pMethods;
}

static int
sync_file (PacedFile *self)
{
  self->n_written = 0;
  return self->original->xSync (self->file, SQLITE_SYNC_NORMAL);
}

static int
write_page_cb (sqlite3_file  *file,
               const void    *data,
               int            n_bytes,
               sqlite3_int64  offset)
{
  PacedFile *self = get_paced_file (file);
  int result = self->original->xWrite (file, data, n_bytes, offset);

  if (result == SQLITE_OK && ++self->n_written >= PAGES_BEFORE_SYNC)
    result = sync_file (self);
  return result;
}

static int
close_cb (sqlite3_file *file)
{
  file->pMethods = get_paced_file (file)->original;
  return file->pMethods->xClose (file);
}

/* @self: lives as long as @db */
static gboolean
pace_file (PacedFile  *self,
           sqlite3    *db,
           GError    **error)
{
  if (sqlite3_file_control (db, "main", SQLITE_FCNTL_FILE_POINTER, &self->file) != SQLITE_OK ||
      self->file == NULL || self->file->pMethods == NULL)
    {
      g_set_error_literal (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_FAILED,
                           "SQLite does not say which file it has open");
      return FALSE;
    }

  self->original = self->file->pMethods;
  self->methods = *self->original;
  self->methods.xWrite = write_page_cb;
  self->methods.xClose = close_cb;
  self->file->pMethods = &self->methods;
  return TRUE;
}

/* Whether it is the writer's turn. */
static gboolean
catch_up (TropeaLedgerSqliteCheckpointer *self,
          int                             length)
{
  int n_left = G_MAXINT;
  int n_left_before = 0;

  do
    {
      int n_pages = 0;
      int n_moved = 0;

      /* SQLite would give the log's length as it was when this began. */
      n_left_before = n_left;
      if (sqlite3_wal_checkpoint_v2 (self->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL,
                                     &n_moved) != SQLITE_OK ||
          sync_file (&self->file) != SQLITE_OK)
        return FALSE;

      n_pages = g_atomic_int_get (&self->n_pages);
      n_left = n_pages - n_moved;
      if (n_left <= PAGES_LEFT_FOR_WRITER || n_pages >= length * MAX_LENGTH_FACTOR)
        return TRUE;
    }
  while (n_left < n_left_before);

  return FALSE;
}

/* The length of log that suits the file as large as it is now. */
static int
choose_length (TropeaLedgerSqliteCheckpointer *self)
{
  gint64 n_pages = 0;

  if (!tropea_database_query_int64 (self->db, "PRAGMA page_count", &n_pages, NULL))
    n_pages = 0;

  return (int) CLAMP (n_pages / FILE_PAGES_FOR_EACH_IN_LOG, MIN_PAGES_BEFORE_CHECKPOINT,
                      MAX_PAGES_BEFORE_CHECKPOINT);
}

static gpointer
run (gpointer data)
{
  TropeaLedgerSqliteCheckpointer *self = data;

  g_mutex_lock (&self->mutex);
  while (TRUE)
    {
      gboolean has_caught_up = FALSE;
      int length = self->length;

      while (!self->is_wanted && !self->is_ending)
        g_cond_wait (&self->cond, &self->mutex);
      if (self->is_ending)
        break;

      g_mutex_unlock (&self->mutex);
      has_caught_up = catch_up (self, length);
      length = choose_length (self);
      g_mutex_lock (&self->mutex);
      self->is_wanted = FALSE;
      self->has_caught_up = has_caught_up;
      self->length = length;
    }
  g_mutex_unlock (&self->mutex);

  return NULL;
}

/**
 * tropea_ledger_sqlite_checkpointer_new:
 * @writer: the handle that writes @path; from now on it does not move the log by itself
 */
TropeaLedgerSqliteCheckpointer *
tropea_ledger_sqlite_checkpointer_new (const char  *path,
                                       sqlite3     *writer,
                                       GError     **error)
{
  g_autoptr(TropeaLedgerSqliteCheckpointer) self = g_new0 (TropeaLedgerSqliteCheckpointer, 1);

  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  if (!tropea_database_open (path, tropea_ledger_sqlite_get_steps (), &self->db, error) ||
      !pace_file (&self->file, self->db, error))
    return NULL;

  self->length = choose_length (self);
  self->writer = writer;
  sqlite3_wal_hook (writer, committed_cb, self);
  self->thread = g_thread_new ("ledger-log", run, self);

  return g_steal_pointer (&self);
}

/* Before the writer's handle is closed, which moves the rest. */
void
tropea_ledger_sqlite_checkpointer_free (TropeaLedgerSqliteCheckpointer *self)
{
  if (self->thread != NULL)
    {
      g_mutex_lock (&self->mutex);
      self->is_ending = TRUE;
      g_cond_signal (&self->cond);
      g_mutex_unlock (&self->mutex);
      g_thread_join (self->thread);
      sqlite3_wal_hook (self->writer, NULL, NULL);
    }

  g_clear_pointer (&self->db, sqlite3_close);
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/**
 * tropea_ledger_sqlite_checkpointer_after_commit:
 *
 * On the writer's thread, outside of a transaction.
 */
void
tropea_ledger_sqlite_checkpointer_after_commit (TropeaLedgerSqliteCheckpointer *self)
{
  gboolean is_my_turn = FALSE;
  int n_pages = g_atomic_int_get (&self->n_pages);

  if (n_pages < MIN_PAGES_BEFORE_CHECKPOINT)
    return;

  g_mutex_lock (&self->mutex);
  is_my_turn = self->has_caught_up;
  self->has_caught_up = FALSE;
  if (!is_my_turn && !self->is_wanted && n_pages >= self->length)
    {
      self->is_wanted = TRUE;
      g_cond_signal (&self->cond);
    }
  g_mutex_unlock (&self->mutex);

  if (is_my_turn)
    sqlite3_wal_checkpoint_v2 (self->writer, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}
