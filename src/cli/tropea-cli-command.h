/* tropea-cli-command.h: what a command is called, takes and does
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TropeaCliExit:
 * @TROPEA_CLI_EXIT_DONE: what was asked for is so
 * @TROPEA_CLI_EXIT_FAILED: it is not
 * @TROPEA_CLI_EXIT_USAGE: it cannot be asked for like that
 * @TROPEA_CLI_EXIT_NO_TROPEA: no Tropea runs that could do it, or it ended meanwhile
 * @TROPEA_CLI_EXIT_REFUSED: the running one refused
 * @TROPEA_CLI_EXIT_NOT_YET: the time was up before it was done; it goes on
 *
 * What scripts know an end by; the numbers never change.
 */
typedef enum
{
  TROPEA_CLI_EXIT_DONE = 0,
  TROPEA_CLI_EXIT_FAILED = 1,
  TROPEA_CLI_EXIT_USAGE = 2,
  TROPEA_CLI_EXIT_NO_TROPEA = 3,
  TROPEA_CLI_EXIT_REFUSED = 4,
  TROPEA_CLI_EXIT_NOT_YET = 5,
} TropeaCliExit;

/**
 * TropeaCliOption:
 * @name: without the dashes; NULL ends a list
 * @value: (nullable): what stands for its value in a help; NULL where it has none
 * @summary: a line for the help
 * @words: (nullable): the values that it can have, with spaces between, for shells
 */
typedef struct
{
  const char *name;
  const char *value;
  const char *summary;
  const char *words;
} TropeaCliOption;

typedef struct _TropeaCliCall TropeaCliCall;

/**
 * TropeaCliCommand:
 * @operands: what stands behind the name in a help, "" for nothing
 * @words: what operands there can be, with spaces between; "" for none
 * @most_operands: how many may be given
 * @summary: a line for the help
 * @details: (nullable): more of it, in whole lines
 * @options: those of its own
 * @run: does it; asks and prints through the call
 * @run_raw: (nullable): in place of @run: reads its options itself
 */
typedef struct
{
  const char             *name;
  const char             *operands;
  const char             *words;
  guint                   most_operands;
  const char             *summary;
  const char             *details;
  const TropeaCliOption  *options;
  TropeaCliExit         (*run)     (TropeaCliCall      *call);
  int                   (*run_raw) (const char * const *arguments);
} TropeaCliCommand;

/* In the order of the help; the last one has no name. */
const TropeaCliCommand *tropea_cli_commands_get         (void);
const TropeaCliCommand *tropea_cli_commands_find        (const char *name);
/* Those that every command has that asks a running Tropea. */
const TropeaCliOption  *tropea_cli_commands_get_common  (void);

G_END_DECLS
