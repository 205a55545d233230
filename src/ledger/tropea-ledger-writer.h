/* tropea-ledger-writer.h: the one thread that commits, a group at a time
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-clock.h"
#include "ledger/tropea-ledger-metrics.h"
#include "ledger/tropea-ledger-store.h"

G_BEGIN_DECLS

/* Called on the writer's thread once the job's entries are on disk (@is_committed) or can never
 * be. @group: (nullable): what the commit added to the log. */
typedef void (*TropeaLedgerJobFunc) (GPtrArray         *entries,
                                     gboolean           is_committed,
                                     TropeaLedgerGroup *group,
                                     gpointer           user_data);

#define TROPEA_TYPE_LEDGER_WRITER (tropea_ledger_writer_get_type ())

G_DECLARE_FINAL_TYPE (TropeaLedgerWriter, tropea_ledger_writer, TROPEA, LEDGER_WRITER, GObject)

/* Signals: "failed" (const GError *): a commit failed, in the main context of _new () */
TropeaLedgerWriter *tropea_ledger_writer_new  (TropeaLedgerStore    *store,
                                               TropeaClock          *clock);
gboolean            tropea_ledger_writer_push (TropeaLedgerWriter   *self,
                                               GPtrArray            *entries,
                                               TropeaLedgerJobFunc   done,
                                               gpointer              user_data);
gboolean            tropea_ledger_writer_push_decision (TropeaLedgerWriter *self,
                                               TropeaLedgerDecision *decision,
                                               TropeaLedgerJobFunc   done,
                                               gpointer              user_data);
void                tropea_ledger_writer_set_metrics (TropeaLedgerWriter *self,
                                               TropeaLedgerMetrics  *metrics);
guint               tropea_ledger_writer_get_n_queued (TropeaLedgerWriter *self);
void                tropea_ledger_writer_join (TropeaLedgerWriter   *self);

G_END_DECLS
