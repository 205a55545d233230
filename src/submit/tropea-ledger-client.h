/* tropea-ledger-client.h: speaks a ledger's HTTP, over a Unix socket or a URL
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "record/tropea-receipt.h"
#include "record/tropea-record.h"
#include "session/tropea-reconciliation.h"
#include "tlog/tropea-tlog-receipt.h"

G_BEGIN_DECLS

/**
 * TropeaLedgerClientError:
 * @TROPEA_LEDGER_CLIENT_ERROR_UNREACHABLE: no connection; try again later
 * @TROPEA_LEDGER_CLIENT_ERROR_BUSY: 429 or 503; try again later, see retry_after
 * @TROPEA_LEDGER_CLIENT_ERROR_BROKEN: another 5xx; try again later
 * @TROPEA_LEDGER_CLIENT_ERROR_NONSENSE: the answer is not the contract's; try again later
 * @TROPEA_LEDGER_CLIENT_ERROR_KEY_CHANGED: not the ledger whose key was pinned; do not submit
 * @TROPEA_LEDGER_CLIENT_ERROR_NEEDS_TOR: a remote ledger is reached through tor only, and no
 *   tor of ours runs
 * @TROPEA_LEDGER_CLIENT_ERROR_INVALID_URL: not http:, https: or unix:
 * @TROPEA_LEDGER_CLIENT_ERROR_REFUSED: a problem document that repeating will not change
 * @TROPEA_LEDGER_CLIENT_ERROR_FORKED: it has signed two logs that cannot both be true; do not
 *   submit
 */
typedef enum
{
  TROPEA_LEDGER_CLIENT_ERROR_UNREACHABLE,
  TROPEA_LEDGER_CLIENT_ERROR_BUSY,
  TROPEA_LEDGER_CLIENT_ERROR_BROKEN,
  TROPEA_LEDGER_CLIENT_ERROR_NONSENSE,
  TROPEA_LEDGER_CLIENT_ERROR_KEY_CHANGED,
  TROPEA_LEDGER_CLIENT_ERROR_NEEDS_TOR,
  TROPEA_LEDGER_CLIENT_ERROR_INVALID_URL,
  TROPEA_LEDGER_CLIENT_ERROR_REFUSED,
  TROPEA_LEDGER_CLIENT_ERROR_FORKED,
} TropeaLedgerClientError;

#define TROPEA_LEDGER_CLIENT_ERROR (tropea_ledger_client_error_quark ())
GQuark tropea_ledger_client_error_quark (void);

/**
 * TropeaVerdict:
 * @has_receipt: credited; else @code and @detail say why not
 * @receipt: where @has_receipt
 * @is_final: where not @has_receipt: whether repeating is pointless
 * @is_early: where not @is_final: it is this session that must wait; others need not
 * @code: the problem document's stable code
 * @detail: the problem document's sentence
 * @has_proof: where @has_receipt: whether it came with a proof; older ledgers have none
 * @proof: where @has_proof: that the session is in the log of @checkpoint; unchecked
 * @checkpoint: where @has_proof: a signed note; unchecked
 *
 * What the ledger said of one session of a batch.
 */
typedef struct
{
  gboolean       has_receipt;
  TropeaReceipt  receipt;
  gboolean       is_final;
  gboolean       is_early;
  char          *code;
  char          *detail;
  gboolean       has_proof;
  TropeaTlogReceipt proof;
  char          *checkpoint;
} TropeaVerdict;

void tropea_verdict_free (TropeaVerdict *self);

typedef struct
{
  char   *origin;
  guint8  public_key[TROPEA_RECORD_PUBLIC_KEY_BYTES];
  char   *software;
  gboolean accepts_simulation;
} TropeaLedgerInfo;

TropeaLedgerInfo *tropea_ledger_info_copy (const TropeaLedgerInfo *self);
void              tropea_ledger_info_free (TropeaLedgerInfo       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaVerdict, tropea_verdict_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaLedgerInfo, tropea_ledger_info_free)

#define TROPEA_TYPE_LEDGER_CLIENT (tropea_ledger_client_get_type ())

G_DECLARE_FINAL_TYPE (TropeaLedgerClient, tropea_ledger_client, TROPEA, LEDGER_CLIENT, GObject)

/* Property, read-only and notified: "socks-port" (uint).
 *
 * @url: "unix:PATH", "http://HOST[:PORT]" or "https://HOST[:PORT]". A host that is not loopback
 * is reached only through the SOCKS port set here, as a stream isolated from all others. */
TropeaLedgerClient *tropea_ledger_client_new             (const char           *url,
                                                          GError              **error);
void                tropea_ledger_client_set_socks_port  (TropeaLedgerClient   *self,
                                                          guint                 socks_port);
void                tropea_ledger_client_set_timeout     (TropeaLedgerClient   *self,
                                                          guint                 timeout_ms);
gboolean            tropea_ledger_client_is_remote       (TropeaLedgerClient   *self);
const char         *tropea_ledger_client_get_url         (TropeaLedgerClient   *self);
/* Checks that the ledger has the key it names (it signs a challenge of ours). */
void                tropea_ledger_client_info_async      (TropeaLedgerClient   *self,
                                                          GCancellable         *cancellable,
                                                          GAsyncReadyCallback   callback,
                                                          gpointer              user_data);
TropeaLedgerInfo   *tropea_ledger_client_info_finish     (TropeaLedgerClient   *self,
                                                          GAsyncResult         *result,
                                                          GError              **error);
/* Signed records in, (element-type TropeaVerdict) out, in the same order, as many. @retry_after_s
 * is written with BUSY errors as well as with success; 0: the ledger named no time. */
void                tropea_ledger_client_submit_async    (TropeaLedgerClient   *self,
                                                          const TropeaRecord   *records,
                                                          gsize                 n_records,
                                                          GCancellable         *cancellable,
                                                          GAsyncReadyCallback   callback,
                                                          gpointer              user_data);
GPtrArray          *tropea_ledger_client_submit_finish   (TropeaLedgerClient   *self,
                                                          GAsyncResult         *result,
                                                          gint64               *retry_after_s,
                                                          GError              **error);
/* That the log of @from entries is the beginning of that of @size: hashes, unchecked. */
void                tropea_ledger_client_consistency_async (TropeaLedgerClient *self,
                                                          guint64               from,
                                                          guint64               size,
                                                          GCancellable         *cancellable,
                                                          GAsyncReadyCallback   callback,
                                                          gpointer              user_data);
GBytes             *tropea_ledger_client_consistency_finish (TropeaLedgerClient *self,
                                                          GAsyncResult         *result,
                                                          GError              **error);
/* @read_proof: the Authorization header for tropea_ledger_client_dup_balance_target (). */
char               *tropea_ledger_client_dup_balance_target (const guint8      *client_pub);
void                tropea_ledger_client_balance_async   (TropeaLedgerClient   *self,
                                                          const char           *target,
                                                          const char           *read_proof,
                                                          GCancellable         *cancellable,
                                                          GAsyncReadyCallback   callback,
                                                          gpointer              user_data);
gboolean            tropea_ledger_client_balance_finish  (TropeaLedgerClient   *self,
                                                          GAsyncResult         *result,
                                                          TropeaLedgerFigures  *figures,
                                                          GError              **error);
/* One page, the latest first; @before_seq 0: from the newest. */
char               *tropea_ledger_client_dup_list_target (const guint8         *client_pub,
                                                          gint64                before_seq);
void                tropea_ledger_client_list_async      (TropeaLedgerClient   *self,
                                                          const char           *target,
                                                          gint64                before_seq,
                                                          const char           *read_proof,
                                                          GCancellable         *cancellable,
                                                          GAsyncReadyCallback   callback,
                                                          gpointer              user_data);
/* (element-type TropeaListedSession); @is_end: nothing older is listed. */
GArray             *tropea_ledger_client_list_finish     (TropeaLedgerClient   *self,
                                                          GAsyncResult         *result,
                                                          gboolean             *is_end,
                                                          GError              **error);

G_END_DECLS
