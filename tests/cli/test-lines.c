/* test-lines.c: events as JSON objects and as plain lines
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "api/tropea-error-code.h"
#include "api/tropea-json-lines.h"
#include "cli/tropea-plain-lines.h"
#include "tor/tropea-tor-backend.h"

#define ID "0b7a1c9e-5f1d-4c7a-9e0e-3a5d2f6b8c01"

static const TropeaStatus status = {
  .state = TROPEA_TOR_STATE_RUNNING,
  .bootstrap_percent = 45,
  .bootstrap_tag = (char *) "loading_descriptors",
  .bootstrap_summary = (char *) "Loading \"relay\" descriptors",
  .socks_port = 9050,
  .control_port = 9051,
  .uptime_seconds = 245,
  .bytes_in = 2500000,
  .bytes_out = 1800000,
  .total_bytes = 4300000,
  .rate_in = 120000,
  .rate_out = 80000,
  .connection_count = 12,
  .circuit_count = 3,
  .accumulated_bytes = 50000,
  .accumulated_seconds = 25,
  .submitted_sessions = 2,
  .total_credits_micro = 45500000,
  .simulated_credits_micro = 12340000,
};

static TropeaSession *
make_session (TropeaSessionState state)
{
  TropeaRecord record = { 0 };
  gboolean is_refused = state == TROPEA_SESSION_STATE_REFUSED;

  g_strlcpy (record.session_id, ID, sizeof record.session_id);
  record.timestamp_ms = 1700000000123;
  record.duration_s = 31;
  record.bytes = 800001;

  return tropea_session_new (&record, state,
                             state == TROPEA_SESSION_STATE_CREDITED ? 3500000 : 0,
                             is_refused ? "implausible" : NULL,
                             is_refused ? "Too much in too little time" : NULL);
}

static void
assert_line (char       *line,
             const char *expected)
{
  g_assert_cmpstr (line, ==, expected);
  g_free (line);
}

static void
test_waiting (void)
{
  TropeaStatus waiting = { 0 };

  waiting.state = TROPEA_TOR_STATE_STARTING;
  waiting.restart_seconds = 4;
  assert_line (tropea_json_lines_state (&waiting),
               "{\"event\":\"state\",\"status\":\"starting\",\"socksPort\":0,"
               "\"controlPort\":0,\"simulating\":false,\"restartSeconds\":4}\n");
  assert_line (tropea_plain_lines_state (&waiting), "state: starting again in 4 s\n");
}

static void
test_json (void)
{
  const TropeaTorSample sample = { 120000, 80000, 0, 0, G_USEC_PER_SEC, 1 };
  g_autoptr(TropeaSession) waiting = make_session (TROPEA_SESSION_STATE_WAITING);
  g_autoptr(TropeaSession) credited = make_session (TROPEA_SESSION_STATE_CREDITED);
  g_autoptr(TropeaSession) refused = make_session (TROPEA_SESSION_STATE_REFUSED);

  assert_line (tropea_json_lines_state (&status),
               "{\"event\":\"state\",\"status\":\"running\",\"socksPort\":9050,"
               "\"controlPort\":9051,\"simulating\":false}\n");
  assert_line (tropea_json_lines_bootstrap (&status),
               "{\"event\":\"bootstrap\",\"percent\":45,\"tag\":\"loading_descriptors\","
               "\"summary\":\"Loading \\\"relay\\\" descriptors\"}\n");
  assert_line (tropea_json_lines_sample (&status, &sample),
               "{\"event\":\"sample\",\"bytesIn\":2500000,\"bytesOut\":1800000,"
               "\"totalBytes\":4300000,\"deltaIn\":120000,\"deltaOut\":80000,\"rateIn\":120000,"
               "\"rateOut\":80000,\"connectionCount\":12,\"circuitCount\":3,\"uptime\":245,"
               "\"accumulatedBytes\":50000,\"accumulatedSeconds\":25}\n");
  assert_line (tropea_json_lines_session (waiting),
               "{\"event\":\"session\",\"sessionId\":\"" ID "\",\"timestamp\":1700000000123,"
               "\"duration\":31,\"bytesTransferred\":800001,\"source\":\"tor-client\"}\n");
  assert_line (tropea_json_lines_credited (&status, credited),
               "{\"event\":\"credited\",\"sessionId\":\"" ID "\",\"credits\":\"3.50\","
               "\"creditsMicro\":3500000,\"totalCreditsEarned\":\"45.50\","
               "\"totalCreditsMicro\":45500000,\"simulatedCreditsMicro\":12340000,"
               "\"submittedSessions\":2}\n");
  assert_line (tropea_json_lines_refused (refused),
               "{\"event\":\"refused\",\"sessionId\":\"" ID "\",\"code\":\"implausible\","
               "\"reason\":\"Too much in too little time\"}\n");
  assert_line (tropea_json_lines_notice ("The ledger has 2 sessions more"),
               "{\"event\":\"notice\",\"message\":\"The ledger has 2 sessions more\"}\n");
  assert_line (tropea_json_lines_error ("tor-port-in-use", "Port 9050 is taken: choose another"),
               "{\"event\":\"error\",\"code\":\"tor-port-in-use\","
               "\"message\":\"Port 9050 is taken: choose another\"}\n");
}

static void
test_json_without_values (void)
{
  const TropeaStatus empty = { 0 };

  assert_line (tropea_json_lines_bootstrap (&empty),
               "{\"event\":\"bootstrap\",\"percent\":0,\"tag\":\"\",\"summary\":\"\"}\n");
}

static void
test_plain (void)
{
  g_autoptr(TropeaSession) waiting = make_session (TROPEA_SESSION_STATE_WAITING);
  g_autoptr(TropeaSession) credited = make_session (TROPEA_SESSION_STATE_CREDITED);
  g_autoptr(TropeaSession) refused = make_session (TROPEA_SESSION_STATE_REFUSED);

  assert_line (tropea_plain_lines_state (&status),
               "state: running, SOCKS port 9050, control port 9051\n");
  assert_line (tropea_plain_lines_bootstrap (&status),
               "bootstrap: 45 % Loading \"relay\" descriptors\n");
  assert_line (tropea_plain_lines_sample (&status),
               "traffic: in 2.5 MB (120.0 KB/s), out 1.8 MB (80.0 KB/s), 12 connections, "
               "3 circuits, open session 50.0 KB in 25 s\n");
  assert_line (tropea_plain_lines_session (waiting),
               "session: " ID ", 31 s, 800.0 KB, tor-client\n");
  assert_line (tropea_plain_lines_credited (&status, credited),
               "credited: " ID ", 3.50 credits; in all 45.50 · simulated 12.34 for 2 sessions\n");
  assert_line (tropea_plain_lines_refused (refused),
               "refused: " ID ", implausible: Too much in too little time\n");
}

static void
test_codes (void)
{
  g_autoptr(GError) port = g_error_new_literal (TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_PORT_IN_USE,
                                                "taken");
  g_autoptr(GError) busy = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_BUSY, "in use");
  g_autoptr(GError) odd = g_error_new_literal (TROPEA_TOR_ERROR, 99, "odd");
  g_autoptr(GError) other = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "gone");

  g_assert_cmpstr (tropea_error_code (port), ==, "tor-port-in-use");
  g_assert_cmpstr (tropea_error_code (busy), ==, "data-dir-in-use");
  g_assert_cmpstr (tropea_error_code (odd), ==, "failed");
  g_assert_cmpstr (tropea_error_code (other), ==, "failed");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/lines/json", test_json);
  g_test_add_func ("/lines/waiting-for-another-try", test_waiting);
  g_test_add_func ("/lines/json-without-values", test_json_without_values);
  g_test_add_func ("/lines/plain", test_plain);
  g_test_add_func ("/lines/error-codes", test_codes);

  return g_test_run ();
}
