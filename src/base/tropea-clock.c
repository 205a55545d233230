/* tropea-clock.c: where the time comes from, so that tests can say what time it is
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-clock"

#include "config.h"

#include "base/tropea-clock.h"

#include <time.h>

/* Three clocks, because they answer three questions. Wall time names a moment ("when did this
 * session start"); the user and NTP may set it back. Monotonic time measures a stretch; it
 * counts from boot, never jumps and stands still while the computer is suspended, so neither
 * a corrected clock nor a closed lid ever lengthens what was measured with it. And the kernel's
 * boot-time clock goes on through a suspend: how far it is ahead is the time asleep.
 */

struct _TropeaSystemClock
{
  GObject parent_instance;
};

static void clock_iface_init (TropeaClockInterface *iface);

G_DEFINE_INTERFACE (TropeaClock, tropea_clock, G_TYPE_OBJECT)
G_DEFINE_FINAL_TYPE_WITH_CODE (TropeaSystemClock, tropea_system_clock, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TROPEA_TYPE_CLOCK, clock_iface_init))

static void
tropea_clock_default_init (TropeaClockInterface *iface)
{
}

static gint64
system_clock_get_wall_ms (TropeaClock *clock)
{
  return g_get_real_time () / 1000;
}

static gint64
system_clock_get_monotonic_usec (TropeaClock *clock)
{
  return g_get_monotonic_time ();
}

static gint64
system_clock_get_asleep_usec (TropeaClock *clock)
{
  struct timespec now = { 0 };

  if (clock_gettime (CLOCK_BOOTTIME, &now) != 0)
    return 0;

  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000 - g_get_monotonic_time ();
}

static void
clock_iface_init (TropeaClockInterface *iface)
{
  iface->get_wall_ms = system_clock_get_wall_ms;
  iface->get_monotonic_usec = system_clock_get_monotonic_usec;
  iface->get_asleep_usec = system_clock_get_asleep_usec;
}

static void
tropea_system_clock_class_init (TropeaSystemClockClass *klass)
{
}

static void
tropea_system_clock_init (TropeaSystemClock *self)
{
}

TropeaClock *
tropea_system_clock_new (void)
{
  return g_object_new (TROPEA_TYPE_SYSTEM_CLOCK, NULL);
}

/**
 * tropea_clock_get_wall_ms:
 *
 * Returns: milliseconds since 1970 in UTC
 */
gint64
tropea_clock_get_wall_ms (TropeaClock *self)
{
  g_return_val_if_fail (TROPEA_IS_CLOCK (self), 0);

  return TROPEA_CLOCK_GET_IFACE (self)->get_wall_ms (self);
}

/**
 * tropea_clock_get_monotonic_usec:
 *
 * Returns: microseconds of awake time since boot
 */
gint64
tropea_clock_get_monotonic_usec (TropeaClock *self)
{
  g_return_val_if_fail (TROPEA_IS_CLOCK (self), 0);

  return TROPEA_CLOCK_GET_IFACE (self)->get_monotonic_usec (self);
}

/**
 * tropea_clock_get_asleep_usec:
 *
 * Returns: microseconds since boot that the computer was suspended, to a few microseconds
 */
gint64
tropea_clock_get_asleep_usec (TropeaClock *self)
{
  g_return_val_if_fail (TROPEA_IS_CLOCK (self), 0);

  return TROPEA_CLOCK_GET_IFACE (self)->get_asleep_usec (self);
}
