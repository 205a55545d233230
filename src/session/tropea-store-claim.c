/* tropea-store-claim.c: remembers which ledger a waiting session was sent to
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-store"

#include "config.h"

#include "session/tropea-store.h"

#include "session/tropea-store-job.h"

/* A ledger may have credited what it was sent even where its answer never came. So a session is
 * a ledger's before it is sent there, and stays that ledger's until it says that it has not got
 * it: another one would credit it a second time. A claim is the "ledger" of a session that waits;
 * of others that column is who credited or refused it.
 */

static gboolean
claim_one (TropeaStoreFile  *self,
           const char       *session_id,
           const char       *ledger,
           gboolean         *is_ours,
           GError          **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;

  if (!tropea_database_prepare (self->db,
                                "UPDATE sessions SET ledger = ?1 WHERE session_id = ?2"
                                " AND state = 'waiting' AND coalesce (ledger, ?1) = ?1"
                                " RETURNING 1", &statement, error))
    return FALSE;

  sqlite3_bind_text (statement, 1, ledger, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 2, session_id, -1, SQLITE_STATIC);

  return tropea_database_step (statement, is_ours, error) &&
         (!*is_ours || tropea_database_step (statement, NULL, error));
}

/* Leaves those in @sessions that are @ledger's now. */
static gboolean
claim_all (TropeaStoreFile  *self,
           GPtrArray        *sessions,
           const char       *ledger,
           GError          **error)
{
  guint index = 0;

  while (index < sessions->len)
    {
      TropeaSession *session = g_ptr_array_index (sessions, index);
      gboolean is_ours = FALSE;

      if (!claim_one (self, tropea_session_get_record (session)->session_id, ledger, &is_ours,
                      error))
        return FALSE;

      if (is_ours)
        index++;
      else
        g_ptr_array_remove_index (sessions, index);
    }

  return TRUE;
}

static gboolean
run_claim (TropeaStoreJob  *job,
           GError         **error)
{
  TropeaStoreFile *self = job->file;
  GError *cause = NULL;

  if (!tropea_store_file_is_usable (self, error))
    return FALSE;

  if (tropea_database_exec (self->db, "BEGIN IMMEDIATE", &cause) &&
      claim_all (self, job->sessions, job->ledger, &cause) &&
      tropea_database_exec (self->db, "COMMIT", &cause))
    return TRUE;

  if (!sqlite3_get_autocommit (self->db))
    tropea_database_exec (self->db, "ROLLBACK", NULL);
  return tropea_store_file_explain (self, cause, error);
}

static TropeaStoreJob *
new_job (TropeaStore        *self,
         TropeaStoreJobFunc  run,
         const char         *ledger,
         TropeaSession     **sessions,
         guint               n_sessions)
{
  TropeaStoreJob *job = tropea_store_job_new (self, run);

  job->ledger = g_strdup (ledger);
  job->sessions = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < n_sessions; i++)
    g_ptr_array_add (job->sessions, g_object_ref (sessions[i]));

  return job;
}

/**
 * tropea_store_claim_async:
 * @ledger: the public key, in base64, of the ledger that they are about to be sent to
 * @sessions: (array length=n_sessions): that wait
 *
 * Make sessions @ledger's, except those that another one was sent.
 */
void
tropea_store_claim_async (TropeaStore          *self,
                          const char           *ledger,
                          TropeaSession       **sessions,
                          guint                 n_sessions,
                          GAsyncReadyCallback   callback,
                          gpointer              user_data)
{
  g_return_if_fail (TROPEA_IS_STORE (self));
  g_return_if_fail (ledger != NULL);

  tropea_store_job_start (new_job (self, run_claim, ledger, sessions, n_sessions), self,
                          tropea_store_claim_async, NULL, callback, user_data);
}

/**
 * tropea_store_claim_finish:
 *
 * Returns: (transfer full) (element-type TropeaSession): those that may be sent, in their order
 */
GPtrArray *
tropea_store_claim_finish (TropeaStore   *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  TropeaStoreJob *job = NULL;

  g_return_val_if_fail (TROPEA_IS_STORE (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  job = tropea_store_job_finish (result, error);

  return job != NULL ? g_steal_pointer (&job->sessions) : NULL;
}

static gboolean
release_one (TropeaStoreFile  *self,
             const char       *session_id,
             const char       *ledger,
             GError          **error)
{
  g_autoptr(sqlite3_stmt) statement = NULL;

  if (!tropea_database_prepare (self->db,
                                "UPDATE sessions SET ledger = NULL WHERE state = 'waiting'"
                                " AND ledger = ?1 AND session_id = coalesce (?2, session_id)",
                                &statement, error))
    return FALSE;

  sqlite3_bind_text (statement, 1, ledger, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 2, session_id, -1, SQLITE_STATIC);

  return tropea_database_step (statement, NULL, error);
}

static gboolean
release_all (TropeaStoreJob  *job,
             GError         **error)
{
  if (job->sessions->len == 0)
    return release_one (job->file, NULL, job->ledger, error);

  for (guint i = 0; i < job->sessions->len; i++)
    {
      TropeaSession *session = g_ptr_array_index (job->sessions, i);

      if (!release_one (job->file, tropea_session_get_record (session)->session_id, job->ledger,
                        error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
run_release (TropeaStoreJob  *job,
             GError         **error)
{
  TropeaStoreFile *self = job->file;
  GError *cause = NULL;

  if (!tropea_store_file_is_usable (self, error))
    return FALSE;

  if (tropea_database_exec (self->db, "BEGIN IMMEDIATE", &cause) &&
      release_all (job, &cause) &&
      tropea_database_exec (self->db, "COMMIT", &cause))
    return TRUE;

  if (!sqlite3_get_autocommit (self->db))
    tropea_database_exec (self->db, "ROLLBACK", NULL);
  return tropea_store_file_explain (self, cause, error);
}

/**
 * tropea_store_release_async:
 * @sessions: (array length=n_sessions): none for all that are @ledger's
 *
 * The ledger has not got them: any other may be sent them.
 */
void
tropea_store_release_async (TropeaStore          *self,
                            const char           *ledger,
                            TropeaSession       **sessions,
                            guint                 n_sessions,
                            GAsyncReadyCallback   callback,
                            gpointer              user_data)
{
  g_return_if_fail (TROPEA_IS_STORE (self));
  g_return_if_fail (ledger != NULL);

  tropea_store_job_start (new_job (self, run_release, ledger, sessions, n_sessions), self,
                          tropea_store_release_async, NULL, callback, user_data);
}

gboolean
tropea_store_release_finish (TropeaStore   *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (TROPEA_IS_STORE (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return tropea_store_job_finish (result, error) != NULL;
}
