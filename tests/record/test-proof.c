/* test-proof.c: proofs of a client's and a ledger's key, and receipts
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "record/tropea-proof.h"

#include <sodium.h>
#include <string.h>

#include "base/tropea-json.h"
#include "record/tropea-receipt.h"
#include "record/tropea-record.h"

#define NOW_MS G_GINT64_CONSTANT (1767225600000)
#define TARGET "/api/sessions/balance?clientPub=a%2Bb"

static TropeaSecret *
new_key (guint8  fill,
         guint8 *public_key)
{
  TropeaSecret *key = tropea_secret_new (TROPEA_RECORD_SECRET_KEY_BYTES);
  guint8 seed[crypto_sign_SEEDBYTES] = { 0 };

  memset (seed, fill, sizeof seed);
  crypto_sign_seed_keypair (public_key, tropea_secret_get_data (key), seed);

  return key;
}

static void
test_read (void)
{
  guint8 public_key[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { 0 };
  guint8 other_key[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { 0 };
  g_autoptr(TropeaSecret) key = new_key (1, public_key);
  g_autoptr(TropeaSecret) other = new_key (2, other_key);
  g_autofree char *header = tropea_read_proof_dup_header (key, "local", TARGET, NOW_MS);
  const struct
  {
    const guint8 *client_pub;
    const char   *origin;
    const char   *target;
    gint64        now_ms;
    int           code;
  } rows[] = {
    { public_key, "local", TARGET, NOW_MS, -1 },
    { public_key, "local", TARGET, NOW_MS + 300000, -1 },
    { public_key, "local", TARGET, NOW_MS - 300000, -1 },
    { public_key, "local", TARGET, NOW_MS + 300001, G_IO_ERROR_TIMED_OUT },
    { public_key, "local", TARGET, NOW_MS - 300001, G_IO_ERROR_TIMED_OUT },
    { other_key, "local", TARGET, NOW_MS, G_IO_ERROR_PERMISSION_DENIED },
    { public_key, "elsewhere", TARGET, NOW_MS, G_IO_ERROR_PERMISSION_DENIED },
    { public_key, "local", TARGET "x", NOW_MS, G_IO_ERROR_PERMISSION_DENIED },
    { public_key, "local", "a\nb", NOW_MS, G_IO_ERROR_INVALID_DATA },
  };

  g_assert_nonnull (other);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_cmpint (tropea_read_proof_verify (header, rows[i].client_pub, rows[i].origin,
                                                 rows[i].target, rows[i].now_ms, &error),
                       ==, rows[i].code == -1);
      if (rows[i].code == -1)
        g_assert_no_error (error);
      else
        g_assert_error (error, G_IO_ERROR, rows[i].code);
    }
}

static void
test_bad_headers (void)
{
  guint8 public_key[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { 0 };
  static const char * const rows[] = {
    NULL, "", "Basic dTpw", "Tropea", "Tropea ts=,sig=", "Tropea ts=1", "Tropea ts=1,sig=AAAA",
    "Tropea ts=01,sig=", "Tropea ts=99999999999999999999,sig=", "Tropea ts=-1,sig=",
    "Tropea ts=9007199254740992,sig=",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_false (tropea_read_proof_verify (rows[i], public_key, "local", TARGET, NOW_MS,
                                                &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
}

static void
test_ledger (void)
{
  guint8 public_key[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { 0 };
  guint8 challenge[TROPEA_PROOF_CHALLENGE_BYTES] = { 7 };
  guint8 signature[TROPEA_RECORD_SIGNATURE_BYTES] = { 0 };
  g_autoptr(TropeaSecret) key = new_key (1, public_key);

  tropea_ledger_proof_sign (key, "local", challenge, signature);
  g_assert_true (tropea_ledger_proof_verify (signature, public_key, "local", challenge));
  g_assert_false (tropea_ledger_proof_verify (signature, public_key, "other", challenge));
  g_assert_false (tropea_ledger_proof_verify (signature, public_key, "not an origin",
                                              challenge));
  challenge[0]++;
  g_assert_false (tropea_ledger_proof_verify (signature, public_key, "local", challenge));
  challenge[0]--;
  public_key[0] ^= 1;
  g_assert_false (tropea_ledger_proof_verify (signature, public_key, "local", challenge));
}

static void
test_receipt (void)
{
  TropeaReceipt receipt = { TROPEA_RECEIPT_DUPLICATE, "01234567-89ab-4def-8123-456789abcdef",
                            96500000, 1096500000, 7 };
  TropeaReceipt again = { 0 };
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonObject) object = tropea_receipt_to_json (&receipt);
  g_autofree char *text = tropea_json_to_string (object);
  g_autofree char *same = tropea_receipt_to_string (&receipt);

  g_assert_cmpstr (same, ==, text);
  g_assert_cmpstr (text, ==,
                   "{\"success\":true,\"status\":\"duplicate\","
                   "\"sessionId\":\"01234567-89ab-4def-8123-456789abcdef\","
                   "\"credits\":\"96.50\",\"balance\":\"1096.50\",\"creditsMicro\":96500000,"
                   "\"balanceMicro\":1096500000,\"seq\":7}");
  g_assert_true (tropea_receipt_from_json (object, &again, &error));
  g_assert_no_error (error);
  g_assert_cmpint (again.status, ==, receipt.status);
  g_assert_cmpstr (again.session_id, ==, receipt.session_id);
  g_assert_cmpint (again.credits_micro, ==, receipt.credits_micro);
  g_assert_cmpint (again.balance_micro, ==, receipt.balance_micro);
  g_assert_cmpint (again.seq, ==, receipt.seq);
}

static void
test_bad_receipts (void)
{
  static const char * const names[] = {
    "success", "status", "sessionId", "creditsMicro", "balanceMicro", "seq",
  };
  TropeaReceipt receipt = { TROPEA_RECEIPT_ACCEPTED, "01234567-89ab-4def-8123-456789abcdef",
                            1, 1, 1 };
  TropeaReceipt out = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr(JsonObject) missing = tropea_receipt_to_json (&receipt);
      g_autoptr(JsonObject) wrong = tropea_receipt_to_json (&receipt);
      g_autoptr(JsonObject) nonsense = tropea_receipt_to_json (&receipt);

      json_object_remove_member (missing, names[i]);
      g_assert_false (tropea_receipt_from_json (missing, &out, NULL));
      json_object_set_null_member (wrong, names[i]);
      g_assert_false (tropea_receipt_from_json (wrong, &out, NULL));
      if (i == 0)
        json_object_set_boolean_member (nonsense, names[i], FALSE);
      else if (i < 3)
        json_object_set_string_member (nonsense, names[i], "nonsense");
      else
        json_object_set_int_member (nonsense, names[i], -1);
      g_assert_false (tropea_receipt_from_json (nonsense, &out, NULL));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_assert_true (tropea_secret_init (NULL));

  g_test_add_func ("/proof/read-binds-key-ledger-query-and-time", test_read);
  g_test_add_func ("/proof/other-headers-are-none", test_bad_headers);
  g_test_add_func ("/proof/ledger-binds-key-name-and-challenge", test_ledger);
  g_test_add_func ("/receipt/round-trip", test_receipt);
  g_test_add_func ("/receipt/nonsense-is-refused", test_bad_receipts);

  return g_test_run ();
}
