/* main.c: tropeactl: the command line
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropeactl"

#include "config.h"

#include "base/tropea-locale.h"
#include "cli/tropea-cli-call.h"
#include "cli/tropea-cli-help.h"

#include <string.h>

/* Picks the command; the table says what it takes. */

static gboolean
asks_for_help (const char *argument)
{
  return g_str_equal (argument, "--help") || g_str_equal (argument, "-h");
}

static int
refuse (const char *sentence)
{
  g_printerr ("tropeactl: %s; see tropeactl --help\n", sentence);

  return TROPEA_CLI_EXIT_USAGE;
}

/* @command: (nullable): all of them */
static int
show_help (const TropeaCliCommand *command)
{
  g_autofree char *text = command != NULL ? tropea_cli_help_dup_command (command)
                                          : tropea_cli_help_dup_all ();

  g_print ("%s", text);

  return TROPEA_CLI_EXIT_DONE;
}

int
main (int   argc,
      char *argv[])
{
  const char * const *arguments = (const char * const *) argv + (argc > 0 ? 1 : 0);
  const TropeaCliCommand *command = NULL;
  g_autofree char *sentence = NULL;
  gboolean is_help = FALSE;

  tropea_locale_init ();
  g_set_prgname ("tropeactl");

  if (arguments[0] == NULL)
    return refuse ("Say what to do, such as run");

  if (asks_for_help (arguments[0]))
    return show_help (NULL);

  if (g_str_equal (arguments[0], "--version"))
    {
      g_print ("tropeactl %s\n", TROPEA_VERSION);
      return TROPEA_CLI_EXIT_DONE;
    }

  is_help = g_str_equal (arguments[0], "help");
  if (is_help && arguments[1] == NULL)
    return show_help (NULL);

  command = tropea_cli_commands_find (arguments[is_help ? 1 : 0]);
  if (command == NULL)
    {
      sentence = g_strdup_printf ("There is no command “%s”", arguments[is_help ? 1 : 0]);
      return refuse (sentence);
    }

  for (gsize i = 1; arguments[i] != NULL && !g_str_equal (arguments[i], "--"); i++)
    is_help |= asks_for_help (arguments[i]);
  if (is_help)
    return show_help (command);

  return tropea_cli_call_run (command, arguments + 1);
}
