/* tropea-backoff.h: when to try again
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TROPEA_BACKOFF_FIRST_MS 1000
#define TROPEA_BACKOFF_LONGEST_MS (300 * 1000)

/* Pure policy: exponential from 1 s to 5 min, with jitter from the number that is passed in. */
typedef struct
{
  guint failures;
} TropeaBackoff;

gint64 tropea_backoff_fail    (TropeaBackoff *self,
                               guint32        random,
                               gint64         retry_after_s);
void   tropea_backoff_succeed (TropeaBackoff *self);

G_END_DECLS
