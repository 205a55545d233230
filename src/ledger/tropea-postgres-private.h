/* tropea-postgres-private.h: the inside of a connection, for the two files that make it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ledger/tropea-postgres.h"

G_BEGIN_DECLS

struct _TropeaPostgres
{
  PGconn   *conn;         /* (owned) */
  gboolean  was_warned;   /* the server sent a warning since the pipeline began */
};

gboolean  tropea_postgres_set_lost   (TropeaPostgres  *self,
                                      GError         **error);
void      tropea_postgres_set_not_committed (GError **error);
gboolean  tropea_postgres_check      (TropeaPostgres  *self,
                                      const PGresult  *result,
                                      GError         **error);
gboolean  tropea_postgres_get_result (TropeaPostgres  *self,
                                      gint64           deadline_usec,
                                      PGresult       **result,
                                      GError         **error);

G_END_DECLS
