/* tropea-cli-figures.c: credits, thresholds and the key
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-cli-figures"

#include "config.h"

#include "cli/tropea-cli-verbs.h"

#include "cli/tropea-answer.h"
#include "cli/tropea-cli-reports.h"
#include "record/tropea-record.h"

#define MOST_DAYS 366
#define USUAL_DAYS 30

TropeaCliExit
tropea_cli_credits (TropeaCliCall *call)
{
  g_autoptr(JsonObject) answer = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  TropeaCliExit failure = TROPEA_CLI_EXIT_FAILED;
  gint64 days = USUAL_DAYS;

  if (!tropea_cli_line_get_number (call->line, "days", 0, MOST_DAYS, &days, &error))
    return tropea_cli_call_misused (call, error->message);

  path = g_strdup_printf ("/api/tor/credits?days=%" G_GINT64_FORMAT, days);
  answer = tropea_cli_call_ask (call, SOUP_METHOD_GET, path, NULL, NULL, &failure);
  if (answer == NULL)
    return failure;

  if (call->is_json)
    {
      tropea_cli_call_print_json (answer);
      return TROPEA_CLI_EXIT_DONE;
    }

  text = tropea_cli_report_credits (answer);
  tropea_cli_call_print (text);

  return TROPEA_CLI_EXIT_DONE;
}

TropeaCliExit
tropea_cli_identity (TropeaCliCall *call)
{
  g_autoptr(JsonObject) answer = NULL;
  g_autofree char *text = NULL;
  TropeaCliExit failure = TROPEA_CLI_EXIT_FAILED;

  answer = tropea_cli_call_ask (call, SOUP_METHOD_GET, "/api/tor/identity", NULL, NULL, &failure);
  if (answer == NULL)
    return failure;

  if (call->is_json)
    {
      tropea_cli_call_print_json (answer);
      return TROPEA_CLI_EXIT_DONE;
    }

  text = tropea_cli_report_identity (answer);
  tropea_cli_call_print (text);

  return TROPEA_CLI_EXIT_DONE;
}

/* Returns: (transfer full): what is to be set, NULL with an error */
static JsonObject *
new_limits (TropeaCliCall  *call,
            GError        **error)
{
  static const struct
  {
    const char *option;
    const char *name;
    gint64      highest;
  } rows[] = {
    { "min-bytes", "minBytes", TROPEA_RECORD_MAX_INTEGER },
    { "min-seconds", "minDuration", 86400 },
    { "max-seconds", "maxDuration", 86400 },
  };
  g_autoptr(JsonObject) limits = json_object_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gint64 value = 0;

      if (!tropea_cli_line_get_number (call->line, rows[i].option, 1, rows[i].highest, &value,
                                       error))
        return NULL;
      if (value != 0)
        json_object_set_int_member (limits, rows[i].name, value);
    }

  return g_steal_pointer (&limits);
}

TropeaCliExit
tropea_cli_thresholds (TropeaCliCall *call)
{
  const char *operand = tropea_cli_line_get_operand (call->line, 0);
  g_autoptr(JsonObject) answer = NULL;
  g_autoptr(JsonObject) limits = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  TropeaCliExit failure = TROPEA_CLI_EXIT_FAILED;
  gboolean is_set = g_strcmp0 (operand, "set") == 0;

  if (operand != NULL && !is_set && !g_str_equal (operand, "get"))
    return tropea_cli_call_misused (call, "thresholds takes “get” or “set”");

  limits = new_limits (call, &error);
  if (limits == NULL)
    return tropea_cli_call_misused (call, error->message);
  if (is_set != (json_object_get_size (limits) > 0))
    return tropea_cli_call_misused (call, is_set
                                    ? "Say what to set, such as --min-bytes 200000"
                                    : "To change a threshold, say thresholds set");

  answer = tropea_cli_call_ask (call, is_set ? SOUP_METHOD_POST : SOUP_METHOD_GET,
                                "/api/tor/thresholds", is_set ? limits : NULL, NULL, &failure);
  if (answer == NULL)
    return failure;

  if (call->is_json)
    {
      tropea_cli_call_print_json (answer);
      return TROPEA_CLI_EXIT_DONE;
    }

  text = tropea_cli_report_thresholds (tropea_answer_get_object (answer, "thresholds"));
  tropea_cli_call_print (text);

  return TROPEA_CLI_EXIT_DONE;
}
