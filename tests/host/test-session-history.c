/* test-session-history.c: a hundred thousand sessions are a list that never keeps anybody waiting
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "fill-sessions.h"
#include "host/tropea-day-book.h"
#include "host/tropea-session-history.h"
#include "fake-clock.h"
#include "probe.h"

#include <glib/gstdio.h>

#define WAIT_S 40
#define N_SESSIONS 100000
#define END_MS G_GINT64_CONSTANT (1700000000000)
#define ANY TROPEA_SESSION_FILTER_ANY
/* What a frame leaves. */
/* What a frame leaves; sanitizers make all of it slower. */
#ifdef __SANITIZE_ADDRESS__
#define LONGEST_CALL_USEC 80000
#else
#define LONGEST_CALL_USEC 8000
#endif

typedef struct
{
  char                 *dir;
  char                 *path;
  TropeaStore          *store;
  TropeaSessionHistory *history;
  guint                 n_signals;
  guint                 position;
  guint                 removed;
  guint                 added;
} Fixture;

static void
items_changed_cb (GListModel *model,
                  guint       position,
                  guint       removed,
                  guint       added,
                  Fixture    *fixture)
{
  fixture->n_signals++;
  fixture->position = position;
  fixture->removed = removed;
  fixture->added = added;
}

static guint
count (Fixture *fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (fixture->history));
}

static void
open_history (Fixture *fixture,
              gint64   n_sessions)
{
  fixture->dir = g_dir_make_tmp ("tropea-history-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->dir, "sessions.db", NULL);
  fixture->store = fill_new (fixture->path, n_sessions, END_MS);
  fixture->history = tropea_session_history_new (fixture->store);
  g_signal_connect (fixture->history, "items-changed", G_CALLBACK (items_changed_cb), fixture);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  open_history (fixture, 300);
  test_wait_until (count (fixture) == 300, WAIT_S);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  fill_close (fixture->store);
  g_assert_finalize_object (fixture->history);
  g_assert_finalize_object (fixture->store);
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->dir), ==, 0);
  g_free (fixture->dir);
  g_free (fixture->path);
}

static TropeaHistoryItem *
get_item (Fixture *fixture,
          guint    position)
{
  return g_list_model_get_item (G_LIST_MODEL (fixture->history), position);
}

static TropeaSession *
wait_session (Fixture *fixture,
              guint    position)
{
  g_autoptr(TropeaHistoryItem) item = get_item (fixture, position);

  test_wait_until (tropea_history_item_get_session (item) != NULL, WAIT_S);

  return g_object_ref (tropea_history_item_get_session (item));
}

static void
set_filter (Fixture    *fixture,
            int         state,
            const char *text)
{
  g_autoptr(TropeaSessionFilter) filter = tropea_session_filter_new (state, ANY, text);

  tropea_session_history_set_filter (fixture->history, filter);
}

static void
cut (Fixture    *fixture,
     const char *session_id)
{
  TropeaCut session = {
    .record = { .timestamp_ms = END_MS + 1000, .duration_s = 10, .bytes = 20 },
    .bytes_in = 5,
  };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  g_strlcpy (session.record.session_id, session_id, sizeof session.record.session_id);
  tropea_store_cut_async (fixture->store, &session, NULL, test_keep_result, &result);
  test_wait_until (result != NULL, WAIT_S);
  tropea_store_cut_finish (fixture->store, result, &error);
  g_assert_no_error (error);
}

static void
credit (Fixture    *fixture,
        const char *session_id)
{
  TropeaReceipt receipt = { .credits_micro = 1000010, .balance_micro = 1000010, .seq = 9999999 };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  g_strlcpy (receipt.session_id, session_id, sizeof receipt.session_id);
  tropea_store_credit_async (fixture->store, &receipt, FILL_LEDGER, NULL, NULL, test_keep_result,
                             &result);
  test_wait_until (result != NULL, WAIT_S);
  tropea_store_settle_finish (fixture->store, result, &error);
  g_assert_no_error (error);
}

static void
test_reads_what_is_asked_for (Fixture       *fixture,
                              gconstpointer  data)
{
  g_autoptr(TropeaHistoryItem) item = get_item (fixture, 17);
  g_autoptr(TropeaHistoryItem) same = get_item (fixture, 17);
  g_autoptr(TropeaSession) session = NULL;

  g_assert_true (item == same);
  g_assert_null (tropea_history_item_get_session (item));
  session = wait_session (fixture, 17);
  g_assert_cmpint (tropea_session_get_row (session), ==, 300 - 17);
  g_assert_null (get_item (fixture, 300));
  g_assert_cmpint (tropea_session_history_get_phase (fixture->history), ==,
                   TROPEA_HISTORY_PHASE_LIST);
}

static void
test_follows_the_store (Fixture       *fixture,
                        gconstpointer  data)
{
  const char *id = "12345678-1234-4234-8234-123456789012";
  g_autoptr(TropeaSession) G_GNUC_UNUSED before = wait_session (fixture, 0);
  g_autoptr(TropeaHistoryItem) item = NULL;

  fixture->n_signals = 0;
  cut (fixture, id);
  g_assert_cmpuint (fixture->n_signals, ==, 1);
  g_assert_cmpuint (fixture->position, ==, 0);
  g_assert_cmpuint (fixture->added, ==, 1);
  g_assert_cmpuint (count (fixture), ==, 301);
  item = get_item (fixture, 0);
  g_assert_cmpstr (tropea_session_get_record (tropea_history_item_get_session (item))->session_id,
                   ==, id);

  /* In its place, without a word about the list. */
  credit (fixture, id);
  g_assert_cmpuint (fixture->n_signals, ==, 1);
  g_assert_cmpint (tropea_session_get_state (tropea_history_item_get_session (item)), ==,
                   TROPEA_SESSION_STATE_CREDITED);
}

static void
test_filters_live (Fixture       *fixture,
                   gconstpointer  data)
{
  const char *id = "12345678-1234-4234-8234-123456789012";

  set_filter (fixture, TROPEA_SESSION_STATE_WAITING, NULL);
  test_wait_until (count (fixture) == 3, WAIT_S);
  cut (fixture, id);
  g_assert_cmpuint (count (fixture), ==, 4);
  credit (fixture, "0000012b-0000-4000-8000-000000000299");
  g_assert_cmpuint (count (fixture), ==, 3);
  g_assert_cmpuint (fixture->position, ==, 2);
  g_assert_cmpuint (fixture->removed, ==, 1);

  /* Asked for twice at once, only the last counts; a credited one comes into its place. */
  set_filter (fixture, TROPEA_SESSION_STATE_REFUSED, NULL);
  set_filter (fixture, TROPEA_SESSION_STATE_CREDITED, NULL);
  test_wait_until (count (fixture) > 10, WAIT_S);
  g_assert_cmpuint (count (fixture), ==, 300 - 3 - 5 + 1);
  credit (fixture, "0000012a-0000-4000-8000-000000000298");
  g_assert_cmpuint (fixture->position, ==, 1);
  g_assert_cmpuint (fixture->added, ==, 1);

  set_filter (fixture, ANY, "no such thing");
  test_wait_until (tropea_session_history_get_phase (fixture->history) ==
                   TROPEA_HISTORY_PHASE_NO_MATCH, WAIT_S);
  set_filter (fixture, ANY, "0000012");
  test_wait_until (tropea_session_history_get_phase (fixture->history) ==
                   TROPEA_HISTORY_PHASE_LIST, WAIT_S);
  g_assert_cmpuint (count (fixture), ==, 13);
}

static void
test_empty (void)
{
  Fixture fixture = { 0 };

  fixture.dir = g_dir_make_tmp ("tropea-history-XXXXXX", NULL);
  fixture.path = g_build_filename (fixture.dir, "sessions.db", NULL);
  fixture.store = fill_open (fixture.path);
  fixture.history = tropea_session_history_new (fixture.store);
  test_wait_until (tropea_session_history_get_phase (fixture.history) ==
                   TROPEA_HISTORY_PHASE_EMPTY, WAIT_S);
  cut (&fixture, "12345678-1234-4234-8234-123456789012");
  g_assert_cmpint (tropea_session_history_get_phase (fixture.history), ==,
                   TROPEA_HISTORY_PHASE_LIST);
  tear_down (&fixture, NULL);
}

static gboolean
is_read (TropeaHistoryItem **items,
         guint               n_items)
{
  for (guint i = 0; i < n_items; i++)
    {
      if (tropea_history_item_get_session (items[i]) == NULL)
        return FALSE;
    }

  return TRUE;
}

/* A window full of rows anywhere, again and again, as one who drags the scroll bar asks. */
static void
test_never_blocks (void)
{
  Fixture fixture = { 0 };
  g_autoptr(GRand) random = g_rand_new_with_seed (7);
  TropeaHistoryItem *items[40] = { NULL };
  gint64 longest_usec = 0;

  open_history (&fixture, N_SESSIONS);
  probe_until (count (&fixture) == N_SESSIONS, WAIT_S, longest_usec);
  for (int jump = 0; jump < 60; jump++)
    {
      guint top = (guint) g_rand_int_range (random, 0, N_SESSIONS - 40);
      gint64 begun_usec = probe_get_cpu_usec ();

      for (guint i = 0; i < 40; i++)
        items[i] = get_item (&fixture, top + i);
      longest_usec = MAX (longest_usec, probe_get_cpu_usec () - begun_usec);
      if (jump % 3 == 0)
        probe_until (is_read (items, 40), WAIT_S, longest_usec);
      for (guint i = 0; i < 40 && jump % 3 == 0; i++)
        g_assert_cmpint (tropea_session_get_row (tropea_history_item_get_session (items[i])), ==,
                         N_SESSIONS - (gint64) (top + i));
      for (guint i = 0; i < 40; i++)
        g_object_unref (items[i]);
    }

  set_filter (&fixture, TROPEA_SESSION_STATE_CREDITED, NULL);
  probe_until (count (&fixture) < N_SESSIONS, WAIT_S, longest_usec);
  set_filter (&fixture, ANY, "more than");
  probe_until (count (&fixture) < 10000, WAIT_S, longest_usec);
  g_assert_cmpuint (count (&fixture), ==, N_SESSIONS / 50 - 1);
  g_test_message ("The longest turn took %" G_GINT64_FORMAT " µs", longest_usec);
  g_assert_cmpint (longest_usec, <, LONGEST_CALL_USEC);
  tear_down (&fixture, NULL);
}

static gint64
get_int64 (TropeaDayBook *book,
           const char    *name)
{
  gint64 value = -1;

  g_object_get (book, name, &value, NULL);

  return value;
}

static gboolean
is_loaded (TropeaDayBook *book)
{
  gboolean loaded = FALSE;

  g_object_get (book, "is-loaded", &loaded, NULL);

  return loaded;
}

/* The figures of the days are those of the store, before and after a session is credited. */
static void
test_day_book (Fixture       *fixture,
               gconstpointer  data)
{
  const char *id = "12345678-1234-4234-8234-123456789012";
  const TropeaStoreTotals *totals = tropea_store_get_totals (fixture->store);
  g_autoptr(FakeClock) clock = fake_clock_new (END_MS);
  TropeaDayBook *book = NULL;
  const GArray *days = NULL;
  gint64 week = 0;
  gint64 today = 0;
  guint streak = 0;

  book = tropea_day_book_new (fixture->store, TROPEA_CLOCK (clock));
  test_wait_until (is_loaded (book), WAIT_S);
  g_assert_cmpint (get_int64 (book, "total-micro"), ==, totals->credits_micro);
  g_assert_cmpint (get_int64 (book, "simulated-micro"), ==, totals->simulated_credits_micro);

  days = tropea_day_book_get_days (book);
  g_assert_cmpuint (days->len, ==, 3);
  for (guint i = 0; i < days->len; i++)
    week += g_array_index (days, TropeaDaySum, i).credits_micro;
  g_assert_cmpint (get_int64 (book, "week-micro"), ==, week);
  g_assert_cmpint (get_int64 (book, "month-micro"), ==, week);
  today = get_int64 (book, "today-micro");
  g_assert_cmpint (today, ==, g_array_index (days, TropeaDaySum, 2).credits_micro);

  cut (fixture, id);
  g_assert_cmpint (get_int64 (book, "today-micro"), ==, today);
  credit (fixture, id);
  g_assert_cmpint (get_int64 (book, "today-micro"), ==, today + 1000010);
  g_assert_cmpint (get_int64 (book, "total-micro"), ==, totals->credits_micro);
  g_object_get (book, "streak-days", &streak, NULL);
  g_assert_cmpuint (streak, ==, 3);

  /* Two days later the row is broken, and a day that is over is not today. */
  fake_clock_set_wall_ms (clock, END_MS + G_GINT64_CONSTANT (2 * 86400 * 1000));
  cut (fixture, "12345678-1234-4234-8234-123456789013");
  g_object_get (book, "streak-days", &streak, NULL);
  g_assert_cmpuint (streak, ==, 0);
  g_assert_cmpint (get_int64 (book, "today-micro"), ==, 0);
  g_assert_finalize_object (book);
}

static void
add (const char *name,
     void      (*test) (Fixture       *fixture,
                        gconstpointer  data))
{
  g_test_add (name, Fixture, NULL, set_up, test, tear_down);
}

int
main (int   argc,
      char *argv[])
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  add ("/session-history/reads-what-is-asked-for", test_reads_what_is_asked_for);
  add ("/session-history/follows-the-store", test_follows_the_store);
  add ("/session-history/filters-live", test_filters_live);
  g_test_add_func ("/session-history/says-that-there-is-nothing-yet", test_empty);
  g_test_add_func ("/session-history/never-blocks-with-100000-sessions", test_never_blocks);
  add ("/day-book/adds-up-with-the-store", test_day_book);

  return g_test_run ();
}
