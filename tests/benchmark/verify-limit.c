/* verify-limit.c: how many signatures this machine can check, which no ledger can exceed
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "benchmark-file.h"

/* Nothing but libsodium: the bytes that are signed have been built before. */

#define N_KEYS 256
#define CHECKED_AT_ONCE 64

typedef struct
{
  guint8  client_pub[TROPEA_RECORD_PUBLIC_KEY_BYTES];
  guint8  signature[TROPEA_RECORD_SIGNATURE_BYTES];
  char   *canonical;  /* (owned) */
} Signed;

typedef struct
{
  const Signed *set;      /* (unowned), N_KEYS */
  gint64        end_us;
  guint64       n_checked;
} Worker;

static gpointer
check (gpointer data)
{
  Worker *worker = data;

  while (g_get_monotonic_time () < worker->end_us)
    {
      for (guint i = 0; i < CHECKED_AT_ONCE; i++, worker->n_checked++)
        {
          const Signed *one = &worker->set[worker->n_checked % N_KEYS];

          if (crypto_sign_verify_detached (one->signature, (const guint8 *) one->canonical,
                                           strlen (one->canonical), one->client_pub) != 0)
            return GINT_TO_POINTER (FALSE);
        }
    }

  return GINT_TO_POINTER (TRUE);
}

static void
fill (Signed *set)
{
  for (guint i = 0; i < N_KEYS; i++)
    {
      g_autoptr(TropeaSecret) key = benchmark_key_new (i);
      TropeaRecord record = { "7d444840-9dc0-41d1-b245-5ffdce74fad2" };

      record.timestamp_ms = G_GINT64_CONSTANT (1767225600000) + i;
      record.duration_s = 600;
      record.bytes = 1000000;
      memset (record.ip_hash, 'a', sizeof record.ip_hash - 1);
      tropea_record_sign (&record, "bench.example.org", key);
      memcpy (set[i].client_pub, record.client_pub, sizeof record.client_pub);
      memcpy (set[i].signature, record.signature, sizeof record.signature);
      set[i].canonical = tropea_record_dup_canonical (&record, "bench.example.org");
    }
}

int
main (int    argc,
      char **argv)
{
  guint n_threads = argc == 3 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : 0;
  double seconds = argc == 3 ? g_ascii_strtod (argv[2], NULL) : 0.0;
  g_autofree Signed *set = g_new0 (Signed, N_KEYS);
  g_autofree Worker *workers = g_new0 (Worker, MAX (n_threads, 1));
  g_autofree GThread **threads = g_new0 (GThread *, MAX (n_threads, 1));
  g_autoptr(GError) error = NULL;
  guint64 n_checked = 0;
  gboolean is_right = TRUE;
  gint64 begun_us = 0;

  if (n_threads == 0 || seconds <= 0.0 || !tropea_secret_init (&error))
    {
      g_printerr ("Usage: verify-limit THREADS SECONDS\n");
      return 2;
    }

  fill (set);
  begun_us = g_get_monotonic_time ();
  for (guint i = 0; i < n_threads; i++)
    {
      workers[i].set = set;
      workers[i].end_us = begun_us + (gint64) (seconds * G_USEC_PER_SEC);
      threads[i] = g_thread_new ("verify", check, &workers[i]);
    }
  for (guint i = 0; i < n_threads; i++)
    {
      is_right = GPOINTER_TO_INT (g_thread_join (threads[i])) && is_right;
      n_checked += workers[i].n_checked;
    }

  g_print ("%.1f\n", (double) n_checked * G_USEC_PER_SEC /
                     (double) (g_get_monotonic_time () - begun_us));
  for (guint i = 0; i < N_KEYS; i++)
    g_free (set[i].canonical);
  return is_right ? 0 : 1;
}
