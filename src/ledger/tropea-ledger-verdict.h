/* tropea-ledger-verdict.h: what is said of one submitted session
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "ledger/tropea-ledger-proofs.h"
#include "ledger/tropea-ledger-service.h"

G_BEGIN_DECLS

/**
 * TropeaLedgerVerdict:
 * @is_settled: FALSE: the store has to say
 * @is_credited: see @entry
 * @entry: the session; all zero where it could not be read
 * @status: where not @is_credited: the HTTP status
 * @code: (transfer none): the stable word for it
 * @rule: (transfer none) (nullable): with "implausible": the rule
 * @detail: (owned): the sentence
 * @wait_usec: where it passes by itself: when
 * @receipt: where @is_credited, once it is proven
 */
typedef struct
{
  gboolean           is_settled;
  gboolean           is_credited;
  TropeaLedgerEntry  entry;
  guint              status;
  const char        *code;
  const char        *rule;
  char              *detail;
  gint64             wait_usec;
  TropeaTlogReceipt  receipt;
} TropeaLedgerVerdict;

TropeaLedgerVerdict *tropea_ledger_verdict_new     (const TropeaLedgerService *service,
                                                    const char                *data,
                                                    gsize                      size_bytes);
void                 tropea_ledger_verdict_free    (TropeaLedgerVerdict       *self);
void                 tropea_ledger_verdict_settle  (TropeaLedgerVerdict       *self,
                                                    gboolean                   is_committed);
void                 tropea_ledger_verdict_prove   (TropeaLedgerVerdict       *self,
                                                    TropeaLedgerProofs        *proofs);
void                 tropea_ledger_verdict_count   (const TropeaLedgerVerdict *self,
                                                    TropeaLedgerMetrics       *metrics);
char                *tropea_ledger_verdict_dup_item (const TropeaLedgerVerdict *self);
void                 tropea_ledger_verdict_append_checkpoint (GString         *json,
                                                    const char                *checkpoint);
void                 tropea_ledger_verdict_respond (const TropeaLedgerVerdict *self,
                                                    const char                *checkpoint,
                                                    TropeaHttpRequest         *request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaLedgerVerdict, tropea_ledger_verdict_free)

G_END_DECLS
