/* tropea-cli-run.c: “tropeactl run”: a host without a window
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-cli-run"

#include "config.h"

#include "cli/tropea-cli-run.h"

#include "api/tropea-api.h"
#include "api/tropea-error-code.h"
#include "cli/tropea-cli-command.h"
#include "cli/tropea-control-password.h"
#include "cli/tropea-run-options.h"
#include "cli/tropea-run-view.h"
#include "submit/tropea-ledger-client.h"

#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Open, start, wait for the first of: what was asked for is reached, tor failed, somebody
 * stops it. Then close, whatever it was, and say by the exit status which: 0 only for the
 * first, or for a stop after tor ran where no number of sessions was asked for. A tor that
 * ends by itself is started again by the host and has not failed yet. The first signal closes
 * in order, a second one ends at once: tor and the ledger end with us in any case, and what is
 * not on disk yet is at most some seconds.
 */

/* How long a reader that has stopped reading keeps us at the end. */
#define FLUSH_MS 300

typedef struct
{
  TropeaRunOptions *options;        /* (owned) */
  TropeaOutput     *output;         /* (owned) */
  TropeaRunView    *view;           /* (owned) */
  TropeaHost       *host;           /* (owned) (nullable): NULL until it is open */
  TropeaApi        *api;            /* (owned) (nullable): NULL with --no-api */
  GMainLoop        *loop;           /* (owned) */

  guint             signals[5];
  guint             for_timer;
  gint64            n_credited;
  gboolean          has_run;        /* tor was connected, or the simulation ran */
  gboolean          is_starting;    /* tor has not answered yet */
  gboolean          is_done;        /* how it ended is decided */
  gboolean          is_stopped;     /* by somebody, before there was a host to close */
  gboolean          is_cut_short;   /* by somebody; what is credited on the way down counts */
  gboolean          must_not_join;  /* something hangs: leave without taking it down */
  int               status;
} Run;

static void
say (const char *sentence)
{
  g_printerr ("tropeactl: %s\n", sentence);
}

static void
closed_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  Run *run = user_data;
  g_autoptr(GError) error = NULL;

  if (!tropea_host_close_finish (TROPEA_HOST (object), result, &error))
    {
      tropea_run_view_end (run->view);
      say (error->message);
      run->status = EXIT_FAILURE;
      run->must_not_join = g_error_matches (error, TROPEA_HOST_ERROR, TROPEA_HOST_ERROR_FAILED);
    }
  else if (run->is_cut_short && run->n_credited < run->options->until_sessions)
    {
      g_autofree char *sentence = NULL;

      sentence = g_strdup_printf ("Stopped when %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                                  " sessions were credited: start it again for the others",
                                  run->n_credited, run->options->until_sessions);
      tropea_run_view_end (run->view);
      say (sentence);
      run->status = EXIT_FAILURE;
    }
  g_main_loop_quit (run->loop);
}

/* Decide how the run ends, once, and go down. */
static void
end (Run        *run,
     int         status,
     const char *code,
     const char *sentence)
{
  if (run->is_done)
    return;

  run->is_done = TRUE;
  run->status = status;
  g_clear_handle_id (&run->for_timer, g_source_remove);
  if (sentence != NULL)
    {
      if (code != NULL)
        tropea_run_view_last_error (run->view, code, sentence);
      tropea_run_view_end (run->view);
      say (sentence);
    }

  if (run->api != NULL)
    tropea_api_close (run->api);
  if (run->host != NULL)
    tropea_host_close_async (run->host, closed_cb, run);
  else
    g_main_loop_quit (run->loop);
}

static void
end_by_user (Run *run)
{
  if (run->host == NULL)
    {
      run->is_stopped = TRUE;
      return;
    }

  run->is_cut_short = !run->is_done;
  if (run->has_run || run->options->until_sessions > 0)
    end (run, EXIT_SUCCESS, NULL, NULL);
  else if (run->options->simulate)
    end (run, EXIT_FAILURE, NULL, "Stopped before the simulation ran: give it more time");
  else
    end (run, EXIT_FAILURE, NULL,
         "Stopped before tor was connected: give it more time, or try --simulate");
}

static gboolean
signal_cb (gpointer user_data)
{
  Run *run = user_data;

  if (!run->is_done && !run->is_stopped)
    {
      end_by_user (run);
      return G_SOURCE_CONTINUE;
    }

  tropea_run_view_end (run->view);
  tropea_output_flush (run->output, FLUSH_MS);
  _exit (EXIT_FAILURE);
}

static void
output_closed_cb (Run *run)
{
  const int code = tropea_output_get_errno (run->output);
  g_autofree char *sentence = NULL;

  /* Whoever closes a pipe or a terminal has seen enough: that is a way to stop. */
  if (code == EPIPE || code == EIO)
    {
      end_by_user (run);
      return;
    }

  sentence = g_strdup_printf ("The output cannot be written (%s): free some space, or send it "
                              "elsewhere", g_strerror (code));
  end (run, EXIT_FAILURE, NULL, sentence);
}

static gboolean
time_is_up_cb (gpointer user_data)
{
  Run *run = user_data;
  const TropeaTorDiagnosis *diagnosis = tropea_host_get_diagnosis (run->host);
  TropeaTorState state;
  g_autofree char *sentence = NULL;

  run->for_timer = 0;
  g_object_get (run->host, "state", &state, NULL);

  if (run->options->until_sessions > 0)
    sentence = g_strdup_printf ("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " sessions were "
                                "credited in %" G_GINT64_FORMAT " s: give it more with --for",
                                run->n_credited, run->options->until_sessions,
                                run->options->for_seconds);
  else if (state != TROPEA_TOR_STATE_RUNNING && diagnosis != NULL)
    sentence = g_strdup_printf ("Tor was not connected after %" G_GINT64_FORMAT " s. %s",
                                run->options->for_seconds,
                                tropea_tor_diagnosis_get_sentence (diagnosis));
  else if (state != TROPEA_TOR_STATE_RUNNING)
    sentence = g_strdup_printf ("Tor was not connected after %" G_GINT64_FORMAT " s: check the "
                                "network, or give it more with --for", run->options->for_seconds);

  end (run, sentence == NULL ? EXIT_SUCCESS : EXIT_FAILURE, NULL, sentence);

  return G_SOURCE_REMOVE;
}

/* Asked for where the start ends. */
static gboolean
wants_password (Run          *run,
                const GError *error)
{
  return run->is_starting &&
         g_error_matches (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_PASSWORD) &&
         tropea_control_password_can_ask ();
}

static void
end_by_failure (Run          *run,
                const GError *failure)
{
  g_autofree char *advice =
    tropea_run_view_dup_advice (tropea_host_get_diagnosis (run->host));

  if (run->is_done)
    return;

  end (run, EXIT_FAILURE, NULL,
       failure != NULL ? failure->message : "Tor failed: start it again");

  /* Programs have it in the event. */
  if (advice != NULL && !run->options->json)
    g_printerr ("Try: %s\n", advice);
}

/* A client of the API that starts and stops has taken over: what fails then is told to it, and
 * ends nothing. */
static gboolean
is_steered (Run *run)
{
  return run->api != NULL && tropea_api_get_is_steered (run->api);
}

static void
state_cb (Run *run)
{
  const GError *failure = tropea_host_get_failure (run->host);
  TropeaTorState state;

  g_object_get (run->host, "state", &state, NULL);
  if (state == TROPEA_TOR_STATE_RUNNING)
    run->has_run = TRUE;
  else if (state == TROPEA_TOR_STATE_FAILED && !is_steered (run) &&
           !wants_password (run, failure))
    end_by_failure (run, failure);
}

static void
credited_cb (Run *run)
{
  run->n_credited++;
  if (run->options->until_sessions > 0 && run->n_credited >= run->options->until_sessions)
    end (run, EXIT_SUCCESS, NULL, NULL);
}

static void
identity_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  Run *run = user_data;
  g_autoptr(GError) error = NULL;

  if (run->is_done)
    return;

  if (tropea_host_new_identity_finish (TROPEA_HOST (object), result, &error))
    tropea_run_view_notice (run->view, "Tor uses new circuits for new connections from now on");
  else
    tropea_run_view_error (run->view, tropea_error_code (error), error->message);
}

static gboolean
new_identity_cb (gpointer user_data)
{
  Run *run = user_data;

  if (run->host != NULL && !run->is_done)
    tropea_host_new_identity_async (run->host, identity_cb, run);

  return G_SOURCE_CONTINUE;
}

static gboolean
pause_cb (gpointer user_data)
{
  Run *run = user_data;
  TropeaTorState state;

  if (run->host == NULL || run->is_done)
    return G_SOURCE_CONTINUE;

  g_object_get (run->host, "state", &state, NULL);
  tropea_host_set_paused (run->host, state != TROPEA_TOR_STATE_PAUSED);

  return G_SOURCE_CONTINUE;
}

static void started_cb (GObject      *object,
                        GAsyncResult *result,
                        gpointer      user_data);

/* Nothing runs meanwhile, so nothing has to go on while the user types. */
static void
ask_for_password (Run          *run,
                  const GError *error)
{
  g_autoptr(TropeaSecret) password = NULL;

  say (error->message);
  password = tropea_control_password_ask ();
  if (password == NULL)
    {
      end (run, EXIT_FAILURE, tropea_error_code (error), "No password was given");
      return;
    }

  tropea_host_set_attach_password (run->host, password);
  tropea_host_start_async (run->host, started_cb, run);
}

/* A failure of tor itself comes by the state too, and is said there. */
static void
started_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  Run *run = user_data;
  g_autoptr(GError) error = NULL;

  if (tropea_host_start_finish (TROPEA_HOST (object), result, &error) || is_steered (run))
    run->is_starting = FALSE;
  else if (wants_password (run, error))
    ask_for_password (run, error);
  else
    end (run, EXIT_FAILURE, tropea_error_code (error), error->message);
}

/* The prompt may stay open as long as it likes; sessions go out when it was answered. */
static void
unlocked_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr(GError) error = NULL;

  if (!tropea_host_unlock_finish (TROPEA_HOST (object), result, &error))
    g_debug ("The keyring stays locked: %s", error->message);
}

static gboolean
is_somebody_there (void)
{
  return isatty (STDIN_FILENO) || g_getenv ("WAYLAND_DISPLAY") != NULL ||
         g_getenv ("DISPLAY") != NULL;
}

/* Without a key no session would ever go out, unless the keyring is only locked. */
static gboolean
check_key (Run *run)
{
  const GError *failure = tropea_host_get_key_failure (run->host);
  g_autofree char *sentence = NULL;

  if (failure == NULL)
    return TRUE;

  if (g_error_matches (failure, TROPEA_KEY_STORE_ERROR, TROPEA_KEY_STORE_ERROR_LOCKED) ||
      g_error_matches (failure, TROPEA_KEY_STORE_ERROR, TROPEA_KEY_STORE_ERROR_DISMISSED))
    {
      if (is_somebody_there ())
        tropea_host_unlock_async (run->host, unlocked_cb, run);
      return TRUE;
    }

  if (run->options->host->key_file == NULL && strstr (failure->message, "--key-file") == NULL)
    sentence = g_strdup_printf ("%s; or name a file for the key with --key-file PATH",
                                failure->message);
  else
    sentence = g_strdup (failure->message);
  end (run, EXIT_FAILURE, tropea_error_code (failure), sentence);

  return FALSE;
}

/* Without the API tor runs as well; but what was asked for by name must be there. */
static gboolean
open_api (Run *run)
{
  const TropeaRunOptions *options = run->options;
  g_autoptr(GError) error = NULL;

  if (options->no_api)
    return TRUE;

  run->api = tropea_api_new (run->host);
  if (!tropea_api_open_socket (run->api, options->api_socket, &error) &&
      options->api_socket == NULL)
    {
      tropea_run_view_notice (run->view, error->message);
      g_clear_error (&error);
    }
  if (error != NULL ||
      (options->api_port != 0 && !tropea_api_open_port (run->api, options->api_port, &error)))
    {
      end (run, EXIT_FAILURE, "api", error->message);
      return FALSE;
    }

  return TRUE;
}

static void
opened_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  Run *run = user_data;
  g_autoptr(GError) error = NULL;
  const gint64 limit_s = run->options->for_seconds;

  run->host = tropea_host_open_finish (result, &error);
  if (run->host == NULL)
    {
      gboolean is_usage = g_error_matches (error, TROPEA_LEDGER_CLIENT_ERROR,
                                           TROPEA_LEDGER_CLIENT_ERROR_INVALID_URL);

      end (run, is_usage ? TROPEA_CLI_EXIT_USAGE : EXIT_FAILURE, tropea_error_code (error),
           error->message);
      return;
    }

  if (run->is_stopped)
    {
      end_by_user (run);
      return;
    }

  if (!check_key (run))
    return;

  tropea_run_view_set_host (run->view, run->host);
  if (!open_api (run))
    return;

  g_signal_connect_swapped (run->host, "notify::state", G_CALLBACK (state_cb), run);
  g_signal_connect_swapped (run->host, "credited", G_CALLBACK (credited_cb), run);
  if (limit_s > 0)
    run->for_timer = g_timeout_add_seconds ((guint) limit_s, time_is_up_cb, run);

  run->is_starting = TRUE;
  tropea_host_set_attach_password (run->host, run->options->control_password);
  if (run->options->simulate)
    tropea_host_simulate_async (run->host, started_cb, run);
  else
    tropea_host_start_async (run->host, started_cb, run);
}

static int
run_loop (Run *run)
{
  static const struct
  {
    int         number;
    GSourceFunc handle;
  } handlers[] = {
    { SIGINT, signal_cb }, { SIGTERM, signal_cb }, { SIGHUP, signal_cb },
    { SIGUSR1, new_identity_cb }, { SIGUSR2, pause_cb },
  };

  signal (SIGPIPE, SIG_IGN);
  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    run->signals[i] = g_unix_signal_add (handlers[i].number, handlers[i].handle, run);
  g_signal_connect_swapped (run->output, "closed", G_CALLBACK (output_closed_cb), run);

  tropea_host_open_async (run->options->host, opened_cb, run);
  g_main_loop_run (run->loop);

  tropea_run_view_end (run->view);
  tropea_output_flush (run->output, FLUSH_MS);
  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_source_remove (run->signals[i]);

  return run->status;
}

/**
 * tropea_cli_run:
 * @arguments: those behind “run”
 *
 * Returns: the exit status: 0 where what was asked for happened, 1 where not, 2 where it
 *   cannot be asked for
 */
int
tropea_cli_run (const char * const *arguments)
{
  g_autoptr(GError) error = NULL;
  Run run = { 0 };

  run.options = tropea_run_options_parse (arguments, &error);
  if (run.options == NULL)
    {
      g_printerr ("tropeactl: %s; see tropeactl run --help\n", error->message);
      return TROPEA_CLI_EXIT_USAGE;
    }

  run.loop = g_main_loop_new (NULL, FALSE);
  run.output = tropea_output_new (STDOUT_FILENO);
  run.view = tropea_run_view_new (tropea_run_view_choose_mode (STDOUT_FILENO, run.options->json),
                                  STDOUT_FILENO, run.output);
  run_loop (&run);

  /* To take down what hangs would hang us too. */
  if (run.must_not_join)
    _exit (run.status);

  g_clear_object (&run.view);
  g_clear_object (&run.api);
  if (run.host != NULL)
    g_signal_handlers_disconnect_by_data (run.host, &run);
  g_clear_object (&run.host);
  g_signal_handlers_disconnect_by_data (run.output, &run);
  g_clear_object (&run.output);
  g_clear_pointer (&run.loop, g_main_loop_unref);
  g_clear_pointer (&run.options, tropea_run_options_free);

  return run.status;
}
