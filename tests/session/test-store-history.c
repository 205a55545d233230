/* test-store-history.c: the store finds, pages, sums up, checks and exports a long history
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "base/tropea-database.h"
#include "fill-sessions.h"
#include "record/tropea-credit.h"
#include "session/tropea-exporter.h"
#include "session/tropea-store-history.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

#define WAIT_S 40
#define N_SESSIONS 2000
/* 2023-11-14 22:13:20 */
#define END_MS G_GINT64_CONSTANT (1700000000000)
#define ANY TROPEA_SESSION_FILTER_ANY

typedef struct
{
  char        *dir;
  char        *path;
  TropeaStore *store;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->dir = g_dir_make_tmp ("tropea-history-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->dir, "sessions.db", NULL);
  fixture->store = fill_new (fixture->path, N_SESSIONS, END_MS);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->store != NULL)
    {
      fill_close (fixture->store);
      g_assert_finalize_object (fixture->store);
    }
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->dir), ==, 0);
  g_free (fixture->dir);
  g_free (fixture->path);
}

static void
exec (Fixture    *fixture,
      const char *sql)
{
  g_autoptr(sqlite3) db = NULL;

  g_assert_cmpint (sqlite3_open (fixture->path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
}

static GArray *
find (Fixture    *fixture,
      int         state,
      int         kind,
      const char *text)
{
  g_autoptr(TropeaSessionFilter) filter = tropea_session_filter_new (state, kind, text);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  GArray *rows = NULL;

  tropea_store_find_rows_async (fixture->store, filter, NULL, test_keep_result, &result);
  test_wait_until (result != NULL, WAIT_S);
  rows = tropea_store_find_rows_finish (fixture->store, result, &error);
  g_assert_no_error (error);

  return rows;
}

static GPtrArray *
list (Fixture    *fixture,
      int         state,
      int         kind,
      const char *text,
      gint64      before,
      guint       limit)
{
  g_autoptr(TropeaSessionFilter) filter = tropea_session_filter_new (state, kind, text);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  GPtrArray *sessions = NULL;

  tropea_store_list_filtered_async (fixture->store, filter, before, limit, NULL,
                                    test_keep_result, &result);
  test_wait_until (result != NULL, WAIT_S);
  sessions = tropea_store_list_finish (fixture->store, result, &error);
  g_assert_no_error (error);

  return sessions;
}

static const struct
{
  int         state;
  int         kind;
  const char *text;
  guint       n_expected;
} filters[] = {
  { ANY, ANY, NULL, N_SESSIONS },
  { ANY, ANY, "  ", N_SESSIONS },
  { TROPEA_SESSION_STATE_WAITING, ANY, NULL, 3 },
  { TROPEA_SESSION_STATE_REFUSED, ANY, NULL, 39 },
  { TROPEA_SESSION_STATE_CREDITED, ANY, NULL, N_SESSIONS - 3 - 39 },
  { ANY, TROPEA_SESSION_KIND_SIMULATED, NULL, 200 },
  { ANY, TROPEA_SESSION_KIND_MANUAL, NULL, 257 },
  { ANY, TROPEA_SESSION_KIND_AUTOMATIC, NULL, N_SESSIONS - 200 - 257 },
  { TROPEA_SESSION_STATE_CREDITED, TROPEA_SESSION_KIND_SIMULATED, NULL, 160 },
  { ANY, ANY, "0000000a", 1 },
  { ANY, ANY, " 0000000A-0000 ", 1 },
  { ANY, ANY, "0000000", 15 },
  { ANY, ANY, "000001ff-0000-4000-8000-000000000511", 1 },
  { ANY, ANY, "000001ff-0000-4000-8000-000000000512", 0 },
  { ANY, ANY, "2023-11-14", 134 },
  { ANY, ANY, "2023-11", 2000 },
  { ANY, ANY, "2023-10", 0 },
  { ANY, ANY, "2023", N_SESSIONS },
  { ANY, ANY, "1999-99-99", 0 },
  { ANY, ANY, "14 nov 2023", 134 },
  { ANY, ANY, "mbit/S", 39 },
  { ANY, ANY, "Implausible", 39 },
  { TROPEA_SESSION_STATE_CREDITED, ANY, "implausible", 0 },
  { ANY, ANY, "%", 0 },
  { ANY, ANY, "'; DROP TABLE sessions; --", 0 },
  { ANY, ANY, "\xff\xfe", 0 },
};

/* The row numbers, the pages and the filter's own word agree on every session. */
static void
test_finds_and_pages (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr(GPtrArray) all = list (fixture, ANY, ANY, NULL, 0, N_SESSIONS + 1);

  g_assert_cmpuint (all->len, ==, N_SESSIONS);
  for (gsize i = 0; i < G_N_ELEMENTS (filters); i++)
    {
      g_autoptr(TropeaSessionFilter) filter =
        tropea_session_filter_new (filters[i].state, filters[i].kind, filters[i].text);
      g_autoptr(GArray) rows = find (fixture, filters[i].state, filters[i].kind, filters[i].text);
      g_autoptr(GPtrArray) page = NULL;
      gint64 before = 0;
      guint n_matching = 0;
      guint n_paged = 0;

      for (guint j = 0; j < all->len; j++)
        n_matching += tropea_session_filter_matches (filter, all->pdata[j]) ? 1 : 0;
      do
        {
          g_clear_pointer (&page, g_ptr_array_unref);
          page = list (fixture, filters[i].state, filters[i].kind, filters[i].text, before, 300);
          for (guint j = 0; j < page->len; j++)
            {
              gint64 row = tropea_session_get_row (page->pdata[j]);

              g_assert_cmpint (row, ==, g_array_index (rows, gint64, rows->len - 1 - n_paged));
              g_assert_true (tropea_session_filter_matches (filter, page->pdata[j]));
              n_paged++;
              before = row;
            }
        }
      while (page->len > 0);

      g_assert_cmpuint (n_matching, ==, rows->len);
      g_assert_cmpuint (n_paged, ==, rows->len);
      g_assert_cmpuint (rows->len, ==, filters[i].n_expected);
    }
}

static void
test_reads_by_row (Fixture       *fixture,
                   gconstpointer  data)
{
  const gint64 rows[] = { 5, 1999, 77, 424242 };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GPtrArray) sessions = NULL;
  g_autoptr(GError) error = NULL;

  tropea_store_read_rows_async (fixture->store, rows, G_N_ELEMENTS (rows), NULL, test_keep_result,
                                &result);
  test_wait_until (result != NULL, WAIT_S);
  sessions = tropea_store_list_finish (fixture->store, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (sessions->len, ==, 3);
  g_assert_cmpint (tropea_session_get_row (sessions->pdata[0]), ==, 1999);
  g_assert_cmpint (tropea_session_get_row (sessions->pdata[1]), ==, 77);
  g_assert_cmpint (tropea_session_get_row (sessions->pdata[2]), ==, 5);
}

/* No way to a session goes through all of them, nor through a sorting of what was found. */
static void
test_uses_its_indexes (Fixture       *fixture,
                       gconstpointer  data)
{
  static const struct
  {
    const char *sql;
    const char *index;
  } rows[] = {
    { "SELECT row FROM sessions WHERE state = 'refused' ORDER BY row", "sessions_state" },
    { "SELECT row FROM sessions WHERE iif (source = 'simulation', 2, is_manual) = 1 ORDER BY row",
      "sessions_kind" },
    { "SELECT row FROM sessions WHERE timestamp_ms >= 1 AND timestamp_ms < 2", "sessions_start" },
    { "SELECT row FROM sessions WHERE session_id >= 'a' AND session_id < 'ag'",
      "sqlite_autoindex_sessions_1" },
    { "SELECT bytes FROM sessions WHERE row IN (SELECT value FROM json_each ('[1]'))"
      " ORDER BY row DESC", "INTEGER PRIMARY KEY" },
    { "SELECT bytes FROM sessions WHERE TRUE AND row < 5 ORDER BY row DESC LIMIT 9",
      "INTEGER PRIMARY KEY" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *sql = g_strconcat ("EXPLAIN QUERY PLAN ", rows[i].sql, NULL);
      g_autoptr(sqlite3) db = NULL;
      g_autoptr(sqlite3_stmt) statement = NULL;
      g_autoptr(GString) plan = g_string_new (NULL);

      g_assert_cmpint (sqlite3_open (fixture->path, &db), ==, SQLITE_OK);
      g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), ==, SQLITE_OK);
      while (sqlite3_step (statement) == SQLITE_ROW)
        g_string_append_printf (plan, "%s\n", sqlite3_column_text (statement, 3));
      g_test_message ("%s:\n%s", rows[i].sql, plan->str);
      g_assert_nonnull (strstr (plan->str, rows[i].index));
      g_assert_null (strstr (plan->str, "SCAN sessions\n"));
      g_assert_null (strstr (plan->str, "TEMP B-TREE"));
    }
}

static GArray *
sum_days (Fixture *fixture)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  GArray *days = NULL;

  tropea_store_sum_days_async (fixture->store, NULL, test_keep_result, &result);
  test_wait_until (result != NULL, WAIT_S);
  days = tropea_store_sum_days_finish (fixture->store, result, &error);
  g_assert_no_error (error);

  return days;
}

/* Each day is the sum of its sessions in the list, and all days are the totals. */
static void
test_days_add_up (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(GArray) days = sum_days (fixture);
  g_autoptr(GPtrArray) all = list (fixture, ANY, ANY, NULL, 0, N_SESSIONS);
  const TropeaStoreTotals *totals = tropea_store_get_totals (fixture->store);
  TropeaDaySum sum = { 0 };

  g_assert_cmpuint (days->len, ==, 14);
  for (guint i = 0; i < days->len; i++)
    {
      const TropeaDaySum *day = &g_array_index (days, TropeaDaySum, i);
      TropeaDaySum own = { 0 };

      for (guint j = 0; j < all->len; j++)
        {
          const TropeaRecord *record = tropea_session_get_record (all->pdata[j]);
          gint64 credits = tropea_session_get_credits_micro (all->pdata[j]);

          if (tropea_day_from_ms (record->timestamp_ms) != day->day)
            continue;
          own.sessions += 1;
          if (record->source == TROPEA_SOURCE_SIMULATION)
            own.simulated_micro += credits;
          else
            own.credits_micro += credits;
        }

      g_assert_cmpint (own.sessions, ==, day->sessions);
      g_assert_cmpint (own.credits_micro, ==, day->credits_micro);
      g_assert_cmpint (own.simulated_micro, ==, day->simulated_micro);
      g_assert_cmpint (day->waiting + day->credited + day->refused, ==, day->sessions);
      sum.sessions += day->sessions;
      sum.credits_micro += day->credits_micro;
      sum.simulated_micro += day->simulated_micro;
    }

  g_assert_cmpint (sum.sessions, ==, totals->sessions);
  g_assert_cmpint (sum.credits_micro, ==, totals->credits_micro);
  g_assert_cmpint (sum.simulated_micro, ==, totals->simulated_credits_micro);
}

static TropeaBooks
check_books (Fixture *fixture)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  TropeaBooks books = { 0 };

  tropea_store_check_books_async (fixture->store, FILL_LEDGER, NULL, test_keep_result, &result);
  test_wait_until (result != NULL, WAIT_S);
  tropea_store_check_books_finish (fixture->store, result, &books, &error);
  g_assert_no_error (error);

  return books;
}

static void
test_books_are_right (Fixture       *fixture,
                      gconstpointer  data)
{
  const TropeaStoreTotals *totals = tropea_store_get_totals (fixture->store);
  TropeaBooks books = check_books (fixture);
  TropeaLedgerFigures figures = books.own;

  g_assert_cmpint (books.fault, ==, TROPEA_BOOKS_RIGHT);
  g_assert_cmpmem (&books.sums, sizeof books.sums, totals, sizeof *totals);
  g_assert_cmpint (books.own.sessions, ==, totals->credited);

  tropea_books_compare_ledger (&books, &figures);
  g_assert_cmpint (books.fault, ==, TROPEA_BOOKS_RIGHT);
  figures.credits_micro -= 1;
  tropea_books_compare_ledger (&books, &figures);
  g_assert_cmpint (books.fault, ==, TROPEA_BOOKS_LEDGER);
  g_assert_cmpint (books.found_micro, ==, books.expected_micro - 1);
}

/* One micro-credit in one session, and a session that was taken away behind our back. */
static void
test_books_name_the_difference (Fixture       *fixture,
                                gconstpointer  data)
{
  TropeaBooks books = { 0 };

  exec (fixture, "UPDATE sessions SET credits_micro = credits_micro + 1 WHERE row = 1234");
  books = check_books (fixture);
  g_assert_cmpint (books.fault, ==, TROPEA_BOOKS_SESSION_CREDITS);
  g_assert_cmpint (books.faults, ==, 1);
  g_assert_cmpstr (books.session_id, ==, "000004d2-0000-4000-8000-000000001234");
  g_assert_cmpint (books.expected_micro, ==,
                   tropea_credit_compute_micro (30 + 1234 % 571, 100000 + 1234 * 7919 % 5000000));
  g_assert_cmpint (books.found_micro, ==, books.expected_micro + 1);

  exec (fixture, "UPDATE sessions SET credits_micro = credits_micro - 1 WHERE row = 1234");
  exec (fixture, "DELETE FROM sessions WHERE row = 1233");
  books = check_books (fixture);
  g_assert_cmpint (books.fault, ==, TROPEA_BOOKS_SHOWN_CREDITS);
  g_assert_cmpint (books.found_micro, >, books.expected_micro);

  exec (fixture, "DELETE FROM sessions WHERE row = 2000");
  exec (fixture, "INSERT INTO sessions (row, session_id, timestamp_ms, duration_s, bytes, ip_hash,"
                 " source, state, credits_micro, balance_micro, ledger_seq)"
                 " SELECT 1233, 'x2345678-0000-4000-8000-000000001233', 1, 30 + 1233 % 571,"
                 " 100000 + 1233 * 7919 % 5000000, '', 'tor-client', 'credited',"
                 " (30 + 1233 % 571) * 100000 + (100000 + 1233 * 7919 % 5000000) / 2, 0, 1");
  books = check_books (fixture);
  g_assert_cmpint (books.fault, ==, TROPEA_BOOKS_SHOWN_COUNTS);
  g_assert_cmpint (books.expected_micro, ==, N_SESSIONS - 1);
  g_assert_cmpint (books.found_micro, ==, N_SESSIONS);
}

static char *
export (Fixture             *fixture,
        TropeaSessionFilter *filter,
        TropeaExportFormat   format,
        gint64               n_expected)
{
  g_autofree char *path = g_build_filename (fixture->dir, "out", NULL);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  gint64 n_sessions = -1;
  char *text = NULL;

  tropea_export_async (fixture->store, filter, format, path, NULL, test_keep_result, &result);
  test_wait_until (result != NULL, WAIT_S);
  tropea_export_finish (fixture->store, result, &n_sessions, &error);
  g_assert_no_error (error);
  g_assert_cmpint (n_sessions, ==, n_expected);
  g_assert_true (g_file_get_contents (path, &text, NULL, &error));
  g_assert_cmpint (g_unlink (path), ==, 0);

  return text;
}

static void
test_exports_csv (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(TropeaSessionFilter) all = tropea_session_filter_new (ANY, ANY, NULL);
  g_autoptr(TropeaSessionFilter) none = tropea_session_filter_new (ANY, ANY, "nothing");
  g_autoptr(TropeaSessionFilter) one = tropea_session_filter_new (ANY, ANY, "00000032");
  g_autofree char *text = export (fixture, all, TROPEA_EXPORT_CSV, N_SESSIONS);
  g_autofree char *empty = export (fixture, none, TROPEA_EXPORT_CSV, 0);
  g_autofree char *single = NULL;
  g_auto(GStrv) lines = g_strsplit (text, "\r\n", -1);
  gint64 credits = 0;

  g_assert_cmpuint (g_strv_length (lines), ==, N_SESSIONS + 2);
  g_assert_true (g_str_has_prefix (lines[0], "session_id,started,duration_s,bytes,bytes_in,"
                                             "bytes_out,source,kind,state,credits_micro,"));
  g_assert_true (g_str_has_prefix (empty, lines[0]));
  g_assert_cmpstr (lines[1], ==, "000007d0-0000-4000-8000-000000002000,2023-11-14T22:13:20.000Z,"
                                 "317,938000,312666,625334,simulation,simulated,waiting,0"
                                 ",,,,,,,,,,");
  for (guint i = 1; i <= N_SESSIONS; i++)
    {
      g_auto(GStrv) fields = g_strsplit (lines[i], ",", -1);

      if (g_str_equal (fields[6], "tor-client"))
        credits += g_ascii_strtoll (fields[9], NULL, 10);
    }
  g_assert_cmpint (credits, ==, tropea_store_get_totals (fixture->store)->credits_micro);

  exec (fixture, "UPDATE sessions SET reason = '=1+1, \"two\"' WHERE row = 50");
  single = export (fixture, one, TROPEA_EXPORT_CSV, 1);
  g_assert_nonnull (strstr (single, ",refused,0,implausible,\"'=1+1, \"\"two\"\"\","));
}

static void
test_exports_json (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr(TropeaSessionFilter) refused =
    tropea_session_filter_new (TROPEA_SESSION_STATE_REFUSED, ANY, NULL);
  g_autoptr(TropeaSessionFilter) none = tropea_session_filter_new (ANY, ANY, "nothing");
  g_autofree char *text = NULL;
  g_autofree char *empty = export (fixture, none, TROPEA_EXPORT_JSON, 0);
  g_autoptr(JsonParser) parser = json_parser_new ();
  g_autoptr(GError) error = NULL;
  JsonArray *sessions = NULL;
  JsonObject *first = NULL;

  exec (fixture, "UPDATE sessions SET reason = '\"' || char (10) || 'é' WHERE row = 1950");
  text = export (fixture, refused, TROPEA_EXPORT_JSON, 39);
  g_assert_cmpstr (empty, ==, "{\"format\":\"tropea-sessions/1\",\"sessions\":[]}\n");
  g_assert_true (json_parser_load_from_data (parser, text, -1, &error));
  sessions = json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)),
                                           "sessions");
  g_assert_cmpuint (json_array_get_length (sessions), ==, 39);
  first = json_array_get_object_element (sessions, 0);
  g_assert_cmpstr (json_object_get_string_member (first, "reason"), ==, "\"\né");
  g_assert_cmpint (json_object_get_int_member (first, "bytes"), ==,
                   100000 + 1950 * 7919 % 5000000);
  g_assert_true (json_object_get_null_member (first, "ledger_seq"));
  g_assert_true (json_object_get_null_member (first, "signature"));
}

/* What cannot be written leaves nothing behind, and an older file as it was. */
static void
test_export_is_whole_or_not_there (Fixture       *fixture,
                                   gconstpointer  data)
{
  g_autoptr(TropeaSessionFilter) all = tropea_session_filter_new (ANY, ANY, NULL);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *path = g_build_filename (fixture->dir, "out", NULL);
  g_autofree char *nowhere = g_build_filename (fixture->dir, "no", "where", NULL);
  g_autofree char *text = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GAsyncResult) cancelled = NULL;
  g_autoptr(GError) error = NULL;
  gint64 n_sessions = 0;

  tropea_export_async (fixture->store, all, TROPEA_EXPORT_CSV, nowhere, NULL, test_keep_result,
                       &result);
  test_wait_until (result != NULL, WAIT_S);
  g_assert_false (tropea_export_finish (fixture->store, result, &n_sessions, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);

  g_assert_true (g_file_set_contents (path, "older", -1, NULL));
  g_cancellable_cancel (cancellable);
  tropea_export_async (fixture->store, all, TROPEA_EXPORT_CSV, path, cancellable,
                       test_keep_result, &cancelled);
  test_wait_until (cancelled != NULL, WAIT_S);
  g_assert_false (tropea_export_finish (fixture->store, cancelled, &n_sessions, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "older");

  /* The folder has nothing else in it: tear_down () removes it. */
  g_assert_cmpint (g_unlink (path), ==, 0);
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

  add ("/store-history/finds-and-pages-what-fits", test_finds_and_pages);
  add ("/store-history/reads-by-row-newest-first", test_reads_by_row);
  add ("/store-history/uses-its-indexes", test_uses_its_indexes);
  add ("/store-history/days-add-up-with-the-list", test_days_add_up);
  add ("/store-history/books-are-right", test_books_are_right);
  add ("/store-history/books-name-the-first-difference", test_books_name_the_difference);
  add ("/store-history/exports-csv-with-exact-integers", test_exports_csv);
  add ("/store-history/exports-json-that-parses", test_exports_json);
  add ("/store-history/an-export-is-whole-or-not-there", test_export_is_whole_or_not_there);

  return g_test_run ();
}
