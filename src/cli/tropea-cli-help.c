/* tropea-cli-help.c: what --help says
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-cli-help"

#include "config.h"

#include "cli/tropea-cli-help.h"

/* All of it from the table of commands. The overview fits a terminal of 24 lines. */

#define COMMAND_COLUMNS 22
#define OPTION_COLUMNS 30

static void
append_options (GString               *text,
                const TropeaCliOption *options)
{
  for (gsize i = 0; options != NULL && options[i].name != NULL; i++)
    {
      g_autofree char *name = g_strconcat ("--", options[i].name,
                                           options[i].value != NULL ? " " : "",
                                           options[i].value, NULL);

      g_string_append_printf (text, "  %-*s %s\n", OPTION_COLUMNS, name, options[i].summary);
    }
}

/**
 * tropea_cli_help_dup_all:
 *
 * Returns: (transfer full): every command in a line
 */
char *
tropea_cli_help_dup_all (void)
{
  GString *text = g_string_new ("Usage: tropeactl COMMAND [OPTION…]\n");

  for (const TropeaCliCommand *p = tropea_cli_commands_get (); p->name != NULL; p++)
    {
      g_autofree char *usage = g_strjoin (*p->operands != '\0' ? " " : "", p->name, p->operands,
                                          NULL);

      g_string_append_printf (text, "  %-*s %s\n", COMMAND_COLUMNS, usage, p->summary);
    }
  g_string_append (text,
                   "tropeactl COMMAND --help tells more; all but run ask the Tropea that runs.\n"
                   "Exit status: 0 done, 1 failed, 2 wrong usage, 3 no Tropea runs, 4 refused,\n"
                   "5 not done yet, it goes on.\n");

  return g_string_free (text, FALSE);
}

/**
 * tropea_cli_help_dup_command:
 *
 * Returns: (transfer full): what @command takes
 */
char *
tropea_cli_help_dup_command (const TropeaCliCommand *command)
{
  GString *text = NULL;

  g_return_val_if_fail (command != NULL, NULL);

  text = g_string_new (NULL);
  g_string_append_printf (text, "Usage: tropeactl %s%s%s [OPTION…]\n%s.\n", command->name,
                          *command->operands != '\0' ? " " : "", command->operands,
                          command->summary);
  if (command->details != NULL)
    g_string_append_printf (text, "%s", command->details);
  g_string_append_c (text, '\n');
  append_options (text, command->options);
  if (command->run_raw == NULL)
    append_options (text, tropea_cli_commands_get_common ());

  return g_string_free (text, FALSE);
}
