/* tropea-ledger-sqlite-syncer.c: waits until a SQLite file's log is on disk
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-store"

#include "config.h"

#include "ledger/tropea-ledger-sqlite-syncer.h"

#include "ledger/tropea-ledger-sqlite-rows.h"

/* The writer's commits go into the log and do not wait for the disk (synchronous=NORMAL): SQLite
 * itself syncs the log only before it moves pages out of it, so a power cut leaves the ledger as
 * it was after one of the commits, but it may be one of some time ago. Nothing is acknowledged
 * before the log was synced here, which covers every commit that was in it when the sync began.
 * Meanwhile the writer is at the next one.
 *
 * A handle of its own, since SQLite's file belongs to the thread of its handle. What another
 * process has committed is in the same log and is covered as well.
 */

struct _TropeaLedgerSqliteSyncer
{
  GMutex        sync_mutex;   /* one sync at a time; for what follows */
  sqlite3      *db;           /* (owned) */
  sqlite3_file *log;          /* (unowned): the handle's */

  GMutex        mutex;        /* for what follows; never held while the disk works */
  gint64        written_seq;  /* the last session that is in the log */
  gint64        synced_seq;   /* the last that is known to be on disk */
};

/**
 * tropea_ledger_sqlite_syncer_new:
 *
 * After this, whatever is in @path is on disk.
 */
TropeaLedgerSqliteSyncer *
tropea_ledger_sqlite_syncer_new (const char  *path,
                                 GError     **error)
{
  g_autoptr(TropeaLedgerSqliteSyncer) self = g_new0 (TropeaLedgerSqliteSyncer, 1);

  g_mutex_init (&self->sync_mutex);
  g_mutex_init (&self->mutex);

  /* To read the last place opens the log, too. */
  if (!tropea_database_open (path, tropea_ledger_sqlite_get_steps (), &self->db, error) ||
      !tropea_database_query_int64 (self->db, "SELECT coalesce (max (seq), 0) FROM sessions",
                                    &self->written_seq, error))
    return NULL;

  if (sqlite3_file_control (self->db, "main", SQLITE_FCNTL_JOURNAL_POINTER,
                            &self->log) != SQLITE_OK ||
      self->log == NULL || self->log->pMethods == NULL)
    {
      g_set_error_literal (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_UNAVAILABLE,
                           "The database has no log: keep it on a local disk");
      return NULL;
    }

  if (!tropea_ledger_sqlite_syncer_sync (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
tropea_ledger_sqlite_syncer_free (TropeaLedgerSqliteSyncer *self)
{
  g_clear_pointer (&self->db, sqlite3_close);
  g_mutex_clear (&self->mutex);
  g_mutex_clear (&self->sync_mutex);
  g_free (self);
}

/**
 * tropea_ledger_sqlite_syncer_set_written:
 * @seq: the last session of a commit
 */
void
tropea_ledger_sqlite_syncer_set_written (TropeaLedgerSqliteSyncer *self,
                                         gint64                    seq)
{
  g_mutex_lock (&self->mutex);
  self->written_seq = MAX (self->written_seq, seq);
  g_mutex_unlock (&self->mutex);
}

static void
set_error (GError **error,
           int      result)
{
  g_set_error (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_UNAVAILABLE,
               "The database's log could not be put on disk: %s", sqlite3_errstr (result));
}

/* Places are given in the order of the commits, so all up to the last are covered. */
static gboolean
sync_log (TropeaLedgerSqliteSyncer  *self,
          GError                   **error)
{
  gint64 seq = 0;
  int result = SQLITE_OK;

  g_mutex_lock (&self->mutex);
  seq = self->written_seq;
  g_mutex_unlock (&self->mutex);

  result = self->log->pMethods->xSync (self->log, SQLITE_SYNC_NORMAL);
  if (result != SQLITE_OK)
    {
      set_error (error, result);
      return FALSE;
    }

  g_mutex_lock (&self->mutex);
  self->synced_seq = MAX (self->synced_seq, seq);
  g_mutex_unlock (&self->mutex);
  return TRUE;
}

/**
 * tropea_ledger_sqlite_syncer_sync:
 *
 * What has been committed is on disk when this returns. From any thread; blocks.
 */
gboolean
tropea_ledger_sqlite_syncer_sync (TropeaLedgerSqliteSyncer  *self,
                                  GError                   **error)
{
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = g_mutex_locker_new (&self->sync_mutex);

  return sync_log (self, error);
}

static gboolean
is_synced (TropeaLedgerSqliteSyncer *self,
           gint64                    seq)
{
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = g_mutex_locker_new (&self->mutex);

  return seq <= self->synced_seq;
}

/**
 * tropea_ledger_sqlite_syncer_sync_session:
 * @seq: a session that was found in the database
 *
 * Before it is acknowledged again: it may be in the log since a moment ago.
 */
gboolean
tropea_ledger_sqlite_syncer_sync_session (TropeaLedgerSqliteSyncer  *self,
                                          gint64                     seq,
                                          GError                   **error)
{
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = NULL;

  if (is_synced (self, seq))
    return TRUE;

  tropea_ledger_sqlite_syncer_set_written (self, seq);
  locker = g_mutex_locker_new (&self->sync_mutex);

  return is_synced (self, seq) || sync_log (self, error);
}
