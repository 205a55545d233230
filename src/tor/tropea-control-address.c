/* tropea-control-address.c: where a tor's control port may be, as people write it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-control-address"

#include "config.h"

#include "tor/tropea-control-address.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>
#include <sys/un.h>

#include "tor/tropea-tor-diagnosis.h"

/* Pure. Only this computer: over a network a control port's password and all that tor says
 * would go in the open.
 */

/* Debian's tor, Tor Browser's, Debian's socket. */
static const char * const usual[] = {
  "/run/tor/control", "127.0.0.1:9051", "127.0.0.1:9151", NULL,
};

const char * const *
tropea_control_address_get_usual (void)
{
  return usual;
}

static GSocketAddress *
parse_path (const char *path)
{
  struct sockaddr_un address;

  if (strlen (path) >= sizeof address.sun_path || strpbrk (path, "\r\n") != NULL)
    return NULL;

  return g_unix_socket_address_new (path);
}

static GSocketAddress *
parse_port (const char *host,
            const char *text)
{
  g_autoptr(GInetAddress) inet = NULL;
  guint64 port;

  if (!g_ascii_string_to_unsigned (text, 10, 1, 65535, &port, NULL))
    return NULL;

  inet = g_inet_address_new_from_string (g_str_equal (host, "localhost") ? "127.0.0.1" : host);
  if (inet == NULL || !g_inet_address_get_is_loopback (inet))
    return NULL;

  return g_inet_socket_address_new (inet, (guint16) port);
}

static GSocketAddress *
parse (const char *text)
{
  const char *colon = strrchr (text, ':');
  g_autofree char *host = NULL;

  if (g_str_has_prefix (text, "unix:"))
    text += strlen ("unix:");
  if (text[0] == '/')
    return parse_path (text);
  if (colon == NULL)
    return parse_port ("127.0.0.1", text);

  host = g_strndup (text, (gsize) (colon - text));
  if (host[0] == '[' && g_str_has_suffix (host, "]"))
    {
      memmove (host, host + 1, strlen (host));
      host[strlen (host) - 1] = '\0';
    }

  return parse_port (host, colon + 1);
}

/**
 * tropea_control_address_parse:
 * @text: a port, an address of this computer with a port, or the path of a socket
 *
 * Returns: (transfer full): the address, or %NULL with a %TROPEA_TOR_ERROR
 */
GSocketAddress *
tropea_control_address_parse (const char  *text,
                              GError     **error)
{
  GSocketAddress *address;

  g_return_val_if_fail (text != NULL, NULL);

  address = parse (text);
  if (address == NULL)
    tropea_tor_problem_set_error (error, TROPEA_TOR_PROBLEM_FOREIGN_ADDRESS, text, NULL);

  return address;
}

/* The way people write it. */
char *
tropea_control_address_to_string (GSocketAddress *address)
{
  g_return_val_if_fail (G_IS_SOCKET_ADDRESS (address), NULL);

  return g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address));
}
