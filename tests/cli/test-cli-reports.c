/* test-cli-reports.c: answers and events as people read them
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "base/tropea-json.h"
#include "cli/tropea-answer.h"
#include "cli/tropea-cli-reports.h"
#include "cli/tropea-event-parser.h"
#include "session/tropea-exporter.h"

#include <string.h>

#define EVENT_MS (G_GINT64_CONSTANT (1773145845) * 1000)
#define ID "7fcbfcbd-ece8-4618-a5cf-ddeea6f156dc"

static JsonObject *
parse (const char *text)
{
  g_autoptr(GError) error = NULL;
  JsonObject *object = tropea_json_parse_object (text, strlen (text), &error);

  g_assert_no_error (error);

  return object;
}

static const struct
{
  const char *event;
  const char *words;
} events[] = {
  { "{\"event\":\"state\",\"status\":\"running\",\"socksPort\":9050,\"controlPort\":9051,"
    "\"simulating\":false}", "state      running, SOCKS port 9050, control port 9051" },
  { "{\"event\":\"state\",\"status\":\"running\",\"socksPort\":0,\"controlPort\":0,"
    "\"simulating\":true}", "state      running, simulation" },
  { "{\"event\":\"state\",\"status\":\"starting\",\"restartSeconds\":4}",
    "state      starting again in 4 s" },
  { "{\"event\":\"bootstrap\",\"percent\":45,\"tag\":\"x\",\"summary\":\"Loading\"}",
    "bootstrap  45 % Loading" },
  { "{\"event\":\"bootstrap\",\"percent\":0,\"tag\":\"\",\"summary\":\"\"}", "bootstrap  0 %" },
  { "{\"event\":\"sample\",\"bytesIn\":2500000,\"bytesOut\":1800000,\"rateIn\":120000,"
    "\"rateOut\":80000,\"connectionCount\":12,\"circuitCount\":3,\"accumulatedBytes\":50000,"
    "\"accumulatedSeconds\":25}",
    "sample     in 2.5 MB (120.0 KB/s), out 1.8 MB (80.0 KB/s), 12 connections, 3 circuits, "
    "open session 50.0 KB in 25 s" },
  { "{\"event\":\"session\",\"sessionId\":\"" ID "\",\"duration\":30,"
    "\"bytesTransferred\":4300000,\"source\":\"tor-client\"}",
    "session    " ID ", 30 s, 4.3 MB, tor-client" },
  { "{\"event\":\"credited\",\"sessionId\":\"" ID "\",\"credits\":\"5.15\","
    "\"totalCreditsMicro\":45500000,\"simulatedCreditsMicro\":0,\"submittedSessions\":1}",
    "credited   " ID ", 5.15 credits; in all 45.50 for 1 session" },
  { "{\"event\":\"refused\",\"sessionId\":\"" ID "\",\"code\":\"c\",\"reason\":\"No\"}",
    "refused    " ID ", c: No" },
  { "{\"event\":\"notice\",\"message\":\"Hear\"}", "notice     Hear" },
  { "{\"event\":\"error\",\"code\":\"c\",\"message\":\"It broke\"}", "error      It broke" },
  { "{\"event\":\"diagnosis\",\"code\":\"no-network\",\"message\":\"No network\"}",
    "diagnosis  No network" },
  { "{\"event\":\"diagnosis\",\"code\":\"\",\"message\":\"\"}",
    "diagnosis  nothing is wrong any more" },
  { "{\"event\":\"dropped\",\"count\":7}",
    "dropped    7 events, because they were not read in time" },
  { "{\"event\":\"notice\",\"message\":\"a\\u001b[31mb\\nc\"}", "notice     a?[31mb?c" },
  { "{\"event\":\"of-tomorrow\",\"message\":\"x\"}", "of-tomorrow" },
};

static void
test_events (void)
{
  g_autoptr(GTimeZone) zone = g_time_zone_new_offset (3600);

  for (gsize i = 0; i < G_N_ELEMENTS (events); i++)
    {
      g_autoptr(JsonObject) event = parse (events[i].event);
      g_autofree char *line = tropea_cli_report_event (event, EVENT_MS, zone);
      g_autofree char *expected = g_strconcat ("2026-03-10 13:30:45  ", events[i].words, "\n",
                                               NULL);

      g_assert_cmpstr (line, ==, expected);
    }
}

#define STATUS(monitoring, problem) \
  "{\"success\":true,\"tor\":{\"status\":\"running\",\"socksPort\":9050,\"controlPort\":9051," \
  "\"uptime\":245,\"simulating\":false,\"bootstrap\":{\"percent\":100,\"tag\":\"done\"," \
  "\"summary\":\"Done\"},\"restartSeconds\":0},\"stats\":{\"bytesIn\":2500000," \
  "\"bytesOut\":1800000,\"totalBytes\":4300000,\"connectionCount\":12,\"circuitCount\":3," \
  "\"appBytesIn\":2300000,\"appBytesOut\":100000,\"rateIn\":120000,\"rateOut\":80000}," \
  "\"autoSubmission\":{\"isMonitoring\":" monitoring ",\"accumulatedBytes\":50000," \
  "\"accumulatedSeconds\":25,\"submittedSessions\":2,\"totalCreditsMicro\":45500000," \
  "\"simulatedCreditsMicro\":0,\"waitingSessions\":1,\"refusedSessions\":0}," \
  "\"thresholds\":{\"minBytes\":100000,\"minDuration\":30,\"maxDuration\":600}," \
  "\"problem\":null,\"diagnosis\":" problem ",\"ofTomorrow\":[1]}"

/* The same block as "tropeactl run" draws. */
static void
test_status (void)
{
  const TropeaStatusBlockStyle style = { 80, FALSE, FALSE };
  g_autoptr(JsonObject) status = parse (STATUS ("true", "null"));
  g_autofree char *text = tropea_cli_report_status (status, &style);

  g_assert_cmpstr (text, ==,
                   "Tropea       running | up 0:04:05 | SOCKS 127.0.0.1:9050\n"
                   "In           2.5 MB | 120.0 KB/s\n"
                   "Out          1.8 MB | 80.0 KB/s\n"
                   "By programs  2.3 MB in | 100.0 KB out\n"
                   "Connections  12\n"
                   "Circuits     3\n"
                   "Data         ###############---------------  50.0 KB / 100.0 KB\n"
                   "Time         #########################-----  25 s / 30 s\n"
                   "Sessions     2 submitted | 1 waiting\n"
                   "Credits      45.50\n");
}

static void
test_status_says_what_is_odd (void)
{
  const TropeaStatusBlockStyle style = { 80, FALSE, FALSE };
  g_autoptr(JsonObject) status =
    parse (STATUS ("false", "{\"code\":\"no-network\",\"sentence\":\"There is no network\"}"));
  g_autofree char *text = tropea_cli_report_status (status, &style);

  g_assert_nonnull (strstr (text, "There is no network\n"));
  g_assert_nonnull (strstr (text, "Monitoring   off, no sessions are made: "));
}

/* A Tropea of another version says less: nothing is made of what is not there. */
static void
test_status_of_nothing (void)
{
  const TropeaStatusBlockStyle style = { 80, FALSE, FALSE };
  g_autoptr(JsonObject) status = parse ("{\"tor\":[],\"stats\":null,\"thresholds\":\"x\"}");
  g_autofree char *text = tropea_cli_report_status (status, &style);

  g_assert_true (g_str_has_prefix (text, "Tropea       stopped"));
}

#define SESSION \
  "{\"sessionId\":\"" ID "\",\"timestamp\":1773145845123,\"duration\":3725," \
  "\"bytesTransferred\":4300000,\"bytesIn\":2500000,\"ipHash\":\"\",\"source\":\"tor-client\"," \
  "\"kind\":\"manual\",\"state\":\"%s\",\"credits\":\"5.15\",\"creditsMicro\":5150000," \
  "\"reasonCode\":\"implausible\",\"reason\":\"Too\\u001b fast\",\"ledger\":\"L\",\"seq\":7," \
  "\"balanceMicro\":9007199254740991}"

static TropeaSession *
new_session (const char *state)
{
  g_autoptr(GString) text = g_string_new (SESSION);
  g_autoptr(JsonObject) object = NULL;

  g_string_replace (text, "%s", state, 1);
  object = parse (text->str);

  return tropea_answer_new_session (object);
}

static const struct
{
  const char *state;
  gboolean    use_color;
  const char *line;
} sessions[] = {
  { "credited", FALSE,
    "2026-03-10 13:30:45  7fcbfcbd  1:02:05      4.3 MB  manual     credited       5.15\n" },
  { "waiting", FALSE,
    "2026-03-10 13:30:45  7fcbfcbd  1:02:05      4.3 MB  manual     waiting           -\n" },
  { "refused", FALSE,
    "2026-03-10 13:30:45  7fcbfcbd  1:02:05      4.3 MB  manual     refused           -"
    "  Too? fast\n" },
  { "credited", TRUE,
    "2026-03-10 13:30:45  7fcbfcbd  1:02:05      4.3 MB  manual     "
    "\033[32mcredited\033[0m       5.15\n" },
};

static void
test_sessions (void)
{
  g_autoptr(GTimeZone) zone = g_time_zone_new_offset (3600);
  g_autofree char *head = tropea_cli_report_head ();

  g_assert_cmpstr (strstr (head, "CREDITS"), ==, "CREDITS\n");
  for (gsize i = 0; i < G_N_ELEMENTS (sessions); i++)
    {
      g_autoptr(TropeaSession) session = new_session (sessions[i].state);
      g_autofree char *line = tropea_cli_report_session (session, zone, sessions[i].use_color);

      g_assert_cmpstr (line, ==, sessions[i].line);
    }
}

static void
test_session_is_exact (void)
{
  g_autoptr(TropeaSession) session = new_session ("credited");
  g_autoptr(GString) text = g_string_new (NULL);
  g_autoptr(JsonObject) other = parse ("{\"sessionId\":\"x\",\"source\":\"tor-client\"}");

  tropea_export_append_session (text, TROPEA_EXPORT_CSV, session, TRUE);
  g_assert_true (g_str_has_prefix (text->str, ID ",2026-03-10T12:30:45.123Z,3725,4300000,2500000,"
                                   "1800000,tor-client,manual,credited,5150000,implausible,"));
  g_assert_true (g_str_has_suffix (text->str, ",L,7,9007199254740991,,,,,\r\n"));
  g_assert_null (tropea_answer_new_session (other));
}

static void
test_figures (void)
{
  g_autoptr(JsonObject) credits = parse (
    "{\"totalCreditsMicro\":45509999,\"simulatedCreditsMicro\":1000000,\"todayMicro\":1500000,"
    "\"weekMicro\":9000000,\"monthMicro\":20000000,\"averageMicro\":250000,"
    "\"bestDayMicro\":7000000,\"streakDays\":1,\"submittedSessions\":12,\"waitingSessions\":1,"
    "\"refusedSessions\":0,\"days\":[{\"day\":\"2026-03-10\",\"sessions\":4,\"waiting\":1,"
    "\"credited\":3,\"refused\":0,\"creditsMicro\":1500000,\"simulatedCreditsMicro\":0}]}");
  g_autoptr(JsonObject) limits = parse ("{\"minBytes\":100000,\"minDuration\":30,"
                                        "\"maxDuration\":600}");
  g_autoptr(JsonObject) identity = parse ("{\"publicKey\":null,\"keyState\":\"locked\","
                                          "\"problem\":\"Unlock it\"}");
  g_autofree char *credits_text = tropea_cli_report_credits (credits);
  g_autofree char *limits_text = tropea_cli_report_thresholds (limits);
  g_autofree char *identity_text = tropea_cli_report_identity (identity);

  g_assert_cmpstr (credits_text, ==,
                   "Credits      45.50\n"
                   "Simulated    1.00\n"
                   "Today        1.50\n"
                   "Last 7 days  9.00\n"
                   "Last 30 days 20.00\n"
                   "Best day     7.00\n"
                   "A session    0.25\n"
                   "In a row     1 day\n"
                   "Sessions     12 submitted · 1 waiting · 0 refused\n"
                   "\n"
                   "DAY         SESSIONS  WAITING  REFUSED     CREDITS   SIMULATED\n"
                   "2026-03-10         4        1        0        1.50        0.00\n");
  g_assert_cmpstr (limits_text, ==,
                   "min-bytes    100000 (100.0 KB)\nmin-seconds  30\nmax-seconds  600\n");
  g_assert_cmpstr (identity_text, ==,
                   "Public key   none yet\nSecret key   locked\nUnlock it\n");
}

static void
found_cb (JsonObject *event,
          gpointer    user_data)
{
  g_string_append_printf (user_data, "%s ", tropea_answer_get_text (event, "event"));
}

/* However the bytes are cut. */
static void
test_stream (void)
{
  static const char text[] =
    ": hello\n\nevent: a\ndata: {\"event\":\"a\"}\n\ndata:{\"event\":\"b\"}\r\n\r\n"
    "data: nonsense\n\ndata: {\"no\":\"event\"}\n\nid: 3\nevent: c\ndata: {\"event\":\"c\"}\n\n"
    "data: {\"event\":\"not complete\"}";

  for (gsize piece = 1; piece <= sizeof text - 1; piece++)
    {
      g_autoptr(TropeaEventParser) parser = tropea_event_parser_new ();
      g_autoptr(GString) found = g_string_new (NULL);

      for (gsize i = 0; i < sizeof text - 1; i += piece)
        g_assert_true (tropea_event_parser_push (parser, text + i,
                                                 MIN (piece, sizeof text - 1 - i), found_cb,
                                                 found));
      g_assert_cmpstr (found->str, ==, "a b c ");
    }
}

static void
test_stream_without_lines (void)
{
  g_autoptr(TropeaEventParser) parser = tropea_event_parser_new ();
  g_autofree char *block = g_strnfill (64 * 1024, 'x');
  guint n_taken = 0;

  while (tropea_event_parser_push (parser, block, 64 * 1024, found_cb, NULL))
    g_assert_cmpuint (n_taken++, <, 8);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/cli-reports/events", test_events);
  g_test_add_func ("/cli-reports/status-is-the-block-of-run", test_status);
  g_test_add_func ("/cli-reports/status-says-what-is-odd", test_status_says_what_is_odd);
  g_test_add_func ("/cli-reports/status-of-nothing", test_status_of_nothing);
  g_test_add_func ("/cli-reports/sessions", test_sessions);
  g_test_add_func ("/cli-reports/session-is-exact", test_session_is_exact);
  g_test_add_func ("/cli-reports/figures", test_figures);
  g_test_add_func ("/cli-reports/stream-however-it-is-cut", test_stream);
  g_test_add_func ("/cli-reports/stream-without-lines-ends", test_stream_without_lines);

  return g_test_run ();
}
