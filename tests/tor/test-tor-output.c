/* test-tor-output.c: tor's last words become a sentence with a way out
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "tor/tropea-tor-output.h"

#include <string.h>

#include "tor/tropea-tor-backend.h"
#include "tor/tropea-tor-scrub.h"

#define NOTICE "Nov 22 11:15:38.159 [notice] "
#define WARN   "Nov 22 11:15:38.159 [warn] "
#define ERR    "Nov 22 11:15:38.159 [err] "
#define FAILED WARN "Failed to parse/validate config: "
#define END    ERR "Reading config failed--see warnings above.\n"

/* As recorded from tor 0.4.9.11. */
static void
test_causes (void)
{
  static const struct
  {
    const char     *printed;
    TropeaTorError  code;
    const char     *part;
  } rows[] = {
    { NOTICE "Opening Socks listener on 127.0.0.1:9050\n"
      WARN "Could not bind to 127.0.0.1:9050: Address already in use. Is Tor already running?\n"
      NOTICE "Opening Control listener on 127.0.0.1:0\n"
      FAILED "Failed to bind one of the listener ports.\n" END,
      TROPEA_TOR_ERROR_PORT_IN_USE, "The SOCKS port 9050 is in use" },
    { WARN "Could not bind to 127.0.0.1:9051: Address already in use. Is Tor already running?\n"
      FAILED "Failed to bind one of the listener ports.\n" END,
      TROPEA_TOR_ERROR_PORT_IN_USE, "The control port 9051 is in use" },
    { WARN "Could not bind to 127.0.0.1:7: Address already in use. Is Tor already running?\n",
      TROPEA_TOR_ERROR_PORT_IN_USE, "The port 7 is in use" },
    { WARN "Could not bind to 127.0.0.1:9050: Permission denied\n"
      FAILED "Failed to bind one of the listener ports.\n" END,
      TROPEA_TOR_ERROR_CONFIGURATION, "The SOCKS port 9050 is reserved" },
    { WARN "It looks like another Tor process is running with the same data directory.  Waiting 5 "
      "seconds to see if it goes away.\n" ERR "No, it's still there.  Exiting.\n",
      TROPEA_TOR_ERROR_DATA_DIRECTORY, "Another tor uses" },
    { WARN "Directory /d cannot be read: Permission denied\n"
      FAILED "Couldn't create private data directory \"/d\"\n" END,
      TROPEA_TOR_ERROR_DATA_DIRECTORY, "cannot be read: Permission denied" },
    { WARN "Error creating directory /d/keys: Permission denied\n"
      FAILED "Couldn't create private data directory \"/d/keys\"\n" END,
      TROPEA_TOR_ERROR_DATA_DIRECTORY, "Error creating directory" },
    { WARN "Error writing auth cookie to \"/d/control_auth_cookie\".\n",
      TROPEA_TOR_ERROR_DATA_DIRECTORY, "free space" },
    { WARN "You are running Tor as root. You don't need to, and you probably shouldn't.\n"
      FAILED "Unknown option 'NoSuchOption'.  Failing.\n" END,
      TROPEA_TOR_ERROR_CONFIGURATION, "(Unknown option 'NoSuchOption'.  Failing.)" },
    { WARN "Error parsing Bridge address 'nonsense'\n"
      FAILED "Bridge line did not parse. See logs for details.\n" END,
      TROPEA_TOR_ERROR_CONFIGURATION, "Error parsing Bridge address 'nonsense'; Bridge line" },
    { WARN "We need 1000 file descriptors available, and we're limited to 20. Please change your "
      "ulimit -n.\n" FAILED "Problem with ConnLimit value. See logs for details.\n" END,
      TROPEA_TOR_ERROR_CONFIGURATION, "file descriptors" },
    { WARN "tor_bug_occurred_(): Bug: x\n" ERR "Can't create worker thread pool\n"
      WARN "Bug:     tor(log_backtrace_impl+0x5b)\n",
      TROPEA_TOR_ERROR_EXITED, "Can't create worker thread pool" },
    { "============ T= 1\nTor 0.4.9.11 died: Caught signal 11\n",
      TROPEA_TOR_ERROR_EXITED, "(exit status 1; its last words: “Tor 0.4.9.11 died: Caught" },
    { "", TROPEA_TOR_ERROR_EXITED, "(exit status 1)" },
  };
  g_autoptr(TropeaTorConfig) config = tropea_tor_config_new ("/d", "/r");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(TropeaTorOutput) output = tropea_tor_output_new ();
      g_autoptr(GError) error = NULL;

      /* In uneven pieces. */
      for (gsize at = 0, length = strlen (rows[i].printed); at < length; at += 7)
        tropea_tor_output_push (output, rows[i].printed + at, MIN (7, length - at));

      error = tropea_tor_output_explain_start (output, config, "exit status 1");
      g_assert_error (error, TROPEA_TOR_ERROR, (int) rows[i].code);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, rows[i].part));
    }
}

static void
test_bounds (void)
{
  g_autoptr(TropeaTorOutput) output = tropea_tor_output_new ();
  g_autofree char *filler = g_strnfill (100000, 'x');
  g_autofree char *telling = NULL;

  tropea_tor_output_push (output, WARN "long ago\n", strlen (WARN "long ago\n"));
  for (int i = 0; i < 200; i++)
    {
      tropea_tor_output_push (output, filler, 100000);
      tropea_tor_output_push (output, "\n", 1);
    }
  g_assert_null (tropea_tor_output_dup_last_words (output));

  tropea_tor_output_push (output, WARN "\xff\0!\n", sizeof WARN "\xff\0!\n" - 1);
  telling = tropea_tor_output_dup_last_words (output);
  g_assert_cmpstr (telling, ==, "\357\277\275!");
}

#define SOCKS WARN "Your application (using socks5 to port 80) is giving Tor only an IP address.\n"
#define ASSERTION "tor_assertion_failed_(): Bug: ../src/core/mainloop/mainloop.c:1: f: Assertion" \
                  " x failed; aborting. (on Tor 0.4.9.11 )"

/* What is said of a tor that ended while it ran; ticks are the seconds it went on. */
static void
test_last_words (void)
{
  static const struct
  {
    const char *before;
    guint       ticks;
    const char *after;
    const char *words;
  } rows[] = {
    { "", 0, "", NULL },
    { SOCKS, 3, "", NULL },
    { SOCKS, 2, "",
      "Your application (using socks5 to port 80) is giving Tor only an IP address." },
    { SOCKS, 60, WARN "Low on memory\n", "Low on memory" },
    { SOCKS, 60, NOTICE "Catching signal TERM, exiting cleanly.\n", NULL },
    { WARN "one\n" WARN "two\n", 1, WARN "three\n" WARN "four\n" NOTICE "five\n",
      "two – three – four" },
    { WARN "same\n" WARN "same\n", 1, WARN "same\n", "same" },
    { SOCKS, 9, ERR ASSERTION "\n" ERR "Bug: Assertion x failed in f: (Stack trace)\n",
      ASSERTION },
    { ERR "out of sockets\n", 9, WARN "x\n", "out of sockets – x" },
    { SOCKS, 9, "\n============ T= 1763806538\nTor 0.4.9.11 died: Caught signal 11\n"
      "/usr/bin/tor(+0x1)[0x2]\n", "Tor 0.4.9.11 died: Caught signal 11" },
    { "", 0, WARN "Have tried resolving or connecting to address 'www.example.com' at 3 places\n",
      "Have tried resolving or connecting to address '[scrubbed]' at 3 places" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(TropeaTorOutput) output = tropea_tor_output_new ();
      g_autoptr(GError) error = NULL;
      g_autofree char *words = NULL;

      tropea_tor_output_push (output, rows[i].before, strlen (rows[i].before));
      for (guint j = 0; j < rows[i].ticks; j++)
        tropea_tor_output_tick (output);
      tropea_tor_output_push (output, rows[i].after, strlen (rows[i].after));

      words = tropea_tor_output_dup_last_words (output);
      g_assert_cmpstr (words, ==, rows[i].words);
      error = tropea_tor_output_explain_exit (output, "signal 6");
      g_assert_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_EXITED);
      g_assert_cmpint (strstr (error->message, "its last words") != NULL, ==, words != NULL);
    }
}

static void
test_scrub (void)
{
  static const struct
  {
    const char *text;
    const char *scrubbed;
  } rows[] = {
    { "", "" },
    { "Tor 0.4.9.11 died: Caught signal 11", NULL },
    { "Could not bind to 127.0.0.1:9050: Address already in use.", NULL },
    { "Error writing \"/d/cached-microdescs.new\": no space", NULL },
    { "(on Tor 0.4.9.11 ) at ../src/core/mainloop/mainloop.c:1: f", NULL },
    { "to www.example.com:443.", "to [scrubbed]." },
    { "to example.com, then", "to [scrubbed], then" },
    { "see http://example.com/a?b=c.", "see [scrubbed]" },
    { "PT args cert=AbC+/9 iat-mode=0", "PT args [scrubbed] iat-mode=0" },
    { "to b\303\274cher.example and xn--bcher-kva.example", "to [scrubbed] and [scrubbed]" },
    { "x/expyuzz4wqqyqhjn.onion:80", "x/[scrubbed]" },
    { "at 198.51.100.7:9001 and 198.51.100.7.", "at [scrubbed] and [scrubbed]." },
    { "at [2001:db8::1]:443 or 2001:db8::1", "at [scrubbed] or [scrubbed]" },
    { "relay $0123456789ABCDEF0123456789ABCDEF01234567~name", "relay [scrubbed]" },
  };
  g_autofree char *long_text = g_strnfill (100000, 'x');
  g_autofree char *bounded = tropea_tor_scrub (long_text);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *scrubbed = tropea_tor_scrub (rows[i].text);

      g_assert_cmpstr (scrubbed, ==,
                       rows[i].scrubbed != NULL ? rows[i].scrubbed : rows[i].text);
    }
  g_assert_cmpint (g_utf8_strlen (bounded, -1), ==, 201);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/tor-output/causes", test_causes);
  g_test_add_func ("/tor-output/last-words-have-to-do-with-the-end", test_last_words);
  g_test_add_func ("/tor-output/scrubs-what-names-somebody", test_scrub);
  g_test_add_func ("/tor-output/keeps-the-last-lines-only", test_bounds);

  return g_test_run ();
}
