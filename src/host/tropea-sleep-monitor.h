/* tropea-sleep-monitor.h: hears of a suspend or shutdown before it happens, and delays it a moment
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define TROPEA_TYPE_SLEEP_MONITOR (tropea_sleep_monitor_get_type ())

G_DECLARE_FINAL_TYPE (TropeaSleepMonitor, tropea_sleep_monitor, TROPEA, SLEEP_MONITOR, GObject)

/* Signal "about-to-sleep": the computer waits, some seconds at most, until
 * tropea_sleep_monitor_let_sleep (). Signal "woke-up".
 */
TropeaSleepMonitor *tropea_sleep_monitor_new       (void);
void                tropea_sleep_monitor_let_sleep (TropeaSleepMonitor *self);

G_END_DECLS
