/* tropea-ledger-metrics.h: what a running ledger counts
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define TROPEA_TYPE_LEDGER_METRICS (tropea_ledger_metrics_get_type ())

G_DECLARE_FINAL_TYPE (TropeaLedgerMetrics, tropea_ledger_metrics, TROPEA, LEDGER_METRICS, GObject)

/* @code, @rule: (nullable): static; never a word of a client's */
typedef void (*TropeaLedgerMetricsFunc) (const char *code,
                                         const char *rule,
                                         guint64     n_sessions,
                                         gpointer    user_data);

TropeaLedgerMetrics *tropea_ledger_metrics_new              (void);
void                 tropea_ledger_metrics_count_request    (TropeaLedgerMetrics     *self,
                                                             const char              *path,
                                                             guint                    status,
                                                             const char              *code,
                                                             const char              *rule);
void                 tropea_ledger_metrics_count_verdict    (TropeaLedgerMetrics     *self,
                                                             const char              *code,
                                                             const char              *rule);
void                 tropea_ledger_metrics_count_commit     (TropeaLedgerMetrics     *self,
                                                             guint                    n_sessions,
                                                             gint64                   took_usec,
                                                             gboolean                 is_committed);
void                 tropea_ledger_metrics_foreach_verdict  (TropeaLedgerMetrics     *self,
                                                             TropeaLedgerMetricsFunc  func,
                                                             gpointer                 user_data);
char                *tropea_ledger_metrics_dup_text         (TropeaLedgerMetrics     *self,
                                                             guint                    n_queued);

G_END_DECLS
