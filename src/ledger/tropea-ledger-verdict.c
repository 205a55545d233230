/* tropea-ledger-verdict.c: what is said of one submitted session
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger"

#include "config.h"

#include "ledger/tropea-ledger-verdict.h"

#include <microhttpd.h>
#include <string.h>

#include "base/tropea-json.h"
#include "http/tropea-http-problem.h"
#include "record/tropea-credit.h"
#include "record/tropea-receipt.h"

/* The order of the questions: can it be read; is it plausible; does its key come too often; was
 * it answered before; is it signed; is its key frozen, or one too many; and then, in the store's
 * transaction, does anything stand in its way.
 *
 * What was answered before, byte for byte, is answered again even where it is not plausible any
 * more: the answer of then is the answer now, whatever the policy became meanwhile, so a client
 * that lost it always gets it in the end. The store is asked beforehand only where that may be:
 * the session is not plausible, or it came a moment ago, or whoever answered it may have been
 * another process. The look-up costs less than a verification, so a flood of repeats is cheap.
 * Any other repeat is found in the transaction.
 */

/* The operator may have decided by then. */
#define FROZEN_WAIT_USEC (G_GINT64_CONSTANT (600) * G_USEC_PER_SEC)

static void
refuse (TropeaLedgerVerdict *self,
        guint                status,
        const char          *code,
        const char          *rule,
        const char          *detail)
{
  self->is_settled = TRUE;
  self->status = status;
  self->code = code;
  self->rule = rule;
  self->detail = g_strdup (detail);
}

static void
refuse_unavailable (TropeaLedgerVerdict *self)
{
  refuse (self, MHD_HTTP_SERVICE_UNAVAILABLE, "unavailable", NULL,
          "The ledger cannot write now: try again later");
}

static gboolean
read_record (TropeaLedgerVerdict *self,
             const char          *data,
             gsize                size_bytes)
{
  g_autoptr(GError) error = NULL;

  if (tropea_record_from_json (data, size_bytes, &self->entry.record, &error))
    return TRUE;

  if (g_error_matches (error, TROPEA_RECORD_ERROR, TROPEA_RECORD_ERROR_TOO_LARGE))
    refuse (self, MHD_HTTP_CONTENT_TOO_LARGE, "too-large", NULL, error->message);
  else
    refuse (self, MHD_HTTP_BAD_REQUEST, "malformed", NULL, error->message);
  return FALSE;
}

static void
refuse_rule (TropeaLedgerVerdict       *self,
             const TropeaLedgerRefusal *refusal)
{
  refuse (self, MHD_HTTP_UNPROCESSABLE_CONTENT, "implausible", refusal->rule, refusal->sentence);
}

static void
refuse_rate (TropeaLedgerVerdict       *self,
             const TropeaLedgerRefusal *refusal,
             gint64                     wait_usec)
{
  refuse (self, MHD_HTTP_TOO_MANY_REQUESTS, "rate-limited", refusal->rule, refusal->sentence);
  self->wait_usec = wait_usec;
}

static gboolean
take_key (TropeaLedgerVerdict       *self,
          const TropeaLedgerService *service,
          gint64                     now_usec)
{
  static const TropeaLedgerRefusal refusal = TROPEA_LEDGER_REFUSAL_KEY_RATE;
  gint64 wait_usec = 0;

  if (tropea_ledger_limiter_take_key (service->limiter, self->entry.record.client_pub, now_usec,
                                      &wait_usec))
    return TRUE;

  refuse_rate (self, &refusal, wait_usec);
  return FALSE;
}

static gboolean
may_be_repeat (const TropeaRecord        *record,
               const TropeaLedgerService *service)
{
  return tropea_ledger_store_is_shared (service->store) ||
         tropea_ledger_repeats_has (service->repeats, record);
}

/* Whether the question has been answered: it was once, or the store does not answer. */
static gboolean
was_answered (TropeaLedgerVerdict       *self,
              const TropeaLedgerService *service)
{
  const TropeaRecord *record = &self->entry.record;
  TropeaLedgerEntry stored = { 0 };
  gboolean is_found = FALSE;

  if (!tropea_ledger_store_find (service->store, record, &stored, &is_found, NULL))
    {
      refuse_unavailable (self);
      return TRUE;
    }

  if (!is_found || !tropea_record_equal_content (&stored.record, record) ||
      memcmp (stored.record.signature, record->signature, sizeof record->signature) != 0)
    return FALSE;

  self->entry = stored;
  self->is_settled = TRUE;
  self->is_credited = TRUE;
  return TRUE;
}

/* Only whoever has the key learns that it is frozen. */
static gboolean
is_frozen (TropeaLedgerVerdict       *self,
           const TropeaLedgerService *service)
{
  static const TropeaLedgerRefusal refusal = TROPEA_LEDGER_REFUSAL_FROZEN;

  if (!tropea_ledger_freezer_has (service->freezer, self->entry.record.client_pub))
    return FALSE;

  refuse_rate (self, &refusal, FROZEN_WAIT_USEC);
  return TRUE;
}

/* Only a verified session can use up the budget, and only once for its key. */
static gboolean
take_new_key (TropeaLedgerVerdict       *self,
              const TropeaLedgerService *service,
              gint64                     now_usec)
{
  static const TropeaLedgerRefusal refusal = TROPEA_LEDGER_REFUSAL_NEW_KEYS;
  const guint8 *client_pub = self->entry.record.client_pub;
  TropeaLedgerBalance balance = { 0 };
  gint64 wait_usec = 0;

  if (tropea_ledger_limiter_is_known (service->limiter, client_pub))
    return TRUE;

  if (!tropea_ledger_store_get_balance (service->store, client_pub, &balance, NULL))
    {
      refuse_unavailable (self);
      return FALSE;
    }

  if (balance.n_sessions == 0 &&
      !tropea_ledger_limiter_take_new_key (service->limiter, now_usec, &wait_usec))
    {
      refuse_rate (self, &refusal, wait_usec);
      return FALSE;
    }

  tropea_ledger_limiter_set_known (service->limiter, client_pub);
  return TRUE;
}

static void
judge (TropeaLedgerVerdict       *self,
       const TropeaLedgerService *service)
{
  const TropeaRecord *record = &self->entry.record;
  TropeaLedgerRefusal refusal = { NULL, NULL };
  gint64 now_usec = tropea_clock_get_monotonic_usec (service->clock);
  gboolean is_plausible = tropea_ledger_admission_check (
    &service->policy, record, tropea_clock_get_wall_ms (service->clock), &refusal);

  if (!take_key (self, service, now_usec))
    return;

  if ((!is_plausible || may_be_repeat (record, service)) && was_answered (self, service))
    return;

  if (!is_plausible)
    refuse_rule (self, &refusal);
  else if (!tropea_record_verify (record, service->origin))
    refuse (self, MHD_HTTP_UNAUTHORIZED, "bad-signature", NULL,
            "The signature is not the key's over this session for this ledger");
  else if (!is_frozen (self, service) && take_new_key (self, service, now_usec))
    {
      const TropeaLedgerCaps *caps = NULL;

      self->entry.grade = tropea_ledger_grade_for_source (record->source);
      self->entry.credits_micro = tropea_credit_compute_micro (record->duration_s,
                                                               record->bytes);
      caps = &service->policy.caps[self->entry.grade];
      self->entry.day_cap_micro = caps->day_micro;
      self->entry.day_cap_bytes = caps->day_bytes;
    }
}

/**
 * tropea_ledger_verdict_new:
 * @data: one session as it was sent
 *
 * Answer all questions that do not need the store's transaction.
 */
TropeaLedgerVerdict *
tropea_ledger_verdict_new (const TropeaLedgerService *service,
                           const char                *data,
                           gsize                      size_bytes)
{
  TropeaLedgerVerdict *self = g_new0 (TropeaLedgerVerdict, 1);

  if (read_record (self, data, size_bytes))
    judge (self, service);

  return self;
}

void
tropea_ledger_verdict_free (TropeaLedgerVerdict *self)
{
  g_free (self->detail);
  g_free (self);
}

/**
 * tropea_ledger_verdict_settle:
 * @is_committed: whether the store's outcome, in the entry, is on disk
 */
void
tropea_ledger_verdict_settle (TropeaLedgerVerdict *self,
                              gboolean             is_committed)
{
  static const TropeaLedgerRefusal overlap = TROPEA_LEDGER_REFUSAL_OVERLAP;
  static const TropeaLedgerRefusal day_full = TROPEA_LEDGER_REFUSAL_DAY_FULL;

  g_return_if_fail (!self->is_settled);

  if (!is_committed)
    {
      refuse_unavailable (self);
      return;
    }

  switch (self->entry.outcome)
    {
    case TROPEA_LEDGER_OUTCOME_ACCEPTED:
    case TROPEA_LEDGER_OUTCOME_DUPLICATE:
      self->is_settled = TRUE;
      self->is_credited = TRUE;
      break;

    case TROPEA_LEDGER_OUTCOME_CONFLICT:
      refuse (self, MHD_HTTP_CONFLICT, "conflict", NULL,
              "This key has another session of this id");
      break;

    case TROPEA_LEDGER_OUTCOME_OVERLAP:
      refuse_rule (self, &overlap);
      break;

    case TROPEA_LEDGER_OUTCOME_DAY_FULL:
      refuse_rule (self, &day_full);
      break;

    default:
      g_return_if_reached ();
    }
}

/**
 * tropea_ledger_verdict_prove:
 * @self: credited
 * @proofs: (nullable): NULL where the store does not answer
 *
 * What cannot be proven now is not said to be credited: its client asks again.
 */
void
tropea_ledger_verdict_prove (TropeaLedgerVerdict *self,
                             TropeaLedgerProofs  *proofs)
{
  if (proofs != NULL && tropea_ledger_proofs_make (proofs, &self->entry, &self->receipt))
    return;

  self->is_credited = FALSE;
  refuse_unavailable (self);
}

/* A note has no character but a newline that JSON would escape: names are hosts' and numbers. */
void
tropea_ledger_verdict_append_checkpoint (GString    *json,
                                         const char *checkpoint)
{
  g_string_append (json, ",\"checkpoint\":\"");
  for (const char *c = checkpoint; *c != '\0'; c++)
    {
      if (*c == '\n')
        g_string_append (json, "\\n");
      else
        g_string_append_c (json, *c);
    }
  g_string_append_c (json, '"');
}

/* @checkpoint: (nullable): NULL: it is beside */
static char *
dup_receipt (const TropeaLedgerVerdict *self,
             const char                *checkpoint)
{
  TropeaReceipt receipt = { TROPEA_RECEIPT_ACCEPTED };
  g_autofree char *text = NULL;
  GString *json = NULL;

  if (self->entry.outcome == TROPEA_LEDGER_OUTCOME_DUPLICATE)
    receipt.status = TROPEA_RECEIPT_DUPLICATE;
  memcpy (receipt.session_id, self->entry.record.session_id, sizeof receipt.session_id);
  receipt.credits_micro = self->entry.credits_micro;
  receipt.balance_micro = self->entry.balance_micro;
  receipt.seq = self->entry.seq;

  text = tropea_receipt_to_string (&receipt);
  json = g_string_sized_new (2048);
  g_string_append_len (json, text, (gssize) strlen (text) - 1);
  g_string_append (json, ",\"log\":");
  tropea_tlog_receipt_append_json (&self->receipt, json);
  if (checkpoint != NULL)
    tropea_ledger_verdict_append_checkpoint (json, checkpoint);
  g_string_append_c (json, '}');

  return g_string_free (json, FALSE);
}

/**
 * tropea_ledger_verdict_count:
 *
 * Add a settled verdict to what the ledger counts.
 */
void
tropea_ledger_verdict_count (const TropeaLedgerVerdict *self,
                             TropeaLedgerMetrics       *metrics)
{
  const char *code = self->code;

  if (self->is_credited)
    code = self->entry.outcome == TROPEA_LEDGER_OUTCOME_DUPLICATE ? "duplicate" : "accepted";
  tropea_ledger_metrics_count_verdict (metrics, code, self->rule);
}

/**
 * tropea_ledger_verdict_dup_item:
 *
 * Returns: (transfer full): JSON, for the results of a batch
 */
char *
tropea_ledger_verdict_dup_item (const TropeaLedgerVerdict *self)
{
  g_autoptr(JsonObject) item = NULL;

  if (self->is_credited)
    return dup_receipt (self, NULL);

  item = json_object_new ();
  json_object_set_boolean_member (item, "success", FALSE);
  /* Only an id that was understood; nothing that was sent is repeated otherwise. */
  if (self->entry.record.session_id[0] != '\0')
    json_object_set_string_member (item, "sessionId", self->entry.record.session_id);
  json_object_set_int_member (item, "status", self->status);
  json_object_set_string_member (item, "code", self->code);
  if (self->rule != NULL)
    json_object_set_string_member (item, "rule", self->rule);
  json_object_set_string_member (item, "detail", self->detail);

  return tropea_json_to_string (item);
}

/**
 * tropea_ledger_verdict_respond:
 *
 * Answer a request that submitted this one session.
 */
void
tropea_ledger_verdict_respond (const TropeaLedgerVerdict *self,
                               const char                *checkpoint,
                               TropeaHttpRequest         *request)
{
  g_autoptr(JsonObject) object = NULL;

  if (self->is_credited)
    {
      g_autofree char *receipt = dup_receipt (self, checkpoint);

      tropea_http_request_respond (request, MHD_HTTP_OK, "application/json", receipt);
      return;
    }

  object = tropea_http_problem_new (self->status, self->code, self->detail);
  if (self->rule != NULL)
    json_object_set_string_member (object, "rule", self->rule);
  if (self->wait_usec > 0)
    tropea_http_request_set_retry_after (request,
                                         tropea_ledger_service_to_seconds (self->wait_usec));
  tropea_http_request_respond_problem (request, object);
}
