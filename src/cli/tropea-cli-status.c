/* tropea-cli-status.c: shows state and figures, once or as they change
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-cli-status"

#include "config.h"

#include "cli/tropea-cli-verbs.h"

#include "base/tropea-json.h"
#include "cli/tropea-cli-follow.h"
#include "cli/tropea-cli-reports.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* An event says that something changed; what it is now is asked for, at most so often. So every
 * figure is right whichever events came, and none is added up here. On a terminal the block is
 * drawn over the one before.
 */

#define TERMINAL_MS 250
#define PIPE_MS 1000
#define ANSWER_LIMIT_MS (10 * 1000)

#define USUAL_COLUMNS 80
#define USUAL_ROWS 24
#define HIDE_CURSOR "\033[?25l"
#define SHOW_CURSOR "\033[?25h"

typedef struct
{
  TropeaCliCall *call;
  TropeaOutput  *output;
  GCancellable  *cancellable;
  guint          timer;
  gboolean       is_terminal;
  gboolean       is_asking;
  gboolean       has_news;     /* an event came since the last question */
  GStrv          drawn;        /* (owned) (nullable): the lines on the screen */
  char          *last;         /* (owned) (nullable): what was written in a pipe */
} Watch;

static void
get_size (guint *columns,
          guint *rows)
{
  struct winsize size = { 0 };

  *columns = USUAL_COLUMNS;
  *rows = USUAL_ROWS;
  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
    return;

  if (size.ws_col > 0)
    *columns = size.ws_col;
  if (size.ws_row > 0)
    *rows = size.ws_row;
}

static char *
dup_block (TropeaCliCall *call,
           JsonObject    *status,
           guint          columns)
{
  const TropeaStatusBlockStyle style = {
    .width = columns,
    .use_color = call->use_color,
    .use_utf8 = g_get_charset (NULL),
  };

  return tropea_cli_report_status (status, &style);
}

static void
draw (Watch      *watch,
      JsonObject *status)
{
  g_autoptr(GString) text = g_string_new (HIDE_CURSOR);
  g_autofree char *block = NULL;
  g_auto(GStrv) lines = NULL;
  guint columns = 0;
  guint rows = 0;

  get_size (&columns, &rows);
  block = dup_block (watch->call, status, columns);
  g_strchomp (block);
  lines = g_strsplit (block, "\n", (int) rows - 1);

  /* A terminal that has become narrower has broken the old lines. */
  if (watch->drawn != NULL)
    g_string_append_printf (text, "\033[%uA", tropea_status_block_count_rows (
                              (const char * const *) watch->drawn,
                              g_strv_length (watch->drawn), columns));
  g_string_append_c (text, '\r');
  for (gsize i = 0; lines[i] != NULL; i++)
    g_string_append_printf (text, "%s\033[K\r\n", lines[i]);
  g_string_append (text, "\033[J");

  if (!tropea_output_offer (watch->output, text->str, 0))
    return;

  g_strfreev (watch->drawn);
  watch->drawn = g_steal_pointer (&lines);
}

static void
write_news (Watch      *watch,
            JsonObject *status)
{
  g_autofree char *text = NULL;
  g_autofree char *whole = NULL;

  if (watch->call->is_json)
    text = tropea_json_to_string (status);
  else
    text = dup_block (watch->call, status, USUAL_COLUMNS);

  if (g_strcmp0 (text, watch->last) == 0)
    return;

  whole = g_strconcat (text, "\n", NULL);
  tropea_output_write (watch->output, whole);
  g_free (watch->last);
  watch->last = g_steal_pointer (&text);
}

static void ask (Watch *watch);

static gboolean
timer_cb (gpointer user_data)
{
  Watch *watch = user_data;

  watch->timer = 0;
  if (watch->has_news && !watch->is_asking)
    ask (watch);

  return G_SOURCE_REMOVE;
}

/* Whether Tropea has ended is the stream's to say. */
static void
status_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  Watch *watch = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonObject) status = NULL;

  status = tropea_api_client_ask_finish (TROPEA_API_CLIENT (object), result, NULL, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  watch->is_asking = FALSE;
  if (status != NULL && watch->is_terminal)
    draw (watch, status);
  else if (status != NULL)
    write_news (watch, status);

  if (watch->timer == 0)
    watch->timer = g_timeout_add (watch->is_terminal ? TERMINAL_MS : PIPE_MS, timer_cb, watch);
}

static void
ask (Watch *watch)
{
  watch->is_asking = TRUE;
  watch->has_news = FALSE;
  tropea_api_client_ask_async (watch->call->client, SOUP_METHOD_GET, "/api/tor/status", NULL,
                               ANSWER_LIMIT_MS, watch->cancellable, status_cb, watch);
}

static void
event_cb (TropeaCliFollow *follow,
          JsonObject      *event,
          gpointer         user_data)
{
  Watch *watch = user_data;

  watch->has_news = TRUE;
  if (watch->timer == 0 && !watch->is_asking)
    ask (watch);
}

/* An answer that is on its way still comes, to a watch that must be there. */
static void
end_question (Watch *watch)
{
  g_clear_handle_id (&watch->timer, g_source_remove);
  g_cancellable_cancel (watch->cancellable);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static TropeaCliExit
watch_status (TropeaCliCall *call)
{
  g_autoptr(TropeaOutput) output = tropea_output_new (STDOUT_FILENO);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  Watch watch = { call, output, cancellable };
  TropeaCliExit status;

  watch.is_terminal = !call->is_json && tropea_cli_call_is_terminal (STDOUT_FILENO);
  status = tropea_cli_follow_run (call, output, event_cb, &watch);
  end_question (&watch);
  if (watch.drawn != NULL)
    tropea_output_write (output, SHOW_CURSOR);

  g_strfreev (watch.drawn);
  g_free (watch.last);

  return status;
}

TropeaCliExit
tropea_cli_status (TropeaCliCall *call)
{
  g_autoptr(JsonObject) answer = NULL;
  g_autofree char *text = NULL;
  TropeaCliExit failure = TROPEA_CLI_EXIT_FAILED;
  guint columns = 0;
  guint rows = 0;

  if (tropea_cli_line_has (call->line, "watch"))
    return watch_status (call);

  answer = tropea_cli_call_ask (call, SOUP_METHOD_GET, "/api/tor/status", NULL, NULL, &failure);
  if (answer == NULL)
    return failure;

  if (call->is_json)
    {
      tropea_cli_call_print_json (answer);
      return TROPEA_CLI_EXIT_DONE;
    }

  get_size (&columns, &rows);
  text = dup_block (call, answer, columns);
  tropea_cli_call_print (text);

  return TROPEA_CLI_EXIT_DONE;
}
