/* tropea-reconciliation.h: how far a store was compared with a ledger, and what came of it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "record/tropea-record.h"

G_BEGIN_DECLS

/**
 * TropeaLedgerFigures:
 * @sessions: how many
 * @credits_micro: their credits, without simulated ones
 * @simulated_micro: their simulated credits
 */
typedef struct
{
  gint64 sessions;
  gint64 credits_micro;
  gint64 simulated_micro;
} TropeaLedgerFigures;

/**
 * TropeaListedSession:
 *
 * A session as a ledger lists it, the latest first.
 */
typedef struct
{
  TropeaRecord record;         /* without key, address hash and signature */
  gint64       credits_micro;
  gint64       seq;
} TropeaListedSession;

/**
 * TropeaReconciliation:
 * @compared_seq: all sessions up to this place in the ledger have been compared
 * @top_seq: where the newest walk began
 * @before_seq: where it goes on; 0: none is under way
 * @extra: sessions that only the ledger has
 * @missing: sessions that only the store has, though the ledger had credited them
 * @changed: sessions that the ledger credited with other figures than it says now
 * @gap: what the ledger has more than the store by these three
 * @told_extra: of @extra, those that the user was told of
 * @is_unexplained: the ledger's sums were not those of the sessions that it lists
 *
 * A plain value of numbers only, kept as a fact for each ledger.
 */
typedef struct
{
  gint64              compared_seq;
  gint64              top_seq;
  gint64              before_seq;
  gint64              extra;
  gint64              missing;
  gint64              changed;
  TropeaLedgerFigures gap;
  gint64              told_extra;
  gint64              is_unexplained;
} TropeaReconciliation;

char     *tropea_reconciliation_dup_fact_name (const char                 *ledger);
char     *tropea_reconciliation_to_string     (const TropeaReconciliation *self);
gboolean  tropea_reconciliation_from_string   (TropeaReconciliation       *self,
                                               const char                 *string);
void      tropea_reconciliation_begin_anew    (TropeaReconciliation       *self);
gboolean  tropea_reconciliation_agrees        (const TropeaReconciliation *self,
                                               const TropeaLedgerFigures  *ledger,
                                               const TropeaLedgerFigures  *store);
void      tropea_reconciliation_take_gap      (TropeaReconciliation       *self,
                                               const TropeaLedgerFigures  *ledger,
                                               const TropeaLedgerFigures  *store);
char     *tropea_reconciliation_dup_problem   (const TropeaReconciliation *self);
char     *tropea_reconciliation_dup_notice    (const TropeaReconciliation *self);

G_END_DECLS
