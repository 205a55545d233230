/* tropea-http-server.h: a small HTTP/1.1 server that refuses early
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "http/tropea-http-listener.h"
#include "http/tropea-http-request.h"

G_BEGIN_DECLS

/**
 * TropeaHttpHandler:
 *
 * Answers @request, at once or later and from any thread (then it takes a reference). Called on
 * one of the server's threads, or in the main context where the server has none; it must not
 * block for long.
 */
typedef void (*TropeaHttpHandler) (TropeaHttpRequest *request,
                                   gpointer           user_data);

/**
 * TropeaHttpRoute:
 * @method: "GET" or "POST"
 * @path: compared as it stands, without its query; one that ends in a slash and
 *   a star has all below it
 * @max_body_bytes: larger is answered with 413, unread
 */
typedef struct
{
  const char        *method;
  const char        *path;
  gsize              max_body_bytes;
  TropeaHttpHandler  handler;
} TropeaHttpRoute;

/**
 * TropeaHttpLimits:
 * @n_threads: 0: everything happens in the GMainContext that is the thread's default when the
 *   server starts to listen
 * @max_connections: more wait in the kernel's queue or are closed
 * @idle_timeout_s: a connection on which nothing moves for this long is closed
 * @max_header_bytes: of a request's line and headers; longer is answered with 414 or 431. A
 *   connection has eight times as much memory, and what does not fit there libmicrohttpd answers
 *   by itself
 * @request_timeout_s: a client that needs longer to send a request, or to read its answer, is
 *   cut off, however steadily it trickles
 * @crowd: from so many connections on, each answer ends its connection, so that whoever waits
 *   for one gets one; 0: never
 * @takes_no_length: a POST without Content-Length has no body, as it is sent by hand; without
 *   this it is answered with 411
 * @niceness: how far the threads stand back behind the program's others where there are fewer
 *   processors than work, as nice () counts it
 */
typedef struct
{
  guint n_threads;
  guint max_connections;
  guint idle_timeout_s;
  gsize max_header_bytes;
  guint request_timeout_s;
  guint crowd;
  gboolean takes_no_length;
  guint niceness;
} TropeaHttpLimits;

#define TROPEA_HTTP_LIMITS_DEFAULT { 0, 800, 10, 16 * 1024, 30, 0, FALSE, 0 }

/**
 * TropeaHttpObserver:
 * @path: (nullable): the route's; NULL where there was none
 * @status: of the answer; 0 where the client was gone before there was one
 * @code: (nullable): of the problem document that it was refused with; interned
 * @rule: (nullable): the same
 *
 * Told of each request whose headers were read, when it is over, on any thread.
 */
typedef void (*TropeaHttpObserver) (const char *path,
                                    guint       status,
                                    const char *code,
                                    const char *rule,
                                    gpointer    user_data);

/**
 * TropeaHttpAccess:
 *
 * Looks at a request whose headers are there, before its path is: answers what may not come in.
 * Called as a handler is.
 *
 * Returns: whether it may
 */
typedef gboolean (*TropeaHttpAccess) (TropeaHttpRequest *request,
                                      gpointer           user_data);

#define TROPEA_TYPE_HTTP_SERVER (tropea_http_server_get_type ())

G_DECLARE_FINAL_TYPE (TropeaHttpServer, tropea_http_server, TROPEA, HTTP_SERVER, GObject)

TropeaHttpServer *tropea_http_server_new         (const TropeaHttpLimits  *limits,
                                                  const TropeaHttpRoute   *routes,
                                                  gsize                    n_routes,
                                                  gpointer                 user_data);
void              tropea_http_server_set_observer (TropeaHttpServer       *self,
                                                   TropeaHttpObserver      observer);
void              tropea_http_server_set_access  (TropeaHttpServer        *self,
                                                  TropeaHttpAccess         access);
gboolean          tropea_http_server_listen      (TropeaHttpServer        *self,
                                                  const char              *address,
                                                  GError                 **error);
gboolean          tropea_http_server_listen_on   (TropeaHttpServer        *self,
                                                  TropeaHttpListener      *listener,
                                                  GError                 **error);
guint             tropea_http_server_get_port    (TropeaHttpServer        *self);
const char       *tropea_http_server_get_url     (TropeaHttpServer        *self);
void              tropea_http_server_stop_async  (TropeaHttpServer        *self,
                                                  guint                    deadline_ms,
                                                  GAsyncReadyCallback      callback,
                                                  gpointer                 user_data);
gboolean          tropea_http_server_stop_finish (TropeaHttpServer        *self,
                                                  GAsyncResult            *result,
                                                  GError                 **error);

G_END_DECLS
