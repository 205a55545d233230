/* test-tlog-tree.c: trees, proofs and tiles are RFC 6962's
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "record/tropea-encoding.h"
#include "tlog/tropea-tlog-span.h"
#include "tlog/tropea-tlog-tree.h"

/* The leaves, roots and proofs that Certificate Transparency's own implementations test with. */
static const char * const leaves[] = {
  "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
  "606162636465666768696a6b6c6d6e6f",
};

static const char * const roots[] = {
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

#define A "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
#define B "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
#define C "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
#define D "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
#define E "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
#define F "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"

static const struct
{
  guint64     index;
  guint64     size;
  const char *proof;
} inclusions[] = {
  { 0, 1, "" },
  { 0, 8, A B C },
  { 5, 8, D E "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" },
  { 2, 3, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125" },
  { 1, 5, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d" B D },
};

static const struct
{
  guint64     old_size;
  guint64     new_size;
  const char *proof;
} consistencies[] = {
  { 1, 1, "" },
  { 1, 8, A B C },
  { 6, 8, F E "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" },
  { 2, 5, B D },
};

#define MAX_LEAVES 1200
#define HASH TROPEA_TLOG_HASH_BYTES

/* A tree in memory: every leaf's hash, and the root after each. */
typedef struct
{
  guint8  leaves[MAX_LEAVES][HASH];
  guint8  roots[MAX_LEAVES + 1][HASH];
  guint   n_reads;
} Model;

/* RFC 6962 section 2.1, word for word. */
static void
compute_root (const Model *model,
              gsize        first,
              gsize        n_leaves,
              guint8      *hash)
{
  guint8 left[HASH];
  guint8 right[HASH];
  gsize k = 1;

  if (n_leaves == 1)
    {
      memcpy (hash, model->leaves[first], HASH);
      return;
    }

  while (k * 2 < n_leaves)
    k *= 2;
  compute_root (model, first, k, left);
  compute_root (model, first + k, n_leaves - k, right);
  tropea_tlog_hash_node (left, right, hash);
}

static Model *
model_new (gboolean is_published)
{
  Model *model = g_new0 (Model, 1);

  tropea_tlog_hash_empty (model->roots[0]);
  for (gsize i = 0; i < (is_published ? G_N_ELEMENTS (leaves) : MAX_LEAVES); i++)
    {
      guint8 entry[16] = { (guint8) i, (guint8) (i >> 8) };
      gsize size = is_published ? strlen (leaves[i]) / 2 : sizeof entry;

      if (is_published && size > 0)
        g_assert_true (tropea_hex_decode (leaves[i], 2 * size, entry, size));
      tropea_tlog_hash_leaf (entry, size, model->leaves[i]);
      compute_root (model, 0, i + 1, model->roots[i + 1]);
    }

  return model;
}

static GBytes *
read_tile_cb (const TropeaTlogTile  *tile,
              gpointer               user_data,
              GError               **error)
{
  Model *model = user_data;
  GByteArray *bytes = g_byte_array_new ();
  gsize n_leaves = (gsize) 1 << (8 * tile->level);

  model->n_reads++;
  g_assert_false (tile->is_entries);
  for (gsize i = 0; i < tile->width; i++)
    {
      guint8 hash[HASH];

      compute_root (model, (tile->index * 256 + i) * n_leaves, n_leaves, hash);
      g_byte_array_append (bytes, hash, HASH);
    }

  return g_byte_array_free_to_bytes (bytes);
}

static void
assert_hex (GBytes     *bytes,
            const char *hex)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_autofree char *found = tropea_hex_encode (data, size);

  g_assert_cmpstr (found, ==, hex);
}

static void
test_published (void)
{
  g_autofree Model *model = model_new (TRUE);
  g_autoptr(TropeaTlogTree) tree = tropea_tlog_tree_new (8, read_tile_cb, model);
  TropeaTlogFrontier frontier = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (roots); i++)
    {
      guint8 root[HASH];
      g_autofree char *hex = NULL;

      tropea_tlog_frontier_get_root (&frontier, root);
      hex = tropea_hex_encode (root, sizeof root);
      g_assert_cmpstr (hex, ==, roots[i]);
      g_assert_cmpmem (root, HASH, model->roots[i], HASH);
      if (i < G_N_ELEMENTS (leaves))
        tropea_tlog_frontier_add (&frontier, model->leaves[i]);
    }

  for (gsize i = 0; i < G_N_ELEMENTS (inclusions); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(GBytes) proof = tropea_tlog_tree_dup_inclusion (tree, inclusions[i].index,
                                                                inclusions[i].size, &error);

      g_assert_no_error (error);
      assert_hex (proof, inclusions[i].proof);
    }

  for (gsize i = 0; i < G_N_ELEMENTS (consistencies); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(GBytes) proof = tropea_tlog_tree_dup_consistency (
        tree, consistencies[i].old_size, consistencies[i].new_size, &error);

      g_assert_no_error (error);
      assert_hex (proof, consistencies[i].proof);
    }
}

static gboolean
check_inclusion (const Model  *model,
                 guint64       index,
                 guint64       size,
                 const guint8 *proof,
                 gsize         n_hashes)
{
  return tropea_tlog_check_inclusion (model->leaves[index], index, size, model->roots[size],
                                      proof, n_hashes);
}

/* Right proofs pass; with a bit changed anywhere, a hash more or less, they do not. */
static void
check_proof_is_strict (const Model *model,
                       guint64      index,
                       guint64      size,
                       GBytes      *bytes)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  guint8 proof[(TROPEA_TLOG_MAX_PROOF_HASHES + 1) * HASH] = { 0 };

  if (length > 0)
    memcpy (proof, data, length);
  g_assert_true (check_inclusion (model, index, size, proof, length / HASH));
  g_assert_false (check_inclusion (model, index, size, proof, length / HASH + 1));
  if (length > 0)
    g_assert_false (check_inclusion (model, index, size, proof, length / HASH - 1));
  g_assert_false (tropea_tlog_check_inclusion (model->leaves[index], size, size,
                                               model->roots[size], proof, length / HASH));
  g_assert_false (tropea_tlog_check_inclusion (model->leaves[index], index, 0,
                                               model->roots[size], proof, length / HASH));
  for (gsize i = 0; i < length; i += 29)
    {
      proof[i] ^= 0x10;
      g_assert_false (check_inclusion (model, index, size, proof, length / HASH));
      proof[i] ^= 0x10;
    }
}

static const guint64 sizes[] = {
  1, 2, 3, 5, 8, 127, 128, 255, 256, 257, 511, 512, 513, 700, 1023, 1024, 1025, 1199, 1200,
};

static void
test_inclusion (void)
{
  g_autofree Model *model = model_new (FALSE);
  g_autoptr(TropeaTlogTree) tree = tropea_tlog_tree_new (MAX_LEAVES, read_tile_cb, model);

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      for (guint64 index = 0; index < sizes[i]; index += 1 + sizes[i] / 40)
        {
          g_autoptr(GError) error = NULL;
          g_autoptr(GBytes) proof = tropea_tlog_tree_dup_inclusion (tree, index, sizes[i],
                                                                    &error);

          g_assert_no_error (error);
          check_proof_is_strict (model, index, sizes[i], proof);
        }
    }

  /* A column of tiles is read once, not once for each level. */
  g_assert_cmpuint (model->n_reads, <, 600);
}

static void
test_consistency (void)
{
  g_autofree Model *model = model_new (FALSE);
  g_autoptr(TropeaTlogTree) tree = tropea_tlog_tree_new (MAX_LEAVES, read_tile_cb, model);

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      for (guint64 old_size = 0; old_size <= sizes[i]; old_size += 1 + sizes[i] / 40)
        {
          g_autoptr(GError) error = NULL;
          g_autoptr(GBytes) proof = tropea_tlog_tree_dup_consistency (tree, old_size, sizes[i],
                                                                      &error);
          gsize length = 0;
          const guint8 *data = g_bytes_get_data (proof, &length);
          const guint8 *old_root = model->roots[old_size];
          const guint8 *new_root = model->roots[sizes[i]];

          g_assert_no_error (error);
          g_assert_true (tropea_tlog_check_consistency (old_size, old_root, sizes[i], new_root,
                                                        data, length / HASH));
          g_assert_false (tropea_tlog_check_consistency (old_size, new_root, sizes[i],
                                                         old_root, data, length / HASH) &&
                          old_size != sizes[i]);
          if (length > 0)
            g_assert_false (tropea_tlog_check_consistency (old_size, old_root, sizes[i],
                                                           new_root, data, length / HASH - 1));
          if (old_size > 0)
            g_assert_false (tropea_tlog_check_consistency (old_size, model->roots[old_size - 1],
                                                           sizes[i], new_root, data,
                                                           length / HASH));
        }
    }

  /* What shrinks is not consistent, whatever proof comes with it. */
  g_assert_false (tropea_tlog_check_consistency (2, model->roots[2], 1, model->roots[1], NULL,
                                                 0));
}

/* Groups of any size, one after the other, make the same tree and the same proofs. */
static void
test_span (void)
{
  static const gsize groups[] = { 1, 1, 2, 3, 100, 149, 0, 1, 255, 256, 257, 1, 174 };
  g_autofree Model *model = model_new (FALSE);
  TropeaTlogFrontier frontier = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      guint64 first = frontier.size;
      g_autoptr(TropeaTlogSpan) span = tropea_tlog_span_new (&frontier, model->leaves[first],
                                                             groups[i]);
      g_autoptr(TropeaTlogTree) tree = tropea_tlog_tree_new (first + groups[i], read_tile_cb,
                                                             model);
      guint8 root[HASH];
      guint64 first_done = 0;
      gsize n_done = 0;
      const guint8 *done = tropea_tlog_span_get_completed (span, 1, &first_done, &n_done);

      g_assert_cmpuint (tropea_tlog_span_get_first (span), ==, first);
      g_assert_cmpuint (n_done, ==, (first + groups[i]) / 256 - first / 256);
      for (gsize k = 0; k < n_done; k++)
        {
          guint8 hash[HASH];

          compute_root (model, (first_done + k) * 256, 256, hash);
          g_assert_cmpmem (done + k * HASH, HASH, hash, HASH);
        }

      for (gsize k = 0; k < groups[i]; k++)
        {
          guint8 proof[TROPEA_TLOG_MAX_PROOF_HASHES * HASH];
          gsize n_hashes = tropea_tlog_span_get_inclusion (span, first + k, proof);
          g_autoptr(GBytes) expected = tropea_tlog_tree_dup_inclusion (tree, first + k,
                                                                       first + groups[i], NULL);

          g_assert_cmpmem (proof, n_hashes * HASH, g_bytes_get_data (expected, NULL),
                           g_bytes_get_size (expected));
        }

      tropea_tlog_span_get_frontier (span, &frontier);
      tropea_tlog_frontier_get_root (&frontier, root);
      g_assert_cmpmem (root, HASH, model->roots[first + groups[i]], HASH);
    }

  g_assert_cmpuint (frontier.size, ==, MAX_LEAVES);
}

static void
test_frontier (void)
{
  g_autofree Model *model = model_new (FALSE);
  g_autoptr(TropeaTlogTree) tree = tropea_tlog_tree_new (MAX_LEAVES, read_tile_cb, model);
  TropeaTlogFrontier frontier = { 0 };

  for (guint64 size = 0; size < MAX_LEAVES; size++)
    {
      g_autoptr(GBytes) bytes = tropea_tlog_frontier_to_bytes (&frontier);
      const guint8 *data = g_bytes_get_data (bytes, NULL);
      gsize length = g_bytes_get_size (bytes);
      TropeaTlogFrontier again = { 0 };
      TropeaTlogFrontier loaded = { 0 };
      guint8 root[HASH];

      g_assert_true (tropea_tlog_frontier_from_bytes (size, data, length, &again));
      tropea_tlog_frontier_get_root (&again, root);
      g_assert_cmpmem (root, HASH, model->roots[size], HASH);
      g_assert_false (tropea_tlog_frontier_from_bytes (size, data, length + HASH, &again));
      if (length > 0)
        g_assert_false (tropea_tlog_frontier_from_bytes (size, data, length - HASH, &again));

      g_assert_true (tropea_tlog_tree_load_frontier (tree, size, &loaded, NULL));
      tropea_tlog_frontier_get_root (&loaded, root);
      g_assert_cmpmem (root, HASH, model->roots[size], HASH);
      tropea_tlog_frontier_add (&frontier, model->leaves[size]);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/tlog/tree/published-vectors", test_published);
  g_test_add_func ("/tlog/tree/inclusion-and-nothing-like-it", test_inclusion);
  g_test_add_func ("/tlog/tree/consistency-and-nothing-like-it", test_consistency);
  g_test_add_func ("/tlog/tree/groups-make-the-same-tree", test_span);
  g_test_add_func ("/tlog/tree/frontier-survives-storage", test_frontier);

  return g_test_run ();
}
