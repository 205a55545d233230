/* tropea-json-lines.c: what happens, as one JSON object a line
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-json-lines"

#include "config.h"

#include "api/tropea-json-lines.h"

#include "base/tropea-json.h"
#include "api/tropea-remedy-advice.h"
#include "record/tropea-credit.h"

/* For programs that read what tropeactl writes: names, order and meaning stay as they are, new
 * members may come at the end. Integers are exact; "credits" in words are for people.
 */

typedef JsonObject Event;

static Event *
event_new (const char *name)
{
  Event *self = json_object_new ();

  json_object_set_string_member (self, "event", name);

  return self;
}

static char *
event_end (Event *self)
{
  g_autofree char *text = tropea_json_to_string (self);

  json_object_unref (self);

  return g_strconcat (text, "\n", NULL);
}

static void
add_uint64 (Event      *self,
            const char *name,
            guint64     value)
{
  json_object_set_int_member (self, name, (gint64) MIN (value, G_MAXINT64));
}

static void
add_credits (Event      *self,
             const char *name,
             gint64      micro)
{
  g_autofree char *text = tropea_credit_format (micro);

  json_object_set_string_member (self, name, text);
}

static void
add_text (Event      *self,
          const char *name,
          const char *text)
{
  json_object_set_string_member (self, name, text != NULL ? text : "");
}

char *
tropea_json_lines_state (const TropeaStatus *status)
{
  Event *event = event_new ("state");

  add_text (event, "status", tropea_tor_state_to_string (status->state));
  json_object_set_int_member (event, "socksPort", status->socks_port);
  json_object_set_int_member (event, "controlPort", status->control_port);
  json_object_set_boolean_member (event, "simulating", status->is_simulating);
  if (status->restart_seconds != 0)
    json_object_set_int_member (event, "restartSeconds", status->restart_seconds);

  return event_end (event);
}

char *
tropea_json_lines_bootstrap (const TropeaStatus *status)
{
  Event *event = event_new ("bootstrap");

  json_object_set_int_member (event, "percent", status->bootstrap_percent);
  add_text (event, "tag", status->bootstrap_tag);
  add_text (event, "summary", status->bootstrap_summary);

  return event_end (event);
}

char *
tropea_json_lines_sample (const TropeaStatus    *status,
                          const TropeaTorSample *sample)
{
  Event *event = event_new ("sample");

  add_uint64 (event, "bytesIn", status->bytes_in);
  add_uint64 (event, "bytesOut", status->bytes_out);
  add_uint64 (event, "totalBytes", status->total_bytes);
  add_uint64 (event, "deltaIn", sample->bytes_in);
  add_uint64 (event, "deltaOut", sample->bytes_out);
  add_uint64 (event, "rateIn", status->rate_in);
  add_uint64 (event, "rateOut", status->rate_out);
  json_object_set_int_member (event, "connectionCount", status->connection_count);
  json_object_set_int_member (event, "circuitCount", status->circuit_count);
  json_object_set_int_member (event, "uptime", status->uptime_seconds);
  json_object_set_int_member (event, "accumulatedBytes", status->accumulated_bytes);
  json_object_set_int_member (event, "accumulatedSeconds", status->accumulated_seconds);

  return event_end (event);
}

char *
tropea_json_lines_session (TropeaSession *session)
{
  const TropeaRecord *record = tropea_session_get_record (session);
  Event *event = event_new ("session");

  add_text (event, "sessionId", record->session_id);
  json_object_set_int_member (event, "timestamp", record->timestamp_ms);
  json_object_set_int_member (event, "duration", record->duration_s);
  json_object_set_int_member (event, "bytesTransferred", record->bytes);
  add_text (event, "source", tropea_source_to_string (record->source));

  return event_end (event);
}

char *
tropea_json_lines_credited (const TropeaStatus *status,
                            TropeaSession      *session)
{
  gint64 micro = tropea_session_get_credits_micro (session);
  Event *event = event_new ("credited");

  add_text (event, "sessionId", tropea_session_get_record (session)->session_id);
  add_credits (event, "credits", micro);
  json_object_set_int_member (event, "creditsMicro", micro);
  add_credits (event, "totalCreditsEarned", status->total_credits_micro);
  json_object_set_int_member (event, "totalCreditsMicro", status->total_credits_micro);
  json_object_set_int_member (event, "simulatedCreditsMicro", status->simulated_credits_micro);
  json_object_set_int_member (event, "submittedSessions", status->submitted_sessions);

  return event_end (event);
}

char *
tropea_json_lines_refused (TropeaSession *session)
{
  Event *event = event_new ("refused");

  add_text (event, "sessionId", tropea_session_get_record (session)->session_id);
  add_text (event, "code", tropea_session_get_reason_code (session));
  add_text (event, "reason", tropea_session_get_reason (session));

  return event_end (event);
}

char *
tropea_json_lines_notice (const char *message)
{
  Event *event = event_new ("notice");

  add_text (event, "message", message);

  return event_end (event);
}

char *
tropea_json_lines_diagnosis (const TropeaTorDiagnosis *diagnosis)
{
  Event *event = event_new ("diagnosis");
  JsonArray *remedies = json_array_new ();
  const char *advice = NULL;

  add_text (event, "code", diagnosis != NULL ? tropea_tor_diagnosis_get_code (diagnosis) : NULL);
  add_text (event, "message",
            diagnosis != NULL ? tropea_tor_diagnosis_get_sentence (diagnosis) : NULL);
  for (guint i = 0; diagnosis != NULL && i < TROPEA_TOR_MOST_REMEDIES; i++)
    {
      TropeaTorRemedy remedy = tropea_tor_diagnosis_get_remedy (diagnosis, i);

      if (advice == NULL)
        advice = tropea_remedy_advice (remedy);
      if (remedy != TROPEA_TOR_REMEDY_NONE)
        json_array_add_string_element (remedies, tropea_tor_remedy_to_string (remedy));
    }
  json_object_set_array_member (event, "remedies", remedies);
  add_text (event, "advice", advice);

  return event_end (event);
}

char *
tropea_json_lines_error (const char *code,
                         const char *message)
{
  Event *event = event_new ("error");

  add_text (event, "code", code);
  add_text (event, "message", message);

  return event_end (event);
}
