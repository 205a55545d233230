/* tropea-cli-line.h: a command line, split by what its command takes
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "cli/tropea-cli-command.h"

G_BEGIN_DECLS

typedef struct _TropeaCliLine TropeaCliLine;

/* Pure. @arguments: those behind the command's name. Errors are G_OPTION_ERROR, a sentence each. */
TropeaCliLine      *tropea_cli_line_parse        (const TropeaCliCommand  *command,
                                                  const char * const      *arguments,
                                                  GError                 **error);
void                tropea_cli_line_free         (TropeaCliLine           *self);
gboolean            tropea_cli_line_has          (TropeaCliLine           *self,
                                                  const char              *name);
/* The value of an option; NULL where it was not given. */
const char         *tropea_cli_line_get          (TropeaCliLine           *self,
                                                  const char              *name);
/* A whole number; @value stays as it is where the option was not given. */
gboolean            tropea_cli_line_get_number   (TropeaCliLine           *self,
                                                  const char              *name,
                                                  gint64                   lowest,
                                                  gint64                   highest,
                                                  gint64                  *value,
                                                  GError                 **error);
/* NULL where there are fewer. */
const char         *tropea_cli_line_get_operand  (TropeaCliLine           *self,
                                                  guint                    index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaCliLine, tropea_cli_line_free)

G_END_DECLS
