/* http-helper.c: a server with a few routes for check-http.py
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "http/tropea-http-server.h"

#define MAX_BODY_BYTES 4096
#define MAX_CONNECTIONS 64

static void
echo (TropeaHttpRequest *request,
      gpointer           user_data)
{
  g_autoptr(JsonObject) object = json_object_new ();
  g_autofree char *query = NULL;
  gboolean is_single = tropea_http_request_dup_query (request, "q", &query);

  json_object_set_int_member (object, "size",
                              (gint64) g_bytes_get_size (tropea_http_request_get_body (request)));
  json_object_set_string_member (object, "target", tropea_http_request_get_target (request));
  json_object_set_string_member (object, "header",
                                 tropea_http_request_get_header (request, "X-Test"));
  json_object_set_boolean_member (object, "single", is_single);
  json_object_set_string_member (object, "query", query);
  tropea_http_request_respond_json (request, object);
}

static gpointer
answer_later (gpointer data)
{
  g_autoptr(TropeaHttpRequest) request = data;

  /* What a commit takes; and two answers, of which the second must not count. */
  g_usleep (20 * 1000);
  tropea_http_request_respond (request, 200, "text/plain", "later");
  tropea_http_request_fail (request, 500, "twice", "A second answer");
  return NULL;
}

static void
later (TropeaHttpRequest *request,
       gpointer           user_data)
{
  g_thread_unref (g_thread_new ("later", answer_later, tropea_http_request_ref (request)));
}

/* Answered by the server alone, when it ends. */
static void
never (TropeaHttpRequest *request,
       gpointer           user_data)
{
}

static const TropeaHttpRoute routes[] = {
  { "GET", "/echo", 0, echo },
  { "POST", "/echo", MAX_BODY_BYTES, echo },
  { "GET", "/later", 0, later },
  { "GET", "/never", 0, never },
};

static void
stopped_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_assert_true (tropea_http_server_stop_finish (TROPEA_HTTP_SERVER (object), result, NULL));
  g_main_loop_quit (user_data);
}

typedef struct
{
  TropeaHttpServer *server;
  GMainLoop        *loop;
} Run;

static gboolean
signal_cb (gpointer user_data)
{
  Run *run = user_data;

  tropea_http_server_stop_async (run->server, 500, stopped_cb, run->loop);

  return G_SOURCE_REMOVE;
}

/* http-helper ADDRESS THREADS TIMEOUT_S */
int
main (int    argc,
      char **argv)
{
  TropeaHttpLimits limits = TROPEA_HTTP_LIMITS_DEFAULT;
  g_autoptr(TropeaHttpServer) server = NULL;
  g_autoptr(GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr(GError) error = NULL;
  Run run = { NULL, loop };

  if (argc != 4)
    return 2;

  signal (SIGPIPE, SIG_IGN);
  limits.n_threads = (guint) atoi (argv[2]);
  limits.idle_timeout_s = (guint) atoi (argv[3]);
  limits.max_connections = MAX_CONNECTIONS;
  limits.request_timeout_s = 2 * limits.idle_timeout_s;
  server = tropea_http_server_new (&limits, routes, G_N_ELEMENTS (routes), NULL);
  if (!tropea_http_server_listen (server, argv[1], &error))
    {
      printf ("error %s\n", error->message);
      return 1;
    }

  run.server = server;
  g_unix_signal_add (SIGTERM, signal_cb, &run);
  printf ("%s\n", tropea_http_server_get_url (server));
  fflush (stdout);
  g_main_loop_run (loop);
  return 0;
}
