/* tropea-cli-follow.c: a command that goes on as long as the Tropea that it listens to
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-cli-follow"

#include "config.h"

#include "cli/tropea-cli-follow.h"

#include "cli/tropea-event-stream.h"

#include <errno.h>
#include <glib-unix.h>
#include <signal.h>

/* A signal and a reader that has seen enough are the usual ways to stop it: both are done. A
 * Tropea that ends has an exit status of its own, so a script knows that it must start one.
 */

/* How long a reader that has stopped reading keeps us at the end. */
#define FLUSH_MS 300

struct _TropeaCliFollow
{
  TropeaCliCall        *call;
  TropeaOutput         *output;
  GMainLoop            *loop;      /* (owned) */
  TropeaCliFollowFunc   event_cb;
  gpointer              user_data;

  GError               *ended;     /* (owned) (nullable) */
  gboolean              has_ended; /* how is decided */
  TropeaCliExit         status;
};

static gboolean
signal_cb (gpointer user_data)
{
  tropea_cli_follow_end (user_data, TROPEA_CLI_EXIT_DONE);

  return G_SOURCE_CONTINUE;
}

static void
output_closed_cb (TropeaCliFollow *self)
{
  const int code = tropea_output_get_errno (self->output);

  if (code != EPIPE && code != EIO)
    g_printerr ("tropeactl: The output cannot be written (%s): free some space, or send it "
                "elsewhere\n", g_strerror (code));

  tropea_cli_follow_end (self, code == EPIPE || code == EIO ? TROPEA_CLI_EXIT_DONE
                                                            : TROPEA_CLI_EXIT_FAILED);
}

static void
event_cb (TropeaCliFollow *self,
          JsonObject      *event)
{
  if (!self->has_ended)
    self->event_cb (self, event, self->user_data);
}

static void
ended_cb (TropeaCliFollow *self,
          const GError    *error)
{
  if (!self->has_ended)
    self->ended = g_error_copy (error);
  tropea_cli_follow_end (self, TROPEA_CLI_EXIT_NO_TROPEA);
}

void
tropea_cli_follow_end (TropeaCliFollow *self,
                       TropeaCliExit    status)
{
  if (self->has_ended)
    return;

  self->has_ended = TRUE;
  self->status = status;
  g_main_loop_quit (self->loop);
}

/**
 * tropea_cli_follow_run:
 *
 * Returns: the exit status
 */
TropeaCliExit
tropea_cli_follow_run (TropeaCliCall       *call,
                       TropeaOutput        *output,
                       TropeaCliFollowFunc  callback,
                       gpointer             user_data)
{
  static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
  TropeaCliFollow self = { call, output, g_main_loop_new (NULL, FALSE), callback, user_data };
  g_autoptr(TropeaEventStream) stream = tropea_event_stream_new (call->client);
  guint sources[G_N_ELEMENTS (numbers)];

  signal (SIGPIPE, SIG_IGN);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    sources[i] = g_unix_signal_add (numbers[i], signal_cb, &self);
  g_signal_connect_swapped (output, "closed", G_CALLBACK (output_closed_cb), &self);
  g_signal_connect_swapped (stream, "event", G_CALLBACK (event_cb), &self);
  g_signal_connect_swapped (stream, "ended", G_CALLBACK (ended_cb), &self);

  tropea_event_stream_start (stream);
  g_main_loop_run (self.loop);

  g_signal_handlers_disconnect_by_data (stream, &self);
  g_object_run_dispose (G_OBJECT (stream));
  tropea_output_flush (output, FLUSH_MS);
  g_signal_handlers_disconnect_by_data (output, &self);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_source_remove (sources[i]);
  g_main_loop_unref (self.loop);

  if (self.ended != NULL)
    self.status = tropea_cli_call_fail (call, self.ended);
  g_clear_error (&self.ended);

  return self.status;
}
