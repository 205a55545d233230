/* tropea-api-guard.c: who may speak to the local API
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-api"

#include "config.h"

#include "api/tropea-api-guard.h"

#include <microhttpd.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "http/tropea-http-host.h"

/* On the socket it is its user, and the administrator. On the port it could be any program of
 * anybody on this computer, and any page in a browser: a page cannot say another Host than the
 * name that it was loaded from, cannot leave its Origin out where that matters, and does not
 * know the token. Each of the three is looked at although one would do.
 */

/**
 * tropea_api_guard_has_token:
 * @authorization: (nullable): the header's value
 *
 * The time that this takes does not depend on where a wrong token differs.
 */
gboolean
tropea_api_guard_has_token (const char *authorization,
                            const char *token)
{
  const char *prefix = "Bearer ";
  const gsize length = strlen (token);

  return authorization != NULL &&
         g_ascii_strncasecmp (authorization, prefix, strlen (prefix)) == 0 &&
         strlen (authorization + strlen (prefix)) == length &&
         sodium_memcmp (authorization + strlen (prefix), token, length) == 0;
}

static gboolean
refuse_origin (TropeaHttpRequest *request)
{
  if (tropea_http_request_get_header (request, "Origin") == NULL)
    return FALSE;

  tropea_http_request_fail (request, MHD_HTTP_FORBIDDEN, "origin-not-allowed",
                            "Web pages may not use this: send no Origin");
  return TRUE;
}

gboolean
tropea_api_guard_admit_socket (TropeaHttpRequest *request)
{
  uid_t uid = 0;

  if (!tropea_http_request_get_peer_uid (request, &uid) || (uid != geteuid () && uid != 0))
    {
      tropea_http_request_fail (request, MHD_HTTP_FORBIDDEN, "forbidden",
                                "This Tropea is another user's");
      return FALSE;
    }

  return !refuse_origin (request);
}

gboolean
tropea_api_guard_admit_port (TropeaHttpRequest *request,
                             guint              port,
                             const char        *token)
{
  if (!tropea_http_host_is_loopback (tropea_http_request_get_header (request, "Host"), port))
    {
      tropea_http_request_fail (request, MHD_HTTP_MISDIRECTED_REQUEST, "host-not-allowed",
                                "Ask for localhost, 127.0.0.1 or [::1]");
      return FALSE;
    }

  if (refuse_origin (request))
    return FALSE;

  if (!tropea_api_guard_has_token (tropea_http_request_get_header (request, "Authorization"),
                                   token))
    {
      tropea_http_request_set_challenge (request, "Bearer");
      tropea_http_request_fail (request, MHD_HTTP_UNAUTHORIZED, "unauthorized",
                                "Send “Authorization: Bearer” with the text of the file api-token "
                                "in the data folder");
      return FALSE;
    }

  return TRUE;
}
