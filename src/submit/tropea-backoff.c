/* tropea-backoff.c: when to try again
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-backoff"

#include "config.h"

#include "submit/tropea-backoff.h"

/* The wait doubles with each failure in a row. Half of it is fixed and half is drawn, so that
 * the clients of a ledger that comes back do not all return in the same moment. A ledger that
 * names a time gets at least that time, but no ledger can silence a client for longer than an
 * hour.
 */

#define LONGEST_RETRY_AFTER_S 3600

/* 2^9 s is the first power of two above the longest wait. */
#define MOST_DOUBLINGS 9

/**
 * tropea_backoff_fail:
 * @random: a fresh random number
 * @retry_after_s: what the other side asked for, 0 or less where it did not
 *
 * Returns: milliseconds until the next try
 */
gint64
tropea_backoff_fail (TropeaBackoff *self,
                     guint32        random,
                     gint64         retry_after_s)
{
  gint64 full_ms = 0;
  gint64 half_ms = 0;
  gint64 wait_ms = 0;

  g_return_val_if_fail (self != NULL, TROPEA_BACKOFF_LONGEST_MS);

  full_ms = (gint64) TROPEA_BACKOFF_FIRST_MS << MIN (self->failures, MOST_DOUBLINGS);
  half_ms = MIN (full_ms, TROPEA_BACKOFF_LONGEST_MS) / 2;
  wait_ms = half_ms + (gint64) random % (half_ms + 1);
  if (self->failures < G_MAXUINT)
    self->failures++;

  return MAX (wait_ms, CLAMP (retry_after_s, 0, LONGEST_RETRY_AFTER_S) * 1000);
}

/**
 * tropea_backoff_succeed:
 *
 * The next failure is a first one again.
 */
void
tropea_backoff_succeed (TropeaBackoff *self)
{
  g_return_if_fail (self != NULL);

  self->failures = 0;
}
