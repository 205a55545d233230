/* tropea-ledger-decision.h: what a ledger's operator decided about a key
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "record/tropea-record.h"

G_BEGIN_DECLS

#define TROPEA_LEDGER_MAX_REASON_CHARS 200

/**
 * TropeaLedgerDecision:
 * @number: from 1, in the order in which they were stored
 * @hour: when, hours since 1970
 * @freezes: whether nothing is credited to the key from now on; else it is as before
 * @reason: (owned): one line of the operator's
 */
typedef struct
{
  gint64    number;
  gint64    hour;
  guint8    client_pub[TROPEA_RECORD_PUBLIC_KEY_BYTES];
  gboolean  freezes;
  char     *reason;
} TropeaLedgerDecision;

TropeaLedgerDecision *tropea_ledger_decision_new      (const guint8                *client_pub,
                                                       gboolean                     freezes,
                                                       gint64                       hour,
                                                       const char                  *reason);
TropeaLedgerDecision *tropea_ledger_decision_copy     (const TropeaLedgerDecision  *self);
void                  tropea_ledger_decision_free     (TropeaLedgerDecision        *self);
gboolean              tropea_ledger_decision_equal    (const TropeaLedgerDecision  *self,
                                                       const TropeaLedgerDecision  *other);
gboolean              tropea_ledger_decision_is_reason (const char                 *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaLedgerDecision, tropea_ledger_decision_free)

G_END_DECLS
