/* tropea-ledger-admission.h: which sessions are plausible enough to be credited
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ledger/tropea-ledger-store.h"

G_BEGIN_DECLS

/**
 * TropeaLedgerCaps:
 * @day_micro: the most micro-credits of a key for one UTC day, by its sessions' start
 * @day_bytes: the most bytes
 *
 * Of one grade. 0: no cap.
 */
typedef struct
{
  gint64 day_micro;
  gint64 day_bytes;
} TropeaLedgerCaps;

/**
 * TropeaLedgerPolicy:
 *
 * Every number that an operator could want to change. GET /api/ledger shows them.
 */
typedef struct
{
  gboolean accepts_simulation;
  gint64   min_duration_s;
  gint64   max_duration_s;
  gint64   max_bytes_per_s;
  gint64   max_future_ms;
  gint64   max_age_ms;
  TropeaLedgerCaps caps[TROPEA_LEDGER_N_GRADES];
} TropeaLedgerPolicy;

/* What 24 hours of duration earn; a terabyte. */
#define TROPEA_LEDGER_CAPS_DEFAULT \
  { G_GINT64_CONSTANT (8640000000), G_GINT64_CONSTANT (1000000000000) }

/* A day at most; 1 Gbit/s; clocks that differ by five minutes; a month in the outbox. */
#define TROPEA_LEDGER_POLICY_DEFAULT \
  { FALSE, 1, 86400, 125000000, 300 * 1000, G_GINT64_CONSTANT (30) * 86400 * 1000, \
    { TROPEA_LEDGER_CAPS_DEFAULT, TROPEA_LEDGER_CAPS_DEFAULT } }

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

gboolean tropea_ledger_admission_check (const TropeaLedgerPolicy *policy,
                                        const TropeaRecord       *record,
                                        gint64                    now_ms,
                                        TropeaLedgerRefusal      *refusal);

G_END_DECLS
