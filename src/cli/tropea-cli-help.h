/* tropea-cli-help.h: what --help says
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "cli/tropea-cli-command.h"

G_BEGIN_DECLS

/* Pure. */
char *tropea_cli_help_dup_all     (void);
char *tropea_cli_help_dup_command (const TropeaCliCommand *command);

G_END_DECLS
