/* tropea-answer.c: reads what a running Tropea answers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-answer"

#include "config.h"

#include "cli/tropea-answer.h"

#include <string.h>

#include "base/tropea-json.h"
#include "record/tropea-encoding.h"

/* data/api/tropea-local.openapi.yaml has the names. Figures and sessions become the values that
 * the rest of the program shows, so a line means the same whoever asked for it.
 */

gint64
tropea_answer_get_number (JsonObject *object,
                          const char *name)
{
  gint64 value = 0;

  if (object != NULL)
    tropea_json_get_int64 (object, name, 0, G_MAXINT64, &value, NULL);

  return value;
}

gboolean
tropea_answer_get_flag (JsonObject *object,
                        const char *name)
{
  gboolean value = FALSE;

  if (object != NULL)
    tropea_json_get_boolean (object, name, &value, NULL);

  return value;
}

const char *
tropea_answer_get_text (JsonObject *object,
                        const char *name)
{
  const char *value = "";

  if (object != NULL)
    tropea_json_get_string (object, name, G_MAXSIZE, &value, NULL);

  return value;
}

JsonObject *
tropea_answer_get_object (JsonObject *object,
                          const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

JsonObject *
tropea_answer_get_item (JsonObject *object,
                        const char *name,
                        guint       index)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;
  JsonArray *array = NULL;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return NULL;

  array = json_node_get_array (node);
  if (index >= json_array_get_length (array))
    return NULL;

  node = json_array_get_element (array, index);

  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static char *
dup_text_or_null (JsonObject *object,
                  const char *name)
{
  const char *text = tropea_answer_get_text (object, name);

  return *text != '\0' ? g_strdup (text) : NULL;
}

static int
read_enum (GType       type,
           const char *nick)
{
  g_autoptr(GEnumClass) klass = g_type_class_ref (type);
  const GEnumValue *value = g_enum_get_value_by_nick (klass, nick);

  return value != NULL ? value->value : 0;
}

static void
read_tor (JsonObject   *tor,
          TropeaStatus *status)
{
  JsonObject *bootstrap = tropea_answer_get_object (tor, "bootstrap");

  status->state = (TropeaTorState) read_enum (TROPEA_TYPE_TOR_STATE,
                                              tropea_answer_get_text (tor, "status"));
  status->socks_port = (guint) tropea_answer_get_number (tor, "socksPort");
  status->control_port = (guint) tropea_answer_get_number (tor, "controlPort");
  status->uptime_seconds = tropea_answer_get_number (tor, "uptime");
  status->is_simulating = tropea_answer_get_flag (tor, "simulating");
  status->restart_seconds = (guint) tropea_answer_get_number (tor, "restartSeconds");
  status->new_identity_seconds = (guint) tropea_answer_get_number (tor, "newIdentitySeconds");
  status->bootstrap_percent = (int) tropea_answer_get_number (bootstrap, "percent");
  status->bootstrap_tag = dup_text_or_null (bootstrap, "tag");
  status->bootstrap_summary = dup_text_or_null (bootstrap, "summary");
}

static void
read_stats (JsonObject   *stats,
            TropeaStatus *status)
{
  status->bytes_in = (guint64) tropea_answer_get_number (stats, "bytesIn");
  status->bytes_out = (guint64) tropea_answer_get_number (stats, "bytesOut");
  status->total_bytes = (guint64) tropea_answer_get_number (stats, "totalBytes");
  status->app_bytes_in = (guint64) tropea_answer_get_number (stats, "appBytesIn");
  status->app_bytes_out = (guint64) tropea_answer_get_number (stats, "appBytesOut");
  status->rate_in = (guint64) tropea_answer_get_number (stats, "rateIn");
  status->rate_out = (guint64) tropea_answer_get_number (stats, "rateOut");
  status->connection_count = (guint) tropea_answer_get_number (stats, "connectionCount");
  status->circuit_count = (guint) tropea_answer_get_number (stats, "circuitCount");
}

void
tropea_answer_read_status (JsonObject   *object,
                           TropeaStatus *status)
{
  JsonObject *sums = tropea_answer_get_object (object, "autoSubmission");
  JsonObject *thresholds = tropea_answer_get_object (object, "thresholds");

  g_return_if_fail (status != NULL);

  read_tor (tropea_answer_get_object (object, "tor"), status);
  read_stats (tropea_answer_get_object (object, "stats"), status);

  status->is_monitoring = tropea_answer_get_flag (sums, "isMonitoring");
  status->accumulated_bytes = tropea_answer_get_number (sums, "accumulatedBytes");
  status->accumulated_seconds = tropea_answer_get_number (sums, "accumulatedSeconds");
  status->submitted_sessions = tropea_answer_get_number (sums, "submittedSessions");
  status->waiting_sessions = tropea_answer_get_number (sums, "waitingSessions");
  status->refused_sessions = tropea_answer_get_number (sums, "refusedSessions");
  status->total_credits_micro = tropea_answer_get_number (sums, "totalCreditsMicro");
  status->simulated_credits_micro = tropea_answer_get_number (sums, "simulatedCreditsMicro");
  status->min_bytes = tropea_answer_get_number (thresholds, "minBytes");
  status->min_seconds = tropea_answer_get_number (thresholds, "minDuration");
  status->max_seconds = tropea_answer_get_number (thresholds, "maxDuration");
  status->problem = dup_text_or_null (object, "problem");
}

static gboolean
read_cut (JsonObject *object,
          TropeaCut  *cut)
{
  TropeaRecord *record = &cut->record;
  const char *session_id = tropea_answer_get_text (object, "sessionId");

  if (!tropea_record_is_valid_session_id (session_id, strlen (session_id)) ||
      !tropea_source_from_string (tropea_answer_get_text (object, "source"), &record->source))
    return FALSE;

  g_strlcpy (record->session_id, session_id, sizeof record->session_id);
  g_strlcpy (record->ip_hash, tropea_answer_get_text (object, "ipHash"), sizeof record->ip_hash);
  record->timestamp_ms = tropea_answer_get_number (object, "timestamp");
  record->duration_s = tropea_answer_get_number (object, "duration");
  record->bytes = tropea_answer_get_number (object, "bytesTransferred");
  cut->bytes_in = json_object_has_member (object, "bytesIn")
                  ? tropea_answer_get_number (object, "bytesIn") : TROPEA_SESSION_BYTES_UNKNOWN;
  cut->is_manual = g_str_equal (tropea_answer_get_text (object, "kind"), "manual");

  return TRUE;
}

static void
read_settlement (JsonObject         *object,
                 const TropeaRecord *record,
                 TropeaSettlement   *settlement)
{
  const char *signature = tropea_answer_get_text (object, "signature");
  const char *client_pub = tropea_answer_get_text (object, "clientPub");
  TropeaSent *sent = &settlement->sent;

  g_strlcpy (settlement->ledger, tropea_answer_get_text (object, "ledger"),
             sizeof settlement->ledger);
  settlement->seq = tropea_answer_get_number (object, "seq");
  settlement->balance_micro = tropea_answer_get_number (object, "balanceMicro");

  sent->record = *record;
  sent->answered_ms = tropea_answer_get_number (object, "submittedAt");
  g_strlcpy (sent->origin, tropea_answer_get_text (object, "origin"), sizeof sent->origin);
  settlement->has_sent =
    tropea_base64_decode (signature, strlen (signature), sent->record.signature,
                          sizeof sent->record.signature) &&
    tropea_base64_decode (client_pub, strlen (client_pub), sent->record.client_pub,
                          sizeof sent->record.client_pub);
}

/**
 * tropea_answer_new_session:
 *
 * Returns: (transfer full) (nullable): NULL where @object is no session
 */
TropeaSession *
tropea_answer_new_session (JsonObject *object)
{
  TropeaCut cut = { 0 };
  g_autofree TropeaSettlement *settlement = g_new0 (TropeaSettlement, 1);
  g_autofree char *code = dup_text_or_null (object, "reasonCode");
  g_autofree char *reason = dup_text_or_null (object, "reason");
  TropeaSessionState state;

  if (!read_cut (object, &cut))
    return NULL;

  state = (TropeaSessionState) read_enum (TROPEA_TYPE_SESSION_STATE,
                                          tropea_answer_get_text (object, "state"));
  read_settlement (object, &cut.record, settlement);

  return tropea_session_new_from_row (0, &cut, state,
                                      tropea_answer_get_number (object, "creditsMicro"), code,
                                      reason,
                                      state == TROPEA_SESSION_STATE_WAITING ? NULL : settlement);
}
