/* tropea-postgres-pipeline.c: many executions in one round trip, and values in binary form
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-postgres"

#include "config.h"

#include "ledger/tropea-postgres-private.h"

#include <string.h>

/* Binary form: integers in network byte order, bytea and text as they are.
 *
 * A pipeline is one transaction from its BEGIN to its COMMIT.
 * https://www.postgresql.org/docs/15/libpq-pipeline-mode.html
 */

static void
add_value (TropeaPostgresParams *params,
           const char           *value,
           gsize                 size_bytes,
           gboolean              is_binary)
{
  g_assert (params->n < TROPEA_POSTGRES_MAX_PARAMS);

  params->values[params->n] = value;
  params->lengths[params->n] = (int) size_bytes;
  params->formats[params->n] = is_binary ? 1 : 0;
  params->n++;
}

/* @params must not be moved afterwards. */
void
tropea_postgres_add_int64 (TropeaPostgresParams *params,
                           gint64                value)
{
  g_assert (params->n < TROPEA_POSTGRES_MAX_PARAMS);

  params->numbers[params->n] = GINT64_TO_BE (value);
  add_value (params, (const char *) &params->numbers[params->n], sizeof value, TRUE);
}

void
tropea_postgres_add_bytes (TropeaPostgresParams *params,
                           const guint8         *data,
                           gsize                 size_bytes)
{
  add_value (params, (const char *) data, size_bytes, TRUE);
}

/* Also for types that are written as text. */
void
tropea_postgres_add_text (TropeaPostgresParams *params,
                          const char           *text)
{
  add_value (params, text, strlen (text), FALSE);
}

gboolean
tropea_postgres_pipeline_begin (TropeaPostgres  *self,
                                GError         **error)
{
  self->was_warned = FALSE;
  if (PQenterPipelineMode (self->conn) &&
      PQsendQueryParams (self->conn, "BEGIN", 0, NULL, NULL, NULL, NULL, 1))
    return TRUE;

  return tropea_postgres_set_lost (self, error);
}

gboolean
tropea_postgres_pipeline_send (TropeaPostgres              *self,
                               const char                  *name,
                               const TropeaPostgresParams  *params,
                               GError                     **error)
{
  if (PQsendQueryPrepared (self->conn, name, params->n, params->values, params->lengths,
                           params->formats, 1))
    return TRUE;

  return tropea_postgres_set_lost (self, error);
}

/**
 * tropea_postgres_pipeline_next:
 *
 * Returns: (transfer full): the result of the next execution, in the order of sending; BEGIN is
 *   the first
 */
PGresult *
tropea_postgres_pipeline_next (TropeaPostgres  *self,
                               gint64           deadline_usec,
                               GError         **error)
{
  g_autoptr(PGresult) result = NULL;
  g_autoptr(PGresult) end = NULL;

  if (!tropea_postgres_get_result (self, deadline_usec, &result, error))
    return NULL;

  if (result == NULL)
    {
      tropea_postgres_set_lost (self, error);
      return NULL;
    }

  if (!tropea_postgres_check (self, result, error) ||
      !tropea_postgres_get_result (self, deadline_usec, &end, error))
    return NULL;

  return g_steal_pointer (&result);
}

/**
 * tropea_postgres_pipeline_sync:
 *
 * Make the server answer what was sent, without an end of the transaction.
 */
gboolean
tropea_postgres_pipeline_sync (TropeaPostgres  *self,
                               GError         **error)
{
  return PQsendFlushRequest (self->conn) || tropea_postgres_set_lost (self, error);
}

/**
 * tropea_postgres_pipeline_send_part:
 *
 * Make the server answer what was sent, and with an error all that was: whoever gives up before
 * tropea_postgres_pipeline_end_part () leaves a connection that can be drained.
 */
gboolean
tropea_postgres_pipeline_send_part (TropeaPostgres  *self,
                                    GError         **error)
{
  return PQpipelineSync (self->conn) || tropea_postgres_set_lost (self, error);
}

/**
 * tropea_postgres_pipeline_end_part:
 *
 * After the results of what was sent: the transaction goes on.
 */
gboolean
tropea_postgres_pipeline_end_part (TropeaPostgres  *self,
                                   gint64           deadline_usec,
                                   GError         **error)
{
  g_autoptr(PGresult) sync = NULL;

  if (!tropea_postgres_get_result (self, deadline_usec, &sync, error))
    return FALSE;

  return PQresultStatus (sync) == PGRES_PIPELINE_SYNC || tropea_postgres_set_lost (self, error);
}

/**
 * tropea_postgres_pipeline_commit:
 *
 * Send the end of the transaction, after which tropea_postgres_pipeline_end () waits for it.
 */
gboolean
tropea_postgres_pipeline_commit (TropeaPostgres  *self,
                                 GError         **error)
{
  if (PQsendQueryParams (self->conn, "COMMIT", 0, NULL, NULL, NULL, NULL, 1) &&
      PQpipelineSync (self->conn))
    return TRUE;

  return tropea_postgres_set_lost (self, error);
}

/**
 * tropea_postgres_pipeline_end:
 *
 * Wait for the commit.
 *
 * Returns: TRUE: what was sent since tropea_postgres_pipeline_begin () is on the disks that the
 *   server was told to wait for
 */
gboolean
tropea_postgres_pipeline_end (TropeaPostgres  *self,
                              gint64           deadline_usec,
                              GError         **error)
{
  g_autoptr(PGresult) commit = tropea_postgres_pipeline_next (self, deadline_usec, error);
  g_autoptr(PGresult) sync = NULL;

  if (commit == NULL)
    return FALSE;

  if (strcmp (PQcmdStatus (commit), "COMMIT") != 0 || self->was_warned)
    {
      tropea_postgres_set_not_committed (error);
      return FALSE;
    }

  if (!tropea_postgres_get_result (self, deadline_usec, &sync, error))
    return FALSE;

  if (PQresultStatus (sync) != PGRES_PIPELINE_SYNC || !PQexitPipelineMode (self->conn))
    return tropea_postgres_set_lost (self, error);

  return TRUE;
}

gint64
tropea_postgres_get_int64 (const PGresult *result,
                           int             row,
                           int             column)
{
  gint64 value = 0;

  if (PQgetlength (result, row, column) != sizeof value)
    return 0;

  memcpy (&value, PQgetvalue (result, row, column), sizeof value);
  return GINT64_FROM_BE (value);
}

/* FALSE where it has another size. */
gboolean
tropea_postgres_copy_bytes (const PGresult *result,
                            int             row,
                            int             column,
                            guint8         *data,
                            gsize           size_bytes)
{
  if ((gsize) PQgetlength (result, row, column) != size_bytes)
    return FALSE;

  memcpy (data, PQgetvalue (result, row, column), size_bytes);
  return TRUE;
}
