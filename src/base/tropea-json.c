/* tropea-json.c: reads members of a JSON object that came from outside
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-json"

#include "config.h"

#include "base/tropea-json.h"

#include <gio/gio.h>
#include <string.h>

/* json-glib converts between types on its own and only warns where a member is missing;
 * what comes from outside is asked for by name, type and range instead, and answered with
 * an error that names the member.
 */

/* Deep enough for every document of ours; json-glib recurses, so without a limit a megabyte of
 * brackets would run it out of stack. */
#define DEEPEST_NESTING 16

/* All that JSON has outside of strings. json-glib reads more: comments, assignments, names, and
 * of several values one after the other it takes the last. */
#define TOKEN_CHARACTERS "{}[]:, \t\r\n\"0123456789+-.eEtrufalsn"

/* Such a number fits 64 bits; json-glib wraps a larger one round without a word. */
#define LONGEST_NUMERAL 18

static gsize
skip_string (const char *data,
             gsize       length_bytes,
             gsize       start)
{
  gsize i = start + 1;

  while (i < length_bytes && data[i] != '"')
    i += data[i] == '\\' ? 2 : 1;

  return i;
}

static gboolean
is_within_bounds (const char *data,
                      gsize       length_bytes)
{
  guint depth = 0;
  guint digits = 0;
  gboolean has_ended = FALSE;

  for (gsize i = 0; i < length_bytes; i++)
    {
      if (data[i] == '\0' || strchr (TOKEN_CHARACTERS, data[i]) == NULL ||
          (has_ended && !g_ascii_isspace (data[i])))
        return FALSE;

      if (data[i] == '"')
        {
          i = skip_string (data, length_bytes, i);
          if (i >= length_bytes)
            return FALSE;
        }
      else if (data[i] == '{' || data[i] == '[')
        depth++;
      else if ((data[i] == '}' || data[i] == ']') && depth > 0)
        has_ended = --depth == 0;

      digits = g_ascii_isdigit (data[i]) ? digits + 1 : 0;
      if (depth > DEEPEST_NESTING || digits > LONGEST_NUMERAL)
        return FALSE;
    }

  return TRUE;
}

static JsonNode *
get_value (JsonObject  *object,
           const char  *name,
           GType        type,
           GError     **error)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type)
    return node;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               node == NULL ? "“%s” is missing" : "“%s” has the wrong type", name);
  return NULL;
}

/**
 * tropea_json_parse_object:
 *
 * Returns: (transfer full): the object, or NULL with G_IO_ERROR_INVALID_DATA where @data is
 *   not one JSON object in UTF-8, or nests deeper than any document of ours
 */
JsonObject *
tropea_json_parse_object (const char  *data,
                          gsize        length_bytes,
                          GError     **error)
{
  g_autoptr(JsonParser) parser = json_parser_new_immutable ();
  JsonNode *root = NULL;

  if (length_bytes > G_MAXSSIZE || !g_utf8_validate_len (data, length_bytes, NULL) ||
      !is_within_bounds (data, length_bytes) ||
      !json_parser_load_from_data (parser, data, (gssize) length_bytes, NULL) ||
      (root = json_parser_get_root (parser)) == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "Not a JSON object");
      return NULL;
    }

  return json_node_dup_object (root);
}

gboolean
tropea_json_get_int64 (JsonObject  *object,
                       const char  *name,
                       gint64       lowest,
                       gint64       highest,
                       gint64      *value,
                       GError     **error)
{
  JsonNode *node = get_value (object, name, G_TYPE_INT64, error);
  gint64 number = 0;

  if (node == NULL)
    return FALSE;

  number = json_node_get_int (node);
  if (number < lowest || number > highest)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "“%s” is not between %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT,
                   name, lowest, highest);
      return FALSE;
    }

  *value = number;
  return TRUE;
}

/**
 * tropea_json_get_string:
 * @value: (out) (transfer none): owned by @object
 */
gboolean
tropea_json_get_string (JsonObject  *object,
                        const char  *name,
                        gsize        longest_bytes,
                        const char **value,
                        GError     **error)
{
  JsonNode *node = get_value (object, name, G_TYPE_STRING, error);
  const char *string = NULL;

  if (node == NULL)
    return FALSE;

  string = json_node_get_string (node);
  if (strlen (string) > longest_bytes)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "“%s” is longer than %" G_GSIZE_FORMAT " bytes", name, longest_bytes);
      return FALSE;
    }

  *value = string;
  return TRUE;
}

gboolean
tropea_json_get_boolean (JsonObject  *object,
                         const char  *name,
                         gboolean    *value,
                         GError     **error)
{
  JsonNode *node = get_value (object, name, G_TYPE_BOOLEAN, error);

  if (node == NULL)
    return FALSE;

  *value = json_node_get_boolean (node);
  return TRUE;
}

/**
 * tropea_json_to_string:
 *
 * Returns: (transfer full): @object on one line
 */
char *
tropea_json_to_string (JsonObject *object)
{
  g_autoptr(JsonNode) node = json_node_init_object (json_node_alloc (), object);

  return json_to_string (node, FALSE);
}
