/* tropea-ledger-url.c: where a ledger is, and whether tor must be between us
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-url"

#include "config.h"

#include "submit/tropea-ledger-url.h"

#include <gio/gio.h>
#include <string.h>
#include <sys/un.h>

#include "submit/tropea-ledger-client.h"

/* What counts as local is decided from the spelling alone, without a look-up: a literal
 * loopback address, or exactly "localhost", which GLib answers itself. All else is remote,
 * also a name that somebody's DNS would lead back here.
 */

#define SOCKET_SCHEME "unix:"

/* A DNS name has at most 253 characters. */
#define LONGEST_HOST_BYTES 253

static gboolean
set_invalid (GError     **error,
             const char  *reason)
{
  g_set_error (error, TROPEA_LEDGER_CLIENT_ERROR, TROPEA_LEDGER_CLIENT_ERROR_INVALID_URL,
               "This is not a ledger's URL (%s): write unix:PATH, http://HOST:PORT or "
               "https://HOST:PORT", reason);
  return FALSE;
}

static gboolean
parse_socket (TropeaLedgerUrl  *self,
              const char       *path,
              GError          **error)
{
  struct sockaddr_un address;

  if (!g_path_is_absolute (path))
    return set_invalid (error, "the path does not begin with a slash");

  if (strlen (path) >= sizeof address.sun_path)
    return set_invalid (error, "the path is too long for a socket");

  self->url = g_strconcat (SOCKET_SCHEME, path, NULL);
  self->socket_path = g_strdup (path);
  self->base = g_strdup ("http://localhost");

  return TRUE;
}

static gboolean
is_good_host (const char *host)
{
  const char *others = strchr (host, ':') != NULL ? ":." : "-.";

  if (host[0] == '\0' || strlen (host) > LONGEST_HOST_BYTES)
    return FALSE;

  if (strchr (host, ':') != NULL && !g_hostname_is_ip_address (host))
    return FALSE;

  for (const char *c = host; *c != '\0'; c++)
    {
      if (!g_ascii_isalnum (*c) && strchr (others, *c) == NULL)
        return FALSE;
    }

  return TRUE;
}

static gboolean
is_loopback (const char *host)
{
  g_autoptr(GInetAddress) address = NULL;

  if (strcmp (host, "localhost") == 0)
    return TRUE;

  address = g_inet_address_new_from_string (host);

  return address != NULL && g_inet_address_get_is_loopback (address);
}

static gboolean
check_parts (GUri    *uri,
             GError **error)
{
  const char *scheme = g_uri_get_scheme (uri);
  const char *path = g_uri_get_path (uri);

  if (strcmp (scheme, "http") != 0 && strcmp (scheme, "https") != 0)
    return set_invalid (error, "neither http:, https: nor unix:");

  if (g_uri_get_userinfo (uri) != NULL)
    return set_invalid (error, "it has a user name");

  if (strcmp (path, "") != 0 && strcmp (path, "/") != 0)
    return set_invalid (error, "it has a path");

  if (g_uri_get_query (uri) != NULL || g_uri_get_fragment (uri) != NULL)
    return set_invalid (error, "it has a query");

  if (g_uri_get_host (uri) == NULL || !is_good_host (g_uri_get_host (uri)))
    return set_invalid (error, "the host's name is not one");

  if (g_uri_get_port (uri) == 0)
    return set_invalid (error, "there is no port 0");

  return TRUE;
}

static gboolean
parse_http (TropeaLedgerUrl  *self,
            const char       *string,
            GError          **error)
{
  g_autoptr(GUri) uri = g_uri_parse (string, G_URI_FLAGS_NONE, NULL);
  g_autofree char *host = NULL;

  if (uri == NULL)
    return set_invalid (error, "it cannot be read");

  if (!check_parts (uri, error))
    return FALSE;

  host = g_ascii_strdown (g_uri_get_host (uri), -1);
  self->url = g_uri_join (G_URI_FLAGS_NONE, g_uri_get_scheme (uri), NULL, host,
                          g_uri_get_port (uri), "", NULL, NULL);
  self->base = g_strdup (self->url);
  self->is_remote = !is_loopback (host);

  return TRUE;
}

/**
 * tropea_ledger_url_parse:
 *
 * Returns: (transfer full): where the ledger is, or NULL with
 *   TROPEA_LEDGER_CLIENT_ERROR_INVALID_URL
 */
TropeaLedgerUrl *
tropea_ledger_url_parse (const char  *string,
                         GError     **error)
{
  g_autoptr(TropeaLedgerUrl) self = g_new0 (TropeaLedgerUrl, 1);

  g_return_val_if_fail (string != NULL, NULL);

  if (g_str_has_prefix (string, SOCKET_SCHEME))
    {
      if (!parse_socket (self, string + strlen (SOCKET_SCHEME), error))
        return NULL;
    }
  else if (!parse_http (self, string, error))
    {
      return NULL;
    }

  return g_steal_pointer (&self);
}

void
tropea_ledger_url_free (TropeaLedgerUrl *self)
{
  if (self == NULL)
    return;

  g_free (self->url);
  g_free (self->base);
  g_free (self->socket_path);
  g_free (self);
}
