/* tropea-ledger-submit.c: takes sessions in, one or a batch at a time
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger"

#include "config.h"

#include "ledger/tropea-ledger-service.h"

#include <microhttpd.h>
#include <string.h>

#include "ledger/tropea-ledger-verdict.h"

/* The HTTP thread reads, judges and verifies; what is left goes to the writer's queue and the
 * request waits, without a thread, until its commit is on disk.
 */

typedef struct
{
  const TropeaLedgerService *service;   /* (unowned) */
  TropeaHttpRequest         *request;   /* (owned) */
  GPtrArray                 *verdicts;  /* (owned), of TropeaLedgerVerdict */
  gboolean                   is_batch;
} Submission;

static Submission *
submission_new (const TropeaLedgerService *service,
                TropeaHttpRequest         *request,
                gboolean                   is_batch)
{
  Submission *self = g_new0 (Submission, 1);

  self->service = service;
  self->request = tropea_http_request_ref (request);
  self->verdicts = g_ptr_array_new_with_free_func ((GDestroyNotify) tropea_ledger_verdict_free);
  self->is_batch = is_batch;

  return self;
}

static void
submission_free (Submission *self)
{
  g_clear_pointer (&self->request, tropea_http_request_unref);
  g_clear_pointer (&self->verdicts, g_ptr_array_unref);
  g_free (self);
}

static void
respond_batch (Submission *self,
               const char *checkpoint)
{
  g_autoptr(GString) body = g_string_new ("{\"success\":true,\"results\":[");

  for (guint i = 0; i < self->verdicts->len; i++)
    {
      const TropeaLedgerVerdict *verdict = g_ptr_array_index (self->verdicts, i);
      g_autofree char *item = tropea_ledger_verdict_dup_item (verdict);

      if (i > 0)
        g_string_append_c (body, ',');
      g_string_append (body, item);
      if (verdict->wait_usec > 0)
        tropea_http_request_set_retry_after (
          self->request, tropea_ledger_service_to_seconds (verdict->wait_usec));
    }
  g_string_append_c (body, ']');
  if (checkpoint != NULL)
    tropea_ledger_verdict_append_checkpoint (body, checkpoint);
  g_string_append_c (body, '}');
  tropea_http_request_respond (self->request, MHD_HTTP_OK, "application/json", body->str);
}

/* Every session that was credited, now or before, is proven to be in the log. */
static TropeaLedgerProofs *
prove (Submission        *self,
       TropeaLedgerGroup *group)
{
  TropeaLedgerProofs *proofs = NULL;

  for (guint i = 0; i < self->verdicts->len; i++)
    {
      TropeaLedgerVerdict *verdict = g_ptr_array_index (self->verdicts, i);

      if (!verdict->is_credited)
        continue;
      if (proofs == NULL)
        proofs = tropea_ledger_proofs_new (self->service->store, group);
      tropea_ledger_verdict_prove (verdict, proofs);
    }

  return proofs;
}

static void
finish (GPtrArray         *entries,
        gboolean           is_committed,
        TropeaLedgerGroup *group,
        gpointer           user_data)
{
  Submission *self = user_data;
  g_autoptr(TropeaLedgerProofs) proofs = NULL;
  const char *checkpoint = NULL;

  for (guint i = 0; i < self->verdicts->len; i++)
    {
      TropeaLedgerVerdict *verdict = g_ptr_array_index (self->verdicts, i);

      if (!verdict->is_settled)
        tropea_ledger_verdict_settle (verdict, is_committed);
      if (verdict->is_credited)
        tropea_ledger_repeats_add (self->service->repeats, &verdict->entry.record);
    }

  proofs = prove (self, group);
  if (proofs != NULL)
    checkpoint = tropea_ledger_proofs_get_checkpoint (proofs);
  for (guint i = 0; i < self->verdicts->len; i++)
    tropea_ledger_verdict_count (g_ptr_array_index (self->verdicts, i), self->service->metrics);

  if (!self->is_batch)
    tropea_ledger_verdict_respond (g_ptr_array_index (self->verdicts, 0), checkpoint,
                                   self->request);
  else if (is_committed)
    respond_batch (self, checkpoint);
  else
    tropea_http_request_fail (self->request, MHD_HTTP_SERVICE_UNAVAILABLE, "unavailable",
                              "The ledger cannot write now: try again later");
  submission_free (self);
}

static void
hand_over (Submission *self)
{
  g_autoptr(GPtrArray) entries = g_ptr_array_new ();

  for (guint i = 0; i < self->verdicts->len; i++)
    {
      TropeaLedgerVerdict *verdict = g_ptr_array_index (self->verdicts, i);

      if (!verdict->is_settled)
        g_ptr_array_add (entries, &verdict->entry);
    }

  if (entries->len == 0)
    finish (entries, TRUE, NULL, self);
  else if (!tropea_ledger_writer_push (self->service->writer, entries, finish, self))
    finish (entries, FALSE, NULL, self);
}

/* A request that is refused as a whole counts as its sessions, as far as they are known. */
static void
count_refused (const TropeaLedgerService *service,
               guint                      n_sessions,
               const char                *code,
               const char                *rule)
{
  for (guint i = 0; i < n_sessions; i++)
    tropea_ledger_metrics_count_verdict (service->metrics, code, rule);
}

static gboolean
take_connection (const TropeaLedgerService *service,
                 TropeaHttpRequest         *request,
                 guint                      n_tokens,
                 guint                      n_sessions)
{
  static const TropeaLedgerRefusal refusal = TROPEA_LEDGER_REFUSAL_CONNECTION_RATE;

  if (tropea_ledger_service_take_connection (service, request, n_tokens))
    return TRUE;

  count_refused (service, n_sessions, "rate-limited", refusal.rule);
  return FALSE;
}

static gboolean
check_content_type (const TropeaLedgerService *service,
                    TropeaHttpRequest         *request)
{
  const char *type = tropea_http_request_get_header (request, MHD_HTTP_HEADER_CONTENT_TYPE);
  gsize length = type != NULL ? strcspn (type, "; \t") : 0;

  if (length == strlen ("application/json") &&
      g_ascii_strncasecmp (type, "application/json", length) == 0)
    return TRUE;

  count_refused (service, 1, "malformed", NULL);
  tropea_http_request_fail (request, MHD_HTTP_BAD_REQUEST, "malformed",
                            "The Content-Type must be application/json");
  return FALSE;
}

/* POST /api/sessions/submit */
void
tropea_ledger_handle_submit (TropeaHttpRequest *request,
                             gpointer           user_data)
{
  const TropeaLedgerService *service = user_data;
  Submission *submission = NULL;
  const char *data = NULL;
  gsize size_bytes = 0;

  if (!check_content_type (service, request) || !take_connection (service, request, 1, 1))
    return;

  data = g_bytes_get_data (tropea_http_request_get_body (request), &size_bytes);
  submission = submission_new (service, request, FALSE);
  g_ptr_array_add (submission->verdicts, tropea_ledger_verdict_new (service, data, size_bytes));
  hand_over (submission);
}

/* POST /api/sessions/batch */
void
tropea_ledger_handle_batch (TropeaHttpRequest *request,
                            gpointer           user_data)
{
  const TropeaLedgerService *service = user_data;
  g_autoptr(GPtrArray) items = NULL;
  g_autoptr(GError) error = NULL;
  Submission *submission = NULL;

  if (!check_content_type (service, request) || !take_connection (service, request, 1, 1))
    return;

  items = tropea_record_batch_split (tropea_http_request_get_body (request), &error);
  if (items == NULL)
    {
      gboolean is_large = g_error_matches (error, TROPEA_RECORD_ERROR,
                                           TROPEA_RECORD_ERROR_TOO_LARGE);
      const char *code = is_large ? "too-large" : "malformed";

      count_refused (service, 1, code, NULL);
      tropea_http_request_fail (request, is_large ? MHD_HTTP_CONTENT_TOO_LARGE
                                                  : MHD_HTTP_BAD_REQUEST,
                                code, error->message);
      return;
    }

  /* The first is paid for. */
  if (items->len > 1 && !take_connection (service, request, items->len - 1, items->len))
    return;

  submission = submission_new (service, request, TRUE);
  for (guint i = 0; i < items->len; i++)
    {
      gsize size_bytes = 0;
      const char *data = g_bytes_get_data (g_ptr_array_index (items, i), &size_bytes);

      g_ptr_array_add (submission->verdicts,
                       tropea_ledger_verdict_new (service, data, size_bytes));
    }
  hand_over (submission);
}
