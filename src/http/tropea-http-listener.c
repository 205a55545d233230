/* tropea-http-listener.c: the socket that a server listens on
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-http"

#include "config.h"

#include "http/tropea-http-listener.h"

#include <errno.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* A Unix socket's file outlives a killed server. It is replaced only where nobody answers on
 * it, and removed at the end only where it is still the file that we made: another server may
 * have taken the path over.
 *
 * No name is ever looked up: an address is numbers, or "localhost".
 *
 * A socket that was handed to us listens already, and its file is its maker's.
 */

#define UNIX_PREFIX "unix:"
#define FD_PREFIX "fd:"
#define BACKLOG 1024
#define LONGEST_PATH_BYTES (sizeof ((struct sockaddr_un *) NULL)->sun_path - 1)

struct _TropeaHttpListener
{
  GObject  parent_instance;

  GSocket *socket;     /* (owned) (nullable): NULL once closed */
  char    *url;        /* (owned) */
  guint    port;       /* 0: a Unix socket */
  char    *path;       /* (owned) (nullable) */
  dev_t    device;     /* with @inode: the file at @path when it was ours */
  ino_t    inode;
};

G_DEFINE_FINAL_TYPE (TropeaHttpListener, tropea_http_listener, G_TYPE_OBJECT)

static void
tropea_http_listener_finalize (GObject *object)
{
  TropeaHttpListener *self = TROPEA_HTTP_LISTENER (object);

  tropea_http_listener_close (self);
  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self->path, g_free);

  G_OBJECT_CLASS (tropea_http_listener_parent_class)->finalize (object);
}

static void
tropea_http_listener_class_init (TropeaHttpListenerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tropea_http_listener_finalize;
}

static void
tropea_http_listener_init (TropeaHttpListener *self)
{
}

static gboolean
bind_and_listen (TropeaHttpListener  *self,
                 GSocketAddress      *address,
                 GError             **error)
{
  GSocketFamily family = g_socket_address_get_family (address);
  g_autoptr(GSocket) socket = g_socket_new (family, G_SOCKET_TYPE_STREAM,
                                            G_SOCKET_PROTOCOL_DEFAULT, error);

  if (socket == NULL)
    return FALSE;

  g_socket_set_blocking (socket, FALSE);
  g_socket_set_listen_backlog (socket, BACKLOG);

  /* On Linux the file that bind () makes has the socket's own mode: at no moment is it open
   * to others. */
  if (family == G_SOCKET_FAMILY_UNIX && fchmod (g_socket_get_fd (socket), 0600) != 0)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s", g_strerror (code));
      return FALSE;
    }

  if (!g_socket_bind (socket, address, family != G_SOCKET_FAMILY_UNIX, error) ||
      !g_socket_listen (socket, error))
    return FALSE;

  self->socket = g_steal_pointer (&socket);
  return TRUE;
}

static gboolean
is_answered (GSocketAddress *address)
{
  g_autoptr(GSocket) socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM,
                                            G_SOCKET_PROTOCOL_DEFAULT, NULL);
  g_autoptr(GError) error = NULL;

  if (socket == NULL)
    return TRUE;

  g_socket_set_blocking (socket, FALSE);
  return g_socket_connect (socket, address, NULL, &error) ||
         !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
}

static gboolean
open_unix (TropeaHttpListener  *self,
           const char          *path,
           GError             **error)
{
  g_autoptr(GSocketAddress) address = NULL;
  g_autoptr(GError) local_error = NULL;
  struct stat status;

  if (path[0] != '/' || strlen (path) > LONGEST_PATH_BYTES)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME,
                   "The path of a Unix socket starts with “/” and has at most %d characters: "
                   "choose a shorter one", (int) LONGEST_PATH_BYTES);
      return FALSE;
    }

  address = g_unix_socket_address_new (path);
  if (!bind_and_listen (self, address, &local_error))
    {
      if (!g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
        {
          g_set_error (error, G_IO_ERROR, local_error->code,
                       "Could not listen on “%s” (%s): choose a path in a folder that you can "
                       "write to", path, local_error->message);
          return FALSE;
        }

      if (g_lstat (path, &status) != 0 || !S_ISSOCK (status.st_mode) || is_answered (address))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE,
                       "“%s” is in use: end the program that listens there, or choose "
                       "another path", path);
          return FALSE;
        }

      g_unlink (path);
      if (!bind_and_listen (self, address, error))
        {
          g_prefix_error (error, "Could not listen on “%s”: ", path);
          return FALSE;
        }
    }

  if (g_lstat (path, &status) == 0)
    {
      self->device = status.st_dev;
      self->inode = status.st_ino;
      self->path = g_strdup (path);
    }
  self->url = g_strconcat (UNIX_PREFIX, path, NULL);
  return TRUE;
}

static GSocketAddress *
parse_address (const char  *text,
               GError     **error)
{
  const char *colon = strrchr (text, ':');
  g_autofree char *host = colon != NULL ? g_strndup (text, (gsize) (colon - text)) : NULL;
  GSocketAddress *address = NULL;
  guint64 port = 0;

  if (host != NULL && g_ascii_string_to_unsigned (colon + 1, 10, 0, G_MAXUINT16, &port, NULL))
    {
      gsize length = strlen (host);

      if (length > 2 && host[0] == '[' && host[length - 1] == ']')
        {
          host[length - 1] = '\0';
          address = g_inet_socket_address_new_from_string (host + 1, (guint) port);
        }
      else if (strcmp (host, "localhost") == 0)
        address = g_inet_socket_address_new_from_string ("127.0.0.1", (guint) port);
      else if (strchr (host, ':') == NULL)
        address = g_inet_socket_address_new_from_string (host, (guint) port);
    }

  if (address == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                         "The address to listen on is HOST:PORT, such as 127.0.0.1:8080 or "
                         "[::1]:8080 (port 0: any that is free), or unix:PATH");
  return address;
}

static char *
describe (TropeaHttpListener *self,
          GSocketAddress     *local)
{
  g_autofree char *host = NULL;

  if (G_IS_UNIX_SOCKET_ADDRESS (local))
    return g_strconcat (UNIX_PREFIX,
                        g_unix_socket_address_get_path (G_UNIX_SOCKET_ADDRESS (local)), NULL);

  host = g_inet_address_to_string (
    g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (local)));
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local));

  return strchr (host, ':') != NULL ? g_strdup_printf ("http://[%s]:%u", host, self->port)
                                    : g_strdup_printf ("http://%s:%u", host, self->port);
}

static gboolean
adopt (TropeaHttpListener  *self,
       const char          *text,
       GError             **error)
{
  g_autoptr(GSocketAddress) local = NULL;
  guint64 fd = 0;
  int is_listening = 0;

  if (g_ascii_string_to_unsigned (text, 10, 3, G_MAXINT, &fd, NULL))
    self->socket = g_socket_new_from_fd ((int) fd, NULL);
  if (self->socket != NULL)
    local = g_socket_get_local_address (self->socket, NULL);

  if (local == NULL ||
      !(G_IS_UNIX_SOCKET_ADDRESS (local) || G_IS_INET_SOCKET_ADDRESS (local)) ||
      !g_socket_get_option (self->socket, SOL_SOCKET, SO_ACCEPTCONN, &is_listening, NULL) ||
      !is_listening)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           "The descriptor that was handed over to listen on is not a stream "
                           "socket that listens");
      return FALSE;
    }

  g_socket_set_blocking (self->socket, FALSE);
  self->url = describe (self, local);
  return TRUE;
}

static const char *
advice_for (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    return "choose another port (0: any that is free) or end the program that has it";
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    return "choose a port above 1023";

  return "choose an address of this computer, such as 127.0.0.1";
}

static gboolean
open_inet (TropeaHttpListener  *self,
           const char          *text,
           GError             **error)
{
  g_autoptr(GSocketAddress) address = parse_address (text, error);
  g_autoptr(GSocketAddress) local = NULL;
  g_autoptr(GError) local_error = NULL;

  if (address == NULL)
    return FALSE;

  if (!bind_and_listen (self, address, &local_error))
    {
      g_set_error (error, G_IO_ERROR, local_error->code, "Could not listen on %s (%s): %s",
                   text, local_error->message, advice_for (local_error));
      return FALSE;
    }

  local = g_socket_get_local_address (self->socket, error);
  if (local == NULL)
    return FALSE;

  self->url = describe (self, local);
  return TRUE;
}

/**
 * tropea_http_listener_open:
 * @address: HOST:PORT, where HOST is numbers or "localhost" and PORT may be 0 for one that the
 *   kernel chooses, or unix:PATH, or fd:NUMBER for a socket that listens already and is ours
 *   from now on
 */
TropeaHttpListener *
tropea_http_listener_open (const char  *address,
                           GError     **error)
{
  g_autoptr(TropeaHttpListener) self = NULL;
  gboolean is_open = FALSE;

  g_return_val_if_fail (address != NULL, NULL);

  self = g_object_new (TROPEA_TYPE_HTTP_LISTENER, NULL);
  if (g_str_has_prefix (address, UNIX_PREFIX))
    is_open = open_unix (self, address + strlen (UNIX_PREFIX), error);
  else if (g_str_has_prefix (address, FD_PREFIX))
    is_open = adopt (self, address + strlen (FD_PREFIX), error);
  else
    is_open = open_inet (self, address, error);

  if (!is_open)
    return NULL;

  return g_steal_pointer (&self);
}

int
tropea_http_listener_get_fd (TropeaHttpListener *self)
{
  g_return_val_if_fail (TROPEA_IS_HTTP_LISTENER (self) && self->socket != NULL, -1);

  return g_socket_get_fd (self->socket);
}

/**
 * tropea_http_listener_is_loopback:
 *
 * Returns: whether it is a port that only programs of this computer reach
 */
gboolean
tropea_http_listener_is_loopback (TropeaHttpListener *self)
{
  g_autoptr(GSocketAddress) local = NULL;

  g_return_val_if_fail (TROPEA_IS_HTTP_LISTENER (self) && self->socket != NULL, FALSE);

  local = g_socket_get_local_address (self->socket, NULL);
  return local != NULL && G_IS_INET_SOCKET_ADDRESS (local) &&
         g_inet_address_get_is_loopback (
           g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (local)));
}

/**
 * tropea_http_listener_get_port:
 *
 * Returns: the port, or 0 for a Unix socket
 */
guint
tropea_http_listener_get_port (TropeaHttpListener *self)
{
  g_return_val_if_fail (TROPEA_IS_HTTP_LISTENER (self), 0);

  return self->port;
}

/**
 * tropea_http_listener_get_url:
 *
 * Returns: "http://127.0.0.1:8080" or "unix:/path"
 */
const char *
tropea_http_listener_get_url (TropeaHttpListener *self)
{
  g_return_val_if_fail (TROPEA_IS_HTTP_LISTENER (self), NULL);

  return self->url;
}

/**
 * tropea_http_listener_close:
 *
 * Stop listening; a Unix socket's file goes, if it is still ours. It may be called again.
 */
void
tropea_http_listener_close (TropeaHttpListener *self)
{
  struct stat status;

  g_return_if_fail (TROPEA_IS_HTTP_LISTENER (self));

  if (self->socket == NULL)
    return;

  if (self->path != NULL && g_lstat (self->path, &status) == 0 &&
      status.st_dev == self->device && status.st_ino == self->inode)
    g_unlink (self->path);
  g_socket_close (self->socket, NULL);
  g_clear_object (&self->socket);
}
