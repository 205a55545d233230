/* tropea-cli-call.c: one command on its way: what was typed, whom it asks, how it prints
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-cli-call"

#include "config.h"

#include "cli/tropea-cli-call.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "api/tropea-api-place.h"
#include "base/tropea-json.h"

/* Sentences go to stderr, what was asked for to stdout: for people, or with --json as one line
 * of JSON, also where it is a refusal. What could not be written was not done.
 */

/* Verbs answer within 30 seconds, "not yet" at the latest. */
#define ANSWER_LIMIT_MS (45 * 1000)

typedef struct
{
  GMainLoop     *loop;    /* (owned) */
  GAsyncResult  *result;  /* (owned) (nullable) */
} Wait;

gboolean
tropea_cli_call_is_terminal (int fd)
{
  const char *term = g_getenv ("TERM");

  return isatty (fd) && term != NULL && *term != '\0' && !g_str_equal (term, "dumb");
}

gboolean
tropea_cli_call_wants_color (int fd)
{
  const char *no_color = g_getenv ("NO_COLOR");

  return tropea_cli_call_is_terminal (fd) && (no_color == NULL || *no_color == '\0');
}

void
tropea_cli_call_say (const char *sentence)
{
  g_printerr ("tropeactl: %s\n", sentence);
}

/* In the locale's character set. */
void
tropea_cli_call_print (const char *text)
{
  g_print ("%s", text);
}

void
tropea_cli_call_print_json (JsonObject *object)
{
  g_autofree char *text = tropea_json_to_string (object);

  fputs (text, stdout);
  fputc ('\n', stdout);
}

TropeaCliExit
tropea_cli_call_misused (TropeaCliCall *self,
                         const char    *sentence)
{
  g_printerr ("tropeactl: %s; see tropeactl %s --help\n", sentence, self->command->name);

  return TROPEA_CLI_EXIT_USAGE;
}

static TropeaCliExit
get_exit (const GError *error)
{
  if (error->domain != TROPEA_API_CLIENT_ERROR)
    return TROPEA_CLI_EXIT_FAILED;

  switch ((TropeaApiClientError) error->code)
    {
    case TROPEA_API_CLIENT_ERROR_NO_TROPEA:
    case TROPEA_API_CLIENT_ERROR_ENDED:
      return TROPEA_CLI_EXIT_NO_TROPEA;

    case TROPEA_API_CLIENT_ERROR_REFUSED:
      return TROPEA_CLI_EXIT_REFUSED;

    case TROPEA_API_CLIENT_ERROR_FAILED:
    default:
      return TROPEA_CLI_EXIT_FAILED;
    }
}

/* A problem as Tropea would have said it, where it said none. */
static JsonObject *
new_problem (const GError *error)
{
  JsonObject *problem = json_object_new ();
  gboolean is_gone = get_exit (error) == TROPEA_CLI_EXIT_NO_TROPEA;

  json_object_set_string_member (problem, "type", "about:blank");
  json_object_set_string_member (problem, "code", is_gone ? "no-tropea" : "failed");
  json_object_set_string_member (problem, "detail", error->message);

  return problem;
}

TropeaCliExit
tropea_cli_call_fail (TropeaCliCall *self,
                      const GError  *error)
{
  JsonObject *said = tropea_api_client_get_problem (self->client);

  if (self->is_json && said != NULL)
    {
      tropea_cli_call_print_json (said);
    }
  else if (self->is_json)
    {
      g_autoptr(JsonObject) problem = new_problem (error);

      tropea_cli_call_print_json (problem);
    }
  tropea_cli_call_say (error->message);

  return get_exit (error);
}

static void
answered_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  Wait *wait = user_data;

  wait->result = g_object_ref (result);
  g_main_loop_quit (wait->loop);
}

/**
 * tropea_cli_call_ask:
 * @status: (out) (optional): the HTTP status of the answer
 * @failure: (out): where there is none
 *
 * Returns: (transfer full): the answer, or NULL where the user was told why there is none
 */
JsonObject *
tropea_cli_call_ask (TropeaCliCall *self,
                     const char    *method,
                     const char    *path,
                     JsonObject    *body,
                     guint         *status,
                     TropeaCliExit *failure)
{
  Wait wait = { g_main_loop_new (NULL, FALSE), NULL };
  g_autoptr(GError) error = NULL;
  JsonObject *answer = NULL;

  tropea_api_client_ask_async (self->client, method, path, body, ANSWER_LIMIT_MS, NULL,
                               answered_cb, &wait);
  g_main_loop_run (wait.loop);
  answer = tropea_api_client_ask_finish (self->client, wait.result, status, &error);
  g_object_unref (wait.result);
  g_main_loop_unref (wait.loop);

  if (answer == NULL)
    *failure = tropea_cli_call_fail (self, error);

  return answer;
}

static int
flush (int status)
{
  if (fflush (stdout) == 0 && !ferror (stdout))
    return status;

  g_printerr ("tropeactl: The output cannot be written (%s): free some space, or send it "
              "elsewhere\n", g_strerror (errno));

  return status == TROPEA_CLI_EXIT_DONE ? TROPEA_CLI_EXIT_FAILED : status;
}

/**
 * tropea_cli_call_run:
 *
 * Returns: the exit status, a TropeaCliExit
 */
int
tropea_cli_call_run (const TropeaCliCommand *command,
                     const char * const     *arguments)
{
  TropeaCliCall call = { .command = command };
  g_autoptr(GError) error = NULL;
  g_autofree char *path = NULL;
  TropeaCliExit status;

  if (command->run_raw != NULL)
    return command->run_raw (arguments);

  call.line = tropea_cli_line_parse (command, arguments, &error);
  if (call.line == NULL)
    return tropea_cli_call_misused (&call, error->message);

  path = g_strdup (tropea_cli_line_get (call.line, "api-socket"));
  if (path == NULL)
    path = tropea_api_dup_socket_path (tropea_cli_line_get (call.line, "data-dir"));
  call.client = tropea_api_client_new (path);
  call.is_json = tropea_cli_line_has (call.line, "json");
  call.use_color = tropea_cli_call_wants_color (STDOUT_FILENO);

  status = command->run (&call);

  g_clear_object (&call.client);
  g_clear_pointer (&call.line, tropea_cli_line_free);

  return flush ((int) status);
}
