/* tropea-cli-verbs.h: the commands that ask a running Tropea
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "cli/tropea-cli-call.h"

G_BEGIN_DECLS

/* tropea-cli-steer.c */
TropeaCliExit tropea_cli_start         (TropeaCliCall *call);
TropeaCliExit tropea_cli_stop          (TropeaCliCall *call);
TropeaCliExit tropea_cli_restart       (TropeaCliCall *call);
TropeaCliExit tropea_cli_pause         (TropeaCliCall *call);
TropeaCliExit tropea_cli_resume        (TropeaCliCall *call);
TropeaCliExit tropea_cli_simulate      (TropeaCliCall *call);
TropeaCliExit tropea_cli_new_identity  (TropeaCliCall *call);
TropeaCliExit tropea_cli_monitor       (TropeaCliCall *call);
TropeaCliExit tropea_cli_submit        (TropeaCliCall *call);
TropeaCliExit tropea_cli_reset         (TropeaCliCall *call);

/* tropea-cli-status.c */
TropeaCliExit tropea_cli_status        (TropeaCliCall *call);

/* tropea-cli-events.c */
TropeaCliExit tropea_cli_events        (TropeaCliCall *call);

/* tropea-cli-sessions.c */
TropeaCliExit tropea_cli_sessions      (TropeaCliCall *call);

/* tropea-cli-figures.c */
TropeaCliExit tropea_cli_credits       (TropeaCliCall *call);
TropeaCliExit tropea_cli_thresholds    (TropeaCliCall *call);
TropeaCliExit tropea_cli_identity      (TropeaCliCall *call);

G_END_DECLS
