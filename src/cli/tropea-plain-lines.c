/* tropea-plain-lines.c: what happens, as lines for people and log files
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-plain-lines"

#include "config.h"

#include "cli/tropea-plain-lines.h"

#include "record/tropea-credit.h"

char *
tropea_plain_lines_state (const TropeaStatus *status)
{
  const char *state = tropea_tor_state_to_string (status->state);

  if (status->socks_port != 0)
    return g_strdup_printf ("state: %s, SOCKS port %u, control port %u\n", state,
                            status->socks_port, status->control_port);

  if (status->restart_seconds != 0)
    return g_strdup_printf ("state: %s again in %u s\n", state, status->restart_seconds);

  return g_strdup_printf ("state: %s%s\n", state, status->is_simulating ? ", simulation" : "");
}

char *
tropea_plain_lines_bootstrap (const TropeaStatus *status)
{
  return g_strdup_printf ("bootstrap: %d %%%s%s\n", status->bootstrap_percent,
                          status->bootstrap_summary != NULL ? " " : "",
                          status->bootstrap_summary != NULL ? status->bootstrap_summary : "");
}

char *
tropea_plain_lines_sample (const TropeaStatus *status)
{
  g_autofree char *bytes_in = tropea_status_format_bytes (status->bytes_in);
  g_autofree char *bytes_out = tropea_status_format_bytes (status->bytes_out);
  g_autofree char *rate_in = tropea_status_format_bytes (status->rate_in);
  g_autofree char *rate_out = tropea_status_format_bytes (status->rate_out);
  g_autofree char *open = tropea_status_format_bytes ((guint64) status->accumulated_bytes);

  return g_strdup_printf ("traffic: in %s (%s/s), out %s (%s/s), %u connections, %u circuits, "
                          "open session %s in %" G_GINT64_FORMAT " s\n",
                          bytes_in, rate_in, bytes_out, rate_out, status->connection_count,
                          status->circuit_count, open, status->accumulated_seconds);
}

char *
tropea_plain_lines_session (TropeaSession *session)
{
  const TropeaRecord *record = tropea_session_get_record (session);
  g_autofree char *bytes = tropea_status_format_bytes ((guint64) record->bytes);

  return g_strdup_printf ("session: %s, %" G_GINT64_FORMAT " s, %s, %s\n", record->session_id,
                          record->duration_s, bytes, tropea_source_to_string (record->source));
}

char *
tropea_plain_lines_credited (const TropeaStatus *status,
                             TropeaSession      *session)
{
  g_autofree char *earned = tropea_credit_format (tropea_session_get_credits_micro (session));
  g_autofree char *total = tropea_status_format_credits (status->total_credits_micro,
                                                         status->simulated_credits_micro);

  return g_strdup_printf ("credited: %s, %s credits; in all %s for %" G_GINT64_FORMAT " %s\n",
                          tropea_session_get_record (session)->session_id, earned, total,
                          status->submitted_sessions,
                          status->submitted_sessions == 1 ? "session" : "sessions");
}

char *
tropea_plain_lines_refused (TropeaSession *session)
{
  const char *code = tropea_session_get_reason_code (session);
  const char *reason = tropea_session_get_reason (session);

  return g_strdup_printf ("refused: %s, %s: %s\n",
                          tropea_session_get_record (session)->session_id,
                          code != NULL ? code : "no code", reason != NULL ? reason : "no reason");
}
