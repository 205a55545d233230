/* tropea-api-client.c: asks a running Tropea through its socket
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-api-client"

#include "config.h"

#include "cli/tropea-api-client.h"

#include "base/tropea-json.h"
#include "submit/tropea-ledger-exchange.h"
#include "submit/tropea-ledger-session.h"

#include <string.h>

/* The way to a socket and the bounds of an exchange are the ledger client's. Every failure gets
 * the meaning that an exit status has; the sentence of a refusal is Tropea's own.
 */

#define HOST "http://localhost"
#define LONGEST_DETAIL_BYTES 4096

/* A head of a stream comes at once; the rest as long as it likes. */
#define EVENTS_PATH "/api/tor/events"

struct _TropeaApiClient
{
  GObject       parent_instance;

  char         *socket_path;  /* (owned) */
  SoupSession  *session;      /* (owned) */
  SoupSession  *listener;     /* (owned): the stream keeps its one connection */
  JsonObject   *problem;      /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (TropeaApiClient, tropea_api_client, G_TYPE_OBJECT)
G_DEFINE_QUARK (tropea-api-client-error-quark, tropea_api_client_error)

static void
set_problem (TropeaApiClient *self,
             JsonObject      *problem)
{
  g_clear_pointer (&self->problem, json_object_unref);
  self->problem = problem;
}

/* @inner: (transfer full): of the connection */
static GError *
translate (TropeaApiClient *self,
           GError          *inner)
{
  g_autoptr(GError) owned = inner;

  if (g_error_matches (inner, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_steal_pointer (&owned);

  if (g_error_matches (inner, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) ||
      g_error_matches (inner, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    return g_error_new_literal (TROPEA_API_CLIENT_ERROR, TROPEA_API_CLIENT_ERROR_NO_TROPEA,
                                "No Tropea is running: open its window, or start one with "
                                "“tropeactl run”");

  if (g_error_matches (inner, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    return g_error_new (TROPEA_API_CLIENT_ERROR, TROPEA_API_CLIENT_ERROR_FAILED,
                        "The socket “%s” is not open to you: ask as the user whose Tropea it is",
                        self->socket_path);

  if (g_error_matches (inner, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return g_error_new_literal (TROPEA_API_CLIENT_ERROR, TROPEA_API_CLIENT_ERROR_FAILED,
                                "Tropea runs but does not answer: try again, or stop and start "
                                "it");

  if (g_error_matches (inner, SOUP_SESSION_ERROR, SOUP_SESSION_ERROR_PARSING) ||
      g_error_matches (inner, SOUP_SESSION_ERROR, SOUP_SESSION_ERROR_ENCODING) ||
      g_error_matches (inner, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE) ||
      g_error_matches (inner, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT))
    return g_error_new (TROPEA_API_CLIENT_ERROR, TROPEA_API_CLIENT_ERROR_FAILED,
                        "What answers at “%s” is not Tropea: name its socket with --api-socket",
                        self->socket_path);

  return g_error_new_literal (TROPEA_API_CLIENT_ERROR, TROPEA_API_CLIENT_ERROR_ENDED,
                              "Tropea ended before it answered: start it again");
}

/* @body: of an answer that is no success */
static GError *
new_refusal (TropeaApiClient *self,
             guint            status,
             GBytes          *body)
{
  gsize length_bytes = 0;
  const char *data = g_bytes_get_data (body, &length_bytes);
  JsonObject *problem = tropea_json_parse_object (data != NULL ? data : "", length_bytes, NULL);
  const char *detail = NULL;

  if (problem == NULL ||
      !tropea_json_get_string (problem, "detail", LONGEST_DETAIL_BYTES, &detail, NULL))
    {
      g_clear_pointer (&problem, json_object_unref);
      return g_error_new (TROPEA_API_CLIENT_ERROR, TROPEA_API_CLIENT_ERROR_FAILED,
                          "What answers at “%s” is not Tropea: name its socket with "
                          "--api-socket", self->socket_path);
    }

  set_problem (self, problem);

  return g_error_new_literal (TROPEA_API_CLIENT_ERROR,
                              status < 500 ? TROPEA_API_CLIENT_ERROR_REFUSED
                                           : TROPEA_API_CLIENT_ERROR_FAILED,
                              detail);
}

static void
tropea_api_client_dispose (GObject *object)
{
  TropeaApiClient *self = TROPEA_API_CLIENT (object);

  g_clear_object (&self->session);
  g_clear_object (&self->listener);

  G_OBJECT_CLASS (tropea_api_client_parent_class)->dispose (object);
}

static void
tropea_api_client_finalize (GObject *object)
{
  TropeaApiClient *self = TROPEA_API_CLIENT (object);

  g_clear_pointer (&self->problem, json_object_unref);
  g_clear_pointer (&self->socket_path, g_free);

  G_OBJECT_CLASS (tropea_api_client_parent_class)->finalize (object);
}

static void
tropea_api_client_class_init (TropeaApiClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tropea_api_client_dispose;
  object_class->finalize = tropea_api_client_finalize;
}

static void
tropea_api_client_init (TropeaApiClient *self)
{
}

/**
 * tropea_api_client_new:
 * @socket_path: where Tropea would listen
 */
TropeaApiClient *
tropea_api_client_new (const char *socket_path)
{
  TropeaApiClient *self = NULL;
  TropeaLedgerUrl url = { .is_remote = FALSE };

  g_return_val_if_fail (socket_path != NULL, NULL);

  self = g_object_new (TROPEA_TYPE_API_CLIENT, NULL);
  self->socket_path = g_canonicalize_filename (socket_path, NULL);
  url.socket_path = self->socket_path;
  self->session = tropea_ledger_session_new (&url, 0, "");
  self->listener = tropea_ledger_session_new (&url, 0, "");

  return self;
}

static void
answered_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GBytes) body = NULL;
  TropeaApiClient *self = g_task_get_source_object (task);
  SoupMessage *message = g_task_get_task_data (task);
  guint status = soup_message_get_status (message);
  JsonObject *answer = NULL;
  GError *error = NULL;
  const char *data = NULL;
  gsize length_bytes = 0;

  body = tropea_ledger_exchange_finish (SOUP_SESSION (object), result, &error);
  if (body == NULL)
    {
      g_task_return_error (task, translate (self, error));
      return;
    }

  if (!SOUP_STATUS_IS_SUCCESSFUL (status))
    {
      g_task_return_error (task, new_refusal (self, status, body));
      return;
    }

  data = g_bytes_get_data (body, &length_bytes);
  answer = tropea_json_parse_object (data != NULL ? data : "", length_bytes, NULL);
  if (answer == NULL)
    g_task_return_error (task, new_refusal (self, status, body));
  else
    g_task_return_pointer (task, answer, (GDestroyNotify) json_object_unref);
}

/**
 * tropea_api_client_ask_async:
 *
 * Send one request. Errors are TROPEA_API_CLIENT_ERROR, and G_IO_ERROR_CANCELLED.
 */
void
tropea_api_client_ask_async (TropeaApiClient      *self,
                             const char           *method,
                             const char           *path,
                             JsonObject           *body,
                             guint                 timeout_ms,
                             GCancellable         *cancellable,
                             GAsyncReadyCallback   callback,
                             gpointer              user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autofree char *url = g_strconcat (HOST, path, NULL);
  SoupMessage *message = NULL;

  g_return_if_fail (TROPEA_IS_API_CLIENT (self));
  g_return_if_fail (path != NULL && *path == '/');

  message = soup_message_new (method, url);
  if (body != NULL)
    {
      char *text = tropea_json_to_string (body);
      g_autoptr(GBytes) bytes = g_bytes_new_take (text, strlen (text));

      soup_message_set_request_body_from_bytes (message, "application/json", bytes);
    }

  set_problem (self, NULL);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, tropea_api_client_ask_async);
  g_task_set_task_data (task, message, g_object_unref);
  tropea_ledger_exchange_async (self->session, message, timeout_ms, cancellable, answered_cb,
                                g_steal_pointer (&task));
}

/**
 * tropea_api_client_ask_finish:
 *
 * Returns: (transfer full): the answer of a success
 */
JsonObject *
tropea_api_client_ask_finish (TropeaApiClient  *self,
                              GAsyncResult     *result,
                              guint            *status,
                              GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  if (status != NULL)
    *status = soup_message_get_status (g_task_get_task_data (G_TASK (result)));

  return g_task_propagate_pointer (G_TASK (result), error);
}

JsonObject *
tropea_api_client_get_problem (TropeaApiClient *self)
{
  g_return_val_if_fail (TROPEA_IS_API_CLIENT (self), NULL);

  return self->problem;
}

static void
refused_stream_cb (GObject      *object,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GBytes) body = NULL;
  TropeaApiClient *self = g_task_get_source_object (task);
  GError *error = NULL;

  body = g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, &error);
  if (body == NULL)
    error = translate (self, error);
  else
    error = new_refusal (self, soup_message_get_status (g_task_get_task_data (task)), body);
  g_task_return_error (task, error);
}

static void
listening_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GInputStream) stream = NULL;
  TropeaApiClient *self = g_task_get_source_object (task);
  SoupMessage *message = g_task_get_task_data (task);
  GError *error = NULL;

  stream = soup_session_send_finish (SOUP_SESSION (object), result, &error);
  if (stream == NULL)
    {
      g_task_return_error (task, translate (self, error));
      return;
    }

  if (soup_message_get_status (message) == SOUP_STATUS_OK)
    {
      g_task_return_pointer (task, g_steal_pointer (&stream), g_object_unref);
      return;
    }

  /* A problem is short, and comes at once. */
  g_input_stream_read_bytes_async (stream, LONGEST_DETAIL_BYTES, G_PRIORITY_DEFAULT,
                                   g_task_get_cancellable (task), refused_stream_cb,
                                   g_steal_pointer (&task));
}

/**
 * tropea_api_client_listen_async:
 *
 * Open the stream of events. Errors are those of tropea_api_client_ask_async ().
 */
void
tropea_api_client_listen_async (TropeaApiClient      *self,
                                GCancellable         *cancellable,
                                GAsyncReadyCallback   callback,
                                gpointer              user_data)
{
  g_autoptr(GTask) task = NULL;
  SoupMessage *message = NULL;

  g_return_if_fail (TROPEA_IS_API_CLIENT (self));

  message = soup_message_new (SOUP_METHOD_GET, HOST EVENTS_PATH);
  soup_message_headers_append (soup_message_get_request_headers (message), "Accept",
                               "text/event-stream");
  set_problem (self, NULL);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, tropea_api_client_listen_async);
  g_task_set_task_data (task, message, g_object_unref);
  soup_session_send_async (self->listener, message, G_PRIORITY_DEFAULT, cancellable, listening_cb,
                           g_steal_pointer (&task));
}

GInputStream *
tropea_api_client_listen_finish (TropeaApiClient  *self,
                                 GAsyncResult     *result,
                                 GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
