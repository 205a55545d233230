/* fill-ledger.c: puts many sessions into a ledger's database, as old ledgers have them
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "benchmark-file.h"
#include "ledger/tropea-ledger-sqlite-store.h"
#include "record/tropea-credit.h"

/* Through the store, so that every row and index is as the ledger writes it; only the
 * signatures are noise, since nobody will check them here. The sessions lie before those that
 * make-requests makes for the same keys.
 */

#define GROUP_SIZE 1000
#define MS_PER_HOUR G_GINT64_CONSTANT (3600000)
#define OLDEST_NEW_SESSION_HOURS (40 * 24)

static void
fill_entry (TropeaLedgerEntry *entry,
            const guint8      *client_pub,
            gint64             start_ms)
{
  g_autofree char *id = g_uuid_string_random ();

  memset (entry, 0, sizeof *entry);
  memcpy (entry->record.session_id, id, sizeof entry->record.session_id);
  memcpy (entry->record.client_pub, client_pub, sizeof entry->record.client_pub);
  entry->record.timestamp_ms = start_ms;
  entry->record.duration_s = 30 + randombytes_uniform (570);
  entry->record.bytes = 100000 + randombytes_uniform (9900000);
  memset (entry->record.ip_hash, 'a', sizeof entry->record.ip_hash - 1);
  randombytes_buf (entry->record.signature, sizeof entry->record.signature);
  entry->grade = TROPEA_LEDGER_GRADE_SELF_REPORTED;
  entry->credits_micro = tropea_credit_compute_micro (entry->record.duration_s,
                                                      entry->record.bytes);
}

static guint8 *
make_public_keys (guint n_keys)
{
  guint8 *keys = g_malloc_n (n_keys, TROPEA_RECORD_PUBLIC_KEY_BYTES);

  for (guint k = 0; k < n_keys; k++)
    {
      g_autoptr(TropeaSecret) key = benchmark_key_new (k);

      crypto_sign_ed25519_sk_to_pk (keys + k * TROPEA_RECORD_PUBLIC_KEY_BYTES,
                                    tropea_secret_get_data (key));
    }

  return keys;
}

static gboolean
fill_ledger (TropeaLedgerStore  *store,
             guint64             n_sessions,
             guint               n_keys,
             GError            **error)
{
  g_autofree TropeaLedgerEntry *entries = g_new0 (TropeaLedgerEntry, GROUP_SIZE);
  g_autofree guint8 *keys = make_public_keys (n_keys);
  gint64 rounds = (gint64) (n_sessions / n_keys) + 1;
  gint64 first_ms = g_get_real_time () / 1000 -
                    (OLDEST_NEW_SESSION_HOURS + rounds) * MS_PER_HOUR;

  for (guint64 i = 0; i < n_sessions; )
    {
      g_autoptr(GPtrArray) group = g_ptr_array_new ();

      for (; group->len < GROUP_SIZE && i < n_sessions; i++)
        {
          TropeaLedgerEntry *entry = &entries[group->len];

          fill_entry (entry, keys + i % n_keys * TROPEA_RECORD_PUBLIC_KEY_BYTES,
                      first_ms + (gint64) (i / n_keys) * MS_PER_HOUR);
          g_ptr_array_add (group, entry);
        }
      if (!tropea_ledger_store_submit (store, group, first_ms / MS_PER_HOUR, error))
        return FALSE;
    }

  return TRUE;
}

int
main (int    argc,
      char **argv)
{
  g_autoptr(TropeaLedgerStore) store = NULL;
  g_autoptr(GError) error = NULL;

  if (argc != 5)
    {
      g_printerr ("Usage: fill-ledger DATABASE ORIGIN SESSIONS KEYS\n");
      return 2;
    }

  if (!tropea_secret_init (&error) ||
      (store = tropea_ledger_sqlite_store_open (argv[1], argv[2], &error)) == NULL ||
      !fill_ledger (store, g_ascii_strtoull (argv[3], NULL, 10),
                    (guint) g_ascii_strtoull (argv[4], NULL, 10), &error))
    {
      g_printerr ("fill-ledger: %s\n", error->message);
      return 1;
    }

  return 0;
}
