/* tropea-reconciler.c: compares the store with what the ledger says that it has
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-reconciler"

#include "config.h"

#include "submit/tropea-reconciler.h"

#include <string.h>

#include "record/tropea-encoding.h"

/* First the balance, then the list from the newest session down to where it was compared
 * before: usually one page. Then the sums must differ by nothing but what is known. Where they
 * do not, something older changed, and the whole list is compared once. Each page is on disk
 * before the next is asked for, so that a walk which is interrupted goes on where it was; what
 * came in the meantime is a short walk of its own afterwards.
 */

typedef struct
{
  TropeaIdentity              *identity;     /* (owned) */
  TropeaLedgerClient          *client;       /* (owned) */
  TropeaClock                 *clock;        /* (owned) */
  GCancellable                *halt;         /* (owned) */
  const TropeaReconcilerFuncs *funcs;
  gpointer                     funcs_data;

  char                        *origin;       /* (owned) */
  char                        *ledger;       /* (owned): its key */
  guint8                       client_pub[TROPEA_RECORD_PUBLIC_KEY_BYTES];

  TropeaReconciliation         state;
  TropeaLedgerFigures          balance;
  gboolean                     is_resumed;   /* the walk began in an earlier run */
  gboolean                     is_whole;     /* the walk goes through the whole list */
  char                        *problem;      /* (owned) (nullable) */
  char                        *notice;       /* (owned) (nullable) */
} Reconciler;

static void ask_balance (GTask *task);
static void ask_page    (GTask *task);

static void
reconciler_free (Reconciler *self)
{
  g_clear_object (&self->identity);
  g_clear_object (&self->client);
  g_clear_object (&self->clock);
  g_clear_object (&self->halt);
  g_free (self->origin);
  g_free (self->ledger);
  g_free (self->problem);
  g_free (self->notice);
  g_free (self);
}

/* Takes @task over, as all that follows. */
static void
return_error (GTask  *task,
              GError *error)
{
  g_task_return_error (task, error);
  g_object_unref (task);
}

/* Whether the end was asked for; then @task has returned. */
static gboolean
is_halted (GTask *task)
{
  Reconciler *self = g_task_get_task_data (task);

  if (!g_cancellable_is_cancelled (self->halt))
    return FALSE;

  return_error (task, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                           "The comparison with the ledger goes on later"));
  return TRUE;
}

static char *
dup_proof (Reconciler  *self,
           const char  *target,
           GError     **error)
{
  return tropea_identity_dup_read_proof (self->identity, self->origin, target,
                                         tropea_clock_get_wall_ms (self->clock), error);
}

static void
saved_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  GTask *task = user_data;
  GError *error = NULL;

  if (!tropea_store_set_fact_finish (TROPEA_STORE (object), result, &error))
    {
      return_error (task, error);
      return;
    }

  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

/* What is told is remembered before it is told: rather never than at each start. */
static void
end_walk (GTask *task)
{
  g_autofree char *name = NULL;
  g_autofree char *value = NULL;
  Reconciler *self = g_task_get_task_data (task);

  self->problem = tropea_reconciliation_dup_problem (&self->state);
  self->notice = tropea_reconciliation_dup_notice (&self->state);
  self->state.told_extra = MAX (self->state.told_extra, self->state.extra);

  name = tropea_reconciliation_dup_fact_name (self->ledger);
  value = tropea_reconciliation_to_string (&self->state);
  tropea_store_set_fact_async (g_task_get_source_object (task), name, value, NULL, saved_cb,
                               task);
}

static void
judge_sums (GTask                     *task,
            const TropeaLedgerFigures *own)
{
  Reconciler *self = g_task_get_task_data (task);

  if (self->is_resumed)
    {
      self->is_resumed = FALSE;
      ask_balance (task);
    }
  else if (tropea_reconciliation_agrees (&self->state, &self->balance, own))
    {
      end_walk (task);
    }
  else if (self->is_whole)
    {
      tropea_reconciliation_take_gap (&self->state, &self->balance, own);
      end_walk (task);
    }
  else
    {
      g_debug ("The sums have moved: the whole list is compared");
      tropea_reconciliation_begin_anew (&self->state);
      self->is_whole = TRUE;
      ask_balance (task);
    }
}

static void
compared_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr(GPtrArray) settled = NULL;
  TropeaLedgerFigures own = { 0 };
  GTask *task = user_data;
  GError *error = NULL;
  Reconciler *self = g_task_get_task_data (task);

  settled = tropea_store_compare_finish (TROPEA_STORE (object), result, &self->state, &own,
                                         &error);
  if (settled == NULL)
    {
      return_error (task, error);
      return;
    }

  for (guint i = 0; i < settled->len; i++)
    self->funcs->settled (g_ptr_array_index (settled, i), self->funcs_data);

  if (self->state.before_seq > 0)
    ask_page (task);
  else
    judge_sums (task, &own);
}

static void
page_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(GArray) listed = NULL;
  GTask *task = user_data;
  GError *error = NULL;
  Reconciler *self = g_task_get_task_data (task);
  gboolean is_end = FALSE;

  listed = tropea_ledger_client_list_finish (self->client, result, &is_end, &error);
  if (listed == NULL)
    {
      return_error (task, error);
      return;
    }

  tropea_store_compare_async (g_task_get_source_object (task), self->ledger, &self->state, listed,
                              is_end, self->balance.credits_micro, NULL, compared_cb, task);
}

static void
ask_page (GTask *task)
{
  g_autofree char *target = NULL;
  g_autofree char *proof = NULL;
  GError *error = NULL;
  Reconciler *self = g_task_get_task_data (task);

  if (is_halted (task))
    return;

  target = tropea_ledger_client_dup_list_target (self->client_pub, self->state.before_seq);
  proof = dup_proof (self, target, &error);
  if (proof == NULL)
    return_error (task, error);
  else
    tropea_ledger_client_list_async (self->client, target, self->state.before_seq, proof,
                                     g_task_get_cancellable (task), page_cb, task);
}

static void
balance_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  Reconciler *self = g_task_get_task_data (task);

  if (!tropea_ledger_client_balance_finish (self->client, result, &self->balance, &error))
    {
      return_error (task, error);
      return;
    }

  self->funcs->balance (&self->balance, self->funcs_data);
  ask_page (task);
}

static void
ask_balance (GTask *task)
{
  g_autofree char *target = NULL;
  g_autofree char *proof = NULL;
  GError *error = NULL;
  Reconciler *self = g_task_get_task_data (task);

  if (is_halted (task))
    return;

  target = tropea_ledger_client_dup_balance_target (self->client_pub);
  proof = dup_proof (self, target, &error);
  if (proof == NULL)
    return_error (task, error);
  else
    tropea_ledger_client_balance_async (self->client, target, proof,
                                        g_task_get_cancellable (task), balance_cb, task);
}

static void
loaded_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autofree char *value = NULL;
  GTask *task = user_data;
  GError *error = NULL;
  Reconciler *self = g_task_get_task_data (task);

  if (!tropea_store_get_fact_finish (TROPEA_STORE (object), result, &value, &error))
    {
      return_error (task, error);
      return;
    }

  if (!tropea_reconciliation_from_string (&self->state, value) && value != NULL)
    g_debug ("What was compared is not known any more: all is compared again");
  self->is_resumed = self->state.before_seq > 0;
  self->is_whole = self->state.compared_seq == 0 && !self->is_resumed;
  ask_balance (task);
}

/**
 * tropea_reconcile_async:
 * @info: of the ledger that has proved its key, and is the one that was pinned
 * @halt: ask for no other page once this is cancelled; a later call goes on there
 * @cancellable: end the request that runs
 * @funcs: kept until the end
 *
 * Compare the store with the ledger as far as that was not done before. Sessions that wait
 * and that the ledger has are settled; all other differences are counted and told. The
 * identity must be ready. Errors: TROPEA_LEDGER_CLIENT_ERROR, the store's, and
 * G_IO_ERROR_CANCELLED.
 */
void
tropea_reconcile_async (TropeaStore                 *store,
                        TropeaIdentity              *identity,
                        TropeaLedgerClient          *client,
                        TropeaClock                 *clock,
                        const TropeaLedgerInfo      *info,
                        GCancellable                *halt,
                        GCancellable                *cancellable,
                        const TropeaReconcilerFuncs *funcs,
                        gpointer                     funcs_data,
                        GAsyncReadyCallback          callback,
                        gpointer                     user_data)
{
  g_autofree char *name = NULL;
  const char *key = NULL;
  GTask *task = NULL;
  Reconciler *self = NULL;

  g_return_if_fail (TROPEA_IS_STORE (store));
  g_return_if_fail (TROPEA_IS_IDENTITY (identity));
  g_return_if_fail (TROPEA_IS_LEDGER_CLIENT (client));
  g_return_if_fail (info != NULL && funcs != NULL);

  self = g_new0 (Reconciler, 1);
  self->identity = g_object_ref (identity);
  self->client = g_object_ref (client);
  self->clock = g_object_ref (clock);
  self->halt = g_object_ref (halt);
  self->funcs = funcs;
  self->funcs_data = funcs_data;
  self->origin = g_strdup (info->origin);
  self->ledger = tropea_base64_encode (info->public_key, sizeof info->public_key);
  name = tropea_reconciliation_dup_fact_name (self->ledger);

  task = g_task_new (store, cancellable, callback, user_data);
  g_task_set_source_tag (task, tropea_reconcile_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, self, (GDestroyNotify) reconciler_free);

  key = tropea_identity_get_public_key (identity);
  if (key == NULL ||
      !tropea_base64_decode (key, strlen (key), self->client_pub, sizeof self->client_pub))
    {
      return_error (task, g_error_new_literal (TROPEA_KEY_STORE_ERROR,
                                               TROPEA_KEY_STORE_ERROR_LOCKED,
                                               "The ledger is asked once the key is there"));
      return;
    }

  tropea_store_get_fact_async (store, name, NULL, loaded_cb, task);
}

/**
 * tropea_reconcile_finish:
 * @problem: (out) (nullable): one sentence, while the ledger lacks what it had credited
 * @notice: (out) (nullable): one sentence to be told once
 */
gboolean
tropea_reconcile_finish (TropeaStore   *store,
                         GAsyncResult  *result,
                         char         **problem,
                         char         **notice,
                         GError       **error)
{
  Reconciler *self = NULL;

  g_return_val_if_fail (g_task_is_valid (result, store), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;

  self = g_task_get_task_data (G_TASK (result));
  *problem = g_steal_pointer (&self->problem);
  *notice = g_steal_pointer (&self->notice);
  return TRUE;
}
