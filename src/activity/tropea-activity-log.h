/* tropea-activity-log.h: the last 1000 samples as a list
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "tor/tropea-tor-sample.h"

G_BEGIN_DECLS

#define TROPEA_ACTIVITY_LOG_MAX_SAMPLES 1000

#define TROPEA_TYPE_ACTIVITY_SAMPLE (tropea_activity_sample_get_type ())

G_DECLARE_FINAL_TYPE (TropeaActivitySample, tropea_activity_sample,
                      TROPEA, ACTIVITY_SAMPLE, GObject)

const TropeaTorSample *tropea_activity_sample_get (TropeaActivitySample *self);

#define TROPEA_TYPE_ACTIVITY_LOG (tropea_activity_log_get_type ())

G_DECLARE_FINAL_TYPE (TropeaActivityLog, tropea_activity_log, TROPEA, ACTIVITY_LOG, GObject)

TropeaActivityLog *tropea_activity_log_new    (void);
void               tropea_activity_log_append (TropeaActivityLog     *self,
                                               const TropeaTorSample *sample);
void               tropea_activity_log_clear  (TropeaActivityLog     *self);

G_END_DECLS
