/* tropea-store-calls.c: what a store can be asked for
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-store"

#include "config.h"

#include "session/tropea-store.h"

#include "session/tropea-store-job.h"

/* Each call is a job: its run function is the only part that is on the worker's thread, the
 * rest puts in and takes out.
 */

static gboolean
run_load_batch (TropeaStoreJob  *job,
                GError         **error)
{
  return tropea_store_file_load_batch (job->file, job->batch.source, &job->batch,
                                       &job->last_end_ms, error);
}

void
tropea_store_load_batch_async (TropeaStore         *self,
                               TropeaSource         source,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  TropeaStoreJob *job = NULL;

  g_return_if_fail (TROPEA_IS_STORE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  job = tropea_store_job_new (self, run_load_batch);
  job->batch.source = source;
  tropea_store_job_start (job, self, tropea_store_load_batch_async, cancellable, callback,
                          user_data);
}

gboolean
tropea_store_load_batch_finish (TropeaStore   *self,
                                GAsyncResult  *result,
                                TropeaBatch   *batch,
                                gint64        *last_end_ms,
                                GError       **error)
{
  TropeaStoreJob *job = NULL;

  g_return_val_if_fail (TROPEA_IS_STORE (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  job = tropea_store_job_finish (result, error);
  if (job == NULL)
    return FALSE;

  *batch = job->batch;
  *last_end_ms = job->last_end_ms;
  return TRUE;
}

static gboolean
run_save_batch (TropeaStoreJob  *job,
                GError         **error)
{
  return tropea_store_file_save_batch (job->file, &job->batch, error);
}

void
tropea_store_save_batch_async (TropeaStore         *self,
                               const TropeaBatch   *batch,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  TropeaStoreJob *job = NULL;

  g_return_if_fail (TROPEA_IS_STORE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));
  g_return_if_fail (batch != NULL);

  job = tropea_store_job_new (self, run_save_batch);
  job->batch = *batch;
  tropea_store_job_start (job, self, tropea_store_save_batch_async, cancellable, callback,
                          user_data);
}

gboolean
tropea_store_save_batch_finish (TropeaStore   *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  g_return_val_if_fail (TROPEA_IS_STORE (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return tropea_store_job_finish (result, error) != NULL;
}

static gboolean
run_cut (TropeaStoreJob  *job,
         GError         **error)
{
  job->has_totals = tropea_store_file_cut (job->file, &job->cut, &job->changed, &job->totals,
                                           error);

  return job->has_totals;
}

/**
 * tropea_store_cut_async:
 * @cut: its key and signature are not kept: it is signed when it is sent
 *
 * Cutting the same session id again changes nothing but empties the open batch.
 */
void
tropea_store_cut_async (TropeaStore         *self,
                        const TropeaCut     *cut,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  TropeaStoreJob *job = NULL;

  g_return_if_fail (TROPEA_IS_STORE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));
  g_return_if_fail (cut != NULL);

  job = tropea_store_job_new (self, run_cut);
  job->cut = *cut;
  tropea_store_job_start (job, self, tropea_store_cut_async, cancellable, callback, user_data);
}

gboolean
tropea_store_cut_finish (TropeaStore   *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (TROPEA_IS_STORE (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return tropea_store_job_finish (result, error) != NULL;
}

static gboolean
run_list_waiting (TropeaStoreJob  *job,
                  GError         **error)
{
  return tropea_store_file_list_waiting (job->file, job->after, job->limit, &job->sessions,
                                         error);
}

/**
 * tropea_store_list_waiting_async:
 * @after: a "row" of #TropeaSession; 0 for the oldest
 */
void
tropea_store_list_waiting_async (TropeaStore         *self,
                                 gint64               after,
                                 guint                limit,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  TropeaStoreJob *job = NULL;

  g_return_if_fail (TROPEA_IS_STORE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  job = tropea_store_job_new (self, run_list_waiting);
  job->after = after;
  job->limit = limit;
  tropea_store_job_start (job, self, tropea_store_list_waiting_async, cancellable, callback,
                          user_data);
}

static gboolean
run_list_history (TropeaStoreJob  *job,
                  GError         **error)
{
  return tropea_store_file_list_history (job->file, job->before, job->limit, &job->sessions,
                                         error);
}

/**
 * tropea_store_list_history_async:
 * @before: a "row" of #TropeaSession; 0 for the newest
 */
void
tropea_store_list_history_async (TropeaStore         *self,
                                 gint64               before,
                                 guint                limit,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  TropeaStoreJob *job = NULL;

  g_return_if_fail (TROPEA_IS_STORE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  job = tropea_store_job_new (self, run_list_history);
  job->before = before;
  job->limit = limit;
  tropea_store_job_start (job, self, tropea_store_list_history_async, cancellable, callback,
                          user_data);
}

/**
 * tropea_store_list_finish:
 *
 * Returns: (transfer container) (element-type TropeaSession):
 */
GPtrArray *
tropea_store_list_finish (TropeaStore   *self,
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
run_credit (TropeaStoreJob  *job,
            GError         **error)
{
  job->has_totals = tropea_store_file_credit (job->file, &job->receipt, job->ledger,
                                              job->sent, &job->changed, &job->totals, error);

  return job->has_totals;
}

/**
 * tropea_store_credit_async:
 * @ledger: the public key, in base64, of the ledger that gave the receipt
 * @sent: (nullable): what the receipt answers
 */
void
tropea_store_credit_async (TropeaStore         *self,
                           const TropeaReceipt *receipt,
                           const char          *ledger,
                           const TropeaSent    *sent,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  TropeaStoreJob *job = NULL;

  g_return_if_fail (TROPEA_IS_STORE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));
  g_return_if_fail (receipt != NULL && ledger != NULL);

  job = tropea_store_job_new (self, run_credit);
  job->receipt = *receipt;
  job->ledger = g_strdup (ledger);
  job->sent = sent != NULL ? g_memdup2 (sent, sizeof *sent) : NULL;
  if (sent != NULL && sent->receipt != NULL)
    job->sent->receipt = job->value = g_strdup (sent->receipt);
  tropea_store_job_start (job, self, tropea_store_credit_async, cancellable, callback, user_data);
}

static gboolean
run_refuse (TropeaStoreJob  *job,
            GError         **error)
{
  job->has_totals = tropea_store_file_refuse (job->file, job->session_id, job->reason_code,
                                              job->reason, job->sent, &job->changed,
                                              &job->totals, error);

  return job->has_totals;
}

/**
 * tropea_store_refuse_async:
 * @reason_code: the ledger's stable code
 * @reason: (nullable): the ledger's sentence
 * @sent: (nullable): what was refused
 */
void
tropea_store_refuse_async (TropeaStore         *self,
                           const char          *session_id,
                           const char          *reason_code,
                           const char          *reason,
                           const TropeaSent    *sent,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  TropeaStoreJob *job = NULL;

  g_return_if_fail (TROPEA_IS_STORE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));
  g_return_if_fail (session_id != NULL && reason_code != NULL);

  job = tropea_store_job_new (self, run_refuse);
  job->session_id = g_strdup (session_id);
  job->reason_code = g_strdup (reason_code);
  job->reason = g_strdup (reason);
  job->sent = sent != NULL ? g_memdup2 (sent, sizeof *sent) : NULL;
  tropea_store_job_start (job, self, tropea_store_refuse_async, cancellable, callback, user_data);
}

gboolean
tropea_store_settle_finish (TropeaStore   *self,
                            GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (TROPEA_IS_STORE (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return tropea_store_job_finish (result, error) != NULL;
}

static gboolean
run_get_fact (TropeaStoreJob  *job,
              GError         **error)
{
  return tropea_store_file_get_fact (job->file, job->name, &job->value, error);
}

void
tropea_store_get_fact_async (TropeaStore         *self,
                             const char          *name,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  TropeaStoreJob *job = NULL;

  g_return_if_fail (TROPEA_IS_STORE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));
  g_return_if_fail (name != NULL);

  job = tropea_store_job_new (self, run_get_fact);
  job->name = g_strdup (name);
  tropea_store_job_start (job, self, tropea_store_get_fact_async, cancellable, callback, user_data);
}

gboolean
tropea_store_get_fact_finish (TropeaStore   *self,
                              GAsyncResult  *result,
                              char         **value,
                              GError       **error)
{
  TropeaStoreJob *job = NULL;

  g_return_val_if_fail (TROPEA_IS_STORE (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  job = tropea_store_job_finish (result, error);
  if (job == NULL)
    return FALSE;

  *value = g_steal_pointer (&job->value);
  return TRUE;
}

static gboolean
run_set_fact (TropeaStoreJob  *job,
              GError         **error)
{
  return tropea_store_file_set_fact (job->file, job->name, job->value, error);
}

/**
 * tropea_store_set_fact_async:
 * @value: (nullable): %NULL to forget it
 */
void
tropea_store_set_fact_async (TropeaStore         *self,
                             const char          *name,
                             const char          *value,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  TropeaStoreJob *job = NULL;

  g_return_if_fail (TROPEA_IS_STORE (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));
  g_return_if_fail (name != NULL);

  job = tropea_store_job_new (self, run_set_fact);
  job->name = g_strdup (name);
  job->value = g_strdup (value);
  tropea_store_job_start (job, self, tropea_store_set_fact_async, cancellable, callback, user_data);
}

gboolean
tropea_store_set_fact_finish (TropeaStore   *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (TROPEA_IS_STORE (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return tropea_store_job_finish (result, error) != NULL;
}
