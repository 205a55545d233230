/* fake-control.c: the other end of a control socket, as a test wants it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "fake-control.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>

#define SERVER_KEY "Tor safe cookie authentication server-to-controller hash"
#define CLIENT_KEY "Tor safe cookie authentication controller-to-server hash"

struct _FakeControl
{
  GSocketService    *service;       /* (owned) */
  GSocketConnection *connection;    /* (owned) (nullable): the last one */
  GPtrArray         *lines;         /* (owned), of GDataInputStream: of each connection */
  GCancellable      *cancellable;   /* (owned) */
  GString           *commands;      /* (owned): all that came, one to a line */
  GString           *client_nonce;  /* (owned): binary */
  guint8             cookie[32];
  guint8             server_nonce[32];
  FakeControlMode    mode;
  FakeControlAnswer  answer;
  char              *offer;         /* (owned) (nullable): behind “AUTH ”, instead of our own */
};

static void read_next (FakeControl      *self,
                       GDataInputStream *lines);

/* With GLib's HMAC: not the one that is tested. */
static char *
make_hash (FakeControl *self,
           const char  *key)
{
  g_autoptr(GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, (const guchar *) key, strlen (key));

  g_hmac_update (hmac, self->cookie, sizeof self->cookie);
  g_hmac_update (hmac, (const guchar *) self->client_nonce->str, (gssize) self->client_nonce->len);
  g_hmac_update (hmac, self->server_nonce, sizeof self->server_nonce);

  return g_strdup (g_hmac_get_string (hmac));
}

void
fake_control_send (FakeControl *self,
                   const char  *bytes)
{
  GOutputStream *stream = g_io_stream_get_output_stream (G_IO_STREAM (self->connection));

  g_assert_true (g_output_stream_write_all (stream, bytes, strlen (bytes), NULL, NULL, NULL));
}

static void
answer_protocolinfo (FakeControl *self)
{
  const char *methods = "COOKIE,SAFECOOKIE";
  g_autofree char *offer = NULL;
  g_autofree char *text = NULL;

  if (self->mode == FAKE_CONTROL_NO_AUTHENTICATION)
    methods = "NULL,SAFECOOKIE";
  else if (self->mode == FAKE_CONTROL_NO_SAFECOOKIE)
    methods = "COOKIE,HASHEDPASSWORD";

  offer = self->offer != NULL ? g_strdup (self->offer)
                              : g_strdup_printf ("METHODS=%s COOKIEFILE=\"/x y\"", methods);
  text = g_strdup_printf ("250-PROTOCOLINFO 1\r\n250-AUTH %s\r\n"
                          "250-VERSION Tor=\"0.4.9.11\"\r\n250 OK\r\n", offer);
  fake_control_send (self, text);
}

static void
answer_challenge (FakeControl *self,
                  const char  *nonce)
{
  g_autoptr(GString) server_nonce = g_string_new (NULL);
  g_autofree char *hash = NULL;
  g_autofree char *text = NULL;

  g_assert_cmpuint (strlen (nonce), ==, 64);
  g_string_truncate (self->client_nonce, 0);
  for (int i = 0; i < 64; i += 2)
    g_string_append_c (self->client_nonce, (char) (g_ascii_xdigit_value (nonce[i]) * 16
                                                   + g_ascii_xdigit_value (nonce[i + 1])));

  for (gsize i = 0; i < sizeof self->server_nonce; i++)
    {
      self->server_nonce[i] = (guint8) (i + 1);
      g_string_append_printf (server_nonce, "%02X", self->server_nonce[i]);
    }
  if (self->mode == FAKE_CONTROL_NO_CHALLENGE)
    {
      fake_control_send (self, "510 Command filtered\r\n");
      return;
    }
  if (self->mode == FAKE_CONTROL_SHORT_NONCE)
    g_string_truncate (server_nonce, 62);

  hash = make_hash (self, self->mode == FAKE_CONTROL_WRONG_HASH ? CLIENT_KEY : SERVER_KEY);
  text = g_strdup_printf ("250 AUTHCHALLENGE SERVERHASH=%s SERVERNONCE=%s\r\n",
                          hash, server_nonce->str);
  fake_control_send (self, text);
}

static void
answer_authenticate (FakeControl *self,
                     const char  *proof)
{
  g_autofree char *expected = make_hash (self, CLIENT_KEY);

  /* What else there is to offer is for the test to see. */
  if (self->offer == NULL)
    g_assert_cmpstr (proof, ==, expected);
  fake_control_send (self, self->mode == FAKE_CONTROL_REFUSES
                           ? "515 Authentication failed\r\n" : "250 OK\r\n");
}

static void
take_command (FakeControl *self,
              const char  *command)
{
  g_string_append_printf (self->commands, "%s\n", command);

  if (self->mode == FAKE_CONTROL_SILENT)
    return;

  if (self->mode == FAKE_CONTROL_GARBAGE)
    fake_control_send (self, "HTTP/1.1 400 Bad Request\r\n\r\n");
  else if (g_str_equal (command, "PROTOCOLINFO 1"))
    answer_protocolinfo (self);
  else if (g_str_has_prefix (command, "AUTHCHALLENGE SAFECOOKIE "))
    answer_challenge (self, command + strlen ("AUTHCHALLENGE SAFECOOKIE "));
  else if (g_str_has_prefix (command, "AUTHENTICATE "))
    answer_authenticate (self, command + strlen ("AUTHENTICATE "));
  else
    {
      const char *text = self->answer != NULL ? self->answer (command) : NULL;

      fake_control_send (self, text != NULL ? text : "250 OK\r\n");
    }
}

static void
line_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  FakeControl *self = user_data;
  g_autoptr(GError) error = NULL;
  g_autofree char *line = NULL;

  line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (object), result, NULL, &error);
  if (line == NULL)
    return;

  take_command (self, line);
  read_next (self, G_DATA_INPUT_STREAM (object));
}

static void
read_next (FakeControl      *self,
           GDataInputStream *lines)
{
  g_data_input_stream_read_line_async (lines, G_PRIORITY_DEFAULT, self->cancellable, line_cb,
                                       self);
}

static gboolean
incoming_cb (GSocketService    *service,
             GSocketConnection *connection,
             GObject           *source,
             FakeControl       *self)
{
  GDataInputStream *lines;

  if (self->mode == FAKE_CONTROL_CLOSES)
    return TRUE;

  g_set_object (&self->connection, connection);
  lines = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  g_data_input_stream_set_newline_type (lines, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
  g_ptr_array_add (self->lines, lines);
  read_next (self, lines);

  return TRUE;
}

FakeControl *
fake_control_new (const char        *socket_path,
                  const guint8      *cookie,
                  FakeControlMode    mode,
                  FakeControlAnswer  answer)
{
  g_autoptr(GSocketAddress) address = g_unix_socket_address_new (socket_path);

  return fake_control_new_at (address, cookie, mode, answer, NULL);
}

/* At any address; *@effective is where it is. */
FakeControl *
fake_control_new_at (GSocketAddress     *address,
                     const guint8       *cookie,
                     FakeControlMode     mode,
                     FakeControlAnswer   answer,
                     GSocketAddress    **effective)
{
  FakeControl *self = g_new0 (FakeControl, 1);

  self->mode = mode;
  self->answer = answer;
  self->cancellable = g_cancellable_new ();
  self->lines = g_ptr_array_new_with_free_func (g_object_unref);
  self->commands = g_string_new (NULL);
  self->client_nonce = g_string_new (NULL);
  memcpy (self->cookie, cookie, sizeof self->cookie);

  self->service = g_socket_service_new ();
  g_assert_true (g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address,
                                                G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT,
                                                NULL, effective, NULL));
  g_signal_connect (self->service, "incoming", G_CALLBACK (incoming_cb), self);
  g_socket_service_start (self->service);

  return self;
}

void
fake_control_free (FakeControl *self)
{
  g_cancellable_cancel (self->cancellable);
  for (guint i = 0; i < self->lines->len; i++)
    while (g_input_stream_has_pending (g_ptr_array_index (self->lines, i)))
      g_main_context_iteration (NULL, TRUE);

  g_signal_handlers_disconnect_by_data (self->service, self);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_clear_object (&self->service);
  g_clear_pointer (&self->lines, g_ptr_array_unref);
  g_clear_object (&self->connection);
  g_clear_object (&self->cancellable);
  g_string_free (self->commands, TRUE);
  g_string_free (self->client_nonce, TRUE);
  g_free (self->offer);
  g_free (self);
}

/* What PROTOCOLINFO says behind “AUTH ”. */
void
fake_control_set_offer (FakeControl *self,
                        const char  *offer)
{
  g_free (self->offer);
  self->offer = g_strdup (offer);
}

const char *
fake_control_get_commands (FakeControl *self)
{
  return self->commands->str;
}
