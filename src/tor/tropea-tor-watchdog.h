/* tropea-tor-watchdog.h: notices that tor does not answer any more
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* tor sends BW every second. With nothing for the first time it is asked once more; with no
 * answer for the second it is stopped or hangs. Two timers, because our own program may have
 * stood still while tor spoke: then the answers are in the socket when the first one fires.
 */
#define TROPEA_TOR_WATCHDOG_SILENCE_SECONDS 5
#define TROPEA_TOR_WATCHDOG_PATIENCE_SECONDS 5

typedef void (*TropeaTorWatchdogFunc) (gpointer user_data);

/**
 * TropeaTorWatchdog:
 * @is_answering: tor answered within the last seconds
 * @has_hung: it did not, and its owner was told
 *
 * Part of the owner's instance. Read the members named above, the rest is private.
 */
typedef struct
{
  gboolean              is_answering;
  gboolean              has_hung;

  TropeaTorWatchdogFunc silent;
  TropeaTorWatchdogFunc hung;
  gpointer              user_data;
  guint                 timer;
} TropeaTorWatchdog;

void     tropea_tor_watchdog_init  (TropeaTorWatchdog     *self,
                                    TropeaTorWatchdogFunc  silent,
                                    TropeaTorWatchdogFunc  hung,
                                    gpointer               user_data);
void     tropea_tor_watchdog_clear (TropeaTorWatchdog     *self);
gboolean tropea_tor_watchdog_feed  (TropeaTorWatchdog     *self);

G_END_DECLS
