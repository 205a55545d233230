/* tropea-tlog-tile.h: the names of a log's tiles, as C2SP tlog-tiles lays them out
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TROPEA_TLOG_TILE_WIDTH 256
#define TROPEA_TLOG_MAX_TILE_LEVEL 63

/**
 * TropeaTlogTile:
 * @is_entries: a bundle of entries; @level is 0
 * @level: 0: hashes of leaves
 * @index: from the left, from 0
 * @width: 1 to 256, which is a full one
 *
 * A plain value.
 */
typedef struct
{
  gboolean is_entries;
  guint    level;
  guint64  index;
  guint    width;
} TropeaTlogTile;

char     *tropea_tlog_tile_to_path   (const TropeaTlogTile  *self);
gboolean  tropea_tlog_tile_from_path (const char            *path,
                                      TropeaTlogTile        *tile);
gboolean  tropea_tlog_tile_is_in     (const TropeaTlogTile  *self,
                                      guint64                size);
guint     tropea_tlog_tile_get_width (guint                  level,
                                      guint64                index,
                                      guint64                size);

G_END_DECLS
