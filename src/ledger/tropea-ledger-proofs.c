/* tropea-ledger-proofs.c: proofs for the sessions of one answer
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger"

#include "config.h"

#include "ledger/tropea-ledger-proofs.h"

#include <string.h>

#include "ledger/tropea-ledger-merkle.h"

/* All of an answer's sessions are proven against one checkpoint: the one of the commit that they
 * waited for, whose proofs cost nothing, or, where they waited for none, the head as it is. Only
 * a session that was credited before needs the store: a tile or two for each level.
 */

struct _TropeaLedgerProofs
{
  TropeaLedgerStore *store;  /* (owned) */
  TropeaLedgerGroup *group;  /* (owned) (nullable) */
  TropeaLedgerHead   head;   /* where there is no group */
  TropeaTlogTree    *tree;   /* (owned) (nullable): made when it is needed */
};

/**
 * tropea_ledger_proofs_new:
 * @group: (nullable): of the commit
 *
 * Returns: (transfer full) (nullable): NULL where the store does not answer or nothing is signed
 */
TropeaLedgerProofs *
tropea_ledger_proofs_new (TropeaLedgerStore *store,
                          TropeaLedgerGroup *group)
{
  g_autoptr(TropeaLedgerProofs) self = g_new0 (TropeaLedgerProofs, 1);

  self->store = g_object_ref (store);
  self->group = group != NULL ? tropea_ledger_group_ref (group) : NULL;
  if (group == NULL && !tropea_ledger_store_read_head (store, &self->head, NULL))
    return NULL;

  return tropea_ledger_proofs_get_checkpoint (self) != NULL ? g_steal_pointer (&self) : NULL;
}

void
tropea_ledger_proofs_free (TropeaLedgerProofs *self)
{
  g_clear_pointer (&self->tree, tropea_tlog_tree_free);
  tropea_ledger_head_clear (&self->head);
  g_clear_pointer (&self->group, tropea_ledger_group_unref);
  g_clear_object (&self->store);
  g_free (self);
}

const char *
tropea_ledger_proofs_get_checkpoint (const TropeaLedgerProofs *self)
{
  return self->group != NULL ? self->group->checkpoint : self->head.checkpoint;
}

static gboolean
read_proof (TropeaLedgerProofs *self,
            guint64             size,
            TropeaTlogReceipt  *receipt)
{
  g_autoptr(GBytes) proof = NULL;
  gsize size_bytes = 0;
  const guint8 *data = NULL;

  if (receipt->index >= size)
    return FALSE;

  if (self->tree == NULL)
    self->tree = tropea_ledger_merkle_new (self->store, size);
  proof = tropea_tlog_tree_dup_inclusion (self->tree, receipt->index, size, NULL);
  if (proof == NULL)
    return FALSE;

  data = g_bytes_get_data (proof, &size_bytes);
  if (size_bytes > 0)
    memcpy (receipt->proof, data, size_bytes);
  receipt->n_hashes = (guint) (size_bytes / TROPEA_TLOG_HASH_BYTES);
  return TRUE;
}

/**
 * tropea_ledger_proofs_make:
 * @entry: credited, now or before
 * @receipt: (out caller-allocates):
 *
 * Returns: FALSE where the store does not answer
 */
gboolean
tropea_ledger_proofs_make (TropeaLedgerProofs      *self,
                           const TropeaLedgerEntry *entry,
                           TropeaTlogReceipt       *receipt)
{
  guint64 size = self->group != NULL ? self->group->size : self->head.frontier.size;

  if (entry->leaf < 0)
    return FALSE;

  receipt->index = (guint64) entry->leaf;
  memcpy (receipt->nonce, entry->nonce, sizeof receipt->nonce);
  if (self->group == NULL || receipt->index < tropea_tlog_span_get_first (self->group->span))
    return read_proof (self, size, receipt);

  receipt->n_hashes = (guint) tropea_tlog_span_get_inclusion (self->group->span, receipt->index,
                                                              receipt->proof);
  return TRUE;
}
