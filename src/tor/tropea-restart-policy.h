/* tropea-restart-policy.h: whether and when a tor that ended by itself is started again
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* No rules may let more crashes pass than are remembered. */
#define TROPEA_RESTART_MOST_CRASHES 16

/**
 * TropeaRestartRules:
 * @first_wait_usec: after the first crash; each further wait is twice as long
 * @longest_wait_usec: no wait is longer
 * @n_crashes: with so many crashes within @window_usec it is given up
 * @window_usec: a tor that held for so long begins anew with the first wait
 */
typedef struct
{
  gint64 first_wait_usec;
  gint64 longest_wait_usec;
  guint  n_crashes;
  gint64 window_usec;
} TropeaRestartRules;

/* 1, 2, 4 … 60 s; at the fifth crash in ten minutes it stays off. */
#define TROPEA_RESTART_RULES_DEFAULT \
  ((TropeaRestartRules) { G_USEC_PER_SEC, 60 * G_USEC_PER_SEC, 5, 600 * G_USEC_PER_SEC })

/* The members are the policy's own. */
typedef struct
{
  TropeaRestartRules rules;
  gint64             crashes_usec[TROPEA_RESTART_MOST_CRASHES];  /* the last ones, newest first */
  guint              n_known;
  gint64             wait_usec;                                  /* the last one */
} TropeaRestartPolicy;

gboolean tropea_restart_rules_are_valid  (const TropeaRestartRules *self);

void     tropea_restart_policy_init       (TropeaRestartPolicy      *self,
                                           const TropeaRestartRules *rules);
void     tropea_restart_policy_reset      (TropeaRestartPolicy      *self);
gboolean tropea_restart_policy_take_crash (TropeaRestartPolicy      *self,
                                           gint64                    now_usec,
                                           gint64                   *wait_usec);

G_END_DECLS
