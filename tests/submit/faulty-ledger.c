/* faulty-ledger.c: a ledger in the test process that errs as it is told
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "faulty-ledger.h"

#include <gio/gunixsocketaddress.h>
#include <sodium.h>
#include <string.h>

#include "base/tropea-json.h"
#include "record/tropea-credit.h"
#include "record/tropea-encoding.h"
#include "record/tropea-proof.h"
#include "record/tropea-receipt.h"

typedef struct
{
  Fault fault;
  guint after;
  int   times;
} PathFault;

typedef struct
{
  TropeaReceipt receipt;
  TropeaRecord  record;
} Entry;

typedef struct
{
  guint  status;
  char  *code;
  char  *rule;
} Refusal;

struct _FaultyLedger
{
  SoupServer   *server;
  char         *socket_path;
  char         *origin;
  guint8        public_key[TROPEA_RECORD_PUBLIC_KEY_BYTES];
  TropeaSecret *secret_key;
  TropeaSecret *other_key;
  GHashTable   *faults;      /* path to PathFault */
  GHashTable   *refusals;    /* session id to Refusal */
  GHashTable   *entries;     /* session id to Entry */
  GPtrArray    *listed;      /* of Entry, unowned, oldest first */
  GHashTable   *counts;      /* path to count */
  GPtrArray    *bodies;      /* of text */
  GPtrArray    *hanging;     /* of SoupServerMessage */
  char         *headers;
  gint64        balance_micro;
  gint64        simulated_micro;
  gint64        last_seq;
};

static void
refusal_free (Refusal *self)
{
  g_free (self->code);
  g_free (self->rule);
  g_free (self);
}

static Fault
take_fault (FaultyLedger *self,
            const char   *path)
{
  PathFault *entry = g_hash_table_lookup (self->faults, path);

  if (entry == NULL || entry->times == 0)
    return FAULT_NONE;

  if (entry->after > 0)
    {
      entry->after--;
      return FAULT_NONE;
    }

  if (entry->times > 0)
    entry->times--;

  return entry->fault;
}

static void
respond_text (SoupServerMessage *message,
              guint              status,
              const char        *type,
              const char        *text)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, type, SOUP_MEMORY_COPY, text, strlen (text));
}

/* @object: (transfer full) */
static void
respond_json (SoupServerMessage *message,
              guint              status,
              JsonObject        *object)
{
  g_autofree char *text = tropea_json_to_string (object);

  respond_text (message, status, "application/json", text);
  json_object_unref (object);
}

static JsonObject *
make_problem (const char    *session_id,
              const Refusal *refusal)
{
  JsonObject *object = json_object_new ();

  json_object_set_boolean_member (object, "success", FALSE);
  json_object_set_int_member (object, "status", refusal->status);
  json_object_set_string_member (object, "sessionId", session_id);
  json_object_set_string_member (object, "code", refusal->code);
  json_object_set_string_member (object, "detail", "The session is not\nplausible");
  if (refusal->rule != NULL)
    json_object_set_string_member (object, "rule", refusal->rule);

  return object;
}

static JsonObject *
judge (FaultyLedger       *self,
       const TropeaRecord *record)
{
  const Refusal *refusal = g_hash_table_lookup (self->refusals, record->session_id);
  Entry *entry = g_hash_table_lookup (self->entries, record->session_id);
  TropeaReceipt *receipt = NULL;

  g_assert_true (tropea_record_verify (record, self->origin));
  if (refusal != NULL)
    return make_problem (record->session_id, refusal);

  if (entry != NULL)
    {
      entry->receipt.status = TROPEA_RECEIPT_DUPLICATE;
      return tropea_receipt_to_json (&entry->receipt);
    }

  entry = g_new0 (Entry, 1);
  entry->record = *record;
  receipt = &entry->receipt;
  memcpy (receipt->session_id, record->session_id, sizeof receipt->session_id);
  receipt->credits_micro = tropea_credit_compute_micro (record->duration_s, record->bytes);
  self->balance_micro += receipt->credits_micro;
  receipt->balance_micro = self->balance_micro;
  receipt->seq = ++self->last_seq;
  g_hash_table_insert (self->entries, entry->record.session_id, entry);
  g_ptr_array_add (self->listed, entry);

  return tropea_receipt_to_json (receipt);
}

static JsonObject *
judge_text (FaultyLedger *self,
            GBytes       *text)
{
  g_autoptr(GError) error = NULL;
  TropeaRecord record;
  gsize length = 0;
  const char *data = g_bytes_get_data (text, &length);

  g_assert_true (tropea_record_from_json (data, length, &record, &error));
  g_assert_no_error (error);

  return judge (self, &record);
}

static GBytes *
take_body (FaultyLedger      *self,
           SoupServerMessage *message)
{
  g_autoptr(GBytes) body = soup_message_body_flatten (
      soup_server_message_get_request_body (message));
  gsize length = 0;
  const char *data = g_bytes_get_data (body, &length);

  g_ptr_array_add (self->bodies, g_strndup (data, length));

  return g_steal_pointer (&body);
}

static void
answer_submit (FaultyLedger      *self,
               SoupServerMessage *message)
{
  g_autoptr(GBytes) body = take_body (self, message);
  JsonObject *object = judge_text (self, body);
  guint status = 200;

  if (json_object_has_member (object, "status") &&
      !json_object_get_boolean_member (object, "success"))
    status = (guint) json_object_get_int_member (object, "status");

  respond_json (message, status, object);
}

static void
answer_batch (FaultyLedger      *self,
              SoupServerMessage *message,
              Fault              fault)
{
  g_autoptr(GBytes) body = take_body (self, message);
  g_autoptr(GPtrArray) texts = tropea_record_batch_split (body, NULL);
  JsonObject *object = json_object_new ();
  JsonArray *results = json_array_new ();
  guint n_results = 0;

  g_assert_nonnull (texts);
  n_results = texts->len - (fault == FAULT_WRONG_COUNT ? 1 : 0);
  for (guint i = 0; i < n_results; i++)
    {
      guint index = fault == FAULT_WRONG_SESSION ? texts->len - 1 - i : i;

      json_array_add_object_element (results,
                                     judge_text (self, g_ptr_array_index (texts, index)));
    }
  json_object_set_boolean_member (object, "success", TRUE);
  json_object_set_array_member (object, "results", results);
  respond_json (message, 200, object);
}

static void
answer_info (FaultyLedger      *self,
             SoupServerMessage *message,
             GHashTable        *query,
             Fault              fault)
{
  guint8 challenge[TROPEA_PROOF_CHALLENGE_BYTES];
  guint8 signature[TROPEA_RECORD_SIGNATURE_BYTES];
  const char *hex = query != NULL ? g_hash_table_lookup (query, "challenge") : NULL;
  g_autofree char *key = tropea_base64_encode (self->public_key, sizeof self->public_key);
  g_autofree char *proof = NULL;
  JsonObject *object = json_object_new ();
  JsonObject *policy = json_object_new ();

  g_assert_nonnull (hex);
  g_assert_true (tropea_hex_decode (hex, strlen (hex), challenge, sizeof challenge));
  tropea_ledger_proof_sign (fault == FAULT_WRONG_PROOF ? self->other_key : self->secret_key,
                            self->origin, challenge, signature);
  proof = tropea_base64_encode (signature, sizeof signature);

  json_object_set_boolean_member (policy, "acceptsSimulation", TRUE);
  json_object_set_boolean_member (object, "success", TRUE);
  json_object_set_string_member (object, "origin", self->origin);
  json_object_set_string_member (object, "publicKey", key);
  json_object_set_string_member (object, "software", "faulty 1");
  json_object_set_string_member (object, "signature", proof);
  json_object_set_object_member (object, "policy", policy);
  respond_json (message, 200, object);
}

static void
check_read_proof (FaultyLedger      *self,
                  SoupServerMessage *message,
                  GHashTable        *query)
{
  GUri *uri = soup_server_message_get_uri (message);
  g_autofree char *target = g_strconcat (g_uri_get_path (uri), "?", g_uri_get_query (uri), NULL);
  g_autoptr(GError) error = NULL;
  const char *key = g_hash_table_lookup (query, "clientPub");
  const char *header = NULL;
  guint8 client_pub[TROPEA_RECORD_PUBLIC_KEY_BYTES];

  header = soup_message_headers_get_one (soup_server_message_get_request_headers (message),
                                         "Authorization");
  g_assert_true (tropea_base64_decode (key, strlen (key), client_pub, sizeof client_pub));
  g_assert_true (tropea_read_proof_verify (header, client_pub, self->origin, target,
                                           g_get_real_time () / 1000, &error));
}

static void
answer_balance (FaultyLedger      *self,
                SoupServerMessage *message,
                GHashTable        *query)
{
  JsonObject *object = json_object_new ();

  check_read_proof (self, message, query);
  json_object_set_boolean_member (object, "success", TRUE);
  json_object_set_int_member (object, "balanceMicro", self->balance_micro);
  json_object_set_int_member (object, "simulatedMicro", self->simulated_micro);
  json_object_set_int_member (object, "sessions", self->listed->len);
  respond_json (message, 200, object);
}

static JsonObject *
entry_to_json (const Entry *entry)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "seq", entry->receipt.seq);
  json_object_set_string_member (object, "sessionId", entry->record.session_id);
  json_object_set_int_member (object, "timestamp", entry->record.timestamp_ms);
  json_object_set_int_member (object, "duration", entry->record.duration_s);
  json_object_set_int_member (object, "bytesTransferred", entry->record.bytes);
  json_object_set_string_member (object, "source",
                                 tropea_source_to_string (entry->record.source));
  json_object_set_string_member (object, "grade", "self-reported");
  json_object_set_int_member (object, "creditsMicro", entry->receipt.credits_micro);

  return object;
}

static void
answer_list (FaultyLedger      *self,
             SoupServerMessage *message,
             GHashTable        *query)
{
  const char *before_text = g_hash_table_lookup (query, "before");
  const char *limit_text = g_hash_table_lookup (query, "limit");
  gint64 before = before_text != NULL ? g_ascii_strtoll (before_text, NULL, 10) : G_MAXINT64;
  guint limit = limit_text != NULL ? (guint) g_ascii_strtoull (limit_text, NULL, 10) : 50;
  JsonObject *object = json_object_new ();
  JsonArray *sessions = json_array_new ();
  gint64 last_seq = 0;

  check_read_proof (self, message, query);
  for (guint i = self->listed->len; i > 0 && json_array_get_length (sessions) < limit; i--)
    {
      const Entry *entry = g_ptr_array_index (self->listed, i - 1);

      if (entry->receipt.seq >= before)
        continue;
      json_array_add_object_element (sessions, entry_to_json (entry));
      last_seq = entry->receipt.seq;
    }

  json_object_set_boolean_member (object, "success", TRUE);
  if (json_array_get_length (sessions) == limit)
    json_object_set_int_member (object, "next", last_seq);
  json_object_set_array_member (object, "sessions", sessions);
  respond_json (message, 200, object);
}

static void
append_header (const char *name,
               const char *value,
               gpointer    user_data)
{
  g_string_append_printf (user_data, "%s: %s\n", name, value);
}

static void
keep_headers (FaultyLedger      *self,
              SoupServerMessage *message)
{
  GString *text = g_string_new (NULL);

  soup_message_headers_foreach (soup_server_message_get_request_headers (message),
                                append_header, text);
  g_free (self->headers);
  self->headers = g_string_free (text, FALSE);
}

/* Whether the fault is the whole answer. */
static gboolean
answer_fault (FaultyLedger      *self,
              SoupServerMessage *message,
              Fault              fault)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  g_autofree char *huge = NULL;

  switch (fault)
    {
    case FAULT_NO_JSON:
      respond_text (message, 200, "text/html", "<html>Welcome</html>");
      return TRUE;

    case FAULT_WRONG_JSON:
      respond_text (message, 200, "application/json", "{\"success\":true}");
      return TRUE;

    case FAULT_BUSY:
      soup_message_headers_append (headers, "Retry-After", "1");
      respond_text (message, 503, "application/problem+json", "{\"code\":\"busy\"}");
      return TRUE;

    case FAULT_TOO_MANY:
      soup_message_headers_append (headers, "Retry-After", "7");
      respond_text (message, 429, "application/problem+json", "{\"code\":\"too-many\"}");
      return TRUE;

    case FAULT_BROKEN:
      respond_text (message, 500, "text/plain", "oops");
      return TRUE;

    case FAULT_REFUSED:
      respond_text (message, 400, "application/problem+json",
                    "{\"status\":400,\"code\":\"malformed\",\"detail\":\"Not a batch\"}");
      return TRUE;

    case FAULT_NOT_FOUND:
      respond_text (message, 404, "text/html", "<html>Nothing here</html>");
      return TRUE;

    case FAULT_REDIRECT:
      soup_server_message_set_redirect (message, 302, "/elsewhere");
      return TRUE;

    case FAULT_HANG:
      soup_server_message_pause (message);
      g_ptr_array_add (self->hanging, g_object_ref (message));
      return TRUE;

    case FAULT_HUGE:
      huge = g_strnfill (2 * 1024 * 1024, ' ');
      respond_text (message, 200, "application/json", huge);
      return TRUE;

    case FAULT_NONE:
    case FAULT_WRONG_COUNT:
    case FAULT_WRONG_SESSION:
    case FAULT_WRONG_PROOF:
    case FAULT_CUT:
    default:
      return FALSE;
    }
}

static void
request_cb (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           user_data)
{
  FaultyLedger *self = user_data;
  Fault fault = take_fault (self, path);
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, path));

  g_hash_table_insert (self->counts, g_strdup (path), GUINT_TO_POINTER (count + 1));
  keep_headers (self, message);
  if (answer_fault (self, message, fault))
    return;

  if (strcmp (path, "/api/ledger") == 0)
    answer_info (self, message, query, fault);
  else if (strcmp (path, "/api/sessions/submit") == 0)
    answer_submit (self, message);
  else if (strcmp (path, "/api/sessions/batch") == 0)
    answer_batch (self, message, fault);
  else if (strcmp (path, "/api/sessions/balance") == 0)
    answer_balance (self, message, query);
  else if (strcmp (path, "/api/sessions/by-client/list") == 0)
    answer_list (self, message, query);
  else
    respond_text (message, 404, "text/plain", "");

  if (fault == FAULT_CUT)
    g_socket_shutdown (soup_server_message_get_socket (message), TRUE, TRUE, NULL);
}

/* On a Unix socket at @socket_path, or where it is NULL on a free port of 127.0.0.1. */
FaultyLedger *
faulty_ledger_new (const char *socket_path)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GSocketAddress) address = NULL;
  FaultyLedger *self = g_new0 (FaultyLedger, 1);

  self->origin = g_strdup (FAULTY_LEDGER_ORIGIN);
  self->socket_path = g_strdup (socket_path);
  self->faults = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->refusals = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                          (GDestroyNotify) refusal_free);
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  self->listed = g_ptr_array_new ();
  self->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->bodies = g_ptr_array_new_with_free_func (g_free);
  self->hanging = g_ptr_array_new_with_free_func (g_object_unref);
  faulty_ledger_make_new_key (self);
  self->other_key = tropea_secret_new (TROPEA_RECORD_SECRET_KEY_BYTES);

  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, request_cb, self, NULL);
  if (socket_path != NULL)
    address = g_unix_socket_address_new (socket_path);
  else
    address = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_assert_true (soup_server_listen (self->server, address, 0, &error));
  g_assert_no_error (error);

  return self;
}

void
faulty_ledger_free (FaultyLedger *self)
{
  for (guint i = 0; i < self->hanging->len; i++)
    {
      SoupServerMessage *message = g_ptr_array_index (self->hanging, i);
      GSocket *socket = soup_server_message_get_socket (message);

      if (socket != NULL)
        g_socket_shutdown (socket, TRUE, TRUE, NULL);
    }
  g_ptr_array_unref (self->hanging);
  soup_server_disconnect (self->server);
  g_object_unref (self->server);
  g_hash_table_unref (self->faults);
  g_hash_table_unref (self->refusals);
  g_ptr_array_unref (self->listed);
  g_hash_table_unref (self->entries);
  g_hash_table_unref (self->counts);
  g_ptr_array_unref (self->bodies);
  tropea_secret_unref (self->secret_key);
  tropea_secret_unref (self->other_key);
  g_free (self->socket_path);
  g_free (self->origin);
  g_free (self->headers);
  g_free (self);
}

guint
faulty_ledger_get_port (FaultyLedger *self)
{
  GSList *uris = soup_server_get_uris (self->server);
  guint port = (guint) g_uri_get_port (uris->data);

  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  return port;
}

char *
faulty_ledger_dup_url (FaultyLedger *self)
{
  if (self->socket_path != NULL)
    return g_strconcat ("unix:", self->socket_path, NULL);

  return g_strdup_printf ("http://127.0.0.1:%u", faulty_ledger_get_port (self));
}

const guint8 *
faulty_ledger_get_key (FaultyLedger *self)
{
  return self->public_key;
}

void
faulty_ledger_make_new_key (FaultyLedger *self)
{
  g_clear_pointer (&self->secret_key, tropea_secret_unref);
  self->secret_key = tropea_secret_new (TROPEA_RECORD_SECRET_KEY_BYTES);
  crypto_sign_keypair (self->public_key, tropea_secret_get_data (self->secret_key));
}

void
faulty_ledger_set_origin (FaultyLedger *self,
                          const char   *origin)
{
  g_free (self->origin);
  self->origin = g_strdup (origin);
}

void
faulty_ledger_set_fault (FaultyLedger *self,
                         const char   *path,
                         Fault         fault,
                         int           times)
{
  faulty_ledger_set_later_fault (self, path, fault, 0, times);
}

void
faulty_ledger_set_later_fault (FaultyLedger *self,
                               const char   *path,
                               Fault         fault,
                               guint         after,
                               int           times)
{
  PathFault *entry = g_new0 (PathFault, 1);

  entry->fault = fault;
  entry->after = after;
  entry->times = times;
  g_hash_table_insert (self->faults, g_strdup (path), entry);
}

void
faulty_ledger_refuse (FaultyLedger *self,
                      const char   *session_id,
                      guint         status,
                      const char   *code,
                      const char   *rule)
{
  Refusal *refusal = NULL;

  if (status == 0)
    {
      g_hash_table_remove (self->refusals, session_id);
      return;
    }

  refusal = g_new0 (Refusal, 1);
  refusal->status = status;
  refusal->code = g_strdup (code);
  refusal->rule = g_strdup (rule);
  g_hash_table_insert (self->refusals, g_strdup (session_id), refusal);
}

guint
faulty_ledger_count_requests (FaultyLedger *self,
                              const char   *path)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, path));
}

guint
faulty_ledger_count_credited (FaultyLedger *self)
{
  return g_hash_table_size (self->entries);
}

gboolean
faulty_ledger_has_credited (FaultyLedger *self,
                            const char   *session_id)
{
  return g_hash_table_contains (self->entries, session_id);
}

gint64
faulty_ledger_get_balance (FaultyLedger *self)
{
  return self->balance_micro;
}

GPtrArray *
faulty_ledger_get_bodies (FaultyLedger *self)
{
  return self->bodies;
}

const char *
faulty_ledger_get_headers (FaultyLedger *self)
{
  return self->headers;
}

/* As a copy of a database from before this session would. */
void
faulty_ledger_forget (FaultyLedger *self,
                      const char   *session_id)
{
  Entry *entry = g_hash_table_lookup (self->entries, session_id);

  g_assert_nonnull (entry);
  self->balance_micro -= entry->receipt.credits_micro;
  g_assert_true (g_ptr_array_remove (self->listed, entry));
  g_hash_table_remove (self->entries, session_id);
}

/* Say other figures of this session than were given for it; the balance is their sum. */
void
faulty_ledger_change (FaultyLedger *self,
                      const char   *session_id,
                      gint64        credits_micro)
{
  Entry *entry = g_hash_table_lookup (self->entries, session_id);

  g_assert_nonnull (entry);
  self->balance_micro += credits_micro - entry->receipt.credits_micro;
  entry->receipt.credits_micro = credits_micro;
}

void
faulty_ledger_set_simulated (FaultyLedger *self,
                             gint64        simulated_micro)
{
  self->simulated_micro = simulated_micro;
}
