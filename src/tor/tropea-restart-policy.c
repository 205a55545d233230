/* tropea-restart-policy.c: whether and when a tor that ended by itself is started again
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-restart-policy"

#include "config.h"

#include "tor/tropea-restart-policy.h"

#include <string.h>

/* Pure. A tor that crashes now and then is worth another try, each a little later; one that
 * crashes again and again will not get better by itself, and every try costs its user's
 * computer and the network a bootstrap.
 */

gboolean
tropea_restart_rules_are_valid (const TropeaRestartRules *self)
{
  return self->first_wait_usec >= 1 && self->longest_wait_usec >= self->first_wait_usec
         && self->n_crashes >= 1 && self->n_crashes <= TROPEA_RESTART_MOST_CRASHES
         && self->window_usec >= 1;
}

void
tropea_restart_policy_init (TropeaRestartPolicy      *self,
                            const TropeaRestartRules *rules)
{
  g_return_if_fail (tropea_restart_rules_are_valid (rules));

  memset (self, 0, sizeof *self);
  self->rules = *rules;
}

/* The user starts tor: what was before does not count any more. */
void
tropea_restart_policy_reset (TropeaRestartPolicy *self)
{
  self->n_known = 0;
  self->wait_usec = 0;
}

static void
remember (TropeaRestartPolicy *self,
          gint64               now_usec)
{
  memmove (self->crashes_usec + 1, self->crashes_usec,
           (TROPEA_RESTART_MOST_CRASHES - 1) * sizeof *self->crashes_usec);
  self->crashes_usec[0] = now_usec;
  self->n_known = MIN (self->n_known + 1, TROPEA_RESTART_MOST_CRASHES);
}

/**
 * tropea_restart_policy_take_crash:
 * @now_usec: monotonic, not before that of the crash before
 * @wait_usec: (out): how long to wait with the next start
 *
 * Returns: %FALSE where there have been too many crashes for another start
 */
gboolean
tropea_restart_policy_take_crash (TropeaRestartPolicy *self,
                                  gint64               now_usec,
                                  gint64              *wait_usec)
{
  const TropeaRestartRules *rules = &self->rules;

  if (self->n_known == 0 || now_usec - self->crashes_usec[0] >= rules->window_usec)
    self->wait_usec = rules->first_wait_usec;
  else
    self->wait_usec = MIN (self->wait_usec * 2, rules->longest_wait_usec);

  remember (self, now_usec);
  if (self->n_known >= rules->n_crashes
      && now_usec - self->crashes_usec[rules->n_crashes - 1] < rules->window_usec)
    return FALSE;

  *wait_usec = self->wait_usec;

  return TRUE;
}
