/* tropea-ledger-postgres-writer.h: the connection that a ledger writes through
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ledger/tropea-ledger-head.h"
#include "ledger/tropea-ledger-postgres-readers.h"

G_BEGIN_DECLS

/* For one thread. */
typedef struct _TropeaLedgerPostgresWriter TropeaLedgerPostgresWriter;

TropeaLedgerPostgresWriter *
         tropea_ledger_postgres_writer_open   (const TropeaPostgresAddress  *address,
                                               TropeaLedgerPostgresReaders  *readers,
                                               const char                   *origin,
                                               char                        **stored_origin,
                                               GError                      **error);
void     tropea_ledger_postgres_writer_free   (TropeaLedgerPostgresWriter   *self);
gboolean tropea_ledger_postgres_writer_submit (TropeaLedgerPostgresWriter   *self,
                                               GPtrArray                    *entries,
                                               gint64                        received_hour,
                                               GError                      **error);
gboolean tropea_ledger_postgres_writer_import (TropeaLedgerPostgresWriter   *self,
                                               TropeaLedgerPageFunc          next,
                                               gpointer                      user_data,
                                               TropeaLedgerStore            *log,
                                               GError                      **error);
gboolean tropea_ledger_postgres_writer_set_key (TropeaLedgerPostgresWriter  *self,
                                               TropeaSecret                 *secret_key,
                                               GError                      **error);
TropeaLedgerGroup *
         tropea_ledger_postgres_writer_dup_group (TropeaLedgerPostgresWriter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaLedgerPostgresWriter, tropea_ledger_postgres_writer_free)

G_END_DECLS
