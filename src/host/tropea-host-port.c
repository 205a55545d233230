/* tropea-host-port.c: starts tor where nobody else listens
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-host-port"

#include "config.h"

#include "host/tropea-host-private.h"

/* A port that cannot be bound is exchanged for one that is free now and, being a number of its
 * own, can be remembered and told to programs; one that can be bound stays. Whether somebody
 * takes it before tor does is for tor to say.
 */

#define DEFAULT_SOCKS_PORT 9050
#define DEFAULT_CONTROL_PORT 9051

/* The socket is bound until it is freed. */
static GSocket *
bind_port (guint    port,
           GError **error)
{
  g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr(GSocketAddress) address = g_inet_socket_address_new (loopback, (guint16) port);
  g_autoptr(GSocket) bound = NULL;

  bound = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  if (bound == NULL || !g_socket_bind (bound, address, TRUE, error) ||
      !g_socket_listen (bound, error))
    return NULL;

  return g_steal_pointer (&bound);
}

static guint
get_port (GSocket *bound)
{
  g_autoptr(GSocketAddress) address = g_socket_get_local_address (bound, NULL);

  return address != NULL
         ? g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)) : 0;
}

/* @port: as in the options; it is changed where it cannot be had. */
static GSocket *
take_port (int     *port,
           int      usual,
           GError **error)
{
  int number = *port > 0 ? *port : usual;
  GSocket *bound = NULL;

  bound = *port >= 0 ? bind_port ((guint) number, NULL) : NULL;
  if (bound != NULL)
    return bound;

  bound = bind_port (0, error);
  if (bound != NULL && *port >= 0)
    *port = (int) get_port (bound);

  return bound;
}

static void
started_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;

  if (tropea_host_start_finish (TROPEA_HOST (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* An option of 0 stands for what the environment says, and that for the usual port. */
static int
get_usual (const char *variable,
           int         usual)
{
  guint64 number = 0;

  return g_ascii_string_to_unsigned (g_getenv (variable) != NULL ? g_getenv (variable) : "", 10,
                                     1, 65535, &number, NULL)
         ? (int) number : usual;
}

/**
 * tropea_host_use_other_port_async:
 *
 * Exchange those of the SOCKS and the control port that cannot be had for free ones, and start
 * tor. Finish as tropea_host_start_async () does.
 */
void
tropea_host_use_other_port_async (TropeaHost          *self,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GSocket) socks = NULL;
  g_autoptr(GSocket) control = NULL;

  g_return_if_fail (TROPEA_IS_HOST (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, tropea_host_use_other_port_async);

  if (tropea_host_is_active (self))
    {
      g_task_return_new_error (task, TROPEA_HOST_ERROR, TROPEA_HOST_ERROR_BUSY,
                               "Tor is running: stop it first");
      return;
    }

  socks = take_port (&self->options->socks_port,
                     get_usual ("TOR_SOCKS_PORT", DEFAULT_SOCKS_PORT), &error);
  if (socks != NULL)
    control = take_port (&self->options->control_port,
                         get_usual ("TOR_CONTROL_PORT", DEFAULT_CONTROL_PORT), &error);
  if (control == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  /* Given back before tor asks for them. */
  g_clear_object (&socks);
  g_clear_object (&control);
  self->has_new_options = TRUE;
  tropea_host_start_async (self, started_cb, g_steal_pointer (&task));
}

/**
 * tropea_host_use_other_port_finish:
 * @socks_port: (out): to be remembered; 0 where the usual one is in use
 * @control_port: (out): likewise
 */
gboolean
tropea_host_use_other_port_finish (TropeaHost    *self,
                                   GAsyncResult  *result,
                                   int           *socks_port,
                                   int           *control_port,
                                   GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;

  *socks_port = self->options->socks_port;
  *control_port = self->options->control_port;

  return TRUE;
}
