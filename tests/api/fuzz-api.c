/* fuzz-api.c: whatever bytes come to the socket, there is an answer that is one, or none
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>

#include "api/tropea-api.h"
#include "base/tropea-json.h"

/* For a long run: compile this file and src/{base,record,tor,activity,session,submit,host,http,
 * api} with
 *   clang -DTROPEA_FUZZ -fsanitize=fuzzer,address,undefined
 * and give it the requests below as the corpus. As a test it sends each of them, and each many
 * times changed, always the same way. The host is a real one, without a tor to start.
 */

#define ANSWER_BYTES 65536
#define PATIENCE_USEC (20 * G_USEC_PER_SEC)

/* A request that lacks its end is waited for by the server for long; nobody here does. */
#define QUIET_ROUNDS 20
#define ROUND_USEC 500

int LLVMFuzzerTestOneInput (const guint8 *bytes,
                            size_t        length);

typedef struct
{
  char       *folder;
  char       *socket_path;
  TropeaHost *host;
  TropeaApi  *api;
  gboolean    is_closed;
} Server;

static void
opened_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  Server *server = user_data;
  g_autoptr(GError) error = NULL;

  server->host = tropea_host_open_finish (result, &error);
  g_assert_no_error (error);
}

static void
open_server (Server *server)
{
  g_autoptr(TropeaHostOptions) options = tropea_host_options_new ();
  g_autoptr(GError) error = NULL;

  server->folder = g_dir_make_tmp ("tropea-test-XXXXXX", &error);
  g_assert_no_error (error);
  server->socket_path = g_build_filename (server->folder, "api.sock", NULL);
  g_setenv ("TROPEA_TOR", server->folder, TRUE);

  options->data_dir = g_build_filename (server->folder, "data", NULL);
  options->key_file = g_build_filename (server->folder, "key", NULL);
  options->ledger_url = g_strdup_printf ("unix:%s/none", server->folder);
  tropea_host_open_async (options, opened_cb, server);
  while (server->host == NULL)
    g_main_context_iteration (NULL, TRUE);

  server->api = tropea_api_new (server->host);
  tropea_api_open_socket (server->api, server->socket_path, &error);
  g_assert_no_error (error);
}

static GSocket *
connect_client (Server *server)
{
  g_autoptr(GSocketAddress) address = g_unix_socket_address_new (server->socket_path);
  GSocket *client = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM,
                                  G_SOCKET_PROTOCOL_DEFAULT, NULL);

  g_assert_true (g_socket_connect (client, address, NULL, NULL));
  g_socket_set_blocking (client, FALSE);

  return client;
}

/* @answer: what came back, up to the end of the connection or of a whole head */
static void
exchange (GSocket      *client,
          const guint8 *bytes,
          size_t        length,
          gboolean      is_whole,
          GString      *answer)
{
  const gint64 deadline = g_get_monotonic_time () + PATIENCE_USEC;
  g_autofree char *buffer = g_malloc (ANSWER_BYTES);
  gsize sent = 0;
  gboolean has_ended = FALSE;
  guint n_quiet = 0;

  while (!has_ended && (is_whole || n_quiet < QUIET_ROUNDS) &&
         strstr (answer->str, "\r\n\r\n") == NULL)
    {
      gssize n = 0;

      if (sent < length)
        {
          n = g_socket_send (client, (const char *) bytes + sent, length - sent, NULL, NULL);
          sent += n > 0 ? (gsize) n : 0;
          if (sent == length)
            g_socket_shutdown (client, FALSE, TRUE, NULL);
        }

      if (g_main_context_iteration (NULL, FALSE))
        n_quiet = 0;
      else if (!g_socket_condition_timed_wait (client, G_IO_IN, ROUND_USEC, NULL, NULL))
        n_quiet++;
      if ((g_socket_condition_check (client, G_IO_IN | G_IO_HUP) & (G_IO_IN | G_IO_HUP)) != 0)
        {
          n = g_socket_receive (client, buffer, ANSWER_BYTES, NULL, NULL);
          has_ended = n <= 0;
          if (n > 0)
            g_string_append_len (answer, buffer, n);
        }
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
    }
}

/* Returns: its status; 0: there was none */
static guint
check_answer (const GString *answer)
{
  const char *body = strstr (answer->str, "\r\n\r\n");
  guint64 status = 0;
  gboolean is_json = strstr (answer->str, "json\r\n") != NULL;

  if (answer->len == 0)
    return 0;

  g_assert_true (g_str_has_prefix (answer->str, "HTTP/1."));
  status = g_ascii_strtoull (answer->str + strlen ("HTTP/1.1 "), NULL, 10);
  g_assert_cmpuint (status, >=, 200);
  g_assert_cmpuint (status, <, 600);
  g_assert_cmpuint (status, !=, 500);
  if (body != NULL && is_json && status != 200 && body[4] != '\0')
    {
      g_autoptr(GError) error = NULL;
      const char *begin = body + 4;
      const char *next = strstr (begin, "HTTP/1.1 ");
      gsize size_bytes = next != NULL ? (gsize) (next - begin) : strlen (begin);
      g_autoptr(JsonObject) object = tropea_json_parse_object (begin, size_bytes, &error);

      g_assert_no_error (error);
      g_assert_true (json_object_has_member (object, status == 202 ? "success" : "code"));
    }

  return (guint) status;
}

static guint
send_bytes (Server       *server,
            const guint8 *bytes,
            size_t        length,
            gboolean      is_whole)
{
  g_autoptr(GSocket) client = connect_client (server);
  g_autoptr(GString) answer = g_string_new (NULL);

  exchange (client, bytes, length, is_whole, answer);
  g_socket_close (client, NULL);

  return check_answer (answer);
}

int
LLVMFuzzerTestOneInput (const guint8 *bytes,
                        size_t        length)
{
  static Server server;

  if (server.api == NULL)
    open_server (&server);
  send_bytes (&server, bytes, length, FALSE);

  return 0;
}

#ifndef TROPEA_FUZZ

#define SEED 20261122
#define ROUNDS_PER_REQUEST 120

/* The method with the path, and the body. */
static const char * const requests[][2] = {
  { "GET /api/tor/status", "" },
  { "GET /api/tor/activity?limit=3&before=9", "" },
  { "GET /api/tor/monitoring/sessions?state=credited&kind=manual&from=1&until=2&search=a", "" },
  { "GET /api/tor/credits?days=3", "" },
  { "GET /api/tor/identity", "" },
  { "GET /api/tor/events", "" },
  { "GET /metrics", "" },
  { "POST /api/tor/simulate", "{\"wait\":0}" },
  { "POST /api/tor/pause", "{\"wait\":0}" },
  { "POST /api/tor/resume", "{\"wait\":0}" },
  { "POST /api/tor/restart", "{\"wait\":0}" },
  { "POST /api/tor/simulate/stop", "{\"wait\":0}" },
  { "POST /api/tor/start", "{\"wait\":0}" },
  { "POST /api/tor/attach", "{\"address\":\"127.0.0.1:1\",\"wait\":0}" },
  { "POST /api/tor/monitoring/stop", "{}" },
  { "POST /api/tor/thresholds", "{\"minBytes\":5,\"minDuration\":6,\"maxDuration\":7}" },
  { "POST /api/tor/reset", "{\"confirm\":true}" },
  { "POST /api/tor/submit", "" },
};

static GString *
new_request (const char *line,
             const char *body)
{
  GString *text = g_string_new (NULL);

  g_string_printf (text, "%s HTTP/1.1\r\nHost: localhost\r\n", line);
  if (*body != '\0')
    g_string_append_printf (text, "Content-Length: %" G_GSIZE_FORMAT "\r\n", strlen (body));
  g_string_append_printf (text, "\r\n%s", body);

  return text;
}

static void
mutate (GRand   *rand,
        GString *text)
{
  static const char likely[] = "{}[]\":,\\ \t\r\n019aZ-+.eE/=?&%#\xff\x7f";
  int n_changes = g_rand_int_range (rand, 1, 4);

  for (int i = 0; i < n_changes && text->len > 0; i++)
    {
      gssize at = g_rand_int_range (rand, 0, (gint32) text->len);
      gssize length = g_rand_int_range (rand, 1, (gint32) MIN (40, text->len - (gsize) at) + 1);
      g_autofree char *piece = g_strndup (text->str + at, (gsize) length);

      switch (g_rand_int_range (rand, 0, 5))
        {
        case 0:
          text->str[at] = likely[g_rand_int_range (rand, 0, (gint32) sizeof likely)];
          break;

        case 1:
          text->str[at] = (char) g_rand_int_range (rand, 0, 256);
          break;

        case 2:
          g_string_insert_c (text, at, likely[g_rand_int_range (rand, 0, (gint32) sizeof likely)]);
          break;

        case 3:
          g_string_erase (text, at, length);
          break;

        default:
          g_string_insert (text, at, piece);
          break;
        }
    }
}

static void
closed_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  Server *server = user_data;

  g_assert_true (tropea_host_close_finish (TROPEA_HOST (object), result, NULL));
  server->is_closed = TRUE;
}

static void
close_server (Server *server)
{
  tropea_api_close (server->api);
  tropea_host_close_async (server->host, closed_cb, server);
  while (!server->is_closed)
    g_main_context_iteration (NULL, TRUE);

  g_object_add_weak_pointer (G_OBJECT (server->api), (gpointer *) &server->api);
  g_object_unref (server->api);
  while (server->api != NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_finalize_object (server->host);
  g_free (server->socket_path);
  g_free (server->folder);
}

static void
test_mutated (void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (SEED);
  Server server = { 0 };
  guint n_good = 0;
  guint n_refused = 0;

  open_server (&server);
  for (gsize i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      g_autoptr(GString) request = new_request (requests[i][0], requests[i][1]);

      guint first = send_bytes (&server, (const guint8 *) request->str, request->len, TRUE);

      g_assert_cmpuint (first, >=, 200);
      g_assert_cmpuint (first, !=, 400);
      for (guint round = 0; round < ROUNDS_PER_REQUEST; round++)
        {
          g_autoptr(GString) text = g_string_new_len (request->str, (gssize) request->len);
          guint status = 0;

          mutate (rand, text);
          status = send_bytes (&server, (const guint8 *) text->str, text->len, FALSE);
          n_good += status == 200 || status == 202 ? 1 : 0;
          n_refused += status >= 400 ? 1 : 0;
        }
    }
  g_test_message ("%u answered, %u refused", n_good, n_refused);
  g_assert_cmpuint (n_good, >, 50);
  g_assert_cmpuint (n_refused, >, 300);

  close_server (&server);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/api/any-bytes-have-an-answer-that-is-one", test_mutated);

  return g_test_run ();
}

#endif
