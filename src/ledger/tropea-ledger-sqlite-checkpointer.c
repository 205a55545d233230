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
 * The log starts over only when all of it has been moved, and under load the writer is always
 * ahead by what it wrote meanwhile. So once the thread has caught up but for a little, the
 * writer itself moves that little, between two commits: the log stays bounded.
 *
 * A checkpoint that fails loses nothing: the log keeps what it has and the next one tries again.
 */

/* 16 MiB: a page that is written again and again is moved once. */
#define PAGES_BEFORE_CHECKPOINT 4096

/* What the writer may be left to move, and how often the thread tries to leave no more. */
#define PAGES_LEFT_FOR_WRITER 256
#define MAX_PASSES 4

struct _TropeaLedgerSqliteCheckpointer
{
  sqlite3  *writer;          /* (unowned): with its thread */
  int       n_pages;         /* in the log, at the writer's last commit */

  sqlite3  *db;              /* (owned): the thread's */
  GThread  *thread;          /* (owned) (nullable) */

  GMutex    mutex;           /* for what follows */
  GCond     cond;
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

  self->n_pages = n_pages;
  return SQLITE_OK;
}

static void
catch_up (TropeaLedgerSqliteCheckpointer *self)
{
  int n_pages = 0;
  int n_moved = 0;

  for (int i = 0; i < MAX_PASSES; i++)
    {
      if (sqlite3_wal_checkpoint_v2 (self->db, NULL, SQLITE_CHECKPOINT_PASSIVE, &n_pages,
                                     &n_moved) != SQLITE_OK ||
          n_pages - n_moved <= PAGES_LEFT_FOR_WRITER)
        return;
    }
}

static gpointer
run (gpointer data)
{
  TropeaLedgerSqliteCheckpointer *self = data;

  g_mutex_lock (&self->mutex);
  while (TRUE)
    {
      while (!self->is_wanted && !self->is_ending)
        g_cond_wait (&self->cond, &self->mutex);
      if (self->is_ending)
        break;

      g_mutex_unlock (&self->mutex);
      catch_up (self);
      g_mutex_lock (&self->mutex);
      self->is_wanted = FALSE;
      self->has_caught_up = TRUE;
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
  if (!tropea_database_open (path, tropea_ledger_sqlite_get_steps (), &self->db, error))
    return NULL;

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

  if (self->n_pages < PAGES_BEFORE_CHECKPOINT)
    return;

  g_mutex_lock (&self->mutex);
  is_my_turn = self->has_caught_up;
  self->has_caught_up = FALSE;
  if (!is_my_turn && !self->is_wanted)
    {
      self->is_wanted = TRUE;
      g_cond_signal (&self->cond);
    }
  g_mutex_unlock (&self->mutex);

  if (is_my_turn)
    sqlite3_wal_checkpoint_v2 (self->writer, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}
