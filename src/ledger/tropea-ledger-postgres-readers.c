/* tropea-ledger-postgres-readers.c: the connections that a ledger reads through
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-store"

#include "config.h"

#include "ledger/tropea-ledger-postgres-readers.h"

#include "ledger/tropea-ledger-postgres-rows.h"

/* Any thread reads, each through a connection that is its own for the time. A thread that reads
 * has a client waiting and requests behind it, so a server that is away is an error at once:
 * whoever asked is told to come again, and health checks get through. A connection that was
 * lost meanwhile is replaced without a word.
 *
 * A connection that did not answer in time is kept until it does, because the server is still
 * at work for it: with a new one each time there would be no end of them.
 */

/* More than there are threads that answer requests. */
#define MAX_READERS 32

#define READ_DEADLINE_USEC (3 * G_USEC_PER_SEC)

/* After a failure to connect, nobody tries again for so long, and then one at a time: to wait
 * for a host that does not answer takes seconds, and others have something to say meanwhile.
 */
#define RECONNECT_PAUSE_USEC (G_USEC_PER_SEC / 4)

struct _TropeaLedgerPostgresReaders
{
  const TropeaPostgresAddress *address;  /* (unowned) */

  GMutex   mutex;            /* for what follows */
  GCond    cond;             /* somebody has reached the server */
  GQueue   resting;          /* (owned), of TropeaPostgres: not in use, or without an answer */
  guint    n_open;           /* with those in use */
  gboolean is_down;          /* the last new connection was not made */
  gboolean is_probing;       /* somebody tries whether it is back */
  gint64   not_before_usec;  /* where it is down: nobody tries until then */
};

TropeaLedgerPostgresReaders *
tropea_ledger_postgres_readers_new (const TropeaPostgresAddress *address)
{
  TropeaLedgerPostgresReaders *self = g_new0 (TropeaLedgerPostgresReaders, 1);

  self->address = address;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  g_queue_init (&self->resting);

  return self;
}

void
tropea_ledger_postgres_readers_free (TropeaLedgerPostgresReaders *self)
{
  g_queue_clear_full (&self->resting, (GDestroyNotify) tropea_postgres_free);
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/* One that can be used, or NULL; what was lost meanwhile goes. With the mutex. */
static TropeaPostgres *
pop_usable (TropeaLedgerPostgresReaders *self)
{
  for (guint n = g_queue_get_length (&self->resting); n > 0; n--)
    {
      TropeaPostgres *reader = g_queue_pop_head (&self->resting);
      g_autoptr(GError) error = NULL;

      if (tropea_postgres_is_usable (reader) || tropea_postgres_drain (reader, 0, &error))
        return reader;

      if (tropea_postgres_is_waiting (reader))
        g_queue_push_tail (&self->resting, reader);
      else
        {
          tropea_postgres_free (reader);
          self->n_open--;
        }
    }

  return NULL;
}

/* Takes the place of a new connection, where there may be one. With the mutex. */
static gboolean
reserve (TropeaLedgerPostgresReaders  *self,
         GError                      **error)
{
  if (self->n_open < MAX_READERS &&
      (!self->is_down ||
       (!self->is_probing && g_get_monotonic_time () >= self->not_before_usec)))
    {
      self->is_probing = self->is_down;
      self->n_open++;
      return TRUE;
    }

  g_set_error_literal (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_BUSY,
                       "PostgreSQL cannot be reached now: try again later");
  return FALSE;
}

static TropeaPostgres *
connect_reader (TropeaLedgerPostgresReaders  *self,
                GError                      **error)
{
  g_autoptr(TropeaPostgres) reader = tropea_postgres_connect (self->address, error);
  gboolean is_made = reader != NULL &&
                     tropea_ledger_postgres_prepare (reader, g_get_monotonic_time () +
                                                     READ_DEADLINE_USEC, error);

  g_mutex_lock (&self->mutex);
  self->is_down = !is_made;
  self->is_probing = FALSE;
  if (is_made)
    g_cond_broadcast (&self->cond);
  else
    {
      self->not_before_usec = g_get_monotonic_time () + RECONNECT_PAUSE_USEC;
      self->n_open--;
    }
  g_mutex_unlock (&self->mutex);

  return is_made ? g_steal_pointer (&reader) : NULL;
}

static TropeaPostgres *
take_reader (TropeaLedgerPostgresReaders  *self,
             gboolean                     *is_new,
             GError                      **error)
{
  TropeaPostgres *reader = NULL;
  gboolean may_connect = FALSE;

  g_mutex_lock (&self->mutex);
  reader = pop_usable (self);
  *is_new = reader == NULL;
  may_connect = reader == NULL && reserve (self, error);
  g_mutex_unlock (&self->mutex);

  return may_connect ? connect_reader (self, error) : reader;
}

/* Returns: whether it was lost */
static gboolean
give_back (TropeaLedgerPostgresReaders *self,
           TropeaPostgres              *reader,
           gboolean                     has_failed)
{
  gboolean is_kept = has_failed ? tropea_postgres_is_waiting (reader)
                                : tropea_postgres_is_usable (reader);

  g_mutex_lock (&self->mutex);
  if (is_kept)
    g_queue_push_head (&self->resting, reader);
  else
    self->n_open--;
  g_mutex_unlock (&self->mutex);

  if (!is_kept)
    tropea_postgres_free (reader);
  return !is_kept;
}

/**
 * tropea_ledger_postgres_readers_query:
 * @name: of a statement of tropea_ledger_postgres_prepare ()
 *
 * From any thread.
 *
 * Returns: (transfer full): all rows, in binary form
 */
PGresult *
tropea_ledger_postgres_readers_query (TropeaLedgerPostgresReaders  *self,
                                      const char                   *name,
                                      const TropeaPostgresParams   *params,
                                      GError                      **error)
{
  while (TRUE)
    {
      g_autoptr(GError) local_error = NULL;
      gboolean is_new = FALSE;
      gboolean is_lost = FALSE;
      TropeaPostgres *reader = take_reader (self, &is_new, error);
      PGresult *result = NULL;

      if (reader == NULL)
        return NULL;

      result = tropea_postgres_query (reader, name, params,
                                      g_get_monotonic_time () + READ_DEADLINE_USEC,
                                      &local_error);
      is_lost = give_back (self, reader, result == NULL);
      if (result != NULL)
        return result;

      /* The server may have been restarted since it was used last. */
      if (is_new || !is_lost ||
          !g_error_matches (local_error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_BUSY))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return NULL;
        }
    }
}

/**
 * tropea_ledger_postgres_readers_wait:
 *
 * Wait until then, or until a reader has reached the server anew.
 */
void
tropea_ledger_postgres_readers_wait (TropeaLedgerPostgresReaders *self,
                                     gint64                       until_usec)
{
  g_mutex_lock (&self->mutex);
  g_cond_wait_until (&self->cond, &self->mutex, until_usec);
  g_mutex_unlock (&self->mutex);
}
