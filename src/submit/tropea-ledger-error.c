/* tropea-ledger-error.c: what went wrong with a ledger, as one sentence for the user
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-error"

#include "config.h"

#include "submit/tropea-ledger-error.h"

#include "submit/tropea-ledger-answer.h"
#include "submit/tropea-ledger-client.h"

/* The system's own messages name addresses and ports that it tried. Ours name the URL that the
 * user wrote and nothing else, so that they can be shown and logged anywhere.
 */

/* libsoup has no name for it (RFC 6585). */
#define STATUS_TOO_MANY_REQUESTS 429

#define STATUS_UNAVAILABLE 503

static const char *
describe_failure (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return "no answer in time";

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return "nothing listens there";

  if (error->domain == G_TLS_ERROR)
    return "its certificate is not good";

  return "the connection failed";
}

void
tropea_ledger_error_set_nonsense (const char  *url,
                                  const char  *reason,
                                  GError     **error)
{
  g_set_error (error, TROPEA_LEDGER_CLIENT_ERROR, TROPEA_LEDGER_CLIENT_ERROR_NONSENSE,
               "The ledger at “%s” gave an answer that is not a ledger's (%s): check its URL, or "
               "ask its operator", url, reason);
}

/**
 * tropea_ledger_error_set_transport:
 * @cause: from tropea_ledger_exchange_finish (); a cancellation is passed on as it is
 */
void
tropea_ledger_error_set_transport (const char    *url,
                                   const GError  *cause,
                                   GError       **error)
{
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_error_copy (cause));
  else if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE))
    tropea_ledger_error_set_nonsense (url, "it does not end", error);
  else
    g_set_error (error, TROPEA_LEDGER_CLIENT_ERROR, TROPEA_LEDGER_CLIENT_ERROR_UNREACHABLE,
                 "The ledger at “%s” cannot be reached (%s): sessions wait here and are sent "
                 "once it answers", url, describe_failure (cause));
}

/**
 * tropea_ledger_error_set_status:
 * @status: of an answer that is not the one we need
 * @body: of that answer
 */
void
tropea_ledger_error_set_status (const char  *url,
                                guint        status,
                                GBytes      *body,
                                GError     **error)
{
  g_autoptr(TropeaVerdict) problem = NULL;
  g_autofree char *reason = g_strdup_printf ("HTTP status %u", status);

  if (status >= 500 && status != STATUS_UNAVAILABLE)
    {
      g_set_error (error, TROPEA_LEDGER_CLIENT_ERROR, TROPEA_LEDGER_CLIENT_ERROR_BROKEN,
                   "The ledger at “%s” fails (%s): sessions wait here and are sent again later; "
                   "tell its operator if that lasts", url, reason);
      return;
    }

  if (status == STATUS_TOO_MANY_REQUESTS || status == STATUS_UNAVAILABLE)
    {
      g_set_error (error, TROPEA_LEDGER_CLIENT_ERROR, TROPEA_LEDGER_CLIENT_ERROR_BUSY,
                   "The ledger at “%s” has no time now (%s): sessions wait here and are sent "
                   "later", url, reason);
      return;
    }

  problem = tropea_ledger_answer_parse_problem (body, status, NULL);
  if (status < 400 || problem == NULL)
    tropea_ledger_error_set_nonsense (url, reason, error);
  else
    g_set_error (error, TROPEA_LEDGER_CLIENT_ERROR, TROPEA_LEDGER_CLIENT_ERROR_REFUSED,
                 "The ledger at “%s” refused the request (%s): update Tropea, or ask the ledger's "
                 "operator", url, problem->code);
}

void
tropea_ledger_error_set_needs_tor (const char  *url,
                                   GError     **error)
{
  g_set_error (error, TROPEA_LEDGER_CLIENT_ERROR, TROPEA_LEDGER_CLIENT_ERROR_NEEDS_TOR,
               "The ledger at “%s” is reached through Tor only: start Tor, then the waiting "
               "sessions are sent", url);
}
