/* tropea-tlog-receipt.h: a ledger's proof that a session is in its log
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "tlog/tropea-tlog-checkpoint.h"
#include "tlog/tropea-tlog-leaf.h"
#include "tlog/tropea-tlog-proof.h"

G_BEGIN_DECLS

/**
 * TropeaTlogReceipt:
 * @index: the session's place in the log, from 0
 * @nonce: what makes its entry unguessable; its owner's only
 * @n_hashes: how long the proof is
 * @proof: the way to the root of a checkpoint, which comes with it
 *
 * A plain value.
 */
typedef struct
{
  guint64 index;
  guint8  nonce[TROPEA_TLOG_NONCE_BYTES];
  guint   n_hashes;
  guint8  proof[TROPEA_TLOG_MAX_PROOF_HASHES * TROPEA_TLOG_HASH_BYTES];
} TropeaTlogReceipt;

void     tropea_tlog_receipt_append_json (const TropeaTlogReceipt     *self,
                                          GString                     *json);
gboolean tropea_tlog_receipt_from_json   (JsonObject                  *object,
                                          TropeaTlogReceipt           *receipt,
                                          GError                     **error);
gboolean tropea_tlog_receipt_check       (const TropeaTlogReceipt     *self,
                                          const guint8                *entry,
                                          const TropeaTlogCheckpoint  *checkpoint);

G_END_DECLS
