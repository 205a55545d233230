/* tropea-cli-reports.c: what is shown of answers, for people
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-cli-reports"

#include "config.h"

#include "cli/tropea-cli-reports.h"

#include "cli/tropea-answer.h"
#include "record/tropea-credit.h"

#include <string.h>

/* Labels and units are those of the block that "tropeactl run" draws. */

#define LABEL_COLUMNS 13

/* As much of an id as finds its session. */
#define ID_DIGITS 8

static void G_GNUC_PRINTF (3, 4)
add_row (GString    *text,
         const char *label,
         const char *format,
         ...)
{
  va_list args;

  g_string_append_printf (text, "%-*s", LABEL_COLUMNS, label);
  va_start (args, format);
  g_string_append_vprintf (text, format, args);
  va_end (args);
  g_string_append_c (text, '\n');
}

static void
add_credits (GString    *text,
             const char *label,
             JsonObject *object,
             const char *name)
{
  g_autofree char *credits = tropea_credit_format (tropea_answer_get_number (object, name));

  add_row (text, label, "%s", credits);
}

char *
tropea_cli_report_time (gint64     wall_ms,
                        GTimeZone *zone)
{
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc (wall_ms / 1000);
  g_autoptr(GDateTime) local = utc != NULL ? g_date_time_to_timezone (utc, zone) : NULL;

  return local != NULL ? g_date_time_format (local, "%Y-%m-%d %H:%M:%S") : g_strdup ("-");
}

/**
 * tropea_cli_report_status:
 *
 * Returns: (transfer full): the block of "tropeactl run", and what else is to be known
 */
char *
tropea_cli_report_status (JsonObject                   *status,
                          const TropeaStatusBlockStyle *style)
{
  g_auto(TropeaStatus) figures = { 0 };
  g_auto(GStrv) lines = NULL;
  g_autofree char *joined = NULL;
  GString *text = NULL;
  const char *sentence =
    tropea_answer_get_text (tropea_answer_get_object (status, "diagnosis"), "sentence");

  tropea_answer_read_status (status, &figures);
  if (*sentence != '\0' && figures.problem == NULL)
    figures.problem = g_strdup (sentence);

  lines = tropea_status_block_format (&figures, style);
  joined = g_strjoinv ("\n", lines);
  text = g_string_new (joined);
  g_string_append_c (text, '\n');
  if (!figures.is_monitoring)
    add_row (text, "Monitoring", "off, no sessions are made: “tropeactl monitor on”");

  return g_string_free (text, FALSE);
}

static void
add_day (GString    *text,
         JsonObject *day)
{
  g_autofree char *credits = tropea_credit_format (tropea_answer_get_number (day,
                                                                             "creditsMicro"));
  g_autofree char *simulated =
    tropea_credit_format (tropea_answer_get_number (day, "simulatedCreditsMicro"));

  g_string_append_printf (text, "%-10s  %8" G_GINT64_FORMAT "  %7" G_GINT64_FORMAT
                          "  %7" G_GINT64_FORMAT "  %10s  %10s\n",
                          tropea_answer_get_text (day, "day"),
                          tropea_answer_get_number (day, "sessions"),
                          tropea_answer_get_number (day, "waiting"),
                          tropea_answer_get_number (day, "refused"), credits, simulated);
}

char *
tropea_cli_report_credits (JsonObject *credits)
{
  GString *text = g_string_new (NULL);
  gint64 streak = tropea_answer_get_number (credits, "streakDays");
  JsonObject *day = NULL;

  add_credits (text, "Credits", credits, "totalCreditsMicro");
  if (tropea_answer_get_number (credits, "simulatedCreditsMicro") != 0)
    add_credits (text, "Simulated", credits, "simulatedCreditsMicro");
  add_credits (text, "Today", credits, "todayMicro");
  add_credits (text, "Last 7 days", credits, "weekMicro");
  add_credits (text, "Last 30 days", credits, "monthMicro");
  add_credits (text, "Best day", credits, "bestDayMicro");
  add_credits (text, "A session", credits, "averageMicro");
  add_row (text, "In a row", "%" G_GINT64_FORMAT " %s", streak, streak == 1 ? "day" : "days");
  add_row (text, "Sessions", "%" G_GINT64_FORMAT " submitted · %" G_GINT64_FORMAT " waiting · %"
           G_GINT64_FORMAT " refused", tropea_answer_get_number (credits, "submittedSessions"),
           tropea_answer_get_number (credits, "waitingSessions"),
           tropea_answer_get_number (credits, "refusedSessions"));

  for (guint i = 0; (day = tropea_answer_get_item (credits, "days", i)) != NULL; i++)
    {
      if (i == 0)
        g_string_append (text, "\nDAY         SESSIONS  WAITING  REFUSED     CREDITS   "
                         "SIMULATED\n");
      add_day (text, day);
    }

  return g_string_free (text, FALSE);
}

/* The names are those of the options that set them. */
char *
tropea_cli_report_thresholds (JsonObject *thresholds)
{
  GString *text = g_string_new (NULL);
  gint64 min_bytes = tropea_answer_get_number (thresholds, "minBytes");
  g_autofree char *bytes = tropea_status_format_bytes ((guint64) min_bytes);

  add_row (text, "min-bytes", "%" G_GINT64_FORMAT " (%s)", min_bytes, bytes);
  add_row (text, "min-seconds", "%" G_GINT64_FORMAT,
           tropea_answer_get_number (thresholds, "minDuration"));
  add_row (text, "max-seconds", "%" G_GINT64_FORMAT,
           tropea_answer_get_number (thresholds, "maxDuration"));

  return g_string_free (text, FALSE);
}

char *
tropea_cli_report_identity (JsonObject *identity)
{
  GString *text = g_string_new (NULL);
  const char *key = tropea_answer_get_text (identity, "publicKey");
  const char *problem = tropea_answer_get_text (identity, "problem");

  add_row (text, "Public key", "%s", *key != '\0' ? key : "none yet");
  add_row (text, "Secret key", "%s", tropea_answer_get_text (identity, "keyState"));
  if (*problem != '\0')
    g_string_append_printf (text, "%s\n", problem);

  return g_string_free (text, FALSE);
}

char *
tropea_cli_report_head (void)
{
  return g_strdup ("STARTED              ID        LENGTH        MOVED  KIND       STATE     "
                   "  CREDITS\n");
}

static const char *
get_color (TropeaSessionState state)
{
  switch (state)
    {
    case TROPEA_SESSION_STATE_WAITING:
      return "\033[33m";

    case TROPEA_SESSION_STATE_REFUSED:
      return "\033[31m";

    case TROPEA_SESSION_STATE_CREDITED:
    default:
      return "\033[32m";
    }
}

/* The ledger's words come from outside. */
static void
append_reason (GString    *text,
               const char *reason)
{
  g_string_append (text, "  ");
  for (const char *p = reason; *p != '\0'; p++)
    g_string_append_c (text, g_ascii_iscntrl (*p) ? '?' : *p);
}

char *
tropea_cli_report_session (TropeaSession *session,
                           GTimeZone     *zone,
                           gboolean       use_color)
{
  const TropeaRecord *record = tropea_session_get_record (session);
  TropeaSessionState state = tropea_session_get_state (session);
  const char *reason = tropea_session_get_reason (session);
  g_autofree char *started = tropea_cli_report_time (record->timestamp_ms, zone);
  g_autofree char *length = tropea_status_format_duration (record->duration_s);
  g_autofree char *moved = tropea_status_format_bytes ((guint64) record->bytes);
  g_autofree char *credits = tropea_credit_format (tropea_session_get_credits_micro (session));
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%-19s  %.*s  %-8s  %9s  %-9s  %s%-8s%s  %9s", started, ID_DIGITS,
                          record->session_id, length, moved,
                          tropea_session_kind_to_string (tropea_session_get_kind (session)),
                          use_color ? get_color (state) : "",
                          tropea_session_state_to_string (state), use_color ? "\033[0m" : "",
                          state == TROPEA_SESSION_STATE_CREDITED ? credits : "-");
  if (state == TROPEA_SESSION_STATE_REFUSED && reason != NULL)
    append_reason (text, reason);
  g_string_append_c (text, '\n');

  return g_string_free (text, FALSE);
}
