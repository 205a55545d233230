/* tropea-ledger-client.c: speaks a ledger's HTTP, over a Unix socket or a URL
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-client"

#include "config.h"

#include "submit/tropea-ledger-client.h"

#include <libsoup/soup.h>
#include <sodium.h>
#include <string.h>

#include "record/tropea-encoding.h"
#include "record/tropea-proof.h"
#include "submit/tropea-ledger-answer.h"
#include "submit/tropea-ledger-error.h"
#include "submit/tropea-ledger-exchange.h"
#include "submit/tropea-ledger-session.h"
#include "submit/tropea-ledger-url.h"

/* Fails closed: while tor has no SOCKS port there is no session object that could send
 * anything to a remote ledger. Each call is one exchange; its answer is checked by
 * tropea-ledger-answer.c, and failures become sentences in tropea-ledger-error.c.
 */

/* For a whole exchange; a fresh circuit to an onion service takes some seconds of it. */
#define DEFAULT_TIMEOUT_MS (30 * 1000)

#define ISOLATION_BYTES 16

#define INFO_PATH "/api/ledger"
#define SUBMIT_PATH "/api/sessions/submit"
#define BATCH_PATH "/api/sessions/batch"
#define CONSISTENCY_PATH "/api/log/consistency"
#define BALANCE_PATH "/api/sessions/balance"
#define LIST_PATH "/api/sessions/by-client/list"

struct _TropeaLedgerClient
{
  GObject          parent_instance;

  TropeaLedgerUrl *url;         /* (owned) */
  SoupSession     *session;     /* (owned) (nullable): made when it is needed */
  char            *isolation;   /* (owned): random, the SOCKS user name and password */
  guint            socks_port;
  guint            timeout_ms;
};

typedef enum
{
  PROP_SOCKS_PORT = 1,
} TropeaLedgerClientProperty;

typedef struct
{
  SoupMessage  *message;        /* (owned) */
  TropeaRecord *records;        /* (owned) (nullable) */
  gsize         n_records;
  guint8        challenge[TROPEA_PROOF_CHALLENGE_BYTES];
  gint64        retry_after_s;
  TropeaLedgerFigures figures;
  gint64        before_seq;
  gboolean      is_end;
} Call;

G_DEFINE_FINAL_TYPE (TropeaLedgerClient, tropea_ledger_client, G_TYPE_OBJECT)
G_DEFINE_QUARK (tropea-ledger-client-error-quark, tropea_ledger_client_error)

static GParamSpec *properties[PROP_SOCKS_PORT + 1];

static void
call_free (Call *self)
{
  g_clear_object (&self->message);
  g_free (self->records);
  g_free (self);
}

static SoupSession *
get_session (TropeaLedgerClient  *self,
             GError             **error)
{
  if (self->url->is_remote && self->socks_port == 0)
    {
      tropea_ledger_error_set_needs_tor (self->url->url, error);
      return NULL;
    }

  if (self->session == NULL)
    self->session = tropea_ledger_session_new (self->url, self->socks_port,
                                               self->isolation);

  return self->session;
}

static const char *
get_url (GTask *task)
{
  return tropea_ledger_client_get_url (g_task_get_source_object (task));
}

static GBytes *
finish_exchange (GTask         *task,
                 GObject       *session,
                 GAsyncResult  *result,
                 GError       **error)
{
  g_autoptr(GError) cause = NULL;
  Call *call = g_task_get_task_data (task);
  GBytes *body = tropea_ledger_exchange_finish (SOUP_SESSION (session), result, &cause);

  if (body == NULL)
    {
      tropea_ledger_error_set_transport (get_url (task), cause, error);
      return NULL;
    }

  call->retry_after_s = tropea_ledger_answer_parse_retry (
      soup_message_headers_get_one (soup_message_get_response_headers (call->message),
                                    "Retry-After"));

  return body;
}

/* The body of an answer with status 200, or NULL where the task was given an error. */
static GBytes *
take_good_answer (GTask        *task,
                  GObject      *session,
                  GAsyncResult *result)
{
  g_autoptr(GBytes) body = NULL;
  g_autoptr(GError) error = NULL;
  Call *call = g_task_get_task_data (task);

  body = finish_exchange (task, session, result, &error);
  if (body != NULL && soup_message_get_status (call->message) != SOUP_STATUS_OK)
    tropea_ledger_error_set_status (get_url (task), soup_message_get_status (call->message),
                                    body, &error);

  if (error == NULL)
    return g_steal_pointer (&body);

  g_task_return_error (task, g_steal_pointer (&error));
  return NULL;
}

/* @cause: (transfer full) */
static void
return_nonsense (GTask  *task,
                 GError *cause)
{
  GError *error = NULL;

  tropea_ledger_error_set_nonsense (get_url (task), cause->message, &error);
  g_error_free (cause);
  g_task_return_error (task, error);
}

static GTask *
new_call (TropeaLedgerClient  *self,
          const char          *method,
          const char          *target,
          GCancellable        *cancellable,
          GAsyncReadyCallback  callback,
          gpointer             user_data)
{
  g_autofree char *url = g_strconcat (self->url->base, target, NULL);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Call *call = g_new0 (Call, 1);

  g_task_set_task_data (task, call, (GDestroyNotify) call_free);
  call->message = soup_message_new (method, url);
  soup_message_add_flags (call->message, SOUP_MESSAGE_NO_REDIRECT);

  /* Requests are rare: a kept connection would mostly be one that the other side has closed. */
  soup_message_headers_append (soup_message_get_request_headers (call->message),
                               "Connection", "close");

  return task;
}

/* @task: (transfer full) */
static void
send_call (GTask               *task,
           GAsyncReadyCallback  callback)
{
  TropeaLedgerClient *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);
  GError *error = NULL;
  SoupSession *session = get_session (self, &error);

  if (session == NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }

  tropea_ledger_exchange_async (session, call->message, self->timeout_ms,
                                g_task_get_cancellable (task), callback, task);
}

static void
tropea_ledger_client_get_property (GObject    *object,
                                   guint       prop_id,
                                   GValue     *value,
                                   GParamSpec *pspec)
{
  TropeaLedgerClient *self = TROPEA_LEDGER_CLIENT (object);

  switch ((TropeaLedgerClientProperty) prop_id)
    {
    case PROP_SOCKS_PORT:
      g_value_set_uint (value, self->socks_port);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_ledger_client_finalize (GObject *object)
{
  TropeaLedgerClient *self = TROPEA_LEDGER_CLIENT (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->url, tropea_ledger_url_free);
  g_clear_pointer (&self->isolation, g_free);

  G_OBJECT_CLASS (tropea_ledger_client_parent_class)->finalize (object);
}

static void
tropea_ledger_client_class_init (TropeaLedgerClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tropea_ledger_client_get_property;
  object_class->finalize = tropea_ledger_client_finalize;

  /**
   * TropeaLedgerClient:socks-port:
   *
   * Where our tor listens, 0 while it does not.
   */
  properties[PROP_SOCKS_PORT] =
    g_param_spec_uint ("socks-port", NULL, NULL, 0, G_MAXUINT16, 0,
                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tropea_ledger_client_init (TropeaLedgerClient *self)
{
  guint8 random[ISOLATION_BYTES] = { 0 };

  randombytes_buf (random, sizeof random);
  self->isolation = tropea_hex_encode (random, sizeof random);
  self->timeout_ms = DEFAULT_TIMEOUT_MS;
}

/**
 * tropea_ledger_client_new:
 * @url: "unix:PATH", "http://HOST[:PORT]" or "https://HOST[:PORT]"
 *
 * Returns: (transfer full): a client, or NULL with TROPEA_LEDGER_CLIENT_ERROR_INVALID_URL
 */
TropeaLedgerClient *
tropea_ledger_client_new (const char  *url,
                          GError     **error)
{
  g_autoptr(TropeaLedgerUrl) parsed = NULL;
  TropeaLedgerClient *self = NULL;

  g_return_val_if_fail (url != NULL, NULL);

  parsed = tropea_ledger_url_parse (url, error);
  if (parsed == NULL)
    return NULL;

  self = g_object_new (TROPEA_TYPE_LEDGER_CLIENT, NULL);
  self->url = g_steal_pointer (&parsed);

  return self;
}

/**
 * tropea_ledger_client_set_socks_port:
 * @socks_port: our tor's, or 0 while it does not run
 */
void
tropea_ledger_client_set_socks_port (TropeaLedgerClient *self,
                                     guint               socks_port)
{
  g_return_if_fail (TROPEA_IS_LEDGER_CLIENT (self));
  g_return_if_fail (socks_port <= G_MAXUINT16);

  if (self->socks_port == socks_port)
    return;

  self->socks_port = socks_port;
  g_clear_object (&self->session);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SOCKS_PORT]);
}

/**
 * tropea_ledger_client_set_timeout:
 * @timeout_ms: for one request, to the last byte of its answer
 */
void
tropea_ledger_client_set_timeout (TropeaLedgerClient *self,
                                  guint               timeout_ms)
{
  g_return_if_fail (TROPEA_IS_LEDGER_CLIENT (self));
  g_return_if_fail (timeout_ms > 0);

  self->timeout_ms = timeout_ms;
}

/**
 * tropea_ledger_client_is_remote:
 *
 * Returns: whether the ledger is reached through tor only
 */
gboolean
tropea_ledger_client_is_remote (TropeaLedgerClient *self)
{
  g_return_val_if_fail (TROPEA_IS_LEDGER_CLIENT (self), TRUE);

  return self->url->is_remote;
}

/**
 * tropea_ledger_client_get_url:
 *
 * Returns: (transfer none): the URL in its one spelling
 */
const char *
tropea_ledger_client_get_url (TropeaLedgerClient *self)
{
  g_return_val_if_fail (TROPEA_IS_LEDGER_CLIENT (self), NULL);

  return self->url->url;
}

static void
info_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GBytes) body = NULL;
  GError *error = NULL;
  Call *call = g_task_get_task_data (task);
  TropeaLedgerInfo *info = NULL;

  body = take_good_answer (task, object, result);
  if (body == NULL)
    return;

  info = tropea_ledger_answer_parse_info (body, call->challenge, &error);
  if (info == NULL)
    return_nonsense (task, error);
  else
    g_task_return_pointer (task, info, (GDestroyNotify) tropea_ledger_info_free);
}

/**
 * tropea_ledger_client_info_async:
 *
 * Ask for the ledger's name and key, and check that it has the key: it signs a challenge that
 * nobody has seen before.
 */
void
tropea_ledger_client_info_async (TropeaLedgerClient  *self,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  guint8 challenge[TROPEA_PROOF_CHALLENGE_BYTES] = { 0 };
  g_autofree char *hex = NULL;
  g_autofree char *target = NULL;
  GTask *task = NULL;
  Call *call = NULL;

  g_return_if_fail (TROPEA_IS_LEDGER_CLIENT (self));

  randombytes_buf (challenge, sizeof challenge);
  hex = tropea_hex_encode (challenge, sizeof challenge);
  target = g_strconcat (INFO_PATH "?challenge=", hex, NULL);

  task = new_call (self, SOUP_METHOD_GET, target, cancellable, callback, user_data);
  g_task_set_source_tag (task, tropea_ledger_client_info_async);
  call = g_task_get_task_data (task);
  memcpy (call->challenge, challenge, sizeof challenge);
  send_call (task, info_cb);
}

TropeaLedgerInfo *
tropea_ledger_client_info_finish (TropeaLedgerClient  *self,
                                  GAsyncResult        *result,
                                  GError             **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
batch_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GBytes) body = NULL;
  GError *error = NULL;
  Call *call = g_task_get_task_data (task);
  GPtrArray *verdicts = NULL;

  body = take_good_answer (task, object, result);
  if (body == NULL)
    return;

  verdicts = tropea_ledger_answer_parse_batch (body, call->records, call->n_records, &error);
  if (verdicts == NULL)
    return_nonsense (task, error);
  else
    g_task_return_pointer (task, verdicts, (GDestroyNotify) g_ptr_array_unref);
}

/* The statuses that judge the one session in the request; others judge the request. */
static gboolean
is_verdict_status (guint status)
{
  return status == SOUP_STATUS_OK || status == SOUP_STATUS_BAD_REQUEST ||
         status == SOUP_STATUS_UNAUTHORIZED || status == SOUP_STATUS_CONFLICT ||
         status == SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE ||
         status == SOUP_STATUS_UNPROCESSABLE_ENTITY;
}

static void
submit_one_cb (GObject      *object,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GBytes) body = NULL;
  GError *error = NULL;
  Call *call = g_task_get_task_data (task);
  guint status = soup_message_get_status (call->message);
  TropeaVerdict *verdict = NULL;
  GPtrArray *verdicts = NULL;

  body = finish_exchange (task, object, result, &error);
  if (body != NULL && !is_verdict_status (status))
    tropea_ledger_error_set_status (get_url (task), status, body, &error);
  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  verdict = status == SOUP_STATUS_OK
              ? tropea_ledger_answer_parse_receipt (body, call->records, &error)
              : tropea_ledger_answer_parse_problem (body, status, &error);
  if (verdict == NULL)
    {
      return_nonsense (task, error);
      return;
    }

  verdicts = g_ptr_array_new_with_free_func ((GDestroyNotify) tropea_verdict_free);
  g_ptr_array_add (verdicts, verdict);
  g_task_return_pointer (task, verdicts, (GDestroyNotify) g_ptr_array_unref);
}

/**
 * tropea_ledger_client_submit_async:
 * @records: (array length=n_records): signed
 * @n_records: 1 to TROPEA_RECORD_MAX_BATCH; a single one goes to the endpoint for single ones,
 *   so that it also gets a verdict from a ledger that refused the batch it was in
 */
void
tropea_ledger_client_submit_async (TropeaLedgerClient  *self,
                                   const TropeaRecord  *records,
                                   gsize                n_records,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  gboolean is_single = n_records == 1;
  g_autoptr(GBytes) body = NULL;
  GTask *task = NULL;
  Call *call = NULL;
  char *json = NULL;

  g_return_if_fail (TROPEA_IS_LEDGER_CLIENT (self));
  g_return_if_fail (records != NULL);
  g_return_if_fail (n_records >= 1 && n_records <= TROPEA_RECORD_MAX_BATCH);

  task = new_call (self, SOUP_METHOD_POST, is_single ? SUBMIT_PATH : BATCH_PATH,
                   cancellable, callback, user_data);
  g_task_set_source_tag (task, tropea_ledger_client_submit_async);
  call = g_task_get_task_data (task);
  call->records = g_memdup2 (records, n_records * sizeof *records);
  call->n_records = n_records;

  json = is_single ? tropea_record_to_json (records)
                   : tropea_record_batch_to_json (records, n_records);
  body = g_bytes_new_take (json, strlen (json));
  soup_message_set_request_body_from_bytes (call->message, "application/json", body);
  send_call (task, is_single ? submit_one_cb : batch_cb);
}

GPtrArray *
tropea_ledger_client_submit_finish (TropeaLedgerClient  *self,
                                    GAsyncResult        *result,
                                    gint64              *retry_after_s,
                                    GError             **error)
{
  Call *call = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  call = g_task_get_task_data (G_TASK (result));
  if (retry_after_s != NULL)
    *retry_after_s = call->retry_after_s;

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
consistency_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GBytes) body = NULL;
  GError *error = NULL;
  GBytes *proof = NULL;

  body = take_good_answer (task, object, result);
  if (body == NULL)
    return;

  proof = tropea_ledger_answer_parse_proof (body, &error);
  if (proof == NULL)
    return_nonsense (task, error);
  else
    g_task_return_pointer (task, proof, (GDestroyNotify) g_bytes_unref);
}

/**
 * tropea_ledger_client_consistency_async:
 * @from: not more than @size
 */
void
tropea_ledger_client_consistency_async (TropeaLedgerClient  *self,
                                        guint64              from,
                                        guint64              size,
                                        GCancellable        *cancellable,
                                        GAsyncReadyCallback  callback,
                                        gpointer             user_data)
{
  g_autofree char *target = g_strdup_printf (CONSISTENCY_PATH "?from=%" G_GUINT64_FORMAT
                                             "&size=%" G_GUINT64_FORMAT, from, size);
  GTask *task = NULL;

  g_return_if_fail (TROPEA_IS_LEDGER_CLIENT (self));
  g_return_if_fail (from <= size);

  task = new_call (self, SOUP_METHOD_GET, target, cancellable, callback, user_data);
  g_task_set_source_tag (task, tropea_ledger_client_consistency_async);
  send_call (task, consistency_cb);
}

GBytes *
tropea_ledger_client_consistency_finish (TropeaLedgerClient  *self,
                                         GAsyncResult        *result,
                                         GError             **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static char *
dup_read_target (const char   *path,
                 const guint8 *client_pub)
{
  g_autofree char *key = tropea_base64_encode (client_pub, TROPEA_RECORD_PUBLIC_KEY_BYTES);
  g_autofree char *escaped = g_uri_escape_string (key, NULL, FALSE);

  return g_strconcat (path, "?clientPub=", escaped, NULL);
}

static GTask *
new_read (TropeaLedgerClient  *self,
          const char          *target,
          const char          *read_proof,
          GCancellable        *cancellable,
          GAsyncReadyCallback  callback,
          gpointer             user_data)
{
  GTask *task = new_call (self, SOUP_METHOD_GET, target, cancellable, callback, user_data);
  Call *call = g_task_get_task_data (task);

  soup_message_headers_append (soup_message_get_request_headers (call->message),
                               "Authorization", read_proof);

  return task;
}

/**
 * tropea_ledger_client_dup_balance_target:
 * @client_pub: TROPEA_RECORD_PUBLIC_KEY_BYTES
 *
 * Returns: (transfer full): path and query of the balance, for the proof and for the request
 */
char *
tropea_ledger_client_dup_balance_target (const guint8 *client_pub)
{
  g_return_val_if_fail (client_pub != NULL, NULL);

  return dup_read_target (BALANCE_PATH, client_pub);
}

static void
balance_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GBytes) body = NULL;
  GError *error = NULL;
  Call *call = g_task_get_task_data (task);

  body = take_good_answer (task, object, result);
  if (body == NULL)
    return;

  if (!tropea_ledger_answer_parse_balance (body, &call->figures, &error))
    return_nonsense (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * tropea_ledger_client_balance_async:
 * @target: from tropea_ledger_client_dup_balance_target ()
 * @read_proof: the Authorization header for exactly this @target
 */
void
tropea_ledger_client_balance_async (TropeaLedgerClient  *self,
                                    const char          *target,
                                    const char          *read_proof,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  GTask *task = NULL;

  g_return_if_fail (TROPEA_IS_LEDGER_CLIENT (self));
  g_return_if_fail (target != NULL && target[0] == '/');
  g_return_if_fail (read_proof != NULL);

  task = new_read (self, target, read_proof, cancellable, callback, user_data);
  g_task_set_source_tag (task, tropea_ledger_client_balance_async);
  send_call (task, balance_cb);
}

gboolean
tropea_ledger_client_balance_finish (TropeaLedgerClient   *self,
                                     GAsyncResult         *result,
                                     TropeaLedgerFigures  *figures,
                                     GError              **error)
{
  Call *call = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;

  call = g_task_get_task_data (G_TASK (result));
  *figures = call->figures;
  return TRUE;
}

/**
 * tropea_ledger_client_dup_list_target:
 * @client_pub: TROPEA_RECORD_PUBLIC_KEY_BYTES
 * @before_seq: of the last session of the page before, 0 for the first page
 *
 * Returns: (transfer full): path and query of the page, for the proof and for the request
 */
char *
tropea_ledger_client_dup_list_target (const guint8 *client_pub,
                                      gint64        before_seq)
{
  g_autofree char *target = NULL;

  g_return_val_if_fail (client_pub != NULL, NULL);
  g_return_val_if_fail (before_seq >= 0, NULL);

  target = dup_read_target (LIST_PATH, client_pub);
  if (before_seq == 0)
    return g_strdup_printf ("%s&limit=%d", target, TROPEA_LEDGER_ANSWER_LIST_LENGTH);

  return g_strdup_printf ("%s&before=%" G_GINT64_FORMAT "&limit=%d", target, before_seq,
                          TROPEA_LEDGER_ANSWER_LIST_LENGTH);
}

static void
list_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GBytes) body = NULL;
  GError *error = NULL;
  Call *call = g_task_get_task_data (task);
  GArray *listed = NULL;

  body = take_good_answer (task, object, result);
  if (body == NULL)
    return;

  listed = tropea_ledger_answer_parse_list (body, call->before_seq, &call->is_end, &error);
  if (listed == NULL)
    return_nonsense (task, error);
  else
    g_task_return_pointer (task, listed, (GDestroyNotify) g_array_unref);
}

/**
 * tropea_ledger_client_list_async:
 * @target: from tropea_ledger_client_dup_list_target ()
 * @before_seq: as it is in @target
 * @read_proof: the Authorization header for exactly this @target
 */
void
tropea_ledger_client_list_async (TropeaLedgerClient  *self,
                                 const char          *target,
                                 gint64               before_seq,
                                 const char          *read_proof,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  GTask *task = NULL;
  Call *call = NULL;

  g_return_if_fail (TROPEA_IS_LEDGER_CLIENT (self));
  g_return_if_fail (target != NULL && target[0] == '/');
  g_return_if_fail (read_proof != NULL);

  task = new_read (self, target, read_proof, cancellable, callback, user_data);
  g_task_set_source_tag (task, tropea_ledger_client_list_async);
  call = g_task_get_task_data (task);
  call->before_seq = before_seq;
  send_call (task, list_cb);
}

GArray *
tropea_ledger_client_list_finish (TropeaLedgerClient  *self,
                                  GAsyncResult        *result,
                                  gboolean            *is_end,
                                  GError             **error)
{
  Call *call = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  call = g_task_get_task_data (G_TASK (result));
  *is_end = call->is_end;

  return g_task_propagate_pointer (G_TASK (result), error);
}
