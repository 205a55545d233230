/* tropea-cli-call.h: one command on its way: what was typed, whom it asks, how it prints
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "cli/tropea-api-client.h"
#include "cli/tropea-cli-line.h"

G_BEGIN_DECLS

struct _TropeaCliCall
{
  const TropeaCliCommand *command;
  TropeaCliLine          *line;      /* (owned) */
  TropeaApiClient        *client;    /* (owned) */
  gboolean                is_json;
  gboolean                use_color; /* on stdout */
};

/* @arguments: those behind the command's name. Returns the exit status. */
int           tropea_cli_call_run         (const TropeaCliCommand *command,
                                           const char * const     *arguments);

/* Returns: (transfer full): the answer; or NULL, with the exit status in @failure, and told */
JsonObject   *tropea_cli_call_ask         (TropeaCliCall          *self,
                                           const char             *method,
                                           const char             *path,
                                           JsonObject             *body,
                                           guint                  *status,
                                           TropeaCliExit          *failure);
void          tropea_cli_call_print       (const char             *text);
void          tropea_cli_call_print_json  (JsonObject             *object);
void          tropea_cli_call_say         (const char             *sentence);
TropeaCliExit tropea_cli_call_fail        (TropeaCliCall          *self,
                                           const GError           *error);
/* What was typed is not what the command takes. */
TropeaCliExit tropea_cli_call_misused     (TropeaCliCall          *self,
                                           const char             *sentence);
/* Whether @fd shows colours and takes cursor movements. */
gboolean      tropea_cli_call_is_terminal (int                     fd);
gboolean      tropea_cli_call_wants_color (int                     fd);

G_END_DECLS
