/* tropea-postgres.h: a connection to PostgreSQL that never waits for longer than it may
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <libpq-fe.h>

#include "base/tropea-database.h"

G_BEGIN_DECLS

#define TROPEA_POSTGRES_MAX_PARAMS 16

/* Where a database is: what libpq understands, with what a ledger needs added. */
typedef struct _TropeaPostgresAddress TropeaPostgresAddress;

/* One connection; for one thread at a time. */
typedef struct _TropeaPostgres TropeaPostgres;

/**
 * TropeaPostgresParams:
 *
 * The parameters of one execution. What bytes and text point to must stay until it is sent.
 */
typedef struct
{
  int         n;
  const char *values[TROPEA_POSTGRES_MAX_PARAMS];
  int         lengths[TROPEA_POSTGRES_MAX_PARAMS];
  int         formats[TROPEA_POSTGRES_MAX_PARAMS];
  gint64      numbers[TROPEA_POSTGRES_MAX_PARAMS];
} TropeaPostgresParams;

gboolean               tropea_postgres_is_address     (const char                 *uri);
TropeaPostgresAddress *tropea_postgres_address_new    (const char                 *uri,
                                                       GError                    **error);
void                   tropea_postgres_address_free   (TropeaPostgresAddress      *self);

TropeaPostgres        *tropea_postgres_connect        (const TropeaPostgresAddress *address,
                                                       GError                    **error);
void                   tropea_postgres_free           (TropeaPostgres             *self);
gboolean               tropea_postgres_is_usable      (TropeaPostgres             *self);
gboolean               tropea_postgres_is_waiting     (TropeaPostgres             *self);
gboolean               tropea_postgres_drain          (TropeaPostgres             *self,
                                                       gint64                      deadline_usec,
                                                       GError                    **error);

void                   tropea_postgres_add_int64      (TropeaPostgresParams       *params,
                                                       gint64                      value);
void                   tropea_postgres_add_bytes      (TropeaPostgresParams       *params,
                                                       const guint8               *data,
                                                       gsize                       size_bytes);
void                   tropea_postgres_add_text       (TropeaPostgresParams       *params,
                                                       const char                 *text);

gboolean               tropea_postgres_exec           (TropeaPostgres             *self,
                                                       const char                 *sql,
                                                       gint64                      deadline_usec,
                                                       GError                    **error);
gboolean               tropea_postgres_prepare        (TropeaPostgres             *self,
                                                       const char                 *name,
                                                       const char                 *sql,
                                                       gint64                      deadline_usec,
                                                       GError                    **error);
PGresult              *tropea_postgres_query          (TropeaPostgres             *self,
                                                       const char                 *name,
                                                       const TropeaPostgresParams *params,
                                                       gint64                      deadline_usec,
                                                       GError                    **error);
PGresult              *tropea_postgres_query_sql      (TropeaPostgres             *self,
                                                       const char                 *sql,
                                                       const TropeaPostgresParams *params,
                                                       gint64                      deadline_usec,
                                                       GError                    **error);

gboolean               tropea_postgres_stream         (TropeaPostgres             *self,
                                                       const char                 *sql,
                                                       GError                    **error);
PGresult              *tropea_postgres_next_row       (TropeaPostgres             *self,
                                                       gint64                      deadline_usec,
                                                       gboolean                   *is_end,
                                                       GError                    **error);

gboolean               tropea_postgres_pipeline_begin (TropeaPostgres             *self,
                                                       GError                    **error);
gboolean               tropea_postgres_pipeline_send  (TropeaPostgres             *self,
                                                       const char                 *name,
                                                       const TropeaPostgresParams *params,
                                                       GError                    **error);
PGresult              *tropea_postgres_pipeline_next  (TropeaPostgres             *self,
                                                       gint64                      deadline_usec,
                                                       GError                    **error);
gboolean               tropea_postgres_pipeline_sync  (TropeaPostgres             *self,
                                                       GError                    **error);
gboolean               tropea_postgres_pipeline_send_part (TropeaPostgres         *self,
                                                       GError                    **error);
gboolean               tropea_postgres_pipeline_end_part (TropeaPostgres          *self,
                                                       gint64                      deadline_usec,
                                                       GError                    **error);
gboolean               tropea_postgres_pipeline_commit (TropeaPostgres            *self,
                                                       GError                    **error);
gboolean               tropea_postgres_pipeline_end   (TropeaPostgres             *self,
                                                       gint64                      deadline_usec,
                                                       GError                    **error);

gint64                 tropea_postgres_get_int64      (const PGresult             *result,
                                                       int                         row,
                                                       int                         column);
gboolean               tropea_postgres_copy_bytes     (const PGresult             *result,
                                                       int                         row,
                                                       int                         column,
                                                       guint8                     *data,
                                                       gsize                       size_bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaPostgresAddress, tropea_postgres_address_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaPostgres, tropea_postgres_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PGresult, PQclear)

G_END_DECLS
