/* test-tor-output.c: tor's last words become a sentence with a way out
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "tor/tropea-tor-output.h"

#include <string.h>

#include "tor/tropea-tor-backend.h"

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
      TROPEA_TOR_ERROR_EXITED, "(exit status 1)" },
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
  g_assert_null (tropea_tor_output_dup_telling_line (output));

  tropea_tor_output_push (output, WARN "\xff\0!\n", sizeof WARN "\xff\0!\n" - 1);
  telling = tropea_tor_output_dup_telling_line (output);
  g_assert_cmpstr (telling, ==, "\357\277\275!");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/tor-output/causes", test_causes);
  g_test_add_func ("/tor-output/keeps-the-last-lines-only", test_bounds);

  return g_test_run ();
}
