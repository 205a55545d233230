/* tropea-clock.h: where the time comes from, so that tests can say what time it is
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define TROPEA_TYPE_CLOCK (tropea_clock_get_type ())

G_DECLARE_INTERFACE (TropeaClock, tropea_clock, TROPEA, CLOCK, GObject)

struct _TropeaClockInterface
{
  GTypeInterface parent_iface;

  gint64 (*get_wall_ms)        (TropeaClock *self);
  gint64 (*get_monotonic_usec) (TropeaClock *self);
  gint64 (*get_asleep_usec)    (TropeaClock *self);
};

gint64       tropea_clock_get_wall_ms        (TropeaClock *self);
gint64       tropea_clock_get_monotonic_usec (TropeaClock *self);
gint64       tropea_clock_get_asleep_usec    (TropeaClock *self);

#define TROPEA_TYPE_SYSTEM_CLOCK (tropea_system_clock_get_type ())

G_DECLARE_FINAL_TYPE (TropeaSystemClock, tropea_system_clock, TROPEA, SYSTEM_CLOCK, GObject)

TropeaClock *tropea_system_clock_new         (void);

G_END_DECLS
