/* test-ledger-store.c: the contract that every store keeps
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/tropea-database.h"
#include "fake-clock.h"
#include "ledger/tropea-ledger-sqlite-rows.h"
#include "ledger/tropea-ledger-freezer.h"
#include "ledger/tropea-ledger-migrate.h"
#include "ledger/tropea-ledger-postgres-store.h"
#include "ledger/tropea-ledger-sqlite-store.h"
#include "ledger/tropea-ledger-survey.h"
#include "ledger/tropea-ledger-writer.h"
#include "ledger/tropea-postgres.h"
#include "record/tropea-credit.h"
#include "test-wait.h"

#define START_MS G_GINT64_CONSTANT (1767225600000)
#define HOUR 490896

/* A second store gets a row here and passes the same tests. */
typedef struct
{
  const char        *name;
  TropeaLedgerStore *(*open) (const char *folder);
} StoreKind;

static TropeaLedgerStore *
open_sqlite (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "ledger.db", NULL);
  g_autoptr(GError) error = NULL;
  TropeaLedgerStore *store = tropea_ledger_sqlite_store_open (path, "local", &error);

  g_assert_no_error (error);

  return store;
}

/* Through private_postgres.py, in a database with the folder's name. */
static char *
dup_postgres_uri (const char *folder)
{
  g_autofree char *name = g_path_get_basename (folder);
  const char *start = g_getenv ("TROPEA_TEST_POSTGRES");

  g_assert_nonnull (start);

  return g_strconcat (start, name, NULL);
}

static TropeaLedgerStore *
open_postgres (const char *folder)
{
  g_autofree char *name = g_path_get_basename (folder);
  g_autofree char *uri = dup_postgres_uri (folder);
  g_autofree char *maintenance = g_strconcat (g_getenv ("TROPEA_TEST_POSTGRES"), "postgres", NULL);
  g_autofree char *create = g_strdup_printf ("CREATE DATABASE \"%s\"", name);
  g_autoptr(TropeaPostgresAddress) address = tropea_postgres_address_new (maintenance, NULL);
  g_autoptr(TropeaPostgres) postgres = tropea_postgres_connect (address, NULL);
  g_autoptr(GError) error = NULL;
  TropeaLedgerStore *store = NULL;

  /* It is there already where it is opened again. */
  g_assert_nonnull (postgres);
  tropea_postgres_exec (postgres, create, g_get_monotonic_time () + 30 * G_USEC_PER_SEC, NULL);
  store = tropea_ledger_postgres_store_open (uri, "local", &error);
  g_assert_no_error (error);

  return store;
}

static const StoreKind kinds[] = {
  { "sqlite", open_sqlite },
  { "postgres", open_postgres },
};

typedef struct
{
  const StoreKind   *kind;
  char              *folder;  /* (owned) */
  TropeaLedgerStore *store;   /* (owned) */
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  kind)
{
  g_autoptr(GError) error = NULL;

  fixture->kind = kind;
  fixture->folder = g_dir_make_tmp ("tropea-ledger-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->store = fixture->kind->open (fixture->folder);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  kind)
{
  g_autoptr(GDir) dir = g_dir_open (fixture->folder, 0, NULL);

  g_assert_finalize_object (fixture->store);
  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
}

static void
fill (TropeaLedgerEntry *entry,
      guint              client,
      guint              id,
      gint64             start_s,
      gint64             duration_s)
{
  TropeaLedgerEntry value = { 0 };

  g_snprintf (value.record.session_id, sizeof value.record.session_id,
              "00000000-0000-4000-8000-%012x", id);
  value.record.client_pub[0] = (guint8) client;
  value.record.timestamp_ms = START_MS + start_s * 1000;
  value.record.duration_s = duration_s;
  value.credits_micro = tropea_credit_compute_micro (duration_s, 0);
  *entry = value;
}

static void
submit (Fixture           *fixture,
        TropeaLedgerEntry *entries,
        gsize              n_entries)
{
  g_autoptr(GPtrArray) group = g_ptr_array_new ();
  g_autoptr(GError) error = NULL;

  for (gsize i = 0; i < n_entries; i++)
    g_ptr_array_add (group, &entries[i]);
  tropea_ledger_store_submit (fixture->store, group, HOUR, &error);
  g_assert_no_error (error);
}

static TropeaLedgerOutcome
submit_one (Fixture *fixture,
            guint    client,
            guint    id,
            gint64   start_s,
            gint64   duration_s)
{
  TropeaLedgerEntry entry = { 0 };

  fill (&entry, client, id, start_s, duration_s);
  submit (fixture, &entry, 1);

  return entry.outcome;
}

static gboolean
add_balance_cb (const guint8       *client_pub,
                TropeaLedgerGrade   grade,
                gint64              micro,
                gint64              n_sessions,
                gpointer            user_data,
                GError            **error)
{
  gint64 *sum = user_data;

  *sum += micro;
  return TRUE;
}

static void
assert_sum_is_zero (Fixture *fixture)
{
  const TropeaLedgerVisitor visitor = { .balance = add_balance_cb };
  g_autoptr(GError) error = NULL;
  gint64 sum = 0;

  tropea_ledger_store_visit (fixture->store, &visitor, &sum, &error);
  g_assert_no_error (error);
  g_assert_cmpint (sum, ==, 0);
}

static TropeaLedgerBalance
get_balance (Fixture *fixture,
             guint    client)
{
  guint8 client_pub[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { (guint8) client };
  TropeaLedgerBalance balance = { -1, -1, -1 };

  g_assert_true (tropea_ledger_store_get_balance (fixture->store, client_pub, &balance, NULL));

  return balance;
}

static void
test_duplicate (Fixture       *fixture,
                gconstpointer  kind)
{
  TropeaLedgerEntry first = { 0 };
  TropeaLedgerEntry again = { 0 };

  fill (&first, 1, 1, 0, 10);
  submit (fixture, &first, 1);
  g_assert_cmpint (first.outcome, ==, TROPEA_LEDGER_OUTCOME_ACCEPTED);
  g_assert_cmpint (first.balance_micro, ==, 1000000);
  g_assert_cmpint (first.seq, ==, 1);
  g_assert_cmpint (submit_one (fixture, 1, 2, 10, 10), ==, TROPEA_LEDGER_OUTCOME_ACCEPTED);

  fill (&again, 1, 1, 0, 10);
  submit (fixture, &again, 1);
  g_assert_cmpint (again.outcome, ==, TROPEA_LEDGER_OUTCOME_DUPLICATE);
  g_assert_cmpint (again.balance_micro, ==, first.balance_micro);
  g_assert_cmpint (again.seq, ==, first.seq);
  g_assert_cmpint (get_balance (fixture, 1).n_sessions, ==, 2);
  assert_sum_is_zero (fixture);
}

static void
test_conflict (Fixture       *fixture,
               gconstpointer  kind)
{
  g_assert_cmpint (submit_one (fixture, 1, 1, 0, 10), ==, TROPEA_LEDGER_OUTCOME_ACCEPTED);
  g_assert_cmpint (submit_one (fixture, 1, 1, 0, 11), ==, TROPEA_LEDGER_OUTCOME_CONFLICT);
  g_assert_cmpint (submit_one (fixture, 1, 1, 100, 10), ==, TROPEA_LEDGER_OUTCOME_CONFLICT);
  g_assert_cmpint (submit_one (fixture, 2, 1, 0, 11), ==, TROPEA_LEDGER_OUTCOME_ACCEPTED);
  g_assert_cmpint (get_balance (fixture, 1).balance_micro, ==, 1000000);
  assert_sum_is_zero (fixture);
}

static void
test_overlap (Fixture       *fixture,
              gconstpointer  kind)
{
  static const struct
  {
    gint64              start_s;
    gint64              duration_s;
    TropeaLedgerOutcome outcome;
  } rows[] = {
    { 0, 10, TROPEA_LEDGER_OUTCOME_ACCEPTED },
    { 30, 10, TROPEA_LEDGER_OUTCOME_ACCEPTED },
    { 0, 10, TROPEA_LEDGER_OUTCOME_OVERLAP },
    { 9, 1, TROPEA_LEDGER_OUTCOME_OVERLAP },
    { 2, 1, TROPEA_LEDGER_OUTCOME_OVERLAP },
    { -5, 6, TROPEA_LEDGER_OUTCOME_OVERLAP },
    { -5, 100, TROPEA_LEDGER_OUTCOME_OVERLAP },
    { 10, 21, TROPEA_LEDGER_OUTCOME_OVERLAP },
    { 39, 5, TROPEA_LEDGER_OUTCOME_OVERLAP },
    { -5, 5, TROPEA_LEDGER_OUTCOME_ACCEPTED },
    { 10, 10, TROPEA_LEDGER_OUTCOME_ACCEPTED },
    { 20, 10, TROPEA_LEDGER_OUTCOME_ACCEPTED },
    { 40, 1, TROPEA_LEDGER_OUTCOME_ACCEPTED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (submit_one (fixture, 1, i, rows[i].start_s, rows[i].duration_s),
                     ==, rows[i].outcome);
  g_assert_cmpint (submit_one (fixture, 2, 1, 0, 100), ==, TROPEA_LEDGER_OUTCOME_ACCEPTED);
  g_assert_cmpint (get_balance (fixture, 1).n_sessions, ==, 6);
  assert_sum_is_zero (fixture);
}

static void
test_group (Fixture       *fixture,
            gconstpointer  kind)
{
  TropeaLedgerEntry entries[5] = { 0 };

  fill (&entries[0], 1, 1, 0, 10);
  fill (&entries[1], 1, 1, 0, 10);
  fill (&entries[2], 1, 2, 5, 10);
  fill (&entries[3], 1, 3, 10, 10);
  fill (&entries[4], 2, 1, 0, 10);
  entries[4].grade = TROPEA_LEDGER_GRADE_SIMULATED;
  entries[4].record.source = TROPEA_SOURCE_SIMULATION;
  submit (fixture, entries, G_N_ELEMENTS (entries));
  g_assert_cmpint (entries[0].outcome, ==, TROPEA_LEDGER_OUTCOME_ACCEPTED);
  g_assert_cmpint (entries[1].outcome, ==, TROPEA_LEDGER_OUTCOME_DUPLICATE);
  g_assert_cmpint (entries[2].outcome, ==, TROPEA_LEDGER_OUTCOME_OVERLAP);
  g_assert_cmpint (entries[3].outcome, ==, TROPEA_LEDGER_OUTCOME_ACCEPTED);
  g_assert_cmpint (entries[3].balance_micro, ==, 2000000);
  g_assert_cmpint (entries[4].balance_micro, ==, 0);
  g_assert_cmpint (get_balance (fixture, 2).simulated_micro, ==, 1000000);
  g_assert_cmpint (get_balance (fixture, 2).balance_micro, ==, 0);
  g_assert_cmpint (get_balance (fixture, 3).n_sessions, ==, 0);
  assert_sum_is_zero (fixture);
}

/* 300 s of a grade are 30 credits. The day begins where START_MS is: at midnight. */
static void
test_day_caps (Fixture       *fixture,
               gconstpointer  kind)
{
  static const struct
  {
    guint               client;
    TropeaLedgerGrade   grade;
    gint64              start_s;
    gint64              bytes;
    TropeaLedgerOutcome outcome;
  } rows[] = {
    { 1, TROPEA_LEDGER_GRADE_SELF_REPORTED, 0, 400, TROPEA_LEDGER_OUTCOME_ACCEPTED },
    { 1, TROPEA_LEDGER_GRADE_SELF_REPORTED, 300, 601, TROPEA_LEDGER_OUTCOME_DAY_FULL },
    { 1, TROPEA_LEDGER_GRADE_SELF_REPORTED, 300, 500, TROPEA_LEDGER_OUTCOME_ACCEPTED },
    { 1, TROPEA_LEDGER_GRADE_SELF_REPORTED, 600, 100, TROPEA_LEDGER_OUTCOME_ACCEPTED },
    { 1, TROPEA_LEDGER_GRADE_SELF_REPORTED, 900, 0, TROPEA_LEDGER_OUTCOME_DAY_FULL },
    { 1, TROPEA_LEDGER_GRADE_SIMULATED, 900, 0, TROPEA_LEDGER_OUTCOME_ACCEPTED },
    { 1, TROPEA_LEDGER_GRADE_SELF_REPORTED, 86399, 0, TROPEA_LEDGER_OUTCOME_DAY_FULL },
    { 1, TROPEA_LEDGER_GRADE_SELF_REPORTED, 86400, 1000, TROPEA_LEDGER_OUTCOME_ACCEPTED },
    { 1, TROPEA_LEDGER_GRADE_SELF_REPORTED, -300, 0, TROPEA_LEDGER_OUTCOME_ACCEPTED },
    { 2, TROPEA_LEDGER_GRADE_SELF_REPORTED, 0, 1001, TROPEA_LEDGER_OUTCOME_DAY_FULL },
    { 2, TROPEA_LEDGER_GRADE_SELF_REPORTED, 0, 1000, TROPEA_LEDGER_OUTCOME_ACCEPTED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      TropeaLedgerEntry entry = { 0 };

      fill (&entry, rows[i].client, i, rows[i].start_s, 300);
      entry.grade = rows[i].grade;
      entry.record.bytes = rows[i].bytes;
      entry.day_cap_micro = 90000000;
      entry.day_cap_bytes = 1000;
      submit (fixture, &entry, 1);
      g_assert_cmpint (entry.outcome, ==, rows[i].outcome);
    }
  g_assert_cmpint (get_balance (fixture, 1).n_sessions, ==, 6);
  g_assert_cmpint (get_balance (fixture, 1).balance_micro, ==, 150000000);
  g_assert_cmpint (get_balance (fixture, 2).balance_micro, ==, 30000000);
  assert_sum_is_zero (fixture);
}

/* What was answered once is answered again, also when the day has no room any more. */
static void
test_full_day_repeats (Fixture       *fixture,
                       gconstpointer  kind)
{
  TropeaLedgerEntry entries[3] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      fill (&entries[i], 1, i / 2, i / 2 * 10, 10);
      entries[i].day_cap_micro = 1000000;
    }
  submit (fixture, entries, G_N_ELEMENTS (entries));
  g_assert_cmpint (entries[0].outcome, ==, TROPEA_LEDGER_OUTCOME_ACCEPTED);
  g_assert_cmpint (entries[1].outcome, ==, TROPEA_LEDGER_OUTCOME_DUPLICATE);
  g_assert_cmpint (entries[2].outcome, ==, TROPEA_LEDGER_OUTCOME_DAY_FULL);

  fill (&entries[0], 1, 0, 0, 10);
  entries[0].day_cap_micro = 1;
  submit (fixture, entries, 1);
  g_assert_cmpint (entries[0].outcome, ==, TROPEA_LEDGER_OUTCOME_DUPLICATE);
  assert_sum_is_zero (fixture);
}

static void
test_reopen (Fixture       *fixture,
             gconstpointer  kind)
{
  TropeaLedgerEntry put = { 0 };
  TropeaLedgerEntry got = { 0 };
  gboolean is_found = FALSE;

  fill (&put, 1, 0xabcdef, 0, 10);
  memset (put.record.ip_hash, 'a', sizeof put.record.ip_hash - 1);
  memset (put.record.signature, 7, sizeof put.record.signature);
  put.record.bytes = 12345;
  submit (fixture, &put, 1);

  g_assert_finalize_object (g_steal_pointer (&fixture->store));
  fixture->store = fixture->kind->open (fixture->folder);
  g_assert_true (tropea_ledger_store_find (fixture->store, &put.record, &got, &is_found, NULL));
  g_assert_true (is_found);
  g_assert_cmpmem (&got.record, sizeof got.record, &put.record, sizeof put.record);
  g_assert_cmpint (got.seq, ==, put.seq);
  put.record.client_pub[0] = 2;
  g_assert_true (tropea_ledger_store_find (fixture->store, &put.record, &got, &is_found, NULL));
  g_assert_false (is_found);
}

static void
test_list (Fixture       *fixture,
           gconstpointer  kind)
{
  guint8 client_pub[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { 1 };
  gint64 before_seq = G_MAXINT64;
  guint n_seen = 0;

  for (guint i = 0; i < 25; i++)
    {
      g_assert_cmpint (submit_one (fixture, 1, i, i, 1), ==, TROPEA_LEDGER_OUTCOME_ACCEPTED);
      g_assert_cmpint (submit_one (fixture, 2, i, i, 1), ==, TROPEA_LEDGER_OUTCOME_ACCEPTED);
    }

  while (TRUE)
    {
      g_autoptr(GPtrArray) page = tropea_ledger_store_list (fixture->store, client_pub,
                                                            before_seq, 10, NULL);

      g_assert_nonnull (page);
      if (page->len == 0)
        break;
      for (guint i = 0; i < page->len; i++, n_seen++)
        {
          const TropeaLedgerEntry *entry = g_ptr_array_index (page, i);

          g_assert_cmpint (entry->seq, <, before_seq);
          g_assert_cmpint (entry->record.client_pub[0], ==, 1);
          before_seq = entry->seq;
        }
    }
  g_assert_cmpuint (n_seen, ==, 25);
}

/* Also before places that are another key's, that nobody has yet, or that nobody can have. */
static void
test_list_from (Fixture       *fixture,
                gconstpointer  kind)
{
  static const guint8 clients[] = { 1, 2, 1, 1, 3, 2, 2, 1 };

  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    {
      TropeaLedgerEntry entry = { 0 };

      fill (&entry, clients[i], i, 1000 - i, 1);
      if (i % 3 == 1)
        {
          entry.grade = TROPEA_LEDGER_GRADE_SIMULATED;
          entry.record.source = TROPEA_SOURCE_SIMULATION;
        }
      submit (fixture, &entry, 1);
      g_assert_cmpint (entry.seq, ==, i + 1);
    }

  for (guint8 client = 1; client <= 4; client++)
    {
      for (gint64 before = -1; before <= (gint64) G_N_ELEMENTS (clients) + 2; before++)
        {
          guint8 client_pub[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { client };
          g_autoptr(GPtrArray) page = tropea_ledger_store_list (fixture->store, client_pub,
                                                                before, 2, NULL);
          guint n_seen = 0;

          g_assert_nonnull (page);
          for (gint64 seq = MIN (before - 1, (gint64) G_N_ELEMENTS (clients));
               seq > 0 && n_seen < 2; seq--)
            {
              if (clients[seq - 1] != client)
                continue;
              g_assert_cmpuint (page->len, >, n_seen);
              g_assert_cmpint (((TropeaLedgerEntry *) page->pdata[n_seen])->seq, ==, seq);
              n_seen++;
            }
          g_assert_cmpuint (page->len, ==, n_seen);
        }
    }
}

static TropeaLedgerStore *
open_source (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->folder, "source.db", NULL);
  g_autoptr(GError) error = NULL;
  TropeaLedgerStore *source = tropea_ledger_sqlite_store_open (path, "local", &error);

  g_assert_no_error (error);

  return source;
}

/* More than a page, of both grades, with a gap where a session was refused. */
static void
fill_source (TropeaLedgerStore *source,
             guint              n_entries)
{
  g_autoptr(GPtrArray) group = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < n_entries; i++)
    {
      TropeaLedgerEntry *entry = g_new0 (TropeaLedgerEntry, 1);

      fill (entry, i % 7, i, i, 1);
      if (i % 3 == 0)
        {
          entry->grade = TROPEA_LEDGER_GRADE_SIMULATED;
          entry->record.source = TROPEA_SOURCE_SIMULATION;
        }
      if (i % 2 == 0)
        memset (entry->record.ip_hash, 'c', sizeof entry->record.ip_hash - 1);
      memset (entry->record.signature, (int) (i % 251), sizeof entry->record.signature);
      g_ptr_array_add (group, entry);
    }
  g_assert_true (tropea_ledger_store_submit (source, group, HOUR, &error));
  g_assert_no_error (error);
}

static gint64
decide (TropeaLedgerStore *store,
        guint              client,
        gboolean           freezes,
        const char        *reason)
{
  guint8 client_pub[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { (guint8) client };
  g_autoptr(TropeaLedgerDecision) decision = tropea_ledger_decision_new (client_pub, freezes, HOUR,
                                                                         reason);
  g_autoptr(GError) error = NULL;

  tropea_ledger_store_decide (store, decision, &error);
  g_assert_no_error (error);

  return decision->number;
}

static void
test_decisions (Fixture       *fixture,
                gconstpointer  kind)
{
  const guint8 one[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { 1 };
  const guint8 two[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { 2 };
  g_autoptr(TropeaLedgerFreezer) freezer = tropea_ledger_freezer_new (fixture->store);
  g_autoptr(TropeaLedgerFreezer) again = NULL;
  g_autoptr(GPtrArray) all = NULL;
  g_autoptr(GPtrArray) last = NULL;
  g_autoptr(GPtrArray) frozen = NULL;

  g_assert_true (tropea_ledger_freezer_refresh (freezer, NULL));
  g_assert_cmpint (decide (fixture->store, 1, TRUE, "Zu schnell: 1 GB in 1 s"), ==, 1);
  g_assert_cmpint (decide (fixture->store, 2, TRUE, "its twin"), ==, 2);
  g_assert_cmpint (decide (fixture->store, 1, FALSE, "explained — “fibre”"), ==, 3);
  g_assert_false (tropea_ledger_freezer_has (freezer, two));
  g_assert_true (tropea_ledger_freezer_refresh (freezer, NULL));
  g_assert_true (tropea_ledger_freezer_has (freezer, two));
  g_assert_false (tropea_ledger_freezer_has (freezer, one));

  g_clear_pointer (&freezer, tropea_ledger_freezer_free);
  g_assert_finalize_object (g_steal_pointer (&fixture->store));
  fixture->store = fixture->kind->open (fixture->folder);
  all = tropea_ledger_store_list_decisions (fixture->store, 0, NULL);
  g_assert_cmpuint (all->len, ==, 3);
  last = tropea_ledger_store_list_decisions (fixture->store, 2, NULL);
  g_assert_cmpuint (last->len, ==, 1);
  g_assert_true (tropea_ledger_decision_equal (g_ptr_array_index (all, 2),
                                               g_ptr_array_index (last, 0)));
  g_assert_cmpstr (((TropeaLedgerDecision *) g_ptr_array_index (last, 0))->reason, ==,
                   "explained — “fibre”");
  g_assert_false (((TropeaLedgerDecision *) g_ptr_array_index (last, 0))->freezes);

  again = tropea_ledger_freezer_new (fixture->store);
  g_assert_true (tropea_ledger_freezer_refresh (again, NULL));
  frozen = tropea_ledger_freezer_list_frozen (again);
  g_assert_cmpuint (frozen->len, ==, 1);
  g_assert_cmpint (((TropeaLedgerDecision *) g_ptr_array_index (frozen, 0))->number, ==, 2);
}

static void
test_survey (Fixture       *fixture,
             gconstpointer  kind)
{
  g_autoptr(TropeaLedgerSurvey) survey = tropea_ledger_survey_new (fixture->store);
  g_auto(TropeaLedgerSurveyState) state = { FALSE, NULL };
  const TropeaLedgerSums *sums = NULL;
  TropeaLedgerEntry entries[100];

  for (guint i = 0; i < 2100; i += G_N_ELEMENTS (entries))
    {
      for (guint k = 0; k < G_N_ELEMENTS (entries); k++)
        fill (&entries[k], 1 + k % 5, i + k, (i + k) * 10, 5);
      submit (fixture, entries, G_N_ELEMENTS (entries));
    }
  tropea_ledger_survey_refresh (survey, 60 * G_USEC_PER_SEC);
  submit_one (fixture, 9, 5000, 0, 5);
  tropea_ledger_survey_refresh (survey, 60 * G_USEC_PER_SEC);

  sums = tropea_ledger_statistics_get_sums (tropea_ledger_survey_lock (survey, &state));
  g_assert_cmpint (sums->n_sessions, ==, 2101);
  g_assert_false (state.is_reading);
  g_assert_null (state.error);
  tropea_ledger_survey_unlock (survey);
}

static guint
count_list (Fixture *fixture,
            guint    client)
{
  guint8 client_pub[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { (guint8) client };
  g_autoptr(GPtrArray) page = tropea_ledger_store_list (fixture->store, client_pub, G_MAXINT64,
                                                        10000, NULL);

  return page != NULL ? page->len : 0;
}

static void
test_migrate (Fixture       *fixture,
              gconstpointer  kind)
{
  g_autoptr(TropeaLedgerStore) source = open_source (fixture);
  g_autoptr(GError) error = NULL;
  TropeaLedgerEntry next = { 0 };
  gint64 n_sessions = 0;

  fill_source (source, 2345);
  decide (source, 3, TRUE, "It is too fast");
  decide (source, 3, FALSE, "It had a reason");
  tropea_ledger_migrate (source, fixture->store, &n_sessions, &error);
  g_assert_no_error (error);
  g_assert_cmpint (n_sessions, ==, 2345);
  assert_sum_is_zero (fixture);

  g_assert_false (tropea_ledger_migrate (source, fixture->store, &n_sessions, &error));
  g_assert_error (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_UNAVAILABLE);
  g_clear_error (&error);
  g_assert_true (tropea_ledger_prove_equal (fixture->store, source, &n_sessions, NULL));

  /* It is in use: a repeat has its old figures, what is new comes after what was there. */
  fill (&next, 1, 1, 1, 1);
  submit (fixture, &next, 1);
  g_assert_cmpint (next.outcome, ==, TROPEA_LEDGER_OUTCOME_DUPLICATE);
  g_assert_cmpint (next.seq, ==, 2);
  fill (&next, 1, 3000, 3000, 1);
  submit (fixture, &next, 1);
  g_assert_cmpint (next.outcome, ==, TROPEA_LEDGER_OUTCOME_ACCEPTED);
  g_assert_cmpint (next.seq, >, 2345);
  g_assert_cmpuint (count_list (fixture, 1), ==, 336);
  g_assert_false (tropea_ledger_prove_equal (fixture->store, source, &n_sessions, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

typedef struct
{
  TropeaLedgerStore *source;  /* (unowned) */
  guint              n_pages;
} Torn;

static GPtrArray *
torn_page_cb (gpointer   user_data,
              GError   **error)
{
  Torn *torn = user_data;

  if (torn->n_pages++ == 0)
    return tropea_ledger_store_list_all (torn->source, 0, 10, error);

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "The source is gone");
  return NULL;
}

static void
test_torn_migration (Fixture       *fixture,
                     gconstpointer  kind)
{
  g_autoptr(TropeaLedgerStore) source = open_source (fixture);
  g_autoptr(GError) error = NULL;
  Torn torn = { source, 0 };
  gint64 n_sessions = 0;

  fill_source (source, 20);
  g_assert_false (tropea_ledger_store_import (fixture->store, torn_page_cb, &torn, source,
                                             &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_cmpuint (torn.n_pages, ==, 2);
  g_assert_cmpint (get_balance (fixture, 1).n_sessions, ==, 0);
  g_assert_true (tropea_ledger_migrate (source, fixture->store, &n_sessions, NULL));
  g_assert_cmpint (n_sessions, ==, 20);
}

typedef struct
{
  TropeaLedgerStore *source;  /* (unowned) */
  guint              change;
  gboolean           is_end;
} Changed;

static GPtrArray *
changed_page_cb (gpointer   user_data,
                 GError   **error)
{
  Changed *changed = user_data;
  GPtrArray *page = tropea_ledger_store_list_all (changed->source, changed->is_end ? 1 : 0, 10,
                                                  error);
  TropeaLedgerEntry *entry = page->len > 0 ? g_ptr_array_index (page, 0) : NULL;

  changed->is_end = TRUE;
  if (entry == NULL)
    return page;

  if (changed->change == 1)
    entry->record.bytes++;
  if (changed->change == 2)
    entry->record.signature[63] ^= 1;
  if (changed->change == 3)
    entry->credits_micro++;
  if (changed->change == 4)
    entry->received_hour++;
  if (changed->change == 5)
    entry->nonce[31] ^= 1;
  return page;
}

/* Equal sessions are not enough, and neither are equal balances. */
static void
test_differences (Fixture       *fixture,
                  gconstpointer  kind)
{
  for (guint change = 0; change < 6; change++)
    {
      g_autofree char *folder = g_dir_make_tmp ("tropea-ledger-XXXXXX", NULL);
      Fixture left = { fixture->kind, folder, fixture->kind->open (folder) };
      g_autoptr(TropeaLedgerStore) right = open_source (&left);
      g_autoptr(GError) error = NULL;
      TropeaLedgerEntry entry = { 0 };
      Changed changed = { left.store, change, FALSE };
      gint64 n_sessions = 0;

      fill (&entry, 1, 1, 0, 10);
      submit (&left, &entry, 1);
      g_assert_true (tropea_ledger_store_import (right, changed_page_cb, &changed, left.store,
                                                 &error));
      g_assert_no_error (error);
      g_assert_true (tropea_ledger_prove_equal (left.store, right, &n_sessions, &error) ==
                     (change == 0));
      g_assert_true ((error == NULL) == (change == 0));
      left.folder = g_steal_pointer (&folder);
      g_clear_object (&right);
      tear_down (&left, kind);
    }
}

static void
job_done_cb (GPtrArray         *entries,
             gboolean           is_committed,
             TropeaLedgerGroup *group,
             gpointer           user_data)
{
  g_atomic_int_set ((int *) user_data, is_committed ? 1 : 2);
  g_main_context_wakeup (NULL);
}

static void
failed_cb (TropeaLedgerWriter *writer,
           const GError       *error,
           gpointer            user_data)
{
  guint *n_failures = user_data;

  g_assert_nonnull (error);
  (*n_failures)++;
}

/* A group that cannot be written leaves nothing behind, is told so, and is the last. */
static void
test_failed_commit (Fixture       *fixture,
                    gconstpointer  kind)
{
  g_autoptr(FakeClock) clock = fake_clock_new (START_MS);
  g_autoptr(TropeaLedgerWriter) writer = tropea_ledger_writer_new (fixture->store,
                                                                   TROPEA_CLOCK (clock));
  g_autoptr(GPtrArray) group = g_ptr_array_new ();
  TropeaLedgerEntry good = { 0 };
  TropeaLedgerEntry bad = { 0 };
  int verdict = 0;
  guint n_failures = 0;

  g_signal_connect (writer, "failed", G_CALLBACK (failed_cb), &n_failures);
  fill (&good, 1, 1, 0, 10);
  g_ptr_array_add (group, &good);
  g_assert_true (tropea_ledger_writer_push (writer, group, job_done_cb, &verdict));
  test_wait_until (g_atomic_int_get (&verdict) != 0, 10);
  g_assert_cmpint (verdict, ==, 1);

  /* No store takes less than nothing. */
  verdict = 0;
  fill (&good, 1, 2, 100, 10);
  fill (&bad, 1, 3, 200, 10);
  bad.credits_micro = -1;
  g_ptr_array_add (group, &bad);
  g_assert_true (tropea_ledger_writer_push (writer, group, job_done_cb, &verdict));
  test_wait_until (n_failures > 0, 10);
  g_assert_cmpint (g_atomic_int_get (&verdict), ==, 2);
  g_assert_cmpuint (n_failures, ==, 1);
  g_assert_false (tropea_ledger_writer_push (writer, group, job_done_cb, &verdict));

  tropea_ledger_writer_join (writer);
  g_assert_cmpint (get_balance (fixture, 1).n_sessions, ==, 1);
  assert_sum_is_zero (fixture);
}

static void
test_not_a_database (void)
{
  g_autofree char *folder = g_dir_make_tmp ("tropea-ledger-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "ledger.db", NULL);
  g_autofree char *junk = g_strnfill (8192, 'j');
  g_autoptr(GError) error = NULL;

  g_assert_true (g_file_set_contents (path, junk, -1, NULL));
  g_assert_null (tropea_ledger_sqlite_store_open (path, "local", &error));
  g_assert_error (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_CORRUPT);
  g_unlink (path);
  g_rmdir (folder);
}

/* A file of version 1, which did not add up days: what is in it counts for them. */
static void
test_upgrade (Fixture       *fixture,
              gconstpointer  kind)
{
  const char * const first_step[] = { tropea_ledger_sqlite_get_steps ()[0], NULL };
  g_autofree char *path = g_build_filename (fixture->folder, "ledger.db", NULL);
  g_autofree char *wal_path = g_strconcat (path, "-wal", NULL);
  g_autoptr(GError) error = NULL;
  TropeaLedgerEntry entry = { 0 };
  sqlite3 *db = NULL;

  g_assert_finalize_object (g_steal_pointer (&fixture->store));
  g_assert_no_errno (g_unlink (path));
  g_assert_false (g_file_test (wal_path, G_FILE_TEST_EXISTS));
  tropea_database_open (path, first_step, &db, &error);
  g_assert_no_error (error);
  tropea_database_exec (db,
                        "INSERT INTO accounts VALUES (1, zeroblob (32));"
                        "INSERT INTO balances VALUES (1, 'self-reported', 2000000, 2), "
                        "(0, 'self-reported', -2000000, 2);"
                        "INSERT INTO sessions (client, session_id, start_ms, duration_s, bytes, "
                        "ip_hash, source, signature, grade, credits_micro, balance_micro, "
                        "received_hour) VALUES "
                        "(1, x'00000000000040008000ffffffff0001', 1767225600000, 10, 5, x'', "
                        "'tor-client', zeroblob (64), 'self-reported', 1000000, 1000000, 1), "
                        "(1, x'00000000000040008000ffffffff0002', 1767225610000, 10, 5, x'', "
                        "'tor-client', zeroblob (64), 'self-reported', 1000000, 2000000, 1);",
                        &error);
  g_assert_no_error (error);
  sqlite3_close (db);

  fixture->store = fixture->kind->open (fixture->folder);
  fill (&entry, 0, 2, 20, 10);
  entry.day_cap_micro = 2999999;
  submit (fixture, &entry, 1);
  g_assert_cmpint (entry.outcome, ==, TROPEA_LEDGER_OUTCOME_DAY_FULL);
  entry.day_cap_micro = 3000000;
  submit (fixture, &entry, 1);
  g_assert_cmpint (entry.outcome, ==, TROPEA_LEDGER_OUTCOME_ACCEPTED);
  g_assert_cmpint (get_balance (fixture, 0).balance_micro, ==, 3000000);
  assert_sum_is_zero (fixture);
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *name;
    void      (*run) (Fixture       *fixture,
                      gconstpointer  kind);
  } contract[] = {
    { "duplicate-has-the-figures-of-then", test_duplicate },
    { "same-id-other-content-is-a-conflict", test_conflict },
    { "no-moment-is-credited-twice", test_overlap },
    { "a-group-sees-itself", test_group },
    { "a-day-has-caps-for-each-grade", test_day_caps },
    { "a-full-day-still-repeats-its-answers", test_full_day_repeats },
    { "what-is-committed-is-there-after-reopening", test_reopen },
    { "list-pages-backwards", test_list },
    { "list-begins-before-any-place", test_list_from },
    { "a-failed-commit-leaves-nothing", test_failed_commit },
    { "a-ledger-that-moves-is-equal-and-in-use", test_migrate },
    { "a-migration-that-fails-leaves-nothing", test_torn_migration },
    { "every-difference-is-found", test_differences },
    { "decisions-stay-and-freeze", test_decisions },
    { "a-survey-reads-each-session-once", test_survey },
  };

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      for (gsize j = 0; j < G_N_ELEMENTS (contract); j++)
        {
          g_autofree char *path = g_strdup_printf ("/ledger-store/%s/%s", kinds[i].name,
                                                   contract[j].name);

          g_test_add (path, Fixture, &kinds[i], set_up, contract[j].run, tear_down);
        }
    }
  g_test_add ("/ledger-store/sqlite/an-old-file-is-brought-up-to-date", Fixture, &kinds[0],
              set_up, test_upgrade, tear_down);
  g_test_add_func ("/ledger-store/sqlite/junk-is-no-database", test_not_a_database);

  return g_test_run ();
}
