/* test-credit.c: the credit formula at its edges
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "record/tropea-credit.h"

#include "record/tropea-record.h"

static const struct
{
  gint64 duration_s;
  gint64 bytes;
  gint64 micro;
} edges[] = {
  { 0, 0, 0 },
  { 0, 1, 0 },
  { 0, 2, 1 },
  { 1, 0, 100000 },
  { 65, 180000000, 96500000 },
  { 999, 199999, 99999999 },
  { 999, 200000, 100000000 },
  { 999, 200002, 100000000 },
  { 1000, 0, 100000000 },
  { 0, 199999999, 99999999 },
  { 0, 200000000, 100000000 },
  { TROPEA_RECORD_MAX_INTEGER, 0, 100000000 },
  { 0, TROPEA_RECORD_MAX_INTEGER, 100000000 },
  { TROPEA_RECORD_MAX_INTEGER, TROPEA_RECORD_MAX_INTEGER, 100000000 },
  { G_MAXINT64, G_MAXINT64, 100000000 },
};

static void
test_edges (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (edges); i++)
    g_assert_cmpint (tropea_credit_compute_micro (edges[i].duration_s, edges[i].bytes),
                     ==, edges[i].micro);
}

static void
test_format (void)
{
  static const struct
  {
    gint64      micro;
    const char *text;
  } rows[] = {
    { 0, "0.00" },
    { 9999, "0.00" },
    { 10000, "0.01" },
    { 999999, "0.99" },
    { 96500000, "96.50" },
    { 1096509999, "1096.50" },
    { G_MAXINT64, "9223372036854.77" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = tropea_credit_format (rows[i].micro);

      g_assert_cmpstr (text, ==, rows[i].text);
    }
}

static void
test_terms (void)
{
  static const struct
  {
    gint64            duration_s;
    gint64            bytes;
    TropeaCreditTerms terms;
  } rows[] = {
    { 0, 0, { 0, 0, 0, 0 } },
    { 35, 4300001, { 3500000, 2150000, 5650000, 5650000 } },
    { 600, 80000000, { 60000000, 40000000, 100000000, 100000000 } },
    { 600, 80000002, { 60000000, 40000001, 100000001, 100000000 } },
    { 1001, 1, { 100100000, 0, 100100000, 100000000 } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      TropeaCreditTerms terms = tropea_credit_get_terms (rows[i].duration_s, rows[i].bytes);

      g_assert_cmpint (terms.time_micro, ==, rows[i].terms.time_micro);
      g_assert_cmpint (terms.data_micro, ==, rows[i].terms.data_micro);
      g_assert_cmpint (terms.sum_micro, ==, rows[i].terms.sum_micro);
      g_assert_cmpint (terms.credits_micro, ==, rows[i].terms.credits_micro);
      g_assert_cmpint (terms.credits_micro, ==,
                       tropea_credit_compute_micro (rows[i].duration_s, rows[i].bytes));
    }
}

static void
test_negative_is_a_bug (void)
{
  if (g_test_subprocess ())
    {
      tropea_credit_compute_micro (-1, 0);
      return;
    }

  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*duration_s >= 0*");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/credit/exact-at-every-edge", test_edges);
  g_test_add_func ("/credit/terms-are-the-formula-written-out", test_terms);
  g_test_add_func ("/credit/format-rounds-down", test_format);
  g_test_add_func ("/credit/negative-is-a-bug", test_negative_is_a_bug);

  return g_test_run ();
}
