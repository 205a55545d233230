/* test-tlog-tile.c: every tile has one name and the width of its tree
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "tlog/tropea-tlog-tile.h"

static const struct
{
  const char     *path;
  TropeaTlogTile  tile;
} good[] = {
  { "tile/0/x001/x234/067", { FALSE, 0, 1234067, 256 } },
  { "tile/0/000", { FALSE, 0, 0, 256 } },
  { "tile/0/999.p/1", { FALSE, 0, 999, 1 } },
  { "tile/63/x001/000.p/255", { FALSE, 63, 1000, 255 } },
  { "tile/entries/x001/x234/067.p/8", { TRUE, 0, 1234067, 8 } },
  { "tile/entries/255", { TRUE, 0, 255, 256 } },
  { "tile/7/x123/x456/x789/x012/345", { FALSE, 7, G_GUINT64_CONSTANT (123456789012345), 256 } },
};

static const char * const bad[] = {
  "", "tile", "tile/", "tile/0", "tile/0/", "tile/0/0", "tile/0/00", "tile/0/0000",
  "tile/00/000", "tile/64/000", "tile/-1/000", "tile/+1/000", "tile/ 1/000", "tile/0/x000/001",
  "tile/0/x001/1", "tile/0/001/002", "tile/0/x001", "tile/0/x001/", "tile/0/X001/002",
  "tile/0/001.p/0", "tile/0/001.p/256", "tile/0/001.p/01", "tile/0/001.p/", "tile/0/001.p",
  "tile/0/001.p/1/", "tile/0/001/", "tile/0/001 ", "tile/entry/001", "tile/entries/",
  "tile/entries001", "/tile/0/001", "tile/0/../001", "tile/0/%30%30%31", "checkpoint",
  "tile/0/x999/x999/x999/x999/x999/x999/x999/999", "tile/1e1/000", "tile/0x1/000",
};

static void
test_paths (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *path = tropea_tlog_tile_to_path (&good[i].tile);
      TropeaTlogTile tile = { 0 };

      g_assert_cmpstr (path, ==, good[i].path);
      g_assert_true (tropea_tlog_tile_from_path (good[i].path, &tile));
      g_assert_true (tile.is_entries == good[i].tile.is_entries);
      g_assert_cmpuint (tile.level, ==, good[i].tile.level);
      g_assert_cmpuint (tile.index, ==, good[i].tile.index);
      g_assert_cmpuint (tile.width, ==, good[i].tile.width);
    }

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      TropeaTlogTile tile = { 0 };

      g_test_message ("%s", bad[i]);
      g_assert_false (tropea_tlog_tile_from_path (bad[i], &tile));
    }
}

/* The specification's own example. */
static void
test_widths (void)
{
  TropeaTlogTile tile = { FALSE, 0, 273, 112 };

  g_assert_cmpuint (tropea_tlog_tile_get_width (0, 272, 70000), ==, 256);
  g_assert_cmpuint (tropea_tlog_tile_get_width (0, 273, 70000), ==, 112);
  g_assert_cmpuint (tropea_tlog_tile_get_width (0, 274, 70000), ==, 0);
  g_assert_cmpuint (tropea_tlog_tile_get_width (1, 0, 70000), ==, 256);
  g_assert_cmpuint (tropea_tlog_tile_get_width (1, 1, 70000), ==, 17);
  g_assert_cmpuint (tropea_tlog_tile_get_width (2, 0, 70000), ==, 1);
  g_assert_cmpuint (tropea_tlog_tile_get_width (3, 0, 70000), ==, 0);
  g_assert_cmpuint (tropea_tlog_tile_get_width (1, 0, 256), ==, 1);
  g_assert_cmpuint (tropea_tlog_tile_get_width (63, 0, G_MAXUINT64), ==, 0);

  g_assert_true (tropea_tlog_tile_is_in (&tile, 70000));
  g_assert_true (tropea_tlog_tile_is_in (&tile, 70001));
  g_assert_true (tropea_tlog_tile_is_in (&tile, 70400));
  g_assert_false (tropea_tlog_tile_is_in (&tile, 69999));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/tlog/tile/one-name-for-each", test_paths);
  g_test_add_func ("/tlog/tile/as-wide-as-the-tree", test_widths);

  return g_test_run ();
}
