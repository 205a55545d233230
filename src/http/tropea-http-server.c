/* tropea-http-server.c: a small HTTP/1.1 server that refuses early
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-http"

#include "config.h"

#include "http/tropea-http-server.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/resource.h>

#include "http/tropea-http-guard.h"
#include "http/tropea-http-request-private.h"
#include "http/tropea-http-source.h"
#include "http/tropea-http-watch.h"

/* libmicrohttpd moves the bytes, on threads of its own or inside a GMainContext. Each request
 * passes the guard when its headers are complete, its body is gathered up to the route's
 * limit, and the handler is called once. Nothing about clients is logged.
 *
 * To stop: take no more connections, refuse new requests on those that are open, wait until
 * the answers that are under way have been sent, then end the daemon. libmicrohttpd must not
 * be ended with a suspended connection, so whoever is left at the deadline is answered 503.
 */

/* What libmicrohttpd refuses by itself it answers with a page of its own, so it is left as
 * little of that as can be: the guard looks for a missing host and a space in the target, and
 * a connection has memory for longer headers than the guard takes, also where they are many
 * short ones, for each of which some goes to the library. It is touched only as far as it is
 * needed, and above 32 KiB it is given back to the system with the connection, so that nothing
 * of a client stays in the process.
 */
#define MEMORY_PER_HEADER ((gsize) 8)

struct _TropeaHttpServer
{
  GObject                parent_instance;

  TropeaHttpLimits       limits;
  const TropeaHttpRoute *routes;     /* (unowned): static */
  gsize                  n_routes;
  gpointer               user_data;  /* (unowned) */
  TropeaHttpObserver     observer;   /* (nullable) */
  TropeaHttpAccess       access;     /* (nullable) */

  GMainContext          *context;    /* (owned) (nullable) */
  TropeaHttpListener    *listener;   /* (owned) (nullable) */
  struct MHD_Daemon     *daemon;     /* (owned) (nullable) */
  GSource               *source;     /* (owned) (nullable): where there are no threads */
  TropeaHttpWatch       *watch;      /* (owned) (nullable) */
  char                  *url;        /* (owned) (nullable) */
  guint                  port;

  GTask                 *stopping;   /* (owned) (nullable) */
  GSource               *deadline;   /* (owned) (nullable) */

  GMutex                 mutex;      /* for what follows */
  GHashTable            *requests;   /* (owned), of TropeaHttpRequest: begun and not over */
  gboolean               is_draining;
};

G_DEFINE_FINAL_TYPE (TropeaHttpServer, tropea_http_server, G_TYPE_OBJECT)

static gboolean finish_stop_cb (gpointer user_data);

static gboolean
track (TropeaHttpServer  *self,
       TropeaHttpRequest *request)
{
  gboolean is_draining = FALSE;

  g_mutex_lock (&self->mutex);
  g_hash_table_add (self->requests, tropea_http_request_ref (request));
  is_draining = self->is_draining;
  g_mutex_unlock (&self->mutex);

  return is_draining;
}

static void
untrack (TropeaHttpServer  *self,
         TropeaHttpRequest *request)
{
  gboolean is_last = FALSE;

  g_mutex_lock (&self->mutex);
  is_last = g_hash_table_remove (self->requests, request) && self->is_draining &&
            g_hash_table_size (self->requests) == 0;
  g_mutex_unlock (&self->mutex);

  if (is_last)
    {
      g_autoptr(GSource) source = g_idle_source_new ();

      g_source_set_callback (source, finish_stop_cb, g_object_ref (self), g_object_unref);
      g_source_attach (source, self->context);
    }
}

/* Called with the request line as it was sent; what it returns is the request's context. */
static void *
begin_cb (void                  *data,
          const char            *target,
          struct MHD_Connection *connection)
{
  return tropea_http_request_new (target);
}

static void
end_cb (void                            *data,
        struct MHD_Connection           *connection,
        void                           **context,
        enum MHD_RequestTerminationCode  code)
{
  TropeaHttpServer *self = data;
  g_autoptr(TropeaHttpRequest) request = g_steal_pointer (context);

  if (request == NULL)
    return;

  if (self->observer != NULL && tropea_http_request_is_begun (request))
    {
      const char *rule = NULL;
      const char *why = tropea_http_request_get_code (request, &rule);

      self->observer (tropea_http_request_get_path (request),
                      tropea_http_request_get_status (request), why, rule, self->user_data);
    }
  tropea_http_request_end (request);
  tropea_http_connection_restart (tropea_http_connection_get (connection));
  untrack (self, request);
}

static gboolean
is_crowded (TropeaHttpServer *self)
{
  return self->limits.crowd > 0 &&
         MHD_get_daemon_info (self->daemon,
                              MHD_DAEMON_INFO_CURRENT_CONNECTIONS)->num_connections >=
         self->limits.crowd;
}

static enum MHD_Result
check_headers (TropeaHttpServer      *self,
               TropeaHttpRequest     *request,
               struct MHD_Connection *connection,
               const char            *method,
               const char            *version)
{
  TropeaHttpGuardRequest guarded = { request, connection, method, version, self->access,
                                     self->user_data };
  gboolean is_draining = FALSE;
  TropeaHttpGuardVerdict verdict = TROPEA_HTTP_GUARD_CLOSE;

  tropea_http_request_begin (request, connection, self->source);
  is_draining = track (self, request);
  if (is_crowded (self))
    tropea_http_request_close_after (request);
  verdict = tropea_http_guard_check (&guarded, &self->limits, self->routes, self->n_routes,
                                     is_draining);

  return verdict == TROPEA_HTTP_GUARD_CLOSE ? tropea_http_request_queue_or_wait (request)
                                            : MHD_YES;
}

static enum MHD_Result
handle_cb (void                   *data,
           struct MHD_Connection  *connection,
           const char             *path,
           const char             *method,
           const char             *version,
           const char             *upload,
           size_t                 *upload_size,
           void                  **context)
{
  TropeaHttpServer *self = data;
  TropeaHttpRequest *request = *context;
  const TropeaHttpRoute *route = NULL;

  if (request == NULL)
    return MHD_NO;

  if (!tropea_http_request_is_begun (request))
    return check_headers (self, request, connection, method, version);

  if (*upload_size > 0)
    {
      /* The guard saw to it that this is no more than the route takes. */
      if (!tropea_http_request_is_answered (request))
        tropea_http_request_append_body (request, upload, *upload_size);
      *upload_size = 0;
      return MHD_YES;
    }

  route = tropea_http_request_steal_route (request);
  tropea_http_connection_wait (tropea_http_connection_get (connection));
  if (route != NULL && !tropea_http_request_is_answered (request))
    route->handler (request, self->user_data);

  return tropea_http_request_queue_or_wait (request);
}

static void
tropea_http_server_dispose (GObject *object)
{
  TropeaHttpServer *self = TROPEA_HTTP_SERVER (object);

  finish_stop_cb (self);

  G_OBJECT_CLASS (tropea_http_server_parent_class)->dispose (object);
}

static void
tropea_http_server_finalize (GObject *object)
{
  TropeaHttpServer *self = TROPEA_HTTP_SERVER (object);

  g_clear_pointer (&self->requests, g_hash_table_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_pointer (&self->url, g_free);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (tropea_http_server_parent_class)->finalize (object);
}

static void
tropea_http_server_class_init (TropeaHttpServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tropea_http_server_dispose;
  object_class->finalize = tropea_http_server_finalize;
}

static void
tropea_http_server_init (TropeaHttpServer *self)
{
  g_mutex_init (&self->mutex);
  self->requests = g_hash_table_new_full (NULL, NULL,
                                          (GDestroyNotify) tropea_http_request_unref, NULL);
}

/**
 * tropea_http_server_new:
 * @routes: (array length=n_routes): static
 * @user_data: for the routes' handlers; must outlive the server
 */
TropeaHttpServer *
tropea_http_server_new (const TropeaHttpLimits *limits,
                        const TropeaHttpRoute  *routes,
                        gsize                   n_routes,
                        gpointer                user_data)
{
  TropeaHttpServer *self = NULL;

  g_return_val_if_fail (limits != NULL, NULL);
  g_return_val_if_fail (routes != NULL || n_routes == 0, NULL);

  self = g_object_new (TROPEA_TYPE_HTTP_SERVER, NULL);
  self->limits = *limits;
  self->routes = routes;
  self->n_routes = n_routes;
  self->user_data = user_data;

  return self;
}

/**
 * tropea_http_server_set_observer:
 * @observer: gets the routes' user_data
 *
 * Before it listens.
 */
void
tropea_http_server_set_observer (TropeaHttpServer   *self,
                                 TropeaHttpObserver  observer)
{
  g_return_if_fail (TROPEA_IS_HTTP_SERVER (self) && self->url == NULL);

  self->observer = observer;
}

/**
 * tropea_http_server_set_access:
 * @access: gets the routes' user_data
 *
 * Before it listens.
 */
void
tropea_http_server_set_access (TropeaHttpServer *self,
                               TropeaHttpAccess  access)
{
  g_return_if_fail (TROPEA_IS_HTTP_SERVER (self) && self->url == NULL);

  self->access = access;
}

static struct MHD_Daemon *
start_daemon (TropeaHttpServer *self,
              int               fd)
{
  unsigned int flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME;
  struct MHD_OptionItem threads[] = {
    { MHD_OPTION_THREAD_POOL_SIZE, (intptr_t) self->limits.n_threads, NULL },
    { MHD_OPTION_END, 0, NULL },
  };

  if (self->limits.n_threads > 0)
    flags |= MHD_USE_INTERNAL_POLLING_THREAD;
  if (self->limits.n_threads <= 1)
    threads[0] = threads[1];

  return MHD_start_daemon (flags, 0, NULL, NULL, handle_cb, self,
                           MHD_OPTION_LISTEN_SOCKET, fd,
                           MHD_OPTION_URI_LOG_CALLBACK, begin_cb, self,
                           MHD_OPTION_NOTIFY_COMPLETED, end_cb, self,
                           MHD_OPTION_NOTIFY_CONNECTION, tropea_http_watch_connection_cb,
                           self->watch,
                           MHD_OPTION_CONNECTION_LIMIT, self->limits.max_connections,
                           MHD_OPTION_CONNECTION_TIMEOUT, self->limits.idle_timeout_s,
                           MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                           MEMORY_PER_HEADER * self->limits.max_header_bytes,
                           MHD_OPTION_STRICT_FOR_CLIENT, 0,
                           MHD_OPTION_ARRAY, threads,
                           MHD_OPTION_END);
}

typedef struct
{
  TropeaHttpServer  *server;       /* (unowned) */
  int                fd;           /* the daemon's, if there is one */
  struct MHD_Daemon *daemon;       /* (owned) (nullable) */
  int                saved_errno;
} Start;

/* A thread is as nice as the one that started it, and may become nicer by itself only. Where the
 * system forbids even that, the threads stay as they are. */
static gpointer
start_nicely (gpointer data)
{
  Start *start = data;
  int niceness = getpriority (PRIO_PROCESS, 0) + (int) start->server->limits.niceness;

  setpriority (PRIO_PROCESS, 0, niceness);
  start->daemon = start_daemon (start->server, start->fd);
  start->saved_errno = errno;

  return NULL;
}

/* Returns: (transfer full) (nullable): with errno set */
static struct MHD_Daemon *
start_threads (TropeaHttpServer *self,
               int               fd)
{
  Start start = { self, fd, NULL, 0 };

  if (self->limits.n_threads == 0 || self->limits.niceness == 0)
    return start_daemon (self, fd);

  g_thread_join (g_thread_new ("http-start", start_nicely, &start));
  errno = start.saved_errno;

  return start.daemon;
}

/**
 * tropea_http_server_listen:
 * @address: HOST:PORT or unix:PATH, see tropea_http_listener_open ()
 *
 * Start to serve; once.
 */
gboolean
tropea_http_server_listen (TropeaHttpServer  *self,
                           const char        *address,
                           GError           **error)
{
  g_autoptr(TropeaHttpListener) listener = NULL;

  g_return_val_if_fail (TROPEA_IS_HTTP_SERVER (self), FALSE);
  g_return_val_if_fail (self->url == NULL, FALSE);

  listener = tropea_http_listener_open (address, error);

  return listener != NULL && tropea_http_server_listen_on (self, listener, error);
}

/**
 * tropea_http_server_listen_on:
 * @listener: closed when the server stops
 *
 * Start to serve whoever has connected to @listener until now, and whoever will; once.
 */
gboolean
tropea_http_server_listen_on (TropeaHttpServer    *self,
                              TropeaHttpListener  *listener,
                              GError             **error)
{
  int fd = -1;

  g_return_val_if_fail (TROPEA_IS_HTTP_SERVER (self), FALSE);
  g_return_val_if_fail (TROPEA_IS_HTTP_LISTENER (listener) && self->url == NULL, FALSE);

  self->listener = g_object_ref (listener);
  self->context = g_main_context_ref_thread_default ();
  self->watch = tropea_http_watch_new (self->context, self->limits.request_timeout_s);

  /* The daemon owns what it is given. */
  fd = fcntl (tropea_http_listener_get_fd (self->listener), F_DUPFD_CLOEXEC, 3);
  self->daemon = fd >= 0 ? start_threads (self, fd) : NULL;
  if (self->daemon == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   "Could not start the HTTP server on %s: %s",
                   tropea_http_listener_get_url (listener), g_strerror (errno));
      if (fd >= 0)
        g_close (fd, NULL);
      g_clear_object (&self->listener);
      g_clear_pointer (&self->watch, tropea_http_watch_free);
      g_clear_pointer (&self->context, g_main_context_unref);
      return FALSE;
    }

  self->url = g_strdup (tropea_http_listener_get_url (self->listener));
  self->port = tropea_http_listener_get_port (self->listener);
  if (self->limits.n_threads == 0)
    {
      self->source = tropea_http_source_new (self->daemon);
      g_source_attach (self->source, self->context);
    }

  return TRUE;
}

/**
 * tropea_http_server_get_port:
 *
 * Returns: the port that it listens on, or 0 for a Unix socket
 */
guint
tropea_http_server_get_port (TropeaHttpServer *self)
{
  g_return_val_if_fail (TROPEA_IS_HTTP_SERVER (self), 0);

  return self->port;
}

/**
 * tropea_http_server_get_url:
 *
 * Returns: (nullable): "http://127.0.0.1:8080" or "unix:/path" once it listens
 */
const char *
tropea_http_server_get_url (TropeaHttpServer *self)
{
  g_return_val_if_fail (TROPEA_IS_HTTP_SERVER (self), NULL);

  return self->url;
}

/* Returns the number of requests that are under way. */
static guint
stop_accepting (TropeaHttpServer *self)
{
  guint n_requests = 0;
  int fd = -1;

  g_mutex_lock (&self->mutex);
  self->is_draining = TRUE;
  n_requests = g_hash_table_size (self->requests);
  g_mutex_unlock (&self->mutex);

  if (self->listener != NULL)
    {
      tropea_http_listener_close (self->listener);
      g_clear_object (&self->listener);
      fd = MHD_quiesce_daemon (self->daemon);
      if (fd >= 0)
        g_close (fd, NULL);
    }

  return n_requests;
}

static void
refuse_the_rest (TropeaHttpServer *self)
{
  g_autoptr(GPtrArray) rest = g_ptr_array_new_with_free_func (
    (GDestroyNotify) tropea_http_request_unref);
  GHashTableIter iter;
  gpointer request = NULL;

  /* Not under the mutex: to wake a connection takes locks of the daemon's. */
  g_mutex_lock (&self->mutex);
  g_hash_table_iter_init (&iter, self->requests);
  while (g_hash_table_iter_next (&iter, &request, NULL))
    g_ptr_array_add (rest, tropea_http_request_ref (request));
  g_mutex_unlock (&self->mutex);

  for (guint i = 0; i < rest->len; i++)
    {
      tropea_http_request_fail (g_ptr_array_index (rest, i), MHD_HTTP_SERVICE_UNAVAILABLE,
                                "unavailable", "This server has ended");
      tropea_http_request_end_stream (g_ptr_array_index (rest, i));
    }
}

/* Runs once; also as the callback of the last answer's source and the deadline's. */
static gboolean
finish_stop_cb (gpointer user_data)
{
  TropeaHttpServer *self = user_data;
  g_autoptr(GTask) task = g_steal_pointer (&self->stopping);

  if (self->deadline != NULL)
    g_source_destroy (self->deadline);
  g_clear_pointer (&self->deadline, g_source_unref);

  if (self->daemon != NULL)
    {
      stop_accepting (self);
      refuse_the_rest (self);
      if (self->source != NULL)
        g_source_destroy (self->source);
      g_clear_pointer (&self->source, g_source_unref);
      tropea_http_watch_stop (self->watch);
      MHD_stop_daemon (g_steal_pointer (&self->daemon));
      g_clear_pointer (&self->watch, tropea_http_watch_free);
    }

  if (task != NULL)
    g_task_return_boolean (task, TRUE);

  return G_SOURCE_REMOVE;
}

/**
 * tropea_http_server_stop_async:
 * @deadline_ms: how long answers that are under way may take; then their requests get 503
 *
 * Take no more connections, finish what was begun, then end. Call it in the thread that called
 * tropea_http_server_listen (), once.
 */
void
tropea_http_server_stop_async (TropeaHttpServer    *self,
                               guint                deadline_ms,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  guint n_requests = 0;

  g_return_if_fail (TROPEA_IS_HTTP_SERVER (self));
  g_return_if_fail (self->stopping == NULL);

  self->stopping = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (self->stopping, tropea_http_server_stop_async);

  n_requests = stop_accepting (self);
  self->deadline = g_timeout_source_new (n_requests > 0 ? deadline_ms : 0);
  g_source_set_callback (self->deadline, finish_stop_cb, g_object_ref (self), g_object_unref);
  g_source_attach (self->deadline, self->context);
}

gboolean
tropea_http_server_stop_finish (TropeaHttpServer  *self,
                                GAsyncResult      *result,
                                GError           **error)
{
  g_return_val_if_fail (TROPEA_IS_HTTP_SERVER (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
