/* tropea-api-answer.c: what the local API says of a host, as JSON
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-api"

#include "config.h"

#include "api/tropea-api-answer.h"

#include <microhttpd.h>

#include "api/tropea-status.h"
#include "base/tropea-json.h"
#include "record/tropea-credit.h"
#include "record/tropea-encoding.h"

/* Names and meaning are in data/api/tropea-local.openapi.yaml, and stay as they are there. */

static void
add_uint64 (JsonObject *object,
            const char *name,
            guint64     value)
{
  json_object_set_int_member (object, name, (gint64) MIN (value, G_MAXINT64));
}

static void
add_text (JsonObject *object,
          const char *name,
          const char *text)
{
  json_object_set_string_member (object, name, text != NULL ? text : "");
}

static void
add_sentence (JsonObject *object,
              const char *name,
              const char *sentence)
{
  if (sentence != NULL)
    json_object_set_string_member (object, name, sentence);
  else
    json_object_set_null_member (object, name);
}

static void
add_credits (JsonObject *object,
             const char *name,
             gint64      micro)
{
  g_autofree char *text = tropea_credit_format (micro);

  json_object_set_string_member (object, name, text);
}

static JsonObject *
new_answer (const char *event)
{
  JsonObject *answer = json_object_new ();

  if (event != NULL)
    json_object_set_string_member (answer, "event", event);
  json_object_set_boolean_member (answer, "success", TRUE);

  return answer;
}

JsonObject *
tropea_api_answer_new_diagnosis (const TropeaTorDiagnosis *diagnosis)
{
  JsonObject *object = json_object_new ();
  JsonArray *remedies = json_array_new ();

  add_text (object, "code", tropea_tor_diagnosis_get_code (diagnosis));
  add_text (object, "sentence", tropea_tor_diagnosis_get_sentence (diagnosis));
  for (guint i = 0; i < TROPEA_TOR_MOST_REMEDIES; i++)
    {
      TropeaTorRemedy remedy = tropea_tor_diagnosis_get_remedy (diagnosis, i);

      if (remedy != TROPEA_TOR_REMEDY_NONE)
        json_array_add_string_element (remedies, tropea_tor_remedy_to_string (remedy));
    }
  json_object_set_array_member (object, "remedies", remedies);
  json_object_set_boolean_member (object, "early", tropea_tor_diagnosis_is_early (diagnosis));

  return object;
}

static JsonObject *
new_tor (const TropeaStatus *status)
{
  JsonObject *object = json_object_new ();
  JsonObject *bootstrap = json_object_new ();

  add_text (object, "status", tropea_tor_state_to_string (status->state));
  json_object_set_int_member (object, "socksPort", status->socks_port);
  json_object_set_int_member (object, "controlPort", status->control_port);
  json_object_set_int_member (object, "uptime", status->uptime_seconds);
  json_object_set_boolean_member (object, "simulating", status->is_simulating);
  json_object_set_int_member (bootstrap, "percent", status->bootstrap_percent);
  add_text (bootstrap, "tag", status->bootstrap_tag);
  add_text (bootstrap, "summary", status->bootstrap_summary);
  json_object_set_object_member (object, "bootstrap", bootstrap);
  json_object_set_int_member (object, "restartSeconds", status->restart_seconds);
  json_object_set_int_member (object, "newIdentitySeconds", status->new_identity_seconds);

  return object;
}

static JsonObject *
new_stats (const TropeaStatus *status)
{
  JsonObject *object = json_object_new ();

  add_uint64 (object, "bytesIn", status->bytes_in);
  add_uint64 (object, "bytesOut", status->bytes_out);
  add_uint64 (object, "totalBytes", status->total_bytes);
  json_object_set_int_member (object, "connectionCount", status->connection_count);
  json_object_set_int_member (object, "circuitCount", status->circuit_count);
  add_uint64 (object, "appBytesIn", status->app_bytes_in);
  add_uint64 (object, "appBytesOut", status->app_bytes_out);
  add_uint64 (object, "rateIn", status->rate_in);
  add_uint64 (object, "rateOut", status->rate_out);

  return object;
}

static JsonObject *
new_auto_submission (const TropeaStatus *status)
{
  JsonObject *object = json_object_new ();

  json_object_set_boolean_member (object, "isMonitoring", status->is_monitoring);
  json_object_set_int_member (object, "accumulatedBytes", status->accumulated_bytes);
  json_object_set_int_member (object, "accumulatedSeconds", status->accumulated_seconds);
  json_object_set_int_member (object, "submittedSessions", status->submitted_sessions);
  add_credits (object, "totalCreditsEarned", status->total_credits_micro);
  json_object_set_int_member (object, "totalCreditsMicro", status->total_credits_micro);
  add_credits (object, "simulatedCreditsEarned", status->simulated_credits_micro);
  json_object_set_int_member (object, "simulatedCreditsMicro", status->simulated_credits_micro);
  json_object_set_int_member (object, "waitingSessions", status->waiting_sessions);
  json_object_set_int_member (object, "refusedSessions", status->refused_sessions);

  return object;
}

static JsonObject *
new_thresholds (const TropeaStatus *status)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "minBytes", status->min_bytes);
  json_object_set_int_member (object, "minDuration", status->min_seconds);
  json_object_set_int_member (object, "maxDuration", status->max_seconds);

  return object;
}

/**
 * tropea_api_answer_new_status:
 * @event: (nullable): for a member of this name, before the others
 */
JsonObject *
tropea_api_answer_new_status (TropeaHost *host,
                              const char *event)
{
  JsonObject *answer = new_answer (event);
  const TropeaTorDiagnosis *diagnosis = tropea_host_get_diagnosis (host);
  g_auto(TropeaStatus) status = { 0 };

  tropea_status_read (&status, host);
  json_object_set_object_member (answer, "tor", new_tor (&status));
  json_object_set_object_member (answer, "stats", new_stats (&status));
  json_object_set_object_member (answer, "autoSubmission", new_auto_submission (&status));
  json_object_set_object_member (answer, "thresholds", new_thresholds (&status));
  add_sentence (answer, "problem", status.problem);
  if (diagnosis != NULL)
    json_object_set_object_member (answer, "diagnosis",
                                   tropea_api_answer_new_diagnosis (diagnosis));
  else
    json_object_set_null_member (answer, "diagnosis");

  return answer;
}

JsonObject *
tropea_api_answer_new_stats (TropeaHost *host)
{
  JsonObject *answer = new_answer (NULL);
  g_auto(TropeaStatus) status = { 0 };

  tropea_status_read (&status, host);
  json_object_set_object_member (answer, "autoSubmission", new_auto_submission (&status));
  json_object_set_object_member (answer, "thresholds", new_thresholds (&status));

  return answer;
}

JsonObject *
tropea_api_answer_new_limits (TropeaHost *host)
{
  JsonObject *answer = new_answer (NULL);
  g_auto(TropeaStatus) status = { 0 };

  tropea_status_read (&status, host);
  json_object_set_object_member (answer, "thresholds", new_thresholds (&status));

  return answer;
}

JsonObject *
tropea_api_answer_new_identity (TropeaHost *host)
{
  JsonObject *answer = new_answer (NULL);
  const GError *failure = tropea_host_get_key_failure (host);
  g_autofree char *key = NULL;
  TropeaKeyState state = TROPEA_KEY_STATE_UNKNOWN;

  g_object_get (host, "public-key", &key, "key-state", &state, NULL);
  add_sentence (answer, "publicKey", key);
  json_object_set_string_member (answer, "keyState", tropea_key_state_to_string (state));
  add_sentence (answer, "problem", failure != NULL ? failure->message : NULL);

  return answer;
}

JsonObject *
tropea_api_answer_new_sample (gint64                 id,
                              const TropeaTorSample *sample)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "id", id);
  json_object_set_int_member (object, "timestamp", sample->wall_ms);
  json_object_set_int_member (object, "intervalUs", sample->interval_usec);
  add_uint64 (object, "bytesIn", sample->bytes_in);
  add_uint64 (object, "bytesOut", sample->bytes_out);
  add_uint64 (object, "appBytesIn", sample->app_bytes_in);
  add_uint64 (object, "appBytesOut", sample->app_bytes_out);

  return object;
}

/* What the ledger said, and what it was sent, where that is known. */
static void
add_settlement (JsonObject    *object,
                TropeaSession *session)
{
  const TropeaSettlement *settlement = tropea_session_get_settlement (session);

  if (settlement == NULL)
    return;

  if (*settlement->ledger != '\0')
    json_object_set_string_member (object, "ledger", settlement->ledger);
  if (settlement->seq != 0)
    {
      json_object_set_int_member (object, "seq", settlement->seq);
      json_object_set_int_member (object, "balanceMicro", settlement->balance_micro);
    }
  if (settlement->has_sent)
    {
      const TropeaRecord *sent = &settlement->sent.record;
      g_autofree char *client_pub = tropea_base64_encode (sent->client_pub,
                                                          sizeof sent->client_pub);
      g_autofree char *signature = tropea_base64_encode (sent->signature, sizeof sent->signature);

      json_object_set_int_member (object, "submittedAt", settlement->sent.answered_ms);
      json_object_set_string_member (object, "origin", settlement->sent.origin);
      json_object_set_string_member (object, "clientPub", client_pub);
      json_object_set_string_member (object, "signature", signature);
    }
}

JsonObject *
tropea_api_answer_new_session (TropeaSession *session)
{
  const TropeaRecord *record = tropea_session_get_record (session);
  TropeaSessionState state = tropea_session_get_state (session);
  gint64 micro = tropea_session_get_credits_micro (session);
  JsonObject *object = json_object_new ();

  add_text (object, "sessionId", record->session_id);
  json_object_set_int_member (object, "timestamp", record->timestamp_ms);
  json_object_set_int_member (object, "duration", record->duration_s);
  json_object_set_int_member (object, "bytesTransferred", record->bytes);
  if (tropea_session_get_bytes_in (session) != TROPEA_SESSION_BYTES_UNKNOWN)
    json_object_set_int_member (object, "bytesIn", tropea_session_get_bytes_in (session));
  add_text (object, "ipHash", record->ip_hash);
  add_text (object, "source", tropea_source_to_string (record->source));
  add_text (object, "kind", tropea_session_kind_to_string (tropea_session_get_kind (session)));
  add_text (object, "state", tropea_session_state_to_string (state));
  add_credits (object, "credits", micro);
  json_object_set_int_member (object, "creditsMicro", micro);
  add_settlement (object, session);
  if (state == TROPEA_SESSION_STATE_REFUSED)
    {
      add_text (object, "reasonCode", tropea_session_get_reason_code (session));
      add_text (object, "reason", tropea_session_get_reason (session));
    }

  return object;
}

static JsonObject *
new_day (const TropeaDaySum *sum)
{
  JsonObject *object = json_object_new ();
  g_autoptr(GDateTime) epoch = g_date_time_new_utc (1970, 1, 1, 0, 0, 0);
  g_autoptr(GDateTime) day = g_date_time_add_days (epoch, (int) sum->day);
  g_autofree char *name = day != NULL ? g_date_time_format (day, "%Y-%m-%d") : NULL;

  add_text (object, "day", name);
  json_object_set_int_member (object, "sessions", sum->sessions);
  json_object_set_int_member (object, "waiting", sum->waiting);
  json_object_set_int_member (object, "credited", sum->credited);
  json_object_set_int_member (object, "refused", sum->refused);
  add_credits (object, "credits", sum->credits_micro);
  json_object_set_int_member (object, "creditsMicro", sum->credits_micro);
  json_object_set_int_member (object, "simulatedCreditsMicro", sum->simulated_micro);

  return object;
}

static void
add_figure (JsonObject    *object,
            const char    *name,
            TropeaDayBook *book,
            const char    *property)
{
  gint64 value = 0;

  g_object_get (book, property, &value, NULL);
  json_object_set_int_member (object, name, value);
}

/**
 * tropea_api_answer_new_credits:
 * @book: that is loaded
 * @n_days: today and those before it
 */
JsonObject *
tropea_api_answer_new_credits (TropeaHost    *host,
                               TropeaDayBook *book,
                               gint64         n_days)
{
  JsonObject *answer = new_answer (NULL);
  JsonArray *array = json_array_new ();
  const GArray *days = tropea_day_book_get_days (book);
  gint64 first = tropea_day_book_get_today (book) - n_days + 1;
  guint streak = 0;
  g_auto(TropeaStatus) status = { 0 };

  tropea_status_read (&status, host);
  g_object_get (book, "streak-days", &streak, NULL);
  add_credits (answer, "totalCreditsEarned", status.total_credits_micro);
  json_object_set_int_member (answer, "totalCreditsMicro", status.total_credits_micro);
  add_credits (answer, "simulatedCreditsEarned", status.simulated_credits_micro);
  json_object_set_int_member (answer, "simulatedCreditsMicro", status.simulated_credits_micro);
  json_object_set_int_member (answer, "submittedSessions", status.submitted_sessions);
  json_object_set_int_member (answer, "waitingSessions", status.waiting_sessions);
  json_object_set_int_member (answer, "refusedSessions", status.refused_sessions);
  add_figure (answer, "todayMicro", book, "today-micro");
  add_figure (answer, "weekMicro", book, "week-micro");
  add_figure (answer, "monthMicro", book, "month-micro");
  add_figure (answer, "averageMicro", book, "average-micro");
  add_figure (answer, "bestDayMicro", book, "best-day-micro");
  json_object_set_int_member (answer, "streakDays", streak);

  for (guint i = days->len; i > 0; i--)
    {
      const TropeaDaySum *sum = &g_array_index (days, TropeaDaySum, i - 1);

      if (sum->day >= first && json_array_get_length (array) < n_days)
        json_array_add_object_element (array, new_day (sum));
    }
  json_object_set_array_member (answer, "days", array);

  return answer;
}

/**
 * tropea_api_answer_status:
 * @code: 200: it is so; 202: not yet
 */
void
tropea_api_answer_status (TropeaHttpRequest *request,
                          TropeaHost        *host,
                          guint              code)
{
  g_autoptr(JsonObject) status = tropea_api_answer_new_status (host, NULL);
  g_autofree char *body = tropea_json_to_string (status);

  tropea_http_request_respond (request, code, "application/json", body);
}
