/* tropea-scale.c: where an axis ends and which of its values have a line
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-scale"

#include "config.h"

#include "ui/tropea-scale.h"

/* The largest number of the form 1, 2 or 5 and zeros that fits. */
#define LARGEST_STEP G_GUINT64_CONSTANT (10000000000000000000)

/* 1, 2, 5, 10, 20, 50 … */
static guint64
next_step (guint64 step)
{
  guint64 power = 1;

  while (step / power >= 10)
    power *= 10;

  return step / power == 2 ? step / 2 * 5 : step * 2;
}

/**
 * tropea_scale_fit:
 * @maximum: the largest value to show
 * @least_step: 1, 2 or 5 and zeros: less is not worth a line
 * @n_lines: at most so many lines above 0, at least 1
 *
 * Returns: the shortest axis of that kind that has @maximum on it
 */
TropeaScale
tropea_scale_fit (guint64 maximum,
                  guint64 least_step,
                  guint   n_lines)
{
  guint64 step = MAX (least_step, 1);
  guint64 n_steps = 0;

  g_return_val_if_fail (n_lines >= 1, ((TropeaScale) { 1, 1 }));

  while (step < LARGEST_STEP && (maximum / step) + (maximum % step != 0) > n_lines)
    step = next_step (step);

  n_steps = MAX (maximum / step + (maximum % step != 0), 1);
  /* Twice the largest step is more than there is. */
  if (n_steps > G_MAXUINT64 / step)
    return (TropeaScale) { G_MAXUINT64, step };

  return (TropeaScale) { n_steps * step, step };
}
