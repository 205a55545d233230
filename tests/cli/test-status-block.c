/* test-status-block.c: the terminal's block: a status in, lines out
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "cli/tropea-status-block.h"

#include <string.h>

#define MANY G_MAXUINT64

/* The reference document's example, running. */
static const TropeaStatus running = {
  .state = TROPEA_TOR_STATE_RUNNING,
  .bootstrap_percent = 100,
  .bootstrap_tag = (char *) "done",
  .bootstrap_summary = (char *) "Done",
  .socks_port = 9050,
  .control_port = 9051,
  .uptime_seconds = 245,
  .bytes_in = 2500000,
  .bytes_out = 1800000,
  .total_bytes = 4300000,
  .app_bytes_in = 2300000,
  .app_bytes_out = 100000,
  .rate_in = 120000,
  .rate_out = 80000,
  .connection_count = 12,
  .circuit_count = 3,
  .accumulated_bytes = 50000,
  .accumulated_seconds = 25,
  .min_bytes = 100000,
  .min_seconds = 30,
  .submitted_sessions = 2,
  .waiting_sessions = 1,
  .total_credits_micro = 45500000,
};

/* One column a character, and no escape sequence counts. */
static glong
count_columns (const char *line)
{
  glong columns = 0;

  for (const char *p = line; *p != '\0'; p = g_utf8_next_char (p))
    {
      if (*p == '\033')
        p = strchr (p, 'm');
      else
        columns++;
    }

  return columns;
}

static void
test_running (void)
{
  static const char * const expected[] = {
    "Tropea       running · up 0:04:05 · SOCKS 127.0.0.1:9050",
    "In           2.5 MB · 120.0 KB/s",
    "Out          1.8 MB · 80.0 KB/s",
    "By programs  2.3 MB in · 100.0 KB out",
    "Connections  12",
    "Circuits     3",
    "Data         ███████████████░░░░░░░░░░░░░░░  50.0 KB / 100.0 KB",
    "Time         █████████████████████████░░░░░  25 s / 30 s",
    "Sessions     2 submitted · 1 waiting",
    "Credits      45.50",
    NULL,
  };
  const TropeaStatusBlockStyle style = { 80, FALSE, TRUE };
  g_auto(GStrv) lines = tropea_status_block_format (&running, &style);

  g_assert_cmpstrv (lines, expected);
}

/* What does not fit beside the state stands below it, whole. */
static void
test_narrow_head (void)
{
  const TropeaStatusBlockStyle style = { 40, FALSE, TRUE };
  TropeaStatus status = running;
  g_auto(GStrv) lines = tropea_status_block_format (&status, &style);
  g_auto(GStrv) simulated = NULL;

  g_assert_cmpstr (lines[0], ==, "Tropea       running · up 0:04:05");
  g_assert_cmpstr (lines[1], ==, "             SOCKS 127.0.0.1:9050");
  status.is_simulating = TRUE;
  simulated = tropea_status_block_format (&status, &style);
  g_assert_cmpstr (simulated[0], ==, "Tropea       running · up 0:04:05");
  g_assert_cmpstr (simulated[1], ==, "             simulation");
}

/* What a narrower terminal makes of the lines that it shows. */
static void
test_rows (void)
{
  static const char * const lines[] = {
    "", "12345", "\033[1;32m1234567890\033[0m", "██░░░░░░░░1", "not on the screen", NULL,
  };
  static const struct
  {
    guint width;
    guint n_rows;
  } rows[] = { { 80, 4 }, { 11, 4 }, { 10, 5 }, { 5, 7 }, { 4, 9 }, { 1, 27 } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpuint (tropea_status_block_count_rows (lines, 4, rows[i].width), ==,
                      rows[i].n_rows);
}

static void
test_bootstrapping (void)
{
  static const char * const expected[] = {
    "Tropea       bootstrapping | up 0:00:00",
    "Connecting   ###########---------------  45 %",
    "             Loading relay descriptors",
    NULL,
  };
  const TropeaStatusBlockStyle style = { 45, FALSE, FALSE };
  TropeaStatus status = { 0 };
  g_auto(GStrv) lines = NULL;

  status.state = TROPEA_TOR_STATE_BOOTSTRAPPING;
  status.bootstrap_percent = 45;
  status.bootstrap_summary = (char *) "Loading relay descriptors";
  status.min_bytes = 1;
  status.min_seconds = 1;
  lines = tropea_status_block_format (&status, &style);

  for (gsize i = 0; expected[i] != NULL; i++)
    g_assert_cmpstr (lines[i], ==, expected[i]);
}

static void
test_waiting (void)
{
  const TropeaStatusBlockStyle style = { 60, FALSE, FALSE };
  TropeaStatus status = { 0 };
  g_auto(GStrv) lines = NULL;

  status.state = TROPEA_TOR_STATE_STARTING;
  status.restart_seconds = 4;
  status.problem = (char *) "Tor ended unexpectedly (signal 9, Killed); trying again after 8 s";
  lines = tropea_status_block_format (&status, &style);

  g_assert_cmpstr (lines[0], ==, "Tropea       starting | up 0:00:00");
  g_assert_cmpstr (lines[1], ==, "Connecting   again in 4 s");
  g_assert_cmpstr (lines[g_strv_length (lines) - 1], ==, "after 8 s");
}

static void
test_credits_are_apart (void)
{
  const TropeaStatusBlockStyle style = { 80, FALSE, TRUE };
  TropeaStatus status = running;
  g_auto(GStrv) lines = NULL;

  status.is_simulating = TRUE;
  status.total_credits_micro = 0;
  status.simulated_credits_micro = 12349999;
  status.refused_sessions = 4;
  lines = tropea_status_block_format (&status, &style);

  g_assert_true (g_strv_contains ((const char * const *) lines,
                                  "Credits      0.00 · simulated 12.34"));
  g_assert_true (g_strv_contains ((const char * const *) lines,
                                  "Sessions     2 submitted · 1 waiting · 4 refused"));
  g_assert_true (g_strv_contains ((const char * const *) lines,
                                  "Tropea       running · up 0:04:05 · simulation"));
}

static void
test_bars (void)
{
  static const struct
  {
    gint64      bytes;
    const char *line;
  } rows[] = {
    { 0, "Data         ----------------------------  0 B / 1.0 KB" },
    { 1, "Data         ----------------------------  1 B / 1.0 KB" },
    { 500, "Data         ##############--------------  500 B / 1.0 KB" },
    { 999, "Data         ###########################-  999 B / 1.0 KB" },
    { 1000, "Data         #############################  1.0 KB / 1.0 KB" },
    { G_MAXINT64, "Data         ############################  9.2 EB / 1.0 KB" },
  };
  TropeaStatus status = running;

  status.socks_port = 0;
  status.min_bytes = 1000;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint width = (guint) strlen (rows[i].line);
      const TropeaStatusBlockStyle style = { width, FALSE, FALSE };
      g_auto(GStrv) lines = NULL;

      status.accumulated_bytes = rows[i].bytes;
      lines = tropea_status_block_format (&status, &style);
      g_assert_cmpstr (lines[6], ==, rows[i].line);
    }
}

static void
test_width (void)
{
  TropeaStatus status = running;

  status.state = TROPEA_TOR_STATE_BOOTSTRAPPING;
  status.bootstrap_summary = (char *) "Connecting to a relay";
  status.bytes_in = MANY;
  status.rate_in = MANY;
  status.total_credits_micro = G_MAXINT64;
  status.simulated_credits_micro = G_MAXINT64;
  status.problem = (char *) "The ledger cannot be reached (no answer within the time that it "
                            "has): sessions wait, and go out by themselves when it can";

  for (guint width = 1; width <= 120; width++)
    {
      for (guint i = 0; i < 4; i++)
        {
          const TropeaStatusBlockStyle style = { width, (i & 1) != 0, (i & 2) != 0 };
          g_auto(GStrv) lines = tropea_status_block_format (&status, &style);

          for (gsize j = 0; lines[j] != NULL; j++)
            {
              g_assert_true (g_utf8_validate (lines[j], -1, NULL));
              g_assert_cmpint (count_columns (lines[j]), <=, width);
              g_assert_true (style.use_utf8 || g_str_is_ascii (lines[j]));
              g_assert_true (style.use_color || strchr (lines[j], '\033') == NULL);
            }
        }
    }
}

static void
test_problem_is_whole (void)
{
  const TropeaStatusBlockStyle style = { 40, FALSE, TRUE };
  TropeaStatus status = running;
  g_auto(GStrv) lines = NULL;
  g_autofree char *end = NULL;

  status.problem = (char *) "tor cannot use its data directory “/srv/somebody/data/tor” (it has "
                            "another owner and it is not open to this user): see to its owner, "
                            "permissions and free space, or choose another";
  lines = tropea_status_block_format (&status, &style);
  end = g_strjoinv (" ", lines + 11);
  g_assert_cmpstr (end, ==, status.problem);
  g_assert_cmpuint (g_strv_length (lines + 11), ==, 5);
}

static void
test_notice_is_last (void)
{
  const TropeaStatusBlockStyle style = { 80, FALSE, TRUE };
  TropeaStatus status = running;
  g_auto(GStrv) lines = NULL;

  status.problem = (char *) "The ledger no longer has 1 session that it credited";
  status.notice = (char *) "The ledger has 2 sessions of this key that are not recorded here";
  lines = tropea_status_block_format (&status, &style);
  g_assert_cmpuint (g_strv_length (lines), ==, 12);
  g_assert_cmpstr (lines[10], ==, status.problem);
  g_assert_cmpstr (lines[11], ==, status.notice);
}

/* What tor says cannot steer the terminal. */
static void
test_outside_text_is_tame (void)
{
  const TropeaStatusBlockStyle style = { 60, FALSE, TRUE };
  TropeaStatus status = running;
  g_auto(GStrv) lines = NULL;

  status.state = TROPEA_TOR_STATE_BOOTSTRAPPING;
  status.bootstrap_summary = (char *) "a\033[2Jb\rc\nd\xff" "e";
  lines = tropea_status_block_format (&status, &style);

  for (gsize i = 0; lines[i] != NULL; i++)
    {
      g_assert_true (g_utf8_validate (lines[i], -1, NULL));
      for (const char *p = lines[i]; *p != '\0'; p++)
        g_assert_false (g_ascii_iscntrl (*p));
    }
}

static void
test_units (void)
{
  static const struct
  {
    guint64     bytes;
    const char *text;
  } rows[] = {
    { 0, "0 B" },
    { 999, "999 B" },
    { 1000, "1.0 KB" },
    { 1099, "1.0 KB" },
    { 999999, "999.9 KB" },
    { 1000000, "1.0 MB" },
    { 4300000, "4.3 MB" },
    { 1000000000, "1.0 GB" },
    { MANY, "18.4 EB" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = tropea_status_format_bytes (rows[i].bytes);

      g_assert_cmpstr (text, ==, rows[i].text);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/status-block/running", test_running);
  g_test_add_func ("/status-block/narrow-head-is-whole", test_narrow_head);
  g_test_add_func ("/status-block/rows-after-a-change-of-width", test_rows);
  g_test_add_func ("/status-block/bootstrapping", test_bootstrapping);
  g_test_add_func ("/status-block/waiting-counts-down", test_waiting);
  g_test_add_func ("/status-block/credits-are-apart", test_credits_are_apart);
  g_test_add_func ("/status-block/bars", test_bars);
  g_test_add_func ("/status-block/never-wider-than-the-width", test_width);
  g_test_add_func ("/status-block/problem-is-whole", test_problem_is_whole);
  g_test_add_func ("/status-block/notice-is-last", test_notice_is_last);
  g_test_add_func ("/status-block/outside-text-is-tame", test_outside_text_is_tame);
  g_test_add_func ("/status-block/units", test_units);

  return g_test_run ();
}
