/* tropea-log-watch.c: believes a ledger only what its log proves
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-log-watch"

#include "config.h"

#include "submit/tropea-log-watch.h"

#include <string.h>

#include "record/tropea-encoding.h"
#include "submit/tropea-log-evidence.h"
#include "tlog/tropea-tlog-receipt.h"

/* A session counts as credited once the ledger has proven that its log has it: a checkpoint
 * under the ledger's key, and the way from the session to the checkpoint's root. Each checkpoint
 * must be the same log as the last one that was seen, only longer, or (where two answers came in
 * another order) shorter; the ledger is asked for the proof. The last one is on disk before
 * anything is credited that relies on it.
 *
 * A ledger that signs two logs which cannot both be true is caught for good: that is on disk too,
 * and it gets nothing more until the user says so. One that does not answer is only asked again.
 * A ledger that has never proven anything is one of before there was a log, and is believed as
 * it always was.
 */

typedef struct
{
  TropeaLedgerClient   *client;      /* (owned) */
  TropeaLedgerInfo     *info;        /* (owned) */
  char                 *log_name;    /* (owned) */
  char                 *head_fact;   /* (owned): a name */
  char                 *alarm_fact;  /* (owned): a name */
  gint64                now_ms;

  char                 *note;        /* (owned) (nullable): the checkpoint that came */
  TropeaTlogCheckpoint  checkpoint;
  char                 *last_note;   /* (owned) (nullable): the last one that was seen */
  TropeaTlogCheckpoint  last;
  GBytes               *proof;       /* (owned) (nullable): that one is the other's beginning */
} Watch;

static void
watch_free (Watch *self)
{
  g_clear_object (&self->client);
  g_clear_pointer (&self->info, tropea_ledger_info_free);
  g_clear_pointer (&self->log_name, g_free);
  g_clear_pointer (&self->head_fact, g_free);
  g_clear_pointer (&self->alarm_fact, g_free);
  g_clear_pointer (&self->note, g_free);
  g_clear_pointer (&self->last_note, g_free);
  g_clear_pointer (&self->proof, g_bytes_unref);
  g_free (self);
}

static Watch *
watch_new (const TropeaLedgerInfo *info)
{
  Watch *self = g_new0 (Watch, 1);
  g_autofree char *key = tropea_base64_encode (info->public_key, sizeof info->public_key);

  self->info = tropea_ledger_info_copy (info);
  self->log_name = tropea_tlog_dup_log_name (info->origin);
  self->head_fact = g_strconcat (TROPEA_LOG_WATCH_HEAD, key, NULL);
  self->alarm_fact = g_strconcat (TROPEA_LOG_WATCH_ALARM, key, NULL);

  return self;
}

/* @task: (transfer full), as in all that follow */
static void
return_good (GTask *task)
{
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
return_alarm (GTask      *task,
              const char *sentence)
{
  return_error (task, g_error_new_literal (TROPEA_LEDGER_CLIENT_ERROR,
                                           TROPEA_LEDGER_CLIENT_ERROR_FORKED, sentence));
}

static void
return_nonsense (GTask      *task,
                 const char *what)
{
  Watch *self = g_task_get_task_data (task);

  return_error (task, g_error_new (TROPEA_LEDGER_CLIENT_ERROR, TROPEA_LEDGER_CLIENT_ERROR_NONSENSE,
                                   "The ledger at “%s” does not prove what it says (%s), so it is "
                                   "not believed: ask its operator, or choose a ledger in the "
                                   "preferences",
                                   tropea_ledger_client_get_url (self->client), what));
}

static void
opened_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autofree char *alarm = NULL;
  GTask *task = user_data;
  GError *error = NULL;

  if (!tropea_store_get_fact_finish (TROPEA_STORE (object), result, &alarm, &error))
    return_error (task, error);
  else if (alarm != NULL)
    return_alarm (task, alarm);
  else
    return_good (task);
}

/**
 * tropea_log_watch_open_async:
 *
 * Was this ledger ever caught?
 */
void
tropea_log_watch_open_async (TropeaStore            *store,
                             const TropeaLedgerInfo *info,
                             GAsyncReadyCallback     callback,
                             gpointer                user_data)
{
  GTask *task = g_task_new (store, NULL, callback, user_data);
  Watch *self = watch_new (info);

  g_task_set_source_tag (task, tropea_log_watch_open_async);
  g_task_set_task_data (task, self, (GDestroyNotify) watch_free);
  tropea_store_get_fact_async (store, self->alarm_fact, NULL, opened_cb, task);
}

gboolean
tropea_log_watch_open_finish (TropeaStore   *store,
                              GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, store), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
alarm_stored_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  GTask *task = user_data;
  GError *error = NULL;

  if (tropea_store_set_fact_finish (TROPEA_STORE (object), result, &error))
    return_alarm (task, g_object_get_data (G_OBJECT (task), "alarm"));
  else
    return_error (task, error);
}

/* @what: what it did, as a part of a sentence */
static void
raise_alarm (GTask      *task,
             const char *what)
{
  TropeaStore *store = g_task_get_source_object (task);
  Watch *self = g_task_get_task_data (task);
  g_autofree char *folder = g_path_get_dirname (tropea_store_get_path (store));
  const TropeaLogEvidence evidence = {
    .what = what,
    .log_name = self->log_name,
    .public_key = self->info->public_key,
    .seen_ms = self->now_ms,
    .first = self->last_note,
    .second = self->note,
    .proof = self->proof,
  };
  g_autofree char *path = tropea_log_evidence_save (&evidence, folder);
  char *sentence = g_strdup_printf (
    "The ledger at “%s” %s, so what it has credited cannot be relied on and nothing more is sent "
    "to it; the evidence is in “%s”: ask its operator, or choose a ledger in the preferences",
    tropea_ledger_client_get_url (self->client), what, path);

  g_object_set_data_full (G_OBJECT (task), "alarm", sentence, g_free);
  tropea_store_set_fact_async (store, self->alarm_fact, sentence, NULL, alarm_stored_cb, task);
}

static void
head_stored_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  GTask *task = user_data;
  GError *error = NULL;

  if (tropea_store_set_fact_finish (TROPEA_STORE (object), result, &error))
    return_good (task);
  else
    return_error (task, error);
}

static void
store_head (GTask *task)
{
  Watch *self = g_task_get_task_data (task);

  tropea_store_set_fact_async (g_task_get_source_object (task), self->head_fact, self->note, NULL,
                               head_stored_cb, task);
}

static gboolean
is_consistent (const Watch *self)
{
  gboolean is_longer = self->checkpoint.size >= self->last.size;
  const TropeaTlogCheckpoint *older = is_longer ? &self->last : &self->checkpoint;
  const TropeaTlogCheckpoint *newer = is_longer ? &self->checkpoint : &self->last;
  gsize size_bytes = 0;
  const guint8 *proof = self->proof != NULL ? g_bytes_get_data (self->proof, &size_bytes) : NULL;

  return size_bytes % TROPEA_TLOG_HASH_BYTES == 0 &&
         tropea_tlog_check_consistency (older->size, older->root, newer->size, newer->root, proof,
                                        size_bytes / TROPEA_TLOG_HASH_BYTES);
}

static void
proof_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(GError) error = NULL;
  GTask *task = user_data;
  Watch *self = g_task_get_task_data (task);
  gboolean is_shorter = self->checkpoint.size < self->last.size;

  self->proof = tropea_ledger_client_consistency_finish (TROPEA_LEDGER_CLIENT (object), result,
                                                         &error);
  if (error != NULL &&
      !g_error_matches (error, TROPEA_LEDGER_CLIENT_ERROR, TROPEA_LEDGER_CLIENT_ERROR_REFUSED))
    return_error (task, g_steal_pointer (&error));
  else if (self->proof != NULL && is_consistent (self))
    {
      if (is_shorter)
        return_good (task);
      else
        store_head (task);
    }
  else if (is_shorter)
    raise_alarm (task, "has lost sessions that its log once had");
  else
    raise_alarm (task, "has rewritten its log");
}

/* The minted credits only ever grow, as the log does. */
static gboolean
has_unminted (const Watch *self)
{
  gboolean is_longer = self->checkpoint.size >= self->last.size;
  gint64 minted = self->checkpoint.minted - self->last.minted;
  gint64 simulated = self->checkpoint.simulated - self->last.simulated;

  return is_longer ? minted < 0 || simulated < 0 : minted > 0 || simulated > 0;
}

static void
last_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(GError) error = NULL;
  GTask *task = user_data;
  Watch *self = g_task_get_task_data (task);

  if (!tropea_store_get_fact_finish (TROPEA_STORE (object), result, &self->last_note, &error))
    return_error (task, g_steal_pointer (&error));
  else if (self->note == NULL && self->last_note != NULL)
    return_nonsense (task, "it has a log and does not show it any more");
  else if (self->note == NULL)
    return_good (task);
  else if (self->last_note == NULL)
    store_head (task);
  else if (!tropea_tlog_checkpoint_open (self->last_note, self->log_name, self->info->public_key,
                                         &self->last, &error))
    return_error (task, g_steal_pointer (&error));
  else if (self->checkpoint.size == self->last.size &&
           memcmp (self->checkpoint.root, self->last.root, sizeof self->last.root) != 0)
    raise_alarm (task, "has signed two logs of one length that are not the same");
  else if (has_unminted (self))
    raise_alarm (task, "has signed that it minted fewer credits than before");
  else if (self->checkpoint.size == self->last.size)
    return_good (task);
  else
    tropea_ledger_client_consistency_async (
      self->client, MIN (self->checkpoint.size, self->last.size),
      MAX (self->checkpoint.size, self->last.size), g_task_get_cancellable (task), proof_cb, task);
}

/* Of the sessions that it says it credited: does the log of its checkpoint have them? */
static const char *
find_unproven (Watch              *self,
               const TropeaRecord *records,
               GPtrArray          *verdicts)
{
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < verdicts->len; i++)
    {
      const TropeaVerdict *verdict = g_ptr_array_index (verdicts, i);
      const char *grade = records[i].source == TROPEA_SOURCE_SIMULATION ? "simulated"
                                                                        : "self-reported";
      guint8 entry[TROPEA_TLOG_ENTRY_BYTES] = { 0 };

      if (!verdict->has_receipt || (!verdict->has_proof && self->note == NULL))
        continue;

      if (!verdict->has_proof)
        return "a session has no proof";

      if (self->note == NULL)
        {
          self->note = g_strdup (verdict->checkpoint);
          if (!tropea_tlog_checkpoint_open (self->note, self->log_name, self->info->public_key,
                                            &self->checkpoint, &error))
            return "its log's head is not signed by its key";
        }

      tropea_tlog_entry_for_session (&records[i], self->info->origin,
                                     verdict->receipt.credits_micro, grade, verdict->proof.nonce,
                                     entry);
      if (!tropea_tlog_receipt_check (&verdict->proof, entry, &self->checkpoint))
        return "a session that it says it credited is not in its log";
    }

  return NULL;
}

/**
 * tropea_log_watch_check_async:
 * @records: as they were sent, signed
 * @verdicts: (element-type TropeaVerdict): what the ledger said of each
 *
 * Before any of @verdicts is believed.
 */
void
tropea_log_watch_check_async (TropeaStore            *store,
                              TropeaLedgerClient     *client,
                              const TropeaLedgerInfo *info,
                              const TropeaRecord     *records,
                              GPtrArray              *verdicts,
                              gint64                  now_ms,
                              GCancellable           *cancellable,
                              GAsyncReadyCallback     callback,
                              gpointer                user_data)
{
  GTask *task = g_task_new (store, cancellable, callback, user_data);
  Watch *self = watch_new (info);
  const char *unproven = NULL;
  gboolean has_receipt = FALSE;

  g_task_set_source_tag (task, tropea_log_watch_check_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, self, (GDestroyNotify) watch_free);
  self->client = g_object_ref (client);
  self->now_ms = now_ms;

  for (guint i = 0; i < verdicts->len; i++)
    has_receipt |= ((const TropeaVerdict *) g_ptr_array_index (verdicts, i))->has_receipt;

  unproven = find_unproven (self, records, verdicts);
  if (unproven != NULL)
    return_nonsense (task, unproven);
  else if (!has_receipt)
    return_good (task);
  else
    tropea_store_get_fact_async (store, self->head_fact, NULL, last_cb, task);
}

gboolean
tropea_log_watch_check_finish (TropeaStore   *store,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, store), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
