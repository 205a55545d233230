/* tropea-run-view.c: shows a running host: live block, plain lines or JSON
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-run-view"

#include "config.h"

#include "cli/tropea-run-view.h"

#include "api/tropea-error-code.h"
#include "api/tropea-json-lines.h"
#include "cli/tropea-plain-lines.h"
#include "api/tropea-remedy-advice.h"
#include "cli/tropea-status-block.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Listens to the host and writes; steers nothing. What was written last is kept, because one
 * change arrives as several notifications and each must be told once. The block is drawn at
 * most ten times a second however much happens, over the block before it.
 */

#define REDRAW_MS 100
#define PLAIN_SAMPLE_USEC (10 * G_USEC_PER_SEC)
#define HIDE_CURSOR "\033[?25l"
#define SHOW_CURSOR "\033[?25h"

/* A reader that is hours behind loses samples, whose totals the next one has; never a session. */
#define MOST_WAITING_BYTES (1024 * 1024)

/* A terminal that says nothing of its size. */
#define USUAL_COLUMNS 80
#define USUAL_ROWS 24

struct _TropeaRunView
{
  GObject            parent_instance;

  TropeaRunViewMode  mode;
  int                fd;
  TropeaOutput      *output;            /* (owned) */
  TropeaHost        *host;              /* (owned) (nullable) */

  char              *last_state;        /* (owned) (nullable): the line */
  char              *last_bootstrap;    /* (owned) (nullable): the line */
  char              *last_problem;      /* (owned) (nullable) */
  char              *notice;            /* (owned) (nullable) */
  gint64             last_sample_usec;

  guint              redraw_timer;
  guint              ports_idle;
  GStrv              drawn;             /* (owned) (nullable): the block's last lines */
  guint              n_drawn;           /* of these, on the screen */
  gboolean           is_ended;
};

G_DEFINE_FINAL_TYPE (TropeaRunView, tropea_run_view, G_TYPE_OBJECT)

static void
get_size (TropeaRunView *self,
          guint         *columns,
          guint         *rows)
{
  struct winsize size = { 0 };

  *columns = USUAL_COLUMNS;
  *rows = USUAL_ROWS;
  if (ioctl (self->fd, TIOCGWINSZ, &size) != 0)
    return;

  if (size.ws_col > 0)
    *columns = size.ws_col;
  if (size.ws_row > 0)
    *rows = size.ws_row;
}

static void
draw (TropeaRunView *self)
{
  g_auto(TropeaStatus) status = { 0 };
  g_auto(GStrv) lines = NULL;
  g_autoptr(GString) text = g_string_new (HIDE_CURSOR);
  TropeaStatusBlockStyle style = { 0 };
  const char *no_color = g_getenv ("NO_COLOR");
  guint rows = 0;
  guint n_lines = 0;

  get_size (self, &style.width, &rows);
  style.use_color = no_color == NULL || *no_color == '\0';
  style.use_utf8 = g_get_charset (NULL);
  tropea_status_read (&status, self->host);
  status.notice = g_strdup (self->notice);
  lines = tropea_status_block_format (&status, &style);

  /* A terminal that has become narrower has broken the old lines; all rows of them go. */
  if (self->n_drawn > 0)
    g_string_append_printf (text, "\033[%uA", tropea_status_block_count_rows (
                              (const char * const *) self->drawn, self->n_drawn, style.width));
  g_string_append_c (text, '\r');
  for (; lines[n_lines] != NULL && n_lines + 1 < rows; n_lines++)
    g_string_append_printf (text, "%s\033[K\r\n", lines[n_lines]);
  g_string_append (text, "\033[J");

  if (!tropea_output_offer (self->output, text->str, 0))
    return;

  self->n_drawn = n_lines;
  g_strfreev (self->drawn);
  self->drawn = g_steal_pointer (&lines);
}

static gboolean
redraw_cb (gpointer user_data)
{
  TropeaRunView *self = user_data;

  self->redraw_timer = 0;
  draw (self);

  return G_SOURCE_REMOVE;
}

static void
redraw_soon (TropeaRunView *self)
{
  if (self->mode == TROPEA_RUN_VIEW_BLOCK && self->redraw_timer == 0 && !self->is_ended)
    self->redraw_timer = g_timeout_add (REDRAW_MS, redraw_cb, self);
}

/* Write @line unless it says what the one before it of its kind said. */
static void
write_news (TropeaRunView  *self,
            char          **last,
            char           *line)
{
  if (g_strcmp0 (*last, line) == 0)
    {
      g_free (line);
      return;
    }

  g_free (*last);
  *last = line;
  tropea_output_write (self->output, line);
}

static void
write_line (TropeaRunView *self,
            char          *line)
{
  tropea_output_write (self->output, line);
  g_free (line);
}

static void
state_cb (TropeaRunView *self)
{
  g_auto(TropeaStatus) status = { 0 };

  if (self->mode == TROPEA_RUN_VIEW_BLOCK)
    return;

  tropea_status_read (&status, self->host);
  if (self->last_state == NULL && status.state == TROPEA_TOR_STATE_STOPPED)
    return;

  write_news (self, &self->last_state,
              self->mode == TROPEA_RUN_VIEW_JSON ? tropea_json_lines_state (&status)
                                                 : tropea_plain_lines_state (&status));
}

static gboolean
ports_idle_cb (gpointer user_data)
{
  TropeaRunView *self = user_data;

  self->ports_idle = 0;
  state_cb (self);

  return G_SOURCE_REMOVE;
}

/* Ports come and go beside a state, one after the other: tell them when they are settled. */
static void
ports_cb (TropeaRunView *self)
{
  if (self->ports_idle == 0)
    self->ports_idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE, ports_idle_cb, self, NULL);
}

static void
bootstrap_cb (TropeaRunView *self)
{
  g_auto(TropeaStatus) status = { 0 };

  if (self->mode == TROPEA_RUN_VIEW_BLOCK)
    return;

  tropea_status_read (&status, self->host);
  if (status.bootstrap_tag == NULL)
    return;

  write_news (self, &self->last_bootstrap,
              self->mode == TROPEA_RUN_VIEW_JSON ? tropea_json_lines_bootstrap (&status)
                                                 : tropea_plain_lines_bootstrap (&status));
}

static void
sample_cb (TropeaRunView         *self,
           const TropeaTorSample *sample)
{
  g_auto(TropeaStatus) status = { 0 };
  gint64 now_usec = g_get_monotonic_time ();
  g_autofree char *line = NULL;

  if (self->mode == TROPEA_RUN_VIEW_BLOCK)
    return;
  if (self->mode == TROPEA_RUN_VIEW_PLAIN && self->last_sample_usec != 0 &&
      now_usec - self->last_sample_usec < PLAIN_SAMPLE_USEC)
    return;

  self->last_sample_usec = now_usec;
  tropea_status_read (&status, self->host);
  if (self->mode == TROPEA_RUN_VIEW_JSON)
    line = tropea_json_lines_sample (&status, sample);
  else
    line = tropea_plain_lines_sample (&status);
  tropea_output_offer (self->output, line, MOST_WAITING_BYTES);
}

static void
session_cut_cb (TropeaRunView *self,
                TropeaSession *session)
{
  if (self->mode == TROPEA_RUN_VIEW_JSON)
    write_line (self, tropea_json_lines_session (session));
  else if (self->mode == TROPEA_RUN_VIEW_PLAIN)
    write_line (self, tropea_plain_lines_session (session));
}

static void
credited_cb (TropeaRunView *self,
             TropeaSession *session)
{
  g_auto(TropeaStatus) status = { 0 };

  tropea_status_read (&status, self->host);
  if (self->mode == TROPEA_RUN_VIEW_JSON)
    write_line (self, tropea_json_lines_credited (&status, session));
  else if (self->mode == TROPEA_RUN_VIEW_PLAIN)
    write_line (self, tropea_plain_lines_credited (&status, session));
}

static void
refused_cb (TropeaRunView *self,
            TropeaSession *session)
{
  if (self->mode == TROPEA_RUN_VIEW_JSON)
    write_line (self, tropea_json_lines_refused (session));
  else if (self->mode == TROPEA_RUN_VIEW_PLAIN)
    write_line (self, tropea_plain_lines_refused (session));
}

/* Told once; the block keeps it to its end. */
/**
 * tropea_run_view_notice:
 *
 * Show @sentence, which is no error, until there is another one.
 */
void
tropea_run_view_notice (TropeaRunView *self,
                        const char    *sentence)
{
  g_free (self->notice);
  self->notice = g_strdup (sentence);
  if (self->mode == TROPEA_RUN_VIEW_JSON)
    write_line (self, tropea_json_lines_notice (sentence));
  else if (self->mode == TROPEA_RUN_VIEW_PLAIN)
    write_line (self, g_strdup_printf ("notice: %s\n", sentence));
  redraw_soon (self);
}

/* Why sessions wait, once for each change; the block shows it by itself. */
static void
problem_cb (TropeaRunView *self)
{
  const GError *key_failure = tropea_host_get_key_failure (self->host);
  const GError *failure = tropea_host_get_failure (self->host);
  const GError *trouble = tropea_host_get_trouble (self->host);
  g_autofree char *problem = NULL;

  g_object_get (self->host, "problem", &problem, NULL);
  if (g_strcmp0 (problem, self->last_problem) == 0)
    return;

  g_free (self->last_problem);
  self->last_problem = g_strdup (problem);

  /* That comes as "error", if there is more to it than a moment's silence. */
  if (problem == NULL || (failure != NULL && g_str_equal (failure->message, problem)) ||
      (trouble != NULL && g_str_equal (trouble->message, problem)))
    return;

  if (key_failure != NULL && g_str_equal (key_failure->message, problem))
    tropea_run_view_error (self, tropea_error_code (key_failure), problem);
  else if (g_strcmp0 (tropea_host_get_ledger_difference (self->host), problem) == 0)
    tropea_run_view_error (self, "ledger-differs", problem);
  else
    tropea_run_view_error (self, "sessions-wait", problem);
}

/* Returns: (transfer full) (nullable): what to type for the best remedy that has a command */
char *
tropea_run_view_dup_advice (const TropeaTorDiagnosis *diagnosis)
{
  const char *advice = NULL;

  for (guint i = 0; diagnosis != NULL && advice == NULL && i < TROPEA_TOR_MOST_REMEDIES; i++)
    advice = tropea_remedy_advice (tropea_tor_diagnosis_get_remedy (diagnosis, i));

  return g_strdup (advice);
}

/* What is wrong with tor. For people: that of one that failed ends the program, and that of one
 * that is started again comes as an error.
 */
static void
diagnosis_cb (TropeaRunView *self)
{
  const TropeaTorDiagnosis *diagnosis = tropea_host_get_diagnosis (self->host);
  g_autofree char *advice = NULL;
  guint restart_seconds = 0;

  if (self->mode == TROPEA_RUN_VIEW_JSON)
    {
      write_line (self, tropea_json_lines_diagnosis (diagnosis));
      return;
    }

  g_object_get (self->host, "restart-seconds", &restart_seconds, NULL);
  if (self->mode != TROPEA_RUN_VIEW_PLAIN || diagnosis == NULL || restart_seconds != 0
      || tropea_host_get_failure (self->host) != NULL)
    return;

  advice = tropea_run_view_dup_advice (diagnosis);
  write_line (self, g_strdup_printf ("tor: %s\n%s%s%s",
                                     tropea_tor_diagnosis_get_sentence (diagnosis),
                                     advice != NULL ? "try: " : "",
                                     advice != NULL ? advice : "", advice != NULL ? "\n" : ""));
}

static void
error_cb (TropeaRunView *self,
          const GError  *error)
{
  g_free (self->last_problem);
  self->last_problem = g_strdup (error->message);

  /* A failed tor ends the run. */
  if (error == tropea_host_get_failure (self->host))
    tropea_run_view_last_error (self, tropea_error_code (error), error->message);
  else
    tropea_run_view_error (self, tropea_error_code (error), error->message);
}

static void
tropea_run_view_dispose (GObject *object)
{
  TropeaRunView *self = TROPEA_RUN_VIEW (object);

  g_clear_handle_id (&self->redraw_timer, g_source_remove);
  g_clear_handle_id (&self->ports_idle, g_source_remove);
  g_clear_object (&self->host);
  g_clear_object (&self->output);

  G_OBJECT_CLASS (tropea_run_view_parent_class)->dispose (object);
}

static void
tropea_run_view_finalize (GObject *object)
{
  TropeaRunView *self = TROPEA_RUN_VIEW (object);

  g_clear_pointer (&self->last_state, g_free);
  g_clear_pointer (&self->last_bootstrap, g_free);
  g_clear_pointer (&self->last_problem, g_free);
  g_clear_pointer (&self->drawn, g_strfreev);
  g_clear_pointer (&self->notice, g_free);

  G_OBJECT_CLASS (tropea_run_view_parent_class)->finalize (object);
}

static void
tropea_run_view_class_init (TropeaRunViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tropea_run_view_dispose;
  object_class->finalize = tropea_run_view_finalize;
}

static void
tropea_run_view_init (TropeaRunView *self)
{
}

TropeaRunViewMode
tropea_run_view_choose_mode (int      fd,
                             gboolean json)
{
  const char *term = g_getenv ("TERM");

  if (json)
    return TROPEA_RUN_VIEW_JSON;
  if (isatty (fd) && term != NULL && *term != '\0' && !g_str_equal (term, "dumb"))
    return TROPEA_RUN_VIEW_BLOCK;

  return TROPEA_RUN_VIEW_PLAIN;
}

/**
 * tropea_run_view_new:
 * @fd: what @output writes to; asked for its size
 */
TropeaRunView *
tropea_run_view_new (TropeaRunViewMode  mode,
                     int                fd,
                     TropeaOutput      *output)
{
  TropeaRunView *self = NULL;

  g_return_val_if_fail (TROPEA_IS_OUTPUT (output), NULL);

  self = g_object_new (TROPEA_TYPE_RUN_VIEW, NULL);
  self->mode = mode;
  self->fd = fd;
  self->output = g_object_ref (output);

  return self;
}

void
tropea_run_view_set_host (TropeaRunView *self,
                          TropeaHost    *host)
{
  const GConnectFlags swapped = G_CONNECT_SWAPPED;

  g_return_if_fail (TROPEA_IS_RUN_VIEW (self));
  g_return_if_fail (self->host == NULL && TROPEA_IS_HOST (host));

  self->host = g_object_ref (host);
  g_signal_connect_object (host, "notify::state", G_CALLBACK (state_cb), self, swapped);
  g_signal_connect_object (host, "notify::is-simulating", G_CALLBACK (state_cb), self, swapped);
  g_signal_connect_object (host, "notify::socks-port", G_CALLBACK (ports_cb), self, swapped);
  g_signal_connect_object (host, "notify::control-port", G_CALLBACK (ports_cb), self, swapped);
  g_signal_connect_object (host, "notify::bootstrap-percent", G_CALLBACK (bootstrap_cb), self,
                           swapped);
  g_signal_connect_object (host, "notify::bootstrap-tag", G_CALLBACK (bootstrap_cb), self,
                           swapped);
  g_signal_connect_object (host, "notify::bootstrap-summary", G_CALLBACK (bootstrap_cb), self,
                           swapped);
  g_signal_connect_object (host, "sample", G_CALLBACK (sample_cb), self, swapped);
  g_signal_connect_object (host, "session-cut", G_CALLBACK (session_cut_cb), self, swapped);
  g_signal_connect_object (host, "credited", G_CALLBACK (credited_cb), self, swapped);
  g_signal_connect_object (host, "refused", G_CALLBACK (refused_cb), self, swapped);
  g_signal_connect_object (host, "notice", G_CALLBACK (tropea_run_view_notice), self, swapped);
  g_signal_connect_object (host, "notify::problem", G_CALLBACK (problem_cb), self, swapped);
  g_signal_connect_object (host, "notify::diagnosis", G_CALLBACK (diagnosis_cb), self, swapped);
  g_signal_connect_object (host, "error", G_CALLBACK (error_cb), self, swapped);
  g_signal_connect_object (host, "notify", G_CALLBACK (redraw_soon), self, swapped);
  problem_cb (self);
  redraw_soon (self);
}

/**
 * tropea_run_view_error:
 *
 * Tell of an error as it happens. The block shows the host's "problem" instead.
 */
void
tropea_run_view_error (TropeaRunView *self,
                       const char    *code,
                       const char    *message)
{
  g_return_if_fail (TROPEA_IS_RUN_VIEW (self));

  if (self->mode == TROPEA_RUN_VIEW_JSON)
    write_line (self, tropea_json_lines_error (code, message));
  else if (self->mode == TROPEA_RUN_VIEW_PLAIN)
    write_line (self, g_strdup_printf ("problem: %s\n", message));
}

/**
 * tropea_run_view_last_error:
 *
 * Tell of the error that ends the program. People read it on stderr; programs here.
 */
void
tropea_run_view_last_error (TropeaRunView *self,
                            const char    *code,
                            const char    *message)
{
  g_return_if_fail (TROPEA_IS_RUN_VIEW (self));

  if (self->mode == TROPEA_RUN_VIEW_JSON)
    tropea_run_view_error (self, code, message);
}

/**
 * tropea_run_view_end:
 *
 * Show how it ended. A second call does nothing.
 */
void
tropea_run_view_end (TropeaRunView *self)
{
  g_return_if_fail (TROPEA_IS_RUN_VIEW (self));

  if (self->is_ended)
    return;

  self->is_ended = TRUE;
  g_clear_handle_id (&self->redraw_timer, g_source_remove);
  if (self->mode != TROPEA_RUN_VIEW_BLOCK)
    return;

  if (self->host != NULL)
    draw (self);
  tropea_output_write (self->output, SHOW_CURSOR);
}
