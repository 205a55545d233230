/* tropea-ledger-writer.c: the one thread that commits, a group at a time
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-writer"

#include "config.h"

#include "ledger/tropea-ledger-writer.h"

#include "base/tropea-database.h"
#include "ledger/tropea-ledger-head.h"

/* A commit waits for the disk; whatever arrives meanwhile is the next group, so the wait is
 * shared by as many as there are and nobody waits on a timer. Nothing is answered before its
 * commit is on disk.
 *
 * After a failed commit nothing is known of what the disk holds, and a second fsync () that
 * succeeds would prove nothing. So the writer takes no more work, refuses what is queued and
 * says so once; the process is expected to end and to recover from disk. Only a store that is
 * away for the moment (BUSY) is another matter: it has been tried for as long as anybody waits,
 * and whatever became of the group, its clients may submit it again.
 */

/* Sessions, not jobs. More is refused until the disk has caught up. */
#define MAX_QUEUED 8192

/* Enough to hide the commit's cost, few enough that nobody waits long for the others. */
#define MAX_GROUP 1000

#define MS_PER_HOUR (3600 * 1000)

typedef struct
{
  GPtrArray            *entries;   /* (owned) */
  TropeaLedgerDecision *decision;  /* (owned) (nullable): then there are no entries */
  TropeaLedgerJobFunc  done;
  gpointer             user_data;  /* (unowned) */
} Job;

struct _TropeaLedgerWriter
{
  GObject            parent_instance;

  TropeaLedgerStore *store;      /* (owned) */
  TropeaClock       *clock;      /* (owned) */
  GMainContext      *context;    /* (owned) */
  GThread           *thread;     /* (owned) (nullable) */

  GMutex             mutex;      /* for what follows */
  TropeaLedgerMetrics *metrics;  /* (owned) (nullable) */
  GCond              cond;
  GQueue             jobs;       /* (owned), of Job */
  guint              n_queued;   /* their entries */
  gboolean           is_ending;
  gboolean           has_failed;
};

typedef struct
{
  TropeaLedgerWriter *writer;  /* (owned) */
  GError             *error;   /* (owned) */
} Failure;

enum
{
  SIGNAL_FAILED,
  N_SIGNALS,
};

G_DEFINE_FINAL_TYPE (TropeaLedgerWriter, tropea_ledger_writer, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

static void
finish_job (Job               *job,
            gboolean           is_committed,
            TropeaLedgerGroup *group)
{
  job->done (job->entries, is_committed, group, job->user_data);
  g_ptr_array_unref (job->entries);
  g_clear_pointer (&job->decision, tropea_ledger_decision_free);
  g_free (job);
}

static void
failure_free (gpointer data)
{
  Failure *failure = data;

  g_clear_object (&failure->writer);
  g_clear_error (&failure->error);
  g_free (failure);
}

static gboolean
emit_failed_cb (gpointer data)
{
  Failure *failure = data;

  g_signal_emit (failure->writer, signals[SIGNAL_FAILED], 0, failure->error);

  return G_SOURCE_REMOVE;
}

static void
report_failure (TropeaLedgerWriter *self,
                GError             *error)
{
  Failure *failure = g_new0 (Failure, 1);
  g_autoptr(GSource) source = g_idle_source_new ();

  failure->writer = g_object_ref (self);
  failure->error = error;
  g_source_set_callback (source, emit_failed_cb, failure, failure_free);
  g_source_attach (source, self->context);
}

/* Waits for work; FALSE once there is none and none will come. */
static gboolean
take_group (TropeaLedgerWriter *self,
            GQueue             *group)
{
  guint n_entries = 0;
  gboolean is_decided = FALSE;

  g_mutex_lock (&self->mutex);
  while (g_queue_is_empty (&self->jobs) && !self->is_ending)
    g_cond_wait (&self->cond, &self->mutex);

  while (!g_queue_is_empty (&self->jobs) && n_entries < MAX_GROUP && !is_decided)
    {
      Job *job = g_queue_peek_head (&self->jobs);

      /* A decision is a commit of its own. */
      is_decided = job->decision != NULL;
      if (is_decided && !g_queue_is_empty (group))
        break;

      n_entries += job->entries->len;
      g_queue_push_tail (group, g_queue_pop_head (&self->jobs));
    }
  self->n_queued -= n_entries;
  g_mutex_unlock (&self->mutex);

  return !g_queue_is_empty (group);
}

static TropeaLedgerMetrics *
dup_metrics (TropeaLedgerWriter *self)
{
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = g_mutex_locker_new (&self->mutex);

  return self->metrics != NULL ? g_object_ref (self->metrics) : NULL;
}

static gboolean
commit_group (TropeaLedgerWriter  *self,
              GQueue              *group,
              GError             **error)
{
  g_autoptr(GPtrArray) entries = g_ptr_array_new ();
  g_autoptr(TropeaLedgerMetrics) metrics = dup_metrics (self);
  gint64 start_usec = tropea_clock_get_monotonic_usec (self->clock);
  const Job *first = g_queue_peek_head (group);
  gboolean is_committed = FALSE;

  if (first->decision != NULL)
    return tropea_ledger_store_decide (self->store, first->decision, error);

  for (GList *l = group->head; l != NULL; l = l->next)
    {
      const Job *job = l->data;

      for (guint i = 0; i < job->entries->len; i++)
        g_ptr_array_add (entries, g_ptr_array_index (job->entries, i));
    }

  is_committed = tropea_ledger_store_submit (
    self->store, entries, tropea_clock_get_wall_ms (self->clock) / MS_PER_HOUR, error);
  if (metrics != NULL)
    tropea_ledger_metrics_count_commit (metrics, entries->len,
                                        tropea_clock_get_monotonic_usec (self->clock) -
                                        start_usec, is_committed);
  return is_committed;
}

static void
write_group (TropeaLedgerWriter *self,
             GQueue             *group)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TropeaLedgerGroup) added = NULL;
  gboolean has_failed = FALSE;
  gboolean is_committed = FALSE;
  Job *job = NULL;

  g_mutex_lock (&self->mutex);
  has_failed = self->has_failed;
  g_mutex_unlock (&self->mutex);

  if (!has_failed)
    {
      is_committed = commit_group (self, group, &error);
      if (g_error_matches (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_BUSY))
        g_clear_error (&error);
      if (error != NULL)
        {
          g_mutex_lock (&self->mutex);
          self->has_failed = TRUE;
          g_mutex_unlock (&self->mutex);
        }
    }

  if (is_committed)
    added = tropea_ledger_store_dup_group (self->store);
  while ((job = g_queue_pop_head (group)) != NULL)
    finish_job (job, is_committed, added);

  if (error != NULL)
    report_failure (self, g_steal_pointer (&error));
}

static gpointer
run (gpointer data)
{
  TropeaLedgerWriter *self = data;
  GQueue group = G_QUEUE_INIT;

  while (take_group (self, &group))
    write_group (self, &group);

  return NULL;
}

static void
tropea_ledger_writer_dispose (GObject *object)
{
  tropea_ledger_writer_join (TROPEA_LEDGER_WRITER (object));

  G_OBJECT_CLASS (tropea_ledger_writer_parent_class)->dispose (object);
}

static void
tropea_ledger_writer_finalize (GObject *object)
{
  TropeaLedgerWriter *self = TROPEA_LEDGER_WRITER (object);

  g_clear_object (&self->store);
  g_clear_object (&self->clock);
  g_clear_object (&self->metrics);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (tropea_ledger_writer_parent_class)->finalize (object);
}

static void
tropea_ledger_writer_class_init (TropeaLedgerWriterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tropea_ledger_writer_dispose;
  object_class->finalize = tropea_ledger_writer_finalize;

  /**
   * TropeaLedgerWriter::failed:
   * @error: what the store said
   *
   * A commit failed; nothing will be written any more. Emitted once.
   */
  signals[SIGNAL_FAILED] = g_signal_new ("failed", TROPEA_TYPE_LEDGER_WRITER, G_SIGNAL_RUN_LAST,
                                         0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
tropea_ledger_writer_init (TropeaLedgerWriter *self)
{
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  g_queue_init (&self->jobs);
}

TropeaLedgerWriter *
tropea_ledger_writer_new (TropeaLedgerStore *store,
                          TropeaClock       *clock)
{
  TropeaLedgerWriter *self = NULL;

  g_return_val_if_fail (TROPEA_IS_LEDGER_STORE (store), NULL);
  g_return_val_if_fail (TROPEA_IS_CLOCK (clock), NULL);

  self = g_object_new (TROPEA_TYPE_LEDGER_WRITER, NULL);
  self->store = g_object_ref (store);
  self->clock = g_object_ref (clock);
  self->context = g_main_context_ref_thread_default ();
  self->thread = g_thread_new ("ledger-writer", run, self);

  return self;
}

/**
 * tropea_ledger_writer_set_metrics:
 *
 * Count the commits from now on in @metrics.
 */
void
tropea_ledger_writer_set_metrics (TropeaLedgerWriter  *self,
                                  TropeaLedgerMetrics *metrics)
{
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = NULL;

  g_return_if_fail (TROPEA_IS_LEDGER_WRITER (self));

  locker = g_mutex_locker_new (&self->mutex);
  g_set_object (&self->metrics, metrics);
}

/**
 * tropea_ledger_writer_get_n_queued:
 *
 * Returns: sessions that wait, from any thread
 */
guint
tropea_ledger_writer_get_n_queued (TropeaLedgerWriter *self)
{
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = NULL;

  g_return_val_if_fail (TROPEA_IS_LEDGER_WRITER (self), 0);

  locker = g_mutex_locker_new (&self->mutex);

  return self->n_queued;
}

static gboolean
push (TropeaLedgerWriter   *self,
      GPtrArray            *entries,
      TropeaLedgerDecision *decision,
      TropeaLedgerJobFunc   done,
      gpointer              user_data)
{
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = g_mutex_locker_new (&self->mutex);
  Job *job = NULL;

  if (self->has_failed || self->is_ending || self->n_queued + entries->len > MAX_QUEUED)
    return FALSE;

  job = g_new0 (Job, 1);
  job->entries = g_ptr_array_ref (entries);
  job->decision = decision != NULL ? tropea_ledger_decision_copy (decision) : NULL;
  job->done = done;
  job->user_data = user_data;
  g_queue_push_tail (&self->jobs, job);
  self->n_queued += entries->len;
  g_cond_signal (&self->cond);

  return TRUE;
}

/**
 * tropea_ledger_writer_push:
 * @entries: (transfer none) (element-type TropeaLedgerEntry): one commit for all; outcomes are
 *   written into them
 * @done: (scope async): called where TRUE is returned, on the writer's thread
 *
 * From any thread.
 *
 * Returns: FALSE where the queue is full or nothing will be written any more
 */
gboolean
tropea_ledger_writer_push (TropeaLedgerWriter  *self,
                           GPtrArray           *entries,
                           TropeaLedgerJobFunc  done,
                           gpointer             user_data)
{
  g_return_val_if_fail (TROPEA_IS_LEDGER_WRITER (self), FALSE);
  g_return_val_if_fail (entries != NULL && done != NULL, FALSE);

  return push (self, entries, NULL, done, user_data);
}

/**
 * tropea_ledger_writer_push_decision:
 * @decision: (transfer none):
 * @done: (scope async): as above, without entries
 *
 * From any thread.
 */
gboolean
tropea_ledger_writer_push_decision (TropeaLedgerWriter   *self,
                                    TropeaLedgerDecision *decision,
                                    TropeaLedgerJobFunc   done,
                                    gpointer              user_data)
{
  g_autoptr(GPtrArray) none = g_ptr_array_new ();

  g_return_val_if_fail (TROPEA_IS_LEDGER_WRITER (self), FALSE);
  g_return_val_if_fail (decision != NULL && done != NULL, FALSE);

  return push (self, none, decision, done, user_data);
}

/**
 * tropea_ledger_writer_join:
 *
 * Write what is queued, answer it and end the thread. Blocks. It may be called again.
 */
void
tropea_ledger_writer_join (TropeaLedgerWriter *self)
{
  g_return_if_fail (TROPEA_IS_LEDGER_WRITER (self));

  if (self->thread == NULL)
    return;

  g_mutex_lock (&self->mutex);
  self->is_ending = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);

  g_thread_join (g_steal_pointer (&self->thread));
}
