/* tropea-ledger-service.c: what the routes share to answer
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger"

#include "config.h"

#include "ledger/tropea-ledger-service.h"

#include <microhttpd.h>

#include "http/tropea-http-problem.h"

/* A request that comes too often is answered before anything is done for it, and told when to
 * come back. Each of its sessions counts as one.
 */

#define LONGEST_RETRY_AFTER_S 3600

static void
refuse_rate (TropeaHttpRequest         *request,
             const TropeaLedgerRefusal *refusal,
             gint64                     wait_usec)
{
  g_autoptr(JsonObject) problem = tropea_http_problem_new (MHD_HTTP_TOO_MANY_REQUESTS,
                                                           "rate-limited", refusal->sentence);

  json_object_set_string_member (problem, "rule", refusal->rule);
  tropea_http_request_set_retry_after (request, tropea_ledger_service_to_seconds (wait_usec));
  tropea_http_request_respond_problem (request, problem);
}

/**
 * tropea_ledger_service_to_seconds:
 *
 * Returns: whole seconds, rounded up
 */
guint
tropea_ledger_service_to_seconds (gint64 wait_usec)
{
  return (guint) CLAMP ((wait_usec + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC, 1,
                        LONGEST_RETRY_AFTER_S);
}

/**
 * tropea_ledger_service_take_connection:
 *
 * In a handler. Returns: FALSE where the request is answered
 */
gboolean
tropea_ledger_service_take_connection (const TropeaLedgerService *self,
                                       TropeaHttpRequest         *request,
                                       guint                      n_tokens)
{
  static const TropeaLedgerRefusal refusal = TROPEA_LEDGER_REFUSAL_CONNECTION_RATE;
  gint64 wait_usec = 0;

  if (tropea_ledger_bucket_take (tropea_http_request_get_slot (request),
                                 &self->policy.connection_rate, n_tokens,
                                 tropea_clock_get_monotonic_usec (self->clock), &wait_usec))
    return TRUE;

  refuse_rate (request, &refusal, wait_usec);
  return FALSE;
}

/**
 * tropea_ledger_service_take_key:
 *
 * In a handler. Returns: FALSE where the request is answered
 */
gboolean
tropea_ledger_service_take_key (const TropeaLedgerService *self,
                                TropeaHttpRequest         *request,
                                const guint8              *client_pub)
{
  static const TropeaLedgerRefusal refusal = TROPEA_LEDGER_REFUSAL_KEY_RATE;
  gint64 wait_usec = 0;

  if (tropea_ledger_limiter_take_key (self->limiter, client_pub,
                                      tropea_clock_get_monotonic_usec (self->clock),
                                      &wait_usec))
    return TRUE;

  refuse_rate (request, &refusal, wait_usec);
  return FALSE;
}
