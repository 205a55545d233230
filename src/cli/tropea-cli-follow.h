/* tropea-cli-follow.h: a command that goes on as long as the Tropea that it listens to
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "cli/tropea-cli-call.h"
#include "cli/tropea-output.h"

G_BEGIN_DECLS

typedef struct _TropeaCliFollow TropeaCliFollow;

typedef void (*TropeaCliFollowFunc) (TropeaCliFollow *follow,
                                     JsonObject      *event,
                                     gpointer         user_data);

/* Listen until Tropea ends, a signal comes, the reader of @output goes away or @event_cb ends
 * it. Tells why where that is not what was wanted. Returns the exit status. */
TropeaCliExit tropea_cli_follow_run (TropeaCliCall       *call,
                                     TropeaOutput        *output,
                                     TropeaCliFollowFunc  event_cb,
                                     gpointer             user_data);
void          tropea_cli_follow_end (TropeaCliFollow     *self,
                                     TropeaCliExit        status);

G_END_DECLS
