/* test-submitter.c: the outbox is emptied whatever the ledger does
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "submit/tropea-submitter.h"

#include <glib/gstdio.h>
#include <string.h>

#include "fake-clock.h"
#include "faulty-ledger.h"
#include "outbox-fixture.h"
#include "record/tropea-credit.h"
#include "test-wait.h"

#define INFO_PATH "/api/ledger"
#define SUBMIT_PATH "/api/sessions/submit"
#define BATCH_PATH "/api/sessions/batch"
#define BALANCE_PATH "/api/sessions/balance"

typedef struct
{
  OutboxFixture    outbox;
  FaultyLedger    *ledger;
  char            *url;
  TropeaSubmitter *submitter;
} Fixture;

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  fixture->ledger = faulty_ledger_new (NULL);
  fixture->url = faulty_ledger_dup_url (fixture->ledger);
  outbox_fixture_set_up (&fixture->outbox);
  fixture->submitter = outbox_fixture_new_submitter (&fixture->outbox, fixture->url);
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  outbox_fixture_stop_submitter (fixture->submitter);
  g_assert_finalize_object (fixture->submitter);
  outbox_fixture_tear_down (&fixture->outbox);
  faulty_ledger_free (fixture->ledger);
  g_free (fixture->url);
}

static const TropeaStoreTotals *
totals (Fixture *fixture)
{
  return tropea_store_get_totals (fixture->outbox.store);
}

static gboolean
is_busy (Fixture *fixture)
{
  gboolean busy = FALSE;

  g_object_get (fixture->submitter, "busy", &busy, NULL);

  return busy;
}

static gboolean
has_problem (Fixture    *fixture,
             const char *part)
{
  const char *problem = tropea_submitter_get_problem (fixture->submitter);

  return problem != NULL && strstr (problem, part) != NULL;
}

static void
restart (Fixture *fixture)
{
  outbox_fixture_stop_submitter (fixture->submitter);
  g_assert_finalize_object (fixture->submitter);
  fixture->submitter = outbox_fixture_new_submitter (&fixture->outbox, fixture->url);
}

static void
count_cb (TropeaSubmitter *submitter,
          TropeaSession   *session,
          gpointer         receipt,
          gpointer         user_data)
{
  const TropeaReceipt *value = receipt;

  g_assert_cmpint (tropea_session_get_state (session), ==, TROPEA_SESSION_STATE_CREDITED);
  g_assert_cmpint (tropea_session_get_credits_micro (session), ==, value->credits_micro);
  (*(guint *) user_data)++;
}

static void
refused_cb (TropeaSubmitter *submitter,
            TropeaSession   *session,
            gpointer         user_data)
{
  TropeaSession **kept = user_data;

  g_assert_null (*kept);
  *kept = g_object_ref (session);
}

static void
test_drain (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *origin = NULL;
  guint n_credited = 0;

  g_signal_connect (fixture->submitter, "credited", G_CALLBACK (count_cb), &n_credited);
  outbox_fixture_cut (&fixture->outbox, 130);
  g_assert_cmpint (tropea_submitter_get_balance_micro (fixture->submitter), ==, -1);
  tropea_submitter_start (fixture->submitter);
  test_wait_until (totals (fixture)->waiting == 0 && !is_busy (fixture), 30);

  g_assert_cmpint (totals (fixture)->credited, ==, 130);
  g_assert_cmpuint (n_credited, ==, 130);
  g_assert_cmpuint (faulty_ledger_count_credited (fixture->ledger), ==, 130);
  g_assert_cmpuint (faulty_ledger_count_requests (fixture->ledger, BATCH_PATH), ==, 3);
  /* To be compared with, and to be sent to. */
  g_assert_cmpuint (faulty_ledger_count_requests (fixture->ledger, INFO_PATH), ==, 2);
  g_assert_cmpint (tropea_submitter_get_balance_micro (fixture->submitter), ==,
                   130 * tropea_credit_compute_micro (OUTBOX_DURATION_S, OUTBOX_BYTES));
  g_assert_cmpint (tropea_submitter_get_simulated_micro (fixture->submitter), ==, 0);
  g_assert_null (tropea_submitter_get_problem (fixture->submitter));
  g_object_get (fixture->submitter, "origin", &origin, NULL);
  g_assert_cmpstr (origin, ==, FAULTY_LEDGER_ORIGIN);
}

static void
test_new_session (Fixture       *fixture,
                  gconstpointer  data)
{
  tropea_submitter_start (fixture->submitter);
  test_wait_until (!is_busy (fixture), 30);
  for (guint i = 1; i <= 3; i++)
    {
      outbox_fixture_cut (&fixture->outbox, 1);
      test_wait_until (totals (fixture)->credited == i && !is_busy (fixture), 30);
    }

  g_assert_cmpuint (faulty_ledger_count_requests (fixture->ledger, SUBMIT_PATH), ==, 3);
}

/* Between a start with nothing to do and the next session there is not one request. */
static void
test_silence (Fixture       *fixture,
              gconstpointer  data)
{
  tropea_submitter_start (fixture->submitter);
  test_wait_until (!is_busy (fixture), 30);
  tropea_submitter_kick (fixture->submitter);
  test_wait_until (!is_busy (fixture), 30);
  g_assert_cmpuint (faulty_ledger_count_requests (fixture->ledger, INFO_PATH), ==, 1);
  g_assert_cmpuint (faulty_ledger_count_requests (fixture->ledger, BALANCE_PATH), ==, 1);
  g_assert_cmpuint (faulty_ledger_count_requests (fixture->ledger, BATCH_PATH), ==, 0);
}

typedef struct
{
  const char *path;
  Fault       fault;
  const char *problem;
} FaultRow;

/* Each fault happens once; the session waits, the user is told, and the backoff repairs it. */
static void
test_faults (Fixture       *fixture,
             gconstpointer  data)
{
  static const FaultRow rows[] = {
    { INFO_PATH, FAULT_NO_JSON, "not a ledger's" },
    { INFO_PATH, FAULT_WRONG_PROOF, "not a ledger's" },
    { INFO_PATH, FAULT_CUT, "cannot be reached" },
    { BATCH_PATH, FAULT_WRONG_COUNT, "not a ledger's" },
    { BATCH_PATH, FAULT_WRONG_SESSION, "not a ledger's" },
    { BATCH_PATH, FAULT_HUGE, "not a ledger's" },
    { BATCH_PATH, FAULT_BUSY, "no time" },
    { BATCH_PATH, FAULT_CUT, "cannot be reached" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s %d", rows[i].path, rows[i].fault);
      restart (fixture);
      outbox_fixture_cut (&fixture->outbox, 2);
      faulty_ledger_set_fault (fixture->ledger, rows[i].path, rows[i].fault, 1);
      tropea_submitter_start (fixture->submitter);
      test_wait_until (has_problem (fixture, rows[i].problem), 30);
      g_assert_cmpint (totals (fixture)->waiting, ==, 2);
      test_wait_until (totals (fixture)->waiting == 0 && !is_busy (fixture), 30);
      g_assert_null (tropea_submitter_get_problem (fixture->submitter));
    }

  g_assert_cmpint (totals (fixture)->refused, ==, 0);
  g_assert_cmpuint (faulty_ledger_count_credited (fixture->ledger), ==,
                    2 * G_N_ELEMENTS (rows));
  g_assert_cmpint (tropea_submitter_get_balance_micro (fixture->submitter), ==,
                   faulty_ledger_get_balance (fixture->ledger));
}

/* The work was done and the answer was lost: one credit, and the same bytes again. */
static void
test_lost_answer (Fixture       *fixture,
                  gconstpointer  data)
{
  GPtrArray *bodies = faulty_ledger_get_bodies (fixture->ledger);

  faulty_ledger_set_fault (fixture->ledger, SUBMIT_PATH, FAULT_CUT, 1);
  outbox_fixture_cut (&fixture->outbox, 1);
  tropea_submitter_start (fixture->submitter);
  test_wait_until (has_problem (fixture, "cannot be reached"), 30);
  g_assert_cmpuint (faulty_ledger_count_credited (fixture->ledger), ==, 1);
  g_assert_cmpint (totals (fixture)->waiting, ==, 1);

  tropea_submitter_kick (fixture->submitter);
  test_wait_until (totals (fixture)->credited == 1 && !is_busy (fixture), 30);
  g_assert_cmpuint (bodies->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (bodies, 0), ==, g_ptr_array_index (bodies, 1));
  g_assert_cmpint (tropea_submitter_get_balance_micro (fixture->submitter), ==,
                   tropea_credit_compute_micro (OUTBOX_DURATION_S, OUTBOX_BYTES));
  g_assert_cmpint (totals (fixture)->credits_micro, ==,
                   tropea_credit_compute_micro (OUTBOX_DURATION_S, OUTBOX_BYTES));
}

static void
test_refusal (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *session_id = NULL;
  g_autoptr(TropeaSession) refused = NULL;

  g_signal_connect (fixture->submitter, "refused", G_CALLBACK (refused_cb), &refused);
  session_id = outbox_fixture_cut_one (&fixture->outbox);
  outbox_fixture_cut (&fixture->outbox, 4);
  faulty_ledger_refuse (fixture->ledger, session_id, 422, "implausible", "overlap");
  tropea_submitter_start (fixture->submitter);
  test_wait_until (totals (fixture)->waiting == 0 && !is_busy (fixture), 30);

  g_assert_cmpint (totals (fixture)->credited, ==, 4);
  g_assert_cmpint (totals (fixture)->refused, ==, 1);
  g_assert_cmpstr (tropea_session_get_record (refused)->session_id, ==, session_id);
  g_assert_cmpstr (tropea_session_get_reason_code (refused), ==, "implausible");
  g_assert_cmpstr (tropea_session_get_reason (refused), ==, "The session is not plausible");
  g_assert_null (tropea_submitter_get_problem (fixture->submitter));
}

static void
test_put_off (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *session_id = outbox_fixture_cut_one (&fixture->outbox);

  outbox_fixture_cut (&fixture->outbox, 2);
  faulty_ledger_refuse (fixture->ledger, session_id, 422, "implausible", "future");
  tropea_submitter_start (fixture->submitter);
  test_wait_until (has_problem (fixture, "put off") && !is_busy (fixture), 30);
  g_assert_cmpint (totals (fixture)->credited, ==, 2);
  g_assert_cmpint (totals (fixture)->waiting, ==, 1);

  faulty_ledger_refuse (fixture->ledger, session_id, 0, NULL, NULL);
  test_wait_until (totals (fixture)->credited == 3 && !is_busy (fixture), 30);
  g_assert_null (tropea_submitter_get_problem (fixture->submitter));
}

/* More of them than one batch takes are at the head, with the clock set back since. */
static void
test_put_off_many (Fixture       *fixture,
                   gconstpointer  data)
{
  for (guint i = 0; i <= 2 * TROPEA_RECORD_MAX_BATCH; i++)
    {
      g_autofree char *session_id = outbox_fixture_cut_one (&fixture->outbox);

      faulty_ledger_refuse (fixture->ledger, session_id, 422, "implausible", "future");
    }
  outbox_fixture_cut (&fixture->outbox, 3);
  tropea_submitter_start (fixture->submitter);
  test_wait_until (has_problem (fixture, "put off") && !is_busy (fixture), 30);
  g_assert_cmpint (totals (fixture)->credited, ==, 3);
  g_assert_cmpint (totals (fixture)->waiting, ==, 2 * TROPEA_RECORD_MAX_BATCH + 1);
  g_assert_cmpuint (faulty_ledger_count_requests (fixture->ledger, BATCH_PATH), ==, 3);
}

/* A ledger that wants patience is not asked for the next batch. */
static void
test_patience (Fixture       *fixture,
               gconstpointer  data)
{
  g_autofree char *session_id = outbox_fixture_cut_one (&fixture->outbox);

  outbox_fixture_cut (&fixture->outbox, TROPEA_RECORD_MAX_BATCH);
  faulty_ledger_refuse (fixture->ledger, session_id, 429, "rate-limited", NULL);
  tropea_submitter_start (fixture->submitter);
  test_wait_until (has_problem (fixture, "put off"), 30);
  g_assert_cmpint (totals (fixture)->waiting, ==, 2);
}

/* A ledger that refuses the batch as such gets the sessions one by one. */
static void
test_one_by_one (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autofree char *session_id = outbox_fixture_cut_one (&fixture->outbox);

  outbox_fixture_cut (&fixture->outbox, 4);
  faulty_ledger_set_fault (fixture->ledger, BATCH_PATH, FAULT_REFUSED, -1);
  faulty_ledger_refuse (fixture->ledger, session_id, 400, "malformed", NULL);
  tropea_submitter_start (fixture->submitter);
  test_wait_until (totals (fixture)->waiting == 0 && !is_busy (fixture), 30);
  g_assert_cmpint (totals (fixture)->credited, ==, 4);
  g_assert_cmpint (totals (fixture)->refused, ==, 1);
  g_assert_cmpuint (faulty_ledger_count_requests (fixture->ledger, SUBMIT_PATH), ==, 5);
}

typedef enum
{
  FATE_REFUSED,
  FATE_WAITS,
} Fate;

/* All that a ledger says of a session, and what nobody has thought of yet. In a batch and by
 * itself; those beside it are credited either way. */
static void
test_codes (Fixture       *fixture,
            gconstpointer  data)
{
  static const struct
  {
    guint       status;
    const char *code;
    const char *rule;
    Fate        fate;
  } rows[] = {
    { 400, "malformed", NULL, FATE_REFUSED },
    { 401, "bad-signature", NULL, FATE_REFUSED },
    { 409, "conflict", NULL, FATE_REFUSED },
    { 413, "too-large", NULL, FATE_REFUSED },
    { 422, "implausible", "simulation", FATE_REFUSED },
    { 422, "implausible", "duration", FATE_REFUSED },
    { 422, "implausible", "bytes", FATE_REFUSED },
    { 422, "implausible", "past", FATE_REFUSED },
    { 422, "implausible", "overlap", FATE_REFUSED },
    { 422, "implausible", "daily-cap", FATE_REFUSED },
    { 422, "implausible", "of-next-year", FATE_REFUSED },
    { 422, "of-next-year", NULL, FATE_REFUSED },
    { 422, "implausible", "future", FATE_WAITS },
    { 429, "rate-limited", "key-rate", FATE_WAITS },
    { 429, "rate-limited", "connection-rate", FATE_WAITS },
    { 429, "rate-limited", "new-keys", FATE_WAITS },
    { 429, "of-next-year", NULL, FATE_WAITS },
    { 503, "unavailable", NULL, FATE_WAITS },
    { 503, "of-next-year", NULL, FATE_WAITS },
    { 500, "of-next-year", NULL, FATE_WAITS },
    { 507, "of-next-year", NULL, FATE_WAITS },
  };

  for (gsize i = 0; i < 2 * G_N_ELEMENTS (rows); i++)
    {
      gsize row = i / 2;
      guint n_beside = i % 2 == 0 ? 0 : 2;
      g_autofree char *session_id = NULL;
      g_autoptr(TropeaSession) refused = NULL;
      TropeaStoreTotals before = *totals (fixture);

      g_test_message ("%u %s %s, %u beside it", rows[row].status, rows[row].code,
                      rows[row].rule, n_beside);
      restart (fixture);
      g_signal_connect (fixture->submitter, "refused", G_CALLBACK (refused_cb), &refused);
      session_id = outbox_fixture_cut_one (&fixture->outbox);
      outbox_fixture_cut (&fixture->outbox, n_beside);
      faulty_ledger_refuse (fixture->ledger, session_id, rows[row].status, rows[row].code,
                            rows[row].rule);
      tropea_submitter_start (fixture->submitter);
      if (rows[row].fate == FATE_WAITS)
        {
          test_wait_until (tropea_submitter_get_problem (fixture->submitter) != NULL &&
                           !is_busy (fixture), 30);
          g_assert_cmpint (totals (fixture)->waiting, ==, 1);
          g_assert_cmpint (totals (fixture)->refused, ==, before.refused);
          g_assert_null (refused);
          g_assert_cmpint (totals (fixture)->credited, ==, before.credited + n_beside);
          faulty_ledger_refuse (fixture->ledger, session_id, 0, NULL, NULL);
          tropea_submitter_kick (fixture->submitter);
          n_beside++;
        }

      test_wait_until (totals (fixture)->waiting == 0 && !is_busy (fixture), 30);
      g_assert_cmpint (totals (fixture)->credited, ==, before.credited + n_beside);
      if (rows[row].fate == FATE_REFUSED)
        {
          g_assert_cmpint (totals (fixture)->refused, ==, before.refused + 1);
          g_assert_cmpstr (tropea_session_get_reason_code (refused), ==, rows[row].code);
          g_assert_cmpstr (tropea_session_get_reason (refused), ==,
                           "The session is not plausible");
        }
    }
}

/* A batch that the ledger fails over every time holds up what is in it for a while only, and
 * the one session that it fails over holds up only itself. */
static void
test_indigestible (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *session_id = outbox_fixture_cut_one (&fixture->outbox);

  outbox_fixture_cut (&fixture->outbox, 4);
  faulty_ledger_set_fault (fixture->ledger, BATCH_PATH, FAULT_BROKEN, -1);
  faulty_ledger_set_fault (fixture->ledger, SUBMIT_PATH, FAULT_BROKEN, 1);
  tropea_submitter_start (fixture->submitter);
  for (guint i = 1; i <= 5; i++)
    {
      test_wait_until (faulty_ledger_count_requests (fixture->ledger, BATCH_PATH) == i &&
                       !is_busy (fixture), 30);
      g_assert_true (has_problem (fixture, "fails (HTTP status 500)"));
      g_assert_cmpint (totals (fixture)->waiting, ==, 5);
      tropea_submitter_kick (fixture->submitter);
    }

  test_wait_until (totals (fixture)->credited == 4 && !is_busy (fixture), 30);
  g_assert_cmpuint (faulty_ledger_count_requests (fixture->ledger, BATCH_PATH), ==, 5);
  g_assert_false (faulty_ledger_has_credited (fixture->ledger, session_id));
  g_assert_true (has_problem (fixture, "fails (HTTP status 500)"));

  /* Once it is taken, batches are tried again. */
  tropea_submitter_kick (fixture->submitter);
  test_wait_until (totals (fixture)->credited == 5 && !is_busy (fixture), 30);
  faulty_ledger_set_fault (fixture->ledger, BATCH_PATH, FAULT_NONE, 0);
  outbox_fixture_cut (&fixture->outbox, 1);
  test_wait_until (totals (fixture)->credited == 6 && !is_busy (fixture), 30);
  g_assert_null (tropea_submitter_get_problem (fixture->submitter));
}

static void
test_key_changed (Fixture       *fixture,
                  gconstpointer  data)
{
  outbox_fixture_cut (&fixture->outbox, 1);
  tropea_submitter_start (fixture->submitter);
  test_wait_until (totals (fixture)->credited == 1 && !is_busy (fixture), 30);

  faulty_ledger_make_new_key (fixture->ledger);
  outbox_fixture_cut (&fixture->outbox, 1);
  test_wait_until (has_problem (fixture, "another key"), 30);

  /* A new start does not forget what was pinned. */
  restart (fixture);
  tropea_submitter_start (fixture->submitter);
  test_wait_until (has_problem (fixture, "another key"), 30);
  g_assert_cmpint (totals (fixture)->waiting, ==, 1);
  g_assert_cmpuint (faulty_ledger_count_requests (fixture->ledger, SUBMIT_PATH), ==, 1);
}

static void
test_origin_changed (Fixture       *fixture,
                     gconstpointer  data)
{
  outbox_fixture_cut (&fixture->outbox, 1);
  tropea_submitter_start (fixture->submitter);
  test_wait_until (totals (fixture)->credited == 1 && !is_busy (fixture), 30);

  faulty_ledger_set_origin (fixture->ledger, "other.test");
  outbox_fixture_cut (&fixture->outbox, 1);
  test_wait_until (has_problem (fixture, "another name"), 30);
  g_assert_cmpuint (faulty_ledger_count_requests (fixture->ledger, SUBMIT_PATH), ==, 1);

  faulty_ledger_set_origin (fixture->ledger, FAULTY_LEDGER_ORIGIN);
  tropea_submitter_kick (fixture->submitter);
  test_wait_until (totals (fixture)->credited == 2 && !is_busy (fixture), 30);
  g_assert_null (tropea_submitter_get_problem (fixture->submitter));
}

static void
test_keyring (Fixture       *fixture,
              gconstpointer  data)
{
  TropeaIdentity *identity = outbox_fixture_new_closed_identity (&fixture->outbox);
  TropeaLedgerClient *client = tropea_ledger_client_new (fixture->url, NULL);
  FakeClock *clock = fake_clock_new (g_get_real_time () / 1000);
  g_autoptr(GAsyncResult) opened = NULL;

  outbox_fixture_stop_submitter (fixture->submitter);
  g_assert_finalize_object (fixture->submitter);
  fixture->submitter = tropea_submitter_new (fixture->outbox.store, identity, client,
                                             TROPEA_CLOCK (clock));
  outbox_fixture_cut (&fixture->outbox, 3);
  tropea_submitter_start (fixture->submitter);
  test_wait_until (has_problem (fixture, "waiting for the keyring"), 30);
  g_assert_cmpuint (faulty_ledger_count_requests (fixture->ledger, BATCH_PATH), ==, 0);

  tropea_identity_open_async (identity, FALSE, test_keep_result, &opened);
  test_wait_until (totals (fixture)->credited == 3 && !is_busy (fixture), 30);
  g_assert_true (tropea_identity_open_finish (identity, opened, NULL));
  g_assert_null (tropea_submitter_get_problem (fixture->submitter));

  g_object_unref (identity);
  g_object_unref (client);
  g_object_unref (clock);
}

static void
test_needs_tor (Fixture       *fixture,
                gconstpointer  data)
{
  outbox_fixture_stop_submitter (fixture->submitter);
  g_assert_finalize_object (fixture->submitter);
  fixture->submitter = outbox_fixture_new_submitter (&fixture->outbox, "http://ledger.invalid");

  /* While nothing waits, a ledger out of reach is nobody's problem. */
  tropea_submitter_start (fixture->submitter);
  test_wait_until (!is_busy (fixture), 30);
  g_assert_null (tropea_submitter_get_problem (fixture->submitter));
  outbox_fixture_cut (&fixture->outbox, 1);
  test_wait_until (has_problem (fixture, "start Tor") && !is_busy (fixture), 30);

  /* A port where nobody is: it resumed at once, and found that out. */
  tropea_ledger_client_set_socks_port (fixture->outbox.client, 1);
  test_wait_until (has_problem (fixture, "cannot be reached"), 30);
}

static void
test_stop_waits (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr(GAsyncResult) result = NULL;

  outbox_fixture_cut (&fixture->outbox, 130);
  tropea_submitter_start (fixture->submitter);
  test_wait_until (faulty_ledger_count_requests (fixture->ledger, BATCH_PATH) == 1, 30);
  tropea_submitter_stop_async (fixture->submitter, 30000, test_keep_result, &result);
  test_wait_until (result != NULL, 30);
  g_assert_true (tropea_submitter_stop_finish (fixture->submitter, result, NULL));

  /* The batch that was under way is settled, and no other was begun. */
  g_assert_cmpint (totals (fixture)->credited, ==, 64);
  g_assert_cmpuint (faulty_ledger_count_requests (fixture->ledger, BATCH_PATH), ==, 1);
  /* That of the start. */
  g_assert_cmpuint (faulty_ledger_count_requests (fixture->ledger, BALANCE_PATH), ==, 1);
}

static void
test_stop_deadline (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr(GAsyncResult) result = NULL;

  faulty_ledger_set_fault (fixture->ledger, SUBMIT_PATH, FAULT_HANG, -1);
  outbox_fixture_cut (&fixture->outbox, 1);
  tropea_submitter_start (fixture->submitter);
  test_wait_until (faulty_ledger_count_requests (fixture->ledger, SUBMIT_PATH) == 1, 30);
  tropea_submitter_stop_async (fixture->submitter, 50, test_keep_result, &result);
  test_wait_until (result != NULL, 10);
  g_assert_true (tropea_submitter_stop_finish (fixture->submitter, result, NULL));
  g_assert_cmpint (totals (fixture)->waiting, ==, 1);
  g_assert_false (is_busy (fixture));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_assert_true (tropea_secret_init (NULL));

#define ADD(path, func) \
  g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("/submitter/start-empties-the-outbox-in-batches", test_drain);
  ADD ("/submitter/new-session-goes-at-once", test_new_session);
  ADD ("/submitter/nothing-to-send-is-silence", test_silence);
  ADD ("/submitter/every-fault-is-repaired-by-trying-again", test_faults);
  ADD ("/submitter/lost-answer-credits-once", test_lost_answer);
  ADD ("/submitter/refusal-does-not-block-those-behind", test_refusal);
  ADD ("/submitter/session-that-is-put-off-is-sent-again", test_put_off);
  ADD ("/submitter/many-that-are-put-off-hold-nothing-behind-them", test_put_off_many);
  ADD ("/submitter/patience-is-kept", test_patience);
  ADD ("/submitter/refused-batch-goes-one-by-one", test_one_by_one);
  ADD ("/submitter/every-code-has-its-action", test_codes);
  ADD ("/submitter/indigestible-session-holds-up-itself-only", test_indigestible);
  ADD ("/submitter/changed-key-gets-nothing", test_key_changed);
  ADD ("/submitter/changed-name-gets-nothing", test_origin_changed);
  ADD ("/submitter/waits-for-the-keyring", test_keyring);
  ADD ("/submitter/waits-for-tor", test_needs_tor);
  ADD ("/submitter/stop-lets-a-request-finish", test_stop_waits);
  ADD ("/submitter/stop-ends-a-request-at-the-deadline", test_stop_deadline);
#undef ADD

  return g_test_run ();
}
