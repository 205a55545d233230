/* tropea-ledger-reads.c: answers what a ledger can be asked
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger"

#include "config.h"

#include "ledger/tropea-ledger-service.h"

#include <microhttpd.h>
#include <sodium.h>
#include <string.h>

#include "record/tropea-credit.h"
#include "record/tropea-encoding.h"
#include "record/tropea-proof.h"

/* When and how much somebody used Tor is for them alone: a key's balance and sessions are
 * given to whoever proves to have the key, and to nobody else.
 */

#define DEFAULT_LIST_LENGTH 50
#define MAX_LIST_LENGTH 200

static void
respond_unavailable (TropeaHttpRequest *request)
{
  tropea_http_request_fail (request, MHD_HTTP_SERVICE_UNAVAILABLE, "unavailable",
                            "The ledger cannot read now: try again later");
}

static void
respond_malformed (TropeaHttpRequest *request,
                   const char        *detail)
{
  tropea_http_request_fail (request, MHD_HTTP_BAD_REQUEST, "malformed", detail);
}

/* The key that is asked about, once whoever asks has proved to be its owner. */
static gboolean
get_proved_key (TropeaHttpRequest         *request,
                const TropeaLedgerService *service,
                guint8                    *client_pub)
{
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;

  if (!tropea_ledger_service_take_connection (service, request, 1))
    return FALSE;

  if (!tropea_http_request_dup_query (request, "clientPub", &text) || text == NULL ||
      !tropea_base64_decode (text, strlen (text), client_pub, TROPEA_RECORD_PUBLIC_KEY_BYTES))
    {
      respond_malformed (request, "“clientPub” must be there once: a key in base64, "
                         "percent-encoded");
      return FALSE;
    }

  if (!tropea_ledger_service_take_key (service, request, client_pub))
    return FALSE;

  if (!tropea_read_proof_verify (tropea_http_request_get_header (request, "Authorization"),
                                 client_pub, service->origin,
                                 tropea_http_request_get_target (request),
                                 tropea_clock_get_wall_ms (service->clock), &error))
    {
      tropea_http_request_fail (request, MHD_HTTP_UNAUTHORIZED, "bad-signature",
                                error->message);
      return FALSE;
    }

  return TRUE;
}

static void
set_micro (JsonObject *object,
           const char *name,
           gint64      micro)
{
  g_autofree char *text = tropea_credit_format (micro);
  g_autofree char *micro_name = g_strconcat (name, "Micro", NULL);

  json_object_set_string_member (object, name, text);
  json_object_set_int_member (object, micro_name, micro);
}

/* GET /api/sessions/balance?clientPub= */
void
tropea_ledger_handle_balance (TropeaHttpRequest *request,
                              gpointer           user_data)
{
  const TropeaLedgerService *service = user_data;
  guint8 client_pub[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { 0 };
  TropeaLedgerBalance balance = { 0 };
  g_autoptr(JsonObject) object = NULL;

  if (!get_proved_key (request, service, client_pub))
    return;

  if (!tropea_ledger_store_get_balance (service->store, client_pub, &balance, NULL))
    {
      respond_unavailable (request);
      return;
    }

  object = json_object_new ();
  json_object_set_boolean_member (object, "success", TRUE);
  set_micro (object, "balance", balance.balance_micro);
  set_micro (object, "simulated", balance.simulated_micro);
  json_object_set_int_member (object, "sessions", balance.n_sessions);
  tropea_http_request_respond_json (request, object);
}

static gboolean
get_number (TropeaHttpRequest *request,
            const char        *name,
            guint64            highest,
            guint64           *value)
{
  g_autofree char *text = NULL;

  if (!tropea_http_request_dup_query (request, name, &text))
    return FALSE;

  return text == NULL || g_ascii_string_to_unsigned (text, 10, 1, highest, value, NULL);
}

/* Without a tree in between, as there are up to 200 in an answer. No value can hold a character
 * that JSON would escape. */
static void
append_entry (GString                 *json,
              const TropeaLedgerEntry *entry)
{
  const TropeaRecord *record = &entry->record;
  g_autofree char *credits = tropea_credit_format (entry->credits_micro);

  g_string_append_printf (json,
                          "{\"seq\":%" G_GINT64_FORMAT ",\"sessionId\":\"%s\","
                          "\"timestamp\":%" G_GINT64_FORMAT ",\"duration\":%" G_GINT64_FORMAT ","
                          "\"bytesTransferred\":%" G_GINT64_FORMAT ",\"source\":\"%s\","
                          "\"grade\":\"%s\",\"credits\":\"%s\","
                          "\"creditsMicro\":%" G_GINT64_FORMAT "}",
                          entry->seq, record->session_id, record->timestamp_ms,
                          record->duration_s, record->bytes,
                          tropea_source_to_string (record->source),
                          tropea_ledger_grade_to_string (entry->grade), credits,
                          entry->credits_micro);
}

/* Enough for a usual one. */
#define ENTRY_JSON_BYTES 256

/* @limit: with as many entries there may be another page */
static char *
list_to_string (GPtrArray *entries,
                guint      limit)
{
  GString *json = g_string_sized_new (((gsize) entries->len + 1) * ENTRY_JSON_BYTES);

  g_string_append (json, "{\"success\":true,\"sessions\":[");
  for (guint i = 0; i < entries->len; i++)
    {
      if (i > 0)
        g_string_append_c (json, ',');
      append_entry (json, g_ptr_array_index (entries, i));
    }
  g_string_append_c (json, ']');
  if (entries->len == limit)
    {
      const TropeaLedgerEntry *last = g_ptr_array_index (entries, entries->len - 1);

      g_string_append_printf (json, ",\"next\":%" G_GINT64_FORMAT, last->seq);
    }
  g_string_append_c (json, '}');

  return g_string_free (json, FALSE);
}

/* GET /api/sessions/by-client/list?clientPub=&before=&limit=: the latest first. A full page has
 * "next", which is the next page's "before".
 */
void
tropea_ledger_handle_list (TropeaHttpRequest *request,
                           gpointer           user_data)
{
  const TropeaLedgerService *service = user_data;
  guint8 client_pub[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { 0 };
  guint64 before_seq = TROPEA_RECORD_MAX_INTEGER;
  guint64 limit = DEFAULT_LIST_LENGTH;
  g_autoptr(GPtrArray) entries = NULL;
  g_autofree char *json = NULL;

  if (!get_proved_key (request, service, client_pub))
    return;

  if (!get_number (request, "before", TROPEA_RECORD_MAX_INTEGER, &before_seq) ||
      !get_number (request, "limit", MAX_LIST_LENGTH, &limit))
    {
      respond_malformed (request, "“before” is a “next” of this list, “limit” a number from 1 "
                         "to 200");
      return;
    }

  entries = tropea_ledger_store_list (service->store, client_pub, (gint64) before_seq,
                                      (guint) limit, NULL);
  if (entries == NULL)
    {
      respond_unavailable (request);
      return;
    }

  json = list_to_string (entries, (guint) limit);
  tropea_http_request_respond (request, MHD_HTTP_OK, "application/json", json);
}

static void
set_signature (JsonObject                *object,
               const TropeaLedgerService *service,
               const guint8              *challenge)
{
  guint8 signature[TROPEA_RECORD_SIGNATURE_BYTES] = { 0 };
  g_autofree char *text = NULL;

  tropea_ledger_proof_sign (service->secret_key, service->origin, challenge, signature);
  text = tropea_base64_encode (signature, sizeof signature);
  json_object_set_string_member (object, "signature", text);
}

/* GET /api/ledger, with ?challenge=<64 hex> also a signature over it */
void
tropea_ledger_handle_info (TropeaHttpRequest *request,
                           gpointer           user_data)
{
  const TropeaLedgerService *service = user_data;
  guint8 public_key[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { 0 };
  guint8 challenge[TROPEA_PROOF_CHALLENGE_BYTES] = { 0 };
  g_autofree char *challenge_text = NULL;
  g_autofree char *public_text = NULL;
  g_autoptr(JsonObject) object = NULL;

  if (!tropea_http_request_dup_query (request, "challenge", &challenge_text) ||
      (challenge_text != NULL &&
       !tropea_hex_decode (challenge_text, strlen (challenge_text), challenge,
                           sizeof challenge)))
    {
      respond_malformed (request, "“challenge” is 64 hexadecimal digits in lower case");
      return;
    }

  crypto_sign_ed25519_sk_to_pk (public_key, tropea_secret_get_data (service->secret_key));
  public_text = tropea_base64_encode (public_key, sizeof public_key);
  object = json_object_new ();
  json_object_set_boolean_member (object, "success", TRUE);
  json_object_set_string_member (object, "origin", service->origin);
  json_object_set_string_member (object, "publicKey", public_text);
  json_object_set_string_member (object, "software", "tropea-ledger/" TROPEA_VERSION);
  json_object_set_object_member (object, "policy", tropea_ledger_policy_to_json (&service->policy));
  if (challenge_text != NULL)
    set_signature (object, service, challenge);
  tropea_http_request_respond_json (request, object);
}

/* GET /metrics */
void
tropea_ledger_handle_metrics (TropeaHttpRequest *request,
                              gpointer           user_data)
{
  const TropeaLedgerService *service = user_data;
  guint n_queued = tropea_ledger_writer_get_n_queued (service->writer);
  g_autofree char *text = tropea_ledger_metrics_dup_text (service->metrics, n_queued);

  tropea_http_request_respond (request, MHD_HTTP_OK, "text/plain; version=0.0.4", text);
}

/* GET /healthz: the process answers */
void
tropea_ledger_handle_health (TropeaHttpRequest *request,
                             gpointer           user_data)
{
  tropea_http_request_respond (request, MHD_HTTP_OK, "application/json", "{\"status\":\"ok\"}");
}

/* GET /readyz: the store answers too */
void
tropea_ledger_handle_readiness (TropeaHttpRequest *request,
                                gpointer           user_data)
{
  const TropeaLedgerService *service = user_data;
  guint8 nobody[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { 0 };
  TropeaLedgerBalance balance = { 0 };

  if (tropea_ledger_store_get_balance (service->store, nobody, &balance, NULL))
    tropea_ledger_handle_health (request, user_data);
  else
    respond_unavailable (request);
}
