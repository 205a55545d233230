/* tropea-submitter.h: moves sessions from the outbox to the ledger
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-clock.h"
#include "session/tropea-identity.h"
#include "session/tropea-store.h"
#include "submit/tropea-ledger-client.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_SUBMITTER (tropea_submitter_get_type ())

G_DECLARE_FINAL_TYPE (TropeaSubmitter, tropea_submitter, TROPEA, SUBMITTER, GObject)

/* Watches the store: a cut session is sent at once, failures are repeated by the backoff, oldest
 * first, up to 64 at a time. Waits without trying while the identity is not ready. A session is
 * signed as it is sent. The ledger's key and origin are pinned at first use as facts in the store
 * ("ledger-key <url>"). At the start the store is compared with the ledger.
 *
 * Properties, read-only and notified: "busy" (boolean), "problem" (string, nullable: one sentence
 * why sessions wait now, or what the ledger has lost), "balance-micro", "simulated-micro" (int64,
 * -1: not known yet), "origin" (string, nullable).
 * Signals: "credited" (TropeaSession *, const TropeaReceipt *), "refused" (TropeaSession *), both
 * once it is on disk; "notice" (const char *): a sentence to be told once.
 */
TropeaSubmitter *tropea_submitter_new                 (TropeaStore         *store,
                                                       TropeaIdentity      *identity,
                                                       TropeaLedgerClient  *client,
                                                       TropeaClock         *clock);
void             tropea_submitter_start               (TropeaSubmitter     *self);
/* Try now, whatever the backoff says. */
void             tropea_submitter_kick                (TropeaSubmitter     *self);
/* Let a request that is under way finish or time out at @deadline_ms from now; send no other. */
void             tropea_submitter_stop_async          (TropeaSubmitter     *self,
                                                       guint                deadline_ms,
                                                       GAsyncReadyCallback  callback,
                                                       gpointer             user_data);
gboolean         tropea_submitter_stop_finish         (TropeaSubmitter     *self,
                                                       GAsyncResult        *result,
                                                       GError             **error);
const char      *tropea_submitter_get_problem         (TropeaSubmitter     *self);
const char      *tropea_submitter_get_difference      (TropeaSubmitter     *self);
gboolean         tropea_submitter_is_stuck            (TropeaSubmitter     *self);
gint64           tropea_submitter_get_balance_micro   (TropeaSubmitter     *self);
gint64           tropea_submitter_get_simulated_micro (TropeaSubmitter     *self);

G_END_DECLS
