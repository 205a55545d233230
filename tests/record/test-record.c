/* test-record.c: the signed session against vectors that Tropea did not make
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "record/tropea-record.h"

#include <json-glib/json-glib.h>
#include <sodium.h>
#include <string.h>

#include "record/tropea-credit.h"
#include "record/tropea-encoding.h"

static JsonParser *
load_vectors (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonParser) parser = json_parser_new ();
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "fixtures", "record",
                                                 "vectors.json", NULL);

  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);

  return g_steal_pointer (&parser);
}

static JsonArray *
get_list (JsonParser *parser,
          const char *name)
{
  return json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)),
                                       name);
}

static TropeaSecret *
new_key (const char *seed_hex)
{
  TropeaSecret *key = tropea_secret_new (TROPEA_RECORD_SECRET_KEY_BYTES);
  guint8 seed[crypto_sign_SEEDBYTES] = { 0 };
  guint8 public_key[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { 0 };

  g_assert_true (tropea_hex_decode (seed_hex, strlen (seed_hex), seed, sizeof seed));
  crypto_sign_seed_keypair (public_key, tropea_secret_get_data (key), seed);

  return key;
}

static void
assert_valid (JsonObject         *vector,
              const TropeaRecord *record)
{
  const char *origin = json_object_get_string_member (vector, "origin");
  g_autoptr(TropeaSecret) key = new_key (json_object_get_string_member (vector, "seed"));
  TropeaRecord again = *record;
  TropeaRecord reread = { 0 };
  g_autofree char *json = NULL;

  g_assert_true (tropea_record_verify (record, origin));
  g_assert_cmpint (tropea_credit_compute_micro (record->duration_s, record->bytes), ==,
                   json_object_get_int_member (vector, "creditsMicro"));

  memset (again.client_pub, 0, sizeof again.client_pub);
  memset (again.signature, 0, sizeof again.signature);
  tropea_record_sign (&again, origin, key);
  g_assert_cmpmem (&again, sizeof again, record, sizeof *record);

  json = tropea_record_to_json (record);
  g_assert_true (tropea_record_from_json (json, strlen (json), &reread, NULL));
  g_assert_cmpmem (&reread, sizeof reread, record, sizeof *record);
}

static void
assert_parse_error (JsonObject   *vector,
                    const char   *expect,
                    const GError *error)
{
  const char *input = json_object_get_string_member (vector, "json");
  TropeaRecordError code = strcmp (expect, "malformed") == 0 ? TROPEA_RECORD_ERROR_MALFORMED
                         : strcmp (expect, "version") == 0 ? TROPEA_RECORD_ERROR_VERSION
                         : TROPEA_RECORD_ERROR_TOO_LARGE;

  g_assert_error (error, TROPEA_RECORD_ERROR, (int) code);
  if (strlen (input) > 100)
    {
      g_assert_null (strstr (error->message, "tor-client"));
      g_assert_null (strstr (error->message, "1767225600000"));
    }
}

static void
test_vector (gconstpointer data)
{
  JsonObject *vector = (JsonObject *) data;
  const char *expect = json_object_get_string_member (vector, "expect");
  const char *input = json_object_get_string_member (vector, "json");
  const char *origin = json_object_get_string_member (vector, "origin");
  g_autoptr(GError) error = NULL;
  g_autofree char *canonical = NULL;
  g_autofree char *signature = NULL;
  TropeaRecord record = { 0 };
  TropeaRecord untouched = { 0 };

  if (!tropea_record_from_json (input, strlen (input), &record, &error))
    {
      assert_parse_error (vector, expect, error);
      g_assert_cmpmem (&record, sizeof record, &untouched, sizeof untouched);
      return;
    }

  g_assert_no_error (error);
  canonical = tropea_record_dup_canonical (&record, origin);
  signature = tropea_base64_encode (record.signature, sizeof record.signature);
  g_assert_cmpstr (canonical, ==, json_object_get_string_member (vector, "canonical"));
  g_assert_cmpstr (signature, ==, json_object_get_string_member (vector, "signature"));

  if (strcmp (expect, "valid") == 0)
    assert_valid (vector, &record);
  else
    {
      g_assert_cmpstr (expect, ==, "bad-signature");
      g_assert_false (tropea_record_verify (&record, origin));
    }
}

static void
test_credit_vectors (gconstpointer data)
{
  JsonArray *list = (JsonArray *) data;

  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      JsonObject *row = json_array_get_object_element (list, i);
      gint64 micro = tropea_credit_compute_micro (json_object_get_int_member (row, "duration"),
                                                  json_object_get_int_member (row, "bytes"));
      g_autofree char *text = tropea_credit_format (micro);

      g_assert_cmpint (micro, ==, json_object_get_int_member (row, "micro"));
      g_assert_cmpstr (text, ==, json_object_get_string_member (row, "text"));
    }
}

/* Ten signatures at the edges of Ed25519 (Chalkias, Garillot, Nikolaenko, "Taming the many
 * EdDSAs"), of which exactly the one that lenient and strict libraries share is to pass. Should
 * a later libsodium judge otherwise, ledgers would disagree and this must be known.
 */
static void
test_edge_signatures (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "fixtures", "record",
                                                 "edge-signatures.txt", NULL);
  g_autofree char *contents = NULL;
  g_auto(GStrv) lines = NULL;
  guint n_cases = 0;

  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  lines = g_strsplit (contents, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    {
      g_auto(GStrv) words = g_strsplit (lines[i], " ", -1);
      guint8 message[32] = { 0 };
      guint8 key[32] = { 0 };
      guint8 signature[64] = { 0 };

      if (g_strv_length (words) != 3)
        continue;

      g_assert_true (tropea_hex_decode (words[0], strlen (words[0]), message, 32));
      g_assert_true (tropea_hex_decode (words[1], strlen (words[1]), key, 32));
      g_assert_true (tropea_hex_decode (words[2], strlen (words[2]), signature, 64));
      g_assert_cmpint (crypto_sign_verify_detached (signature, message, 32, key) == 0, ==,
                       n_cases == 3);
      n_cases++;
    }
  g_assert_cmpuint (n_cases, ==, 10);
}

static void
test_origins (void)
{
  g_autofree char *longest = g_strnfill (253, 'a');
  g_autofree char *too_long = g_strnfill (254, 'a');
  const char *good[] = { "local", "a", "ledger.example.org", "127.0.0.1", longest };
  const char *bad[] = { NULL, "", "Local", "a b", "a\nb", ".a", "a.", "-a", "a:1", "ä",
                        too_long };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (tropea_record_is_valid_origin (good[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (tropea_record_is_valid_origin (bad[i]));
}

static void
test_equal_content (gconstpointer data)
{
  const char *text = json_object_get_string_member (
    json_array_get_object_element ((JsonArray *) data, 0), "json");
  TropeaRecord a = { 0 };
  TropeaRecord b = { 0 };

  g_assert_true (tropea_record_from_json (text, strlen (text), &a, NULL));
  b = a;
  b.signature[0] ^= 1;
  g_assert_true (tropea_record_equal_content (&a, &b));

#define DIFFERS(change) \
  b = a; \
  change; \
  g_assert_false (tropea_record_equal_content (&a, &b))

  DIFFERS (b.session_id[0] ^= 1);
  DIFFERS (b.client_pub[31] ^= 1);
  DIFFERS (b.timestamp_ms++);
  DIFFERS (b.duration_s++);
  DIFFERS (b.bytes++);
  DIFFERS (b.ip_hash[0] = '\0');
  DIFFERS (b.source = TROPEA_SOURCE_SIMULATION);
#undef DIFFERS
}

static void
test_sources (void)
{
  TropeaSource source = TROPEA_SOURCE_SIMULATION;

  g_assert_true (tropea_source_from_string ("tor-client", &source));
  g_assert_cmpint (source, ==, TROPEA_SOURCE_TOR_CLIENT);
  g_assert_false (tropea_source_from_string ("relay", &source));
  g_assert_false (tropea_source_from_string (NULL, &source));
  g_assert_cmpstr (tropea_source_to_string (TROPEA_SOURCE_SIMULATION), ==, "simulation");
}

int
main (int    argc,
      char **argv)
{
  g_autoptr(JsonParser) parser = NULL;
  JsonArray *vectors = NULL;
  int result = 0;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_assert_true (tropea_secret_init (NULL));

  parser = load_vectors ();
  vectors = get_list (parser, "vectors");
  g_assert_cmpuint (json_array_get_length (vectors), >=, 20);
  for (guint i = 0; i < json_array_get_length (vectors); i++)
    {
      JsonObject *vector = json_array_get_object_element (vectors, i);
      g_autofree char *path = g_strdup_printf (
        "/record/vector/%s", json_object_get_string_member (vector, "name"));

      g_test_add_data_func (path, vector, test_vector);
    }
  g_test_add_data_func ("/record/credit-vectors", get_list (parser, "credits"),
                        test_credit_vectors);
  g_test_add_func ("/record/edge-signatures", test_edge_signatures);
  g_test_add_func ("/record/origins", test_origins);
  g_test_add_data_func ("/record/equal-content-is-all-that-is-signed", vectors,
                        test_equal_content);
  g_test_add_func ("/record/sources", test_sources);

  result = g_test_run ();
  return result;
}
