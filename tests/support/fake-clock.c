/* fake-clock.c: a clock that stands still until a test moves it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "fake-clock.h"

struct _FakeClock
{
  GObject parent_instance;

  gint64  wall_usec;
  gint64  monotonic_usec;
  gint64  asleep_usec;
};

static void clock_iface_init (TropeaClockInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeClock, fake_clock, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TROPEA_TYPE_CLOCK, clock_iface_init))

static gint64
get_wall_ms (TropeaClock *clock)
{
  return FAKE_CLOCK (clock)->wall_usec / 1000;
}

static gint64
get_monotonic_usec (TropeaClock *clock)
{
  return FAKE_CLOCK (clock)->monotonic_usec;
}

static gint64
get_asleep_usec (TropeaClock *clock)
{
  return FAKE_CLOCK (clock)->asleep_usec;
}

static void
clock_iface_init (TropeaClockInterface *iface)
{
  iface->get_wall_ms = get_wall_ms;
  iface->get_monotonic_usec = get_monotonic_usec;
  iface->get_asleep_usec = get_asleep_usec;
}

static void
fake_clock_class_init (FakeClockClass *klass)
{
}

static void
fake_clock_init (FakeClock *self)
{
  self->monotonic_usec = G_USEC_PER_SEC;
}

FakeClock *
fake_clock_new (gint64 wall_ms)
{
  FakeClock *self = g_object_new (FAKE_TYPE_CLOCK, NULL);

  fake_clock_set_wall_ms (self, wall_ms);

  return self;
}

/* All clocks go on together, as they do in life. */
void
fake_clock_advance (FakeClock *self,
                    gint64     interval_usec)
{
  self->wall_usec += interval_usec;
  self->monotonic_usec += interval_usec;
}

/* Somebody sets the wall clock; measured time does not notice. */
void
fake_clock_set_wall_ms (FakeClock *self,
                        gint64     wall_ms)
{
  self->wall_usec = wall_ms * 1000;
}

/* The lid is closed for so long: measured time stands still. */
void
fake_clock_suspend (FakeClock *self,
                    gint64     interval_usec)
{
  self->wall_usec += interval_usec;
  self->asleep_usec += interval_usec;
}
