/* tropea-ledger-survey.c: keeps a ledger's statistics up to date
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger"

#include "config.h"

#include "ledger/tropea-ledger-survey.h"

/* A thread of its own reads all sessions once, when somebody looks for the first time, and from
 * then on those that came since whoever looked last. So a ledger that nobody looks at pays
 * nothing for it, and no request waits for ten million rows.
 *
 * Where several processes write, a place is taken before its session is stored, so one with a
 * lower place may turn up later. Places that were missing are asked for again until they are old.
 */

#define PAGE_LENGTH 1000
#define MAX_GAPS 1000
#define GAP_AGE_USEC (10 * 60 * G_USEC_PER_SEC)

/* Places without a session, from @first to @last. */
typedef struct
{
  gint64 first;
  gint64 last;
  gint64 seen_usec;
} Gap;

struct _TropeaLedgerSurvey
{
  TropeaLedgerStore      *store;       /* (owned) */
  gint                    is_ending;   /* (atomic) */

  /* Of the thread alone while it runs. */
  GArray                 *gaps;        /* (owned), of Gap */
  gint64                  last_seq;

  GMutex                  mutex;       /* for what follows */
  GCond                   cond;
  GThread                *thread;      /* (owned) (nullable) */
  gboolean                is_reading;
  char                   *error;       /* (owned) (nullable) */
  TropeaLedgerStatistics *statistics;  /* (owned) */
};

TropeaLedgerSurvey *
tropea_ledger_survey_new (TropeaLedgerStore *store)
{
  TropeaLedgerSurvey *self = g_new0 (TropeaLedgerSurvey, 1);

  g_return_val_if_fail (TROPEA_IS_LEDGER_STORE (store), NULL);

  self->store = g_object_ref (store);
  self->gaps = g_array_new (FALSE, FALSE, sizeof (Gap));
  self->statistics = tropea_ledger_statistics_new ();
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);

  return self;
}

void
tropea_ledger_survey_free (TropeaLedgerSurvey *self)
{
  g_atomic_int_set (&self->is_ending, TRUE);
  g_clear_pointer (&self->thread, g_thread_join);
  g_clear_object (&self->store);
  g_clear_pointer (&self->gaps, g_array_unref);
  g_clear_pointer (&self->error, g_free);
  g_clear_pointer (&self->statistics, tropea_ledger_statistics_free);
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

static void
add_gap (TropeaLedgerSurvey *self,
         gint64              first,
         gint64              last)
{
  Gap gap = { first, last, g_get_monotonic_time () };

  if (first > last || !tropea_ledger_store_is_shared (self->store))
    return;

  if (self->gaps->len == MAX_GAPS)
    g_array_remove_index (self->gaps, 0);
  g_array_append_val (self->gaps, gap);
}

/* Those of @page up to the place @last. */
static void
add_page (TropeaLedgerSurvey *self,
          GPtrArray          *page,
          gint64              last)
{
  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < page->len; i++)
    {
      const TropeaLedgerEntry *entry = g_ptr_array_index (page, i);

      if (entry->seq <= last)
        tropea_ledger_statistics_add (self->statistics, entry);
    }
  g_mutex_unlock (&self->mutex);
}

static void
find_gaps (TropeaLedgerSurvey *self,
           GPtrArray          *page,
           gint64              after_seq,
           gint64              last_seq)
{
  for (guint i = 0; i < page->len; i++)
    {
      const TropeaLedgerEntry *entry = g_ptr_array_index (page, i);

      if (entry->seq > last_seq)
        break;

      add_gap (self, after_seq + 1, entry->seq - 1);
      after_seq = entry->seq;
    }
}

/* What has turned up in a gap leaves smaller ones. */
static gboolean
read_gap (TropeaLedgerSurvey  *self,
          const Gap           *gap,
          GError             **error)
{
  g_autoptr(GPtrArray) page = NULL;
  guint limit = (guint) MIN (gap->last - gap->first + 1, PAGE_LENGTH);
  gint64 last_found = gap->first - 1;

  page = tropea_ledger_store_list_all (self->store, gap->first - 1, limit, error);
  if (page == NULL)
    return FALSE;

  add_page (self, page, gap->last);
  find_gaps (self, page, gap->first - 1, gap->last);
  for (guint i = 0; i < page->len; i++)
    {
      const TropeaLedgerEntry *entry = g_ptr_array_index (page, i);

      if (entry->seq <= gap->last)
        last_found = entry->seq;
    }
  if (last_found == gap->first - 1)
    g_array_append_vals (self->gaps, gap, 1);
  else
    add_gap (self, last_found + 1, gap->last);
  return TRUE;
}

static gboolean
read_gaps (TropeaLedgerSurvey  *self,
           GError             **error)
{
  g_autoptr(GArray) gaps = g_steal_pointer (&self->gaps);
  gboolean is_good = TRUE;

  self->gaps = g_array_new (FALSE, FALSE, sizeof (Gap));
  for (guint i = 0; i < gaps->len; i++)
    {
      const Gap *gap = &g_array_index (gaps, Gap, i);

      if (gap->seen_usec + GAP_AGE_USEC < g_get_monotonic_time ())
        continue;
      if (is_good)
        is_good = read_gap (self, gap, error);
      else
        g_array_append_vals (self->gaps, gap, 1);
    }

  return is_good;
}

static gboolean
read_new (TropeaLedgerSurvey  *self,
          GError             **error)
{
  guint n_read = PAGE_LENGTH;

  while (n_read == PAGE_LENGTH && !g_atomic_int_get (&self->is_ending))
    {
      g_autoptr(GPtrArray) page = NULL;

      page = tropea_ledger_store_list_all (self->store, self->last_seq, PAGE_LENGTH, error);
      if (page == NULL)
        return FALSE;

      n_read = page->len;
      add_page (self, page, G_MAXINT64);
      find_gaps (self, page, self->last_seq, G_MAXINT64);
      if (n_read > 0)
        self->last_seq = ((const TropeaLedgerEntry *) g_ptr_array_index (page, n_read - 1))->seq;
    }

  return TRUE;
}

static gpointer
read_in_thread (gpointer data)
{
  TropeaLedgerSurvey *self = data;
  g_autoptr(GError) error = NULL;

  if (read_gaps (self, &error))
    read_new (self, &error);

  g_mutex_lock (&self->mutex);
  g_clear_pointer (&self->error, g_free);
  self->error = error != NULL ? g_strdup (error->message) : NULL;
  self->is_reading = FALSE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);

  return NULL;
}

/**
 * tropea_ledger_survey_refresh:
 * @patience_usec: how long to wait for what is new
 *
 * Read what came since the last time, in the background where it takes longer. From any thread,
 * as all that follow.
 */
void
tropea_ledger_survey_refresh (TropeaLedgerSurvey *self,
                              gint64              patience_usec)
{
  gint64 until_usec = g_get_monotonic_time () + patience_usec;
  gboolean is_awaited = TRUE;

  g_mutex_lock (&self->mutex);
  if (!self->is_reading)
    {
      /* It has nothing left to do but end. */
      g_clear_pointer (&self->thread, g_thread_join);
      self->is_reading = TRUE;
      self->thread = g_thread_new ("survey", read_in_thread, self);
    }
  while (self->is_reading && is_awaited)
    is_awaited = g_cond_wait_until (&self->cond, &self->mutex, until_usec);
  g_mutex_unlock (&self->mutex);
}

/**
 * tropea_ledger_survey_lock:
 * @state: (out caller-allocates)
 *
 * Returns: (transfer none): until tropea_ledger_survey_unlock ()
 */
TropeaLedgerStatistics *
tropea_ledger_survey_lock (TropeaLedgerSurvey      *self,
                           TropeaLedgerSurveyState *state)
{
  g_mutex_lock (&self->mutex);
  state->is_reading = self->is_reading;
  state->error = g_strdup (self->error);

  return self->statistics;
}

void
tropea_ledger_survey_unlock (TropeaLedgerSurvey *self)
{
  g_mutex_unlock (&self->mutex);
}

void
tropea_ledger_survey_state_clear (TropeaLedgerSurveyState *state)
{
  g_clear_pointer (&state->error, g_free);
}
