/* tropea-ledger-audit-days.h: what the sessions say that each key has for each day
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ledger/tropea-ledger-store.h"

G_BEGIN_DECLS

typedef struct _TropeaLedgerAuditDays TropeaLedgerAuditDays;

TropeaLedgerAuditDays *tropea_ledger_audit_days_new    (void);
void                   tropea_ledger_audit_days_free   (TropeaLedgerAuditDays    *self);
void                   tropea_ledger_audit_days_add    (TropeaLedgerAuditDays    *self,
                                                        const TropeaLedgerEntry  *entry);
gboolean               tropea_ledger_audit_days_strike (TropeaLedgerAuditDays    *self,
                                                        const guint8             *client_pub,
                                                        TropeaLedgerGrade         grade,
                                                        gint64                    day,
                                                        gint64                    micro,
                                                        gint64                    bytes,
                                                        GError                  **error);
gboolean               tropea_ledger_audit_days_end    (TropeaLedgerAuditDays    *self,
                                                        GError                  **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaLedgerAuditDays, tropea_ledger_audit_days_free)

G_END_DECLS
