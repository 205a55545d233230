/* make-requests.c: writes signed requests to a file, for "load" to send
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "benchmark-file.h"
#include "record/tropea-encoding.h"
#include "record/tropea-proof.h"

/* Signed beforehand, so that while a server is measured nobody signs. The sessions of a key
 * lie in the last days, one after the other, none over another; neighbours in the file are of
 * different keys. Sessions of two shifts do not overlap either,
 * whenever each was made. Clients do not come in turn: each comes once in every round, in an
 * order that is another one in each, so neighbours are far from each other in a database.
 */

#define SESSION_SPACING_MS (3600 * 1000)
#define MAX_DURATION_S 300
#define SHIFT_MS (MAX_DURATION_S * 1000)
#define BATCH_SIZE TROPEA_RECORD_MAX_BATCH

typedef struct
{
  const char *kind;
  const char *origin;
  guint       n_requests;
  guint       n_keys;
  gint64      shift_ms;
  gint64      now_ms;
  FILE       *file;    /* (owned) */
} Job;

static void
fill_record (TropeaRecord *record,
             const Job    *job,
             guint         place)
{
  g_autofree char *id = g_uuid_string_random ();
  guint8 ip_hash[32] = { 0 };

  randombytes_buf (ip_hash, sizeof ip_hash);
  memcpy (record->session_id, id, sizeof record->session_id);
  sodium_bin2hex (record->ip_hash, sizeof record->ip_hash, ip_hash, sizeof ip_hash);
  record->timestamp_ms = job->now_ms - job->now_ms % SESSION_SPACING_MS - job->shift_ms -
                         (gint64) (place + 1) * SESSION_SPACING_MS;
  record->duration_s = 30 + randombytes_uniform (MAX_DURATION_S - 30);
  record->bytes = 100000 + randombytes_uniform (9900000);
  record->source = TROPEA_SOURCE_TOR_CLIENT;
}

static guint *
make_orders (const Job *job,
             guint      n_rounds)
{
  guint *orders = g_new (guint, (gsize) n_rounds * job->n_keys);

  for (guint i = 0; i < n_rounds; i++)
    {
      g_autofree guint *order = benchmark_order_new (job->n_keys, i);

      memcpy (orders + (gsize) i * job->n_keys, order, job->n_keys * sizeof *order);
    }

  return orders;
}

/* Key by key, since a key is made of a seed. */
static TropeaRecord *
make_records (const Job *job,
              guint      n_records)
{
  TropeaRecord *records = g_new0 (TropeaRecord, n_records);
  guint n_rounds = (n_records + job->n_keys - 1) / job->n_keys;
  g_autofree guint *orders = make_orders (job, n_rounds);

  for (guint k = 0; k < job->n_keys; k++)
    {
      g_autoptr(TropeaSecret) key = benchmark_key_new (k);

      for (guint i = 0; i < n_rounds; i++)
        {
          guint place = i * job->n_keys + orders[i * job->n_keys + k];

          if (place >= n_records)
            continue;
          fill_record (&records[place], job, i);
          tropea_record_sign (&records[place], job->origin, key);
        }
    }

  return records;
}

static void
write_post (FILE       *file,
            const char *path,
            const char *body)
{
  g_autofree char *request = g_strdup_printf (
    "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s", path, strlen (body), body);

  benchmark_write_item (file, request, strlen (request));
}

static void
write_submissions (const Job *job)
{
  g_autofree TropeaRecord *records = make_records (job, job->n_requests);

  for (guint i = 0; i < job->n_requests; i++)
    {
      g_autofree char *body = tropea_record_to_json (&records[i]);

      write_post (job->file, "/api/sessions/submit", body);
    }
}

static void
write_batches (const Job *job)
{
  g_autofree TropeaRecord *records = make_records (job, job->n_requests * BATCH_SIZE);

  for (guint i = 0; i < job->n_requests; i++)
    {
      g_autofree char *body = tropea_record_batch_to_json (records + i * BATCH_SIZE, BATCH_SIZE);

      write_post (job->file, "/api/sessions/batch", body);
    }
}

static void
write_reads (const Job  *job,
             const char *path)
{
  for (guint i = 0; i < job->n_requests; i++)
    {
      g_autoptr(TropeaSecret) key = benchmark_key_new (i % job->n_keys);
      guint8 public_key[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { 0 };
      g_autofree char *text = NULL;
      g_autofree char *escaped = NULL;
      g_autofree char *target = NULL;
      g_autofree char *proof = NULL;
      g_autofree char *request = NULL;

      crypto_sign_ed25519_sk_to_pk (public_key, tropea_secret_get_data (key));
      text = tropea_base64_encode (public_key, sizeof public_key);
      escaped = g_uri_escape_string (text, NULL, FALSE);
      target = g_strdup_printf ("%s?clientPub=%s", path, escaped);
      proof = tropea_read_proof_dup_header (key, job->origin, target, job->now_ms);
      request = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: %s\r\n\r\n",
                                 target, proof);
      benchmark_write_item (job->file, request, strlen (request));
    }
}

int
main (int    argc,
      char **argv)
{
  Job job = { NULL };
  g_autoptr(GError) error = NULL;

  if (argc != 7)
    {
      g_printerr ("Usage: make-requests submit|batch|balance|list ORIGIN REQUESTS KEYS SHIFT "
                  "FILE\n");
      return 2;
    }

  if (!tropea_secret_init (&error))
    {
      g_printerr ("make-requests: %s\n", error->message);
      return 1;
    }

  job.kind = argv[1];
  job.origin = argv[2];
  job.n_requests = (guint) g_ascii_strtoull (argv[3], NULL, 10);
  job.n_keys = (guint) g_ascii_strtoull (argv[4], NULL, 10);
  job.shift_ms = g_ascii_strtoll (argv[5], NULL, 10) * SHIFT_MS;
  job.now_ms = g_get_real_time () / 1000;
  job.file = fopen (argv[6], "we");
  if (job.file == NULL || job.n_keys == 0)
    {
      g_printerr ("make-requests: “%s” cannot be written\n", argv[6]);
      return 1;
    }

  if (strcmp (job.kind, "submit") == 0)
    write_submissions (&job);
  else if (strcmp (job.kind, "batch") == 0)
    write_batches (&job);
  else if (strcmp (job.kind, "balance") == 0)
    write_reads (&job, "/api/sessions/balance");
  else
    write_reads (&job, "/api/sessions/by-client/list");

  return fclose (job.file) == 0 ? 0 : 1;
}
