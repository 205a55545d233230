/* record-helper.c: does for check-record.py what is asked on standard input, a line each
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "record/tropea-credit.h"
#include "record/tropea-encoding.h"
#include "record/tropea-record.h"

static void
answer_credit (char **words)
{
  gint64 micro = tropea_credit_compute_micro (g_ascii_strtoll (words[1], NULL, 10),
                                              g_ascii_strtoll (words[2], NULL, 10));
  g_autofree char *text = tropea_credit_format (micro);

  printf ("%" G_GINT64_FORMAT " %s\n", micro, text);
}

static void
answer_sign (char **words)
{
  g_autoptr(TropeaSecret) key = tropea_secret_new (TROPEA_RECORD_SECRET_KEY_BYTES);
  guint8 seed[crypto_sign_SEEDBYTES] = { 0 };
  TropeaRecord record = { 0 };
  g_autofree char *json = NULL;

  g_assert_true (tropea_hex_decode (words[1], strlen (words[1]), seed, sizeof seed));
  crypto_sign_seed_keypair (record.client_pub, tropea_secret_get_data (key), seed);
  g_strlcpy (record.session_id, words[3], sizeof record.session_id);
  record.timestamp_ms = g_ascii_strtoll (words[4], NULL, 10);
  record.duration_s = g_ascii_strtoll (words[5], NULL, 10);
  record.bytes = g_ascii_strtoll (words[6], NULL, 10);
  if (strcmp (words[7], "-") != 0)
    g_strlcpy (record.ip_hash, words[7], sizeof record.ip_hash);
  g_assert_true (tropea_source_from_string (words[8], &record.source));

  tropea_record_sign (&record, words[2], key);
  json = tropea_record_to_json (&record);
  printf ("%s\n", json);
}

int
main (void)
{
  char line[1024];

  g_assert_true (tropea_secret_init (NULL));
  while (fgets (line, sizeof line, stdin) != NULL)
    {
      g_auto(GStrv) words = g_strsplit (g_strchomp (line), " ", -1);

      if (g_strv_length (words) == 3 && strcmp (words[0], "credit") == 0)
        answer_credit (words);
      else if (g_strv_length (words) == 9 && strcmp (words[0], "sign") == 0)
        answer_sign (words);
      else
        return 2;
    }

  return 0;
}
