/* tropea-tlog-leaf.h: what a ledger's log says of one session: nothing to anybody but its owner
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "record/tropea-record.h"
#include "tlog/tropea-tlog-hash.h"

G_BEGIN_DECLS

#define TROPEA_TLOG_NONCE_BYTES 32
#define TROPEA_TLOG_ENTRY_BYTES 32

void tropea_tlog_entry_for_session (const TropeaRecord *record,
                                    const char         *origin,
                                    gint64              credits_micro,
                                    const char         *grade,
                                    const guint8       *nonce,
                                    guint8             *entry);
void tropea_tlog_entry_for_notice  (const char         *notice,
                                    const guint8       *nonce,
                                    guint8             *entry);

G_END_DECLS
