/* test-tor-log.c: what a window sees of tor's log
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "fake-clock.h"
#include "tor/tropea-tor-log.h"
#include "tor/tropea-tor-output.h"

static TropeaTorLogLine *
get_line (TropeaTorLog *log,
          guint         position)
{
  return g_list_model_get_item (G_LIST_MODEL (log), position);
}

static void
test_levels (void)
{
  static const struct
  {
    const char        *line;
    TropeaTorLogLevel  level;
    const char        *text;
  } rows[] = {
    { "Nov 22 11:15:38.159 [notice] Bootstrapped 5% (conn): Connecting to a relay",
      TROPEA_TOR_LOG_LEVEL_NOTICE, "Bootstrapped 5% (conn): Connecting to a relay" },
    { "Nov 22 11:15:38.159 [warn] Something", TROPEA_TOR_LOG_LEVEL_WARN, "Something" },
    { "Nov 22 11:15:38.159 [err] It ends", TROPEA_TOR_LOG_LEVEL_ERR, "It ends" },
    { "Nov 22 11:15:38.159 [info] x [warn] y", TROPEA_TOR_LOG_LEVEL_INFO, "x [warn] y" },
    { "Nov 22 11:15:38.159 [debug] z", TROPEA_TOR_LOG_LEVEL_DEBUG, "z" },
    { "Tor 0.4.9.11 died: Caught signal 11", TROPEA_TOR_LOG_LEVEL_ERR,
      "Tor 0.4.9.11 died: Caught signal 11" },
    { "Nov 22 11:15:38.159 [notice] Asked for example.org:443 at 192.0.2.7:9001",
      TROPEA_TOR_LOG_LEVEL_NOTICE, "Asked for [scrubbed] at [scrubbed]" },
    { "Nov 22 11:15:38.159 [notice] Opened Socks listener on 127.0.0.1:9050",
      TROPEA_TOR_LOG_LEVEL_NOTICE, "Opened Socks listener on 127.0.0.1:9050" },
  };
  g_autoptr(TropeaClock) clock = TROPEA_CLOCK (fake_clock_new (1000000));
  g_autoptr(TropeaTorLog) log = tropea_tor_log_new (clock);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(TropeaTorLogLine) line = NULL;

      tropea_tor_log_append (log, rows[i].line);
      line = get_line (log, i);
      g_assert_cmpint (tropea_tor_log_line_get_level (line), ==, rows[i].level);
      g_assert_cmpstr (tropea_tor_log_line_get_text (line), ==, rows[i].text);
      g_assert_cmpint (tropea_tor_log_line_get_wall_ms (line), ==,
                       tropea_clock_get_wall_ms (clock));
    }
}

static void
follow_cb (GListModel *model,
           guint       position,
           guint       removed,
           guint       added,
           guint      *n_items)
{
  g_assert_cmpuint (position + removed, <=, *n_items);
  *n_items += added - removed;
  g_assert_cmpuint (*n_items, ==, g_list_model_get_n_items (model));
}

static void
test_bound (void)
{
  g_autoptr(TropeaClock) clock = TROPEA_CLOCK (fake_clock_new (1000000));
  g_autoptr(TropeaTorLog) log = tropea_tor_log_new (clock);
  guint n_items = 0;

  g_signal_connect (log, "items-changed", G_CALLBACK (follow_cb), &n_items);
  for (guint i = 0; i < 3 * TROPEA_TOR_LOG_MOST_LINES; i++)
    {
      g_autofree char *text = g_strdup_printf ("Nov 22 11:15:38.159 [info] line %u", i);

      tropea_tor_log_append (log, text);
      g_assert_cmpuint (n_items, <=, TROPEA_TOR_LOG_MOST_LINES);
    }

  {
    g_autofree char *last = g_strdup_printf ("line %u", 3 * TROPEA_TOR_LOG_MOST_LINES - 1);
    g_autoptr(TropeaTorLogLine) line = get_line (log, n_items - 1);

    g_assert_cmpstr (tropea_tor_log_line_get_text (line), ==, last);
  }
  g_assert_cmpuint (n_items, >, TROPEA_TOR_LOG_MOST_LINES / 2);
}

/* Whatever the chunks, and also what is no UTF-8. */
static void
test_output (void)
{
  static const char bytes[] = "Nov 22 11:15:38.159 [notice] one\n\nNov 22 11:15:38.159 [warn] "
                              "\xff two\nhalf";
  g_autoptr(TropeaClock) clock = TROPEA_CLOCK (fake_clock_new (1000000));
  g_autoptr(TropeaTorLog) log = tropea_tor_log_new (clock);
  g_autoptr(TropeaTorOutput) output = tropea_tor_output_new ();
  g_autoptr(TropeaTorLogLine) first = NULL;
  g_autoptr(TropeaTorLogLine) second = NULL;

  tropea_tor_output_set_log (output, log);
  for (gsize i = 0; i < sizeof bytes - 1; i++)
    tropea_tor_output_push (output, &bytes[i], 1);

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (log)), ==, 2);
  first = get_line (log, 0);
  second = get_line (log, 1);
  g_assert_cmpstr (tropea_tor_log_line_get_text (first), ==, "one");
  g_assert_cmpstr (tropea_tor_log_line_get_text (second), ==, "\357\277\275 two");
  g_assert_cmpint (tropea_tor_log_line_get_level (second), ==, TROPEA_TOR_LOG_LEVEL_WARN);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/tor-log/level-and-text-without-destinations", test_levels);
  g_test_add_func ("/tor-log/old-lines-go", test_bound);
  g_test_add_func ("/tor-log/takes-what-tor-prints", test_output);

  return g_test_run ();
}
