/* tropea-http-guard.c: what a request is refused for before its body is read
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-http"

#include "config.h"

#include "http/tropea-http-guard.h"

#include <string.h>

#include "http/tropea-http-request-private.h"

/* Where a body ends must never be a matter of opinion: a proxy in front that reads it another
 * way lets a second request be smuggled in. So exactly one plain Content-Length is taken, and
 * no Transfer-Encoding at all; a connection that tries either is closed. So is one with a
 * header that only libmicrohttpd can read: a name with a space or a control character in it, a
 * value with one, two hosts.
 */

/* Reading this much past a refused request is cheaper than a connection that is torn down
 * under a client that still writes and so never sees its answer. */
#define MAX_DISCARD_BYTES (512 * 1024)

/* Enough for any length that fits in 53 bits. */
#define MAX_LENGTH_DIGITS 15

typedef struct
{
  guint    n_hosts;
  guint    n_lengths;
  gboolean is_plain;
  gboolean has_encoding;
  gboolean has_junk;
  guint64  length_bytes;
} Framing;

static void
read_length (const char *value,
             gsize       size_bytes,
             Framing    *framing)
{
  framing->n_lengths++;
  framing->is_plain = size_bytes > 0 && size_bytes <= MAX_LENGTH_DIGITS;
  framing->length_bytes = 0;
  for (gsize i = 0; framing->is_plain && i < size_bytes; i++)
    {
      framing->is_plain = g_ascii_isdigit (value[i]);
      framing->length_bytes = framing->length_bytes * 10 +
                              (guint64) g_ascii_digit_value (value[i]);
    }
}

/* RFC 9110, section 5.6.2. */
static gboolean
is_token (const char *name,
          gsize       size_bytes)
{
  for (gsize i = 0; i < size_bytes; i++)
    {
      if (!g_ascii_isalnum (name[i]) && (name[i] == '\0' ||
                                         strchr ("!#$%&'*+-.^_`|~", name[i]) == NULL))
        return FALSE;
    }

  return size_bytes > 0;
}

/* Section 5.5: visible characters, spaces, tabs, and bytes above ASCII. */
static gboolean
is_field_value (const char *value,
                gsize       size_bytes)
{
  for (gsize i = 0; i < size_bytes; i++)
    {
      if (g_ascii_iscntrl (value[i]) && value[i] != '\t')
        return FALSE;
    }

  return TRUE;
}

static enum MHD_Result
look_at_header_cb (void               *data,
                   enum MHD_ValueKind  kind,
                   const char         *name,
                   size_t              name_size,
                   const char         *value,
                   size_t              value_size)
{
  Framing *framing = data;

  if (!is_token (name, name_size) || (value != NULL && !is_field_value (value, value_size)))
    framing->has_junk = TRUE;

  if (g_ascii_strcasecmp (name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0)
    framing->has_encoding = TRUE;
  else if (g_ascii_strcasecmp (name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0)
    read_length (value != NULL ? value : "", value_size, framing);
  else if (g_ascii_strcasecmp (name, MHD_HTTP_HEADER_HOST) == 0)
    framing->n_hosts++;

  return MHD_YES;
}

/* HTTP/1.1 has a host; before, there was none. */
static gboolean
has_one_host (const TropeaHttpGuardRequest *guarded,
              const Framing                *framing)
{
  return framing->n_hosts == 1 ||
         (framing->n_hosts == 0 && strcmp (guarded->version, MHD_HTTP_VERSION_1_0) == 0);
}

/* The target is what stands between the first space of the line and the last. */
static gboolean
is_target (const char *target)
{
  for (const char *c = target; *c != '\0'; c++)
    {
      if (*c == ' ' || g_ascii_iscntrl (*c))
        return FALSE;
    }

  return TRUE;
}

static gboolean
refuse_framing (const TropeaHttpGuardRequest *guarded,
                const TropeaHttpLimits       *limits,
                const Framing                *framing)
{
  TropeaHttpRequest *request = guarded->request;
  gboolean lacks_length = framing->n_lengths == 0 && !limits->takes_no_length &&
                          strcmp (guarded->method, MHD_HTTP_METHOD_POST) == 0;
  gboolean is_clean = !framing->has_junk && has_one_host (guarded, framing) &&
                      is_target (tropea_http_request_get_target (request));

  if (!framing->has_encoding && is_clean && !lacks_length && framing->n_lengths <= 1 &&
      (framing->n_lengths == 0 || framing->is_plain))
    return FALSE;

  tropea_http_request_close_after (request);
  if (framing->has_encoding)
    tropea_http_request_fail (request, MHD_HTTP_NOT_IMPLEMENTED, "transfer-encoding",
                              "Send the body with a Content-Length, not with a "
                              "Transfer-Encoding");
  else if (!is_clean)
    tropea_http_request_fail (request, MHD_HTTP_BAD_REQUEST, "malformed",
                              "The request line or a header is not written as HTTP wants it, "
                              "or Host is not there once");
  else if (lacks_length)
    tropea_http_request_fail (request, MHD_HTTP_LENGTH_REQUIRED, "length-required",
                              "Say with a Content-Length how long the body is");
  else
    tropea_http_request_fail (request, MHD_HTTP_BAD_REQUEST, "malformed",
                              "Content-Length must be there once, as a plain number");
  return TRUE;
}

/* The target may have half of what the headers may have. */
static gboolean
refuse_length (const TropeaHttpGuardRequest *guarded,
               gsize                         max_header_bytes)
{
  const union MHD_ConnectionInfo *info =
    MHD_get_connection_info (guarded->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

  if (strlen (tropea_http_request_get_target (guarded->request)) > max_header_bytes / 2)
    tropea_http_request_fail (guarded->request, MHD_HTTP_URI_TOO_LONG, "target-too-long",
                              "The path with its query is too long");
  else if (info != NULL && info->header_size > max_header_bytes)
    tropea_http_request_fail (guarded->request, MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE,
                              "headers-too-large", "The headers are too large");
  else
    return FALSE;

  return TRUE;
}

static const TropeaHttpRoute *
find_route (TropeaHttpRequest     *request,
            const char            *method,
            const TropeaHttpRoute *routes,
            gsize                  n_routes)
{
  g_autoptr(GString) allowed = g_string_new (NULL);

  for (gsize i = 0; i < n_routes; i++)
    {
      if (!tropea_http_request_has_path (request, routes[i].path))
        continue;
      tropea_http_request_set_path (request, routes[i].path);
      if (strcmp (routes[i].method, method) == 0)
        return &routes[i];

      if (allowed->len > 0)
        g_string_append (allowed, ", ");
      g_string_append (allowed, routes[i].method);
    }

  if (allowed->len == 0)
    tropea_http_request_fail (request, MHD_HTTP_NOT_FOUND, "not-found",
                              "There is nothing at this path");
  else
    {
      tropea_http_request_set_allow (request, allowed->str);
      tropea_http_request_fail (request, MHD_HTTP_METHOD_NOT_ALLOWED, "method-not-allowed",
                                "This path has another method");
    }
  return NULL;
}

/**
 * tropea_http_guard_check:
 *
 * Look at a request whose headers are complete; answer it where it is refused.
 */
TropeaHttpGuardVerdict
tropea_http_guard_check (const TropeaHttpGuardRequest *guarded,
                         const TropeaHttpLimits       *limits,
                         const TropeaHttpRoute        *routes,
                         gsize                         n_routes,
                         gboolean                      is_draining)
{
  TropeaHttpRequest *request = guarded->request;
  Framing framing = { 0 };
  const TropeaHttpRoute *route = NULL;

  MHD_get_connection_values_n (guarded->connection, MHD_HEADER_KIND, look_at_header_cb,
                               &framing);
  if (refuse_framing (guarded, limits, &framing))
    return TROPEA_HTTP_GUARD_CLOSE;

  if (is_draining || framing.length_bytes > MAX_DISCARD_BYTES)
    tropea_http_request_close_after (request);

  if (is_draining)
    tropea_http_request_fail (request, MHD_HTTP_SERVICE_UNAVAILABLE, "unavailable",
                              "This server is about to end");
  else if (!refuse_length (guarded, limits->max_header_bytes) &&
           (guarded->access == NULL || guarded->access (request, guarded->user_data)) &&
           (route = find_route (request, guarded->method, routes, n_routes)) != NULL)
    {
      if (framing.length_bytes <= route->max_body_bytes)
        {
          tropea_http_request_set_route (request, route);
          return TROPEA_HTTP_GUARD_PASS;
        }
      tropea_http_request_fail (request, MHD_HTTP_CONTENT_TOO_LARGE, "too-large",
                                "The body is larger than this path takes");
    }

  return framing.length_bytes > MAX_DISCARD_BYTES ? TROPEA_HTTP_GUARD_CLOSE
                                                  : TROPEA_HTTP_GUARD_DISCARD;
}
