/* tropea-tor-sample.c: what tor moved between two looks at its counters
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tor-sample"

#include "config.h"

#include "tor/tropea-tor-sample.h"

G_DEFINE_BOXED_TYPE (TropeaTorSample, tropea_tor_sample,
                     tropea_tor_sample_copy, tropea_tor_sample_free)

TropeaTorSample *
tropea_tor_sample_copy (const TropeaTorSample *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_memdup2 (self, sizeof *self);
}

void
tropea_tor_sample_free (TropeaTorSample *self)
{
  g_free (self);
}
