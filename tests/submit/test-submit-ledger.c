/* test-submit-ledger.c: real sessions from a real store to the real ledger
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "submit/tropea-submitter.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "outbox-fixture.h"
#include "record/tropea-credit.h"
#include "submit/tropea-ledger-pin.h"
#include "test-wait.h"

typedef struct
{
  OutboxFixture    outbox;
  char            *dir;
  char            *socket_path;
  char            *url;
  char            *config_path;  /* (nullable): of the next ledger */
  GSubprocess     *ledger;
  TropeaSubmitter *submitter;
} Fixture;

/* Returns once the ledger has said that it listens. */
static void
start_ledger (Fixture    *fixture,
              const char *database_name)
{
  g_autofree char *listen = g_strconcat ("unix:", fixture->socket_path, NULL);
  g_autofree char *database = g_strconcat ("sqlite:", fixture->dir, "/", database_name, NULL);
  g_autoptr(GDataInputStream) output = NULL;
  g_autofree char *line = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_null (fixture->ledger);
  fixture->ledger = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE |
                                      G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                                      g_getenv ("TROPEA_LEDGER"), "--listen", listen,
                                      "--database", database, "--allow-simulation",
                                      "--exit-with-stdin",
                                      fixture->config_path != NULL ? "--config" : NULL,
                                      fixture->config_path, NULL);
  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (fixture->ledger));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (output), FALSE);
  line = g_data_input_stream_read_line (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
}

static void
stop_ledger (Fixture *fixture)
{
  g_autoptr(GError) error = NULL;

  g_subprocess_send_signal (fixture->ledger, SIGTERM);
  g_assert_true (g_subprocess_wait_check (fixture->ledger, NULL, &error));
  g_assert_no_error (error);
  g_clear_object (&fixture->ledger);
}

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  fixture->dir = g_dir_make_tmp ("test-ledger-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->socket_path = g_build_filename (fixture->dir, "ledger.sock", NULL);
  fixture->url = g_strconcat ("unix:", fixture->socket_path, NULL);
  start_ledger (fixture, "first.db");
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
  stop_ledger (fixture);
  outbox_fixture_remove_tree (fixture->dir);
  g_free (fixture->dir);
  g_free (fixture->config_path);
  g_free (fixture->socket_path);
  g_free (fixture->url);
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

static void
refused_cb (TropeaSubmitter *submitter,
            TropeaSession   *session,
            gpointer         user_data)
{
  g_ptr_array_add (user_data, g_object_ref (session));
}

/* Figures on both sides of every edge of the formula; the balance is their sum. */
static void
test_formula (Fixture       *fixture,
              gconstpointer  data)
{
  static const struct
  {
    TropeaSource source;
    gint64       duration_s;
    gint64       bytes;
  } rows[] = {
    { TROPEA_SOURCE_TOR_CLIENT, 1, 1 },
    { TROPEA_SOURCE_TOR_CLIENT, 30, 100000 },
    { TROPEA_SOURCE_TOR_CLIENT, 31, 123457 },
    { TROPEA_SOURCE_TOR_CLIENT, 600, 79999999 },
    { TROPEA_SOURCE_TOR_CLIENT, 600, 80000000 },
    { TROPEA_SOURCE_TOR_CLIENT, 600, 80000002 },
    { TROPEA_SOURCE_TOR_CLIENT, 1000, 5 },
    { TROPEA_SOURCE_SIMULATION, 45, 3000001 },
  };
  gint64 expected_micro = 0;
  gint64 expected_simulated_micro = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gint64 micro = tropea_credit_compute_micro (rows[i].duration_s, rows[i].bytes);

      outbox_fixture_cut_record (&fixture->outbox, rows[i].source, rows[i].duration_s,
                                 rows[i].bytes);
      if (rows[i].source == TROPEA_SOURCE_SIMULATION)
        expected_simulated_micro += micro;
      else
        expected_micro += micro;
    }

  tropea_submitter_start (fixture->submitter);
  test_wait_until (totals (fixture)->waiting == 0 && is_idle (fixture), 30);
  g_assert_cmpint (totals (fixture)->credited, ==, G_N_ELEMENTS (rows));
  g_assert_cmpint (totals (fixture)->credits_micro, ==, expected_micro);
  g_assert_cmpint (totals (fixture)->simulated_credits_micro, ==, expected_simulated_micro);
  g_assert_cmpint (tropea_submitter_get_balance_micro (fixture->submitter), ==, expected_micro);
  g_assert_cmpint (tropea_submitter_get_simulated_micro (fixture->submitter), ==,
                   expected_simulated_micro);
  g_assert_null (tropea_submitter_get_problem (fixture->submitter));
}

/* The ledger credited it, and the client ended before it heard so. */
static void
test_lost_answer (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GPtrArray) verdicts = NULL;
  g_autoptr(GError) error = NULL;
  TropeaRecord record = outbox_fixture_cut_record (&fixture->outbox, TROPEA_SOURCE_TOR_CLIENT,
                                                   60, 1000000);
  gint64 micro = tropea_credit_compute_micro (60, 1000000);
  const TropeaVerdict *verdict = NULL;

  g_assert_true (tropea_identity_sign (fixture->outbox.identity, &record, "local", &error));
  tropea_ledger_client_submit_async (fixture->outbox.client, &record, 1, NULL,
                                     test_keep_result, &result);
  test_wait_until (result != NULL, 30);
  verdicts = tropea_ledger_client_submit_finish (fixture->outbox.client, result, NULL, &error);
  g_assert_no_error (error);
  verdict = g_ptr_array_index (verdicts, 0);
  g_assert_true (verdict->has_receipt);
  g_assert_cmpint (verdict->receipt.status, ==, TROPEA_RECEIPT_ACCEPTED);
  g_assert_cmpint (totals (fixture)->waiting, ==, 1);

  tropea_submitter_start (fixture->submitter);
  test_wait_until (totals (fixture)->waiting == 0 && is_idle (fixture), 30);
  g_assert_cmpint (totals (fixture)->credited, ==, 1);
  g_assert_cmpint (totals (fixture)->credits_micro, ==, micro);
  g_assert_cmpint (tropea_submitter_get_balance_micro (fixture->submitter), ==, micro);
}

static void
test_down_and_up (Fixture       *fixture,
                  gconstpointer  data)
{
  tropea_submitter_start (fixture->submitter);
  test_wait_until (is_idle (fixture), 30);
  stop_ledger (fixture);
  outbox_fixture_cut (&fixture->outbox, 3);
  test_wait_until (has_problem (fixture, "cannot be reached"), 30);
  g_assert_cmpint (totals (fixture)->waiting, ==, 3);

  start_ledger (fixture, "first.db");
  test_wait_until (totals (fixture)->waiting == 0 && is_idle (fixture), 60);
  g_assert_cmpint (totals (fixture)->credited, ==, 3);
  g_assert_null (tropea_submitter_get_problem (fixture->submitter));
}

static void
test_refusal (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(GPtrArray) refused = g_ptr_array_new_with_free_func (g_object_unref);

  g_signal_connect (fixture->submitter, "refused", G_CALLBACK (refused_cb), refused);

  /* More than a network card can carry. */
  outbox_fixture_cut_record (&fixture->outbox, TROPEA_SOURCE_TOR_CLIENT, 1,
                             G_GINT64_CONSTANT (900000000000));
  outbox_fixture_cut (&fixture->outbox, 2);
  /* Again in the same minutes. */
  fixture->outbox.next_ms -= 90 * 1000;
  outbox_fixture_cut (&fixture->outbox, 1);
  fixture->outbox.next_ms += 90 * 1000;
  outbox_fixture_cut (&fixture->outbox, 1);

  tropea_submitter_start (fixture->submitter);
  test_wait_until (totals (fixture)->waiting == 0 && is_idle (fixture), 30);
  g_assert_cmpint (totals (fixture)->credited, ==, 3);
  g_assert_cmpint (totals (fixture)->refused, ==, 2);
  g_assert_cmpuint (refused->len, ==, 2);
  for (guint i = 0; i < refused->len; i++)
    {
      TropeaSession *session = g_ptr_array_index (refused, i);

      g_assert_cmpstr (tropea_session_get_reason_code (session), ==, "implausible");
      g_assert_nonnull (tropea_session_get_reason (session));
    }
  g_assert_cmpint (tropea_submitter_get_balance_micro (fixture->submitter), ==,
                   3 * tropea_credit_compute_micro (OUTBOX_DURATION_S, OUTBOX_BYTES));
}

static void
test_key_change (Fixture       *fixture,
                 gconstpointer  data)
{
  outbox_fixture_cut (&fixture->outbox, 1);
  tropea_submitter_start (fixture->submitter);
  test_wait_until (totals (fixture)->credited == 1 && is_idle (fixture), 30);

  stop_ledger (fixture);
  start_ledger (fixture, "second.db");
  outbox_fixture_cut (&fixture->outbox, 1);
  test_wait_until (has_problem (fixture, "another key"), 30);
  g_assert_cmpint (totals (fixture)->waiting, ==, 1);
}

static void
test_many (Fixture       *fixture,
           gconstpointer  data)
{
  outbox_fixture_cut (&fixture->outbox, 2 * TROPEA_RECORD_MAX_BATCH + 1);
  tropea_submitter_start (fixture->submitter);
  test_wait_until (totals (fixture)->waiting == 0 && is_idle (fixture), 30);
  g_assert_cmpint (totals (fixture)->credited, ==, 2 * TROPEA_RECORD_MAX_BATCH + 1);
  g_assert_cmpint (tropea_submitter_get_balance_micro (fixture->submitter), ==,
                   totals (fixture)->credits_micro);
}

/* A ledger that lets only some through at a time gets all of them in the end, and soon: each
 * wait is what it asked for, however many there were before. */
static void
test_rate (Fixture       *fixture,
           gconstpointer  data)
{
  gint64 start_usec = g_get_monotonic_time ();

  stop_ledger (fixture);
  fixture->config_path = g_build_filename (fixture->dir, "ledger.conf", NULL);
  g_assert_true (g_file_set_contents (fixture->config_path,
                                      "[policy]\nkey-rate=20\nkey-burst=20\n", -1, NULL));
  start_ledger (fixture, "first.db");

  outbox_fixture_cut (&fixture->outbox, 2 * TROPEA_RECORD_MAX_BATCH);
  tropea_submitter_start (fixture->submitter);
  test_wait_until (totals (fixture)->credited > 0 && is_idle (fixture), 30);
  g_assert_true (has_problem (fixture, "put off"));
  test_wait_until (totals (fixture)->waiting == 0 && is_idle (fixture), 60);
  g_assert_cmpint (totals (fixture)->credited, ==, 2 * TROPEA_RECORD_MAX_BATCH);
  g_assert_null (tropea_submitter_get_problem (fixture->submitter));
  g_assert_cmpint (g_get_monotonic_time () - start_usec, >, 5 * G_USEC_PER_SEC);
  g_assert_cmpint (g_get_monotonic_time () - start_usec, <, 25 * G_USEC_PER_SEC);
}

static void
end_submitter (Fixture *fixture)
{
  outbox_fixture_stop_submitter (fixture->submitter);
  g_assert_finalize_object (fixture->submitter);
  fixture->submitter = NULL;
}

static void
notice_cb (TropeaSubmitter *submitter,
           const char      *sentence,
           gpointer         user_data)
{
  g_ptr_array_add (user_data, g_strdup (sentence));
}

/* As the program at its next start. */
static void
begin_again (Fixture   *fixture,
             GPtrArray *notices)
{
  fixture->submitter = outbox_fixture_new_submitter (&fixture->outbox, fixture->url);
  g_signal_connect (fixture->submitter, "notice", G_CALLBACK (notice_cb), notices);
  tropea_submitter_start (fixture->submitter);
}

/* To the end of what it does by itself. */
static void
start_again (Fixture   *fixture,
             GPtrArray *notices)
{
  begin_again (fixture, notices);
  test_wait_until (totals (fixture)->waiting == 0 && is_idle (fixture), 60);
}

static void
copy_file (const char *dir,
           const char *from,
           const char *to)
{
  g_autofree char *from_path = g_build_filename (dir, from, NULL);
  g_autofree char *to_path = g_build_filename (dir, to, NULL);
  g_autofree char *data = NULL;
  g_autoptr(GError) error = NULL;
  gsize length = 0;

  g_assert_true (g_file_get_contents (from_path, &data, &length, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_set_contents_full (to_path, data, (gssize) length,
                                           G_FILE_SET_CONTENTS_NONE, 0600, &error));
  g_assert_no_error (error);
}

/* The key is all that is left: what was earned is still there, and is said once. */
static void
test_lost_store (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr(GPtrArray) notices = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *path = g_build_filename (fixture->outbox.dir, "store.db", NULL);
  gint64 micro = tropea_credit_compute_micro (OUTBOX_DURATION_S, OUTBOX_BYTES);

  outbox_fixture_cut (&fixture->outbox, 3);
  tropea_submitter_start (fixture->submitter);
  test_wait_until (totals (fixture)->credited == 3 && is_idle (fixture), 30);
  end_submitter (fixture);
  outbox_fixture_close_store (&fixture->outbox);
  g_assert_cmpint (g_unlink (path), ==, 0);
  outbox_fixture_open_store (&fixture->outbox);

  start_again (fixture, notices);
  g_assert_cmpuint (notices->len, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (notices, 0), "has 3 sessions of this key"));
  g_assert_cmpint (totals (fixture)->sessions, ==, 0);
  g_assert_cmpint (tropea_submitter_get_balance_micro (fixture->submitter), ==, 3 * micro);
  g_assert_null (tropea_submitter_get_problem (fixture->submitter));
  outbox_fixture_cut (&fixture->outbox, 1);
  test_wait_until (totals (fixture)->credited == 1 && is_idle (fixture), 30);
  end_submitter (fixture);

  start_again (fixture, notices);
  g_assert_cmpuint (notices->len, ==, 1);
  g_assert_cmpint (tropea_submitter_get_balance_micro (fixture->submitter), ==, 4 * micro);
  g_assert_null (tropea_submitter_get_problem (fixture->submitter));
}

/* Somebody has put an old copy in the place of the ledger's database. */
static void
test_older_copy (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr(GPtrArray) notices = g_ptr_array_new_with_free_func (g_free);
  gint64 micro = tropea_credit_compute_micro (OUTBOX_DURATION_S, OUTBOX_BYTES);

  outbox_fixture_cut (&fixture->outbox, 3);
  tropea_submitter_start (fixture->submitter);
  test_wait_until (totals (fixture)->credited == 3 && is_idle (fixture), 30);
  stop_ledger (fixture);
  copy_file (fixture->dir, "first.db", "old.db");
  copy_file (fixture->dir, "first.db.key", "old.db.key");
  start_ledger (fixture, "first.db");
  outbox_fixture_cut (&fixture->outbox, 250);
  test_wait_until (totals (fixture)->credited == 253 && is_idle (fixture), 60);
  end_submitter (fixture);
  start_again (fixture, notices);
  g_assert_null (tropea_submitter_get_problem (fixture->submitter));
  end_submitter (fixture);

  stop_ledger (fixture);
  start_ledger (fixture, "old.db");
  for (guint i = 0; i < 2; i++)
    {
      start_again (fixture, notices);
      g_assert_true (has_problem (fixture, "no longer has 250 sessions that it credited: "));
      g_assert_cmpint (totals (fixture)->credited, ==, 253);
      g_assert_cmpint (totals (fixture)->credits_micro, ==, 253 * micro);
      g_assert_cmpint (tropea_submitter_get_balance_micro (fixture->submitter), ==, 3 * micro);
      end_submitter (fixture);
    }

  stop_ledger (fixture);
  start_ledger (fixture, "first.db");
  start_again (fixture, notices);
  g_assert_null (tropea_submitter_get_problem (fixture->submitter));
  g_assert_cmpint (tropea_submitter_get_balance_micro (fixture->submitter), ==, 253 * micro);
  g_assert_cmpuint (notices->len, ==, 0);
}

static const struct
{
  guint       n_first;  /* sessions that the one gets after the copy was made */
  guint       n_fork;   /* and the other */
  const char *words;
} forks[] = {
  { 1, 1, "two logs of one length" },
  { 1, 2, "has rewritten its log" },
  { 5, 1, "has lost sessions" },
};

/* What can be shown to anybody: what the ledger has signed, and nothing of ours. */
static void
check_evidence (Fixture *fixture)
{
  const char *problem = tropea_submitter_get_problem (fixture->submitter);
  const char *start = strstr (problem, fixture->outbox.dir);
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  GStatBuf info = { 0 };

  g_assert_nonnull (start);
  path = g_strndup (start, strcspn (start, "\xe2"));
  g_assert_no_errno (g_stat (path, &info));
  g_assert_cmpuint (info.st_mode & 0777, ==, 0600);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "\"firstCheckpoint\":\"local/log\\n"));
  g_assert_nonnull (strstr (text, "\"secondCheckpoint\":\"local/log\\n"));
  g_assert_null (strstr (text, tropea_identity_get_public_key (fixture->outbox.identity)));
  g_assert_null (strstr (text, "nonce"));
}

/* The user has asked its operator, and says so. */
static void
trust_anew (Fixture *fixture)
{
  g_autoptr(GAsyncResult) asked = NULL;
  g_autoptr(GAsyncResult) looked = NULL;
  g_autoptr(GAsyncResult) replaced = NULL;
  g_autoptr(TropeaLedgerInfo) info = NULL;
  g_autoptr(GError) error = NULL;
  TropeaLedgerTrust trust = TROPEA_LEDGER_TRUST_KNOWN;

  tropea_ledger_client_info_async (fixture->outbox.client, NULL, test_keep_result, &asked);
  test_wait_until (asked != NULL, 30);
  info = tropea_ledger_client_info_finish (fixture->outbox.client, asked, &error);
  g_assert_no_error (error);

  tropea_ledger_pin_look_async (fixture->outbox.store, fixture->url, info, test_keep_result,
                                &looked);
  test_wait_until (looked != NULL, 30);
  g_assert_true (tropea_ledger_pin_look_finish (fixture->outbox.store, looked, &trust, &error));
  g_assert_cmpint (trust, ==, TROPEA_LEDGER_TRUST_CHANGED);

  tropea_ledger_pin_replace_async (fixture->outbox.store, fixture->url, info, test_keep_result,
                                   &replaced);
  test_wait_until (replaced != NULL, 30);
  g_assert_true (tropea_ledger_pin_replace_finish (fixture->outbox.store, replaced, &error));
  g_assert_no_error (error);
}

/* Two ledgers go on from copies of one database, each its own way. */
static void
test_fork (Fixture       *fixture,
           gconstpointer  data)
{
  guint row = GPOINTER_TO_UINT (data);
  g_autoptr(GPtrArray) notices = g_ptr_array_new_with_free_func (g_free);

  outbox_fixture_cut (&fixture->outbox, 3);
  tropea_submitter_start (fixture->submitter);
  test_wait_until (totals (fixture)->credited == 3 && is_idle (fixture), 30);
  stop_ledger (fixture);
  copy_file (fixture->dir, "first.db", "fork.db");
  copy_file (fixture->dir, "first.db.key", "fork.db.key");
  start_ledger (fixture, "first.db");
  outbox_fixture_cut (&fixture->outbox, forks[row].n_first);
  test_wait_until (totals (fixture)->waiting == 0 && is_idle (fixture), 60);
  end_submitter (fixture);

  stop_ledger (fixture);
  start_ledger (fixture, "fork.db");
  outbox_fixture_cut (&fixture->outbox, forks[row].n_fork);
  begin_again (fixture, notices);
  test_wait_until (has_problem (fixture, forks[row].words), 30);
  g_assert_cmpint (totals (fixture)->credited, ==, 3 + forks[row].n_first);
  g_assert_cmpint (totals (fixture)->waiting, ==, forks[row].n_fork);
  check_evidence (fixture);
  end_submitter (fixture);

  /* What it once did stays, also when it shows the other log again. */
  stop_ledger (fixture);
  start_ledger (fixture, "first.db");
  outbox_fixture_cut (&fixture->outbox, 1);
  begin_again (fixture, notices);
  test_wait_until (has_problem (fixture, forks[row].words), 30);
  g_assert_cmpint (totals (fixture)->waiting, ==, forks[row].n_fork + 1);
  end_submitter (fixture);

  trust_anew (fixture);
  start_again (fixture, notices);
  g_assert_cmpint (totals (fixture)->credited, ==,
                   3 + forks[row].n_first + forks[row].n_fork + 1);
  g_assert_null (tropea_submitter_get_problem (fixture->submitter));
}

static void
stop_at_once_cb (TropeaSubmitter     *submitter,
                 TropeaSession       *session,
                 const TropeaReceipt *receipt,
                 gpointer             user_data)
{
  GAsyncResult **result = user_data;

  g_signal_handlers_disconnect_by_func (submitter, stop_at_once_cb, user_data);
  tropea_submitter_stop_async (submitter, 0, test_keep_result, result);
}

/* An old copy of the store has everything waiting; the program ends after the first page. */
static void
test_interrupted (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(GPtrArray) notices = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GAsyncResult) stopped = NULL;
  gint64 credits_micro = 0;

  end_submitter (fixture);
  outbox_fixture_cut (&fixture->outbox, 450);
  outbox_fixture_close_store (&fixture->outbox);
  copy_file (fixture->outbox.dir, "store.db", "old");
  outbox_fixture_open_store (&fixture->outbox);
  start_again (fixture, notices);
  credits_micro = totals (fixture)->credits_micro;
  end_submitter (fixture);
  outbox_fixture_close_store (&fixture->outbox);
  copy_file (fixture->outbox.dir, "old", "store.db");
  outbox_fixture_open_store (&fixture->outbox);
  g_assert_cmpint (totals (fixture)->waiting, ==, 450);

  fixture->submitter = outbox_fixture_new_submitter (&fixture->outbox, fixture->url);
  g_signal_connect (fixture->submitter, "credited", G_CALLBACK (stop_at_once_cb), &stopped);
  tropea_submitter_start (fixture->submitter);
  test_wait_until (stopped != NULL, 30);
  g_assert_true (tropea_submitter_stop_finish (fixture->submitter, stopped, NULL));
  g_clear_object (&stopped);
  g_assert_finalize_object (fixture->submitter);
  g_assert_cmpint (totals (fixture)->credited, ==, 200);
  g_assert_cmpint (totals (fixture)->waiting, ==, 250);

  start_again (fixture, notices);
  g_assert_cmpint (totals (fixture)->credited, ==, 450);
  g_assert_cmpint (totals (fixture)->credits_micro, ==, credits_micro);
  g_assert_cmpint (tropea_submitter_get_balance_micro (fixture->submitter), ==, credits_micro);
  g_assert_null (tropea_submitter_get_problem (fixture->submitter));
  g_assert_cmpuint (notices->len, ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_assert_true (tropea_secret_init (NULL));
  g_assert_nonnull (g_getenv ("TROPEA_LEDGER"));

#define ADD(path, func) \
  g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("/submit-ledger/balance-is-the-formula", test_formula);
  ADD ("/submit-ledger/lost-answer-credits-once", test_lost_answer);
  ADD ("/submit-ledger/resumes-when-the-ledger-is-back", test_down_and_up);
  ADD ("/submit-ledger/refusal-does-not-block-those-behind", test_refusal);
  ADD ("/submit-ledger/changed-key-gets-nothing", test_key_change);
  ADD ("/submit-ledger/many-go-in-batches", test_many);
  ADD ("/submit-ledger/a-limited-rate-only-takes-longer", test_rate);
  ADD ("/submit-ledger/lost-store-is-told-once", test_lost_store);
  ADD ("/submit-ledger/older-copy-of-the-ledger-is-told", test_older_copy);
  for (guint i = 0; i < G_N_ELEMENTS (forks); i++)
    {
      g_autofree char *path = g_strdup_printf ("/submit-ledger/fork-is-caught/%u", i);

      g_test_add (path, Fixture, GUINT_TO_POINTER (i), fixture_set_up, test_fork,
                  fixture_tear_down);
    }
  ADD ("/submit-ledger/interrupted-comparison-goes-on", test_interrupted);
#undef ADD

  return g_test_run ();
}
