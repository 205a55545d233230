/* test-ledger-client.c: the client against a peer that errs in every way
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "submit/tropea-ledger-client.h"

#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>

#include "faulty-ledger.h"
#include "record/tropea-credit.h"
#include "record/tropea-encoding.h"
#include "record/tropea-proof.h"
#include "socks-proxy.h"
#include "test-wait.h"

#define INFO_PATH "/api/ledger"
#define SUBMIT_PATH "/api/sessions/submit"
#define BATCH_PATH "/api/sessions/batch"
#define BALANCE_PATH "/api/sessions/balance"

typedef struct
{
  FaultyLedger       *ledger;
  TropeaLedgerClient *client;
  TropeaSecret       *secret_key;
  guint8              public_key[TROPEA_RECORD_PUBLIC_KEY_BYTES];
} Fixture;

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *url = NULL;

  fixture->ledger = faulty_ledger_new (NULL);
  url = faulty_ledger_dup_url (fixture->ledger);
  fixture->client = tropea_ledger_client_new (url, &error);
  g_assert_no_error (error);
  fixture->secret_key = tropea_secret_new (TROPEA_RECORD_SECRET_KEY_BYTES);
  crypto_sign_keypair (fixture->public_key, tropea_secret_get_data (fixture->secret_key));
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  g_assert_finalize_object (fixture->client);
  faulty_ledger_free (fixture->ledger);
  tropea_secret_unref (fixture->secret_key);
}

static void
fill_record (Fixture      *fixture,
             TropeaRecord *record,
             guint         number)
{
  memset (record, 0, sizeof *record);
  g_snprintf (record->session_id, sizeof record->session_id,
              "00000000-0000-4000-8000-%012u", number);
  memcpy (record->client_pub, fixture->public_key, sizeof record->client_pub);
  record->timestamp_ms = 1700000000000 + number * 100000;
  record->duration_s = 60;
  record->bytes = 1000000;
  tropea_record_sign (record, FAULTY_LEDGER_ORIGIN, fixture->secret_key);
}

static TropeaLedgerInfo *
ask_info (TropeaLedgerClient  *client,
          GError             **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  tropea_ledger_client_info_async (client, NULL, test_keep_result, &result);
  test_wait_until (result != NULL, 30);

  return tropea_ledger_client_info_finish (client, result, error);
}

static GPtrArray *
submit (Fixture  *fixture,
        guint     n_records,
        gint64   *retry_after_s,
        GError  **error)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autofree TropeaRecord *records = g_new0 (TropeaRecord, n_records);

  for (guint i = 0; i < n_records; i++)
    fill_record (fixture, &records[i], i);
  tropea_ledger_client_submit_async (fixture->client, records, n_records, NULL,
                                     test_keep_result, &result);
  test_wait_until (result != NULL, 30);

  return tropea_ledger_client_submit_finish (fixture->client, result, retry_after_s, error);
}

static void
test_info (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TropeaLedgerInfo) info = ask_info (fixture->client, &error);
  const char *headers = faulty_ledger_get_headers (fixture->ledger);

  g_assert_no_error (error);
  g_assert_cmpstr (info->origin, ==, FAULTY_LEDGER_ORIGIN);
  g_assert_cmpmem (info->public_key, sizeof info->public_key,
                   faulty_ledger_get_key (fixture->ledger), TROPEA_RECORD_PUBLIC_KEY_BYTES);
  g_assert_cmpstr (info->software, ==, "faulty 1");
  g_assert_true (info->accepts_simulation);

  g_assert_nonnull (strstr (headers, "User-Agent: Tropea\n"));
  g_assert_null (strstr (headers, "Accept-Language"));
  g_assert_null (strstr (headers, "Accept-Encoding"));
  g_assert_null (strstr (headers, "Cookie"));
}

static void
test_socket (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TropeaLedgerInfo) info = NULL;
  g_autofree char *dir = g_dir_make_tmp ("test-client-XXXXXX", &error);
  g_autofree char *path = g_build_filename (dir, "ledger.sock", NULL);
  g_autofree char *url = g_strconcat ("unix:", path, NULL);
  FaultyLedger *ledger = faulty_ledger_new (path);
  TropeaLedgerClient *client = tropea_ledger_client_new (url, &error);

  g_assert_no_error (error);
  g_assert_false (tropea_ledger_client_is_remote (client));
  info = ask_info (client, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (info->origin, ==, FAULTY_LEDGER_ORIGIN);

  g_assert_finalize_object (client);
  faulty_ledger_free (ledger);
  g_unlink (path);
  g_rmdir (dir);
}

static void
test_submit (Fixture       *fixture,
             gconstpointer  data)
{
  const guint counts[] = { 1, 2, TROPEA_RECORD_MAX_BATCH };

  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_autoptr(GError) error = NULL;
      gint64 retry_after_s = -1;
      g_autoptr(GPtrArray) verdicts = submit (fixture, counts[i], &retry_after_s, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (verdicts->len, ==, counts[i]);
      g_assert_cmpint (retry_after_s, ==, 0);
      for (guint n = 0; n < verdicts->len; n++)
        {
          TropeaVerdict *verdict = g_ptr_array_index (verdicts, n);
          g_autofree char *session_id = g_strdup_printf ("00000000-0000-4000-8000-%012u", n);

          g_assert_true (verdict->has_receipt);
          g_assert_cmpstr (verdict->receipt.session_id, ==, session_id);
          g_assert_cmpint (verdict->receipt.credits_micro, ==,
                           tropea_credit_compute_micro (60, 1000000));
        }
    }

  g_assert_cmpuint (faulty_ledger_count_requests (fixture->ledger, SUBMIT_PATH), ==, 1);
  g_assert_cmpuint (faulty_ledger_count_requests (fixture->ledger, BATCH_PATH), ==, 2);
}

static void
test_verdicts (Fixture       *fixture,
               gconstpointer  data)
{
  static const struct
  {
    guint       status;
    const char *code;
    const char *rule;
    gboolean    is_final;
  } rows[] = {
    { 400, "malformed", NULL, TRUE },
    { 401, "bad-signature", NULL, TRUE },
    { 409, "conflict", NULL, TRUE },
    { 422, "implausible", "overlap", TRUE },
    { 422, "implausible", "future", FALSE },
    { 429, "too-many", NULL, FALSE },
    { 500, "failed", NULL, FALSE },
    { 503, "busy", NULL, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(GPtrArray) verdicts = NULL;
      TropeaVerdict *verdict = NULL;

      faulty_ledger_refuse (fixture->ledger, "00000000-0000-4000-8000-000000000001",
                            rows[i].status, rows[i].code, rows[i].rule);
      verdicts = submit (fixture, 3, NULL, &error);
      g_assert_no_error (error);

      verdict = g_ptr_array_index (verdicts, 0);
      g_assert_true (verdict->has_receipt);
      verdict = g_ptr_array_index (verdicts, 2);
      g_assert_true (verdict->has_receipt);
      verdict = g_ptr_array_index (verdicts, 1);
      g_assert_false (verdict->has_receipt);
      g_assert_cmpint (verdict->is_final, ==, rows[i].is_final);
      g_assert_cmpstr (verdict->code, ==, rows[i].code);
      g_assert_cmpstr (verdict->detail, ==, "The session is not plausible");
    }
}

static void
test_single_refusal (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) verdicts = NULL;
  TropeaVerdict *verdict = NULL;

  faulty_ledger_refuse (fixture->ledger, "00000000-0000-4000-8000-000000000000", 409,
                        "conflict", NULL);
  verdicts = submit (fixture, 1, NULL, &error);
  g_assert_no_error (error);
  verdict = g_ptr_array_index (verdicts, 0);
  g_assert_false (verdict->has_receipt);
  g_assert_true (verdict->is_final);
  g_assert_cmpstr (verdict->code, ==, "conflict");
}

typedef struct
{
  Fault fault;
  int   code;
  int   retry_after_s;
} FaultRow;

static void
check_message (Fixture      *fixture,
               const GError *error)
{
  g_autofree char *url = faulty_ledger_dup_url (fixture->ledger);

  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, url));
  g_assert_null (strchr (error->message, '\n'));
}

static void
test_submit_faults (Fixture       *fixture,
                    gconstpointer  data)
{
  static const FaultRow rows[] = {
    { FAULT_NO_JSON, TROPEA_LEDGER_CLIENT_ERROR_NONSENSE, 0 },
    { FAULT_WRONG_JSON, TROPEA_LEDGER_CLIENT_ERROR_NONSENSE, 0 },
    { FAULT_WRONG_COUNT, TROPEA_LEDGER_CLIENT_ERROR_NONSENSE, 0 },
    { FAULT_WRONG_SESSION, TROPEA_LEDGER_CLIENT_ERROR_NONSENSE, 0 },
    { FAULT_NOT_FOUND, TROPEA_LEDGER_CLIENT_ERROR_NONSENSE, 0 },
    { FAULT_REDIRECT, TROPEA_LEDGER_CLIENT_ERROR_NONSENSE, 0 },
    { FAULT_HUGE, TROPEA_LEDGER_CLIENT_ERROR_NONSENSE, 0 },
    { FAULT_BUSY, TROPEA_LEDGER_CLIENT_ERROR_BUSY, 1 },
    { FAULT_TOO_MANY, TROPEA_LEDGER_CLIENT_ERROR_BUSY, 7 },
    { FAULT_BROKEN, TROPEA_LEDGER_CLIENT_ERROR_BROKEN, 0 },
    { FAULT_REFUSED, TROPEA_LEDGER_CLIENT_ERROR_REFUSED, 0 },
    { FAULT_CUT, TROPEA_LEDGER_CLIENT_ERROR_UNREACHABLE, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;
      gint64 retry_after_s = -1;

      faulty_ledger_set_fault (fixture->ledger, BATCH_PATH, rows[i].fault, 1);
      g_assert_null (submit (fixture, 2, &retry_after_s, &error));
      g_assert_error (error, TROPEA_LEDGER_CLIENT_ERROR, rows[i].code);
      g_assert_cmpint (retry_after_s, ==, rows[i].retry_after_s);
      check_message (fixture, error);
    }

  g_assert_cmpuint (faulty_ledger_count_requests (fixture->ledger, "/elsewhere"), ==, 0);
  g_assert_cmpuint (faulty_ledger_count_requests (fixture->ledger, BATCH_PATH), ==,
                    G_N_ELEMENTS (rows));
}

static void
test_info_faults (Fixture       *fixture,
                  gconstpointer  data)
{
  static const FaultRow rows[] = {
    { FAULT_NO_JSON, TROPEA_LEDGER_CLIENT_ERROR_NONSENSE, 0 },
    { FAULT_WRONG_JSON, TROPEA_LEDGER_CLIENT_ERROR_NONSENSE, 0 },
    { FAULT_WRONG_PROOF, TROPEA_LEDGER_CLIENT_ERROR_NONSENSE, 0 },
    { FAULT_BUSY, TROPEA_LEDGER_CLIENT_ERROR_BUSY, 0 },
    { FAULT_NOT_FOUND, TROPEA_LEDGER_CLIENT_ERROR_NONSENSE, 0 },
    { FAULT_CUT, TROPEA_LEDGER_CLIENT_ERROR_UNREACHABLE, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;

      faulty_ledger_set_fault (fixture->ledger, INFO_PATH, rows[i].fault, 1);
      g_assert_null (ask_info (fixture->client, &error));
      g_assert_error (error, TROPEA_LEDGER_CLIENT_ERROR, rows[i].code);
      check_message (fixture, error);
    }
}

static void
test_hang (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) verdicts = NULL;

  tropea_ledger_client_set_timeout (fixture->client, 200);
  faulty_ledger_set_fault (fixture->ledger, BATCH_PATH, FAULT_HANG, 1);
  g_assert_null (submit (fixture, 2, NULL, &error));
  g_assert_error (error, TROPEA_LEDGER_CLIENT_ERROR, TROPEA_LEDGER_CLIENT_ERROR_UNREACHABLE);
  g_assert_nonnull (strstr (error->message, "in time"));

  /* The connection that hangs does not block the next request. */
  tropea_ledger_client_set_timeout (fixture->client, 30000);
  verdicts = submit (fixture, 2, NULL, NULL);
  g_assert_nonnull (verdicts);
}

static void
test_cancel (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;

  faulty_ledger_set_fault (fixture->ledger, INFO_PATH, FAULT_HANG, 1);
  tropea_ledger_client_info_async (fixture->client, cancellable, test_keep_result, &result);
  test_wait_until (faulty_ledger_count_requests (fixture->ledger, INFO_PATH) == 1, 30);
  g_assert_null (result);
  g_cancellable_cancel (cancellable);
  test_wait_until (result != NULL, 30);
  g_assert_null (tropea_ledger_client_info_finish (fixture->client, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_nobody (Fixture       *fixture,
             gconstpointer  data)
{
  const char * const urls[] = { "http://127.0.0.1:1", "unix:/nonexistent/ledger.sock" };

  for (gsize i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      g_autoptr(GError) error = NULL;
      TropeaLedgerClient *client = tropea_ledger_client_new (urls[i], NULL);

      g_assert_null (ask_info (client, &error));
      g_assert_error (error, TROPEA_LEDGER_CLIENT_ERROR, TROPEA_LEDGER_CLIENT_ERROR_UNREACHABLE);
      g_assert_nonnull (strstr (error->message, urls[i]));
      g_assert_nonnull (strstr (error->message, "nothing listens"));
      g_assert_finalize_object (client);
    }
}

static gboolean
ask_balance (Fixture              *fixture,
             TropeaSecret         *signer,
             TropeaLedgerFigures  *figures,
             GError              **error)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autofree char *target = tropea_ledger_client_dup_balance_target (fixture->public_key);
  g_autofree char *proof = tropea_read_proof_dup_header (signer, FAULTY_LEDGER_ORIGIN, target,
                                                         g_get_real_time () / 1000);

  g_assert_null (strpbrk (strchr (target, '?'), "+/"));
  tropea_ledger_client_balance_async (fixture->client, target, proof, NULL,
                                      test_keep_result, &result);
  test_wait_until (result != NULL, 30);

  return tropea_ledger_client_balance_finish (fixture->client, result, figures, error);
}

static void
test_balance (Fixture       *fixture,
              gconstpointer  data)
{
  static const FaultRow rows[] = {
    { FAULT_WRONG_JSON, TROPEA_LEDGER_CLIENT_ERROR_NONSENSE, 0 },
    { FAULT_REFUSED, TROPEA_LEDGER_CLIENT_ERROR_REFUSED, 0 },
    { FAULT_BUSY, TROPEA_LEDGER_CLIENT_ERROR_BUSY, 0 },
  };
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) verdicts = submit (fixture, 3, NULL, &error);
  TropeaLedgerFigures figures = { -1, -1, -1 };

  g_assert_no_error (error);
  g_assert_cmpuint (verdicts->len, ==, 3);
  faulty_ledger_set_simulated (fixture->ledger, 5);
  g_assert_true (ask_balance (fixture, fixture->secret_key, &figures, &error));
  g_assert_no_error (error);
  g_assert_cmpint (figures.sessions, ==, 3);
  g_assert_cmpint (figures.credits_micro, ==, 3 * tropea_credit_compute_micro (60, 1000000));
  g_assert_cmpint (figures.simulated_micro, ==, 5);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) fault_error = NULL;

      faulty_ledger_set_fault (fixture->ledger, BALANCE_PATH, rows[i].fault, 1);
      g_assert_false (ask_balance (fixture, fixture->secret_key, &figures, &fault_error));
      g_assert_error (fault_error, TROPEA_LEDGER_CLIENT_ERROR, rows[i].code);
    }
}

static void
test_needs_tor (Fixture       *fixture,
                gconstpointer  data)
{
  const char * const urls[] = {
    "http://ledger.example.org", "https://abcdefghijklmnop.onion", "http://10.0.0.1",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      g_autoptr(GError) error = NULL;
      TropeaLedgerClient *client = tropea_ledger_client_new (urls[i], NULL);

      g_assert_true (tropea_ledger_client_is_remote (client));
      g_assert_null (ask_info (client, &error));
      g_assert_error (error, TROPEA_LEDGER_CLIENT_ERROR, TROPEA_LEDGER_CLIENT_ERROR_NEEDS_TOR);
      g_assert_finalize_object (client);
    }
}

/* The name reaches the SOCKS port as it is, each client under a user name of its own; without
 * the port nothing leaves. */
static void
test_socks (Fixture       *fixture,
            gconstpointer  data)
{
  SocksProxy *proxy = socks_proxy_new (faulty_ledger_get_port (fixture->ledger));
  GPtrArray *asked = socks_proxy_get_asked (proxy);
  TropeaLedgerClient *clients[2] = { NULL };
  g_autoptr(GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (clients); i++)
    {
      g_autoptr(TropeaLedgerInfo) info = NULL;

      clients[i] = tropea_ledger_client_new ("http://Ledger.invalid:81", &error);
      g_assert_no_error (error);
      tropea_ledger_client_set_socks_port (clients[i], socks_proxy_get_port (proxy));
      info = ask_info (clients[i], &error);
      g_assert_no_error (error);
      g_assert_cmpstr (info->origin, ==, FAULTY_LEDGER_ORIGIN);
    }

  g_assert_cmpuint (asked->len, ==, 2);
  for (gsize i = 0; i < G_N_ELEMENTS (clients); i++)
    g_assert_true (g_str_has_suffix (g_ptr_array_index (asked, i), " ledger.invalid 81"));
  g_assert_cmpstr (g_ptr_array_index (asked, 0), !=, g_ptr_array_index (asked, 1));

  tropea_ledger_client_set_socks_port (clients[0], 0);
  g_assert_null (ask_info (clients[0], &error));
  g_assert_error (error, TROPEA_LEDGER_CLIENT_ERROR, TROPEA_LEDGER_CLIENT_ERROR_NEEDS_TOR);
  g_assert_cmpuint (asked->len, ==, 2);

  g_assert_finalize_object (clients[0]);
  g_assert_finalize_object (clients[1]);
  socks_proxy_free (proxy);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_assert_true (tropea_secret_init (NULL));

#define ADD(path, func) \
  g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("/ledger-client/info-names-origin-and-proven-key", test_info);
  ADD ("/ledger-client/speaks-over-a-unix-socket", test_socket);
  ADD ("/ledger-client/a-receipt-for-each-session", test_submit);
  ADD ("/ledger-client/refusals-are-final-or-not", test_verdicts);
  ADD ("/ledger-client/a-single-session-is-refused-by-status", test_single_refusal);
  ADD ("/ledger-client/submit-survives-every-fault", test_submit_faults);
  ADD ("/ledger-client/info-survives-every-fault", test_info_faults);
  ADD ("/ledger-client/hanging-ledger-times-out", test_hang);
  ADD ("/ledger-client/can-be-cancelled", test_cancel);
  ADD ("/ledger-client/nobody-there-is-unreachable", test_nobody);
  ADD ("/ledger-client/balance-needs-the-keys-proof", test_balance);
  ADD ("/ledger-client/remote-ledger-needs-tor", test_needs_tor);
  ADD ("/ledger-client/remote-name-is-resolved-by-the-socks-port", test_socks);
#undef ADD

  return g_test_run ();
}
