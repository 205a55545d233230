/* tropea-record-parser.c: reads a signed session, or a batch of them, from untrusted bytes
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-record"

#include "config.h"

#include "record/tropea-record.h"

#include <string.h>

#include "record/tropea-encoding.h"

/* A reader of its own, because a general JSON reader lets through what must not be here: two
 * members of one name, unknown members, escapes, "1e3". Each value has exactly one spelling.
 * What may differ between two spellings of a session is what JSON gives no meaning to: the
 * order of the members and white space between tokens. The signature does not cover either.
 *
 * Error messages name the contract's members and never repeat input.
 */

typedef enum
{
  MEMBER_V,
  MEMBER_SESSION_ID,
  MEMBER_CLIENT_PUB,
  MEMBER_TIMESTAMP,
  MEMBER_DURATION,
  MEMBER_BYTES,
  MEMBER_IP_HASH,
  MEMBER_SOURCE,
  MEMBER_SIGNATURE,
  N_MEMBERS,
} Member;

static const struct
{
  const char *name;
  gboolean    is_string;
} members[N_MEMBERS] = {
  [MEMBER_V] = { "v", FALSE },
  [MEMBER_SESSION_ID] = { "sessionId", TRUE },
  [MEMBER_CLIENT_PUB] = { "clientPub", TRUE },
  [MEMBER_TIMESTAMP] = { "timestamp", FALSE },
  [MEMBER_DURATION] = { "duration", FALSE },
  [MEMBER_BYTES] = { "bytesTransferred", FALSE },
  [MEMBER_IP_HASH] = { "ipHash", TRUE },
  [MEMBER_SOURCE] = { "source", TRUE },
  [MEMBER_SIGNATURE] = { "signature", TRUE },
};

/* 2^53 - 1 has 16 digits; more could overflow while they are added up. */
#define MAX_DIGITS 16

typedef struct
{
  const char *cursor;
  const char *end;
} Reader;

typedef struct
{
  gboolean    is_set;
  const char *string;        /* (unowned), not zero-terminated; in the input */
  gsize       length_bytes;
  gint64      number;
} Value;

static void
skip_space (Reader *reader)
{
  while (reader->cursor < reader->end && strchr (" \t\r\n", *reader->cursor) != NULL &&
         *reader->cursor != '\0')
    reader->cursor++;
}

/* Skips white space before and after @token too. */
static gboolean
take (Reader *reader,
      char    token)
{
  skip_space (reader);
  if (reader->cursor == reader->end || *reader->cursor != token)
    return FALSE;

  reader->cursor++;
  skip_space (reader);
  return TRUE;
}

/* Printable ASCII without escapes: no value of the contract needs more. */
static gboolean
take_string (Reader      *reader,
             const char **string,
             gsize       *length_bytes)
{
  const char *start = NULL;

  if (reader->cursor == reader->end || *reader->cursor != '"')
    return FALSE;

  start = ++reader->cursor;
  while (reader->cursor < reader->end && *reader->cursor != '"')
    {
      if (!g_ascii_isprint (*reader->cursor) || *reader->cursor == '\\')
        return FALSE;
      reader->cursor++;
    }

  if (reader->cursor == reader->end)
    return FALSE;

  *string = start;
  *length_bytes = (gsize) (reader->cursor - start);
  reader->cursor++;
  return TRUE;
}

static gboolean
take_number (Reader *reader,
             gint64 *number)
{
  const char *start = reader->cursor;
  gint64 value = 0;

  while (reader->cursor < reader->end && g_ascii_isdigit (*reader->cursor))
    {
      if (reader->cursor - start == MAX_DIGITS)
        return FALSE;
      value = value * 10 + g_ascii_digit_value (*reader->cursor);
      reader->cursor++;
    }

  if (reader->cursor == start || (*start == '0' && reader->cursor - start > 1) ||
      value > TROPEA_RECORD_MAX_INTEGER)
    return FALSE;

  *number = value;
  return TRUE;
}

static gboolean
find_member (const char *name,
             gsize       length_bytes,
             Member     *member)
{
  for (gsize i = 0; i < N_MEMBERS; i++)
    {
      if (strlen (members[i].name) == length_bytes &&
          memcmp (members[i].name, name, length_bytes) == 0)
        {
          *member = (Member) i;
          return TRUE;
        }
    }

  return FALSE;
}

static gboolean
fail (GError     **error,
      const char  *sentence)
{
  g_set_error_literal (error, TROPEA_RECORD_ERROR, TROPEA_RECORD_ERROR_MALFORMED, sentence);
  return FALSE;
}

static gboolean
fail_member (GError **error,
             Member   member)
{
  g_set_error (error, TROPEA_RECORD_ERROR, TROPEA_RECORD_ERROR_MALFORMED,
               "“%s” is not spelled as the contract says", members[member].name);
  return FALSE;
}

static gboolean
take_member (Reader  *reader,
             Value   *values,
             GError **error)
{
  const char *name = NULL;
  gsize length_bytes = 0;
  Member member = N_MEMBERS;

  if (!take_string (reader, &name, &length_bytes))
    return fail (error, "Not one JSON object with plain member names");

  if (!find_member (name, length_bytes, &member))
    return fail (error, "There is a member that the contract does not know");

  if (values[member].is_set)
    return fail (error, "There are two members of one name");

  if (!take (reader, ':'))
    return fail (error, "Not a JSON object");

  if (members[member].is_string
      ? !take_string (reader, &values[member].string, &values[member].length_bytes)
      : !take_number (reader, &values[member].number))
    return fail_member (error, member);

  values[member].is_set = TRUE;
  return TRUE;
}

static gboolean
read_values (Reader  *reader,
             Value   *values,
             GError **error)
{
  if (!take (reader, '{'))
    return fail (error, "Not a JSON object");

  do
    {
      if (!take_member (reader, values, error))
        return FALSE;
    }
  while (take (reader, ','));

  if (!take (reader, '}') || reader->cursor != reader->end)
    return fail (error, "Not exactly one flat JSON object");

  for (gsize i = 0; i < N_MEMBERS; i++)
    {
      if (!values[i].is_set)
        {
          g_set_error (error, TROPEA_RECORD_ERROR, TROPEA_RECORD_ERROR_MALFORMED,
                       "“%s” is missing", members[i].name);
          return FALSE;
        }
    }

  return TRUE;
}

static gboolean
copy_ip_hash (const Value  *value,
              TropeaRecord *record)
{
  guint8 bytes[(sizeof record->ip_hash - 1) / 2] = { 0 };

  if (value->length_bytes != 0 &&
      !tropea_hex_decode (value->string, value->length_bytes, bytes, sizeof bytes))
    return FALSE;

  memcpy (record->ip_hash, value->string, value->length_bytes);
  return TRUE;
}

static gboolean
copy_source (const Value  *value,
             TropeaRecord *record)
{
  g_autofree char *name = g_strndup (value->string, value->length_bytes);

  return tropea_source_from_string (name, &record->source);
}

static gboolean
fill_record (const Value   *values,
             TropeaRecord  *record,
             GError       **error)
{
  const Value *session_id = &values[MEMBER_SESSION_ID];
  const Value *client_pub = &values[MEMBER_CLIENT_PUB];
  const Value *signature = &values[MEMBER_SIGNATURE];

  if (!tropea_record_is_valid_session_id (session_id->string, session_id->length_bytes))
    return fail_member (error, MEMBER_SESSION_ID);

  if (!tropea_base64_decode (client_pub->string, client_pub->length_bytes,
                             record->client_pub, sizeof record->client_pub))
    return fail_member (error, MEMBER_CLIENT_PUB);

  if (!copy_ip_hash (&values[MEMBER_IP_HASH], record))
    return fail_member (error, MEMBER_IP_HASH);

  if (!copy_source (&values[MEMBER_SOURCE], record))
    return fail_member (error, MEMBER_SOURCE);

  if (!tropea_base64_decode (signature->string, signature->length_bytes,
                             record->signature, sizeof record->signature))
    return fail_member (error, MEMBER_SIGNATURE);

  memcpy (record->session_id, session_id->string, session_id->length_bytes);
  record->timestamp_ms = values[MEMBER_TIMESTAMP].number;
  record->duration_s = values[MEMBER_DURATION].number;
  record->bytes = values[MEMBER_BYTES].number;
  return TRUE;
}

/**
 * tropea_record_from_json:
 * @data: (nullable): need not end in a zero byte
 * @record: (out caller-allocates): written on success only
 *
 * Read one session. It is in the contract's grammar then; whether it is signed or plausible is
 * for others to say.
 */
gboolean
tropea_record_from_json (const char    *data,
                         gsize          length_bytes,
                         TropeaRecord  *record,
                         GError       **error)
{
  Reader reader = { NULL, NULL };
  Value values[N_MEMBERS] = { 0 };
  TropeaRecord value = { 0 };

  g_return_val_if_fail (data != NULL || length_bytes == 0, FALSE);
  g_return_val_if_fail (record != NULL, FALSE);

  if (length_bytes == 0)
    return fail (error, "There is no session");

  if (length_bytes > TROPEA_RECORD_MAX_JSON_BYTES)
    {
      g_set_error (error, TROPEA_RECORD_ERROR, TROPEA_RECORD_ERROR_TOO_LARGE,
                   "A session has at most %d bytes", TROPEA_RECORD_MAX_JSON_BYTES);
      return FALSE;
    }

  reader.cursor = data;
  reader.end = data + length_bytes;
  if (!read_values (&reader, values, error))
    return FALSE;

  if (values[MEMBER_V].number != TROPEA_RECORD_VERSION)
    {
      g_set_error (error, TROPEA_RECORD_ERROR, TROPEA_RECORD_ERROR_VERSION,
                   "Only sessions of version %d are known here", TROPEA_RECORD_VERSION);
      return FALSE;
    }

  if (!fill_record (values, &value, error))
    return FALSE;

  *record = value;
  return TRUE;
}

/* Moves over one value of a list by its brackets and strings, to the ',' or ']' behind it. */
static gboolean
skip_value (Reader *reader)
{
  const char *start = reader->cursor;
  gsize depth = 0;
  gboolean in_string = FALSE;

  for (; reader->cursor < reader->end; reader->cursor++)
    {
      char c = *reader->cursor;

      if (in_string)
        {
          if (c == '\\' && reader->cursor + 1 < reader->end)
            reader->cursor++;
          else if (c == '"')
            in_string = FALSE;
        }
      else if (depth == 0 && (c == ',' || c == ']'))
        return reader->cursor > start;
      else if (c == '"')
        in_string = TRUE;
      else if (c == '{' || c == '[')
        depth++;
      else if (c == '}' || c == ']')
        {
          if (depth == 0)
            return FALSE;
          depth--;
        }
    }

  return FALSE;
}

static gboolean
read_items (Reader     *reader,
            GBytes     *body,
            GPtrArray  *items,
            GError    **error)
{
  const char *start = g_bytes_get_data (body, NULL);

  if (take (reader, ']'))
    return TRUE;

  do
    {
      const char *item = reader->cursor;

      if (items->len == TROPEA_RECORD_MAX_BATCH)
        {
          g_set_error (error, TROPEA_RECORD_ERROR, TROPEA_RECORD_ERROR_TOO_LARGE,
                       "A batch has at most %d sessions", TROPEA_RECORD_MAX_BATCH);
          return FALSE;
        }

      if (!skip_value (reader))
        return fail (error, "“sessions” is not a JSON list");

      g_ptr_array_add (items, g_bytes_new_from_bytes (body, (gsize) (item - start),
                                                      (gsize) (reader->cursor - item)));
    }
  while (take (reader, ','));

  return take (reader, ']') || fail (error, "“sessions” is not a JSON list");
}

/**
 * tropea_record_batch_split:
 * @body: `{"sessions":[…]}`
 *
 * Cut a batch into its items without judging them: an item that is no session fails alone, in
 * tropea_record_from_json ().
 *
 * Returns: (transfer full) (element-type GBytes): slices of @body, in order
 */
GPtrArray *
tropea_record_batch_split (GBytes  *body,
                           GError **error)
{
  g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  Reader reader = { NULL, NULL };
  const char *name = NULL;
  gsize length_bytes = 0;

  g_return_val_if_fail (body != NULL, NULL);

  reader.cursor = g_bytes_get_data (body, &length_bytes);
  if (length_bytes == 0)
    {
      fail (error, "There is no batch");
      return NULL;
    }

  reader.end = reader.cursor + length_bytes;
  if (length_bytes > TROPEA_RECORD_MAX_BATCH_JSON_BYTES)
    {
      g_set_error (error, TROPEA_RECORD_ERROR, TROPEA_RECORD_ERROR_TOO_LARGE,
                   "A batch has at most %d bytes", TROPEA_RECORD_MAX_BATCH_JSON_BYTES);
      return NULL;
    }

  if (!take (&reader, '{') ||
      !take_string (&reader, &name, &length_bytes) ||
      length_bytes != strlen ("sessions") || memcmp (name, "sessions", length_bytes) != 0 ||
      !take (&reader, ':') || !take (&reader, '['))
    {
      fail (error, "A batch is one JSON object with the list “sessions” in it");
      return NULL;
    }

  if (!read_items (&reader, body, items, error))
    return NULL;

  if (!take (&reader, '}') || reader.cursor != reader.end)
    {
      fail (error, "There is something behind the list “sessions”");
      return NULL;
    }

  return g_steal_pointer (&items);
}
