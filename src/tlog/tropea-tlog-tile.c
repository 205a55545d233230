/* tropea-tlog-tile.c: the names of a log's tiles, as C2SP tlog-tiles lays them out
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tlog"

#include "config.h"

#include "tlog/tropea-tlog-tile.h"

#include <string.h>

/* “tile/0/x001/x234/067.p/8”: a level, the place in groups of three digits, of which all but
 * the last begin with an x, and, for a tile that is not full yet, how wide it is. Every tile
 * has one name: a name that would be written otherwise is none.
 */

#define PREFIX "tile/"
#define ENTRIES "entries"

/* Each level above holds the 256th part; what is past this cannot be in any tree. */
#define LONGEST_PATH_BYTES 64

/**
 * tropea_tlog_tile_to_path:
 *
 * Returns: (transfer full): below the log's prefix
 */
char *
tropea_tlog_tile_to_path (const TropeaTlogTile *self)
{
  g_autoptr(GString) path = g_string_new (PREFIX);
  guint64 divisor = 1;

  g_return_val_if_fail (self->width >= 1 && self->width <= TROPEA_TLOG_TILE_WIDTH, NULL);

  if (self->is_entries)
    g_string_append (path, ENTRIES "/");
  else
    g_string_append_printf (path, "%u/", self->level);

  while (self->index / divisor >= 1000)
    divisor *= 1000;
  for (; divisor > 1; divisor /= 1000)
    g_string_append_printf (path, "x%03u/", (guint) (self->index / divisor % 1000));
  g_string_append_printf (path, "%03u", (guint) (self->index % 1000));

  if (self->width < TROPEA_TLOG_TILE_WIDTH)
    g_string_append_printf (path, ".p/%u", self->width);

  return g_string_free (g_steal_pointer (&path), FALSE);
}

/* A plain number without zeroes in front. */
static gboolean
read_number (const char **cursor,
             guint        max,
             guint       *value)
{
  const char *start = *cursor;
  guint number = 0;

  for (; g_ascii_isdigit (**cursor) && *cursor - start < 3; (*cursor)++)
    number = number * 10 + (guint) (**cursor - '0');

  *value = number;
  return *cursor > start && (*start != '0' || *cursor - start == 1) && number <= max;
}

/* The three digits of a group. */
static gboolean
read_group (const char **cursor,
            guint64     *index)
{
  for (guint i = 0; i < 3; i++, (*cursor)++)
    {
      if (!g_ascii_isdigit (**cursor))
        return FALSE;
      *index = *index * 10 + (guint64) (**cursor - '0');
    }

  return TRUE;
}

static gboolean
read_index (const char **cursor,
            guint64     *index)
{
  guint n_groups = 1;

  *index = 0;
  for (; **cursor == 'x'; n_groups++)
    {
      (*cursor)++;
      if (n_groups > 5 || !read_group (cursor, index) || *(*cursor)++ != '/')
        return FALSE;
    }

  return read_group (cursor, index) && (n_groups == 1 || *index >= 1000);
}

/**
 * tropea_tlog_tile_from_path:
 * @path: from outside; below the log's prefix
 * @tile: (out caller-allocates): written on success only
 */
gboolean
tropea_tlog_tile_from_path (const char     *path,
                            TropeaTlogTile *tile)
{
  TropeaTlogTile value = { FALSE, 0, 0, TROPEA_TLOG_TILE_WIDTH };
  g_autofree char *spelling = NULL;
  const char *cursor = path;

  if (strnlen (path, LONGEST_PATH_BYTES + 1) > LONGEST_PATH_BYTES ||
      !g_str_has_prefix (cursor, PREFIX))
    return FALSE;

  cursor += strlen (PREFIX);
  value.is_entries = g_str_has_prefix (cursor, ENTRIES "/");
  if (value.is_entries)
    cursor += strlen (ENTRIES);
  else if (!read_number (&cursor, TROPEA_TLOG_MAX_TILE_LEVEL, &value.level))
    return FALSE;

  if (*cursor++ != '/' || !read_index (&cursor, &value.index))
    return FALSE;

  if (g_str_has_prefix (cursor, ".p/"))
    {
      cursor += strlen (".p/");
      if (!read_number (&cursor, TROPEA_TLOG_TILE_WIDTH - 1, &value.width) || value.width == 0)
        return FALSE;
    }

  /* One spelling, also of what the above might let through. */
  spelling = tropea_tlog_tile_to_path (&value);
  if (strcmp (spelling, path) != 0)
    return FALSE;

  *tile = value;
  return TRUE;
}

/**
 * tropea_tlog_tile_get_width:
 *
 * Returns: how many hashes (or entries) this tile has in a tree of @size leaves; 0: it is not
 *   there
 */
guint
tropea_tlog_tile_get_width (guint   level,
                            guint64 index,
                            guint64 size)
{
  guint64 n_hashes = level < 8 ? size >> (8 * level) : 0;
  guint64 n_full = n_hashes / TROPEA_TLOG_TILE_WIDTH;

  if (index < n_full)
    return TROPEA_TLOG_TILE_WIDTH;

  return index == n_full ? (guint) (n_hashes % TROPEA_TLOG_TILE_WIDTH) : 0;
}

/**
 * tropea_tlog_tile_is_in:
 *
 * A tile that was partial once stays what it was: its hashes never change.
 *
 * Returns: whether a tree of @size leaves has all of it
 */
gboolean
tropea_tlog_tile_is_in (const TropeaTlogTile *self,
                        guint64               size)
{
  return self->width <= tropea_tlog_tile_get_width (self->level, self->index, size);
}
