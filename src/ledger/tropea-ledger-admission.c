/* tropea-ledger-admission.c: which sessions are plausible enough to be credited
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-admission"

#include "config.h"

#include "ledger/tropea-ledger-admission.h"

/* A session is its client's own word. These rules do not make it true; they bound what a lie
 * can earn. They need no state and cost nothing, so they come before the signature is
 * verified, in the order of the table, and the first that is broken is named. The rules that
 * need state (no two sessions of a key at the same time, a day's caps) are the store's.
 *
 * All are final for a client but one: "future" passes by itself.
 */

typedef gboolean (*Rule) (const TropeaLedgerPolicy *policy,
                          const TropeaRecord       *record,
                          gint64                    now_ms);

static gboolean
source_is_credited (const TropeaLedgerPolicy *policy,
                    const TropeaRecord       *record,
                    gint64                    now_ms)
{
  return record->source == TROPEA_SOURCE_TOR_CLIENT || policy->accepts_simulation;
}

static gboolean
duration_is_in_range (const TropeaLedgerPolicy *policy,
                      const TropeaRecord       *record,
                      gint64                    now_ms)
{
  return record->duration_s >= policy->min_duration_s &&
         record->duration_s <= policy->max_duration_s;
}

static gboolean
rate_is_possible (const TropeaLedgerPolicy *policy,
                  const TropeaRecord       *record,
                  gint64                    now_ms)
{
  /* The duration was checked before: this cannot overflow. */
  return record->bytes <= record->duration_s * policy->max_bytes_per_s;
}

static gboolean
end_is_not_ahead (const TropeaLedgerPolicy *policy,
                  const TropeaRecord       *record,
                  gint64                    now_ms)
{
  return record->timestamp_ms + record->duration_s * 1000 <= now_ms + policy->max_future_ms;
}

static gboolean
start_is_recent (const TropeaLedgerPolicy *policy,
                 const TropeaRecord       *record,
                 gint64                    now_ms)
{
  return record->timestamp_ms >= now_ms - policy->max_age_ms;
}

static const struct
{
  Rule                holds;
  TropeaLedgerRefusal refusal;
} rules[] = {
  { source_is_credited,
    { "simulation", "This ledger does not credit simulated sessions" } },
  { duration_is_in_range,
    { "duration", "The session is shorter or longer than this ledger credits" } },
  { rate_is_possible,
    { "bytes", "That many bytes do not go through in that time" } },
  { end_is_not_ahead,
    { "future", "The session ends in the future: set the clock or wait" } },
  { start_is_recent,
    { "past", "The session is too old to be credited" } },
};

/**
 * tropea_ledger_admission_check:
 * @refusal: (out caller-allocates): written where FALSE is returned
 *
 * Pure: the same answer for the same arguments.
 */
gboolean
tropea_ledger_admission_check (const TropeaLedgerPolicy *policy,
                               const TropeaRecord       *record,
                               gint64                    now_ms,
                               TropeaLedgerRefusal      *refusal)
{
  g_return_val_if_fail (policy != NULL && record != NULL && refusal != NULL, FALSE);

  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      if (!rules[i].holds (policy, record, now_ms))
        {
          *refusal = rules[i].refusal;
          return FALSE;
        }
    }

  return TRUE;
}
