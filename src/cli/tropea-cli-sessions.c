/* tropea-cli-sessions.c: lists sessions
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-cli-sessions"

#include "config.h"

#include "cli/tropea-cli-verbs.h"

#include "cli/tropea-answer.h"
#include "cli/tropea-cli-reports.h"
#include "cli/tropea-cli-since.h"
#include "session/tropea-exporter.h"

#include <stdio.h>

/* Page by page, each written as it comes, so a long history needs no memory. CSV and JSON are
 * the exporter's: what a script learns here it can read in an exported file, too.
 */

#define PAGE_LENGTH 100
#define USUAL_LENGTH 20

typedef enum
{
  FORM_TABLE,
  FORM_CSV,
  FORM_JSON,
} Form;

typedef struct
{
  TropeaCliCall *call;
  GTimeZone     *zone;
  Form           form;
  gint64         limit;      /* how many in all; 0: no limit */
  gint64         n_listed;
} List;

static void
write_out (List    *list,
           GString *text)
{
  /* An export is UTF-8 whatever the locale. */
  if (list->form == FORM_TABLE)
    tropea_cli_call_print (text->str);
  else
    fputs (text->str, stdout);
}

static void
write_session (List          *list,
               TropeaSession *session)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *line = NULL;

  switch (list->form)
    {
    case FORM_CSV:
      tropea_export_append_session (text, TROPEA_EXPORT_CSV, session, list->n_listed == 0);
      break;

    case FORM_JSON:
      tropea_export_append_session (text, TROPEA_EXPORT_JSON, session, list->n_listed == 0);
      break;

    case FORM_TABLE:
    default:
      line = tropea_cli_report_session (session, list->zone, list->call->use_color);
      g_string_append (text, line);
      break;
    }

  write_out (list, text);
  list->n_listed++;
}

static void
write_head (List *list)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *head = NULL;

  if (list->form == FORM_CSV)
    {
      tropea_export_append_head (text, TROPEA_EXPORT_CSV);
    }
  else if (list->form == FORM_JSON)
    {
      tropea_export_append_head (text, TROPEA_EXPORT_JSON);
    }
  else
    {
      head = tropea_cli_report_head ();
      g_string_append (text, head);
    }
  write_out (list, text);
}

static void
write_tail (List     *list,
            gboolean  has_more)
{
  g_autoptr(GString) text = g_string_new (NULL);

  if (list->form == FORM_CSV)
    tropea_export_append_tail (text, TROPEA_EXPORT_CSV, list->n_listed == 0);
  else if (list->form == FORM_JSON)
    tropea_export_append_tail (text, TROPEA_EXPORT_JSON, list->n_listed == 0);
  else if (has_more && list->call->use_color)
    g_string_append (text, "There are older ones: tropeactl sessions --all\n");
  write_out (list, text);
}

static char *
dup_path (List       *list,
          const char *query,
          gint64      before)
{
  gint64 length = PAGE_LENGTH;
  g_autofree char *cursor = NULL;

  if (list->limit > 0)
    length = MIN (length, list->limit - list->n_listed);
  if (before > 0)
    cursor = g_strdup_printf ("&before=%" G_GINT64_FORMAT, before);

  return g_strdup_printf ("/api/tor/monitoring/sessions?limit=%" G_GINT64_FORMAT "%s%s", length,
                          query, cursor != NULL ? cursor : "");
}

static void
write_page (List       *list,
            JsonObject *page)
{
  JsonObject *item = NULL;

  for (guint i = 0; (item = tropea_answer_get_item (page, "sessions", i)) != NULL; i++)
    {
      g_autoptr(TropeaSession) session = tropea_answer_new_session (item);

      if (session != NULL)
        write_session (list, session);
    }
}

/* Nothing is written before the first answer has come: an error is no empty list. */
static TropeaCliExit
list_pages (List       *list,
            const char *query)
{
  TropeaCliExit failure = TROPEA_CLI_EXIT_FAILED;
  gboolean is_first = TRUE;
  gint64 before = 0;

  do
    {
      g_autofree char *path = dup_path (list, query, before);
      g_autoptr(JsonObject) page = NULL;

      page = tropea_cli_call_ask (list->call, SOUP_METHOD_GET, path, NULL, NULL, &failure);
      if (page == NULL)
        return failure;

      before = tropea_answer_get_number (page, "next");
      if (is_first && list->form == FORM_TABLE && tropea_answer_get_item (page, "sessions", 0) ==
          NULL)
        {
          tropea_cli_call_print ("No sessions\n");
          return TROPEA_CLI_EXIT_DONE;
        }

      /* From here on stdout has begun to be a list, which no problem document may be in. */
      if (is_first)
        write_head (list);
      is_first = FALSE;
      list->call->is_json = FALSE;
      write_page (list, page);
    }
  while (before > 0 && (list->limit == 0 || list->n_listed < list->limit));

  write_tail (list, before > 0);

  return TROPEA_CLI_EXIT_DONE;
}

static gboolean
is_state (const char *text)
{
  return text == NULL || g_str_equal (text, "waiting") || g_str_equal (text, "credited") ||
         g_str_equal (text, "refused");
}

TropeaCliExit
tropea_cli_sessions (TropeaCliCall *call)
{
  TropeaCliLine *line = call->line;
  const char *since = tropea_cli_line_get (line, "since");
  const char *state = tropea_cli_line_get (line, "state");
  g_autoptr(GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr(GString) query = g_string_new (NULL);
  g_autoptr(GError) error = NULL;
  List list = { call, zone, FORM_TABLE, USUAL_LENGTH, 0 };
  gint64 since_ms = 0;

  if (call->is_json && tropea_cli_line_has (line, "csv"))
    return tropea_cli_call_misused (call, "--csv does not go with --json");
  if (!is_state (state))
    return tropea_cli_call_misused (call, "--state is waiting, credited or refused");
  if (since != NULL &&
      !tropea_cli_since_parse (since, g_get_real_time () / 1000, zone, &since_ms, &error))
    return tropea_cli_call_misused (call, error->message);

  if (call->is_json)
    list.form = FORM_JSON;
  else if (tropea_cli_line_has (line, "csv"))
    list.form = FORM_CSV;
  if (since != NULL || tropea_cli_line_has (line, "all"))
    list.limit = 0;
  if (since != NULL)
    g_string_append_printf (query, "&from=%" G_GINT64_FORMAT, since_ms);
  if (state != NULL)
    g_string_append_printf (query, "&state=%s", state);

  return list_pages (&list, query->str);
}
