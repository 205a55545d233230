/* tropea-api.c: a host's local API, on a Unix socket and, where wanted, a loopback port
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-api"

#include "config.h"

#include "api/tropea-api.h"

#include "api/tropea-api-guard.h"
#include "api/tropea-api-place.h"
#include "api/tropea-api-private.h"

/* Everything happens in the main loop, and nothing in it waits: a handler answers at once, or
 * keeps the request until the host says that it is done. Socket and port are a server each, so
 * that whoever crowds the one leaves the other alone.
 */

#define MAX_BODY_BYTES (64 * 1024)
#define MAX_HEADER_BYTES (8 * 1024)

/* Together 64. */
#define SOCKET_CONNECTIONS 48
#define PORT_CONNECTIONS 16

/* A stream holds its connection: the others must be enough for who asks now and then. */
#define SOCKET_STREAMS 16
#define PORT_STREAMS 8

#define IDLE_S 10
#define REQUEST_S 10

/* For the ends of streams and the last answers to be sent. */
#define CLOSE_MS 300

G_DEFINE_FINAL_TYPE (TropeaApi, tropea_api, G_TYPE_OBJECT)

static const TropeaHttpRoute routes[] = {
  { "POST", "/api/tor/start", MAX_BODY_BYTES, tropea_api_start_cb },
  { "POST", "/api/tor/stop", MAX_BODY_BYTES, tropea_api_stop_cb },
  { "POST", "/api/tor/restart", MAX_BODY_BYTES, tropea_api_restart_cb },
  { "POST", "/api/tor/attach", MAX_BODY_BYTES, tropea_api_attach_cb },
  { "POST", "/api/tor/pause", MAX_BODY_BYTES, tropea_api_pause_cb },
  { "POST", "/api/tor/resume", MAX_BODY_BYTES, tropea_api_resume_cb },
  { "POST", "/api/tor/new-identity", MAX_BODY_BYTES, tropea_api_new_identity_cb },
  { "GET", "/api/tor/status", MAX_BODY_BYTES, tropea_api_status_cb },
  { "GET", "/api/tor/activity", MAX_BODY_BYTES, tropea_api_activity_cb },
  { "POST", "/api/tor/monitoring/start", MAX_BODY_BYTES, tropea_api_monitoring_start_cb },
  { "POST", "/api/tor/monitoring/stop", MAX_BODY_BYTES, tropea_api_monitoring_stop_cb },
  { "GET", "/api/tor/monitoring/stats", MAX_BODY_BYTES, tropea_api_stats_cb },
  { "GET", "/api/tor/monitoring/sessions", MAX_BODY_BYTES, tropea_api_sessions_cb },
  { "POST", "/api/tor/simulate", MAX_BODY_BYTES, tropea_api_simulate_cb },
  { "POST", "/api/tor/simulate/stop", MAX_BODY_BYTES, tropea_api_simulate_stop_cb },
  { "GET", "/api/tor/thresholds", MAX_BODY_BYTES, tropea_api_thresholds_cb },
  { "POST", "/api/tor/thresholds", MAX_BODY_BYTES, tropea_api_set_thresholds_cb },
  { "POST", "/api/tor/reset", MAX_BODY_BYTES, tropea_api_reset_cb },
  { "POST", "/api/tor/submit", MAX_BODY_BYTES, tropea_api_submit_cb },
  { "GET", "/api/tor/credits", MAX_BODY_BYTES, tropea_api_credits_cb },
  { "GET", "/api/tor/identity", MAX_BODY_BYTES, tropea_api_identity_cb },
  { "GET", "/api/tor/events", MAX_BODY_BYTES, tropea_api_events_cb },
  { "GET", "/metrics", MAX_BODY_BYTES, tropea_api_metrics_cb },
};

static gboolean
access_cb (TropeaHttpRequest *request,
           gpointer           user_data)
{
  TropeaApiDoor *door = user_data;

  if (door->port == 0)
    return tropea_api_guard_admit_socket (request);

  return tropea_api_guard_admit_port (request, door->port, door->token);
}

static gboolean
open_door (TropeaApiDoor  *door,
           const char     *address,
           guint           max_connections,
           GError        **error)
{
  const TropeaHttpLimits limits = { 0, max_connections, IDLE_S, MAX_HEADER_BYTES, REQUEST_S,
                                    max_connections / 2, TRUE, 0 };
  g_autoptr(TropeaHttpServer) server = NULL;

  server = tropea_http_server_new (&limits, routes, G_N_ELEMENTS (routes), door);
  tropea_http_server_set_access (server, access_cb);
  if (!tropea_http_server_listen (server, address, error))
    return FALSE;

  door->server = g_steal_pointer (&server);

  return TRUE;
}

static void
shut_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(TropeaApi) G_GNUC_UNUSED self = user_data;

  tropea_http_server_stop_finish (TROPEA_HTTP_SERVER (object), result, NULL);
}

/* Its requests come to their end in the background, and the object lives until then. */
static void
shut_door (TropeaApiDoor *door)
{
  g_autoptr(TropeaHttpServer) server = g_steal_pointer (&door->server);

  if (server != NULL)
    tropea_http_server_stop_async (server, CLOSE_MS, shut_cb, g_object_ref (door->api));
}

static void
tropea_api_dispose (GObject *object)
{
  TropeaApi *self = TROPEA_API (object);

  g_clear_object (&self->socket.server);
  g_clear_object (&self->tcp.server);
  tropea_api_close (self);

  G_OBJECT_CLASS (tropea_api_parent_class)->dispose (object);
}

static void
tropea_api_finalize (GObject *object)
{
  TropeaApi *self = TROPEA_API (object);

  g_clear_pointer (&self->waits, g_ptr_array_unref);
  g_clear_pointer (&self->book_waits, g_ptr_array_unref);
  g_clear_pointer (&self->readers, g_ptr_array_unref);
  g_clear_pointer (&self->tcp.token, g_free);
  g_clear_pointer (&self->socket_path, g_free);
  g_clear_pointer (&self->last_state, g_free);
  g_clear_pointer (&self->last_bootstrap, g_free);

  G_OBJECT_CLASS (tropea_api_parent_class)->finalize (object);
}

static void
tropea_api_class_init (TropeaApiClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tropea_api_dispose;
  object_class->finalize = tropea_api_finalize;
}

static void
tropea_api_init (TropeaApi *self)
{
  self->socket = (TropeaApiDoor) { .api = self, .max_streams = SOCKET_STREAMS };
  self->tcp = (TropeaApiDoor) { .api = self, .max_streams = PORT_STREAMS };
}

/**
 * tropea_api_new:
 * @host: that is open
 */
TropeaApi *
tropea_api_new (TropeaHost *host)
{
  TropeaApi *self = NULL;

  g_return_val_if_fail (TROPEA_IS_HOST (host), NULL);

  self = g_object_new (TROPEA_TYPE_API, NULL);
  self->host = g_object_ref (host);
  tropea_api_reads_init (self);
  tropea_api_waits_init (self);
  tropea_api_events_init (self);

  return self;
}

/**
 * tropea_api_open_socket:
 * @path: (nullable): NULL for where everybody looks for it
 *
 * Serve on a Unix socket; once. One that a killed Tropea left is replaced, one on which somebody
 * answers is not: that is an error.
 */
gboolean
tropea_api_open_socket (TropeaApi   *self,
                        const char  *path,
                        GError     **error)
{
  g_autofree char *usual = NULL;
  g_autofree char *address = NULL;

  g_return_val_if_fail (TROPEA_IS_API (self) && self->socket.server == NULL, FALSE);
  g_return_val_if_fail (!self->is_closing, FALSE);

  usual = path != NULL ? g_canonicalize_filename (path, NULL)
                       : tropea_api_dup_socket_path (tropea_host_get_data_dir (self->host));
  address = g_strconcat ("unix:", usual, NULL);
  if ((path == NULL && !tropea_api_make_folder (usual, error)) ||
      !open_door (&self->socket, address, SOCKET_CONNECTIONS, error))
    {
      g_prefix_error_literal (error, "The local API is off: ");
      return FALSE;
    }

  self->socket_path = g_steal_pointer (&usual);

  return TRUE;
}

/**
 * tropea_api_open_port:
 *
 * Serve on a port of 127.0.0.1, too. Where it is open already, nothing happens if the number
 * is the same.
 */
gboolean
tropea_api_open_port (TropeaApi  *self,
                      guint       port,
                      GError    **error)
{
  g_autofree char *address = NULL;

  g_return_val_if_fail (TROPEA_IS_API (self) && !self->is_closing, FALSE);
  g_return_val_if_fail (port > 0 && port <= G_MAXUINT16, FALSE);

  if (tropea_api_get_port (self) == port)
    return TRUE;

  tropea_api_shut_port (self);
  if (self->tcp.token == NULL)
    self->tcp.token = tropea_api_dup_token (tropea_host_get_data_dir (self->host), error);
  self->tcp.port = port;
  address = g_strdup_printf ("127.0.0.1:%u", port);
  if (self->tcp.token == NULL || !open_door (&self->tcp, address, PORT_CONNECTIONS, error))
    {
      g_prefix_error (error, "The local API is not on port %u: ", port);
      return FALSE;
    }

  return TRUE;
}

void
tropea_api_shut_port (TropeaApi *self)
{
  g_return_if_fail (TROPEA_IS_API (self));

  shut_door (&self->tcp);
}

/**
 * tropea_api_get_port:
 *
 * Returns: the open port, or 0
 */
guint
tropea_api_get_port (TropeaApi *self)
{
  g_return_val_if_fail (TROPEA_IS_API (self), 0);

  return self->tcp.server != NULL ? self->tcp.port : 0;
}

gboolean
tropea_api_get_is_steered (TropeaApi *self)
{
  g_return_val_if_fail (TROPEA_IS_API (self), FALSE);

  return self->is_steered;
}

/**
 * tropea_api_get_socket_path:
 *
 * Returns: (nullable): while it is served
 */
const char *
tropea_api_get_socket_path (TropeaApi *self)
{
  g_return_val_if_fail (TROPEA_IS_API (self), NULL);

  return self->socket.server != NULL ? self->socket_path : NULL;
}

/**
 * tropea_api_close:
 *
 * Take the socket away, answer whoever waits that Tropea ends, end the streams, and let go of
 * the host. Once is enough, more does no harm.
 */
void
tropea_api_close (TropeaApi *self)
{
  g_return_if_fail (TROPEA_IS_API (self));

  if (self->is_closing)
    return;

  self->is_closing = TRUE;
  g_signal_handlers_disconnect_by_data (self->host, self);
  tropea_api_waits_close (self);
  tropea_api_reads_close (self);
  tropea_api_events_close (self);
  shut_door (&self->socket);
  shut_door (&self->tcp);
  g_clear_object (&self->host);
}
