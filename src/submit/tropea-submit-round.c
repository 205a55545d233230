/* tropea-submit-round.c: sends what waits in the outbox, once
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-submit-round"

#include "config.h"

#include "submit/tropea-submit-round.h"

#include <string.h>

#include "base/tropea-json.h"
#include "record/tropea-encoding.h"
#include "submit/tropea-ledger-pin.h"
#include "submit/tropea-log-watch.h"

/* A ledger that went away is found out after so many sessions; one that only one session sends
 * away is back for the next. */
#define MOST_UNREACHABLE 3

/* A session leaves the outbox only after the ledger's last word on it is on disk. So a crash
 * at any point can repeat a session, never lose one, and the ledger answers a repeated one
 * with the first receipt. Before the first session of a round the ledger proves its key again:
 * what is signed for one name is a final refusal under another. Before it is sent, a session is
 * that ledger's on disk, and one that is another ledger's is not sent: while nobody knows
 * whether that one credited it, a second one must not.
 */

/* What is nearer than that simply waits for its time. */
#define FAR_AHEAD_MS (10 * 60 * 1000)

/* The open session may have begun within it, and not be on disk yet. */
#define REDATE_MARGIN_MS (60 * 1000)

typedef struct
{
  TropeaIdentity               *identity;       /* (owned) */
  TropeaLedgerClient           *client;         /* (owned) */
  TropeaClock                  *clock;          /* (owned) */
  GCancellable                 *halt;           /* (owned) */
  const TropeaSubmitRoundFuncs *funcs;
  gpointer                      funcs_data;
  gboolean                      open_only;
  gboolean                      one_by_one;

  TropeaLedgerInfo             *info;           /* (owned) (nullable) */
  char                         *ledger;         /* (owned) (nullable): its key in base64 */
  GPtrArray                    *sessions;       /* (owned) (nullable): the oldest that wait */
  gint64                        last_row;       /* of these: what waits before it was asked for */
  guint                         n_done;         /* of these */
  guint                         chunk;          /* sessions in one request at most */
  TropeaRecord                 *records;        /* (owned) (nullable): of the last request */
  guint                         n_records;
  GPtrArray                    *verdicts;       /* (owned) (nullable): on those after n_done */
  guint                         n_settled;      /* of the verdicts */
  GPtrArray                    *not_taken;      /* (owned): it said that it has not got these */
  GError                       *refusal;        /* (owned) (nullable): of the last request */
  gint64                        n_elsewhere;    /* sessions that another ledger was sent */

  GError                       *put_off;        /* (owned) (nullable): why one was put off */
  guint                         n_unreachable;  /* in a row */
  gboolean                      is_unfinished;
  gboolean                      must_wait;      /* all that is left, not only what was early */
  gint64                        retry_after_s;
} Round;

static void list_next   (GTask *task);
static void send_next   (GTask *task);
static void settle_next (GTask *task);

static void
round_free (Round *self)
{
  g_clear_object (&self->identity);
  g_clear_object (&self->client);
  g_clear_object (&self->clock);
  g_clear_object (&self->halt);
  g_clear_pointer (&self->info, tropea_ledger_info_free);
  g_clear_pointer (&self->ledger, g_free);
  g_clear_pointer (&self->not_taken, g_ptr_array_unref);
  g_clear_error (&self->refusal);
  g_clear_pointer (&self->sessions, g_ptr_array_unref);
  g_clear_pointer (&self->records, g_free);
  g_clear_pointer (&self->verdicts, g_ptr_array_unref);
  g_clear_error (&self->put_off);
  g_free (self);
}

/* The two ends of a round; both take @task over. */
static void
return_done (GTask *task)
{
  Round *self = g_task_get_task_data (task);

  if (self->put_off != NULL)
    g_task_return_error (task, g_steal_pointer (&self->put_off));
  else
    g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static void
return_error (GTask  *task,
              GError *error)
{
  g_task_return_error (task, error);
  g_object_unref (task);
}

static void
settle_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  Round *self = g_task_get_task_data (task);
  guint index = self->n_settled;

  if (!tropea_store_settle_finish (TROPEA_STORE (object), result, &error))
    {
      return_error (task, error);
      return;
    }

  self->n_settled++;
  self->funcs->settled (g_ptr_array_index (self->sessions, self->n_done + index),
                        g_ptr_array_index (self->verdicts, index), self->funcs_data);
  settle_next (task);
}

/* The round that comes next sends it with its new time. */
static void
redated_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  Round *self = g_task_get_task_data (task);

  if (!tropea_store_redate_finish (TROPEA_STORE (object), result, &error))
    {
      return_error (task, error);
      return;
    }

  self->n_settled++;
  settle_next (task);
}

/* By this computer's clock too: then it was that clock that was wrong when it was stamped. */
static gboolean
is_far_ahead (Round         *self,
              TropeaSession *session)
{
  const TropeaRecord *record = tropea_session_get_record (session);

  return record->timestamp_ms + record->duration_s * 1000
         > tropea_clock_get_wall_ms (self->clock) + FAR_AHEAD_MS;
}

/* What the verdict that is next was on. */
static TropeaSent
get_sent (Round *self)
{
  TropeaSent sent = {
    .record = self->records[self->n_settled],
    .answered_ms = tropea_clock_get_wall_ms (self->clock),
    .n_sessions = self->verdicts->len,
  };

  g_strlcpy (sent.origin, self->info->origin, sizeof sent.origin);
  return sent;
}

static void
put_off_released_cb (GObject      *object,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  GTask *task = user_data;
  GError *error = NULL;

  if (tropea_store_release_finish (TROPEA_STORE (object), result, &error))
    send_next (task);
  else
    return_error (task, error);
}

/* All verdicts are on disk. */
static void
end_chunk (GTask *task)
{
  Round *self = g_task_get_task_data (task);

  self->n_done += self->verdicts->len;
  if (self->not_taken->len == 0)
    {
      send_next (task);
      return;
    }

  tropea_store_release_async (g_task_get_source_object (task), self->ledger,
                              (TropeaSession **) self->not_taken->pdata, self->not_taken->len,
                              put_off_released_cb, task);
  g_ptr_array_set_size (self->not_taken, 0);
}

/* What is kept of the proof. */
static char *
dup_receipt (const TropeaVerdict *verdict)
{
  g_autoptr(JsonObject) object = NULL;
  g_autoptr(GString) log = NULL;

  if (!verdict->has_proof)
    return NULL;

  object = json_object_new ();
  log = g_string_new (NULL);
  tropea_tlog_receipt_append_json (&verdict->proof, log);
  json_object_set_member (object, "log", json_from_string (log->str, NULL));
  json_object_set_string_member (object, "checkpoint", verdict->checkpoint);

  return tropea_json_to_string (object);
}

static void
settle_next (GTask *task)
{
  TropeaStore *store = g_task_get_source_object (task);
  Round *self = g_task_get_task_data (task);

  for (; self->n_settled < self->verdicts->len; self->n_settled++)
    {
      const TropeaVerdict *verdict = g_ptr_array_index (self->verdicts, self->n_settled);
      TropeaSession *session = g_ptr_array_index (self->sessions,
                                                  self->n_done + self->n_settled);
      g_autofree char *receipt = dup_receipt (verdict);
      TropeaSent sent = get_sent (self);

      if (verdict->has_receipt)
        {
          sent.receipt = receipt;
          tropea_store_credit_async (store, &verdict->receipt, self->ledger, &sent, NULL,
                                     settle_cb, task);
          return;
        }

      if (verdict->is_final)
        {
          tropea_store_refuse_async (store, tropea_session_get_record (session)->session_id,
                                     verdict->code, verdict->detail, &sent, NULL, settle_cb,
                                     task);
          return;
        }

      self->is_unfinished = TRUE;
      self->must_wait |= !verdict->is_early;
      g_ptr_array_add (self->not_taken, g_object_ref (session));
      if (verdict->is_early && is_far_ahead (self, session))
        {
          tropea_store_redate_async (store, tropea_session_get_record (session)->session_id,
                                     tropea_clock_get_wall_ms (self->clock) - REDATE_MARGIN_MS,
                                     NULL, redated_cb, task);
          return;
        }
    }

  end_chunk (task);
}

/* Whether to go on behind the one session that was sent. A ledger that asks for patience gets
 * it; one that fails over a session may well have verdicts on those behind it. */
static gboolean
can_put_off (Round        *self,
             const GError *error)
{
  if (!self->one_by_one || error->domain != TROPEA_LEDGER_CLIENT_ERROR)
    return FALSE;

  if (error->code == TROPEA_LEDGER_CLIENT_ERROR_UNREACHABLE)
    return ++self->n_unreachable < MOST_UNREACHABLE;

  self->n_unreachable = 0;
  return error->code == TROPEA_LEDGER_CLIENT_ERROR_BROKEN ||
         error->code == TROPEA_LEDGER_CLIENT_ERROR_NONSENSE ||
         error->code == TROPEA_LEDGER_CLIENT_ERROR_REFUSED;
}

static void
handle_failure (GTask  *task,
                GError *failure)
{
  g_autoptr(GError) error = failure;
  Round *self = g_task_get_task_data (task);

  /* One session that the ledger cannot even read must not hold those that came with it. */
  if (g_error_matches (error, TROPEA_LEDGER_CLIENT_ERROR, TROPEA_LEDGER_CLIENT_ERROR_REFUSED) &&
      self->chunk > 1)
    {
      self->chunk = 1;
      send_next (task);
      return;
    }

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    self->funcs->batch_failed (self->funcs_data);
  if (can_put_off (self, error))
    {
      g_clear_error (&self->put_off);
      self->put_off = g_steal_pointer (&error);
      self->is_unfinished = TRUE;
      self->must_wait = TRUE;
      self->n_done++;
      send_next (task);
      return;
    }

  return_error (task, g_steal_pointer (&error));
}

static void
refused_released_cb (GObject      *object,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  Round *self = g_task_get_task_data (task);

  if (tropea_store_release_finish (TROPEA_STORE (object), result, &error))
    handle_failure (task, g_steal_pointer (&self->refusal));
  else
    return_error (task, error);
}

/* What is not proven was not said: it is sent again, and gets the same answer. */
static void
proven_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  GTask *task = user_data;
  GError *error = NULL;

  if (tropea_log_watch_check_finish (TROPEA_STORE (object), result, &error))
    settle_next (task);
  else
    handle_failure (task, error);
}

static void
submit_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  Round *self = g_task_get_task_data (task);
  gint64 retry_after_s = 0;

  g_clear_pointer (&self->verdicts, g_ptr_array_unref);
  self->n_settled = 0;
  self->verdicts = tropea_ledger_client_submit_finish (self->client, result, &retry_after_s,
                                                       &error);
  self->retry_after_s = MAX (self->retry_after_s, retry_after_s);
  if (self->verdicts != NULL)
    {
      self->n_unreachable = 0;
      tropea_log_watch_check_async (g_task_get_source_object (task), self->client, self->info,
                                    self->records, self->verdicts,
                                    tropea_clock_get_wall_ms (self->clock),
                                    g_task_get_cancellable (task), proven_cb, task);
      return;
    }

  /* An answer that it has not got them; all other failures may hide a receipt. */
  if (g_error_matches (error, TROPEA_LEDGER_CLIENT_ERROR, TROPEA_LEDGER_CLIENT_ERROR_REFUSED))
    {
      g_clear_error (&self->refusal);
      self->refusal = error;
      tropea_store_release_async (g_task_get_source_object (task), self->ledger,
                                  (TropeaSession **) &self->sessions->pdata[self->n_done],
                                  self->n_records, refused_released_cb, task);
      return;
    }

  handle_failure (task, error);
}

static const char *
describe_key (TropeaKeyState state)
{
  switch (state)
    {
    case TROPEA_KEY_STATE_LOCKED:
      return "it is locked, unlock it";

    case TROPEA_KEY_STATE_MISSING:
      return "it does not have this computer's key, open the keyring that has it";

    case TROPEA_KEY_STATE_UNAVAILABLE:
      return "it does not answer, start a Secret Service or use --key-file";

    case TROPEA_KEY_STATE_UNKNOWN:
    case TROPEA_KEY_STATE_ABSENT:
    case TROPEA_KEY_STATE_READY:
    default:
      return "the key has not been opened yet, unlock the keyring";
    }
}

static gboolean
sign_chunk (Round         *self,
            TropeaRecord  *records,
            guint          n_records,
            GError       **error)
{
  TropeaKeyState state = tropea_identity_get_state (self->identity);

  if (state != TROPEA_KEY_STATE_READY)
    {
      g_set_error (error, TROPEA_KEY_STORE_ERROR, TROPEA_KEY_STORE_ERROR_LOCKED,
                   "Sessions are waiting for the keyring: %s and they are sent",
                   describe_key (state));
      return FALSE;
    }

  for (guint i = 0; i < n_records; i++)
    {
      records[i] = *tropea_session_get_record (g_ptr_array_index (self->sessions,
                                                                  self->n_done + i));
      if (!tropea_identity_sign (self->identity, &records[i], self->info->origin, error))
        return FALSE;
    }

  return TRUE;
}

/* Drops what is another ledger's from the sessions and from what was signed. */
static void
keep_claimed (Round     *self,
              GPtrArray *claimed)
{
  guint n_kept = 0;

  for (guint i = 0; i < self->n_records; i++)
    {
      if (n_kept < claimed->len &&
          g_ptr_array_index (claimed, n_kept) == g_ptr_array_index (self->sessions,
                                                                    self->n_done + n_kept))
        memmove (&self->records[n_kept++], &self->records[i], sizeof *self->records);
      else
        g_ptr_array_remove_index (self->sessions, self->n_done + n_kept);
    }

  self->n_elsewhere += self->n_records - n_kept;
  self->n_records = n_kept;
}

static void
claimed_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(GPtrArray) claimed = NULL;
  GTask *task = user_data;
  GError *error = NULL;
  Round *self = g_task_get_task_data (task);

  claimed = tropea_store_claim_finish (TROPEA_STORE (object), result, &error);
  if (claimed == NULL)
    {
      return_error (task, error);
      return;
    }

  keep_claimed (self, claimed);
  if (self->n_records == 0)
    send_next (task);
  else
    tropea_ledger_client_submit_async (self->client, self->records, self->n_records,
                                       g_task_get_cancellable (task), submit_cb, task);
}

/* @task: (transfer full), as in all that follow */
static void
send_next (GTask *task)
{
  GError *error = NULL;
  Round *self = g_task_get_task_data (task);
  guint n_records = MIN (self->chunk, self->sessions->len - self->n_done);

  /* A session whose time has not come stays, and the round goes on behind it. */
  if (n_records == 0 && !self->must_wait)
    {
      list_next (task);
      return;
    }

  if (n_records == 0 || g_cancellable_is_cancelled (self->halt))
    {
      return_done (task);
      return;
    }

  g_free (self->records);
  self->records = g_new0 (TropeaRecord, n_records);
  if (!sign_chunk (self, self->records, n_records, &error))
    {
      return_error (task, error);
      return;
    }

  self->n_records = n_records;
  tropea_store_claim_async (g_task_get_source_object (task), self->ledger,
                            (TropeaSession **) &self->sessions->pdata[self->n_done], n_records,
                            claimed_cb, task);
}

static void
watched_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  Round *self = g_task_get_task_data (task);

  if (!tropea_log_watch_open_finish (TROPEA_STORE (object), result, &error))
    {
      return_error (task, error);
      return;
    }

  self->funcs->opened (self->info, self->funcs_data);
  if (self->sessions->len == 0 || self->open_only)
    return_done (task);
  else
    send_next (task);
}

static void
pin_cb (GObject      *object,
        GAsyncResult *result,
        gpointer      user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  Round *self = g_task_get_task_data (task);

  if (!tropea_ledger_pin_check_finish (TROPEA_STORE (object), result, &error))
    {
      return_error (task, error);
      return;
    }

  tropea_log_watch_open_async (TROPEA_STORE (object), self->info, watched_cb, task);
}

static void
info_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  Round *self = g_task_get_task_data (task);

  self->info = tropea_ledger_client_info_finish (self->client, result, &error);
  if (self->info == NULL)
    {
      return_error (task, error);
      return;
    }

  self->ledger = tropea_base64_encode (self->info->public_key, sizeof self->info->public_key);
  tropea_ledger_pin_check_async (g_task_get_source_object (task),
                                 tropea_ledger_client_get_url (self->client), self->info,
                                 pin_cb, task);
}

static void
list_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  Round *self = g_task_get_task_data (task);

  g_clear_pointer (&self->sessions, g_ptr_array_unref);
  self->sessions = tropea_store_list_finish (TROPEA_STORE (object), result, &error);
  self->n_done = 0;
  if (self->sessions != NULL && self->sessions->len > 0)
    self->last_row = tropea_session_get_row (g_ptr_array_index (self->sessions,
                                                                self->sessions->len - 1));

  if (self->sessions == NULL)
    return_error (task, error);
  else if (g_cancellable_is_cancelled (self->halt))
    return_done (task);
  else if (self->info == NULL && (self->open_only || self->sessions->len > 0))
    tropea_ledger_client_info_async (self->client, g_task_get_cancellable (task), info_cb, task);
  else if (self->sessions->len == 0)
    return_done (task);
  else
    send_next (task);
}

static void
list_next (GTask *task)
{
  Round *self = g_task_get_task_data (task);

  tropea_store_list_waiting_async (g_task_get_source_object (task), self->last_row,
                                   TROPEA_RECORD_MAX_BATCH, NULL, list_cb, task);
}

/**
 * tropea_submit_round_async:
 * @open_only: ask the ledger who it is even when nothing waits, and send nothing
 * @one_by_one: go on behind a session that gets no verdict
 * @halt: begin no other request once this is cancelled
 * @cancellable: end the request that runs
 * @funcs: kept until the end
 *
 * Send the waiting sessions, oldest first, each signed as it is sent, until the outbox is
 * empty or the ledger asks for patience. Errors: TROPEA_LEDGER_CLIENT_ERROR,
 * TROPEA_KEY_STORE_ERROR where nothing can be signed now, and the store's.
 */
void
tropea_submit_round_async (TropeaStore                  *store,
                           TropeaIdentity               *identity,
                           TropeaLedgerClient           *client,
                           TropeaClock                  *clock,
                           gboolean                      open_only,
                           gboolean                      one_by_one,
                           GCancellable                 *halt,
                           GCancellable                 *cancellable,
                           const TropeaSubmitRoundFuncs *funcs,
                           gpointer                      funcs_data,
                           GAsyncReadyCallback           callback,
                           gpointer                      user_data)
{
  GTask *task = NULL;
  Round *self = NULL;

  g_return_if_fail (TROPEA_IS_STORE (store));
  g_return_if_fail (TROPEA_IS_IDENTITY (identity));
  g_return_if_fail (TROPEA_IS_LEDGER_CLIENT (client));

  self = g_new0 (Round, 1);
  self->not_taken = g_ptr_array_new_with_free_func (g_object_unref);
  self->identity = g_object_ref (identity);
  self->client = g_object_ref (client);
  self->clock = g_object_ref (clock);
  self->halt = g_object_ref (halt);
  self->funcs = funcs;
  self->funcs_data = funcs_data;
  self->open_only = open_only;
  self->one_by_one = one_by_one;
  self->chunk = one_by_one ? 1 : TROPEA_RECORD_MAX_BATCH;

  task = g_task_new (store, cancellable, callback, user_data);
  g_task_set_source_tag (task, tropea_submit_round_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, self, (GDestroyNotify) round_free);
  list_next (task);
}

/**
 * tropea_submit_round_finish:
 * @is_unfinished: (out): whether the ledger put sessions off
 * @retry_after_s: (out): what the ledger asked for, 0 where it did not; also with an error
 * @n_elsewhere: (out): how many sessions were found that another ledger was sent
 */
gboolean
tropea_submit_round_finish (TropeaStore   *store,
                            GAsyncResult  *result,
                            gboolean      *is_unfinished,
                            gint64        *retry_after_s,
                            gint64        *n_elsewhere,
                            GError       **error)
{
  Round *self = NULL;

  g_return_val_if_fail (g_task_is_valid (result, store), FALSE);

  self = g_task_get_task_data (G_TASK (result));
  *is_unfinished = self->is_unfinished;
  *retry_after_s = self->retry_after_s;
  *n_elsewhere = self->n_elsewhere;

  return g_task_propagate_boolean (G_TASK (result), error);
}
