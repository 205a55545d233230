/* tropea-json-lines.h: what happens, as one JSON object a line
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "api/tropea-status.h"
#include "session/tropea-session.h"

G_BEGIN_DECLS

/* Each ends with its newline. */
char       *tropea_json_lines_state      (const TropeaStatus    *status);
char       *tropea_json_lines_bootstrap  (const TropeaStatus    *status);
char       *tropea_json_lines_sample     (const TropeaStatus    *status,
                                          const TropeaTorSample *sample);
char       *tropea_json_lines_session    (TropeaSession         *session);
char       *tropea_json_lines_credited   (const TropeaStatus    *status,
                                          TropeaSession         *session);
char       *tropea_json_lines_refused    (TropeaSession         *session);
char       *tropea_json_lines_notice     (const char            *message);
/* @diagnosis: (nullable): NULL where nothing is wrong any more */
char       *tropea_json_lines_diagnosis  (const TropeaTorDiagnosis *diagnosis);
char       *tropea_json_lines_error      (const char            *code,
                                          const char            *message);

G_END_DECLS
