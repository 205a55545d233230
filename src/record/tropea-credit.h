/* tropea-credit.h: the credit formula, in the one place where it stands
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One credit is a million micro-credits; all accounting is in these, as integers. */
#define TROPEA_CREDIT_MICRO G_GINT64_CONSTANT (1000000)

/* The most that one session can earn. */
#define TROPEA_CREDIT_SESSION_CAP_MICRO (100 * TROPEA_CREDIT_MICRO)

/**
 * TropeaCreditTerms:
 * @time_micro: what the seconds earn
 * @data_micro: what the bytes earn, half a byte dropped
 * @sum_micro: of the two
 * @credits_micro: the sum or the cap, whichever is less
 *
 * Why a session earns what it earns. Each term ends at G_MAXINT64 / 2.
 */
typedef struct
{
  gint64 time_micro;
  gint64 data_micro;
  gint64 sum_micro;
  gint64 credits_micro;
} TropeaCreditTerms;

gint64             tropea_credit_compute_micro (gint64 duration_s,
                                                gint64 bytes);
TropeaCreditTerms  tropea_credit_get_terms     (gint64 duration_s,
                                                gint64 bytes);
char              *tropea_credit_format        (gint64 micro);

G_END_DECLS
