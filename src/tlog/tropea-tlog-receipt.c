/* tropea-tlog-receipt.c: a ledger's proof that a session is in its log
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tlog"

#include "config.h"

#include "tlog/tropea-tlog-receipt.h"

#include <string.h>

#include "base/tropea-json.h"
#include "record/tropea-encoding.h"

/* On the wire: {"index":n,"nonce":"base64","proof":"base64 of all hashes, 32 bytes each"}. */

#define LONGEST_NONCE_BYTES 44
#define LONGEST_PROOF_BYTES ((TROPEA_TLOG_MAX_PROOF_HASHES * TROPEA_TLOG_HASH_BYTES + 2) / 3 * 4)

void
tropea_tlog_receipt_append_json (const TropeaTlogReceipt *self,
                                 GString                 *json)
{
  g_autofree char *nonce = tropea_base64_encode (self->nonce, sizeof self->nonce);
  g_autofree char *proof = tropea_base64_encode (self->proof,
                                                 self->n_hashes * TROPEA_TLOG_HASH_BYTES);

  g_string_append_printf (json, "{\"index\":%" G_GUINT64_FORMAT ",\"nonce\":\"%s\","
                          "\"proof\":\"%s\"}", self->index, nonce, proof);
}

static gboolean
read_proof (const char        *proof,
            TropeaTlogReceipt *receipt)
{
  gsize length = strlen (proof);
  gsize n_padding = g_str_has_suffix (proof, "==") ? 2 : g_str_has_suffix (proof, "=") ? 1 : 0;
  gsize size_bytes = length / 4 * 3 - n_padding;

  if (length % 4 != 0 || size_bytes % TROPEA_TLOG_HASH_BYTES != 0 ||
      size_bytes > sizeof receipt->proof)
    return FALSE;

  receipt->n_hashes = (guint) (size_bytes / TROPEA_TLOG_HASH_BYTES);
  return length == 0 || tropea_base64_decode (proof, length, receipt->proof, size_bytes);
}

/**
 * tropea_tlog_receipt_from_json:
 * @object: from outside
 * @receipt: (out caller-allocates): written on success only
 */
gboolean
tropea_tlog_receipt_from_json (JsonObject         *object,
                               TropeaTlogReceipt  *receipt,
                               GError            **error)
{
  TropeaTlogReceipt value = { 0 };
  const char *nonce = NULL;
  const char *proof = NULL;
  gint64 index = 0;

  if (!tropea_json_get_int64 (object, "index", 0, (gint64) TROPEA_TLOG_MAX_SIZE, &index, error) ||
      !tropea_json_get_string (object, "nonce", LONGEST_NONCE_BYTES, &nonce, error) ||
      !tropea_json_get_string (object, "proof", LONGEST_PROOF_BYTES, &proof, error))
    return FALSE;

  if (!tropea_base64_decode (nonce, strlen (nonce), value.nonce, sizeof value.nonce) ||
      !read_proof (proof, &value))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "“nonce” or “proof” is not what it must be");
      return FALSE;
    }

  value.index = (guint64) index;
  *receipt = value;
  return TRUE;
}

/**
 * tropea_tlog_receipt_check:
 * @entry: what the log must have, computed from one's own session
 * @checkpoint: opened
 *
 * Returns: whether the log of the checkpoint has the entry where the receipt says
 */
gboolean
tropea_tlog_receipt_check (const TropeaTlogReceipt    *self,
                           const guint8               *entry,
                           const TropeaTlogCheckpoint *checkpoint)
{
  guint8 leaf_hash[TROPEA_TLOG_HASH_BYTES];

  tropea_tlog_hash_leaf (entry, TROPEA_TLOG_ENTRY_BYTES, leaf_hash);

  return tropea_tlog_check_inclusion (leaf_hash, self->index, checkpoint->size,
                                      checkpoint->root, self->proof, self->n_hashes);
}
