/* tropea-tor-sample.h: what tor moved between two looks at its counters
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * TropeaTorSample:
 * @bytes_in: growth of tor's traffic/read since the sample before, exact
 * @bytes_out: growth of tor's traffic/written
 * @app_bytes_in: what programs received through tor in the same time (STREAM_BW)
 * @app_bytes_out: what programs sent
 * @interval_usec: measured monotonic time that the sample covers, at least 1
 * @wall_ms: end of that time, milliseconds since 1970 in UTC
 * @asleep_usec: how long the computer was suspended in that time; not in @interval_usec
 *
 * A plain value. The first sample of a run counts from 0, when the process began.
 */
typedef struct
{
  guint64 bytes_in;
  guint64 bytes_out;
  guint64 app_bytes_in;
  guint64 app_bytes_out;
  gint64  interval_usec;
  gint64  wall_ms;
  gint64  asleep_usec;
} TropeaTorSample;

#define TROPEA_TYPE_TOR_SAMPLE (tropea_tor_sample_get_type ())
GType            tropea_tor_sample_get_type (void);
TropeaTorSample *tropea_tor_sample_copy     (const TropeaTorSample *self);
void             tropea_tor_sample_free     (TropeaTorSample       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaTorSample, tropea_tor_sample_free)

G_END_DECLS
