/* tropea-postgres-address.c: where a PostgreSQL database is, and how to get there
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-postgres"

#include "config.h"

#include "ledger/tropea-postgres-private.h"

#include <string.h>

/* An address is libpq's own, so that whatever libpq can do (several hosts, TLS, password files,
 * services) can be written down. It may hold a password: nothing of it is repeated in an error
 * but what the server or libpq says outside of quotation marks.
 */

struct _TropeaPostgresAddress
{
  GPtrArray *keywords;  /* (owned), NULL-terminated */
  GPtrArray *values;    /* (owned), NULL-terminated */
};

/* What the address may say otherwise. Of several hosts, or behind a name that moves, only the
 * one that takes writes is a ledger's. The rest bounds how long a dead host goes unnoticed.
 */
static const struct
{
  const char *keyword;
  const char *value;
} defaults[] = {
  { "application_name", "tropea-ledger" },
  { "target_session_attrs", "read-write" },
  { "connect_timeout", "3" },
  { "tcp_user_timeout", "12000" },
  { "keepalives_idle", "5" },
  { "keepalives_interval", "3" },
  { "keepalives_count", "3" },
  { "client_encoding", "UTF8" },
};

/* A commit that does not wait for the disk, or for the standbys that the server is told to wait
 * for, is none. And a server must not keep the locks of a client that was cut off.
 */
static const char * const session_sql =
  "SELECT set_config ('synchronous_commit', "
  "  CASE WHEN current_setting ('synchronous_commit') IN ('on', 'remote_apply') "
  "  THEN current_setting ('synchronous_commit') ELSE 'on' END, false), "
  "set_config ('default_transaction_isolation', 'read committed', false), "
  "set_config ('client_min_messages', 'warning', false), "
  "set_config ('tcp_keepalives_idle', '30', false), "
  "set_config ('tcp_keepalives_interval', '10', false), "
  "set_config ('tcp_keepalives_count', '3', false)";

#define SESSION_DEADLINE_USEC (5 * G_USEC_PER_SEC)

/**
 * tropea_postgres_is_address:
 * @uri: (nullable):
 */
gboolean
tropea_postgres_is_address (const char *uri)
{
  return uri != NULL && (g_str_has_prefix (uri, "postgresql://") ||
                         g_str_has_prefix (uri, "postgres://"));
}

static void
add_word (TropeaPostgresAddress *self,
          const char            *keyword,
          const char            *value)
{
  g_ptr_array_add (self->keywords, g_strdup (keyword));
  g_ptr_array_add (self->values, g_strdup (value));
}

static gboolean
is_given (const PQconninfoOption *options,
          const char             *keyword)
{
  for (const PQconninfoOption *option = options; option->keyword != NULL; option++)
    {
      if (strcmp (option->keyword, keyword) == 0)
        return option->val != NULL;
    }

  return FALSE;
}

/**
 * tropea_postgres_address_new:
 * @uri: postgresql://…, as libpq reads it
 */
TropeaPostgresAddress *
tropea_postgres_address_new (const char  *uri,
                             GError     **error)
{
  TropeaPostgresAddress *self = NULL;
  PQconninfoOption *options = NULL;
  char *message = NULL;

  g_return_val_if_fail (uri != NULL, NULL);

  options = PQconninfoParse (uri, &message);
  PQfreemem (message);
  if (options == NULL)
    {
      g_set_error_literal (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_UNAVAILABLE,
                           "The database's address cannot be read: write "
                           "postgresql://USER@HOST:PORT/NAME, with special characters "
                           "percent-encoded");
      return NULL;
    }

  self = g_new0 (TropeaPostgresAddress, 1);
  self->keywords = g_ptr_array_new_with_free_func (g_free);
  self->values = g_ptr_array_new_with_free_func (g_free);
  for (const PQconninfoOption *option = options; option->keyword != NULL; option++)
    {
      if (option->val != NULL)
        add_word (self, option->keyword, option->val);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (defaults); i++)
    {
      if (!is_given (options, defaults[i].keyword))
        add_word (self, defaults[i].keyword, defaults[i].value);
    }
  add_word (self, NULL, NULL);
  PQconninfoFree (options);

  return self;
}

void
tropea_postgres_address_free (TropeaPostgresAddress *self)
{
  g_ptr_array_unref (self->keywords);
  g_ptr_array_unref (self->values);
  g_free (self);
}

static void
notice_cb (void           *data,
           const PGresult *notice)
{
  TropeaPostgres *self = data;

  if (g_strcmp0 (PQresultErrorField (notice, PG_DIAG_SEVERITY_NONLOCALIZED), "WARNING") == 0)
    self->was_warned = TRUE;
}

/* The first line, with what stands in quotation marks left out. */
static char *
dup_reason (PGconn *conn)
{
  GString *reason = g_string_new (NULL);
  gboolean is_quoted = FALSE;

  for (const char *c = PQerrorMessage (conn); *c != '\0' && *c != '\n'; c++)
    {
      if (*c == '"')
        {
          is_quoted = !is_quoted;
          g_string_append (reason, is_quoted ? "“…" : "”");
        }
      else if (!is_quoted)
        g_string_append_c (reason, *c);
    }

  return g_string_free (reason, FALSE);
}

/**
 * tropea_postgres_connect:
 *
 * Blocks for as long as connect_timeout says, for each host.
 *
 * Returns: NULL: TROPEA_DATABASE_ERROR_BUSY, because what is not there may come back
 */
TropeaPostgres *
tropea_postgres_connect (const TropeaPostgresAddress  *address,
                         GError                      **error)
{
  g_autoptr(TropeaPostgres) self = NULL;
  g_autoptr(PGresult) settings = NULL;

  g_return_val_if_fail (address != NULL, NULL);

  self = g_new0 (TropeaPostgres, 1);
  self->conn = PQconnectdbParams ((const char * const *) address->keywords->pdata,
                                  (const char * const *) address->values->pdata, 0);
  if (PQstatus (self->conn) != CONNECTION_OK)
    {
      g_autofree char *reason = dup_reason (self->conn);

      g_set_error (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_BUSY,
                   "Could not connect to PostgreSQL: %s", reason);
      return NULL;
    }

  PQsetNoticeReceiver (self->conn, notice_cb, self);
  PQsetnonblocking (self->conn, 1);
  settings = tropea_postgres_query_sql (self, session_sql, NULL,
                                        g_get_monotonic_time () + SESSION_DEADLINE_USEC, error);
  if (settings == NULL)
    return NULL;

  return g_steal_pointer (&self);
}

void
tropea_postgres_free (TropeaPostgres *self)
{
  PQfinish (self->conn);
  g_free (self);
}
