/* fake-clock.h: a clock that stands still until a test moves it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-clock.h"

#define FAKE_TYPE_CLOCK (fake_clock_get_type ())

G_DECLARE_FINAL_TYPE (FakeClock, fake_clock, FAKE, CLOCK, GObject)

FakeClock *fake_clock_new         (gint64     wall_ms);
void       fake_clock_advance     (FakeClock *self,
                                   gint64     interval_usec);
void       fake_clock_suspend     (FakeClock *self,
                                   gint64     interval_usec);
void       fake_clock_set_wall_ms (FakeClock *self,
                                   gint64     wall_ms);
