/* tropea-ledger-page.c: what a ledger says of one key: its balance, its sessions by pages
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-answer"

#include "config.h"

#include "submit/tropea-ledger-answer.h"

#include <string.h>

#include "base/tropea-json.h"
#include "record/tropea-credit.h"

/* As in tropea-ledger-answer.c, one member that does not fit makes the whole page nonsense. A
 * page must lie wholly before the one that came first: a list that goes round in a circle, or
 * says the same place twice, is no list.
 */

#define LONGEST_SOURCE_BYTES 16
#define LONGEST_GRADE_BYTES 64
#define SESSION_ID_BYTES 36

static JsonObject *
parse_success (GBytes  *body,
               GError **error)
{
  g_autoptr(JsonObject) object = NULL;
  gboolean success = FALSE;
  gsize length_bytes = 0;
  const char *data = g_bytes_get_data (body, &length_bytes);

  object = tropea_json_parse_object (data != NULL ? data : "", length_bytes, error);
  if (object == NULL || !tropea_json_get_boolean (object, "success", &success, error))
    return NULL;

  if (success)
    return g_steal_pointer (&object);

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "“success” is not true");
  return NULL;
}

/* @inner: (transfer full) */
static void
set_nonsense (GError **error,
              GError  *inner)
{
  g_set_error_literal (error, TROPEA_LEDGER_CLIENT_ERROR, TROPEA_LEDGER_CLIENT_ERROR_NONSENSE,
                       inner->message);
  g_error_free (inner);
}

/**
 * tropea_ledger_answer_parse_balance:
 * @figures: (out caller-allocates): written on success only
 */
gboolean
tropea_ledger_answer_parse_balance (GBytes               *body,
                                    TropeaLedgerFigures  *figures,
                                    GError              **error)
{
  g_autoptr(JsonObject) object = NULL;
  GError *inner = NULL;
  TropeaLedgerFigures value = { 0 };

  object = parse_success (body, &inner);
  if (object == NULL ||
      !tropea_json_get_int64 (object, "balanceMicro", 0, G_MAXINT64, &value.credits_micro,
                              &inner) ||
      !tropea_json_get_int64 (object, "simulatedMicro", 0, G_MAXINT64, &value.simulated_micro,
                              &inner) ||
      !tropea_json_get_int64 (object, "sessions", 0, TROPEA_RECORD_MAX_INTEGER,
                              &value.sessions, &inner))
    {
      set_nonsense (error, inner);
      return FALSE;
    }

  *figures = value;
  return TRUE;
}

static gboolean
read_listed (JsonNode             *node,
             gint64                before_seq,
             TropeaListedSession  *listed,
             GError              **error)
{
  const gint64 most = TROPEA_RECORD_MAX_INTEGER;
  TropeaRecord *record = &listed->record;
  JsonObject *object = NULL;
  const char *session_id = NULL;
  const char *source = NULL;
  const char *grade = NULL;

  *listed = (TropeaListedSession) { 0 };
  if (JSON_NODE_HOLDS_OBJECT (node))
    object = json_node_get_object (node);
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         "a session is not an object");

  if (object == NULL ||
      !tropea_json_get_int64 (object, "seq", 1, before_seq - 1, &listed->seq, error) ||
      !tropea_json_get_string (object, "sessionId", SESSION_ID_BYTES, &session_id, error) ||
      !tropea_json_get_int64 (object, "timestamp", 0, most, &record->timestamp_ms, error) ||
      !tropea_json_get_int64 (object, "duration", 0, most, &record->duration_s, error) ||
      !tropea_json_get_int64 (object, "bytesTransferred", 0, most, &record->bytes, error) ||
      !tropea_json_get_string (object, "source", LONGEST_SOURCE_BYTES, &source, error) ||
      !tropea_json_get_string (object, "grade", LONGEST_GRADE_BYTES, &grade, error) ||
      !tropea_json_get_int64 (object, "creditsMicro", 0, TROPEA_CREDIT_SESSION_CAP_MICRO,
                              &listed->credits_micro, error))
    return FALSE;

  if (!tropea_record_is_valid_session_id (session_id, strlen (session_id)) ||
      !tropea_source_from_string (source, &record->source))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "“sessionId” or “source” is not a session's");
      return FALSE;
    }

  memcpy (record->session_id, session_id, sizeof record->session_id);
  return TRUE;
}

static GArray *
read_page (JsonObject  *object,
           gint64       before_seq,
           GError     **error)
{
  g_autoptr(GArray) listed = g_array_new (FALSE, FALSE, sizeof (TropeaListedSession));
  JsonNode *node = json_object_get_member (object, "sessions");
  JsonArray *array = NULL;

  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
    array = json_node_get_array (node);
  if (array == NULL || json_array_get_length (array) > TROPEA_LEDGER_ANSWER_LIST_LENGTH)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "“sessions” is missing or longer than was asked for");
      return NULL;
    }

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      TropeaListedSession session;

      if (!read_listed (json_array_get_element (array, i), before_seq, &session, error))
        return NULL;
      before_seq = session.seq;
      g_array_append_val (listed, session);
    }

  return g_steal_pointer (&listed);
}

/* "next" is the place of the last session: another would leave some out. */
static gboolean
read_end (JsonObject  *object,
          GArray      *listed,
          gboolean    *is_end,
          GError     **error)
{
  gint64 last_seq = 0;
  gint64 next = 0;

  *is_end = !json_object_has_member (object, "next");
  if (*is_end)
    return TRUE;

  if (listed->len == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "“next” is beside no session");
      return FALSE;
    }

  last_seq = g_array_index (listed, TropeaListedSession, listed->len - 1).seq;
  return tropea_json_get_int64 (object, "next", last_seq, last_seq, &next, error);
}

/**
 * tropea_ledger_answer_parse_list:
 * @before_seq: what was asked for; 0: the first page
 * @is_end: (out): whether nothing older is listed
 *
 * Returns: (transfer full) (element-type TropeaListedSession): the latest first
 */
GArray *
tropea_ledger_answer_parse_list (GBytes    *body,
                                 gint64     before_seq,
                                 gboolean  *is_end,
                                 GError   **error)
{
  g_autoptr(JsonObject) object = NULL;
  g_autoptr(GArray) listed = NULL;
  GError *inner = NULL;

  if (before_seq == 0)
    before_seq = TROPEA_RECORD_MAX_INTEGER;

  object = parse_success (body, &inner);
  if (object == NULL ||
      (listed = read_page (object, before_seq, &inner)) == NULL ||
      !read_end (object, listed, is_end, &inner))
    {
      set_nonsense (error, inner);
      return NULL;
    }

  return g_steal_pointer (&listed);
}
