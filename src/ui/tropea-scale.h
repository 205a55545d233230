/* tropea-scale.h: where an axis ends and which of its values have a line
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TropeaScale:
 * @top: the end of the axis, a multiple of @step; the other end is 0
 * @step: from line to line: 1, 2 or 5 and zeros
 */
typedef struct
{
  guint64 top;
  guint64 step;
} TropeaScale;

TropeaScale tropea_scale_fit (guint64 maximum,
                              guint64 least_step,
                              guint   n_lines);

G_END_DECLS
