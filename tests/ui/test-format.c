/* test-format.c: figures and words that the window shows
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "ui/tropea-format.h"

typedef struct
{
  guint64     value;
  const char *text;
} UnsignedCase;

typedef struct
{
  gint64      value;
  const char *text;
} SignedCase;

static void
test_bytes (void)
{
  static const UnsignedCase cases[] = {
    { 0, "0 B" },
    { 999, "999 B" },
    { 1000, "1.0 KB" },
    { 1099, "1.0 KB" },
    { 50000, "50.0 KB" },
    { 99999, "99.9 KB" },
    { 100000, "100.0 KB" },
    { 999999, "999.9 KB" },
    { 1000000, "1.0 MB" },
    { 4300000, "4.3 MB" },
    { 1000000000, "1.0 GB" },
    { 1999999999999, "1.9 TB" },
    { G_MAXUINT64, "18446744.0 TB" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = tropea_format_bytes (cases[i].value);
      g_autofree char *rate = tropea_format_rate (cases[i].value);
      g_autofree char *rate_expected = g_strconcat (cases[i].text, "/s", NULL);

      g_assert_cmpstr (text, ==, cases[i].text);
      g_assert_cmpstr (rate, ==, rate_expected);
    }
}

static void
test_axis_rate (void)
{
  static const UnsignedCase cases[] = {
    { 0, "0 B/s" },
    { 500, "500 B/s" },
    { 1000, "1 KB/s" },
    { 1500, "1.5 KB/s" },
    { 20000000, "20 MB/s" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = tropea_format_axis_rate (cases[i].value);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_duration (void)
{
  static const SignedCase cases[] = {
    { G_MININT64, "0 s" },
    { -1, "0 s" },
    { 0, "0 s" },
    { 59, "59 s" },
    { 60, "1 min" },
    { 605, "10 min 5 s" },
    { 3599, "59 min 59 s" },
    { 3600, "1 h" },
    { 86399, "23 h 59 min" },
    { 86400, "1 d" },
    { 90000, "1 d 1 h" },
    { G_MAXINT64, "106751991167300 d 15 h" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = tropea_format_duration (cases[i].value);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_credits (void)
{
  static const SignedCase cases[] = {
    { 0, "0.00" },
    { 9999, "0.00" },
    { 10000, "0.01" },
    { 45500000, "45.50" },
    { 99999999, "99.99" },
    { 1096500000, "1096.50" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = tropea_format_credits (cases[i].value);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_time (void)
{
  static const SignedCase cases[] = {
    { 0, "1 Jan, 00:00:00" },
    { G_GINT64_CONSTANT (1700000000999), "14 Nov, 22:13:20" },
    { G_MAXINT64, "–" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = tropea_format_time (cases[i].value);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_port (void)
{
  static const UnsignedCase cases[] = { { 0, "–" }, { 9050, "9050" }, { 65535, "65535" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = tropea_format_port ((guint) cases[i].value);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_progress (void)
{
  static const struct
  {
    gint64      value;
    gint64      of;
    const char *bytes;
    const char *seconds;
    double      fraction;
  } cases[] = {
    { 0, 100000, "0 B / 100.0 KB", "0 s / 1 d 3 h", 0.0 },
    { -5, 30, "0 B / 30 B", "0 s / 30 s", 0.0 },
    { 50000, 100000, "50.0 KB / 100.0 KB", "13 h 53 min / 1 d 3 h", 0.5 },
    { 25, 30, "25 B / 30 B", "25 s / 30 s", 25.0 / 30.0 },
    { 99999, 100000, "99.9 KB / 100.0 KB", "1 d 3 h / 1 d 3 h", 0.99999 },
    { 45, 30, "45 B / 30 B", "45 s / 30 s", 1.0 },
    { 0, 0, "0 B / 0 B", "0 s / 0 s", 1.0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *bytes = tropea_format_bytes_of (cases[i].value, cases[i].of);
      g_autofree char *seconds = tropea_format_seconds_of (cases[i].value, cases[i].of);

      g_assert_cmpstr (bytes, ==, cases[i].bytes);
      g_assert_cmpstr (seconds, ==, cases[i].seconds);
      g_assert_cmpfloat_with_epsilon (tropea_format_fraction (cases[i].value, cases[i].of),
                                      cases[i].fraction, 1e-9);
    }
}

static void
test_words (void)
{
  static const char *const tor_words[] = {
    "Stopped", "Starting", "Connecting", "Running", "Stopping", "Failed",
  };
  static const char *const session_words[] = { "Waiting", "Credited", "Refused" };

  for (guint i = 0; i < G_N_ELEMENTS (tor_words); i++)
    g_assert_cmpstr (tropea_format_tor_state ((TropeaTorState) i), ==, tor_words[i]);

  for (guint i = 0; i < G_N_ELEMENTS (session_words); i++)
    g_assert_cmpstr (tropea_format_session_state ((TropeaSessionState) i), ==, session_words[i]);
}

int
main (int   argc,
      char *argv[])
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/format/bytes-are-decimal-and-rounded-down", test_bytes);
  g_test_add_func ("/format/a-round-rate-has-no-decimals-on-an-axis", test_axis_rate);
  g_test_add_func ("/format/duration-shows-the-two-largest-parts", test_duration);
  g_test_add_func ("/format/credits-are-rounded-down", test_credits);
  g_test_add_func ("/format/time-is-local", test_time);
  g_test_add_func ("/format/port-or-dash", test_port);
  g_test_add_func ("/format/progress-is-full-only-at-the-threshold", test_progress);
  g_test_add_func ("/format/each-state-has-its-word", test_words);

  return g_test_run ();
}
