/* test-ledger-sqlite.c: what only the SQLite store has: old files, its log, many readers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/tropea-database.h"
#include "base/tropea-secret.h"
#include "ledger/tropea-ledger-audit.h"
#include "ledger/tropea-ledger-sqlite-store.h"
#include "record/tropea-credit.h"

#define START_MS G_GINT64_CONSTANT (1767225600000)
#define HOUR 490896

/* The day on which the first two sessions of version-1.sql start. */
#define FIRST_DAY 20776

typedef struct
{
  char              *folder;  /* (owned) */
  char              *path;    /* (owned) */
  TropeaLedgerStore *store;   /* (owned) (nullable) */
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("tropea-ledger-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->folder, "ledger.db", NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr(GDir) dir = g_dir_open (fixture->folder, 0, NULL);

  if (fixture->store != NULL)
    g_assert_finalize_object (fixture->store);
  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static void
open_store (Fixture    *fixture,
            const char *origin)
{
  g_autoptr(GError) error = NULL;

  fixture->store = tropea_ledger_sqlite_store_open (fixture->path, origin, &error);
  g_assert_no_error (error);
}

static void
run_sql_file (const char *path,
              const char *name)
{
  g_autofree char *file = g_test_build_filename (G_TEST_DIST, "fixtures", "ledger", name, NULL);
  g_autofree char *sql = NULL;
  g_autoptr(sqlite3) db = NULL;
  g_autoptr(GError) error = NULL;

  g_file_get_contents (file, &sql, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  tropea_database_exec (db, sql, &error);
  g_assert_no_error (error);
}

static gint64
query (const char *path,
       const char *sql)
{
  g_autoptr(sqlite3) db = NULL;
  g_autoptr(GError) error = NULL;
  gint64 value = -1;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  tropea_database_query_int64 (db, sql, &value, &error);
  g_assert_no_error (error);

  return value;
}

static void
fill (TropeaLedgerEntry *entry,
      guint              number)
{
  TropeaLedgerEntry value = { 0 };
  guint client = g_str_hash ("client") * (number + 1) % 997;

  g_snprintf (value.record.session_id, sizeof value.record.session_id,
              "00000000-0000-4000-8000-%012x", number);
  memcpy (value.record.client_pub, &client, sizeof client);
  value.record.timestamp_ms = START_MS + (gint64) number * 2000;
  value.record.duration_s = 1;
  value.credits_micro = tropea_credit_compute_micro (1, 0);
  *entry = value;
}

static void
submit (TropeaLedgerStore *store,
        TropeaLedgerEntry *entries,
        guint              n_entries)
{
  g_autoptr(GPtrArray) group = g_ptr_array_new ();
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < n_entries; i++)
    g_ptr_array_add (group, &entries[i]);
  tropea_ledger_store_submit (store, group, HOUR, &error);
  g_assert_no_error (error);
}

/* A ledger that version 1 wrote adds up under today's program, and its days are full of what
 * was in them. */
static void
test_version_1 (Fixture       *fixture,
                gconstpointer  data)
{
  TropeaLedgerEntry more = { 0 };
  g_autoptr(GPtrArray) sessions = NULL;
  g_autoptr(GError) error = NULL;
  gint64 n_sessions = 0;
  gint64 n_keys = 0;

  run_sql_file (fixture->path, "version-1.sql");
  for (guint i = 0; i < 2; i++)
    {
      open_store (fixture, NULL);
      g_assert_cmpstr (tropea_ledger_store_get_origin (fixture->store), ==, "test.example.org");
      tropea_ledger_audit (fixture->store, "test.example.org", &n_sessions, &n_keys, &error);
      g_assert_no_error (error);
      g_assert_cmpint (n_sessions, ==, 4);
      g_assert_cmpint (n_keys, ==, 2);
      g_assert_finalize_object (g_steal_pointer (&fixture->store));
    }

  g_assert_cmpint (query (fixture->path, "PRAGMA user_version"), >=, 2);
  g_assert_cmpint (query (fixture->path, "SELECT count (*) FROM days"), ==, 3);
  g_assert_cmpint (query (fixture->path, "SELECT micro FROM days WHERE account = 1 AND "
                                         "grade = 'self-reported' AND day = 20776"),
                   ==, 66502500);
  g_assert_cmpint (query (fixture->path, "SELECT bytes FROM days WHERE account = 1 AND "
                                         "grade = 'self-reported' AND day = 20776"),
                   ==, 1005001);

  open_store (fixture, NULL);
  sessions = tropea_ledger_store_list_all (fixture->store, 0, 1, &error);
  g_assert_no_error (error);
  fill (&more, 1);
  memcpy (more.record.client_pub, ((TropeaLedgerEntry *) sessions->pdata[0])->record.client_pub,
          sizeof more.record.client_pub);
  more.record.timestamp_ms = FIRST_DAY * TROPEA_LEDGER_DAY_MS + 7200000;
  more.day_cap_micro = 66502500 + more.credits_micro - 1;
  submit (fixture->store, &more, 1);
  g_assert_cmpint (more.outcome, ==, TROPEA_LEDGER_OUTCOME_DAY_FULL);
  more.day_cap_micro++;
  submit (fixture->store, &more, 1);
  g_assert_cmpint (more.outcome, ==, TROPEA_LEDGER_OUTCOME_ACCEPTED);
  g_assert_cmpint (more.balance_micro, ==, 66502500 + more.credits_micro);
}

static gint64
find_key (const char *path,
          gint64      account,
          guint8     *client_pub)
{
  g_autofree char *sql = g_strdup_printf ("SELECT client_pub, (SELECT max (seq) FROM sessions) "
                                          "FROM accounts WHERE id = %" G_GINT64_FORMAT, account);
  g_autoptr(sqlite3) db = NULL;
  g_autoptr(sqlite3_stmt) row = NULL;
  gboolean has_row = FALSE;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_true (tropea_database_prepare (db, sql, &row, NULL));
  g_assert_true (tropea_database_step (row, &has_row, NULL));
  g_assert_true (has_row);
  memcpy (client_pub, sqlite3_column_blob (row, 0), TROPEA_RECORD_PUBLIC_KEY_BYTES);

  return sqlite3_column_int64 (row, 1);
}

/* Each page of a key's sessions is what the rows say, wherever it begins. */
static void
assert_pages (Fixture *fixture,
              gint64   account,
              guint    limit)
{
  guint8 client_pub[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { 0 };
  gint64 n_places = find_key (fixture->path, account, client_pub);

  for (gint64 before = 0; before <= n_places + 2; before++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(GPtrArray) page = tropea_ledger_store_list (fixture->store, client_pub, before,
                                                            limit, &error);
      gint64 seq = before;

      g_assert_no_error (error);
      for (guint i = 0; i < limit && seq > 0; i++)
        {
          g_autofree char *sql =
            g_strdup_printf ("SELECT coalesce (max (seq), 0) FROM sessions WHERE client = "
                             "%" G_GINT64_FORMAT " AND seq < %" G_GINT64_FORMAT, account, seq);

          seq = query (fixture->path, sql);
          if (seq == 0)
            g_assert_cmpuint (page->len, ==, i);
          else
            g_assert_cmpint (((TropeaLedgerEntry *) page->pdata[i])->seq, ==, seq);
        }
      g_assert_cmpuint (page->len, <=, limit);
    }
}

/* Made by the program that had version 2, late sessions and both grades among them. */
static void
test_version_2 (Fixture       *fixture,
                gconstpointer  data)
{
  TropeaLedgerEntry more = { 0 };
  g_autoptr(GError) error = NULL;
  gint64 n_sessions = 0;
  gint64 n_keys = 0;
  gint64 days_micro = 0;

  run_sql_file (fixture->path, "version-2.sql");
  days_micro = query (fixture->path, "SELECT sum (micro * 31 + bytes * 7 + day + account) "
                                     "FROM days");
  open_store (fixture, "test.example.org");
  tropea_ledger_audit (fixture->store, "test.example.org", &n_sessions, &n_keys, &error);
  g_assert_no_error (error);
  g_assert_cmpint (n_sessions, ==, 10);
  g_assert_cmpint (n_keys, ==, 3);
  g_assert_cmpint (query (fixture->path, "PRAGMA user_version"), >=, 3);
  g_assert_cmpint (query (fixture->path, "SELECT sum (micro * 31 + bytes * 7 + day + account) "
                                         "FROM days"), ==, days_micro);

  /* It goes on: what comes now hangs on what was there. */
  fill (&more, 1);
  find_key (fixture->path, 1, more.record.client_pub);
  submit (fixture->store, &more, 1);
  g_assert_cmpint (more.outcome, ==, TROPEA_LEDGER_OUTCOME_ACCEPTED);
  g_assert_cmpint (more.seq, ==, 11);
  for (gint64 account = 1; account <= n_keys; account++)
    {
      for (guint limit = 1; limit < 5; limit += 2)
        assert_pages (fixture, account, limit);
    }
}

/* How often the log has started over: its header's fourth word (SQLite's file format, 4.1). */
static guint32
get_log_round (const char *path)
{
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  guint32 header[4] = { 0 };
  int fd = g_open (log, O_RDONLY | O_CLOEXEC, 0);
  gssize n_read = fd >= 0 ? read (fd, header, sizeof header) : 0;

  if (fd >= 0)
    close (fd);

  return n_read == (gssize) sizeof header ? GUINT32_FROM_BE (header[3]) : 0;
}

/* Nobody stops writing for it, and still the log starts over again and again. */
static void
test_log (Fixture       *fixture,
          gconstpointer  data)
{
  g_autofree TropeaLedgerEntry *entries = g_new0 (TropeaLedgerEntry, 500);
  gint64 deadline_us = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  guint32 first = 0;
  guint number = 0;

  open_store (fixture, "local");
  for (guint round = 0; round == 0 || get_log_round (fixture->path) < first + 2; round++)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline_us);
      for (guint i = 0; i < 500; i++)
        fill (&entries[i], number++);
      submit (fixture->store, entries, 500);
      if (round == 0)
        first = get_log_round (fixture->path);
    }

  g_assert_cmpint (query (fixture->path, "SELECT sum (micro) FROM balances"), ==, 0);
  g_assert_cmpint (query (fixture->path, "SELECT count (*) FROM sessions"), ==, number);
  g_assert_cmpint (query (fixture->path, "SELECT count (*) FROM pragma_integrity_check "
                                         "WHERE integrity_check = 'ok'"), ==, 1);
}

typedef struct
{
  TropeaLedgerStore *store;  /* (unowned) */
  int                is_over;
} Readers;

/* In every commit that it sees, each key's balance is what its sessions earned. */
static gpointer
read_until_over (gpointer data)
{
  Readers *readers = data;
  guint n_reads = 0;

  while (n_reads < 200 || g_atomic_int_get (&readers->is_over) == 0)
    {
      TropeaLedgerEntry wanted = { 0 };
      TropeaLedgerEntry found = { 0 };
      TropeaLedgerBalance balance = { 0 };
      gboolean is_found = FALSE;

      fill (&wanted, n_reads++ % 2000);
      g_assert_true (tropea_ledger_store_find (readers->store, &wanted.record, &found, &is_found,
                                               NULL));
      g_assert_true (tropea_ledger_store_get_balance (readers->store, wanted.record.client_pub,
                                                      &balance, NULL));
      g_assert_cmpint (balance.balance_micro, ==, balance.n_sessions * wanted.credits_micro);
      if (is_found)
        {
          g_assert_cmpstr (found.record.session_id, ==, wanted.record.session_id);
          g_assert_cmpint (balance.n_sessions, >, 0);
        }
    }

  return NULL;
}

static void
test_readers (Fixture       *fixture,
              gconstpointer  data)
{
  Readers readers = { NULL, 0 };
  GThread *threads[4] = { NULL };

  open_store (fixture, "local");
  readers.store = fixture->store;
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("reader", read_until_over, &readers);

  for (guint i = 0; i < 2000; i += 20)
    {
      TropeaLedgerEntry entries[20] = { 0 };

      for (guint j = 0; j < G_N_ELEMENTS (entries); j++)
        fill (&entries[j], i + j);
      submit (fixture->store, entries, G_N_ELEMENTS (entries));
    }

  g_atomic_int_set (&readers.is_over, 1);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_assert_true (tropea_secret_init (NULL));

  g_test_add ("/ledger-sqlite/a-file-of-version-1-adds-up", Fixture, NULL,
              set_up, test_version_1, tear_down);
  g_test_add ("/ledger-sqlite/a-file-of-version-2-adds-up-and-lists-the-same", Fixture, NULL,
              set_up, test_version_2, tear_down);
  g_test_add ("/ledger-sqlite/the-log-starts-over-under-load", Fixture, NULL,
              set_up, test_log, tear_down);
  g_test_add ("/ledger-sqlite/readers-see-whole-commits", Fixture, NULL,
              set_up, test_readers, tear_down);

  return g_test_run ();
}
