/* tropea-cli-events.c: shows what happens, as it happens
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-cli-events"

#include "config.h"

#include "cli/tropea-cli-verbs.h"

#include "base/tropea-json.h"
#include "cli/tropea-answer.h"
#include "cli/tropea-cli-follow.h"
#include "cli/tropea-cli-reports.h"

#include <unistd.h>

typedef struct
{
  TropeaCliCall *call;
  TropeaOutput  *output;
  GTimeZone     *zone;
  GStrv          only;     /* (nullable): all kinds */
  gint64         count;    /* 0: as many as come */
  gint64         n_shown;
} Listing;

/* A misspelt kind would wait for ever. */
static const char * const kinds[] = {
  "status", "state", "bootstrap", "sample", "session", "credited", "refused", "notice",
  "diagnosis", "error", "dropped", NULL,
};

static void
event_cb (TropeaCliFollow *follow,
          JsonObject      *event,
          gpointer         user_data)
{
  Listing *listing = user_data;
  const char *kind = tropea_answer_get_text (event, "event");
  g_autofree char *line = NULL;

  if (listing->only != NULL && !g_strv_contains ((const char * const *) listing->only, kind))
    return;

  if (listing->call->is_json)
    {
      g_autofree char *json = tropea_json_to_string (event);

      line = g_strconcat (json, "\n", NULL);
    }
  else
    {
      line = tropea_cli_report_event (event, g_get_real_time () / 1000, listing->zone);
    }

  tropea_output_write (listing->output, line);
  listing->n_shown++;
  if (listing->count > 0 && listing->n_shown >= listing->count)
    tropea_cli_follow_end (follow, TROPEA_CLI_EXIT_DONE);
}

static char *
find_unknown (GStrv only)
{
  for (gsize i = 0; only != NULL && only[i] != NULL; i++)
    if (!g_strv_contains (kinds, only[i]))
      return g_strdup_printf ("There is no kind of event “%s”", only[i]);

  return NULL;
}

TropeaCliExit
tropea_cli_events (TropeaCliCall *call)
{
  const char *only_text = tropea_cli_line_get (call->line, "only");
  g_autoptr(TropeaOutput) output = tropea_output_new (STDOUT_FILENO);
  g_autoptr(GTimeZone) zone = g_time_zone_new_local ();
  g_auto(GStrv) only = only_text != NULL ? g_strsplit (only_text, ",", -1) : NULL;
  g_autofree char *unknown = find_unknown (only);
  g_autoptr(GError) error = NULL;
  Listing listing = { call, output, zone, only };

  if (unknown != NULL)
    return tropea_cli_call_misused (call, unknown);
  if (!tropea_cli_line_get_number (call->line, "count", 1, G_MAXINT32, &listing.count, &error))
    return tropea_cli_call_misused (call, error->message);

  return tropea_cli_follow_run (call, output, event_cb, &listing);
}
