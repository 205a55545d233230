/* tropea-tor-watchdog.c: notices that tor does not answer any more
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tor-watchdog"

#include "config.h"

#include "tor/tropea-tor-watchdog.h"

/* Whoever feeds it heard from tor. First it says that tor is silent, so that it can be asked
 * once more and the user told; then, once, that it hangs.
 */

/* @silent: tor said nothing for a while; @hung: nor did it after that. Neither may feed. */
void
tropea_tor_watchdog_init (TropeaTorWatchdog     *self,
                          TropeaTorWatchdogFunc  silent,
                          TropeaTorWatchdogFunc  hung,
                          gpointer               user_data)
{
  *self = (TropeaTorWatchdog) { .silent = silent, .hung = hung, .user_data = user_data };
}

void
tropea_tor_watchdog_clear (TropeaTorWatchdog *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
}

static gboolean
hung_cb (gpointer user_data)
{
  TropeaTorWatchdog *self = user_data;

  self->timer = 0;
  self->has_hung = TRUE;
  self->hung (self->user_data);

  return G_SOURCE_REMOVE;
}

static gboolean
silence_cb (gpointer user_data)
{
  TropeaTorWatchdog *self = user_data;

  self->is_answering = FALSE;
  self->timer = g_timeout_add_seconds (TROPEA_TOR_WATCHDOG_PATIENCE_SECONDS, hung_cb, self);
  self->silent (self->user_data);

  return G_SOURCE_REMOVE;
}

/* Returns: whether tor speaks again after a silence; also for the first time */
gboolean
tropea_tor_watchdog_feed (TropeaTorWatchdog *self)
{
  gboolean speaks_again = !self->is_answering;

  if (self->has_hung)
    return FALSE;

  self->is_answering = TRUE;
  g_clear_handle_id (&self->timer, g_source_remove);
  self->timer = g_timeout_add_seconds (TROPEA_TOR_WATCHDOG_SILENCE_SECONDS, silence_cb, self);

  return speaks_again;
}
