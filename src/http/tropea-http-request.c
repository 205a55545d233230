/* tropea-http-request.c: one request, from its first line to its answer
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-http"

#include "config.h"

#include "http/tropea-http-request-private.h"

#include <string.h>
#include <sys/socket.h>

#include "base/tropea-json.h"
#include "http/tropea-http-problem.h"
#include "http/tropea-http-source.h"
#include "http/tropea-http-stream-private.h"
#include "http/tropea-http-watch.h"

/* libmicrohttpd asks for the answer on the connection's own thread. An answer that comes from
 * another thread, or later, is kept here and the connection, suspended meanwhile, is woken to
 * fetch it. Only the first answer counts. Whoever answers later holds a reference; when the
 * client is gone by then, the answer goes nowhere.
 *
 * Target and body are the request's own and may be read from any thread; headers belong to
 * the connection and may be read in the handler only.
 */

struct _TropeaHttpRequest
{
  gatomicrefcount        ref_count;

  char                  *target;       /* (owned): path and query as they were sent */
  GByteArray            *body;         /* (owned) (nullable): until somebody asks for @bytes */
  GBytes                *bytes;        /* (owned) (nullable) */
  char                  *allow;        /* (owned) (nullable): methods, for 405 */
  gconstpointer          route;        /* (unowned) (nullable): NULL once it was followed */
  const char            *path;         /* (unowned) (nullable): the route's, static */
  gboolean               is_begun;
  gboolean               closes;

  GMutex                 mutex;        /* for what follows */
  struct MHD_Connection *connection;   /* (unowned) (nullable): NULL once it is over */
  GSource               *source;       /* (owned) (nullable): runs the daemon, see its file */
  struct MHD_Response   *response;     /* (owned) (nullable) */
  TropeaHttpStream      *stream;       /* (owned) (nullable): instead of a whole answer */
  const char            *challenge;    /* (unowned) (nullable): static */
  GPtrArray             *headers;      /* (owned) (nullable): of char*: names and values in turn */
  guint                  status;
  const char            *code;         /* (unowned) (nullable): of a problem, interned */
  const char            *rule;         /* (unowned) (nullable): the same */
  guint                  retry_after_s;
  const char            *caching;        /* (unowned) (nullable): static; NULL: keep nothing */
  gboolean               is_answered;
  gboolean               is_suspended;
};

G_DEFINE_BOXED_TYPE (TropeaHttpRequest, tropea_http_request,
                     tropea_http_request_ref, tropea_http_request_unref)

TropeaHttpRequest *
tropea_http_request_new (const char *target)
{
  TropeaHttpRequest *self = g_new0 (TropeaHttpRequest, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->mutex);
  self->target = g_strdup (target);
  self->body = g_byte_array_new ();

  return self;
}

TropeaHttpRequest *
tropea_http_request_ref (TropeaHttpRequest *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
tropea_http_request_unref (TropeaHttpRequest *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_pointer (&self->response, MHD_destroy_response);
  g_clear_pointer (&self->stream, tropea_http_stream_unref);
  g_clear_pointer (&self->source, g_source_unref);
  g_clear_pointer (&self->body, g_byte_array_unref);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  /* It may say whose sessions were asked for. */
  explicit_bzero (self->target, strlen (self->target));
  g_clear_pointer (&self->target, g_free);
  g_clear_pointer (&self->allow, g_free);
  g_clear_pointer (&self->headers, g_ptr_array_unref);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

gboolean
tropea_http_request_is_begun (TropeaHttpRequest *self)
{
  return self->is_begun;
}

void
tropea_http_request_begin (TropeaHttpRequest     *self,
                           struct MHD_Connection *connection,
                           GSource               *source)
{
  self->is_begun = TRUE;
  self->connection = connection;
  self->source = source != NULL ? g_source_ref (source) : NULL;
}

/* The connection is about to forget this request. */
void
tropea_http_request_end (TropeaHttpRequest *self)
{
  g_mutex_lock (&self->mutex);
  self->connection = NULL;
  self->is_suspended = FALSE;
  g_mutex_unlock (&self->mutex);

  if (self->stream != NULL)
    tropea_http_stream_detach (self->stream);
}

/* If it is answered by one: the stream sends what it has and comes to its end. */
void
tropea_http_request_end_stream (TropeaHttpRequest *self)
{
  if (self->stream != NULL)
    tropea_http_stream_end (self->stream);
}

gboolean
tropea_http_request_has_path (TropeaHttpRequest *self,
                              const char        *path)
{
  gsize length = strcspn (self->target, "?");
  gsize path_length = strlen (path);

  /* Everything below a folder. */
  if (g_str_has_suffix (path, "/*"))
    return length > path_length - 1 && memcmp (path, self->target, path_length - 1) == 0;

  return path_length == length && memcmp (path, self->target, length) == 0;
}

void
tropea_http_request_append_body (TropeaHttpRequest *self,
                                 const char        *data,
                                 gsize              size_bytes)
{
  g_byte_array_append (self->body, (const guint8 *) data, (guint) size_bytes);
}

void
tropea_http_request_set_route (TropeaHttpRequest *self,
                               gconstpointer      route)
{
  self->route = route;
}

gconstpointer
tropea_http_request_steal_route (TropeaHttpRequest *self)
{
  return g_steal_pointer (&self->route);
}

/* What follows on this connection cannot be trusted, or is not wanted. */
void
tropea_http_request_close_after (TropeaHttpRequest *self)
{
  self->closes = TRUE;
}

void
tropea_http_request_set_allow (TropeaHttpRequest *self,
                               const char        *methods)
{
  self->allow = g_strdup (methods);
}

void
tropea_http_request_set_path (TropeaHttpRequest *self,
                              const char        *path)
{
  self->path = path;
}

const char *
tropea_http_request_get_path (TropeaHttpRequest *self)
{
  return self->path;
}

guint
tropea_http_request_get_status (TropeaHttpRequest *self)
{
  guint status = 0;

  g_mutex_lock (&self->mutex);
  status = self->status;
  g_mutex_unlock (&self->mutex);

  return status;
}

/* Why it was refused, if it was; @rule: (out) (nullable). */
const char *
tropea_http_request_get_code (TropeaHttpRequest  *self,
                              const char        **rule)
{
  const char *code = NULL;

  g_mutex_lock (&self->mutex);
  code = self->code;
  *rule = self->rule;
  g_mutex_unlock (&self->mutex);

  return code;
}

gboolean
tropea_http_request_is_answered (TropeaHttpRequest *self)
{
  gboolean is_answered = FALSE;

  g_mutex_lock (&self->mutex);
  is_answered = self->is_answered;
  g_mutex_unlock (&self->mutex);

  return is_answered;
}

/* Give the connection its answer or put it to sleep until there is one. */
enum MHD_Result
tropea_http_request_queue_or_wait (TropeaHttpRequest *self)
{
  enum MHD_Result result = MHD_YES;

  g_mutex_lock (&self->mutex);
  if (self->response != NULL)
    {
      if (self->stream == NULL)
        tropea_http_connection_restart (tropea_http_connection_get (self->connection));
      else
        tropea_http_stream_attach (self->stream, self->connection);
      result = MHD_queue_response (self->connection, self->status, self->response);
      g_clear_pointer (&self->response, MHD_destroy_response);
    }
  else if (self->is_answered)
    result = MHD_NO;
  else
    {
      self->is_suspended = TRUE;
      MHD_suspend_connection (self->connection);
    }
  g_mutex_unlock (&self->mutex);

  return result;
}

/**
 * tropea_http_request_get_target:
 *
 * Returns: (transfer none): path and query exactly as they stand in the request line
 */
const char *
tropea_http_request_get_target (TropeaHttpRequest *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->target;
}

/**
 * tropea_http_request_get_body:
 *
 * Returns: (transfer none): empty where there was none
 */
GBytes *
tropea_http_request_get_body (TropeaHttpRequest *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->bytes == NULL)
    self->bytes = g_byte_array_free_to_bytes (g_steal_pointer (&self->body));

  return self->bytes;
}

/**
 * tropea_http_request_get_header:
 *
 * In the handler only.
 *
 * Returns: (transfer none) (nullable): the first header of that name
 */
const char *
tropea_http_request_get_header (TropeaHttpRequest *self,
                                const char        *name)
{
  g_return_val_if_fail (self != NULL && self->connection != NULL, NULL);

  return MHD_lookup_connection_value (self->connection, MHD_HEADER_KIND, name);
}

/**
 * tropea_http_request_dup_query:
 * @value: (out) (transfer full) (nullable): NULL where the query does not have @name
 *
 * Read one parameter of the query. "+" means itself; percent signs are resolved.
 *
 * Returns: FALSE where @name is there twice or does not decode to text
 */
gboolean
tropea_http_request_dup_query (TropeaHttpRequest *self,
                               const char        *name,
                               char             **value)
{
  const char *query = NULL;
  g_auto(GStrv) parts = NULL;
  g_autofree char *found = NULL;

  g_return_val_if_fail (self != NULL && name != NULL && value != NULL, FALSE);

  query = strchr (self->target, '?');
  parts = g_strsplit (query != NULL ? query + 1 : "", "&", -1);
  for (gsize i = 0; parts[i] != NULL; i++)
    {
      char *equals = strchr (parts[i], '=');

      if (equals != NULL)
        *equals = '\0';
      if (strcmp (parts[i], name) != 0)
        continue;
      if (found != NULL)
        return FALSE;

      found = g_uri_unescape_string (equals != NULL ? equals + 1 : "", NULL);
      if (found == NULL || !g_utf8_validate (found, -1, NULL))
        return FALSE;
    }

  *value = g_steal_pointer (&found);
  return TRUE;
}

static void
add_headers (TropeaHttpRequest   *self,
             struct MHD_Response *response,
             const char          *content_type)
{
  MHD_add_response_header (response, MHD_HTTP_HEADER_CONTENT_TYPE, content_type);
  MHD_add_response_header (response, MHD_HTTP_HEADER_CACHE_CONTROL,
                           self->caching != NULL ? self->caching : "no-store");
  MHD_add_response_header (response, "X-Content-Type-Options", "nosniff");
  if (self->challenge != NULL)
    MHD_add_response_header (response, MHD_HTTP_HEADER_WWW_AUTHENTICATE, self->challenge);
  if (self->allow != NULL)
    MHD_add_response_header (response, MHD_HTTP_HEADER_ALLOW, self->allow);
  for (guint i = 0; self->headers != NULL && i + 1 < self->headers->len; i += 2)
    MHD_add_response_header (response, g_ptr_array_index (self->headers, i),
                             g_ptr_array_index (self->headers, i + 1));
  if (self->closes)
    MHD_add_response_header (response, MHD_HTTP_HEADER_CONNECTION, "close");
}

static struct MHD_Response *
new_response (TropeaHttpRequest *self,
              const char        *content_type,
              gconstpointer      body,
              gsize              size_bytes)
{
  /* The library copies and only reads; its prototype does not say so. */
  struct MHD_Response *response = MHD_create_response_from_buffer (size_bytes, (void *) body,
                                                                   MHD_RESPMEM_MUST_COPY);

  if (response != NULL)
    add_headers (self, response, content_type);

  return response;
}

static void
add_retry_after (TropeaHttpRequest   *self,
                 struct MHD_Response *response)
{
  char text[16] = { 0 };
  guint seconds = self->retry_after_s;

  /* Each of the two passes by itself, and soon. */
  if (seconds == 0 && (self->status == MHD_HTTP_SERVICE_UNAVAILABLE ||
                       self->status == MHD_HTTP_TOO_MANY_REQUESTS))
    seconds = 1;
  if (seconds == 0 || response == NULL)
    return;

  g_snprintf (text, sizeof text, "%u", seconds);
  MHD_add_response_header (response, MHD_HTTP_HEADER_RETRY_AFTER, text);
}

/**
 * tropea_http_request_get_slot:
 *
 * In the handler only.
 *
 * Returns: (transfer none): a number that is the connection's for as long as it is open, 0 at
 *   first
 */
gint64 *
tropea_http_request_get_slot (TropeaHttpRequest *self)
{
  g_return_val_if_fail (self != NULL && self->connection != NULL, NULL);

  return tropea_http_connection_get_slot (tropea_http_connection_get (self->connection));
}

/**
 * tropea_http_request_get_peer_uid:
 * @uid: (out): who has connected
 *
 * In the handler only.
 *
 * Returns: FALSE where that is not known: it is for Unix sockets only
 */
gboolean
tropea_http_request_get_peer_uid (TropeaHttpRequest *self,
                                  uid_t             *uid)
{
  const union MHD_ConnectionInfo *info = NULL;
  struct ucred peer = { 0 };
  socklen_t size_bytes = sizeof peer;

  g_return_val_if_fail (self != NULL && self->connection != NULL && uid != NULL, FALSE);

  info = MHD_get_connection_info (self->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  if (info == NULL ||
      getsockopt (info->connect_fd, SOL_SOCKET, SO_PEERCRED, &peer, &size_bytes) != 0 ||
      peer.pid == 0)
    return FALSE;

  *uid = peer.uid;
  return TRUE;
}

/**
 * tropea_http_request_set_challenge:
 * @challenge: static; how to authenticate, for an answer of 401
 *
 * Before the answer.
 */
void
tropea_http_request_set_challenge (TropeaHttpRequest *self,
                                   const char        *challenge)
{
  g_return_if_fail (self != NULL);

  self->challenge = challenge;
}

/**
 * tropea_http_request_add_header:
 *
 * Beside those that each answer has. In the handler only, before the answer.
 */
void
tropea_http_request_add_header (TropeaHttpRequest *self,
                                const char        *name,
                                const char        *value)
{
  g_return_if_fail (self != NULL && name != NULL && value != NULL);

  if (self->headers == NULL)
    self->headers = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->headers, g_strdup (name));
  g_ptr_array_add (self->headers, g_strdup (value));
}

/**
 * tropea_http_request_get_cookie:
 *
 * In the handler only.
 *
 * Returns: (transfer none) (nullable): its value
 */
const char *
tropea_http_request_get_cookie (TropeaHttpRequest *self,
                                const char        *name)
{
  g_return_val_if_fail (self != NULL && self->connection != NULL && name != NULL, NULL);

  return MHD_lookup_connection_value (self->connection, MHD_COOKIE_KIND, name);
}

/**
 * tropea_http_request_set_retry_after:
 * @seconds: when the client should come back, whatever the answer's status
 *
 * From any thread, before the answer.
 */
void
tropea_http_request_set_retry_after (TropeaHttpRequest *self,
                                     guint              seconds)
{
  g_return_if_fail (self != NULL);

  g_mutex_lock (&self->mutex);
  self->retry_after_s = MAX (self->retry_after_s, seconds);
  g_mutex_unlock (&self->mutex);
}

/**
 * tropea_http_request_respond_stream:
 * @max_waiting: how many pieces wait for a slow reader at most
 *
 * Answer 200 with pieces that come one after the other. In the handler only.
 *
 * Returns: (transfer full) (nullable): to push them to; NULL where there was an answer already
 */
TropeaHttpStream *
tropea_http_request_respond_stream (TropeaHttpRequest *self,
                                    const char        *content_type,
                                    guint              max_waiting)
{
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = NULL;

  g_return_val_if_fail (self != NULL && content_type != NULL, NULL);

  locker = g_mutex_locker_new (&self->mutex);
  if (self->is_answered)
    return NULL;

  self->stream = tropea_http_stream_new (self->source, max_waiting);
  self->response = tropea_http_stream_new_response (self->stream);
  self->is_answered = TRUE;
  self->status = MHD_HTTP_OK;
  if (self->response != NULL)
    add_headers (self, self->response, content_type);

  return tropea_http_stream_ref (self->stream);
}

static void
respond (TropeaHttpRequest *self,
         guint              status,
         const char        *content_type,
         gconstpointer      body,
         gsize              size_bytes)
{
  g_mutex_lock (&self->mutex);
  if (!self->is_answered)
    {
      self->is_answered = TRUE;
      self->status = status;
      self->response = new_response (self, content_type, body, size_bytes);
      add_retry_after (self, self->response);
      if (self->is_suspended)
        {
          self->is_suspended = FALSE;
          MHD_resume_connection (self->connection);
          if (self->source != NULL)
            tropea_http_source_wake (self->source);
        }
    }
  g_mutex_unlock (&self->mutex);
}

/**
 * tropea_http_request_respond:
 *
 * Answer, from any thread. Only the first answer to a request counts. 429 and 503 say that the
 * client may come back after a second, where nothing else was set.
 */
void
tropea_http_request_respond (TropeaHttpRequest *self,
                             guint              status,
                             const char        *content_type,
                             const char        *body)
{
  g_return_if_fail (self != NULL && content_type != NULL && body != NULL);

  respond (self, status, content_type, body, strlen (body));
}

/**
 * tropea_http_request_respond_bytes:
 * @caching: static; the answer's Cache-Control
 *
 * Answer 200 with any bytes, from any thread.
 */
void
tropea_http_request_respond_bytes (TropeaHttpRequest *self,
                                   const char        *content_type,
                                   const char        *caching,
                                   GBytes            *body)
{
  gsize size_bytes = 0;
  gconstpointer data = NULL;

  g_return_if_fail (self != NULL && content_type != NULL && body != NULL);

  data = g_bytes_get_data (body, &size_bytes);
  self->caching = caching;
  respond (self, MHD_HTTP_OK, content_type, data, size_bytes);
}

/**
 * tropea_http_request_respond_json:
 *
 * Answer 200 with @object, from any thread.
 */
void
tropea_http_request_respond_json (TropeaHttpRequest *self,
                                  JsonObject        *object)
{
  g_autofree char *body = tropea_json_to_string (object);

  tropea_http_request_respond (self, MHD_HTTP_OK, "application/json", body);
}

/**
 * tropea_http_request_respond_problem:
 * @problem: (transfer none): from tropea_http_problem_new (); its status is the answer's
 */
void
tropea_http_request_respond_problem (TropeaHttpRequest *self,
                                     JsonObject        *problem)
{
  g_autofree char *body = tropea_json_to_string (problem);

  g_mutex_lock (&self->mutex);
  if (!self->is_answered)
    {
      /* Words of this program: there are few of them. */
      self->code = g_intern_string (json_object_get_string_member (problem, "code"));
      self->rule = g_intern_string (json_object_get_string_member_with_default (problem, "rule",
                                                                                NULL));
    }
  g_mutex_unlock (&self->mutex);

  tropea_http_request_respond (self, (guint) json_object_get_int_member (problem, "status"),
                               TROPEA_HTTP_PROBLEM_TYPE, body);
}

/**
 * tropea_http_request_fail:
 *
 * Answer with a problem document, from any thread.
 */
void
tropea_http_request_fail (TropeaHttpRequest *self,
                          guint              status,
                          const char        *code,
                          const char        *detail)
{
  g_autoptr(JsonObject) problem = tropea_http_problem_new (status, code, detail);

  tropea_http_request_respond_problem (self, problem);
}
