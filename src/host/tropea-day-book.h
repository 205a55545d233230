/* tropea-day-book.h: what each day earned, and the figures that follow from it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "base/tropea-clock.h"
#include "session/tropea-store-history.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_DAY_BOOK (tropea_day_book_get_type ())

G_DECLARE_FINAL_TYPE (TropeaDayBook, tropea_day_book, TROPEA, DAY_BOOK, GObject)

/* Properties, read-only and notified together: "is-loaded" (boolean); "today-micro",
 * "week-micro", "month-micro" (the last 7 and 30 days, today included), "total-micro",
 * "simulated-micro", "average-micro" (of a credited session from tor, rounded down) (int64);
 * "streak-days" (uint: days in a row with a credited session from tor, to today or yesterday),
 * "best-day-micro" (int64), "error" (string, nullable).
 * Signal: "changed": the days did.
 */
TropeaDayBook *tropea_day_book_new      (TropeaStore   *store,
                                         TropeaClock   *clock);
/* (element-type TropeaDaySum): days that have sessions, the earliest first. */
const GArray  *tropea_day_book_get_days (TropeaDayBook *self);
/* Days since 1970-01-01 in this computer's time zone. */
gint64         tropea_day_book_get_today (TropeaDayBook *self);

G_END_DECLS
