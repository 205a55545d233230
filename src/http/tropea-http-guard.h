/* tropea-http-guard.h: what a request is refused for before its body is read
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <microhttpd.h>

#include "http/tropea-http-request.h"
#include "http/tropea-http-server.h"

G_BEGIN_DECLS

/**
 * TropeaHttpGuardVerdict:
 * @TROPEA_HTTP_GUARD_PASS: read the body and follow the route
 * @TROPEA_HTTP_GUARD_DISCARD: it is answered; read its body only to get past it
 * @TROPEA_HTTP_GUARD_CLOSE: it is answered; read nothing more from this connection
 */
typedef enum
{
  TROPEA_HTTP_GUARD_PASS,
  TROPEA_HTTP_GUARD_DISCARD,
  TROPEA_HTTP_GUARD_CLOSE,
} TropeaHttpGuardVerdict;

/* All that is known of a request when its headers are complete. */
typedef struct
{
  TropeaHttpRequest     *request;     /* (unowned) */
  struct MHD_Connection *connection;  /* (unowned) */
  const char            *method;      /* (unowned) */
  const char            *version;     /* (unowned) */
  TropeaHttpAccess       access;      /* (nullable) */
  gpointer               user_data;   /* (unowned): for @access */
} TropeaHttpGuardRequest;

TropeaHttpGuardVerdict tropea_http_guard_check (const TropeaHttpGuardRequest *guarded,
                                                const TropeaHttpLimits       *limits,
                                                const TropeaHttpRoute        *routes,
                                                gsize                         n_routes,
                                                gboolean                      is_draining);

G_END_DECLS
