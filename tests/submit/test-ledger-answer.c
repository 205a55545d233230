/* test-ledger-answer.c: answers that are almost a ledger's
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "submit/tropea-ledger-answer.h"

#include <string.h>

#define FIRST_ID "00000000-0000-4000-8000-000000000001"
#define SECOND_ID "00000000-0000-4000-8000-000000000002"

#define RECEIPT(id, credits, balance, seq) \
  "{\"success\":true,\"status\":\"accepted\",\"sessionId\":\"" id "\",\"credits\":\"6.50\"," \
  "\"balance\":\"6.50\",\"creditsMicro\":" credits ",\"balanceMicro\":" balance "," \
  "\"seq\":" seq "}"
#define GOOD RECEIPT (FIRST_ID, "6500000", "6500000", "1")
#define REFUSED "{\"success\":false,\"sessionId\":\"" SECOND_ID "\",\"status\":422," \
  "\"code\":\"implausible\",\"rule\":\"overlap\",\"detail\":\"It overlaps\"}"
#define BATCH(results) "{\"success\":true,\"results\":[" results "]}"

static const TropeaRecord records[2] = { { .session_id = FIRST_ID }, { .session_id = SECOND_ID } };

static GBytes *
make_body (const char *text)
{
  return g_bytes_new_static (text, strlen (text));
}

static void
test_good (void)
{
  g_autoptr(GBytes) body = make_body ("{\"new\":{\"member\":[1.5]},\"success\":true,"
                                      "\"results\":[" GOOD "," REFUSED "]}");
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) verdicts = tropea_ledger_answer_parse_batch (body, records, 2, &error);
  const TropeaVerdict *verdict = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (verdicts->len, ==, 2);
  verdict = g_ptr_array_index (verdicts, 0);
  g_assert_true (verdict->has_receipt);
  g_assert_cmpint (verdict->receipt.credits_micro, ==, 6500000);
  verdict = g_ptr_array_index (verdicts, 1);
  g_assert_false (verdict->has_receipt);
  g_assert_true (verdict->is_final);
  g_assert_cmpstr (verdict->code, ==, "implausible");
  g_assert_cmpstr (verdict->detail, ==, "It overlaps");
}

static void
test_nonsense (void)
{
  const char * const texts[] = {
    "",
    "[]",
    "{\"success\":true}",
    "{\"success\":false,\"results\":[" GOOD "," REFUSED "]}",
    "{\"success\":1,\"results\":[" GOOD "," REFUSED "]}",
    "{\"results\":[" GOOD "," REFUSED "]}",
    "{\"success\":true,\"results\":{}}",
    BATCH (""),
    BATCH (GOOD),
    BATCH (GOOD "," REFUSED "," REFUSED),
    BATCH (REFUSED "," GOOD),
    BATCH (GOOD ",1"),
    BATCH (GOOD ",null"),
    BATCH (GOOD ",{}"),
    BATCH (GOOD "," GOOD),
    BATCH (GOOD ",{\"success\":false}"),
    BATCH (GOOD ",{\"success\":false,\"status\":200,\"code\":\"a\",\"detail\":\"b\"}"),
    BATCH (GOOD ",{\"success\":false,\"status\":422,\"code\":\"a\"}"),
    BATCH (GOOD ",{\"success\":false,\"status\":422,\"detail\":\"b\"}"),
    BATCH (GOOD ",{\"success\":false,\"status\":\"422\",\"code\":\"a\",\"detail\":\"b\"}"),
    BATCH (GOOD ",{\"success\":false,\"status\":422,\"code\":\"a\",\"detail\":\"b\",\"rule\":1}"),
    BATCH (RECEIPT (FIRST_ID, "-1", "6500000", "1") "," REFUSED),
    BATCH (RECEIPT (FIRST_ID, "100000001", "6500000", "1") "," REFUSED),
    BATCH (RECEIPT (FIRST_ID, "6.5", "6500000", "1") "," REFUSED),
    BATCH (RECEIPT (FIRST_ID, "6500000", "-1", "1") "," REFUSED),
    BATCH (RECEIPT (FIRST_ID, "6500000", "6500000", "0") "," REFUSED),
    BATCH (RECEIPT ("", "6500000", "6500000", "1") "," REFUSED),
    BATCH (GOOD "," REFUSED) "x",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(GBytes) body = make_body (texts[i]);
      g_autoptr(GError) error = NULL;

      g_test_message ("%s", texts[i]);
      g_assert_null (tropea_ledger_answer_parse_batch (body, records, 2, &error));
      g_assert_error (error, TROPEA_LEDGER_CLIENT_ERROR, TROPEA_LEDGER_CLIENT_ERROR_NONSENSE);
    }
}

/* Cut short anywhere, it is never taken for the whole. */
static void
test_truncated (void)
{
  const char *text = BATCH (GOOD "," REFUSED);

  for (gsize length = 0; length < strlen (text); length++)
    {
      g_autoptr(GBytes) body = g_bytes_new (text, length);

      g_assert_null (tropea_ledger_answer_parse_batch (body, records, 2, NULL));
    }
}

static void
test_problem (void)
{
  static const struct
  {
    const char *text;
    guint       status;
    gboolean    is_good;
    gboolean    is_final;
    gboolean    is_early;
  } rows[] = {
    { "{\"code\":\"conflict\",\"detail\":\"Other content\"}", 409, TRUE, TRUE },
    { "{\"code\":\"implausible\",\"detail\":\"d\",\"rule\":\"future\"}", 422, TRUE, FALSE,
      TRUE },
    { "{\"code\":\"busy\",\"detail\":\"d\"}", 503, TRUE, FALSE },
    { "{\"code\":\"conflict\"}", 409, FALSE, FALSE },
    { "{\"detail\":\"d\"}", 409, FALSE, FALSE },
    { "<html>", 409, FALSE, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GBytes) body = make_body (rows[i].text);
      g_autoptr(TropeaVerdict) verdict = NULL;

      verdict = tropea_ledger_answer_parse_problem (body, rows[i].status, NULL);
      g_assert_cmpint (verdict != NULL, ==, rows[i].is_good);
      if (verdict != NULL)
        {
          g_assert_cmpint (verdict->is_final, ==, rows[i].is_final);
          g_assert_cmpint (verdict->is_early, ==, rows[i].is_early);
        }
    }
}

static void
test_balance (void)
{
  static const struct
  {
    const char *text;
    gboolean    is_good;
  } rows[] = {
    { "{\"success\":true,\"balanceMicro\":5,\"simulatedMicro\":7,\"sessions\":9}", TRUE },
    { "{\"success\":true,\"balanceMicro\":-5,\"simulatedMicro\":7,\"sessions\":9}", FALSE },
    { "{\"success\":true,\"balanceMicro\":5.0,\"simulatedMicro\":7,\"sessions\":9}", FALSE },
    { "{\"success\":true,\"balanceMicro\":\"5\",\"simulatedMicro\":7,\"sessions\":9}", FALSE },
    { "{\"success\":true,\"balanceMicro\":5}", FALSE },
    { "{\"success\":false,\"balanceMicro\":5,\"simulatedMicro\":7,\"sessions\":9}", FALSE },
    { "{\"success\":true,\"balanceMicro\":5,\"simulatedMicro\":7}", FALSE },
    { "{\"success\":true,\"balanceMicro\":5,\"simulatedMicro\":7,\"sessions\":-1}", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GBytes) body = make_body (rows[i].text);
      TropeaLedgerFigures figures = { 3, 1, 2 };

      g_assert_cmpint (tropea_ledger_answer_parse_balance (body, &figures, NULL), ==,
                       rows[i].is_good);
      g_assert_cmpint (figures.sessions, ==, rows[i].is_good ? 9 : 3);
      g_assert_cmpint (figures.credits_micro, ==, rows[i].is_good ? 5 : 1);
      g_assert_cmpint (figures.simulated_micro, ==, rows[i].is_good ? 7 : 2);
    }
}

#define LISTED_AS(seq, id, source, credits) \
  "{\"seq\":" seq ",\"sessionId\":\"" id "\",\"timestamp\":5,\"duration\":6," \
  "\"bytesTransferred\":7,\"source\":\"" source "\",\"grade\":\"self-reported\"," \
  "\"credits\":\"0.00\",\"creditsMicro\":" credits "}"
#define LISTED_ID "0b8f3a4e-5d5c-4b8e-9f3a-1c2d3e4f5a6b"
#define LISTED(seq) LISTED_AS (seq, LISTED_ID, "tor-client", "9")
#define LIST(sessions) "{\"success\":true,\"sessions\":[" sessions "]}"
#define LIST_NEXT(sessions, next) \
  "{\"success\":true,\"sessions\":[" sessions "],\"next\":" next "}"

static void
test_list (void)
{
  static const struct
  {
    const char *text;
    gint64      before_seq;
    int         n_sessions;  /* -1: nonsense */
    gboolean    is_end;
  } rows[] = {
    { LIST (""), 0, 0, TRUE },
    { LIST (LISTED ("9")), 0, 1, TRUE },
    { LIST (LISTED ("9") "," LISTED ("4")), 10, 2, TRUE },
    { LIST_NEXT (LISTED ("9") "," LISTED ("4"), "4"), 10, 2, FALSE },
    { LIST_NEXT (LISTED ("9") "," LISTED ("4"), "9"), 10, -1 },
    { LIST_NEXT (LISTED ("9"), "\"9\""), 10, -1 },
    { LIST_NEXT ("", "4"), 0, -1 },
    { LIST (LISTED ("4") "," LISTED ("9")), 0, -1 },
    { LIST (LISTED ("9") "," LISTED ("9")), 0, -1 },
    { LIST (LISTED ("9")), 9, -1 },
    { LIST (LISTED ("0")), 0, -1 },
    { LIST (LISTED ("-1")), 0, -1 },
    { LIST (LISTED ("1.0")), 0, -1 },
    { LIST (LISTED_AS ("9", "no-session", "tor-client", "9")), 0, -1 },
    { LIST (LISTED_AS ("9", LISTED_ID, "elsewhere", "9")), 0, -1 },
    { LIST (LISTED_AS ("9", LISTED_ID, "simulation", "100000000")), 0, 1, TRUE },
    { LIST (LISTED_AS ("9", LISTED_ID, "simulation", "100000001")), 0, -1 },
    { LIST (LISTED_AS ("9", LISTED_ID, "simulation", "-1")), 0, -1 },
    { LIST ("{}"), 0, -1 },
    { LIST ("null"), 0, -1 },
    { "{\"success\":true}", 0, -1 },
    { "{\"success\":true,\"sessions\":{}}", 0, -1 },
    { "{\"success\":false,\"sessions\":[]}", 0, -1 },
    { "{\"sessions\":[]}", 0, -1 },
    { "[]", 0, -1 },
    { "", 0, -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GBytes) body = make_body (rows[i].text);
      g_autoptr(GArray) listed = NULL;
      g_autoptr(GError) error = NULL;
      gboolean is_end = FALSE;

      g_test_message ("%s", rows[i].text);
      listed = tropea_ledger_answer_parse_list (body, rows[i].before_seq, &is_end, &error);
      if (rows[i].n_sessions < 0)
        {
          g_assert_null (listed);
          g_assert_error (error, TROPEA_LEDGER_CLIENT_ERROR,
                          TROPEA_LEDGER_CLIENT_ERROR_NONSENSE);
          continue;
        }

      g_assert_no_error (error);
      g_assert_cmpuint (listed->len, ==, (guint) rows[i].n_sessions);
      g_assert_cmpint (is_end, ==, rows[i].is_end);
    }
}

/* One more than was asked for is refused, however good each of them is. */
static void
test_long_list (void)
{
  for (guint length = TROPEA_LEDGER_ANSWER_LIST_LENGTH;
       length <= TROPEA_LEDGER_ANSWER_LIST_LENGTH + 1; length++)
    {
      g_autoptr(GBytes) body = NULL;
      g_autoptr(GArray) listed = NULL;
      GString *text = g_string_new ("{\"success\":true,\"sessions\":[");
      gboolean is_end = FALSE;

      for (guint i = 0; i < length; i++)
        g_string_append_printf (text, "%s" LISTED ("%u"), i > 0 ? "," : "", 1000 - i);
      g_string_append (text, "]}");
      body = g_string_free_to_bytes (text);
      listed = tropea_ledger_answer_parse_list (body, 0, &is_end, NULL);
      g_assert_cmpint (listed != NULL, ==, length == TROPEA_LEDGER_ANSWER_LIST_LENGTH);
    }
}

static void
test_retry (void)
{
  static const struct
  {
    const char *text;
    gint64      seconds;
  } rows[] = {
    { NULL, 0 },
    { "", 0 },
    { "0", 0 },
    { "17", 17 },
    { "-1", 0 },
    { "+5", 0 },
    { "1.5", 0 },
    { "5 ", 0 },
    { "99999999999999999999", 0 },
    { "Fri, 31 Dec 1999 23:59:59 GMT", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (tropea_ledger_answer_parse_retry (rows[i].text), ==, rows[i].seconds);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/ledger-answer/verdicts-in-order", test_good);
  g_test_add_func ("/ledger-answer/anything-else-is-nonsense", test_nonsense);
  g_test_add_func ("/ledger-answer/truncated-is-nonsense", test_truncated);
  g_test_add_func ("/ledger-answer/problems-have-code-and-detail", test_problem);
  g_test_add_func ("/ledger-answer/balances-are-integers", test_balance);
  g_test_add_func ("/ledger-answer/list-is-checked", test_list);
  g_test_add_func ("/ledger-answer/list-is-no-longer-than-asked-for", test_long_list);
  g_test_add_func ("/ledger-answer/retry-after-is-seconds", test_retry);

  return g_test_run ();
}
