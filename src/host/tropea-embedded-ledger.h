/* tropea-embedded-ledger.h: a ledger of our own, run as a child while no other is configured
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-clock.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define TROPEA_TYPE_EMBEDDED_LEDGER (tropea_embedded_ledger_get_type ())

G_DECLARE_FINAL_TYPE (TropeaEmbeddedLedger, tropea_embedded_ledger, TROPEA, EMBEDDED_LEDGER,
                      GObject)

/* Properties, read-only and notified: "is-ready" (boolean: it listens), "problem" (string,
 * nullable: one sentence while it does not).
 */
TropeaEmbeddedLedger *tropea_embedded_ledger_new         (const char            *socket_path,
                                                          const char            *database_path,
                                                          TropeaClock           *clock);
void                  tropea_embedded_ledger_start       (TropeaEmbeddedLedger  *self);
void                  tropea_embedded_ledger_stop_async  (TropeaEmbeddedLedger  *self,
                                                          guint                  deadline_ms,
                                                          GAsyncReadyCallback    callback,
                                                          gpointer               user_data);
gboolean              tropea_embedded_ledger_stop_finish (TropeaEmbeddedLedger  *self,
                                                          GAsyncResult          *result,
                                                          GError               **error);
gboolean              tropea_embedded_ledger_get_is_ready (TropeaEmbeddedLedger *self);
const char           *tropea_embedded_ledger_get_problem (TropeaEmbeddedLedger  *self);
/* NULL while none runs. */
const char           *tropea_embedded_ledger_get_pid     (TropeaEmbeddedLedger  *self);

G_END_DECLS
