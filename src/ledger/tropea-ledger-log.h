/* tropea-ledger-log.h: what a running ledger tells its operator
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ledger/tropea-ledger-metrics.h"

G_BEGIN_DECLS

typedef struct _TropeaLedgerLog TropeaLedgerLog;

/* @line: without a line feed */
typedef void (*TropeaLedgerLogFunc) (const char *line,
                                     gpointer    user_data);

TropeaLedgerLog *tropea_ledger_log_new         (TropeaLedgerMetrics *metrics,
                                                TropeaLedgerLogFunc  func,
                                                gpointer             user_data);
void             tropea_ledger_log_free        (TropeaLedgerLog     *self);
void             tropea_ledger_log_event       (TropeaLedgerLog     *self,
                                                const char          *event,
                                                const char          *details);
void             tropea_ledger_log_refusals    (TropeaLedgerLog     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaLedgerLog, tropea_ledger_log_free)

G_END_DECLS
