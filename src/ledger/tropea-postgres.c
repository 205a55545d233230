/* tropea-postgres.c: a connection to PostgreSQL that never waits for longer than it may
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-postgres"

#include "config.h"

#include "ledger/tropea-postgres-private.h"

#include <errno.h>
#include <string.h>

/* libpq is never let block: every wait is a poll () with a deadline. What passes by itself (the
 * server is away, restarts, was demoted, is out of connections or disk; a deadlock was broken)
 * is TROPEA_DATABASE_ERROR_BUSY; whoever sees it may do the same again. A connection that a
 * deadline passed on is still waiting for its answer: drain it before its next use, or free it.
 *
 * Of an error only the server's primary message is told. Its details quote rows, and rows hold
 * keys.
 */

/* SQLSTATE classes and codes after which the same is worth another try.
 * https://www.postgresql.org/docs/15/errcodes-appendix.html
 */
static const char * const passing[] = {
  "08",     /* connection */
  "25006",  /* read only: the server was demoted */
  "40",     /* rolled back: deadlock, serialization */
  "53",     /* out of disk, memory, connections */
  "55P03",  /* lock not available */
  "57",     /* cancelled, shutting down, starting up */
  "58030",  /* input or output failed */
};

gboolean
tropea_postgres_set_lost (TropeaPostgres  *self,
                          GError         **error)
{
  g_set_error_literal (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_BUSY,
                       "The connection to PostgreSQL was lost: try again later");
  return FALSE;
}

/* An operator who cancels a commit that waits for a standby makes the server say that it has
 * committed, with a warning: what was committed is on one disk only. So a warning is no commit.
 */
void
tropea_postgres_set_not_committed (GError **error)
{
  g_set_error_literal (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_BUSY,
                       "PostgreSQL did not commit: try again later");
}

static TropeaDatabaseError
classify (const char *state)
{
  for (gsize i = 0; i < G_N_ELEMENTS (passing); i++)
    {
      if (g_str_has_prefix (state, passing[i]))
        return TROPEA_DATABASE_ERROR_BUSY;
    }

  return g_str_has_prefix (state, "XX") ? TROPEA_DATABASE_ERROR_CORRUPT
                                        : TROPEA_DATABASE_ERROR_FAILED;
}

/* TRUE where a command did what it should. */
gboolean
tropea_postgres_check (TropeaPostgres  *self,
                       const PGresult  *result,
                       GError         **error)
{
  ExecStatusType status = PQresultStatus (result);
  const char *state = NULL;

  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_SINGLE_TUPLE ||
      status == PGRES_PIPELINE_SYNC)
    return TRUE;

  state = PQresultErrorField (result, PG_DIAG_SQLSTATE);
  if (PQstatus (self->conn) != CONNECTION_OK || state == NULL)
    return tropea_postgres_set_lost (self, error);

  g_set_error (error, TROPEA_DATABASE_ERROR, classify (state), "PostgreSQL says: %s (%s)",
               PQresultErrorField (result, PG_DIAG_MESSAGE_PRIMARY), state);
  return FALSE;
}

/* Sends what is to be sent and waits until a result, or the end of them, can be taken. */
static gboolean
wait_for_result (TropeaPostgres  *self,
                 gint64           deadline_usec,
                 GError         **error)
{
  while (TRUE)
    {
      int unsent = PQflush (self->conn);
      GPollFD fd = { PQsocket (self->conn), G_IO_IN, 0 };
      gint64 left_ms = (deadline_usec - g_get_monotonic_time () + 999) / 1000;
      int n_ready = 0;

      if (unsent >= 0 && !PQisBusy (self->conn))
        return TRUE;
      if (unsent < 0 || fd.fd < 0)
        return tropea_postgres_set_lost (self, error);

      if (unsent > 0)
        fd.events |= G_IO_OUT;
      n_ready = g_poll (&fd, 1, (int) CLAMP (left_ms, 0, G_MAXINT));
      if (n_ready == 0)
        {
          g_set_error_literal (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_BUSY,
                               "PostgreSQL does not answer in time: try again later");
          return FALSE;
        }
      if ((n_ready < 0 && errno != EINTR) ||
          (n_ready > 0 && (fd.revents & ~G_IO_OUT) != 0 && !PQconsumeInput (self->conn)))
        return tropea_postgres_set_lost (self, error);
    }
}

/* @result: (out): NULL at the end of a command's results */
gboolean
tropea_postgres_get_result (TropeaPostgres  *self,
                            gint64           deadline_usec,
                            PGresult       **result,
                            GError         **error)
{
  if (!wait_for_result (self, deadline_usec, error))
    return FALSE;

  *result = PQgetResult (self->conn);
  return TRUE;
}

/**
 * tropea_postgres_is_usable:
 *
 * Returns: whether it is connected, as far as it knows, and waits for nothing
 */
gboolean
tropea_postgres_is_usable (TropeaPostgres *self)
{
  return PQstatus (self->conn) == CONNECTION_OK &&
         PQpipelineStatus (self->conn) == PQ_PIPELINE_OFF &&
         PQtransactionStatus (self->conn) == PQTRANS_IDLE;
}

/**
 * tropea_postgres_is_waiting:
 *
 * Returns: whether a deadline passed on it and the answer may still come
 */
gboolean
tropea_postgres_is_waiting (TropeaPostgres *self)
{
  return PQstatus (self->conn) == CONNECTION_OK &&
         PQtransactionStatus (self->conn) == PQTRANS_ACTIVE;
}

/**
 * tropea_postgres_drain:
 *
 * Take and forget what a connection still has to say after a deadline passed on it, so that it
 * can be used again.
 */
gboolean
tropea_postgres_drain (TropeaPostgres  *self,
                       gint64           deadline_usec,
                       GError         **error)
{
  while (tropea_postgres_is_waiting (self))
    {
      g_autoptr(PGresult) result = NULL;

      if (!tropea_postgres_get_result (self, deadline_usec, &result, error))
        return FALSE;
    }

  if (PQpipelineStatus (self->conn) != PQ_PIPELINE_OFF)
    PQexitPipelineMode (self->conn);

  return tropea_postgres_is_usable (self) || tropea_postgres_set_lost (self, error);
}

/* The last result of a command; the ones before it only count where they are errors. */
static PGresult *
take_last (TropeaPostgres  *self,
           gint64           deadline_usec,
           GError         **error)
{
  g_autoptr(PGresult) last = NULL;

  while (TRUE)
    {
      PGresult *result = NULL;

      if (!tropea_postgres_get_result (self, deadline_usec, &result, error))
        return NULL;

      if (result == NULL)
        break;
      if (last == NULL || tropea_postgres_check (self, last, NULL))
        {
          g_clear_pointer (&last, PQclear);
          last = result;
        }
      else
        PQclear (result);
    }

  if (last == NULL)
    tropea_postgres_set_lost (self, error);
  else if (tropea_postgres_check (self, last, error))
    return g_steal_pointer (&last);

  return NULL;
}

/**
 * tropea_postgres_exec:
 * @sql: one or several commands
 */
gboolean
tropea_postgres_exec (TropeaPostgres  *self,
                      const char      *sql,
                      gint64           deadline_usec,
                      GError         **error)
{
  g_autoptr(PGresult) result = NULL;

  if (!PQsendQuery (self->conn, sql))
    return tropea_postgres_set_lost (self, error);

  result = take_last (self, deadline_usec, error);
  return result != NULL;
}

gboolean
tropea_postgres_prepare (TropeaPostgres  *self,
                         const char      *name,
                         const char      *sql,
                         gint64           deadline_usec,
                         GError         **error)
{
  g_autoptr(PGresult) result = NULL;

  if (!PQsendPrepare (self->conn, name, sql, 0, NULL))
    return tropea_postgres_set_lost (self, error);

  result = take_last (self, deadline_usec, error);
  return result != NULL;
}

/**
 * tropea_postgres_query:
 * @name: of a prepared statement
 *
 * Returns: (transfer full): all rows, in binary form; what it locked or changed is committed
 */
PGresult *
tropea_postgres_query (TropeaPostgres              *self,
                       const char                  *name,
                       const TropeaPostgresParams  *params,
                       gint64                       deadline_usec,
                       GError                     **error)
{
  g_autoptr(PGresult) result = NULL;

  self->was_warned = FALSE;
  if (!PQsendQueryPrepared (self->conn, name, params->n, params->values, params->lengths,
                            params->formats, 1))
    {
      tropea_postgres_set_lost (self, error);
      return NULL;
    }

  result = take_last (self, deadline_usec, error);
  if (result != NULL && self->was_warned)
    {
      tropea_postgres_set_not_committed (error);
      return NULL;
    }

  return g_steal_pointer (&result);
}

/**
 * tropea_postgres_query_sql:
 * @sql: one command
 * @params: (nullable):
 *
 * Returns: (transfer full): all rows, in binary form
 */
PGresult *
tropea_postgres_query_sql (TropeaPostgres              *self,
                           const char                  *sql,
                           const TropeaPostgresParams  *params,
                           gint64                       deadline_usec,
                           GError                     **error)
{
  static const TropeaPostgresParams none = { 0 };
  const TropeaPostgresParams *used = params != NULL ? params : &none;

  if (!PQsendQueryParams (self->conn, sql, used->n, NULL, used->values, used->lengths,
                          used->formats, 1))
    {
      tropea_postgres_set_lost (self, error);
      return NULL;
    }

  return take_last (self, deadline_usec, error);
}

/**
 * tropea_postgres_stream:
 * @sql: one command, whose rows tropea_postgres_next_row () gives
 */
gboolean
tropea_postgres_stream (TropeaPostgres  *self,
                        const char      *sql,
                        GError         **error)
{
  if (PQsendQueryParams (self->conn, sql, 0, NULL, NULL, NULL, NULL, 1) &&
      PQsetSingleRowMode (self->conn))
    return TRUE;

  return tropea_postgres_set_lost (self, error);
}

/**
 * tropea_postgres_next_row:
 * @is_end: (out): whether there are no more
 *
 * Returns: (transfer full) (nullable): one row, in binary form
 */
PGresult *
tropea_postgres_next_row (TropeaPostgres  *self,
                          gint64           deadline_usec,
                          gboolean        *is_end,
                          GError         **error)
{
  g_autoptr(PGresult) row = NULL;

  *is_end = FALSE;
  if (!tropea_postgres_get_result (self, deadline_usec, &row, error))
    return NULL;

  if (row != NULL && !tropea_postgres_check (self, row, error))
    return NULL;

  if (row != NULL && PQresultStatus (row) == PGRES_SINGLE_TUPLE)
    return g_steal_pointer (&row);

  if (row != NULL)
    {
      g_clear_pointer (&row, PQclear);
      if (!tropea_postgres_get_result (self, deadline_usec, &row, error))
        return NULL;
    }

  *is_end = TRUE;
  return NULL;
}
