/* tropea-ledger-review.h: what an operator should look at
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ledger/tropea-ledger-statistics.h"

G_BEGIN_DECLS

/**
 * TropeaLedgerReviewRules:
 * @max_bytes_per_s: a session that is faster is worth a look
 * @n_new_keys: so many keys that come in one hour are, where they are also
 * @new_keys_factor: times as many as in an hour of the week on the average
 * @n_alike: so many of the last sessions with one size and duration are
 */
typedef struct
{
  gint64 max_bytes_per_s;
  guint  n_new_keys;
  guint  new_keys_factor;
  guint  n_alike;
} TropeaLedgerReviewRules;

/* 100 Mbit/s. Sizes are counted to the byte: two that are equal by chance are rare. */
#define TROPEA_LEDGER_REVIEW_RULES_DEFAULT { 12500000, 20, 5, 5 }

/**
 * TropeaLedgerFinding:
 * @rule: (transfer none): "rate", "new-keys" or "alike"
 * @evidence: (owned): one sentence with the figures
 * @places: (owned), of guint: the keys that it is about, each once
 */
typedef struct
{
  const char *rule;
  char       *evidence;
  GArray     *places;
} TropeaLedgerFinding;

GPtrArray *tropea_ledger_review_list (TropeaLedgerStatistics        *statistics,
                                      const TropeaLedgerReviewRules *rules,
                                      gint64                         now_hour);

G_END_DECLS
