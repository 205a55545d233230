/* tropea-status-block.h: the live block that a terminal shows
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "api/tropea-status.h"

G_BEGIN_DECLS

/**
 * TropeaStatusBlockStyle:
 * @width: columns that a line may take, at least 1
 * @use_color: escape sequences for colours may be used
 * @use_utf8: characters beyond ASCII may be used
 */
typedef struct
{
  guint    width;
  gboolean use_color;
  gboolean use_utf8;
} TropeaStatusBlockStyle;

/* Pure: a status in, lines out, without newlines, none wider than the style's width. */
GStrv tropea_status_block_format (const TropeaStatus           *status,
                                  const TropeaStatusBlockStyle *style);
guint tropea_status_block_count_rows (const char * const           *lines,
                                      guint                         n_lines,
                                      guint                         width);

G_END_DECLS
