/* tropea-ledger-postgres-schema.h: a ledger's tables in PostgreSQL
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ledger/tropea-postgres.h"

G_BEGIN_DECLS

char *tropea_ledger_postgres_bring_up_to_date (TropeaPostgres  *postgres,
                                               const char      *origin,
                                               GError         **error);

gboolean   tropea_ledger_postgres_find_ledger_key (TropeaPostgres    *postgres,
                                                   guint8            *public_key,
                                                   gboolean          *is_found,
                                                   GError           **error);
gboolean   tropea_ledger_postgres_put_ledger_key  (TropeaPostgres    *postgres,
                                                   const guint8      *public_key,
                                                   gboolean           replaces,
                                                   GError           **error);

G_END_DECLS
