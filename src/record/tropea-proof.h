/* tropea-proof.h: signatures that show who asks a ledger, and which ledger answers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "base/tropea-secret.h"

G_BEGIN_DECLS

#define TROPEA_PROOF_MAX_SKEW_MS (300 * 1000)
#define TROPEA_PROOF_CHALLENGE_BYTES 32

/* A read: "Authorization: Tropea ts=<ms>,sig=<base64>" over
 * "tropea/read/v1\n<origin>\n<path?query>\n<ts>\n". */
char     *tropea_read_proof_dup_header (TropeaSecret  *secret_key,
                                        const char    *origin,
                                        const char    *target,
                                        gint64         now_ms);
gboolean  tropea_read_proof_verify     (const char    *header,
                                        const guint8  *client_pub,
                                        const char    *origin,
                                        const char    *target,
                                        gint64         now_ms,
                                        GError       **error);

/* A ledger's answer to "GET /api/ledger?challenge=<64 hex>": the ledger's signature over
 * "tropea/ledger/v1\n<origin>\n<public key, base64>\n<challenge, hex>\n". Without it a pinned
 * key would prove nothing. */
void      tropea_ledger_proof_sign     (TropeaSecret  *secret_key,
                                        const char    *origin,
                                        const guint8  *challenge,
                                        guint8        *signature);
gboolean  tropea_ledger_proof_verify   (const guint8  *signature,
                                        const guint8  *ledger_pub,
                                        const char    *origin,
                                        const guint8  *challenge);

G_END_DECLS
