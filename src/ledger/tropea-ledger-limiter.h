/* tropea-ledger-limiter.h: how often a key or a connection may come
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ledger/tropea-ledger-policy.h"

G_BEGIN_DECLS

typedef struct _TropeaLedgerLimiter TropeaLedgerLimiter;

/* A token bucket in one number; 0 is a full one. */
gboolean tropea_ledger_bucket_take (gint64                 *bucket,
                                    const TropeaLedgerRate *rate,
                                    gint64                  n_tokens,
                                    gint64                  now_usec,
                                    gint64                 *wait_usec);

TropeaLedgerLimiter *tropea_ledger_limiter_new          (const TropeaLedgerPolicy *policy);
void                 tropea_ledger_limiter_free         (TropeaLedgerLimiter      *self);
gboolean             tropea_ledger_limiter_take_key     (TropeaLedgerLimiter      *self,
                                                         const guint8             *client_pub,
                                                         gint64                    now_usec,
                                                         gint64                   *wait_usec);
gboolean             tropea_ledger_limiter_is_known     (TropeaLedgerLimiter      *self,
                                                         const guint8             *client_pub);
void                 tropea_ledger_limiter_set_known    (TropeaLedgerLimiter      *self,
                                                         const guint8             *client_pub);
gboolean             tropea_ledger_limiter_take_new_key (TropeaLedgerLimiter      *self,
                                                         gint64                    now_usec,
                                                         gint64                   *wait_usec);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaLedgerLimiter, tropea_ledger_limiter_free)

G_END_DECLS
