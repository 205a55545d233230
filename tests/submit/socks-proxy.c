/* socks-proxy.c: a SOCKS port in the test process that notes who asked for what
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "socks-proxy.h"

/* SOCKS 5 with user name and password (RFC 1928, RFC 1929), and host names only: a client
 * that sends an address has looked a name up, which fails the test. Each connection has a
 * thread; all of them have ended before socks_proxy_free () returns.
 */

struct _SocksProxy
{
  GSocketService *service;
  guint           port;
  guint           target_port;
  GMutex          mutex;
  GPtrArray      *asked;       /* of text, under the mutex */
};

static gboolean
read_bytes (GInputStream *stream,
            guint8       *bytes,
            gsize         count)
{
  return g_input_stream_read_all (stream, bytes, count, NULL, NULL, NULL);
}

static char *
read_text (GInputStream *stream)
{
  guint8 length = 0;
  guint8 bytes[256] = { 0 };

  g_assert_true (read_bytes (stream, &length, 1));
  g_assert_true (read_bytes (stream, bytes, length));

  return g_strndup ((const char *) bytes, length);
}

static void
write_bytes (GOutputStream *stream,
             const guint8  *bytes,
             gsize          count)
{
  g_assert_true (g_output_stream_write_all (stream, bytes, count, NULL, NULL, NULL));
}

static char *
shake_hands (GInputStream  *input,
             GOutputStream *output)
{
  guint8 head[2] = { 0 };
  guint8 methods[255] = { 0 };
  guint8 request[4] = { 0 };
  guint8 port[2] = { 0 };
  g_autofree char *user = NULL;
  g_autofree char *password = NULL;
  g_autofree char *host = NULL;

  g_assert_true (read_bytes (input, head, sizeof head));
  g_assert_cmpuint (head[0], ==, 5);
  g_assert_true (read_bytes (input, methods, head[1]));
  write_bytes (output, (const guint8[]) { 5, 2 }, 2);

  g_assert_true (read_bytes (input, head, 1));
  g_assert_cmpuint (head[0], ==, 1);
  user = read_text (input);
  password = read_text (input);
  write_bytes (output, (const guint8[]) { 1, 0 }, 2);

  g_assert_true (read_bytes (input, request, sizeof request));
  g_assert_cmpuint (request[1], ==, 1);
  g_assert_cmpuint (request[3], ==, 3);
  host = read_text (input);
  g_assert_true (read_bytes (input, port, sizeof port));

  return g_strdup_printf ("%s:%s %s %u", user, password, host, port[0] * 256u + port[1]);
}

static gboolean
run_cb (GThreadedSocketService *service,
        GSocketConnection      *connection,
        GObject                *source_object,
        gpointer                user_data)
{
  SocksProxy *self = user_data;
  g_autoptr(GSocketClient) client = g_socket_client_new ();
  g_autoptr(GSocketConnection) target = NULL;
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  char *asked = shake_hands (input, output);
  guint8 buffer[4096];
  gssize count = 0;

  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->asked, asked);
  g_mutex_unlock (&self->mutex);

  g_socket_client_set_enable_proxy (client, FALSE);
  target = g_socket_client_connect_to_host (client, "127.0.0.1", (guint16) self->target_port,
                                            NULL, NULL);
  g_assert_nonnull (target);
  write_bytes (output, (const guint8[]) { 5, 0, 0, 1, 127, 0, 0, 1, 0, 80 }, 10);

  /* A request of these tests fits one read; its answer ends with the connection. */
  count = g_input_stream_read (input, buffer, sizeof buffer, NULL, NULL);
  if (count > 0)
    {
      write_bytes (g_io_stream_get_output_stream (G_IO_STREAM (target)), buffer, (gsize) count);
      g_output_stream_splice (output, g_io_stream_get_input_stream (G_IO_STREAM (target)),
                              G_OUTPUT_STREAM_SPLICE_NONE, NULL, NULL);
    }
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);

  return TRUE;
}

SocksProxy *
socks_proxy_new (guint target_port)
{
  g_autoptr(GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr(GSocketAddress) effective = NULL;
  SocksProxy *self = g_new0 (SocksProxy, 1);

  g_mutex_init (&self->mutex);
  self->target_port = target_port;
  self->asked = g_ptr_array_new_with_free_func (g_free);
  self->service = g_threaded_socket_service_new (4);
  g_signal_connect (self->service, "run", G_CALLBACK (run_cb), self);
  g_assert_true (g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address,
                                                G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP,
                                                NULL, &effective, NULL));
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));

  return self;
}

void
socks_proxy_free (SocksProxy *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_object_unref (self->service);
  g_ptr_array_unref (self->asked);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

guint
socks_proxy_get_port (SocksProxy *self)
{
  return self->port;
}

GPtrArray *
socks_proxy_get_asked (SocksProxy *self)
{
  return self->asked;
}
