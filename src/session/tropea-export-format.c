/* tropea-export-format.c: a session as a line of CSV or JSON
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-export"

#include "config.h"

#include "session/tropea-exporter.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "record/tropea-encoding.h"

/* Each field is put once, by name, for both formats, so they cannot come apart. */

typedef struct
{
  GString            *text;
  TropeaExportFormat  format;
  gboolean            is_head;   /* names, not values */
  gboolean            has_field;
} Line;

static void
begin_field (Line       *line,
             const char *name)
{
  if (line->has_field)
    g_string_append_c (line->text, ',');
  line->has_field = TRUE;

  if (line->format == TROPEA_EXPORT_JSON)
    g_string_append_printf (line->text, "\"%s\":", name);
  else if (line->is_head)
    g_string_append (line->text, name);
}

static void
append_csv (GString    *text,
            const char *value)
{
  if (strpbrk (value, ",\"\r\n") == NULL)
    {
      g_string_append (text, value);
      return;
    }

  g_string_append_c (text, '"');
  for (const char *c = value; *c != '\0'; c++)
    {
      if (*c == '"')
        g_string_append_c (text, '"');
      g_string_append_c (text, *c);
    }
  g_string_append_c (text, '"');
}

static void
append_json (GString    *text,
             const char *value)
{
  g_autoptr(JsonNode) node = json_node_init_string (json_node_alloc (), value);
  g_autofree char *json = json_to_string (node, FALSE);

  g_string_append (text, json);
}

/* @value: (nullable): not known */
static void
put_string (Line       *line,
            const char *name,
            const char *value)
{
  begin_field (line, name);
  if (line->is_head)
    return;

  if (line->format == TROPEA_EXPORT_CSV)
    append_csv (line->text, value != NULL ? value : "");
  else if (value != NULL)
    append_json (line->text, value);
  else
    g_string_append (line->text, "null");
}

/* The ledger's own words. */
static void
put_foreign (Line       *line,
             const char *name,
             const char *value)
{
  g_autofree char *harmless = NULL;

  if (line->format == TROPEA_EXPORT_CSV && value != NULL && *value != '\0' &&
      strchr ("=+-@\t\r", *value) != NULL)
    harmless = g_strconcat ("'", value, NULL);

  put_string (line, name, harmless != NULL ? harmless : value);
}

static void
put_integer (Line       *line,
             const char *name,
             gboolean    is_known,
             gint64      value)
{
  begin_field (line, name);
  if (line->is_head)
    return;

  if (is_known)
    g_string_append_printf (line->text, "%" G_GINT64_FORMAT, value);
  else if (line->format == TROPEA_EXPORT_JSON)
    g_string_append (line->text, "null");
}

static void
put_time (Line       *line,
          const char *name,
          gboolean    is_known,
          gint64      wall_ms)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc (wall_ms / 1000);
  g_autofree char *seconds = NULL;
  g_autofree char *text = NULL;

  if (is_known && time != NULL)
    {
      seconds = g_date_time_format (time, "%Y-%m-%dT%H:%M:%S");
      text = g_strdup_printf ("%s.%03dZ", seconds, (int) (wall_ms % 1000));
    }

  put_string (line, name, text);
}

static void
put_sent (Line             *line,
          const TropeaSent *sent)
{
  g_autofree char *client_pub = NULL;
  g_autofree char *signature = NULL;

  if (sent != NULL)
    {
      client_pub = tropea_base64_encode (sent->record.client_pub, sizeof sent->record.client_pub);
      signature = tropea_base64_encode (sent->record.signature, sizeof sent->record.signature);
    }

  put_time (line, "answered", sent != NULL, sent != NULL ? sent->answered_ms : 0);
  put_string (line, "origin", sent != NULL ? sent->origin : NULL);
  put_string (line, "client_pub", client_pub);
  put_string (line, "signature", signature);
}

/* @session: (nullable): only the names are wanted */
static void
put_all (Line          *line,
         TropeaSession *session)
{
  static const TropeaRecord no_record = { 0 };
  static const TropeaSettlement no_settlement = { 0 };
  const TropeaRecord *record = session != NULL ? tropea_session_get_record (session) : &no_record;
  const TropeaSettlement *settlement = NULL;
  TropeaSessionState state = TROPEA_SESSION_STATE_WAITING;
  TropeaSessionKind kind = TROPEA_SESSION_KIND_AUTOMATIC;
  gint64 bytes_in = TROPEA_SESSION_BYTES_UNKNOWN;
  gboolean is_split = FALSE;
  gboolean is_credited = FALSE;

  if (session != NULL)
    {
      settlement = tropea_session_get_settlement (session);
      state = tropea_session_get_state (session);
      kind = tropea_session_get_kind (session);
      bytes_in = tropea_session_get_bytes_in (session);
    }
  if (settlement == NULL)
    settlement = &no_settlement;
  is_split = bytes_in != TROPEA_SESSION_BYTES_UNKNOWN;
  is_credited = state == TROPEA_SESSION_STATE_CREDITED;

  put_string (line, "session_id", record->session_id);
  put_time (line, "started", TRUE, record->timestamp_ms);
  put_integer (line, "duration_s", TRUE, record->duration_s);
  put_integer (line, "bytes", TRUE, record->bytes);
  put_integer (line, "bytes_in", is_split, bytes_in);
  put_integer (line, "bytes_out", is_split, record->bytes - bytes_in);
  put_string (line, "source", tropea_source_to_string (record->source));
  put_string (line, "kind", tropea_session_kind_to_string (kind));
  put_string (line, "state", tropea_session_state_to_string (state));
  put_integer (line, "credits_micro", TRUE,
               is_credited ? tropea_session_get_credits_micro (session) : 0);
  put_foreign (line, "reason_code",
               session != NULL ? tropea_session_get_reason_code (session) : NULL);
  put_foreign (line, "reason", session != NULL ? tropea_session_get_reason (session) : NULL);
  put_string (line, "ledger", *settlement->ledger != '\0' ? settlement->ledger : NULL);
  put_integer (line, "ledger_seq", is_credited, settlement->seq);
  put_integer (line, "balance_micro", is_credited, settlement->balance_micro);
  put_sent (line, settlement->has_sent ? &settlement->sent : NULL);
  put_string (line, "ip_hash", *record->ip_hash != '\0' ? record->ip_hash : NULL);
}

void
tropea_export_append_head (GString            *text,
                           TropeaExportFormat  format)
{
  Line line = { text, format, TRUE, FALSE };

  g_return_if_fail (text != NULL);

  if (format == TROPEA_EXPORT_JSON)
    {
      g_string_append (text, "{\"format\":\"tropea-sessions/1\",\"sessions\":[");
      return;
    }

  put_all (&line, NULL);
  g_string_append (text, "\r\n");
}

/**
 * tropea_export_append_session:
 * @is_first: of the file
 */
void
tropea_export_append_session (GString            *text,
                              TropeaExportFormat  format,
                              TropeaSession      *session,
                              gboolean            is_first)
{
  Line line = { text, format, FALSE, FALSE };

  g_return_if_fail (text != NULL);
  g_return_if_fail (TROPEA_IS_SESSION (session));

  if (format == TROPEA_EXPORT_JSON)
    g_string_append (text, is_first ? "\n{" : ",\n{");
  put_all (&line, session);
  g_string_append (text, format == TROPEA_EXPORT_JSON ? "}" : "\r\n");
}

void
tropea_export_append_tail (GString            *text,
                           TropeaExportFormat  format,
                           gboolean            is_empty)
{
  g_return_if_fail (text != NULL);

  if (format == TROPEA_EXPORT_JSON)
    g_string_append (text, is_empty ? "]}\n" : "\n]}\n");
}
