/* tropea-cli-steer.c: start, stop and whatever else a running Tropea can be told
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-cli-steer"

#include "config.h"

#include "cli/tropea-cli-verbs.h"

#include "cli/tropea-answer.h"

/* Tropea answers a verb when it is done, or after 30 seconds that it is not yet. A verb that can
 * be asked for twice is asked for again until the user's time is up; then it still goes on, and
 * the exit status says so.
 */

#define USUAL_WAIT_SECONDS 120
#define LONGEST_WAIT_SECONDS 86400
#define LONGEST_ROUND_SECONDS 30

typedef struct
{
  const char *path;
  const char *again;      /* (nullable): what asks for the same without beginning anew */
  const char *done;       /* (nullable): the sentence; NULL: how tor is then */
  gboolean    has_wait;
} Verb;

static char *
dup_state_sentence (JsonObject *status)
{
  JsonObject *tor = tropea_answer_get_object (status, "tor");
  gint64 socks_port = tropea_answer_get_number (tor, "socksPort");

  if (tropea_answer_get_flag (tor, "simulating"))
    return g_strdup ("The simulation runs");

  if (socks_port != 0)
    return g_strdup_printf ("Tor is connected: SOCKS 127.0.0.1:%" G_GINT64_FORMAT, socks_port);

  return g_strdup ("Tor is connected");
}

static TropeaCliExit
tell_not_yet (JsonObject *status)
{
  JsonObject *tor = tropea_answer_get_object (status, "tor");
  JsonObject *bootstrap = tropea_answer_get_object (tor, "bootstrap");
  const char *problem = tropea_answer_get_text (status, "problem");
  g_autofree char *sentence = NULL;

  sentence = g_strdup_printf ("Not done yet (%s, %" G_GINT64_FORMAT " %%): it goes on, and "
                              "“tropeactl status --watch” shows how far it is%s%s",
                              tropea_answer_get_text (tor, "status"),
                              tropea_answer_get_number (bootstrap, "percent"),
                              *problem != '\0' ? ". " : "", problem);
  tropea_cli_call_say (sentence);

  return TROPEA_CLI_EXIT_NOT_YET;
}

static TropeaCliExit
tell_done (TropeaCliCall *call,
           const Verb    *verb,
           JsonObject    *status)
{
  g_autofree char *sentence = NULL;
  g_autofree char *line = NULL;

  if (call->is_json)
    return TROPEA_CLI_EXIT_DONE;

  sentence = verb->done != NULL ? g_strdup (verb->done) : dup_state_sentence (status);
  line = g_strconcat (sentence, "\n", NULL);
  tropea_cli_call_print (line);

  return TROPEA_CLI_EXIT_DONE;
}

/* Returns: (transfer full): the last answer */
static JsonObject *
ask_until_done (TropeaCliCall *call,
                const Verb    *verb,
                gint64         wait_seconds,
                guint         *status,
                TropeaCliExit *failure)
{
  const gint64 end_usec = g_get_monotonic_time () + wait_seconds * G_USEC_PER_SEC;
  const char *path = verb->path;
  JsonObject *answer = NULL;
  gint64 left = wait_seconds;

  do
    {
      g_autoptr(JsonObject) body = verb->has_wait ? json_object_new () : NULL;

      g_clear_pointer (&answer, json_object_unref);
      if (body != NULL)
        json_object_set_int_member (body, "wait", MIN (left, LONGEST_ROUND_SECONDS));
      answer = tropea_cli_call_ask (call, SOUP_METHOD_POST, path, body, status, failure);
      if (verb->again != NULL)
        path = verb->again;
      left = (end_usec - g_get_monotonic_time ()) / G_USEC_PER_SEC;
    }
  while (answer != NULL && *status == SOUP_STATUS_ACCEPTED && verb->has_wait && left > 0);

  return answer;
}

static TropeaCliExit
do_verb (TropeaCliCall *call,
         const Verb    *verb)
{
  g_autoptr(JsonObject) answer = NULL;
  g_autoptr(GError) error = NULL;
  TropeaCliExit failure = TROPEA_CLI_EXIT_FAILED;
  gint64 wait_seconds = USUAL_WAIT_SECONDS;
  guint status = 0;

  if (verb->has_wait &&
      !tropea_cli_line_get_number (call->line, "wait", 0, LONGEST_WAIT_SECONDS, &wait_seconds,
                                   &error))
    return tropea_cli_call_misused (call, error->message);

  answer = ask_until_done (call, verb, wait_seconds, &status, &failure);
  if (answer == NULL)
    return failure;

  if (call->is_json)
    tropea_cli_call_print_json (answer);

  return status == SOUP_STATUS_ACCEPTED ? tell_not_yet (answer) : tell_done (call, verb, answer);
}

TropeaCliExit
tropea_cli_start (TropeaCliCall *call)
{
  static const Verb verb = { "/api/tor/start", NULL, NULL, TRUE };

  return do_verb (call, &verb);
}

TropeaCliExit
tropea_cli_stop (TropeaCliCall *call)
{
  static const Verb verb = { "/api/tor/stop", NULL, "Nothing runs any more", FALSE };

  return do_verb (call, &verb);
}

TropeaCliExit
tropea_cli_restart (TropeaCliCall *call)
{
  /* To restart again would begin anew. */
  static const Verb verb = { "/api/tor/restart", "/api/tor/start", NULL, TRUE };

  return do_verb (call, &verb);
}

TropeaCliExit
tropea_cli_pause (TropeaCliCall *call)
{
  static const Verb verb = { "/api/tor/pause", NULL,
                             "Paused: nothing goes through Tor until “tropeactl resume”", FALSE };

  return do_verb (call, &verb);
}

TropeaCliExit
tropea_cli_resume (TropeaCliCall *call)
{
  static const Verb verb = { "/api/tor/resume", NULL, "Not paused any more", FALSE };

  return do_verb (call, &verb);
}

TropeaCliExit
tropea_cli_simulate (TropeaCliCall *call)
{
  static const Verb start = { "/api/tor/simulate", NULL, "The simulation runs", TRUE };
  static const Verb stop = { "/api/tor/simulate/stop", NULL, "The simulation is stopped", FALSE };

  if (!tropea_cli_line_has (call->line, "stop"))
    return do_verb (call, &start);

  if (tropea_cli_line_has (call->line, "wait"))
    return tropea_cli_call_misused (call, "--wait does not go with --stop");

  return do_verb (call, &stop);
}

TropeaCliExit
tropea_cli_new_identity (TropeaCliCall *call)
{
  static const Verb verb = { "/api/tor/new-identity", NULL,
                             "Tor uses new circuits for new connections from now on", FALSE };

  return do_verb (call, &verb);
}

static TropeaCliExit
show_monitoring (TropeaCliCall *call)
{
  TropeaCliExit failure = TROPEA_CLI_EXIT_FAILED;
  g_autoptr(JsonObject) answer = tropea_cli_call_ask (call, SOUP_METHOD_GET,
                                                      "/api/tor/monitoring/stats", NULL, NULL,
                                                      &failure);

  if (answer == NULL)
    return failure;

  if (call->is_json)
    tropea_cli_call_print_json (answer);
  else if (tropea_answer_get_flag (tropea_answer_get_object (answer, "autoSubmission"),
                                   "isMonitoring"))
    tropea_cli_call_print ("on\n");
  else
    tropea_cli_call_print ("off\n");

  return TROPEA_CLI_EXIT_DONE;
}

TropeaCliExit
tropea_cli_monitor (TropeaCliCall *call)
{
  static const Verb on = { "/api/tor/monitoring/start", NULL,
                           "On: what is metered becomes sessions", FALSE };
  static const Verb off = { "/api/tor/monitoring/stop", NULL,
                            "Off: traffic is metered, and no sessions are made", FALSE };
  const char *operand = tropea_cli_line_get_operand (call->line, 0);

  if (operand == NULL)
    return show_monitoring (call);
  if (g_str_equal (operand, "on"))
    return do_verb (call, &on);
  if (g_str_equal (operand, "off"))
    return do_verb (call, &off);

  return tropea_cli_call_misused (call, "monitor is “on” or “off”");
}

/* "Not yet" is all that there is to be had here: the ledger answers later. */
TropeaCliExit
tropea_cli_submit (TropeaCliCall *call)
{
  g_autoptr(JsonObject) answer = NULL;
  TropeaCliExit failure = TROPEA_CLI_EXIT_FAILED;
  guint status = 0;

  answer = tropea_cli_call_ask (call, SOUP_METHOD_POST, "/api/tor/submit", NULL, &status,
                                &failure);
  if (answer == NULL)
    return failure;

  if (call->is_json)
    tropea_cli_call_print_json (answer);
  else if (status == SOUP_STATUS_ACCEPTED)
    tropea_cli_call_print ("On its way: “tropeactl sessions” shows what the ledger says\n");
  else
    tropea_cli_call_print ("There is nothing to submit\n");

  return TROPEA_CLI_EXIT_DONE;
}

TropeaCliExit
tropea_cli_reset (TropeaCliCall *call)
{
  g_autoptr(JsonObject) body = json_object_new ();
  g_autoptr(JsonObject) answer = NULL;
  TropeaCliExit failure = TROPEA_CLI_EXIT_FAILED;

  if (!tropea_cli_line_has (call->line, "yes"))
    return tropea_cli_call_misused (call, "This forgets how many bytes were moved: say --yes if "
                                    "you mean it");

  json_object_set_boolean_member (body, "confirm", TRUE);
  answer = tropea_cli_call_ask (call, SOUP_METHOD_POST, "/api/tor/reset", body, NULL, &failure);
  if (answer == NULL)
    return failure;

  if (call->is_json)
    tropea_cli_call_print_json (answer);
  else
    tropea_cli_call_print ("Bytes are counted from 0 again\n");

  return TROPEA_CLI_EXIT_DONE;
}
