/* tropea-cli-reports.h: what is shown of answers and events, for people
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "cli/tropea-status-block.h"
#include "session/tropea-session.h"

G_BEGIN_DECLS

/* All are pure, and in whole lines with their newlines. Times are in @zone. */

/* "2026-11-22 17:03:12" */
char *tropea_cli_report_time       (gint64                        wall_ms,
                                    GTimeZone                    *zone);
/* @status: an answer of this form */
char *tropea_cli_report_status     (JsonObject                   *status,
                                    const TropeaStatusBlockStyle *style);
char *tropea_cli_report_credits    (JsonObject                   *credits);
char *tropea_cli_report_thresholds (JsonObject                   *thresholds);
char *tropea_cli_report_identity   (JsonObject                   *identity);
char *tropea_cli_report_head       (void);
char *tropea_cli_report_session    (TropeaSession                *session,
                                    GTimeZone                    *zone,
                                    gboolean                      use_color);
/* @now_ms: what is put in front */
char *tropea_cli_report_event      (JsonObject                   *event,
                                    gint64                        now_ms,
                                    GTimeZone                    *zone);

G_END_DECLS
