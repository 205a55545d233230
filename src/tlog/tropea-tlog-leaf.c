/* tropea-tlog-leaf.c: what a ledger's log says of one session: nothing to anybody but its owner
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tlog"

#include "config.h"

#include "tlog/tropea-tlog-leaf.h"

#include <sodium.h>
#include <string.h>

/* An entry of the log is SHA-256 over
 *
 *   tropea/leaf/v1\n  nonce, 32 bytes  the signed session's bytes  signature, 64 bytes
 *   credits in micro-credits, decimal\n  grade\n
 *
 * without the spaces. The session's bytes are nine lines, so nothing here can be read in two
 * ways. The nonce is random and told to the session's owner only: whoever has the log sees that
 * an entry is there, and cannot find out by trying what it says. A notice of the operator's is
 * SHA-256 over “tropea/notice/v1\n”, nonce and text.
 */

#define SESSION_DOMAIN "tropea/leaf/v1\n"
#define NOTICE_DOMAIN "tropea/notice/v1\n"

static void
add_text (crypto_hash_sha256_state *state,
          const char               *text)
{
  crypto_hash_sha256_update (state, (const guint8 *) text, strlen (text));
}

/**
 * tropea_tlog_entry_for_session:
 * @origin: the ledger's name, as the session is signed for it
 * @grade: as the ledger's store writes it
 * @entry: (out caller-allocates): TROPEA_TLOG_ENTRY_BYTES
 */
void
tropea_tlog_entry_for_session (const TropeaRecord *record,
                               const char         *origin,
                               gint64              credits_micro,
                               const char         *grade,
                               const guint8       *nonce,
                               guint8             *entry)
{
  g_autofree char *session = tropea_record_dup_canonical (record, origin);
  char credits[32];
  crypto_hash_sha256_state state;

  g_return_if_fail (session != NULL);

  g_snprintf (credits, sizeof credits, "%" G_GINT64_FORMAT "\n", credits_micro);
  crypto_hash_sha256_init (&state);
  add_text (&state, SESSION_DOMAIN);
  crypto_hash_sha256_update (&state, nonce, TROPEA_TLOG_NONCE_BYTES);
  add_text (&state, session);
  crypto_hash_sha256_update (&state, record->signature, sizeof record->signature);
  add_text (&state, credits);
  add_text (&state, grade);
  add_text (&state, "\n");
  crypto_hash_sha256_final (&state, entry);
}

/**
 * tropea_tlog_entry_for_notice:
 * @notice: what the ledger's operator did
 * @entry: (out caller-allocates): TROPEA_TLOG_ENTRY_BYTES
 */
void
tropea_tlog_entry_for_notice (const char   *notice,
                              const guint8 *nonce,
                              guint8       *entry)
{
  crypto_hash_sha256_state state;

  crypto_hash_sha256_init (&state);
  add_text (&state, NOTICE_DOMAIN);
  crypto_hash_sha256_update (&state, nonce, TROPEA_TLOG_NONCE_BYTES);
  add_text (&state, notice);
  crypto_hash_sha256_final (&state, entry);
}
