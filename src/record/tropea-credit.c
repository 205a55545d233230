/* tropea-credit.c: the credit formula, in the one place where it stands
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-credit"

#include "config.h"

#include "record/tropea-credit.h"

/* Integers only: every implementation on every machine gives the same micro-credits, and a sum
 * of a million sessions is exact. Megabytes are decimal, so half a credit for each is half a
 * micro-credit for each byte.
 */

#define MICRO_PER_SECOND 100000
#define BYTES_PER_MICRO 2

/* Far above the cap; the sum of two of these does not overflow. */
#define LARGEST_TERM (G_MAXINT64 / 2)

#define MICRO_PER_HUNDREDTH (TROPEA_CREDIT_MICRO / 100)

/**
 * tropea_credit_compute_micro:
 * @duration_s: whole seconds, not negative
 * @bytes: in plus out, not negative
 *
 * min (100 000 000, duration × 100 000 + bytes / 2), the half byte dropped.
 *
 * Returns: micro-credits
 */
gint64
tropea_credit_compute_micro (gint64 duration_s,
                             gint64 bytes)
{
  g_return_val_if_fail (duration_s >= 0, 0);
  g_return_val_if_fail (bytes >= 0, 0);

  return tropea_credit_get_terms (duration_s, bytes).credits_micro;
}

/**
 * tropea_credit_get_terms:
 * @duration_s: whole seconds, not negative
 * @bytes: in plus out, not negative
 *
 * Returns: the formula's parts, of which tropea_credit_compute_micro () gives the last
 */
TropeaCreditTerms
tropea_credit_get_terms (gint64 duration_s,
                         gint64 bytes)
{
  TropeaCreditTerms terms = { 0 };

  g_return_val_if_fail (duration_s >= 0, terms);
  g_return_val_if_fail (bytes >= 0, terms);

  terms.time_micro = MIN (duration_s, LARGEST_TERM / MICRO_PER_SECOND) * MICRO_PER_SECOND;
  terms.data_micro = MIN (bytes / BYTES_PER_MICRO, LARGEST_TERM);
  terms.sum_micro = terms.time_micro + terms.data_micro;
  terms.credits_micro = MIN (terms.sum_micro, TROPEA_CREDIT_SESSION_CAP_MICRO);

  return terms;
}

/**
 * tropea_credit_format:
 * @micro: micro-credits, not negative
 *
 * Returns: (transfer full): credits with two decimals, rounded down, such as "96.50"; the same
 *   in every locale, because it is part of the wire format too
 */
char *
tropea_credit_format (gint64 micro)
{
  g_return_val_if_fail (micro >= 0, NULL);

  return g_strdup_printf ("%" G_GINT64_FORMAT ".%02" G_GINT64_FORMAT,
                          micro / TROPEA_CREDIT_MICRO,
                          micro % TROPEA_CREDIT_MICRO / MICRO_PER_HUNDREDTH);
}
