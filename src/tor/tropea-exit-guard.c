/* tropea-exit-guard.c: sees to it that a choice of exit countries is one that tor can use
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-exit-guard"

#include "config.h"

#include "tor/tropea-exit-guard.h"

#include "tor/tropea-conflux-pause.h"
#include "tor/tropea-exit-census.h"
#include "tor/tropea-exit-choice.h"
#include "tor/tropea-tor-backend.h"
#include "tor/tropea-tor-diagnosis.h"

/* A tor with no exit in the chosen countries waits for ever and does not say for what. So the
 * exits are counted with each consensus: where there is none, the choice is lifted until there
 * is one again, or, if it is strict, it is said. Until the count tor keeps to the choice.
 *
 * The torrc has the choice that tor was started with. One that was made since is told to each
 * tor that comes in its place, before it has found anything out.
 */

struct _TropeaExitGuard
{
  GObject                   parent_instance;

  TropeaControlConnection  *connection;   /* (owned) (nullable) */
  TropeaConfluxPause       *pause;        /* (owned) */
  char                    **countries;    /* (owned) (nullable) */
  gboolean                  is_strict;
  gboolean                  is_changed;   /* since tor was started with another */
  gboolean                  is_lifted;    /* any exit is used, because none is there */
  gboolean                  is_known;     /* the exits were counted */
  gboolean                  is_counting;
  GCancellable             *cancellable;  /* (owned) (nullable): of the count under way */
  TropeaExitVerdict         verdict;      /* what was told last */
  GError                   *trouble;      /* (owned) (nullable) */
};

typedef enum
{
  SIGNAL_NOTICE,
  SIGNAL_TROUBLE_CHANGED,
  N_SIGNALS,
} TropeaExitGuardSignal;

G_DEFINE_FINAL_TYPE (TropeaExitGuard, tropea_exit_guard, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

typedef struct
{
  char              **countries;  /* (owned) */
  gboolean            is_strict;
  gboolean            is_lifted;
  TropeaExitVerdict   verdict;
  char               *warning;    /* (owned) (nullable) */
} Change;

static void
change_free (gpointer data)
{
  Change *self = data;

  g_strfreev (self->countries);
  g_free (self->warning);
  g_free (self);
}

static const char * const *
as_const (char **words)
{
  return (const char * const *) words;
}

static gboolean
has_choice (TropeaExitGuard *self)
{
  return self->countries != NULL && self->countries[0] != NULL;
}

/* @trouble: (transfer full) (nullable) */
static void
take_trouble (TropeaExitGuard *self,
              GError          *trouble)
{
  g_autoptr(GError) old = self->trouble;

  self->trouble = trouble;
  if ((old == NULL) != (trouble == NULL)
      || (old != NULL && !g_str_equal (old->message, trouble->message)))
    g_signal_emit (self, signals[SIGNAL_TROUBLE_CHANGED], 0);
}

static GError *
new_none_error (guint n_all)
{
  g_autofree char *count = g_strdup_printf ("%u", n_all);

  return tropea_tor_problem_new_error (TROPEA_TOR_PROBLEM_EXITS_NONE, count, NULL);
}

static void
stop_counting (TropeaExitGuard *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->is_counting = FALSE;
}

static void
set_lifted (TropeaExitGuard *self,
            gboolean         is_lifted)
{
  static const char * const any[] = { NULL };
  g_autofree char *command = NULL;

  if (self->is_lifted == is_lifted)
    return;

  self->is_lifted = is_lifted;
  command = tropea_exit_choice_dup_command (is_lifted ? any : as_const (self->countries),
                                            self->is_strict);
  tropea_conflux_pause_send (self->pause, command, NULL, NULL);
}

static void
tell (TropeaExitGuard   *self,
      TropeaExitVerdict  verdict,
      const char        *sentence)
{
  if (self->verdict != verdict && sentence != NULL)
    g_signal_emit (self, signals[SIGNAL_NOTICE], 0, sentence);
  self->verdict = verdict;
}

static void
take_counts (TropeaExitGuard *self,
             GHashTable      *counts)
{
  guint n_exits;
  guint n_all;
  TropeaExitVerdict verdict = tropea_exit_choice_judge (as_const (self->countries), counts,
                                                        &n_exits, &n_all);
  g_autofree char *warning = tropea_exit_choice_dup_warning (verdict, n_exits, n_all);
  gboolean is_stuck = verdict == TROPEA_EXIT_VERDICT_NONE && self->is_strict;

  if (verdict == TROPEA_EXIT_VERDICT_OPEN)
    return;

  self->is_known = TRUE;
  set_lifted (self, verdict == TROPEA_EXIT_VERDICT_NONE && !self->is_strict);
  tell (self, verdict, is_stuck ? NULL : warning);
  take_trouble (self, is_stuck ? new_none_error (n_all) : NULL);
}

/* What tor's table does not have it cannot choose by. */
static void
take_failure (TropeaExitGuard *self,
              const GError    *error)
{
  self->is_known = TRUE;
  if (self->is_strict)
    {
      take_trouble (self, g_error_copy (error));
      return;
    }

  set_lifted (self, TRUE);
  tell (self, TROPEA_EXIT_VERDICT_NONE, error->message);
}

static void
counted_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(TropeaExitGuard) self = user_data;
  g_autoptr(GHashTable) counts = NULL;
  g_autoptr(GError) error = NULL;

  counts = tropea_exit_census_take_finish (TROPEA_CONTROL_CONNECTION (object), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || (gpointer) self->connection != object)
    return;

  self->is_counting = FALSE;
  if (counts != NULL)
    take_counts (self, counts);
  else if (error->domain == TROPEA_TOR_ERROR
           && tropea_control_connection_is_open (self->connection))
    take_failure (self, error);
}

static void
count (TropeaExitGuard *self)
{
  if (self->is_counting || !has_choice (self))
    return;

  stop_counting (self);
  self->is_counting = TRUE;
  self->cancellable = g_cancellable_new ();
  tropea_exit_census_take_async (self->connection, self->cancellable, counted_cb,
                                 g_object_ref (self));
}

static void
event_cb (TropeaExitGuard          *self,
          const TropeaControlEvent *event)
{
  if (event->kind == TROPEA_CONTROL_EVENT_STATUS
      && g_strcmp0 (event->action, "CONSENSUS_ARRIVED") == 0)
    count (self);
  else if (event->kind == TROPEA_CONTROL_EVENT_BOOTSTRAP && !self->is_known)
    count (self);
}

static void
tropea_exit_guard_dispose (GObject *object)
{
  TropeaExitGuard *self = TROPEA_EXIT_GUARD (object);

  stop_counting (self);
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_object (&self->connection);
  g_clear_object (&self->pause);

  G_OBJECT_CLASS (tropea_exit_guard_parent_class)->dispose (object);
}

static void
tropea_exit_guard_finalize (GObject *object)
{
  TropeaExitGuard *self = TROPEA_EXIT_GUARD (object);

  g_strfreev (self->countries);
  g_clear_error (&self->trouble);

  G_OBJECT_CLASS (tropea_exit_guard_parent_class)->finalize (object);
}

static void
tropea_exit_guard_class_init (TropeaExitGuardClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tropea_exit_guard_dispose;
  object_class->finalize = tropea_exit_guard_finalize;

  signals[SIGNAL_NOTICE] =
    g_signal_new ("notice", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_TROUBLE_CHANGED] =
    g_signal_new ("trouble-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 0);
}

static void
tropea_exit_guard_init (TropeaExitGuard *self)
{
  self->pause = tropea_conflux_pause_new ();
}

TropeaExitGuard *
tropea_exit_guard_new (void)
{
  return g_object_new (TROPEA_TYPE_EXIT_GUARD, NULL);
}

/**
 * tropea_exit_guard_set_choice:
 * @countries: (nullable): codes
 *
 * Say what tor is started with next.
 */
void
tropea_exit_guard_set_choice (TropeaExitGuard    *self,
                              const char * const *countries,
                              gboolean            is_strict)
{
  g_return_if_fail (TROPEA_IS_EXIT_GUARD (self));

  g_strfreev (self->countries);
  self->countries = g_strdupv ((char **) countries);
  self->is_strict = is_strict;
  self->is_changed = FALSE;
  self->verdict = TROPEA_EXIT_VERDICT_ANY;
}

/**
 * tropea_exit_guard_set_connection:
 * @connection: (nullable): to a tor of ours, whose owner has subscribed to STATUS_CLIENT events
 */
void
tropea_exit_guard_set_connection (TropeaExitGuard         *self,
                                  TropeaControlConnection *connection)
{
  g_return_if_fail (TROPEA_IS_EXIT_GUARD (self));
  g_return_if_fail (connection == NULL || TROPEA_IS_CONTROL_CONNECTION (connection));

  if (self->connection == connection)
    return;

  stop_counting (self);
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_set_object (&self->connection, connection);
  tropea_conflux_pause_set_connection (self->pause, connection);
  self->is_lifted = self->is_known = FALSE;
  take_trouble (self, NULL);
  if (connection == NULL)
    return;

  g_signal_connect_object (connection, "event", G_CALLBACK (event_cb), self, G_CONNECT_SWAPPED);
  if (self->is_changed)
    {
      g_autofree char *command = tropea_exit_choice_dup_command (as_const (self->countries),
                                                                 self->is_strict);

      tropea_conflux_pause_send (self->pause, command, NULL, NULL);
    }
  count (self);
}

static void
take_change (TropeaExitGuard *self,
             Change          *change)
{
  g_strfreev (self->countries);
  self->countries = g_steal_pointer (&change->countries);
  self->is_strict = change->is_strict;
  self->is_lifted = change->is_lifted;
  self->is_changed = TRUE;
  self->verdict = change->verdict;
  take_trouble (self, NULL);
}

static gboolean
is_outrun (TropeaExitGuard *self,
           GTask           *task)
{
  if (g_task_get_cancellable (task) == self->cancellable)
    return FALSE;

  g_task_return_new_error (task, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CANCELLED,
                           "Another choice came, or tor ended, meanwhile");

  return TRUE;
}

static void
told_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(TropeaControlReply) reply = NULL;
  TropeaExitGuard *self = g_task_get_source_object (task);
  Change *change = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;

  reply = tropea_control_connection_command_finish (TROPEA_CONTROL_CONNECTION (object), result,
                                                    &error);
  if (is_outrun (self, task))
    return;

  self->is_counting = FALSE;
  if (reply == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
    }
  else if (!tropea_control_reply_is_success (reply))
    {
      tropea_tor_problem_set_error (&error, TROPEA_TOR_PROBLEM_EXITS_REFUSED, NULL);
      g_task_return_error (task, g_steal_pointer (&error));
    }
  else
    {
      self->is_known = change->verdict != TROPEA_EXIT_VERDICT_OPEN;
      take_change (self, change);
      g_task_return_pointer (task, g_steal_pointer (&change->warning), g_free);
    }
}

static void
tell_tor (TropeaExitGuard *self,
          GTask           *task)
{
  static const char * const any[] = { NULL };
  Change *change = g_task_get_task_data (task);
  g_autofree char *command = NULL;

  command = tropea_exit_choice_dup_command (change->is_lifted ? any
                                                              : as_const (change->countries),
                                            change->is_strict);
  tropea_conflux_pause_send (self->pause, command, told_cb, task);
}

static void
judged_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  TropeaExitGuard *self = g_task_get_source_object (task);
  Change *change = g_task_get_task_data (task);
  g_autoptr(GHashTable) counts = NULL;
  g_autoptr(GError) error = NULL;
  guint n_exits = 0;
  guint n_all = 0;

  counts = tropea_exit_census_take_finish (TROPEA_CONTROL_CONNECTION (object), result, &error);
  if (is_outrun (self, task))
    return;

  if (counts != NULL)
    {
      change->verdict = tropea_exit_choice_judge (as_const (change->countries), counts, &n_exits,
                                                  &n_all);
      change->warning = tropea_exit_choice_dup_warning (change->verdict, n_exits, n_all);
    }
  else
    {
      change->verdict = TROPEA_EXIT_VERDICT_NONE;
      change->warning = g_strdup (error->message);
    }

  if (change->verdict == TROPEA_EXIT_VERDICT_NONE && change->is_strict)
    {
      self->is_counting = FALSE;
      g_task_return_error (task, error != NULL ? g_steal_pointer (&error)
                                               : new_none_error (n_all));
      return;
    }

  change->is_lifted = change->verdict == TROPEA_EXIT_VERDICT_NONE;
  tell_tor (self, g_steal_pointer (&task));
}

/**
 * tropea_exit_guard_change_async:
 * @countries: (nullable): codes
 *
 * Have the tor that runs, or is starting, keep to another choice from its next circuit on. Fails
 * with a %TROPEA_TOR_ERROR, and then nothing has changed, where a strict choice leaves no exit.
 */
void
tropea_exit_guard_change_async (TropeaExitGuard     *self,
                                const char * const  *countries,
                                gboolean             is_strict,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  GTask *task;
  Change *change = NULL;

  g_return_if_fail (TROPEA_IS_EXIT_GUARD (self));

  stop_counting (self);
  self->is_counting = TRUE;
  self->cancellable = g_cancellable_new ();

  change = g_new0 (Change, 1);
  change->countries = g_strdupv ((char **) countries);
  change->is_strict = is_strict;
  task = g_task_new (self, self->cancellable, callback, user_data);
  g_task_set_source_tag (task, tropea_exit_guard_change_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, change, change_free);

  if (self->connection == NULL)
    {
      self->is_counting = FALSE;
      take_change (self, change);
      g_task_return_pointer (task, NULL, NULL);
      g_object_unref (task);
    }
  else if (countries == NULL || countries[0] == NULL)
    tell_tor (self, task);
  else
    tropea_exit_census_take_async (self->connection, self->cancellable, judged_cb, task);
}

/**
 * tropea_exit_guard_change_finish:
 * @warning: (out) (nullable) (transfer full): what the user has to know of the choice
 */
gboolean
tropea_exit_guard_change_finish (TropeaExitGuard  *self,
                                 GAsyncResult     *result,
                                 char            **warning,
                                 GError          **error)
{
  g_autofree char *text = NULL;
  g_autoptr(GError) local_error = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  text = g_task_propagate_pointer (G_TASK (result), &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  if (warning != NULL)
    *warning = g_steal_pointer (&text);

  return TRUE;
}

/**
 * tropea_exit_guard_get_trouble:
 *
 * Returns: (transfer none) (nullable): why tor cannot connect with this choice
 */
const GError *
tropea_exit_guard_get_trouble (TropeaExitGuard *self)
{
  g_return_val_if_fail (TROPEA_IS_EXIT_GUARD (self), NULL);

  return self->trouble;
}
