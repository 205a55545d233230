/* tropea-ledger-postgres-writer.c: the connection that a ledger writes through
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-store"

#include "config.h"

#include "ledger/tropea-ledger-postgres-writer.h"

#include <string.h>

#include "ledger/tropea-ledger-postgres-log.h"
#include "ledger/tropea-ledger-postgres-rows.h"
#include "ledger/tropea-ledger-postgres-schema.h"

/* One connection writes: a group is one pipeline, two round trips (the second is the log's), one
 * transaction. It is sorted by key, so that two processes never wait for each other in a circle.
 *
 * Whatever passes by itself (connection lost, deadlock, failover) ends the connection, and the
 * whole group is sent again on a new one: (key, session id) is there once, so what was committed
 * without our hearing of it is found as a duplicate. After a bounded time the group is given up
 * as BUSY, which leaves open what became of it; its clients submit again. Outcomes are written
 * only after the commit.
 *
 * A connection whose answer is late is not closed: its transaction goes on at the server (it may
 * wait for a standby that is away), and with a new one for each group there would be no end of
 * them. The next group waits for it first.
 */

#define WRITE_PATIENCE_USEC (10 * G_USEC_PER_SEC)
#define FIRST_PAUSE_USEC (G_USEC_PER_SEC / 50)
#define LONGEST_PAUSE_USEC (G_USEC_PER_SEC / 2)

/* A page of a ledger that moves here, and its commit. */
#define SLOW_DEADLINE_USEC (600 * (gint64) G_USEC_PER_SEC)

/* What tropea_ledger.submit () says first. */
typedef enum
{
  OUTCOME_CREDITED,
  OUTCOME_THERE,
  OUTCOME_OVERLAP,
  OUTCOME_DAY_FULL,
} Outcome;

struct _TropeaLedgerPostgresWriter
{
  const TropeaPostgresAddress *address;   /* (unowned) */
  TropeaLedgerPostgresReaders *readers;   /* (unowned) */
  TropeaPostgres              *postgres;  /* (owned) (nullable) */
  TropeaLedgerAppender        *appender;  /* (owned): to the log */
};

/**
 * tropea_ledger_postgres_writer_open:
 * @address: stays until the writer is freed
 * @readers: stays until the writer is freed; tells when the server is back
 * @origin: (nullable): the ledger's name, written into an empty database
 * @stored_origin: (out) (transfer full): the name that it has
 *
 * Connect and bring the tables up to date.
 */
TropeaLedgerPostgresWriter *
tropea_ledger_postgres_writer_open (const TropeaPostgresAddress  *address,
                                    TropeaLedgerPostgresReaders  *readers,
                                    const char                   *origin,
                                    char                        **stored_origin,
                                    GError                      **error)
{
  g_autoptr(TropeaLedgerPostgresWriter) self = g_new0 (TropeaLedgerPostgresWriter, 1);
  g_autofree char *stored = NULL;

  self->address = address;
  self->readers = readers;
  self->postgres = tropea_postgres_connect (address, error);
  if (self->postgres == NULL)
    return NULL;

  stored = tropea_ledger_postgres_bring_up_to_date (self->postgres, origin, error);
  if (stored == NULL ||
      !tropea_ledger_postgres_prepare (self->postgres,
                                       g_get_monotonic_time () + WRITE_PATIENCE_USEC, error))
    return NULL;

  self->appender = tropea_ledger_appender_new (stored);
  if (!tropea_ledger_postgres_log_catch_up (self->postgres, self->appender, error))
    return NULL;

  *stored_origin = g_steal_pointer (&stored);
  return g_steal_pointer (&self);
}

void
tropea_ledger_postgres_writer_free (TropeaLedgerPostgresWriter *self)
{
  g_clear_pointer (&self->postgres, tropea_postgres_free);
  g_clear_pointer (&self->appender, tropea_ledger_appender_free);
  g_free (self);
}

/* A connection that can be used: the one there is, or a new one. */
static gboolean
make_ready (TropeaLedgerPostgresWriter  *self,
            gint64                       deadline_usec,
            GError                     **error)
{
  g_autoptr(TropeaPostgres) postgres = NULL;

  if (self->postgres != NULL && tropea_postgres_is_waiting (self->postgres) &&
      !tropea_postgres_drain (self->postgres, deadline_usec, error) &&
      tropea_postgres_is_waiting (self->postgres))
    return FALSE;

  if (self->postgres != NULL && tropea_postgres_is_usable (self->postgres))
    return TRUE;

  g_clear_error (error);
  g_clear_pointer (&self->postgres, tropea_postgres_free);
  postgres = tropea_postgres_connect (self->address, error);
  if (postgres == NULL || !tropea_ledger_postgres_prepare (postgres, deadline_usec, error))
    return FALSE;

  self->postgres = g_steal_pointer (&postgres);
  return TRUE;
}

/* What became of an entry, as it will be once the group is committed. */
static gboolean
read_outcome (const PGresult           *result,
              const TropeaLedgerEntry  *entry,
              TropeaLedgerEntry        *settled,
              GError                  **error)
{
  TropeaLedgerEntry stored = { 0 };

  *settled = *entry;
  switch (tropea_postgres_get_int64 (result, 0, 0))
    {
    case OUTCOME_CREDITED:
      settled->outcome = TROPEA_LEDGER_OUTCOME_ACCEPTED;
      settled->balance_micro = tropea_postgres_get_int64 (result, 0, 11);
      settled->seq = tropea_postgres_get_int64 (result, 0, 12);
      return TRUE;

    case OUTCOME_OVERLAP:
      settled->outcome = TROPEA_LEDGER_OUTCOME_OVERLAP;
      return TRUE;

    case OUTCOME_DAY_FULL:
      settled->outcome = TROPEA_LEDGER_OUTCOME_DAY_FULL;
      return TRUE;

    case OUTCOME_THERE:
    default:
      break;
    }

  if (!tropea_ledger_postgres_read_entry (result, 0, 1, &stored, error))
    return FALSE;

  if (tropea_record_equal_content (&stored.record, &entry->record))
    *settled = stored;
  else
    settled->outcome = TROPEA_LEDGER_OUTCOME_CONFLICT;
  return TRUE;
}

static gboolean
read_outcomes (TropeaLedgerPostgresWriter  *self,
               GPtrArray                   *sorted,
               TropeaLedgerEntry           *settled,
               gint64                       deadline_usec,
               GError                     **error)
{
  g_autoptr(PGresult) begin = tropea_postgres_pipeline_next (self->postgres, deadline_usec, error);

  if (begin == NULL)
    return FALSE;

  for (guint i = 0; i < sorted->len; i++)
    {
      g_autoptr(PGresult) result = tropea_postgres_pipeline_next (self->postgres, deadline_usec,
                                                                  error);

      if (result == NULL ||
          !read_outcome (result, g_ptr_array_index (sorted, i), &settled[i], error))
        return FALSE;
    }

  return TRUE;
}

/* A session that is in the group twice has its place only now. */
static void
find_places (TropeaLedgerEntry *settled,
             guint              n_entries)
{
  for (guint i = 0; i < n_entries; i++)
    {
      for (guint j = i; j-- > 0 && settled[i].leaf < 0 &&
           settled[i].outcome == TROPEA_LEDGER_OUTCOME_DUPLICATE;)
        {
          if (settled[j].outcome != TROPEA_LEDGER_OUTCOME_ACCEPTED ||
              settled[j].seq != settled[i].seq)
            continue;

          settled[i].leaf = settled[j].leaf;
          memcpy (settled[i].nonce, settled[j].nonce, sizeof settled[i].nonce);
        }
    }
}

/* With the log's head locked: what was credited is added to it. */
static gboolean
append_to_log (TropeaLedgerPostgresWriter  *self,
               TropeaLedgerEntry           *settled,
               guint                        n_entries,
               guint                       *n_sent,
               gint64                       deadline_usec,
               GError                     **error)
{
  g_autoptr(PGresult) lock = tropea_postgres_pipeline_next (self->postgres, deadline_usec, error);
  g_autoptr(GArray) seqs = g_array_sized_new (FALSE, FALSE, sizeof (gint64), n_entries);

  if (lock == NULL ||
      !tropea_postgres_pipeline_end_part (self->postgres, deadline_usec, error) ||
      !tropea_ledger_postgres_log_begin (self->appender, lock, error))
    return FALSE;

  for (guint i = 0; i < n_entries; i++)
    {
      if (settled[i].outcome != TROPEA_LEDGER_OUTCOME_ACCEPTED)
        continue;

      tropea_ledger_appender_add (self->appender, &settled[i]);
      g_array_append_val (seqs, settled[i].seq);
    }

  find_places (settled, n_entries);

  return tropea_ledger_postgres_log_send (self->postgres, self->appender,
                                          (const gint64 *) (gpointer) seqs->data, n_sent, error);
}

static gboolean
wait_for_log (TropeaLedgerPostgresWriter  *self,
              guint                        n_results,
              gint64                       deadline_usec,
              GError                     **error)
{
  for (guint i = 0; i < n_results; i++)
    {
      g_autoptr(PGresult) result = tropea_postgres_pipeline_next (self->postgres, deadline_usec,
                                                                  error);

      if (result == NULL)
        return FALSE;
    }

  return TRUE;
}

static gboolean
submit_once (TropeaLedgerPostgresWriter  *self,
             GPtrArray                   *sorted,
             gint64                       received_hour,
             gint64                       deadline_usec,
             GError                     **error)
{
  g_autofree TropeaLedgerEntry *settled = g_new (TropeaLedgerEntry, sorted->len);
  guint n_sent = 0;

  if (!make_ready (self, deadline_usec, error) ||
      !tropea_postgres_pipeline_begin (self->postgres, error))
    return FALSE;

  for (guint i = 0; i < sorted->len; i++)
    {
      tropea_ledger_make_nonce (g_ptr_array_index (sorted, i));
      if (!tropea_ledger_postgres_send_submit (self->postgres, g_ptr_array_index (sorted, i),
                                               received_hour, error))
        return FALSE;
    }

  if (!tropea_ledger_postgres_log_send_lock (self->postgres, error) ||
      !tropea_postgres_pipeline_send_part (self->postgres, error) ||
      !read_outcomes (self, sorted, settled, deadline_usec, error) ||
      !append_to_log (self, settled, sorted->len, &n_sent, deadline_usec, error) ||
      !tropea_postgres_pipeline_commit (self->postgres, error) ||
      !wait_for_log (self, n_sent, deadline_usec, error) ||
      !tropea_postgres_pipeline_end (self->postgres, deadline_usec, error))
    return FALSE;

  for (guint i = 0; i < sorted->len; i++)
    *(TropeaLedgerEntry *) g_ptr_array_index (sorted, i) = settled[i];
  return TRUE;
}

static int
compare_keys (gconstpointer a,
              gconstpointer b)
{
  const TropeaLedgerEntry *left = *(TropeaLedgerEntry * const *) a;
  const TropeaLedgerEntry *right = *(TropeaLedgerEntry * const *) b;

  return memcmp (left->record.client_pub, right->record.client_pub,
                 sizeof left->record.client_pub);
}

/**
 * tropea_ledger_postgres_writer_submit:
 *
 * As tropea_ledger_store_submit () says.
 */
gboolean
tropea_ledger_postgres_writer_submit (TropeaLedgerPostgresWriter  *self,
                                      GPtrArray                   *entries,
                                      gint64                       received_hour,
                                      GError                     **error)
{
  g_autoptr(GPtrArray) sorted = g_ptr_array_copy (entries, NULL, NULL);
  gint64 deadline_usec = g_get_monotonic_time () + WRITE_PATIENCE_USEC;
  gint64 pause_usec = FIRST_PAUSE_USEC;

  /* Stable: the entries of one key keep their order. */
  g_ptr_array_sort (sorted, compare_keys);
  while (TRUE)
    {
      g_autoptr(GError) local_error = NULL;
      gint64 now_usec = 0;

      if (submit_once (self, sorted, received_hour, deadline_usec, &local_error))
        return TRUE;

      if (self->postgres != NULL && !tropea_postgres_is_waiting (self->postgres))
        g_clear_pointer (&self->postgres, tropea_postgres_free);

      now_usec = g_get_monotonic_time ();
      if (now_usec >= deadline_usec ||
          !g_error_matches (local_error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_BUSY))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }

      tropea_ledger_postgres_readers_wait (self->readers,
                                           MIN (now_usec + pause_usec, deadline_usec));
      pause_usec = MIN (pause_usec * 2, LONGEST_PAUSE_USEC);
    }
}

/* Which session each leaf is of. */
static void
note_leaf (GArray                  *seqs,
           const TropeaLedgerEntry *entry)
{
  if (entry->leaf < 0 || entry->leaf >= G_MAXINT)
    return;

  if (entry->leaf >= seqs->len)
    g_array_set_size (seqs, (guint) entry->leaf + 1);
  g_array_index (seqs, gint64, (guint) entry->leaf) = entry->seq;
}

static gboolean
import_page (TropeaLedgerPostgresWriter  *self,
             GPtrArray                   *page,
             GArray                      *seqs,
             GError                     **error)
{
  gint64 deadline_usec = g_get_monotonic_time () + SLOW_DEADLINE_USEC;

  for (guint i = 0; i < page->len; i++)
    {
      note_leaf (seqs, g_ptr_array_index (page, i));
      if (!tropea_ledger_postgres_send_import (self->postgres, g_ptr_array_index (page, i), error))
        return FALSE;
    }

  if (!tropea_postgres_pipeline_sync (self->postgres, error))
    return FALSE;

  for (guint i = 0; i < page->len; i++)
    {
      g_autoptr(PGresult) result = tropea_postgres_pipeline_next (self->postgres, deadline_usec,
                                                                  error);

      if (result == NULL)
        return FALSE;
    }

  return TRUE;
}

/* Locks the table, so that whoever submits meanwhile waits, and looks whether it is empty. */
static gboolean
begin_import (TropeaLedgerPostgresWriter  *self,
              gint64                       deadline_usec,
              GError                     **error)
{
  g_autoptr(PGresult) begin = NULL;
  g_autoptr(PGresult) lock = NULL;
  g_autoptr(PGresult) n_sessions = NULL;

  if (!make_ready (self, deadline_usec, error) ||
      !tropea_postgres_prepare (self->postgres, "import-lock",
                                "LOCK TABLE tropea_ledger.sessions IN EXCLUSIVE MODE",
                                deadline_usec, error) ||
      !tropea_postgres_prepare (self->postgres, "import-count",
                                "SELECT count (*) FROM tropea_ledger.sessions",
                                deadline_usec, error) ||
      !tropea_postgres_prepare (self->postgres, "import-seq",
                                "SELECT setval ('tropea_ledger.session_seq', max (seq)) "
                                "FROM tropea_ledger.sessions", deadline_usec, error) ||
      !tropea_postgres_pipeline_begin (self->postgres, error) ||
      !tropea_postgres_pipeline_send (self->postgres, "import-lock", &(TropeaPostgresParams) { 0 },
                                      error) ||
      !tropea_postgres_pipeline_send (self->postgres, "import-count",
                                      &(TropeaPostgresParams) { 0 }, error) ||
      !tropea_postgres_pipeline_sync (self->postgres, error) ||
      (begin = tropea_postgres_pipeline_next (self->postgres, deadline_usec, error)) == NULL ||
      (lock = tropea_postgres_pipeline_next (self->postgres, deadline_usec, error)) == NULL ||
      (n_sessions = tropea_postgres_pipeline_next (self->postgres, deadline_usec, error)) == NULL)
    return FALSE;

  if (tropea_postgres_get_int64 (n_sessions, 0, 0) > 0)
    {
      g_set_error_literal (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_UNAVAILABLE,
                           "The database has sessions already: name an empty one");
      return FALSE;
    }

  return TRUE;
}

/**
 * tropea_ledger_postgres_writer_set_key:
 *
 * As tropea_ledger_store_set_key () says.
 */
gboolean
tropea_ledger_postgres_writer_set_key (TropeaLedgerPostgresWriter  *self,
                                       TropeaSecret                *secret_key,
                                       GError                     **error)
{
  gint64 deadline_usec = g_get_monotonic_time () + WRITE_PATIENCE_USEC;

  tropea_ledger_appender_set_key (self->appender, secret_key);
  if (make_ready (self, deadline_usec, error) &&
      tropea_ledger_postgres_log_sign (self->postgres, self->appender, deadline_usec, error))
    return TRUE;

  g_clear_pointer (&self->postgres, tropea_postgres_free);
  return FALSE;
}

/* As tropea_ledger_store_dup_group () says. */
TropeaLedgerGroup *
tropea_ledger_postgres_writer_dup_group (TropeaLedgerPostgresWriter *self)
{
  return tropea_ledger_appender_dup_group (self->appender);
}

static gboolean
import_pages (TropeaLedgerPostgresWriter  *self,
              TropeaLedgerPageFunc         next,
              gpointer                     user_data,
              GArray                      *seqs,
              GError                     **error)
{
  while (TRUE)
    {
      g_autoptr(GPtrArray) page = next (user_data, error);

      if (page == NULL)
        return FALSE;
      if (page->len == 0)
        return TRUE;
      if (!import_page (self, page, seqs, error))
        return FALSE;
    }
}

/**
 * tropea_ledger_postgres_writer_import:
 *
 * As tropea_ledger_store_import () says.
 */
gboolean
tropea_ledger_postgres_writer_import (TropeaLedgerPostgresWriter  *self,
                                      TropeaLedgerPageFunc         next,
                                      gpointer                     user_data,
                                      TropeaLedgerStore           *log,
                                      GError                     **error)
{
  g_autoptr(GArray) seqs = g_array_new (FALSE, TRUE, sizeof (gint64));
  gint64 deadline_usec = g_get_monotonic_time () + WRITE_PATIENCE_USEC;
  gboolean is_imported = begin_import (self, deadline_usec, error) &&
                         import_pages (self, next, user_data, seqs, error) &&
                         tropea_ledger_postgres_log_copy (
                           self->postgres, self->appender, log, seqs,
                           g_get_monotonic_time () + SLOW_DEADLINE_USEC, error);
  g_autoptr(PGresult) seq = NULL;

  deadline_usec = g_get_monotonic_time () + SLOW_DEADLINE_USEC;
  if (is_imported)
    is_imported = tropea_postgres_pipeline_send (self->postgres, "import-seq",
                                                 &(TropeaPostgresParams) { 0 }, error) &&
                  tropea_postgres_pipeline_commit (self->postgres, error) &&
                  (seq = tropea_postgres_pipeline_next (self->postgres, deadline_usec,
                                                        error)) != NULL &&
                  tropea_postgres_pipeline_end (self->postgres, deadline_usec, error);

  /* Without a connection there is no transaction. */
  g_clear_pointer (&self->postgres, tropea_postgres_free);
  return is_imported;
}
