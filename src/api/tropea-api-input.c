/* tropea-api-input.c: reads what a request asks with, by name, type and range
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-api"

#include "config.h"

#include "api/tropea-api-input.h"

#include <microhttpd.h>
#include <string.h>

#include "base/tropea-json.h"
#include "http/tropea-http-problem.h"

/* Each handler has a table of what it takes. What is not in it is refused by its name, so that
 * a word that was mistyped never goes unnoticed; a name that nobody would type is not repeated.
 */

#define LONGEST_NAME 40
#define LONGEST_TEXT 1024

static gboolean
is_plain_name (const char *name)
{
  gsize length = strlen (name);

  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isalnum (name[i]) && name[i] != '_' && name[i] != '-')
        return FALSE;
    }

  return length > 0 && length <= LONGEST_NAME;
}

/**
 * tropea_api_input_refuse:
 * @field: (nullable): the name that is wrong
 *
 * Answer 400.
 */
void
tropea_api_input_refuse (TropeaHttpRequest *request,
                         const char        *code,
                         const char        *field,
                         const char        *detail)
{
  g_autoptr(JsonObject) problem = tropea_http_problem_new (MHD_HTTP_BAD_REQUEST, code, detail);

  if (field != NULL && is_plain_name (field))
    json_object_set_string_member (problem, "field", field);
  tropea_http_request_respond_problem (request, problem);
}

static void
refuse_unknown (TropeaHttpRequest *request,
                const char        *name)
{
  g_autofree char *detail = NULL;

  if (is_plain_name (name))
    detail = g_strdup_printf ("There is no “%s” here", name);
  else
    detail = g_strdup ("There is a name that is not known here");
  tropea_api_input_refuse (request, "unknown-field", name, detail);
}

static void
refuse_value (TropeaHttpRequest    *request,
              const TropeaApiInput *input)
{
  g_autofree char *words = NULL;
  g_autofree char *detail = NULL;

  if (input->words != NULL)
    {
      words = g_strjoinv (", ", (char **) input->words);
      detail = g_strdup_printf ("“%s” is one of: %s", input->name, words);
    }
  else if (input->is_true)
    detail = g_strdup_printf ("“%s” is true or not there", input->name);
  else if (input->is_text)
    detail = g_strdup_printf ("“%s” is text in UTF-8, once and not too long", input->name);
  else
    detail = g_strdup_printf ("“%s” is a whole number from %" G_GINT64_FORMAT " to %"
                              G_GINT64_FORMAT, input->name, input->lowest, input->highest);
  tropea_api_input_refuse (request, "invalid-value", input->name, detail);
}

static TropeaApiInput *
find_input (TropeaApiInput *inputs,
            gsize           n_inputs,
            const char     *name)
{
  for (gsize i = 0; i < n_inputs; i++)
    {
      if (strcmp (inputs[i].name, name) == 0)
        return &inputs[i];
    }

  return NULL;
}

static gboolean
take_member (JsonObject     *object,
             TropeaApiInput *input)
{
  gboolean is_true = FALSE;
  const char *text = NULL;

  if (input->is_true)
    input->is_given = tropea_json_get_boolean (object, input->name, &is_true, NULL) && is_true;
  else if (input->is_text)
    {
      input->is_given = tropea_json_get_string (object, input->name, LONGEST_TEXT, &text, NULL);
      input->text = g_strdup (text);
    }
  else
    input->is_given = tropea_json_get_int64 (object, input->name, input->lowest, input->highest,
                                             &input->value, NULL);

  return input->is_given;
}

/**
 * tropea_api_input_read_body:
 * @inputs: (array length=n_inputs): numbers, constants and texts; the caller frees the texts
 *
 * An empty body is an object without members.
 */
gboolean
tropea_api_input_read_body (TropeaHttpRequest *request,
                            TropeaApiInput    *inputs,
                            gsize              n_inputs)
{
  gsize size_bytes = 0;
  const char *text = g_bytes_get_data (tropea_http_request_get_body (request), &size_bytes);
  g_autoptr(JsonObject) object = NULL;
  g_autoptr(GList) names = NULL;

  if (size_bytes == 0)
    return TRUE;

  object = tropea_json_parse_object (text, size_bytes, NULL);
  if (object == NULL)
    {
      tropea_api_input_refuse (request, "malformed", NULL,
                               "The body is not one JSON object in UTF-8, or nests too deeply");
      return FALSE;
    }

  names = json_object_get_members (object);
  for (GList *link = names; link != NULL; link = link->next)
    {
      TropeaApiInput *input = find_input (inputs, n_inputs, link->data);

      if (input == NULL)
        {
          refuse_unknown (request, link->data);
          return FALSE;
        }
      if (!take_member (object, input))
        {
          refuse_value (request, input);
          return FALSE;
        }
    }

  return TRUE;
}

static gboolean
take_parameter (TropeaHttpRequest *request,
                TropeaApiInput    *input)
{
  g_autofree char *text = NULL;

  if (!tropea_http_request_dup_query (request, input->name, &text))
    return FALSE;
  if (text == NULL)
    return TRUE;

  if (input->is_text)
    input->text = g_steal_pointer (&text);
  else if (input->words != NULL)
    {
      for (gint64 i = 0; input->words[i] != NULL; i++)
        {
          if (strcmp (input->words[i], text) == 0)
            {
              input->value = i;
              input->is_given = TRUE;
            }
        }
      return input->is_given;
    }
  else if (!g_ascii_string_to_signed (text, 10, input->lowest, input->highest, &input->value,
                                      NULL))
    return FALSE;

  input->is_given = TRUE;
  return TRUE;
}

/**
 * tropea_api_input_read_query:
 * @inputs: (array length=n_inputs): numbers, words and texts; the caller frees the texts
 */
gboolean
tropea_api_input_read_query (TropeaHttpRequest *request,
                             TropeaApiInput    *inputs,
                             gsize              n_inputs)
{
  const char *query = strchr (tropea_http_request_get_target (request), '?');
  g_auto(GStrv) parts = g_strsplit (query != NULL ? query + 1 : "", "&", -1);

  for (gsize i = 0; parts[i] != NULL; i++)
    {
      parts[i][strcspn (parts[i], "=")] = '\0';
      if (*parts[i] != '\0' && find_input (inputs, n_inputs, parts[i]) == NULL)
        {
          refuse_unknown (request, parts[i]);
          return FALSE;
        }
    }

  for (gsize i = 0; i < n_inputs; i++)
    {
      if (!take_parameter (request, &inputs[i]))
        {
          refuse_value (request, &inputs[i]);
          return FALSE;
        }
    }

  return TRUE;
}
