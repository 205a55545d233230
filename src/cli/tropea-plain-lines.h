/* tropea-plain-lines.h: what happens, as lines for people and log files
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "api/tropea-status.h"
#include "session/tropea-session.h"

G_BEGIN_DECLS

/* Each ends with its newline. */
char *tropea_plain_lines_state     (const TropeaStatus *status);
char *tropea_plain_lines_bootstrap (const TropeaStatus *status);
char *tropea_plain_lines_sample    (const TropeaStatus *status);
char *tropea_plain_lines_session   (TropeaSession      *session);
char *tropea_plain_lines_credited  (const TropeaStatus *status,
                                    TropeaSession      *session);
char *tropea_plain_lines_refused   (TropeaSession      *session);

G_END_DECLS
