/* tropea-cli-event-line.c: an event in a line, for people
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-cli-reports"

#include "config.h"

#include "cli/tropea-cli-reports.h"

#include "cli/tropea-answer.h"

#include <string.h>

/* The words are those of "tropeactl run" in a pipe, with the time in front. */

typedef struct
{
  const char   *name;
  char       *(*describe) (JsonObject *event);
} Kind;

static char *
describe_status (JsonObject *event)
{
  g_auto(TropeaStatus) status = { 0 };
  g_autofree char *uptime = NULL;
  g_autofree char *bytes = NULL;
  g_autofree char *credits = NULL;

  tropea_answer_read_status (event, &status);
  uptime = tropea_status_format_duration (status.uptime_seconds);
  bytes = tropea_status_format_bytes (status.total_bytes);
  credits = tropea_status_format_credits (status.total_credits_micro,
                                          status.simulated_credits_micro);

  return g_strdup_printf ("%s%s for %s, %s moved, %s credits",
                          tropea_tor_state_to_string (status.state),
                          status.is_simulating ? " (simulation)" : "", uptime, bytes, credits);
}

static char *
describe_state (JsonObject *event)
{
  const char *state = tropea_answer_get_text (event, "status");
  gint64 socks_port = tropea_answer_get_number (event, "socksPort");
  gint64 restart = tropea_answer_get_number (event, "restartSeconds");

  if (socks_port != 0)
    return g_strdup_printf ("%s, SOCKS port %" G_GINT64_FORMAT ", control port %" G_GINT64_FORMAT,
                            state, socks_port, tropea_answer_get_number (event, "controlPort"));

  if (restart != 0)
    return g_strdup_printf ("%s again in %" G_GINT64_FORMAT " s", state, restart);

  return g_strconcat (state, tropea_answer_get_flag (event, "simulating") ? ", simulation" : "",
                      NULL);
}

static char *
describe_bootstrap (JsonObject *event)
{
  const char *summary = tropea_answer_get_text (event, "summary");

  return g_strdup_printf ("%" G_GINT64_FORMAT " %%%s%s",
                          tropea_answer_get_number (event, "percent"),
                          *summary != '\0' ? " " : "", summary);
}

static char *
dup_bytes (JsonObject *event,
           const char *name)
{
  return tropea_status_format_bytes ((guint64) tropea_answer_get_number (event, name));
}

static char *
describe_sample (JsonObject *event)
{
  g_autofree char *bytes_in = dup_bytes (event, "bytesIn");
  g_autofree char *bytes_out = dup_bytes (event, "bytesOut");
  g_autofree char *rate_in = dup_bytes (event, "rateIn");
  g_autofree char *rate_out = dup_bytes (event, "rateOut");
  g_autofree char *gathered = dup_bytes (event, "accumulatedBytes");

  return g_strdup_printf ("in %s (%s/s), out %s (%s/s), %" G_GINT64_FORMAT " connections, %"
                          G_GINT64_FORMAT " circuits, open session %s in %" G_GINT64_FORMAT " s",
                          bytes_in, rate_in, bytes_out, rate_out,
                          tropea_answer_get_number (event, "connectionCount"),
                          tropea_answer_get_number (event, "circuitCount"), gathered,
                          tropea_answer_get_number (event, "accumulatedSeconds"));
}

static char *
describe_session (JsonObject *event)
{
  g_autofree char *bytes = dup_bytes (event, "bytesTransferred");

  return g_strdup_printf ("%s, %" G_GINT64_FORMAT " s, %s, %s",
                          tropea_answer_get_text (event, "sessionId"),
                          tropea_answer_get_number (event, "duration"), bytes,
                          tropea_answer_get_text (event, "source"));
}

static char *
describe_credited (JsonObject *event)
{
  g_autofree char *total = tropea_status_format_credits (
    tropea_answer_get_number (event, "totalCreditsMicro"),
    tropea_answer_get_number (event, "simulatedCreditsMicro"));
  gint64 n_sessions = tropea_answer_get_number (event, "submittedSessions");

  return g_strdup_printf ("%s, %s credits; in all %s for %" G_GINT64_FORMAT " %s",
                          tropea_answer_get_text (event, "sessionId"),
                          tropea_answer_get_text (event, "credits"), total, n_sessions,
                          n_sessions == 1 ? "session" : "sessions");
}

static char *
describe_refused (JsonObject *event)
{
  return g_strdup_printf ("%s, %s: %s", tropea_answer_get_text (event, "sessionId"),
                          tropea_answer_get_text (event, "code"),
                          tropea_answer_get_text (event, "reason"));
}

static char *
describe_message (JsonObject *event)
{
  return g_strdup (tropea_answer_get_text (event, "message"));
}

static char *
describe_diagnosis (JsonObject *event)
{
  const char *message = tropea_answer_get_text (event, "message");

  return g_strdup (*message != '\0' ? message : "nothing is wrong any more");
}

static char *
describe_dropped (JsonObject *event)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT " events, because they were not read in time",
                          tropea_answer_get_number (event, "count"));
}

static const Kind kinds[] = {
  { "status", describe_status },
  { "state", describe_state },
  { "bootstrap", describe_bootstrap },
  { "sample", describe_sample },
  { "session", describe_session },
  { "credited", describe_credited },
  { "refused", describe_refused },
  { "notice", describe_message },
  { "diagnosis", describe_diagnosis },
  { "error", describe_message },
  { "dropped", describe_dropped },
};

/* What tor and the ledger say must not steer a terminal. */
static void
make_harmless (char *line)
{
  for (char *p = line; *p != '\0'; p++)
    if (g_ascii_iscntrl (*p))
      *p = '?';
}

/**
 * tropea_cli_report_event:
 *
 * Returns: (transfer full): a line; of a kind that this program does not know, its name
 */
char *
tropea_cli_report_event (JsonObject *event,
                         gint64      now_ms,
                         GTimeZone  *zone)
{
  const char *name = tropea_answer_get_text (event, "event");
  g_autofree char *now = tropea_cli_report_time (now_ms, zone);
  g_autofree char *words = NULL;
  g_autofree char *line = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (kinds) && words == NULL; i++)
    if (g_str_equal (kinds[i].name, name))
      words = kinds[i].describe (event);

  line = g_strdup_printf ("%s  %-9s  %s", now, name, words != NULL ? words : "");
  g_strchomp (line);
  make_harmless (line);

  return g_strconcat (line, "\n", NULL);
}
