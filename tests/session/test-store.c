/* test-store.c: what the store took is on disk once, and what it could not take is said
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "base/tropea-database.h"
#include "session/tropea-store.h"
#include "test-wait.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define START_MS G_GINT64_CONSTANT (1700000000000)
#define WAIT_S 20
#define LEDGER "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

typedef struct
{
  char        *dir;
  char        *path;
  TropeaStore *store;
  guint        n_changed;
  guint        n_totals;
  char        *last_id;
} Fixture;

static GAsyncResult *
wait_result (GAsyncResult **result)
{
  test_wait_until (*result != NULL, WAIT_S);

  return *result;
}

static TropeaStore *
open_store (const char  *path,
            GError     **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  tropea_store_open_async (path, NULL, test_keep_result, &result);

  return tropea_store_open_finish (wait_result (&result), error);
}

static gboolean
save_batch (TropeaStore       *store,
            const TropeaBatch *batch,
            GError           **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  tropea_store_save_batch_async (store, batch, NULL, test_keep_result, &result);

  return tropea_store_save_batch_finish (store, wait_result (&result), error);
}

static TropeaBatch
load_batch (TropeaStore  *store,
            TropeaSource  source,
            gint64       *last_end_ms)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  TropeaBatch batch = { 0 };

  tropea_store_load_batch_async (store, source, NULL, test_keep_result, &result);
  tropea_store_load_batch_finish (store, wait_result (&result), &batch, last_end_ms, &error);
  g_assert_no_error (error);

  return batch;
}

static gboolean
cut (TropeaStore         *store,
     const TropeaRecord  *record,
     GError             **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  tropea_store_cut_async (store, &(TropeaCut) { *record, -1, FALSE }, NULL, test_keep_result,
                          &result);

  return tropea_store_cut_finish (store, wait_result (&result), error);
}

static gboolean
credit (TropeaStore  *store,
        const char   *session_id,
        gint64        credits_micro,
        GError      **error)
{
  g_autoptr(GAsyncResult) result = NULL;
  TropeaReceipt receipt = { .credits_micro = credits_micro, .balance_micro = 5, .seq = 3 };

  g_strlcpy (receipt.session_id, session_id, sizeof receipt.session_id);
  tropea_store_credit_async (store, &receipt, LEDGER, NULL, NULL, test_keep_result, &result);

  return tropea_store_settle_finish (store, wait_result (&result), error);
}

static gboolean
refuse (TropeaStore  *store,
        const char   *session_id,
        GError      **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  tropea_store_refuse_async (store, session_id, "implausible", "It cannot be.", NULL, NULL,
                             test_keep_result, &result);

  return tropea_store_settle_finish (store, wait_result (&result), error);
}

static GPtrArray *
list_waiting (TropeaStore *store,
              gint64       after,
              guint        limit)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  GPtrArray *sessions = NULL;

  tropea_store_list_waiting_async (store, after, limit, NULL, test_keep_result, &result);
  sessions = tropea_store_list_finish (store, wait_result (&result), &error);
  g_assert_no_error (error);

  return sessions;
}

static GPtrArray *
list_history (TropeaStore *store,
              gint64       before,
              guint        limit)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  GPtrArray *sessions = NULL;

  tropea_store_list_history_async (store, before, limit, NULL, test_keep_result, &result);
  sessions = tropea_store_list_finish (store, wait_result (&result), &error);
  g_assert_no_error (error);

  return sessions;
}

static void
close_store (TropeaStore *store)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  tropea_store_close_async (store, test_keep_result, &result);
  tropea_store_close_finish (store, wait_result (&result), &error);
  g_assert_no_error (error);
}

static void
session_changed_cb (TropeaStore   *store,
                    TropeaSession *session,
                    gpointer       user_data)
{
  Fixture *fixture = user_data;

  fixture->n_changed++;
  g_free (fixture->last_id);
  fixture->last_id = g_strdup (tropea_session_get_record (session)->session_id);
}

static void
totals_changed_cb (TropeaStore *store,
                   gpointer     user_data)
{
  Fixture *fixture = user_data;

  fixture->n_totals++;
}

static void
watch (Fixture *fixture)
{
  g_signal_connect (fixture->store, "session-changed", G_CALLBACK (session_changed_cb), fixture);
  g_signal_connect (fixture->store, "totals-changed", G_CALLBACK (totals_changed_cb), fixture);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  user_data)
{
  g_autoptr(GError) error = NULL;

  fixture->dir = g_dir_make_tmp ("tropea-store-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->dir, "sessions.sqlite", NULL);
  fixture->store = open_store (fixture->path, &error);
  g_assert_no_error (error);
  watch (fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  user_data)
{
  if (fixture->store != NULL)
    {
      close_store (fixture->store);
      g_assert_finalize_object (g_steal_pointer (&fixture->store));
    }
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->dir), ==, 0);
  g_clear_pointer (&fixture->dir, g_free);
  g_clear_pointer (&fixture->path, g_free);
  g_clear_pointer (&fixture->last_id, g_free);
}

static void
reopen (Fixture *fixture)
{
  g_autoptr(GError) error = NULL;

  close_store (fixture->store);
  g_assert_finalize_object (fixture->store);
  fixture->store = open_store (fixture->path, &error);
  g_assert_no_error (error);
  watch (fixture);
}

static TropeaRecord
make_record (int          number,
             TropeaSource source)
{
  TropeaRecord record = {
    .timestamp_ms = START_MS + number * 60000, .duration_s = 30 + number, .bytes = 1000 + number,
    .source = source,
  };

  g_snprintf (record.session_id, sizeof record.session_id,
              "00000000-0000-4000-8000-%012d", number);
  memset (record.ip_hash, 'a', 64);

  return record;
}

static void
test_starts_empty_and_private (Fixture       *fixture,
                               gconstpointer  user_data)
{
  g_autoptr(GPtrArray) sessions = list_waiting (fixture->store, 0, 10);
  gint64 last_end_ms = -1;
  TropeaBatch batch = load_batch (fixture->store, TROPEA_SOURCE_SIMULATION, &last_end_ms);
  struct stat status = { 0 };

  g_assert_cmpuint (sessions->len, ==, 0);
  g_assert_cmpint (last_end_ms, ==, 0);
  g_assert_cmpint (batch.source, ==, TROPEA_SOURCE_SIMULATION);
  g_assert_cmpint (batch.started_ms, ==, 0);
  g_assert_cmpint (tropea_store_get_totals (fixture->store)->sessions, ==, 0);
  g_assert_cmpuint (fixture->n_totals, ==, 0);
  g_assert_cmpint (g_stat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
}

static void
test_keeps_one_open_batch_for_each_source (Fixture       *fixture,
                                           gconstpointer  user_data)
{
  const TropeaBatch tor = { TROPEA_SOURCE_TOR_CLIENT, START_MS, 5, 6, 7 };
  const TropeaBatch later = { TROPEA_SOURCE_TOR_CLIENT, START_MS, 50, 60, 70 };
  const TropeaBatch simulated = { TROPEA_SOURCE_SIMULATION, START_MS + 1, 8, 9, 10 };
  g_autoptr(GError) error = NULL;
  gint64 last_end_ms = 0;
  TropeaBatch read = { 0 };

  g_assert_true (save_batch (fixture->store, &tor, &error));
  g_assert_true (save_batch (fixture->store, &simulated, &error));
  g_assert_true (save_batch (fixture->store, &later, &error));
  reopen (fixture);

  read = load_batch (fixture->store, TROPEA_SOURCE_TOR_CLIENT, &last_end_ms);
  g_assert_cmpint (read.started_ms, ==, START_MS);
  g_assert_cmpint (read.elapsed_usec, ==, 50);
  g_assert_cmpint (read.bytes_in, ==, 60);
  g_assert_cmpint (read.bytes_out, ==, 70);
  read = load_batch (fixture->store, TROPEA_SOURCE_SIMULATION, &last_end_ms);
  g_assert_cmpint (read.started_ms, ==, START_MS + 1);
  g_assert_cmpint (read.bytes_out, ==, 10);
}

static void
test_cut_moves_the_batch_into_the_outbox (Fixture       *fixture,
                                          gconstpointer  user_data)
{
  const TropeaBatch batch = { TROPEA_SOURCE_TOR_CLIENT, START_MS, 5, 6, 7 };
  const TropeaBatch other = { TROPEA_SOURCE_SIMULATION, START_MS, 5, 6, 7 };
  TropeaRecord record = make_record (1, TROPEA_SOURCE_TOR_CLIENT);
  g_autoptr(GPtrArray) sessions = NULL;
  g_autoptr(GError) error = NULL;
  gint64 last_end_ms = 0;

  g_assert_true (save_batch (fixture->store, &batch, &error));
  g_assert_true (save_batch (fixture->store, &other, &error));
  g_assert_true (cut (fixture->store, &record, &error));
  g_assert_cmpuint (fixture->n_changed, ==, 1);
  g_assert_cmpstr (fixture->last_id, ==, record.session_id);

  reopen (fixture);
  g_assert_cmpint (load_batch (fixture->store, TROPEA_SOURCE_TOR_CLIENT, &last_end_ms).bytes_in,
                   ==, 0);
  g_assert_cmpint (last_end_ms, ==, record.timestamp_ms + record.duration_s * 1000);
  g_assert_cmpint (load_batch (fixture->store, TROPEA_SOURCE_SIMULATION, &last_end_ms).bytes_in,
                   ==, 6);
  sessions = list_waiting (fixture->store, 0, 10);
  g_assert_cmpuint (sessions->len, ==, 1);
  g_assert_true (tropea_record_equal_content (tropea_session_get_record (sessions->pdata[0]),
                                              &record));
  g_assert_cmpint (tropea_session_get_state (sessions->pdata[0]), ==,
                   TROPEA_SESSION_STATE_WAITING);
}

static void
test_a_repeated_cut_is_the_same_session (Fixture       *fixture,
                                         gconstpointer  user_data)
{
  TropeaRecord record = make_record (1, TROPEA_SOURCE_TOR_CLIENT);
  g_autoptr(GError) error = NULL;

  g_assert_true (cut (fixture->store, &record, &error));
  g_assert_true (cut (fixture->store, &record, &error));
  g_assert_cmpuint (fixture->n_changed, ==, 1);
  g_assert_cmpint (tropea_store_get_totals (fixture->store)->sessions, ==, 1);
  g_assert_cmpint (tropea_store_get_totals (fixture->store)->bytes, ==, record.bytes);
}

static void
check_totals (const TropeaStoreTotals *totals)
{
  g_assert_cmpint (totals->sessions, ==, 5);
  g_assert_cmpint (totals->waiting, ==, 1);
  g_assert_cmpint (totals->credited, ==, 3);
  g_assert_cmpint (totals->refused, ==, 1);
  g_assert_cmpint (totals->credits_micro, ==, 11);
  g_assert_cmpint (totals->simulated_credits_micro, ==, 1000);
  g_assert_cmpint (totals->bytes, ==, 5 * 1000 + 15);
  g_assert_cmpint (totals->duration_s, ==, 5 * 30 + 15);
}

static void
test_settles_once_and_keeps_the_totals (Fixture       *fixture,
                                        gconstpointer  user_data)
{
  TropeaRecord records[6] = { 0 };
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) waiting = NULL;
  g_autoptr(GPtrArray) history = NULL;

  for (int i = 1; i <= 5; i++)
    {
      records[i] = make_record (i, i == 4 ? TROPEA_SOURCE_SIMULATION : TROPEA_SOURCE_TOR_CLIENT);
      g_assert_true (cut (fixture->store, &records[i], &error));
    }
  g_assert_true (credit (fixture->store, records[2].session_id, 10, &error));
  g_assert_true (refuse (fixture->store, records[1].session_id, &error));
  g_assert_true (credit (fixture->store, records[3].session_id, 1, &error));
  g_assert_true (credit (fixture->store, records[4].session_id, 1000, &error));
  g_assert_cmpuint (fixture->n_changed, ==, 9);

  g_assert_true (credit (fixture->store, records[2].session_id, 99, &error));
  g_assert_true (credit (fixture->store, records[1].session_id, 99, &error));
  g_assert_true (refuse (fixture->store, records[1].session_id, &error));
  g_assert_true (refuse (fixture->store, records[2].session_id, &error));
  g_assert_cmpuint (fixture->n_changed, ==, 9);
  g_assert_cmpuint (fixture->n_totals, ==, 9);
  check_totals (tropea_store_get_totals (fixture->store));

  reopen (fixture);
  check_totals (tropea_store_get_totals (fixture->store));
  waiting = list_waiting (fixture->store, 0, 10);
  g_assert_cmpuint (waiting->len, ==, 1);
  history = list_history (fixture->store, 0, 10);
  g_assert_cmpuint (history->len, ==, 5);
  g_assert_cmpint (tropea_session_get_credits_micro (history->pdata[3]), ==, 10);
  g_assert_cmpint (tropea_session_get_state (history->pdata[4]), ==,
                   TROPEA_SESSION_STATE_REFUSED);
  g_assert_cmpstr (tropea_session_get_reason_code (history->pdata[4]), ==, "implausible");
  g_assert_cmpstr (tropea_session_get_reason (history->pdata[4]), ==, "It cannot be.");
}

/* What was sent is kept with the outcome, to the byte, and is there after a new start. */
static void
test_keeps_what_was_sent (Fixture       *fixture,
                          gconstpointer  user_data)
{
  TropeaRecord record = make_record (1, TROPEA_SOURCE_TOR_CLIENT);
  TropeaSent sent = { .origin = "ledger.example.org", .answered_ms = START_MS + 5,
                      .n_sessions = 3 };
  TropeaReceipt receipt = { .credits_micro = 4, .balance_micro = 5, .seq = 3 };
  g_autoptr(GAsyncResult) cut_result = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GPtrArray) sessions = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *json = NULL;
  g_autofree char *lines = NULL;
  g_autofree char *expected_json = NULL;
  g_autofree char *expected_lines = NULL;
  const TropeaSettlement *settlement = NULL;
  TropeaSession *session = NULL;

  tropea_store_cut_async (fixture->store, &(TropeaCut) { record, 7, TRUE }, NULL,
                          test_keep_result, &cut_result);
  g_assert_true (tropea_store_cut_finish (fixture->store, wait_result (&cut_result), &error));

  sent.record = record;
  memset (sent.record.client_pub, 7, sizeof sent.record.client_pub);
  memset (sent.record.signature, 9, sizeof sent.record.signature);
  expected_json = tropea_record_to_json (&sent.record);
  expected_lines = tropea_record_dup_canonical (&sent.record, sent.origin);
  g_strlcpy (receipt.session_id, record.session_id, sizeof receipt.session_id);
  tropea_store_credit_async (fixture->store, &receipt, LEDGER, &sent, NULL, test_keep_result,
                             &result);
  g_assert_true (tropea_store_settle_finish (fixture->store, wait_result (&result), &error));

  g_clear_object (&cut_result);
  g_clear_object (&result);
  reopen (fixture);
  sessions = list_history (fixture->store, 0, 10);
  session = g_ptr_array_index (sessions, 0);
  settlement = tropea_session_get_settlement (session);
  g_assert_cmpint (tropea_session_get_bytes_in (session), ==, 7);
  g_assert_cmpint (tropea_session_get_kind (session), ==, TROPEA_SESSION_KIND_MANUAL);
  g_assert_cmpstr (settlement->ledger, ==, LEDGER);
  g_assert_cmpint (settlement->seq, ==, 3);
  g_assert_cmpint (settlement->balance_micro, ==, 5);
  g_assert_true (settlement->has_sent);
  g_assert_cmpint (settlement->sent.answered_ms, ==, START_MS + 5);
  g_assert_cmpint (settlement->sent.n_sessions, ==, 3);
  json = tropea_session_dup_sent_json (session);
  lines = tropea_session_dup_signed_lines (session);
  g_assert_cmpstr (json, ==, expected_json);
  g_assert_cmpstr (lines, ==, expected_lines);
}

static void
redate (TropeaStore *store,
        const char  *session_id,
        gint64       before_ms)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  tropea_store_redate_async (store, session_id, before_ms, NULL, test_keep_result, &result);
  g_assert_true (tropea_store_redate_finish (store, wait_result (&result), &error));
  g_assert_no_error (error);
}

static void
keep_last_end (TropeaStore *store,
               gint64       last_end_ms,
               gint64      *kept)
{
  *kept = last_end_ms;
}

static void
expect_no_overlap (GPtrArray *sessions)
{
  for (guint i = 0; i < sessions->len; i++)
    for (guint k = 0; k < i; k++)
      {
        const TropeaRecord *a = tropea_session_get_record (sessions->pdata[i]);
        const TropeaRecord *b = tropea_session_get_record (sessions->pdata[k]);

        g_assert_true (a->timestamp_ms + a->duration_s * 1000 <= b->timestamp_ms
                       || b->timestamp_ms + b->duration_s * 1000 <= a->timestamp_ms);
      }
}

/* Ten of the past with gaps, an open batch, and ten of a clock that was years ahead. */
static void
test_a_future_session_gets_a_free_time (Fixture       *fixture,
                                        gconstpointer  user_data)
{
  const gint64 years_ms = G_GINT64_CONSTANT (10) * 365 * 86400 * 1000;
  const gint64 now_ms = START_MS + 11 * 60000;
  const TropeaBatch open = { TROPEA_SOURCE_TOR_CLIENT, now_ms - 5000, 4000000, 60, 70 };
  g_autoptr(GPtrArray) sessions = NULL;
  g_autoptr(GError) error = NULL;
  gint64 last_end_ms = 0;
  gint64 bytes = 0;

  g_signal_connect (fixture->store, "last-end-changed", G_CALLBACK (keep_last_end),
                    &last_end_ms);
  for (int i = 0; i < 20; i++)
    {
      TropeaRecord record = make_record (i, TROPEA_SOURCE_TOR_CLIENT);

      if (i >= 10)
        record.timestamp_ms += years_ms;
      bytes += record.bytes;
      g_assert_true (cut (fixture->store, &record, &error));
    }
  g_assert_true (save_batch (fixture->store, &open, &error));

  for (int i = 10; i < 20; i++)
    {
      const TropeaRecord record = make_record (i, TROPEA_SOURCE_TOR_CLIENT);

      redate (fixture->store, record.session_id, now_ms);
      g_assert_cmpstr (fixture->last_id, ==, record.session_id);
      g_assert_true ((last_end_ms > now_ms) == (i < 19));
    }
  g_assert_cmpint (last_end_ms, <=, open.started_ms);

  reopen (fixture);
  sessions = list_waiting (fixture->store, 0, 100);
  g_assert_cmpuint (sessions->len, ==, 20);
  expect_no_overlap (sessions);
  for (guint i = 0; i < sessions->len; i++)
    {
      const TropeaRecord *record = tropea_session_get_record (sessions->pdata[i]);
      const TropeaRecord first = make_record ((int) i, TROPEA_SOURCE_TOR_CLIENT);

      bytes -= record->bytes;
      g_assert_cmpint (record->duration_s, ==, first.duration_s);
      g_assert_cmpint (record->timestamp_ms + record->duration_s * 1000, <=, now_ms);
      g_assert_cmpstr (record->ip_hash, ==, i < 10 ? first.ip_hash : "");
    }
  g_assert_cmpint (bytes, ==, 0);
}

/* What a ledger has answered stays as it was signed. */
static void
test_a_settled_session_keeps_its_time (Fixture       *fixture,
                                       gconstpointer  user_data)
{
  const TropeaRecord record = make_record (1, TROPEA_SOURCE_TOR_CLIENT);
  TropeaReceipt receipt = { .credits_micro = 1, .seq = 1 };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  guint n_changed;

  g_assert_true (cut (fixture->store, &record, &error));
  g_strlcpy (receipt.session_id, record.session_id, sizeof receipt.session_id);
  tropea_store_credit_async (fixture->store, &receipt, LEDGER, NULL, NULL, test_keep_result,
                             &result);
  g_assert_true (tropea_store_settle_finish (fixture->store, wait_result (&result), &error));

  n_changed = fixture->n_changed;
  redate (fixture->store, record.session_id, START_MS - 1000000);
  g_assert_cmpuint (fixture->n_changed, ==, n_changed);
}

static void
test_an_unknown_session_is_an_error (Fixture       *fixture,
                                     gconstpointer  user_data)
{
  g_autoptr(GError) credit_error = NULL;
  g_autoptr(GError) refuse_error = NULL;

  g_assert_false (credit (fixture->store, "00000000-0000-4000-8000-000000000000", 1,
                          &credit_error));
  g_assert_error (credit_error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_FAILED);
  g_assert_false (refuse (fixture->store, "00000000-0000-4000-8000-000000000000", &refuse_error));
  g_assert_error (refuse_error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_FAILED);
}

static void
test_pages_through_outbox_and_history (Fixture       *fixture,
                                       gconstpointer  user_data)
{
  g_autoptr(GPtrArray) oldest = NULL;
  g_autoptr(GPtrArray) next = NULL;
  g_autoptr(GPtrArray) none = NULL;
  g_autoptr(GError) error = NULL;
  gint64 before = 0;
  int expected = 7;

  for (int i = 1; i <= 7; i++)
    {
      TropeaRecord record = make_record (i, TROPEA_SOURCE_TOR_CLIENT);

      g_assert_true (cut (fixture->store, &record, &error));
    }

  oldest = list_waiting (fixture->store, 0, 2);
  g_assert_cmpuint (oldest->len, ==, 2);
  g_assert_cmpint (tropea_session_get_record (oldest->pdata[0])->bytes, ==, 1001);
  g_assert_cmpint (tropea_session_get_record (oldest->pdata[1])->bytes, ==, 1002);
  next = list_waiting (fixture->store, tropea_session_get_row (oldest->pdata[1]), 10);
  g_assert_cmpuint (next->len, ==, 5);
  g_assert_cmpint (tropea_session_get_record (next->pdata[0])->bytes, ==, 1003);
  none = list_history (fixture->store, 0, 0);
  g_assert_cmpuint (none->len, ==, 0);

  while (expected > 0)
    {
      g_autoptr(GPtrArray) page = list_history (fixture->store, before, 3);

      g_assert_cmpuint (page->len, ==, (guint) MIN (expected, 3));
      for (guint i = 0; i < page->len; i++)
        {
          g_assert_cmpint (tropea_session_get_record (page->pdata[i])->bytes, ==,
                           1000 + expected--);
          before = tropea_session_get_row (page->pdata[i]);
        }
    }
}

static char *
get_fact (TropeaStore *store,
          const char  *name)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  char *value = NULL;

  tropea_store_get_fact_async (store, name, NULL, test_keep_result, &result);
  tropea_store_get_fact_finish (store, wait_result (&result), &value, &error);
  g_assert_no_error (error);

  return value;
}

static void
set_fact (TropeaStore *store,
          const char  *name,
          const char  *value)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  tropea_store_set_fact_async (store, name, value, NULL, test_keep_result, &result);
  tropea_store_set_fact_finish (store, wait_result (&result), &error);
  g_assert_no_error (error);
}

static void
test_remembers_facts (Fixture       *fixture,
                      gconstpointer  user_data)
{
  g_autofree char *before = get_fact (fixture->store, "ledger-key x");
  g_autofree char *after = NULL;
  g_autofree char *gone = NULL;

  g_assert_null (before);
  set_fact (fixture->store, "ledger-key x", "one");
  set_fact (fixture->store, "ledger-key x", "two '; --");
  reopen (fixture);
  after = get_fact (fixture->store, "ledger-key x");
  g_assert_cmpstr (after, ==, "two '; --");
  set_fact (fixture->store, "ledger-key x", NULL);
  gone = get_fact (fixture->store, "ledger-key x");
  g_assert_null (gone);
}

static void
test_works_in_the_order_of_the_calls (Fixture       *fixture,
                                      gconstpointer  user_data)
{
  TropeaBatch batch = { TROPEA_SOURCE_TOR_CLIENT, START_MS, 1, 1, 0 };
  g_autoptr(GAsyncResult) first = NULL;
  g_autoptr(GAsyncResult) second = NULL;
  g_autoptr(GAsyncResult) third = NULL;
  g_autoptr(GError) error = NULL;
  TropeaRecord record = make_record (1, TROPEA_SOURCE_TOR_CLIENT);
  gint64 last_end_ms = 0;

  tropea_store_save_batch_async (fixture->store, &batch, NULL, test_keep_result, &first);
  tropea_store_cut_async (fixture->store, &(TropeaCut) { record, -1, FALSE }, NULL,
                          test_keep_result, &second);
  batch.bytes_in = 33;
  tropea_store_save_batch_async (fixture->store, &batch, NULL, test_keep_result, &third);
  batch.bytes_in = 44;
  g_assert_true (tropea_store_save_batch_finish (fixture->store, wait_result (&third), &error));
  g_assert_nonnull (first);
  g_assert_nonnull (second);
  g_assert_cmpint (load_batch (fixture->store, TROPEA_SOURCE_TOR_CLIENT, &last_end_ms).bytes_in,
                   ==, 33);
}

static void
test_cancelled_before_it_began_changes_nothing (Fixture       *fixture,
                                                gconstpointer  user_data)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  TropeaRecord record = make_record (1, TROPEA_SOURCE_TOR_CLIENT);

  g_cancellable_cancel (cancellable);
  tropea_store_cut_async (fixture->store, &(TropeaCut) { record, -1, FALSE }, cancellable,
                          test_keep_result, &result);
  g_assert_false (tropea_store_cut_finish (fixture->store, wait_result (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (tropea_store_get_totals (fixture->store)->sessions, ==, 0);
}

static void
test_says_that_it_is_closed (Fixture       *fixture,
                             gconstpointer  user_data)
{
  const TropeaBatch batch = { TROPEA_SOURCE_TOR_CLIENT, START_MS, 1, 1, 0 };
  g_autoptr(GError) error = NULL;

  close_store (fixture->store);
  g_assert_false (save_batch (fixture->store, &batch, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_finalize_object (g_steal_pointer (&fixture->store));
}

/* The last reference goes while work is on its way; the work is done all the same. */
static void
test_may_be_dropped_while_it_works (Fixture       *fixture,
                                    gconstpointer  user_data)
{
  TropeaRecord record = make_record (1, TROPEA_SOURCE_TOR_CLIENT);
  GWeakRef weak;
  g_autoptr(GError) error = NULL;

  g_weak_ref_init (&weak, fixture->store);
  tropea_store_cut_async (fixture->store, &(TropeaCut) { record, -1, FALSE }, NULL, NULL, NULL);
  g_clear_object (&fixture->store);
  while (TRUE)
    {
      g_autoptr(GObject) alive = g_weak_ref_get (&weak);

      if (alive == NULL)
        break;
      g_clear_object (&alive);
      g_main_context_iteration (NULL, TRUE);
    }
  g_weak_ref_clear (&weak);

  fixture->store = open_store (fixture->path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (tropea_store_get_totals (fixture->store)->sessions, ==, 1);
}

static void
check_open_fails (const char          *path,
                  TropeaDatabaseError  code)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (open_store (path, &error));
  g_assert_error (error, TROPEA_DATABASE_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, path));
  g_assert_nonnull (strchr (error->message, ';'));
}

static void
exec_sql (const char *path,
          const char *sql)
{
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

static void
test_refuses_files_that_it_cannot_use (Fixture       *fixture,
                                       gconstpointer  user_data)
{
  g_autofree char *elsewhere = g_build_filename (fixture->dir, "no", "such", "dir", NULL);
  g_autoptr(GError) error = NULL;

  check_open_fails (elsewhere, TROPEA_DATABASE_ERROR_UNAVAILABLE);
  check_open_fails (fixture->dir, TROPEA_DATABASE_ERROR_UNAVAILABLE);

  close_store (fixture->store);
  g_assert_finalize_object (g_steal_pointer (&fixture->store));
  exec_sql (fixture->path, "PRAGMA user_version = 1000");
  check_open_fails (fixture->path, TROPEA_DATABASE_ERROR_TOO_NEW);

  g_file_set_contents (fixture->path, "this is a letter to my aunt, and no database at all", -1,
                       &error);
  g_assert_no_error (error);
  check_open_fails (fixture->path, TROPEA_DATABASE_ERROR_CORRUPT);
}

/* Every page behind the first is garbage: that is found at open, and never a crash. */
static void
test_finds_damage_when_it_opens (Fixture       *fixture,
                                 gconstpointer  user_data)
{
  g_autofree char *data = NULL;
  g_autoptr(GError) error = NULL;
  gsize size = 0;
  TropeaRecord record = make_record (1, TROPEA_SOURCE_TOR_CLIENT);

  g_assert_true (cut (fixture->store, &record, &error));
  close_store (fixture->store);
  g_assert_finalize_object (g_steal_pointer (&fixture->store));
  g_assert_true (g_file_get_contents (fixture->path, &data, &size, &error));
  memset (data + 4096, 0x5a, size - 4096);
  g_assert_true (g_file_set_contents (fixture->path, data, (gssize) size, &error));
  check_open_fails (fixture->path, TROPEA_DATABASE_ERROR_CORRUPT);
}

/* The kernel refuses to let the log grow, which is to SQLite what a full disk is; then there
 * is room again. Nothing that was acknowledged is lost, and the refused cut is taken once. */
static void
test_a_full_disk_loses_nothing (Fixture       *fixture,
                                gconstpointer  user_data)
{
  const TropeaBatch batch = { TROPEA_SOURCE_TOR_CLIENT, START_MS, 5, 6, 7 };
  TropeaRecord record = make_record (1, TROPEA_SOURCE_TOR_CLIENT);
  struct rlimit before = { 0 };
  struct rlimit tight = { 0 };
  g_autoptr(GError) error = NULL;
  g_autoptr(GError) full = NULL;
  gint64 last_end_ms = 0;

  g_assert_true (save_batch (fixture->store, &batch, &error));
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  tight = before;
  tight.rlim_cur = 4096;
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &tight), ==, 0);
  g_assert_false (cut (fixture->store, &record, &full));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);

  g_assert_nonnull (full);
  g_assert_cmpuint (fixture->n_changed, ==, 0);
  g_assert_cmpint (tropea_store_get_totals (fixture->store)->sessions, ==, 0);
  g_assert_cmpint (load_batch (fixture->store, TROPEA_SOURCE_TOR_CLIENT, &last_end_ms).bytes_in,
                   ==, 6);

  g_assert_true (cut (fixture->store, &record, &error));
  g_assert_cmpint (tropea_store_get_totals (fixture->store)->sessions, ==, 1);
  reopen (fixture);
  g_assert_cmpint (tropea_store_get_totals (fixture->store)->sessions, ==, 1);
  g_assert_cmpint (load_batch (fixture->store, TROPEA_SOURCE_TOR_CLIENT, &last_end_ms).bytes_in,
                   ==, 0);
}

/* @full_dir is a file system that is almost full; see full-disk.sh. */
static void
test_says_that_the_disk_is_full (gconstpointer user_data)
{
  const char *full_dir = user_data;
  g_autofree char *path = g_build_filename (full_dir, "sessions.sqlite", NULL);
  g_autoptr(GError) error = NULL;
  TropeaStore *store = open_store (path, &error);
  int taken = 0;

  g_assert_no_error (error);
  while (error == NULL && taken < 100000)
    {
      TropeaRecord record = make_record (taken + 1, TROPEA_SOURCE_TOR_CLIENT);

      taken += cut (store, &record, &error) ? 1 : 0;
    }
  g_assert_error (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_FULL);
  g_assert_nonnull (strstr (error->message, "free some space"));
  g_clear_error (&error);
  g_assert_cmpint (tropea_store_get_totals (store)->sessions, ==, taken);
  close_store (store);
  g_assert_finalize_object (store);

  store = open_store (path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (tropea_store_get_totals (store)->sessions, ==, taken);
  close_store (store);
  g_assert_finalize_object (store);
}

static void
add (const char *name,
     void      (*test) (Fixture       *fixture,
                        gconstpointer  user_data))
{
  g_test_add (name, Fixture, NULL, set_up, test, tear_down);
}

static gint64
query (const char *path,
       const char *sql)
{
  g_autoptr(sqlite3) db = NULL;
  g_autoptr(GError) error = NULL;
  gint64 value = -1;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_true (tropea_database_query_int64 (db, sql, &value, &error));
  g_assert_no_error (error);

  return value;
}

static void
write_old (const char *path,
           const char *more_sql)
{
  g_autoptr(sqlite3) db = NULL;
  g_autofree char *sql_path = g_test_build_filename (G_TEST_DIST, "fixtures", "session",
                                                     "store-1.sql", NULL);
  g_autofree char *sql = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_true (g_file_get_contents (sql_path, &sql, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, more_sql, NULL, NULL, NULL), ==, SQLITE_OK);
}

/* What the first version wrote is all there, and belongs to the one ledger that there was;
 * where there were two, nobody knows to which. */
static void
test_old_schema (Fixture       *fixture,
                 gconstpointer  data)
{
  static const struct
  {
    const char *name;
    const char *sql;
    gint64      n_attributed;
  } rows[] = {
    { "one.db", "", 2 },
    { "two.db", "INSERT INTO facts VALUES ('ledger-key http://b', "
                "'BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=')", 0 },
    { "again.db", "INSERT INTO facts VALUES ('ledger-key http://a', '" LEDGER "')", 2 },
    { "none.db", "DELETE FROM facts", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_build_filename (fixture->dir, rows[i].name, NULL);
      g_autoptr(GAsyncResult) closed = NULL;
      g_autoptr(GError) error = NULL;
      TropeaStore *store = NULL;

      write_old (path, rows[i].sql);
      store = open_store (path, &error);
      g_assert_no_error (error);
      g_assert_cmpint (tropea_store_get_totals (store)->sessions, ==, 4);
      g_assert_cmpint (tropea_store_get_totals (store)->waiting, ==, 1);
      g_assert_cmpint (tropea_store_get_totals (store)->refused, ==, 1);
      g_assert_cmpint (tropea_store_get_totals (store)->credits_micro, ==, 6000500);
      g_assert_cmpint (tropea_store_get_totals (store)->simulated_credits_micro, ==, 6000500);
      g_assert_true (credit (store, "44444444-4444-4444-8444-444444444444", 5, &error));
      tropea_store_close_async (store, test_keep_result, &closed);
      g_assert_true (tropea_store_close_finish (store, wait_result (&closed), &error));
      g_clear_object (&closed);
      g_assert_finalize_object (store);

      g_assert_cmpint (query (path, "PRAGMA user_version"), ==, 5);
      g_assert_cmpint (query (path, "SELECT count (*) FROM sessions"
                              " WHERE ledger = '" LEDGER "' AND ledger_seq IN (7, 8)"), ==,
                       rows[i].n_attributed);
      g_assert_cmpint (query (path, "SELECT count (*) FROM sessions WHERE ledger = '" LEDGER "'"
                              " AND ledger_seq = 3"), ==, 1);
      g_assert_cmpint (g_unlink (path), ==, 0);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  if (g_getenv ("TROPEA_TEST_FULL_DIR") != NULL)
    {
      g_test_add_data_func ("/store/says-that-the-disk-is-full", g_getenv ("TROPEA_TEST_FULL_DIR"),
                            test_says_that_the_disk_is_full);
      return g_test_run ();
    }

  add ("/store/starts-empty-and-private", test_starts_empty_and_private);
  add ("/store/keeps-one-open-batch-for-each-source", test_keeps_one_open_batch_for_each_source);
  add ("/store/cut-moves-the-batch-into-the-outbox", test_cut_moves_the_batch_into_the_outbox);
  add ("/store/a-repeated-cut-is-the-same-session", test_a_repeated_cut_is_the_same_session);
  add ("/store/settles-once-and-keeps-the-totals", test_settles_once_and_keeps_the_totals);
  add ("/store/keeps-what-was-sent", test_keeps_what_was_sent);
  add ("/store/a-future-session-gets-a-free-time", test_a_future_session_gets_a_free_time);
  add ("/store/a-settled-session-keeps-its-time", test_a_settled_session_keeps_its_time);
  add ("/store/an-unknown-session-is-an-error", test_an_unknown_session_is_an_error);
  add ("/store/pages-through-outbox-and-history", test_pages_through_outbox_and_history);
  add ("/store/remembers-facts", test_remembers_facts);
  add ("/store/works-in-the-order-of-the-calls", test_works_in_the_order_of_the_calls);
  add ("/store/cancelled-before-it-began-changes-nothing",
       test_cancelled_before_it_began_changes_nothing);
  add ("/store/says-that-it-is-closed", test_says_that_it_is_closed);
  add ("/store/may-be-dropped-while-it-works", test_may_be_dropped_while_it_works);
  add ("/store/refuses-files-that-it-cannot-use", test_refuses_files_that_it_cannot_use);
  add ("/store/finds-damage-when-it-opens", test_finds_damage_when_it_opens);
  add ("/store/brings-the-first-schema-up-to-date", test_old_schema);
  add ("/store/a-full-disk-loses-nothing", test_a_full_disk_loses_nothing);

  return g_test_run ();
}
