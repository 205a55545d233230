/* tropea-ledger-database.h: opens the store that a database's name asks for
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ledger/tropea-ledger-store.h"

G_BEGIN_DECLS

gboolean           tropea_ledger_database_check_name   (const char  *name,
                                                        GError     **error);
TropeaLedgerStore *tropea_ledger_database_open         (const char  *name,
                                                        const char  *origin,
                                                        GError     **error);
TropeaLedgerStore *tropea_ledger_database_open_present (const char  *name,
                                                        GError     **error);
const char        *tropea_ledger_database_get_path     (const char  *name);

G_END_DECLS
