/* test-two-ledgers.c: one outbox and two ledgers credit a session once
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "submit/tropea-submitter.h"

#include <string.h>

#include "faulty-ledger.h"
#include "outbox-fixture.h"
#include "record/tropea-encoding.h"
#include "test-wait.h"

#define SUBMIT_PATH "/api/sessions/submit"
#define BATCH_PATH "/api/sessions/batch"

typedef struct
{
  OutboxFixture    outbox;
  FaultyLedger    *first;
  FaultyLedger    *second;
  TropeaSubmitter *submitter;  /* (nullable) */
} Fixture;

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  fixture->first = faulty_ledger_new (NULL);
  fixture->second = faulty_ledger_new (NULL);
  outbox_fixture_set_up (&fixture->outbox);
}

static void
end_submitter (Fixture *fixture)
{
  if (fixture->submitter == NULL)
    return;

  outbox_fixture_stop_submitter (fixture->submitter);
  g_assert_finalize_object (fixture->submitter);
  fixture->submitter = NULL;
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  end_submitter (fixture);
  outbox_fixture_tear_down (&fixture->outbox);
  faulty_ledger_free (fixture->first);
  faulty_ledger_free (fixture->second);
}

static void
use (Fixture      *fixture,
     FaultyLedger *ledger)
{
  g_autofree char *url = faulty_ledger_dup_url (ledger);

  end_submitter (fixture);
  fixture->submitter = outbox_fixture_new_submitter (&fixture->outbox, url);
  tropea_submitter_start (fixture->submitter);
}

static const TropeaStoreTotals *
totals (Fixture *fixture)
{
  return tropea_store_get_totals (fixture->outbox.store);
}

static gboolean
is_idle (Fixture *fixture)
{
  gboolean is_busy = FALSE;

  g_object_get (fixture->submitter, "busy", &is_busy, NULL);

  return !is_busy;
}

static gboolean
has_problem (Fixture    *fixture,
             const char *part)
{
  const char *problem = tropea_submitter_get_problem (fixture->submitter);

  return problem != NULL && strstr (problem, part) != NULL;
}

/* The first one credited it, and nobody heard so: the second one must not get it. */
static void
test_lost_answer (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autofree char *doubtful = outbox_fixture_cut_one (&fixture->outbox);
  g_autofree char *later = NULL;

  faulty_ledger_set_fault (fixture->first, SUBMIT_PATH, FAULT_CUT, -1);
  use (fixture, fixture->first);
  test_wait_until (has_problem (fixture, "cannot be reached"), 30);
  g_assert_true (faulty_ledger_has_credited (fixture->first, doubtful));

  later = outbox_fixture_cut_one (&fixture->outbox);
  use (fixture, fixture->second);
  test_wait_until (totals (fixture)->credited == 1 && is_idle (fixture), 30);
  g_assert_true (faulty_ledger_has_credited (fixture->second, later));
  g_assert_false (faulty_ledger_has_credited (fixture->second, doubtful));
  g_assert_cmpint (totals (fixture)->waiting, ==, 1);
  g_assert_true (has_problem (fixture, "another ledger"));
  g_assert_true (tropea_submitter_is_stuck (fixture->submitter));

  /* It is that one's when it is back, with the credit that it had given. */
  faulty_ledger_set_fault (fixture->first, SUBMIT_PATH, FAULT_NONE, 0);
  use (fixture, fixture->first);
  test_wait_until (totals (fixture)->waiting == 0 && is_idle (fixture), 30);
  g_assert_null (tropea_submitter_get_problem (fixture->submitter));
  g_assert_cmpint (totals (fixture)->credited, ==, 2);
  g_assert_cmpint (totals (fixture)->credits_micro, ==,
                   faulty_ledger_get_balance (fixture->first) +
                   faulty_ledger_get_balance (fixture->second));
  g_assert_cmpuint (faulty_ledger_count_credited (fixture->first), ==, 1);
  g_assert_cmpuint (faulty_ledger_count_credited (fixture->second), ==, 1);
}

/* A ledger that says that it has not got a session has no claim to it. */
static void
test_put_off (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *session_id = outbox_fixture_cut_one (&fixture->outbox);

  faulty_ledger_refuse (fixture->first, session_id, 422, "implausible", "future");
  use (fixture, fixture->first);
  test_wait_until (has_problem (fixture, "put off") && is_idle (fixture), 30);

  use (fixture, fixture->second);
  test_wait_until (totals (fixture)->waiting == 0 && is_idle (fixture), 30);
  g_assert_true (faulty_ledger_has_credited (fixture->second, session_id));
  g_assert_false (faulty_ledger_has_credited (fixture->first, session_id));
  g_assert_null (tropea_submitter_get_problem (fixture->submitter));
}

/* Of those that came back with the whole request, only the one that was sent again is in doubt. */
static void
test_refused_request (Fixture       *fixture,
                      gconstpointer  data)
{
  outbox_fixture_cut (&fixture->outbox, 3);
  faulty_ledger_set_fault (fixture->first, BATCH_PATH, FAULT_REFUSED, -1);
  faulty_ledger_set_fault (fixture->first, SUBMIT_PATH, FAULT_BUSY, -1);
  use (fixture, fixture->first);
  test_wait_until (has_problem (fixture, "no time") && is_idle (fixture), 30);

  use (fixture, fixture->second);
  test_wait_until (has_problem (fixture, "1 session was") && is_idle (fixture), 30);
  g_assert_cmpint (totals (fixture)->credited, ==, 2);
  g_assert_cmpuint (faulty_ledger_count_credited (fixture->second), ==, 2);
}

/* A ledger that will never answer gives all back that it was sent. */
static void
test_given_up (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *key = NULL;

  outbox_fixture_cut (&fixture->outbox, 3);
  faulty_ledger_set_fault (fixture->first, BATCH_PATH, FAULT_HANG, -1);
  use (fixture, fixture->first);
  test_wait_until (faulty_ledger_count_requests (fixture->first, BATCH_PATH) > 0, 30);
  use (fixture, fixture->second);
  test_wait_until (has_problem (fixture, "3 sessions"), 30);
  g_assert_cmpuint (faulty_ledger_count_credited (fixture->second), ==, 0);

  key = tropea_base64_encode (faulty_ledger_get_key (fixture->first),
                              TROPEA_RECORD_PUBLIC_KEY_BYTES);
  tropea_store_release_async (fixture->outbox.store, key, NULL, 0, test_keep_result, &result);
  test_wait_until (result != NULL, 30);
  g_assert_true (tropea_store_release_finish (fixture->outbox.store, result, &error));
  g_assert_no_error (error);
  tropea_submitter_kick (fixture->submitter);
  test_wait_until (totals (fixture)->waiting == 0 && is_idle (fixture), 30);
  g_assert_cmpuint (faulty_ledger_count_credited (fixture->second), ==, 3);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_assert_true (tropea_secret_init (NULL));

#define ADD(path, func) \
  g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("/two-ledgers/lost-answer-stays-with-the-first", test_lost_answer);
  ADD ("/two-ledgers/put-off-goes-to-the-second", test_put_off);
  ADD ("/two-ledgers/refused-request-goes-to-the-second", test_refused_request);
  ADD ("/two-ledgers/given-up-goes-to-the-second", test_given_up);
#undef ADD

  return g_test_run ();
}
