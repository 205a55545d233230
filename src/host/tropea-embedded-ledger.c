/* tropea-embedded-ledger.c: a ledger of our own, run as a child while no other is configured
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-embedded-ledger"

#include "config.h"

#include "host/tropea-embedded-ledger.h"

#include "host/tropea-ledger-program.h"
#include "submit/tropea-backoff.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* The child cannot outlive us: it ends when the pipe that is its stdin closes, which the kernel
 * does for us whatever way we end. It is its own process group, because Ctrl-C in a terminal
 * goes to the whole group of the foreground and the ledger is still needed for the sessions
 * that the stop cuts. A child that dies is started again, later each time; until then sessions
 * wait in the outbox, so nothing depends on when it comes back.
 */

/* A ledger that does not listen by then hangs. It recovers its database in this time. */
#define READY_SECONDS 10

/* One that ran this long was healthy: the next restart is a quick one again. */
#define HEALTHY_USEC (60 * G_USEC_PER_SEC)

/* What it prints once connections are answered. */
#define READY_WORD "listening"

/* Its last words are shown; a line longer than this is not for people. */
#define LONGEST_LAST_LINE 300

struct _TropeaEmbeddedLedger
{
  GObject           parent_instance;

  TropeaClock      *clock;          /* (owned) */
  char             *socket_path;    /* (owned) */
  char             *database_path;  /* (owned) */

  GSubprocess      *child;          /* (owned) (nullable) */
  GCancellable     *cancellable;    /* (owned) (nullable): of everything that reads from child */
  char             *last_line;      /* (owned) (nullable): of the child's stderr */
  gint64            ready_since_usec;
  guint             ready_timer;
  guint             restart_timer;
  guint             kill_timer;
  TropeaBackoff     backoff;

  GPtrArray        *stop_tasks;     /* (owned), of GTask */
  gboolean          stopping;
  gboolean          is_ready;
  char             *problem;        /* (owned) (nullable) */
};

typedef enum
{
  PROP_IS_READY = 1,
  PROP_PROBLEM,
} TropeaEmbeddedLedgerProperty;

G_DEFINE_FINAL_TYPE (TropeaEmbeddedLedger, tropea_embedded_ledger, G_TYPE_OBJECT)

static GParamSpec *properties[PROP_PROBLEM + 1];

static void spawn     (TropeaEmbeddedLedger *self);
static void read_line (TropeaEmbeddedLedger *self,
                       GDataInputStream     *stream,
                       GAsyncReadyCallback   callback);

static void
set_is_ready (TropeaEmbeddedLedger *self,
              gboolean              is_ready)
{
  if (self->is_ready == is_ready)
    return;

  self->is_ready = is_ready;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_READY]);
}

static void
set_problem (TropeaEmbeddedLedger *self,
             const char           *problem)
{
  if (g_strcmp0 (self->problem, problem) == 0)
    return;

  g_free (self->problem);
  self->problem = g_strdup (problem);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}

static gboolean
restart_cb (gpointer user_data)
{
  TropeaEmbeddedLedger *self = user_data;

  self->restart_timer = 0;
  spawn (self);

  return G_SOURCE_REMOVE;
}

static void
restart_later (TropeaEmbeddedLedger *self)
{
  gint64 now_usec = tropea_clock_get_monotonic_usec (self->clock);
  gint64 wait_ms = 0;

  if (self->ready_since_usec != 0 && now_usec - self->ready_since_usec >= HEALTHY_USEC)
    tropea_backoff_succeed (&self->backoff);
  self->ready_since_usec = 0;

  wait_ms = tropea_backoff_fail (&self->backoff, g_random_int (), 0);
  g_assert (self->restart_timer == 0);
  self->restart_timer = g_timeout_add ((guint) wait_ms, restart_cb, self);
}

static void
finish_stop (TropeaEmbeddedLedger *self)
{
  g_autoptr(GPtrArray) tasks = g_steal_pointer (&self->stop_tasks);

  self->stop_tasks = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < tasks->len; i++)
    g_task_return_boolean (g_ptr_array_index (tasks, i), TRUE);
}

/* Let go of a child that has ended or that is none of our business any more. */
static void
drop_child (TropeaEmbeddedLedger *self)
{
  g_clear_handle_id (&self->ready_timer, g_source_remove);
  g_clear_handle_id (&self->kill_timer, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->child);
}

static char *
dup_end_sentence (TropeaEmbeddedLedger *self)
{
  const char *why = self->last_line;
  g_autofree char *how = NULL;

  if (why == NULL)
    {
      if (g_subprocess_get_if_signaled (self->child))
        how = g_strdup_printf ("signal %d", g_subprocess_get_term_sig (self->child));
      else
        how = g_strdup_printf ("exit status %d", g_subprocess_get_exit_status (self->child));
      why = how;
    }

  return g_strdup_printf ("The built-in ledger ended (%s): sessions wait, and it is started "
                          "again by itself", why);
}

static void
ended_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(GError) error = NULL;
  TropeaEmbeddedLedger *self = NULL;

  g_subprocess_wait_finish (G_SUBPROCESS (object), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self = user_data;
  if (self->stopping)
    {
      drop_child (self);
      set_is_ready (self, FALSE);
      finish_stop (self);
    }
  else
    {
      g_autofree char *sentence = dup_end_sentence (self);

      drop_child (self);
      set_problem (self, sentence);
      set_is_ready (self, FALSE);
      restart_later (self);
    }
}

static gboolean
hangs_cb (gpointer user_data)
{
  TropeaEmbeddedLedger *self = user_data;

  self->ready_timer = 0;
  g_free (self->last_line);
  self->last_line = g_strdup_printf ("it did not listen within %d s", READY_SECONDS);
  g_subprocess_force_exit (self->child);

  return G_SOURCE_REMOVE;
}

/* The child's stdout: one line says that it listens; the others are read so that it never
 * blocks on a full pipe. */
static void
stdout_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *line = NULL;
  TropeaEmbeddedLedger *self = NULL;

  line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (object), result, NULL, &error);
  if (line == NULL)
    return;

  self = user_data;
  read_line (self, G_DATA_INPUT_STREAM (object), stdout_cb);

  if (!self->is_ready && g_str_has_prefix (line, READY_WORD))
    {
      g_clear_handle_id (&self->ready_timer, g_source_remove);
      self->ready_since_usec = tropea_clock_get_monotonic_usec (self->clock);
      set_problem (self, NULL);
      set_is_ready (self, TRUE);
    }
}

/* The child's stderr, to its end: only then is the last line known, and the child ending. */
static void
stderr_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *line = NULL;
  TropeaEmbeddedLedger *self = NULL;

  line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (object), result, NULL, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self = user_data;
  if (line == NULL)
    {
      g_subprocess_wait_async (self->child, self->cancellable, ended_cb, self);
      return;
    }

  if (*line != '\0' && strlen (line) <= LONGEST_LAST_LINE && g_utf8_validate (line, -1, NULL))
    {
      g_free (self->last_line);
      self->last_line = g_steal_pointer (&line);
    }
  read_line (self, G_DATA_INPUT_STREAM (object), stderr_cb);
}

static void
read_line (TropeaEmbeddedLedger *self,
           GDataInputStream     *stream,
           GAsyncReadyCallback   callback)
{
  g_data_input_stream_read_line_async (stream, G_PRIORITY_DEFAULT, self->cancellable, callback,
                                       self);
}

static void
read_lines (TropeaEmbeddedLedger *self,
            GInputStream         *pipe,
            GAsyncReadyCallback   callback)
{
  g_autoptr(GDataInputStream) stream = g_data_input_stream_new (pipe);

  read_line (self, stream, callback);
}

/* Runs between fork and exec: system calls only. */
static void
leave_group (gpointer user_data)
{
  setpgid (0, 0);
}

static GSubprocess *
spawn_child (TropeaEmbeddedLedger  *self,
             GError               **error)
{
  g_autoptr(GSubprocessLauncher) launcher = NULL;
  g_autofree char *program = tropea_ledger_program_find (error);
  g_autofree char *listen = g_strconcat ("unix:", self->socket_path, NULL);
  g_autofree char *database = g_strconcat ("sqlite:", self->database_path, NULL);

  if (program == NULL)
    return NULL;

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE |
                                        G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                        G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_subprocess_launcher_set_child_setup (launcher, leave_group, NULL, NULL);

  /* What a killed ledger left behind; the lock on our data folder says that it is ours. */
  g_unlink (self->socket_path);

  return g_subprocess_launcher_spawn (launcher, error, program,
                                      "--listen", listen,
                                      "--database", database,
                                      "--origin", "local",
                                      "--allow-simulation",
                                      "--exit-with-stdin",
                                      "--quiet",
                                      NULL);
}

static void
spawn (TropeaEmbeddedLedger *self)
{
  g_autoptr(GError) error = NULL;

  g_clear_pointer (&self->last_line, g_free);
  self->child = spawn_child (self, &error);
  if (self->child == NULL)
    {
      set_problem (self, error->message);
      restart_later (self);
      return;
    }

  self->cancellable = g_cancellable_new ();
  self->ready_timer = g_timeout_add_seconds (READY_SECONDS, hangs_cb, self);
  read_lines (self, g_subprocess_get_stdout_pipe (self->child), stdout_cb);
  read_lines (self, g_subprocess_get_stderr_pipe (self->child), stderr_cb);
}

static void
tropea_embedded_ledger_get_property (GObject    *object,
                                     guint       prop_id,
                                     GValue     *value,
                                     GParamSpec *pspec)
{
  TropeaEmbeddedLedger *self = TROPEA_EMBEDDED_LEDGER (object);

  switch ((TropeaEmbeddedLedgerProperty) prop_id)
    {
    case PROP_IS_READY:
      g_value_set_boolean (value, self->is_ready);
      break;

    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_embedded_ledger_dispose (GObject *object)
{
  TropeaEmbeddedLedger *self = TROPEA_EMBEDDED_LEDGER (object);

  g_clear_handle_id (&self->restart_timer, g_source_remove);
  if (self->child != NULL)
    g_subprocess_send_signal (self->child, SIGTERM);
  drop_child (self);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (tropea_embedded_ledger_parent_class)->dispose (object);
}

static void
tropea_embedded_ledger_finalize (GObject *object)
{
  TropeaEmbeddedLedger *self = TROPEA_EMBEDDED_LEDGER (object);

  g_clear_pointer (&self->stop_tasks, g_ptr_array_unref);
  g_clear_pointer (&self->socket_path, g_free);
  g_clear_pointer (&self->database_path, g_free);
  g_clear_pointer (&self->last_line, g_free);
  g_clear_pointer (&self->problem, g_free);

  G_OBJECT_CLASS (tropea_embedded_ledger_parent_class)->finalize (object);
}

static void
tropea_embedded_ledger_class_init (TropeaEmbeddedLedgerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = tropea_embedded_ledger_get_property;
  object_class->dispose = tropea_embedded_ledger_dispose;
  object_class->finalize = tropea_embedded_ledger_finalize;

  properties[PROP_IS_READY] = g_param_spec_boolean ("is-ready", NULL, NULL, FALSE, flags);
  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tropea_embedded_ledger_init (TropeaEmbeddedLedger *self)
{
  self->stop_tasks = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * tropea_embedded_ledger_new:
 * @socket_path: where it listens
 * @database_path: where it keeps its figures
 */
TropeaEmbeddedLedger *
tropea_embedded_ledger_new (const char  *socket_path,
                            const char  *database_path,
                            TropeaClock *clock)
{
  TropeaEmbeddedLedger *self = NULL;

  g_return_val_if_fail (socket_path != NULL, NULL);
  g_return_val_if_fail (database_path != NULL, NULL);
  g_return_val_if_fail (TROPEA_IS_CLOCK (clock), NULL);

  self = g_object_new (TROPEA_TYPE_EMBEDDED_LEDGER, NULL);
  self->socket_path = g_strdup (socket_path);
  self->database_path = g_strdup (database_path);
  self->clock = g_object_ref (clock);

  return self;
}

/**
 * tropea_embedded_ledger_start:
 *
 * Run the child from now on. "is-ready" tells when it listens.
 */
void
tropea_embedded_ledger_start (TropeaEmbeddedLedger *self)
{
  g_return_if_fail (TROPEA_IS_EMBEDDED_LEDGER (self));
  g_return_if_fail (self->child == NULL && self->restart_timer == 0);

  self->stopping = FALSE;
  spawn (self);
}

static gboolean
kill_cb (gpointer user_data)
{
  TropeaEmbeddedLedger *self = user_data;

  self->kill_timer = 0;
  g_subprocess_force_exit (self->child);

  return G_SOURCE_REMOVE;
}

/**
 * tropea_embedded_ledger_stop_async:
 * @deadline_ms: it is killed then; what it acknowledged is on its disk all the same
 *
 * End the child and do not start it again.
 */
void
tropea_embedded_ledger_stop_async (TropeaEmbeddedLedger *self,
                                   guint                 deadline_ms,
                                   GAsyncReadyCallback   callback,
                                   gpointer              user_data)
{
  g_autoptr(GTask) task = NULL;

  g_return_if_fail (TROPEA_IS_EMBEDDED_LEDGER (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, tropea_embedded_ledger_stop_async);

  self->stopping = TRUE;
  g_clear_handle_id (&self->restart_timer, g_source_remove);
  g_clear_handle_id (&self->ready_timer, g_source_remove);

  if (self->child == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  g_ptr_array_add (self->stop_tasks, g_steal_pointer (&task));
  g_subprocess_send_signal (self->child, SIGTERM);
  if (self->kill_timer == 0)
    self->kill_timer = g_timeout_add (deadline_ms, kill_cb, self);
}

gboolean
tropea_embedded_ledger_stop_finish (TropeaEmbeddedLedger  *self,
                                    GAsyncResult          *result,
                                    GError               **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
tropea_embedded_ledger_get_is_ready (TropeaEmbeddedLedger *self)
{
  g_return_val_if_fail (TROPEA_IS_EMBEDDED_LEDGER (self), FALSE);

  return self->is_ready;
}

const char *
tropea_embedded_ledger_get_problem (TropeaEmbeddedLedger *self)
{
  g_return_val_if_fail (TROPEA_IS_EMBEDDED_LEDGER (self), NULL);

  return self->problem;
}

const char *
tropea_embedded_ledger_get_pid (TropeaEmbeddedLedger *self)
{
  g_return_val_if_fail (TROPEA_IS_EMBEDDED_LEDGER (self), NULL);

  return self->child != NULL ? g_subprocess_get_identifier (self->child) : NULL;
}
