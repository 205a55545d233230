/* tropea-ledger-admission.h: which sessions are plausible enough to be credited
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ledger/tropea-ledger-policy.h"

G_BEGIN_DECLS

/**
 * TropeaLedgerRefusal:
 * @rule: (transfer none): the stable name of the rule that was broken
 * @sentence: (transfer none): why, in one sentence
 */
typedef struct
{
  const char *rule;
  const char *sentence;
} TropeaLedgerRefusal;

/* Judged inside the store's transaction, because they need what others have submitted. */
#define TROPEA_LEDGER_REFUSAL_OVERLAP \
  { "overlap", "Another session of this key covers a part of the same time" }
#define TROPEA_LEDGER_REFUSAL_DAY_FULL \
  { "daily-cap", "With this session the key would have more for that day than this ledger " \
    "gives" }

/* These pass by themselves. */
#define TROPEA_LEDGER_REFUSAL_CONNECTION_RATE \
  { "connection-rate", "Too many sessions and reads on this connection: come back later" }
#define TROPEA_LEDGER_REFUSAL_KEY_RATE \
  { "key-rate", "Too many sessions and reads of this key: come back later" }
#define TROPEA_LEDGER_REFUSAL_FROZEN \
  { "frozen", "The ledger's operator looks at this key: keep the session and come back later" }
#define TROPEA_LEDGER_REFUSAL_NEW_KEYS \
  { "new-keys", "This ledger takes no more new keys for the moment: come back later" }

gboolean tropea_ledger_admission_check (const TropeaLedgerPolicy *policy,
                                        const TropeaRecord       *record,
                                        gint64                    now_ms,
                                        TropeaLedgerRefusal      *refusal);

G_END_DECLS
