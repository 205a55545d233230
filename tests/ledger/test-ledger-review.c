/* test-ledger-review.c: tests of a ledger's statistics and of what they make worth a look
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "ledger/tropea-ledger-review.h"
#include "record/tropea-credit.h"

#define NOW_HOUR G_GINT64_CONSTANT (500000)
#define MS_PER_HOUR G_GINT64_CONSTANT (3600000)

typedef struct
{
  TropeaLedgerStatistics *statistics;
  gint64                  seq;
} Books;

static void
add (Books             *books,
     guint              key,
     gint64             hour,
     gint64             bytes,
     gint64             duration_s,
     TropeaLedgerGrade  grade)
{
  TropeaLedgerEntry entry = { .grade = grade, .seq = ++books->seq, .received_hour = hour };

  memcpy (entry.record.client_pub, &key, sizeof key);
  entry.record.timestamp_ms = hour * MS_PER_HOUR;
  entry.record.bytes = bytes;
  entry.record.duration_s = duration_s;
  entry.credits_micro = tropea_credit_compute_micro (duration_s, bytes);
  tropea_ledger_statistics_add (books->statistics, &entry);
}

static void
add_usual (Books  *books,
           guint   key,
           gint64  hour)
{
  add (books, key, hour, 100000 + books->seq, 60, TROPEA_LEDGER_GRADE_SELF_REPORTED);
}

static GPtrArray *
review (const Books *books)
{
  static const TropeaLedgerReviewRules rules = TROPEA_LEDGER_REVIEW_RULES_DEFAULT;

  return tropea_ledger_review_list (books->statistics, &rules, NOW_HOUR);
}

static void
test_sums (void)
{
  g_autoptr(TropeaLedgerStatistics) statistics = tropea_ledger_statistics_new ();
  Books books = { statistics, 0 };
  const gint64 today = NOW_HOUR / 24;
  gint64 micro = 0;
  gint64 n_sessions = 0;
  gint64 n_received = 0;
  g_autoptr(GArray) days = NULL;
  g_autoptr(GArray) top = NULL;
  g_autoptr(GPtrArray) hours = NULL;
  g_autoptr(GPtrArray) recent = NULL;
  const TropeaLedgerSums *sums = NULL;

  for (guint i = 0; i < 300; i++)
    add (&books, i % 7, NOW_HOUR - i, 1000 * i + 1, 1 + i % 90,
         i % 3 == 0 ? TROPEA_LEDGER_GRADE_SIMULATED : TROPEA_LEDGER_GRADE_SELF_REPORTED);

  sums = tropea_ledger_statistics_get_sums (statistics);
  g_assert_cmpint (sums->n_sessions, ==, 300);
  g_assert_cmpuint (tropea_ledger_statistics_get_n_keys (statistics), ==, 7);

  days = tropea_ledger_statistics_list_days (statistics, today - 29, today);
  g_assert_cmpuint (days->len, ==, 30);
  for (guint i = 0; i < days->len; i++)
    {
      const TropeaLedgerDaySums *day = &g_array_index (days, TropeaLedgerDaySums, i);

      g_assert_cmpint (day->day, ==, today - 29 + i);
      micro += day->sums.micro[TROPEA_LEDGER_GRADE_SELF_REPORTED];
      n_sessions += day->sums.n_sessions;
    }
  g_assert_cmpint (micro, ==, sums->micro[TROPEA_LEDGER_GRADE_SELF_REPORTED]);
  g_assert_cmpint (n_sessions, ==, 300);

  micro = 0;
  top = tropea_ledger_statistics_list_top (statistics, 100);
  g_assert_cmpuint (top->len, ==, 7);
  for (guint i = 0; i < top->len; i++)
    {
      gint64 balance = tropea_ledger_statistics_get_key (
        statistics, g_array_index (top, guint, i))->sums.micro[TROPEA_LEDGER_GRADE_SELF_REPORTED];

      g_assert_true (i == 0 || balance <= n_received);
      n_received = balance;
      micro += balance;
    }
  g_assert_cmpint (micro, ==, sums->micro[TROPEA_LEDGER_GRADE_SELF_REPORTED]);

  hours = tropea_ledger_statistics_list_hours (statistics, NOW_HOUR - 23);
  g_assert_cmpuint (hours->len, ==, 24);
  g_assert_cmpint (((TropeaLedgerHour *) g_ptr_array_index (hours, 0))->hour, ==, NOW_HOUR - 23);

  recent = tropea_ledger_statistics_list_recent (statistics);
  g_assert_cmpuint (recent->len, ==, TROPEA_LEDGER_STATISTICS_N_RECENT);
  g_assert_cmpint (((TropeaLedgerEntry *) g_ptr_array_index (recent, 0))->seq, ==, 300);
  g_assert_cmpint (((TropeaLedgerEntry *) g_ptr_array_index (recent, 49))->seq, ==, 251);
}

static void
test_nothing_unusual (void)
{
  g_autoptr(TropeaLedgerStatistics) statistics = tropea_ledger_statistics_new ();
  Books books = { statistics, 0 };
  g_autoptr(GPtrArray) findings = NULL;

  for (guint i = 0; i < 168; i++)
    add_usual (&books, i, NOW_HOUR - i);
  add (&books, 1, NOW_HOUR, 12500000, 1, TROPEA_LEDGER_GRADE_SELF_REPORTED);
  add (&books, 1, NOW_HOUR, 99000000000, 1, TROPEA_LEDGER_GRADE_SIMULATED);
  for (guint i = 0; i < 4; i++)
    add (&books, 2, NOW_HOUR, 777, 77, TROPEA_LEDGER_GRADE_SELF_REPORTED);
  for (guint i = 0; i < 100; i++)
    add (&books, 3, NOW_HOUR, 888, 88, TROPEA_LEDGER_GRADE_SIMULATED);

  findings = review (&books);
  g_assert_cmpuint (findings->len, ==, 0);
}

static const TropeaLedgerFinding *
only_finding (GPtrArray  *findings,
              const char *rule,
              guint       n_keys,
              const char *figure)
{
  const TropeaLedgerFinding *finding = NULL;

  g_assert_cmpuint (findings->len, ==, 1);
  finding = g_ptr_array_index (findings, 0);
  g_assert_cmpstr (finding->rule, ==, rule);
  g_assert_cmpuint (finding->places->len, ==, n_keys);
  g_assert_nonnull (strstr (finding->evidence, figure));

  return finding;
}

static void
test_rate (void)
{
  g_autoptr(TropeaLedgerStatistics) statistics = tropea_ledger_statistics_new ();
  Books books = { statistics, 0 };
  g_autoptr(GPtrArray) findings = NULL;

  add_usual (&books, 1, NOW_HOUR);
  add (&books, 2, NOW_HOUR, 125000010, 10, TROPEA_LEDGER_GRADE_SELF_REPORTED);
  add_usual (&books, 2, NOW_HOUR);

  findings = review (&books);
  only_finding (findings, "rate", 1, "in 10 s");
}

static void
test_burst (void)
{
  g_autoptr(TropeaLedgerStatistics) statistics = tropea_ledger_statistics_new ();
  Books books = { statistics, 0 };
  g_autoptr(GPtrArray) before = NULL;
  g_autoptr(GPtrArray) findings = NULL;

  for (guint i = 0; i < 19; i++)
    add_usual (&books, 100 + i, NOW_HOUR - 5);
  for (guint i = 1; i < 60; i++)
    add_usual (&books, i, NOW_HOUR - 100 + i);
  before = review (&books);
  g_assert_cmpuint (before->len, ==, 0);

  add_usual (&books, 200, NOW_HOUR - 5);
  findings = review (&books);
  only_finding (findings, "new-keys", 20, "20 new keys");
}

static void
test_alike (void)
{
  g_autoptr(TropeaLedgerStatistics) statistics = tropea_ledger_statistics_new ();
  Books books = { statistics, 0 };
  g_autoptr(GPtrArray) findings = NULL;
  g_autoptr(GPtrArray) later = NULL;

  for (guint i = 0; i < 5; i++)
    add (&books, i % 2, NOW_HOUR, 4242, 42, TROPEA_LEDGER_GRADE_SELF_REPORTED);
  findings = review (&books);
  only_finding (findings, "alike", 2, "5 sessions");

  /* What is not among the last sessions any more is forgotten. */
  for (guint i = 0; i < TROPEA_LEDGER_STATISTICS_N_SHAPED - 4; i++)
    add_usual (&books, 1, NOW_HOUR);
  later = review (&books);
  g_assert_cmpuint (later->len, ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/ledger-review/every-sum-is-of-every-session", test_sums);
  g_test_add_func ("/ledger-review/says-nothing-where-nothing-is-unusual", test_nothing_unusual);
  g_test_add_func ("/ledger-review/finds-a-rate", test_rate);
  g_test_add_func ("/ledger-review/finds-a-burst-of-keys", test_burst);
  g_test_add_func ("/ledger-review/finds-equal-shapes-among-the-last", test_alike);

  return g_test_run ();
}
