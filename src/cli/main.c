/* main.c: tropeactl: the command line
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropeactl"

#include "config.h"

#include "base/tropea-locale.h"
#include "cli/tropea-cli-run.h"

#include <stdlib.h>
#include <string.h>

/* Picks the verb; each verb is a file of its own. */

static const char help_text[] =
  "Usage: tropeactl run [OPTION…]     Run Tor and earn credits; Ctrl-C stops\n"
  "       tropeactl --version | --help\n"
  "\n"
  "  --simulate            Made-up traffic instead of Tor (--seed N: which)\n"
  "  --ledger URL          http:, https: or unix: ledger instead of the built-in one\n"
  "  --data-dir DIR        Keep everything in DIR instead of ~/.local/share/tropea\n"
  "  --key-file FILE       Keep the signing key in FILE (0600), not in the keyring\n"
  "  --torrc-append FILE   Put the lines of FILE behind Tropea's torrc\n"
  "  --socks-port PORT     Listen there for programs (9050), or on “auto”, a free port\n"
  "  --control-port PORT   Listen there for nyx and the like (9051); 0 for not at all\n"
  "  --bridges-file FILE   Connect through the bridges in FILE (obfs4 lines and the like)\n"
  "  --bridge LINE         One bridge; others on this computer can see it, unlike FILE\n"
  "  --snowflake           Connect through Snowflake's volunteers\n"
  "  --attach [ADDRESS]    Use a tor that runs already: a port, ADDRESS:PORT or socket;\n"
  "                        without one the usual places are tried\n"
  "  --control-password-file FILE  The password of its control port is in FILE\n"
  "  --until-sessions N    Stop when N sessions were credited\n"
  "  --for SECONDS         Stop after so long\n"
  "  --api-tcp PORT        The local API on 127.0.0.1, too (--api-socket PATH, --no-api)\n"
  "  --json                One JSON object a line\n"
  "  --min-bytes N         A session has at least N bytes (100000)\n"
  "  --min-seconds N       and N seconds (30),\n"
  "  --max-seconds N       or N seconds whatever it moved (600)\n"
  "\n"
  "$TOR_SOCKS_PORT, $TOR_CONTROL_PORT and $TOR_LOG_LEVEL are heeded; NO_COLOR too.\n"
  "Exit status: 0 what was asked for happened, 1 it did not, 2 wrong usage.\n";

static gboolean
asks_for_help (const char * const *arguments)
{
  return g_strv_contains (arguments, "--help") || g_strv_contains (arguments, "-h");
}

static int
refuse (const char *sentence)
{
  g_printerr ("tropeactl: %s; see tropeactl --help\n", sentence);

  return TROPEA_CLI_EXIT_USAGE;
}

int
main (int   argc,
      char *argv[])
{
  const char * const *arguments = (const char * const *) argv + (argc > 0 ? 1 : 0);
  g_autofree char *sentence = NULL;

  tropea_locale_init ();
  g_set_prgname ("tropeactl");

  if (arguments[0] == NULL)
    return refuse ("Say what to do, such as run");

  if (asks_for_help (arguments))
    {
      g_print ("%s", help_text);
      return EXIT_SUCCESS;
    }

  if (g_str_equal (arguments[0], "--version"))
    {
      g_print ("tropeactl %s\n", TROPEA_VERSION);
      return EXIT_SUCCESS;
    }

  if (g_str_equal (arguments[0], "run"))
    return tropea_cli_run (arguments + 1);

  sentence = g_strdup_printf ("There is no command “%s”", arguments[0]);

  return refuse (sentence);
}
