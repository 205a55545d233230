/* tropea-ledger-answer.c: what a ledger's answers say, once they have been checked
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-answer"

#include "config.h"

#include "submit/tropea-ledger-answer.h"

#include <string.h>

#include "base/tropea-json.h"
#include "record/tropea-encoding.h"
#include "record/tropea-proof.h"

/* A ledger is somebody else's machine. Each member that we act on is asked for with its type
 * and range, a verdict must name the session that it stands beside, and whatever does not fit
 * makes the whole answer nonsense: nothing of it is believed. Members that we do not know are
 * a newer ledger's, and are passed over.
 */

#define LONGEST_ORIGIN_BYTES 255
#define LONGEST_SOFTWARE_BYTES 128
#define LONGEST_CODE_BYTES 64
#define LONGEST_DETAIL_BYTES 512
#define LONGEST_BASE64_BYTES 128
#define LONGEST_PROOF_BYTES 4096
#define LONGEST_CHECKPOINT_BYTES 8192

/* The rule of a session that begins later than the ledger's clock says it is: waiting helps. */
#define RULE_FUTURE "future"

static JsonObject *
parse_object (GBytes  *body,
              GError **error)
{
  gsize length_bytes = 0;
  const char *data = g_bytes_get_data (body, &length_bytes);

  return tropea_json_parse_object (data != NULL ? data : "", length_bytes, error);
}

static void
set_nonsense (GError     **error,
              const char  *reason)
{
  g_set_error_literal (error, TROPEA_LEDGER_CLIENT_ERROR,
                       TROPEA_LEDGER_CLIENT_ERROR_NONSENSE, reason);
}

/* The helpers of base/ have their own domain; ours says what it means to us. */
static gpointer
turn_to_nonsense (GError  *inner,
                  GError **error)
{
  set_nonsense (error, inner->message);
  g_error_free (inner);

  return NULL;
}

static gboolean
check_success (JsonObject  *object,
               GError     **error)
{
  gboolean success = FALSE;

  if (!tropea_json_get_boolean (object, "success", &success, error))
    return FALSE;

  if (!success)
    set_nonsense (error, "“success” is not true");

  return success;
}

/* Shown to the user: one line without control characters. */
static char *
dup_line (const char *text)
{
  GString *line = g_string_new (NULL);

  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar character = g_utf8_get_char (c);

      g_string_append_unichar (line, g_unichar_isprint (character) ? character : ' ');
    }

  return g_string_free (line, FALSE);
}

static gboolean
check_proof (TropeaLedgerInfo  *info,
             const guint8      *challenge,
             const char        *key,
             const char        *proof,
             GError           **error)
{
  guint8 signature[TROPEA_RECORD_SIGNATURE_BYTES] = { 0 };

  if (!tropea_record_is_valid_origin (info->origin))
    set_nonsense (error, "“origin” is not a ledger's name");
  else if (!tropea_base64_decode (key, strlen (key), info->public_key, sizeof info->public_key))
    set_nonsense (error, "“publicKey” is not a key");
  else if (!tropea_base64_decode (proof, strlen (proof), signature, sizeof signature) ||
           !tropea_ledger_proof_verify (signature, info->public_key, info->origin, challenge))
    set_nonsense (error, "it does not prove that it has the key it names");
  else
    return TRUE;

  return FALSE;
}

static gboolean
read_policy (JsonObject        *object,
             TropeaLedgerInfo  *info,
             GError           **error)
{
  JsonNode *node = json_object_get_member (object, "policy");

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    {
      set_nonsense (error, "“policy” is missing");
      return FALSE;
    }

  return tropea_json_get_boolean (json_node_get_object (node), "acceptsSimulation",
                                  &info->accepts_simulation, error);
}

/**
 * tropea_ledger_answer_parse_info:
 * @challenge: what the ledger was asked to sign
 */
TropeaLedgerInfo *
tropea_ledger_answer_parse_info (GBytes        *body,
                                 const guint8  *challenge,
                                 GError       **error)
{
  g_autoptr(TropeaLedgerInfo) info = g_new0 (TropeaLedgerInfo, 1);
  g_autoptr(JsonObject) object = NULL;
  g_autoptr(GError) inner = NULL;
  const char *origin = NULL;
  const char *key = NULL;
  const char *software = NULL;
  const char *proof = NULL;

  object = parse_object (body, &inner);
  if (object == NULL ||
      !check_success (object, &inner) ||
      !tropea_json_get_string (object, "origin", LONGEST_ORIGIN_BYTES, &origin, &inner) ||
      !tropea_json_get_string (object, "publicKey", LONGEST_BASE64_BYTES, &key, &inner) ||
      !tropea_json_get_string (object, "software", LONGEST_SOFTWARE_BYTES, &software, &inner) ||
      !tropea_json_get_string (object, "signature", LONGEST_BASE64_BYTES, &proof, &inner) ||
      !read_policy (object, info, &inner))
    return turn_to_nonsense (g_steal_pointer (&inner), error);

  info->origin = g_strdup (origin);
  info->software = dup_line (software);
  if (!check_proof (info, challenge, key, proof, error))
    return NULL;

  return g_steal_pointer (&info);
}

static gboolean
check_session_id (const char          *session_id,
                  const TropeaRecord  *record,
                  GError             **error)
{
  if (strcmp (session_id, record->session_id) == 0)
    return TRUE;

  set_nonsense (error, "a verdict is for another session");
  return FALSE;
}

/* @holder: has the checkpoint */
static gboolean
read_proof (JsonObject     *object,
            JsonObject     *holder,
            TropeaVerdict  *verdict,
            GError        **error)
{
  JsonNode *node = json_object_get_member (object, "log");
  const char *checkpoint = NULL;

  if (node == NULL)
    return TRUE;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      set_nonsense (error, "“log” is not an object");
      return FALSE;
    }

  if (!tropea_tlog_receipt_from_json (json_node_get_object (node), &verdict->proof, error) ||
      !tropea_json_get_string (holder, "checkpoint", LONGEST_CHECKPOINT_BYTES, &checkpoint,
                               error))
    return FALSE;

  verdict->has_proof = TRUE;
  verdict->checkpoint = g_strdup (checkpoint);
  return TRUE;
}

static TropeaVerdict *
read_receipt (JsonObject          *object,
              JsonObject          *holder,
              const TropeaRecord  *record,
              GError             **error)
{
  g_autoptr(TropeaVerdict) verdict = g_new0 (TropeaVerdict, 1);

  if (!tropea_receipt_from_json (object, &verdict->receipt, error) ||
      !check_session_id (verdict->receipt.session_id, record, error) ||
      !read_proof (object, holder, verdict, error))
    return NULL;

  verdict->has_receipt = TRUE;
  verdict->is_final = TRUE;

  return g_steal_pointer (&verdict);
}

static TropeaVerdict *
read_problem (JsonObject  *object,
              gint64       status,
              GError     **error)
{
  g_autoptr(TropeaVerdict) verdict = g_new0 (TropeaVerdict, 1);
  const char *code = NULL;
  const char *detail = NULL;
  const char *rule = NULL;

  if (!tropea_json_get_string (object, "code", LONGEST_CODE_BYTES, &code, error) ||
      !tropea_json_get_string (object, "detail", LONGEST_DETAIL_BYTES, &detail, error) ||
      (json_object_has_member (object, "rule") &&
       !tropea_json_get_string (object, "rule", LONGEST_CODE_BYTES, &rule, error)))
    return NULL;

  verdict->code = dup_line (code);
  verdict->detail = dup_line (detail);
  if (status >= 400 && status < 500 && status != 429)
    {
      verdict->is_early = g_strcmp0 (rule, RULE_FUTURE) == 0;
      verdict->is_final = !verdict->is_early;
    }

  return g_steal_pointer (&verdict);
}

static TropeaVerdict *
read_verdict (JsonNode            *node,
              JsonObject          *holder,
              const TropeaRecord  *record,
              GError             **error)
{
  JsonObject *object = NULL;
  const char *session_id = NULL;
  gboolean success = FALSE;
  gint64 status = 0;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      set_nonsense (error, "a verdict is not an object");
      return NULL;
    }

  object = json_node_get_object (node);
  if (!tropea_json_get_boolean (object, "success", &success, error))
    return NULL;

  if (success)
    return read_receipt (object, holder, record, error);

  if (!tropea_json_get_int64 (object, "status", 400, 599, &status, error))
    return NULL;

  if (json_object_has_member (object, "sessionId") &&
      (!tropea_json_get_string (object, "sessionId", LONGEST_CODE_BYTES, &session_id, error) ||
       !check_session_id (session_id, record, error)))
    return NULL;

  return read_problem (object, status, error);
}

static JsonArray *
get_results (JsonObject  *object,
             gsize        n_records,
             GError     **error)
{
  JsonNode *node = json_object_get_member (object, "results");

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    set_nonsense (error, "“results” is missing");
  else if (json_array_get_length (json_node_get_array (node)) != n_records)
    set_nonsense (error, "there are not as many verdicts as sessions");
  else
    return json_node_get_array (node);

  return NULL;
}

/**
 * tropea_ledger_answer_parse_batch:
 * @records: (array length=n_records): what was sent, in this order
 *
 * Returns: (transfer full) (element-type TropeaVerdict): one for each record
 */
GPtrArray *
tropea_ledger_answer_parse_batch (GBytes              *body,
                                  const TropeaRecord  *records,
                                  gsize                n_records,
                                  GError             **error)
{
  g_autoptr(GPtrArray) verdicts = NULL;
  g_autoptr(JsonObject) object = NULL;
  g_autoptr(GError) inner = NULL;
  JsonArray *results = NULL;

  object = parse_object (body, &inner);
  if (object == NULL || !check_success (object, &inner) ||
      (results = get_results (object, n_records, &inner)) == NULL)
    return turn_to_nonsense (g_steal_pointer (&inner), error);

  verdicts = g_ptr_array_new_with_free_func ((GDestroyNotify) tropea_verdict_free);
  for (guint i = 0; i < n_records; i++)
    {
      TropeaVerdict *verdict = read_verdict (json_array_get_element (results, i), object,
                                             &records[i], &inner);

      if (verdict == NULL)
        return turn_to_nonsense (g_steal_pointer (&inner), error);
      g_ptr_array_add (verdicts, verdict);
    }

  return g_steal_pointer (&verdicts);
}

/**
 * tropea_ledger_answer_parse_receipt:
 * @record: the one session that was sent
 */
TropeaVerdict *
tropea_ledger_answer_parse_receipt (GBytes              *body,
                                    const TropeaRecord  *record,
                                    GError             **error)
{
  g_autoptr(JsonObject) object = NULL;
  g_autoptr(GError) inner = NULL;
  TropeaVerdict *verdict = NULL;

  object = parse_object (body, &inner);
  if (object == NULL || (verdict = read_receipt (object, object, record, &inner)) == NULL)
    return turn_to_nonsense (g_steal_pointer (&inner), error);

  return verdict;
}

/**
 * tropea_ledger_answer_parse_problem:
 * @http_status: of the answer
 *
 * Read a problem document (RFC 9457) with our member "code".
 */
TropeaVerdict *
tropea_ledger_answer_parse_problem (GBytes  *body,
                                    guint    http_status,
                                    GError **error)
{
  g_autoptr(JsonObject) object = NULL;
  g_autoptr(GError) inner = NULL;
  TropeaVerdict *verdict = NULL;

  object = parse_object (body, &inner);
  if (object == NULL || (verdict = read_problem (object, http_status, &inner)) == NULL)
    return turn_to_nonsense (g_steal_pointer (&inner), error);

  return verdict;
}

/**
 * tropea_ledger_answer_parse_proof:
 *
 * Returns: (transfer full): hashes, one after the other
 */
GBytes *
tropea_ledger_answer_parse_proof (GBytes  *body,
                                  GError **error)
{
  g_autoptr(JsonObject) object = NULL;
  g_autoptr(GError) inner = NULL;
  const char *proof = NULL;
  g_autofree guint8 *data = NULL;
  gsize length = 0;
  gsize size_bytes = 0;

  object = parse_object (body, &inner);
  if (object == NULL || !check_success (object, &inner) ||
      !tropea_json_get_string (object, "proof", LONGEST_PROOF_BYTES, &proof, &inner))
    return turn_to_nonsense (g_steal_pointer (&inner), error);

  length = strlen (proof);
  size_bytes = length / 4 * 3 - (g_str_has_suffix (proof, "==") ? 2
                                                                : g_str_has_suffix (proof, "="));
  data = g_malloc0 (size_bytes + 1);
  if (length % 4 != 0 ||
      (length > 0 && !tropea_base64_decode (proof, length, data, size_bytes)))
    {
      set_nonsense (error, "“proof” is not a proof");
      return NULL;
    }

  return g_bytes_new_take (g_steal_pointer (&data), size_bytes);
}

/**
 * tropea_ledger_answer_parse_retry:
 * @retry_after: (nullable): the header's value
 *
 * Returns: seconds, or 0 where the ledger named none. A date is not used: it would be as wrong
 *   as the difference of two clocks.
 */
gint64
tropea_ledger_answer_parse_retry (const char *retry_after)
{
  guint64 seconds = 0;

  if (retry_after == NULL ||
      !g_ascii_string_to_unsigned (retry_after, 10, 0, G_MAXINT32, &seconds, NULL))
    return 0;

  return (gint64) seconds;
}

void
tropea_verdict_free (TropeaVerdict *self)
{
  if (self == NULL)
    return;

  g_free (self->code);
  g_free (self->detail);
  g_free (self->checkpoint);
  g_free (self);
}

TropeaLedgerInfo *
tropea_ledger_info_copy (const TropeaLedgerInfo *self)
{
  TropeaLedgerInfo *copy = g_memdup2 (self, sizeof *self);

  copy->origin = g_strdup (self->origin);
  copy->software = g_strdup (self->software);

  return copy;
}

void
tropea_ledger_info_free (TropeaLedgerInfo *self)
{
  if (self == NULL)
    return;

  g_free (self->origin);
  g_free (self->software);
  g_free (self);
}
