/* tropea-ledger-merkle.c: the tree of a ledger's log, whatever store keeps it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger"

#include "config.h"

#include "ledger/tropea-ledger-merkle.h"

#include <gio/gio.h>
#include <string.h>

#include "base/tropea-database.h"

/* A store keeps the log's entries, and of the tree the nodes that are hashes of tiles above
 * them. What a head says can be had from these in two ways: from the few that end the tree,
 * which a ledger does before it signs anything, and from all of them, which an audit does.
 */

/**
 * tropea_ledger_merkle_read_tile:
 *
 * Returns: (transfer full): the tile's hashes (of a bundle of entries: the entries)
 */
GBytes *
tropea_ledger_merkle_read_tile (TropeaLedgerStore     *store,
                                const TropeaTlogTile  *tile,
                                GError               **error)
{
  g_autoptr(GBytes) stored = tropea_ledger_store_read_hashes (
    store, tile->level, tile->index * TROPEA_TLOG_TILE_WIDTH, tile->width, error);
  GByteArray *hashes = NULL;
  const guint8 *entries = NULL;

  if (stored == NULL || tile->level > 0 || tile->is_entries)
    return g_steal_pointer (&stored);

  entries = g_bytes_get_data (stored, NULL);
  hashes = g_byte_array_sized_new (tile->width * TROPEA_TLOG_HASH_BYTES);
  g_byte_array_set_size (hashes, tile->width * TROPEA_TLOG_HASH_BYTES);
  for (guint i = 0; i < tile->width; i++)
    tropea_tlog_hash_leaf (entries + i * TROPEA_TLOG_ENTRY_BYTES, TROPEA_TLOG_ENTRY_BYTES,
                           hashes->data + i * TROPEA_TLOG_HASH_BYTES);

  return g_byte_array_free_to_bytes (hashes);
}

static GBytes *
read_tile_cb (const TropeaTlogTile  *tile,
              gpointer               user_data,
              GError               **error)
{
  return tropea_ledger_merkle_read_tile (user_data, tile, error);
}

/**
 * tropea_ledger_merkle_new:
 * @store: stays until the tree is freed
 * @size: of the head or one that it once had
 */
TropeaTlogTree *
tropea_ledger_merkle_new (TropeaLedgerStore *store,
                          guint64            size)
{
  return tropea_tlog_tree_new (size, read_tile_cb, store);
}

static gboolean
fail (GError     **error,
      guint64      size,
      const char  *what)
{
  g_set_error (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_CORRUPT,
               "The ledger's log cannot go on from its head of %" G_GUINT64_FORMAT
               " entries: %s. Go back to a copy of the database, and see what “tropea-ledger "
               "verify” says of it", size, what);
  return FALSE;
}

static gboolean
check_signature (TropeaLedgerStore       *store,
                 const TropeaLedgerHead  *head,
                 const guint8            *public_key,
                 GError                 **error)
{
  g_autofree char *name = tropea_tlog_dup_log_name (tropea_ledger_store_get_origin (store));
  TropeaTlogCheckpoint computed = { 0 };
  TropeaTlogCheckpoint signed_one = { 0 };
  g_autoptr(GError) local_error = NULL;

  tropea_ledger_head_get_checkpoint (head, &computed);
  if (!tropea_tlog_checkpoint_open (head->checkpoint, name, public_key, &signed_one,
                                    &local_error))
    return fail (error, computed.size, local_error->message);

  if (signed_one.size != computed.size)
    {
      g_autofree char *what = g_strdup_printf ("the one that was signed has %" G_GUINT64_FORMAT,
                                               signed_one.size);

      return fail (error, computed.size, what);
    }

  if (memcmp (signed_one.root, computed.root, sizeof computed.root) != 0)
    return fail (error, computed.size, "the one that was signed has another root");

  if (signed_one.minted != computed.minted || signed_one.simulated != computed.simulated)
    return fail (error, computed.size, "the one that was signed says that other credits were "
                 "minted");

  return TRUE;
}

/**
 * tropea_ledger_merkle_check_head:
 * @public_key: the ledger's own
 *
 * Do the entries and nodes at the end of the log make the head, and is that the head which was
 * signed? In little time, whatever the ledger's size.
 *
 * Returns: FALSE with a sentence that says where it differs
 */
gboolean
tropea_ledger_merkle_check_head (TropeaLedgerStore  *store,
                                 const guint8       *public_key,
                                 GError            **error)
{
  g_auto(TropeaLedgerHead) head = { { 0 } };
  g_autoptr(TropeaTlogTree) tree = NULL;
  g_autoptr(GError) local_error = NULL;
  TropeaTlogFrontier frontier = { 0 };

  if (!tropea_ledger_store_read_head (store, &head, error))
    return FALSE;

  tree = tropea_ledger_merkle_new (store, head.frontier.size);
  if (!tropea_tlog_tree_load_frontier (tree, head.frontier.size, &frontier, &local_error))
    {
      if (g_error_matches (local_error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_CORRUPT))
        return fail (error, head.frontier.size, local_error->message);

      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  for (guint level = 0; level < TROPEA_TLOG_N_LEVELS; level++)
    {
      guint64 last = head.frontier.size >> level << level;
      g_autofree char *what = NULL;

      if (memcmp (frontier.nodes[level], head.frontier.nodes[level], TROPEA_TLOG_HASH_BYTES) == 0)
        continue;

      what = g_strdup_printf ("the entries %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT " are "
                              "not those that it is made of",
                              last - (G_GUINT64_CONSTANT (1) << level), last - 1);
      return fail (error, head.frontier.size, what);
    }

  return head.checkpoint == NULL || check_signature (store, &head, public_key, error);
}

/* What an audit has seen of a level: the tile that is being filled. */
typedef struct
{
  TropeaTlogFrontier tile;
  guint64            n_nodes;
} Row;

typedef struct
{
  TropeaLedgerStore  *store;  /* (unowned) */
  TropeaTlogFrontier  frontier;
  Row                 rows[TROPEA_TLOG_N_LEVELS / 8 + 1];
} Audit;

static gboolean
fail_audit (GError  **error,
            guint     level,
            guint64   index)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               "The log, level %u, hash %" G_GUINT64_FORMAT ": it is not made of what is below it",
               level, index);
  return FALSE;
}

/* Each tile that is full now is a node of the level above. */
static gboolean
add_hash (Audit         *self,
          guint          level,
          const guint8  *hash,
          GError       **error)
{
  Row *row = &self->rows[level];
  guint8 root[TROPEA_TLOG_HASH_BYTES];
  g_autoptr(GBytes) stored = NULL;

  tropea_tlog_frontier_add (&row->tile, hash);
  if (row->tile.size < TROPEA_TLOG_TILE_WIDTH)
    return TRUE;

  tropea_tlog_frontier_get_root (&row->tile, root);
  memset (&row->tile, 0, sizeof row->tile);
  stored = tropea_ledger_store_read_hashes (self->store, level + 1, row->n_nodes, 1, error);
  if (stored == NULL)
    return FALSE;
  if (memcmp (g_bytes_get_data (stored, NULL), root, sizeof root) != 0)
    return fail_audit (error, level + 1, row->n_nodes);

  row->n_nodes++;
  return add_hash (self, level + 1, root, error);
}

static gboolean
add_entries (Audit         *self,
             const guint8  *entries,
             gsize          n_entries,
             const guint8  *expected,
             GError       **error)
{
  for (gsize i = 0; i < n_entries; i++)
    {
      const guint8 *entry = entries + i * TROPEA_TLOG_ENTRY_BYTES;
      guint8 leaf[TROPEA_TLOG_HASH_BYTES];

      if (memcmp (entry, expected + i * TROPEA_LEDGER_MERKLE_MARK_BYTES,
                  TROPEA_LEDGER_MERKLE_MARK_BYTES) != 0)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       "The log, entry %" G_GUINT64_FORMAT ": it is not the entry of the session "
                       "that has this place, or no session has it", self->frontier.size);
          return FALSE;
        }

      tropea_tlog_hash_leaf (entry, TROPEA_TLOG_ENTRY_BYTES, leaf);
      tropea_tlog_frontier_add (&self->frontier, leaf);
      if (!add_hash (self, 0, leaf, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
check_end (const Audit             *self,
           const TropeaLedgerHead  *head,
           GError                 **error)
{
  g_autoptr(GBytes) built = tropea_tlog_frontier_to_bytes (&self->frontier);
  g_autoptr(GBytes) stored = tropea_tlog_frontier_to_bytes (&head->frontier);

  if (g_bytes_equal (built, stored))
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               "The log's head of %" G_GUINT64_FORMAT " entries is not made of them",
               head->frontier.size);
  return FALSE;
}

/**
 * tropea_ledger_merkle_audit:
 * @head: as it was when @expected was begun
 * @expected: (array): for each entry how it must begin: TROPEA_LEDGER_MERKLE_MARK_BYTES
 *
 * Build the whole tree again.
 *
 * Returns: FALSE with a sentence that names the first thing that is wrong
 */
gboolean
tropea_ledger_merkle_audit (TropeaLedgerStore  *store,
                            TropeaLedgerHead   *head,
                            const guint8       *expected,
                            GError            **error)
{
  g_autofree Audit *audit = g_new0 (Audit, 1);
  guint8 public_key[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { 0 };
  gboolean has_key = FALSE;
  guint64 size = head->frontier.size;

  audit->store = store;
  for (guint64 first = 0; first < size; first += TROPEA_TLOG_TILE_WIDTH)
    {
      guint n_entries = (guint) MIN (size - first, TROPEA_TLOG_TILE_WIDTH);
      g_autoptr(GBytes) entries = tropea_ledger_store_read_hashes (store, 0, first, n_entries,
                                                                   error);

      if (entries == NULL ||
          !add_entries (audit, g_bytes_get_data (entries, NULL), n_entries,
                        expected + first * TROPEA_LEDGER_MERKLE_MARK_BYTES, error))
        return FALSE;
    }

  return check_end (audit, head, error) &&
         tropea_ledger_store_find_key (store, public_key, &has_key, error) &&
         (!has_key || head->checkpoint == NULL ||
          check_signature (store, head, public_key, error));
}
