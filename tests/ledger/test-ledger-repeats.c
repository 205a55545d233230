/* test-ledger-repeats.c: what was answered lately is known, and nothing else is
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <sodium.h>

#include "ledger/tropea-ledger-repeats.h"

#define N_SIGNED 1000

static TropeaRecord *
make_records (void)
{
  TropeaRecord *records = g_new0 (TropeaRecord, N_SIGNED);

  for (guint i = 0; i < N_SIGNED; i++)
    randombytes_buf (records[i].signature, sizeof records[i].signature);

  return records;
}

static void
test_latest (void)
{
  g_autoptr(TropeaLedgerRepeats) repeats = tropea_ledger_repeats_new ();
  g_autofree TropeaRecord *records = make_records ();

  for (guint i = 0; i < N_SIGNED; i++)
    {
      g_assert_false (tropea_ledger_repeats_has (repeats, &records[i]));
      tropea_ledger_repeats_add (repeats, &records[i]);
      g_assert_true (tropea_ledger_repeats_has (repeats, &records[i]));
    }
}

/* An unsigned record, which nothing was ever stored under, is not taken for a repeat. */
static void
test_unsigned (void)
{
  g_autoptr(TropeaLedgerRepeats) repeats = tropea_ledger_repeats_new ();
  TropeaRecord record = { 0 };

  g_assert_false (tropea_ledger_repeats_has (repeats, &record));
  tropea_ledger_repeats_add (repeats, &record);
  g_assert_false (tropea_ledger_repeats_has (repeats, &record));
}

/* Whoever chooses signatures that share a place pushes out one mark, and no other. */
static void
test_same_place (void)
{
  g_autoptr(TropeaLedgerRepeats) repeats = tropea_ledger_repeats_new ();
  g_autofree TropeaRecord *records = make_records ();

  records[1] = records[0];
  records[1].signature[0] ^= 1;
  records[2] = records[0];
  records[2].signature[sizeof (gsize)] ^= 1;
  tropea_ledger_repeats_add (repeats, &records[0]);
  tropea_ledger_repeats_add (repeats, &records[2]);
  g_assert_false (tropea_ledger_repeats_has (repeats, &records[1]));

  tropea_ledger_repeats_add (repeats, &records[1]);
  g_assert_true (tropea_ledger_repeats_has (repeats, &records[1]));
  g_assert_true (tropea_ledger_repeats_has (repeats, &records[2]));
  g_assert_false (tropea_ledger_repeats_has (repeats, &records[0]));
}

static gpointer
add_all (gpointer data)
{
  TropeaLedgerRepeats *repeats = data;
  g_autofree TropeaRecord *records = make_records ();

  for (guint i = 0; i < N_SIGNED; i++)
    tropea_ledger_repeats_add (repeats, &records[i]);

  return NULL;
}

/* The others overwrite a place now and then, but never leave half a mark. */
static void
test_threads (void)
{
  g_autoptr(TropeaLedgerRepeats) repeats = tropea_ledger_repeats_new ();
  g_autofree TropeaRecord *records = make_records ();
  GThread *threads[2] = { NULL };
  guint n_known = 0;

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("repeats", add_all, repeats);
  for (guint i = 0; i < N_SIGNED; i++)
    {
      tropea_ledger_repeats_add (repeats, &records[i]);
      n_known += tropea_ledger_repeats_has (repeats, &records[i]) ? 1 : 0;
    }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);

  g_assert_cmpuint (n_known, >, N_SIGNED / 2);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_assert_cmpint (sodium_init (), >=, 0);

  g_test_add_func ("/ledger-repeats/the-latest-are-known", test_latest);
  g_test_add_func ("/ledger-repeats/no-signature-is-no-repeat", test_unsigned);
  g_test_add_func ("/ledger-repeats/a-place-has-one-mark", test_same_place);
  g_test_add_func ("/ledger-repeats/written-on-many-threads", test_threads);

  return g_test_run ();
}
