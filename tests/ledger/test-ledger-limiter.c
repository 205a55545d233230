/* test-ledger-limiter.c: buckets to the microsecond, and keys that come and go
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "ledger/tropea-ledger-limiter.h"

#define NOW_USEC G_GINT64_CONSTANT (5000000000)

/* One bucket, from row to row. */
static const struct
{
  gint64   after_usec;  /* since the row before */
  gint64   n_tokens;
  gboolean is_taken;
  gint64   wait_usec;   /* where not, about */
} rows[] = {
  { 0, 5, TRUE, 0 },
  { 0, 1, FALSE, 500000 },
  { 499999, 1, FALSE, 1 },
  { 1, 1, TRUE, 0 },
  { 0, 1, FALSE, 500000 },
  { 1000000, 3, FALSE, 500000 },
  { 0, 2, TRUE, 0 },
  { 3600000000, 6, FALSE, 500000 },
  { 0, 4, TRUE, 0 },
  { 0, 1, TRUE, 0 },
  { 0, 1, FALSE, 500000 },
};

static void
test_bucket (void)
{
  static const TropeaLedgerRate rate = { 2, 5 };
  static const TropeaLedgerRate none = { 0, 1 };
  gint64 now_usec = NOW_USEC;
  gint64 bucket = 0;
  gint64 wait_usec = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      now_usec += rows[i].after_usec;
      g_assert_cmpint (tropea_ledger_bucket_take (&bucket, &rate, rows[i].n_tokens, now_usec,
                                                  &wait_usec), ==, rows[i].is_taken);
      if (!rows[i].is_taken)
        g_assert_cmpint (ABS (wait_usec - rows[i].wait_usec), <=, 1);
    }

  for (guint i = 0; i < 1000; i++)
    g_assert_true (tropea_ledger_bucket_take (&bucket, &none, 1000, now_usec, &wait_usec));
}

/* Highest rate, longest burst, a machine that has run for a century. */
static void
test_edges (void)
{
  static const TropeaLedgerRate rate = { 1000000, 1000000 };
  gint64 bucket = 0;
  gint64 wait_usec = 0;
  gint64 century_usec = G_GINT64_CONSTANT (100) * 366 * 86400 * G_USEC_PER_SEC;

  g_assert_true (tropea_ledger_bucket_take (&bucket, &rate, 1000000, century_usec, &wait_usec));
  g_assert_false (tropea_ledger_bucket_take (&bucket, &rate, 1, century_usec, &wait_usec));
  g_assert_cmpint (wait_usec, >, 0);
  g_assert_true (tropea_ledger_bucket_take (&bucket, &rate, 1, century_usec + 1, &wait_usec));
}

static void
make_key (guint8 *client_pub,
          guint32 number)
{
  memset (client_pub, 0, TROPEA_RECORD_PUBLIC_KEY_BYTES);
  memcpy (client_pub, &number, sizeof number);
}

static void
test_keys (void)
{
  TropeaLedgerPolicy policy = TROPEA_LEDGER_POLICY_DEFAULT;
  g_autoptr(TropeaLedgerLimiter) limiter = NULL;
  guint8 one[TROPEA_RECORD_PUBLIC_KEY_BYTES];
  guint8 other[TROPEA_RECORD_PUBLIC_KEY_BYTES];
  gint64 wait_usec = 0;

  policy.key_rate.per_s = 1;
  policy.key_rate.burst = 2;
  limiter = tropea_ledger_limiter_new (&policy);
  make_key (one, 1);
  make_key (other, 2);
  g_assert_true (tropea_ledger_limiter_take_key (limiter, one, NOW_USEC, &wait_usec));
  g_assert_true (tropea_ledger_limiter_take_key (limiter, one, NOW_USEC, &wait_usec));
  g_assert_false (tropea_ledger_limiter_take_key (limiter, one, NOW_USEC, &wait_usec));
  g_assert_true (tropea_ledger_limiter_take_key (limiter, other, NOW_USEC, &wait_usec));
  g_assert_true (tropea_ledger_limiter_take_key (limiter, one, NOW_USEC + G_USEC_PER_SEC,
                                                 &wait_usec));

  /* Far more keys than are kept; those that were seen last are among them. */
  tropea_ledger_limiter_set_known (limiter, other);
  for (guint32 i = 10; i < 70000; i++)
    {
      make_key (one, i);
      g_assert_true (tropea_ledger_limiter_take_key (limiter, one, NOW_USEC, &wait_usec));
    }
  g_assert_false (tropea_ledger_limiter_is_known (limiter, other));
  g_assert_true (tropea_ledger_limiter_take_key (limiter, one, NOW_USEC, &wait_usec));
  g_assert_false (tropea_ledger_limiter_take_key (limiter, one, NOW_USEC, &wait_usec));
}

static void
test_new_keys (void)
{
  TropeaLedgerPolicy policy = TROPEA_LEDGER_POLICY_DEFAULT;
  g_autoptr(TropeaLedgerLimiter) limiter = NULL;
  guint8 key[TROPEA_RECORD_PUBLIC_KEY_BYTES];
  gint64 wait_usec = 0;

  policy.new_keys_per_hour = 2;
  limiter = tropea_ledger_limiter_new (&policy);
  make_key (key, 1);
  g_assert_false (tropea_ledger_limiter_is_known (limiter, key));
  tropea_ledger_limiter_set_known (limiter, key);
  g_assert_true (tropea_ledger_limiter_is_known (limiter, key));

  g_assert_true (tropea_ledger_limiter_take_new_key (limiter, NOW_USEC, &wait_usec));
  g_assert_true (tropea_ledger_limiter_take_new_key (limiter, NOW_USEC, &wait_usec));
  g_assert_false (tropea_ledger_limiter_take_new_key (limiter, NOW_USEC, &wait_usec));
  g_assert_cmpint (wait_usec / G_USEC_PER_SEC, ==, 1800);
  g_assert_true (tropea_ledger_limiter_take_new_key (limiter, NOW_USEC + wait_usec,
                                                     &wait_usec));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_assert_cmpint (sodium_init (), >=, 0);

  g_test_add_func ("/ledger-limiter/a-burst-then-a-rate", test_bucket);
  g_test_add_func ("/ledger-limiter/nothing-overflows", test_edges);
  g_test_add_func ("/ledger-limiter/each-key-has-its-own-and-memory-has-an-end", test_keys);
  g_test_add_func ("/ledger-limiter/new-keys-have-a-budget", test_new_keys);

  return g_test_run ();
}
