/* tropea-http-host.c: what a client calls the server
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-http"

#include "config.h"

#include "http/tropea-http-host.h"

#include <string.h>

/* A page in a browser cannot say another Host than the name that it was loaded from, so whoever
 * makes a name of theirs point to this computer is known by it (DNS rebinding).
 */

/**
 * tropea_http_host_is_loopback:
 * @host: (nullable): the header's value
 * @port: ours
 *
 * Returns: whether it is a name of this computer's for itself, with our port or none
 */
gboolean
tropea_http_host_is_loopback (const char *host,
                              guint       port)
{
  static const char * const names[] = { "localhost", "127.0.0.1", "[::1]" };
  g_autofree char *suffix = g_strdup_printf (":%u", port);

  for (gsize i = 0; host != NULL && i < G_N_ELEMENTS (names); i++)
    {
      gsize length = strlen (names[i]);

      if (g_ascii_strncasecmp (host, names[i], length) == 0 &&
          (host[length] == '\0' || strcmp (host + length, suffix) == 0))
        return TRUE;
    }

  return FALSE;
}
