/* tropea-receipt.h: what a ledger says of one session
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef enum
{
  TROPEA_RECEIPT_ACCEPTED,
  TROPEA_RECEIPT_DUPLICATE,
} TropeaReceiptStatus;

/**
 * TropeaReceipt:
 * @status: accepted now, or had before; the figures of a duplicate are the original ones
 * @session_id: the session that it is for
 * @credits_micro: what this session earned
 * @balance_micro: the key's balance after it, without simulated credits
 * @seq: the session's place in the ledger
 *
 * A plain value.
 */
typedef struct
{
  TropeaReceiptStatus status;
  char                session_id[37];
  gint64              credits_micro;
  gint64              balance_micro;
  gint64              seq;
} TropeaReceipt;

JsonObject *tropea_receipt_to_json   (const TropeaReceipt  *self);
char       *tropea_receipt_to_string (const TropeaReceipt  *self);
gboolean    tropea_receipt_from_json (JsonObject           *object,
                                      TropeaReceipt        *receipt,
                                      GError              **error);

G_END_DECLS
