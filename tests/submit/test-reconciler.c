/* test-reconciler.c: what a store and a ledger have that the other has not
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "submit/tropea-submitter.h"

#include <string.h>

#include "faulty-ledger.h"
#include "outbox-fixture.h"
#include "record/tropea-credit.h"
#include "record/tropea-encoding.h"
#include "test-wait.h"

#define LIST_PATH "/api/sessions/by-client/list"
#define PAGE 200

typedef struct
{
  OutboxFixture    outbox;
  FaultyLedger    *ledger;
  TropeaSubmitter *submitter;
  guint            n_notices;
  char            *notice;
} Fixture;

static void
notice_cb (TropeaSubmitter *submitter,
           const char      *sentence,
           gpointer         user_data)
{
  Fixture *fixture = user_data;

  fixture->n_notices++;
  g_free (fixture->notice);
  fixture->notice = g_strdup (sentence);
}

static void
begin (Fixture *fixture)
{
  g_autofree char *url = faulty_ledger_dup_url (fixture->ledger);

  fixture->submitter = outbox_fixture_new_submitter (&fixture->outbox, url);
  g_signal_connect (fixture->submitter, "notice", G_CALLBACK (notice_cb), fixture);
  tropea_submitter_start (fixture->submitter);
}

static void
end (Fixture *fixture)
{
  outbox_fixture_stop_submitter (fixture->submitter);
  g_assert_finalize_object (fixture->submitter);
  fixture->submitter = NULL;
}

static gboolean
is_idle (Fixture *fixture)
{
  gboolean is_busy = FALSE;

  g_object_get (fixture->submitter, "busy", &is_busy, NULL);

  return !is_busy;
}

/* One start of the program, to the end of what it does by itself. */
static void
run (Fixture *fixture)
{
  begin (fixture);
  test_wait_until (is_idle (fixture) &&
                   tropea_store_get_totals (fixture->outbox.store)->waiting == 0, 30);
}

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  outbox_fixture_set_up (&fixture->outbox);
  fixture->ledger = faulty_ledger_new (NULL);
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  if (fixture->submitter != NULL)
    end (fixture);
  faulty_ledger_free (fixture->ledger);
  outbox_fixture_tear_down (&fixture->outbox);
  g_free (fixture->notice);
}

static gboolean
has_problem (Fixture    *fixture,
             const char *part)
{
  const char *problem = tropea_submitter_get_problem (fixture->submitter);

  return problem != NULL && strstr (problem, part) != NULL;
}

static guint
count_pages (Fixture *fixture)
{
  return faulty_ledger_count_requests (fixture->ledger, LIST_PATH);
}

static void
set_fact (Fixture    *fixture,
          const char *value)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autofree char *key = tropea_base64_encode (faulty_ledger_get_key (fixture->ledger),
                                               TROPEA_RECORD_PUBLIC_KEY_BYTES);
  g_autofree char *name = tropea_reconciliation_dup_fact_name (key);

  tropea_store_set_fact_async (fixture->outbox.store, name, value, NULL, test_keep_result,
                               &result);
  test_wait_until (result != NULL, 30);
  g_assert_true (tropea_store_set_fact_finish (fixture->outbox.store, result, NULL));
}

/* As a submission whose answer was lost. */
static TropeaRecord
submit_silently (Fixture *fixture)
{
  g_autofree char *url = faulty_ledger_dup_url (fixture->ledger);
  g_autoptr(TropeaLedgerClient) client = tropea_ledger_client_new (url, NULL);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GPtrArray) verdicts = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *session_id = g_uuid_string_random ();
  TropeaRecord record = { .source = TROPEA_SOURCE_TOR_CLIENT };

  g_strlcpy (record.session_id, session_id, sizeof record.session_id);
  record.timestamp_ms = fixture->outbox.next_ms;
  record.duration_s = OUTBOX_DURATION_S;
  record.bytes = OUTBOX_BYTES;
  fixture->outbox.next_ms += OUTBOX_DURATION_S * 1000;
  g_assert_true (tropea_identity_sign (fixture->outbox.identity, &record, FAULTY_LEDGER_ORIGIN,
                                       &error));
  tropea_ledger_client_submit_async (client, &record, 1, NULL, test_keep_result, &result);
  test_wait_until (result != NULL, 30);
  verdicts = tropea_ledger_client_submit_finish (client, result, NULL, &error);
  g_assert_no_error (error);

  return record;
}

static void
cut (Fixture            *fixture,
     const TropeaRecord *record)
{
  g_autoptr(GAsyncResult) result = NULL;

  tropea_store_cut_async (fixture->outbox.store, &(TropeaCut) { *record, -1, FALSE }, NULL,
                          test_keep_result, &result);
  test_wait_until (result != NULL, 30);
  g_assert_true (tropea_store_cut_finish (fixture->outbox.store, result, NULL));
}

/* However many sessions there are, a start where nothing happened asks for one page. */
static void
test_quiet (Fixture       *fixture,
            gconstpointer  data)
{
  guint n_pages = 0;

  outbox_fixture_cut (&fixture->outbox, 2 * PAGE + 5);
  run (fixture);
  end (fixture);
  for (guint i = 0; i < 2; i++)
    {
      run (fixture);
      g_assert_null (tropea_submitter_get_problem (fixture->submitter));
      g_assert_cmpint (tropea_submitter_get_balance_micro (fixture->submitter), ==,
                       tropea_store_get_totals (fixture->outbox.store)->credits_micro);
      end (fixture);
      if (i == 0)
        n_pages = count_pages (fixture);
    }

  /* The first has three pages of news. */
  g_assert_cmpuint (n_pages, ==, 1 + 3);
  g_assert_cmpuint (count_pages (fixture), ==, n_pages + 1);
  g_assert_cmpuint (fixture->n_notices, ==, 0);
}

static void
credited_cb (TropeaSubmitter     *submitter,
             TropeaSession       *session,
             const TropeaReceipt *receipt,
             gpointer             user_data)
{
  gint64 *credits_micro = user_data;

  g_assert_cmpint (tropea_session_get_state (session), ==, TROPEA_SESSION_STATE_CREDITED);
  g_assert_cmpstr (tropea_session_get_record (session)->session_id, ==, receipt->session_id);
  g_assert_cmpint (tropea_session_get_credits_micro (session), ==, receipt->credits_micro);
  *credits_micro += receipt->credits_micro;
}

static void
test_settles (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *url = faulty_ledger_dup_url (fixture->ledger);
  TropeaRecord record = submit_silently (fixture);
  guint n_submissions = faulty_ledger_get_bodies (fixture->ledger)->len;
  gint64 credits_micro = 0;

  cut (fixture, &record);
  fixture->submitter = outbox_fixture_new_submitter (&fixture->outbox, url);
  g_signal_connect (fixture->submitter, "credited", G_CALLBACK (credited_cb), &credits_micro);
  tropea_submitter_start (fixture->submitter);
  test_wait_until (tropea_store_get_totals (fixture->outbox.store)->waiting == 0 &&
                   is_idle (fixture), 30);
  g_assert_cmpuint (faulty_ledger_get_bodies (fixture->ledger)->len, ==, n_submissions);
  g_assert_cmpint (credits_micro, ==,
                   tropea_credit_compute_micro (OUTBOX_DURATION_S, OUTBOX_BYTES));
  g_assert_cmpint (tropea_store_get_totals (fixture->outbox.store)->credits_micro, ==,
                   credits_micro);
  g_assert_null (tropea_submitter_get_problem (fixture->submitter));
  g_assert_cmpuint (fixture->n_notices, ==, 0);
}

/* The ledger has another session of this id: it is sent, and refused there. */
static void
test_other_content (Fixture       *fixture,
                    gconstpointer  data)
{
  TropeaRecord record = submit_silently (fixture);

  record.bytes += 1;
  cut (fixture, &record);
  faulty_ledger_refuse (fixture->ledger, record.session_id, 409, "conflict", NULL);
  run (fixture);
  g_assert_cmpint (tropea_store_get_totals (fixture->outbox.store)->refused, ==, 1);
  g_assert_cmpint (tropea_store_get_totals (fixture->outbox.store)->credited, ==, 0);
}

static void
test_lost (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  gint64 credits_micro = 0;

  for (guint i = 0; i < 5; i++)
    g_ptr_array_add (ids, outbox_fixture_cut_one (&fixture->outbox));
  run (fixture);
  end (fixture);
  run (fixture);
  end (fixture);
  credits_micro = tropea_store_get_totals (fixture->outbox.store)->credits_micro;

  /* All were compared long ago, and are looked at again because the sums moved. */
  faulty_ledger_forget (fixture->ledger, g_ptr_array_index (ids, 1));
  run (fixture);
  g_assert_true (has_problem (fixture, "no longer has 1 session that it credited: "));
  g_assert_cmpint (tropea_store_get_totals (fixture->outbox.store)->credits_micro, ==,
                   credits_micro);
  end (fixture);

  faulty_ledger_forget (fixture->ledger, g_ptr_array_index (ids, 4));
  run (fixture);
  g_assert_true (has_problem (fixture, "no longer has 2 sessions that it credited: "));
  g_assert_cmpint (tropea_store_get_totals (fixture->outbox.store)->credited, ==, 5);

  /* It still takes what is new. */
  outbox_fixture_cut (&fixture->outbox, 1);
  test_wait_until (tropea_store_get_totals (fixture->outbox.store)->credited == 6 &&
                   is_idle (fixture), 30);
  g_assert_true (has_problem (fixture, "no longer has 2 sessions"));
}

static void
test_changed (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *session_id = outbox_fixture_cut_one (&fixture->outbox);
  gint64 credits_micro = tropea_credit_compute_micro (OUTBOX_DURATION_S, OUTBOX_BYTES);

  run (fixture);
  end (fixture);
  faulty_ledger_change (fixture->ledger, session_id, credits_micro - 1);
  run (fixture);
  g_assert_true (has_problem (fixture, "other figures than those that it gave for 1 session: "));
  g_assert_cmpint (tropea_store_get_totals (fixture->outbox.store)->credits_micro, ==,
                   credits_micro);
  end (fixture);

  faulty_ledger_change (fixture->ledger, session_id, credits_micro);
  run (fixture);
  g_assert_null (tropea_submitter_get_problem (fixture->submitter));
}

static void
test_extra (Fixture       *fixture,
            gconstpointer  data)
{
  submit_silently (fixture);
  submit_silently (fixture);
  run (fixture);
  g_assert_cmpuint (fixture->n_notices, ==, 1);
  g_assert_nonnull (strstr (fixture->notice, "has 2 sessions of this key"));
  g_assert_cmpint (tropea_store_get_totals (fixture->outbox.store)->sessions, ==, 0);
  g_assert_null (tropea_submitter_get_problem (fixture->submitter));
  end (fixture);
  run (fixture);
  g_assert_cmpuint (fixture->n_notices, ==, 1);
  end (fixture);

  submit_silently (fixture);
  run (fixture);
  g_assert_cmpuint (fixture->n_notices, ==, 2);
  g_assert_nonnull (strstr (fixture->notice, "has 3 sessions of this key"));
}

static void
test_unexplained (Fixture       *fixture,
                  gconstpointer  data)
{
  guint n_pages = 0;

  outbox_fixture_cut (&fixture->outbox, 2);
  faulty_ledger_set_simulated (fixture->ledger, 7);
  run (fixture);
  g_assert_true (has_problem (fixture, "is not the sum"));
  end (fixture);
  n_pages = count_pages (fixture);

  /* Known by now: not looked into again, but told. */
  run (fixture);
  g_assert_true (has_problem (fixture, "is not the sum"));
  g_assert_cmpuint (count_pages (fixture), ==, n_pages + 1);
  end (fixture);

  faulty_ledger_set_simulated (fixture->ledger, 0);
  run (fixture);
  g_assert_null (tropea_submitter_get_problem (fixture->submitter));
}

/* The second page does not come, and the program ends: the next goes on with that page. */
static void
test_interrupted (Fixture       *fixture,
                  gconstpointer  data)
{
  guint n_pages = 0;

  outbox_fixture_cut (&fixture->outbox, 2 * PAGE + 5);
  run (fixture);
  end (fixture);
  n_pages = count_pages (fixture);

  faulty_ledger_set_later_fault (fixture->ledger, LIST_PATH, FAULT_HANG, 1, 1);
  begin (fixture);
  test_wait_until (count_pages (fixture) == n_pages + 2, 30);
  end (fixture);

  run (fixture);
  /* Two are left of that walk, then one that brings nothing new. */
  g_assert_cmpuint (count_pages (fixture), ==, n_pages + 2 + 3);
  g_assert_null (tropea_submitter_get_problem (fixture->submitter));
}

/* What is cut while the ledger is slow with its list does not wait for the list. */
static void
test_news_first (Fixture       *fixture,
                 gconstpointer  data)
{
  guint n_pages = 0;

  outbox_fixture_cut (&fixture->outbox, PAGE + 5);
  run (fixture);
  end (fixture);
  n_pages = count_pages (fixture);

  begin (fixture);
  test_wait_until (count_pages (fixture) == n_pages + 1, 30);
  outbox_fixture_cut (&fixture->outbox, 1);
  test_wait_until (tropea_store_get_totals (fixture->outbox.store)->waiting == 0 &&
                   is_idle (fixture), 30);
  g_assert_null (tropea_submitter_get_problem (fixture->submitter));
  g_assert_cmpint (tropea_submitter_get_balance_micro (fixture->submitter), ==,
                   tropea_store_get_totals (fixture->outbox.store)->credits_micro);
}

/* A ledger that does not list, or lists nonsense, gets its sessions all the same. */
static void
test_no_list (Fixture       *fixture,
              gconstpointer  data)
{
  const Fault faults[] = { FAULT_NOT_FOUND, FAULT_WRONG_JSON, FAULT_REFUSED, FAULT_BUSY,
                           FAULT_BROKEN };

  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      faulty_ledger_set_fault (fixture->ledger, LIST_PATH, faults[i], -1);
      outbox_fixture_cut (&fixture->outbox, 1);
      run (fixture);
      g_assert_null (tropea_submitter_get_problem (fixture->submitter));
      g_assert_cmpint (tropea_store_get_totals (fixture->outbox.store)->credited, ==, i + 1);
      end (fixture);
    }
}

static void
test_bad_fact (Fixture       *fixture,
               gconstpointer  data)
{
  outbox_fixture_cut (&fixture->outbox, 3);
  run (fixture);
  end (fixture);
  set_fact (fixture, "1 2 rubbish");
  run (fixture);
  g_assert_null (tropea_submitter_get_problem (fixture->submitter));
  g_assert_cmpuint (fixture->n_notices, ==, 0);
}

/* Sessions belong to the ledger that credited them. */
static void
test_other_ledger (Fixture       *fixture,
                   gconstpointer  data)
{
  FaultyLedger *first = fixture->ledger;

  outbox_fixture_cut (&fixture->outbox, 3);
  run (fixture);
  end (fixture);

  fixture->ledger = faulty_ledger_new (NULL);
  outbox_fixture_cut (&fixture->outbox, 2);
  for (guint i = 0; i < 2; i++)
    {
      run (fixture);
      g_assert_null (tropea_submitter_get_problem (fixture->submitter));
      g_assert_cmpuint (faulty_ledger_count_credited (fixture->ledger), ==, 2);
      end (fixture);
    }

  faulty_ledger_free (fixture->ledger);
  fixture->ledger = first;
  run (fixture);
  g_assert_null (tropea_submitter_get_problem (fixture->submitter));
  g_assert_cmpuint (fixture->n_notices, ==, 0);
}

static void
test_value (void)
{
  const TropeaReconciliation value = { 1, 2, 3, 4, 5, 6, { -7, G_MININT64, G_MAXINT64 }, 10, 1 };
  g_autofree char *text = tropea_reconciliation_to_string (&value);
  const char *bad[] = { NULL, "", "1", "1 2 3 4 5 6 7 8 9 10 11 12", "1 2 3 4 5 6 7 8 9 10 x" };
  TropeaReconciliation read = { 0 };

  g_assert_true (tropea_reconciliation_from_string (&read, text));
  g_assert_cmpmem (&read, sizeof read, &value, sizeof value);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_false (tropea_reconciliation_from_string (&read, bad[i]));
      g_assert_cmpint (read.compared_seq, ==, 0);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_assert_true (tropea_secret_init (NULL));

#define ADD(path, func) \
  g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  g_test_add_func ("/reconciler/value-survives-as-text", test_value);
  ADD ("/reconciler/quiet-start-costs-one-page", test_quiet);
  ADD ("/reconciler/settles-what-the-ledger-has", test_settles);
  ADD ("/reconciler/other-content-is-not-settled", test_other_content);
  ADD ("/reconciler/lost-sessions-are-told", test_lost);
  ADD ("/reconciler/changed-credits-are-told", test_changed);
  ADD ("/reconciler/sessions-of-others-are-told-once", test_extra);
  ADD ("/reconciler/balance-is-the-sum", test_unexplained);
  ADD ("/reconciler/interrupted-walk-goes-on", test_interrupted);
  ADD ("/reconciler/news-goes-first", test_news_first);
  ADD ("/reconciler/ledger-without-a-list", test_no_list);
  ADD ("/reconciler/unreadable-fact-compares-anew", test_bad_fact);
  ADD ("/reconciler/each-ledger-for-itself", test_other_ledger);
#undef ADD

  return g_test_run ();
}
