/* tropea-ledger-answer.h: what a ledger's answers say, once they have been checked
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "submit/tropea-ledger-client.h"

G_BEGIN_DECLS

/* The most that a ledger lists at once. */
#define TROPEA_LEDGER_ANSWER_LIST_LENGTH 200

/* Pure: bytes in, values out. All errors are TROPEA_LEDGER_CLIENT_ERROR_NONSENSE with half a
 * sentence that names what is wrong. */
TropeaLedgerInfo *tropea_ledger_answer_parse_info       (GBytes              *body,
                                                         const guint8        *challenge,
                                                         GError             **error);
GPtrArray        *tropea_ledger_answer_parse_batch      (GBytes              *body,
                                                         const TropeaRecord  *records,
                                                         gsize                n_records,
                                                         GError             **error);
TropeaVerdict    *tropea_ledger_answer_parse_receipt    (GBytes              *body,
                                                         const TropeaRecord  *record,
                                                         GError             **error);
TropeaVerdict    *tropea_ledger_answer_parse_problem    (GBytes              *body,
                                                         guint                http_status,
                                                         GError             **error);
gboolean          tropea_ledger_answer_parse_balance    (GBytes              *body,
                                                         TropeaLedgerFigures *figures,
                                                         GError             **error);
GArray           *tropea_ledger_answer_parse_list       (GBytes              *body,
                                                         gint64               before_seq,
                                                         gboolean            *is_end,
                                                         GError             **error);
GBytes           *tropea_ledger_answer_parse_proof      (GBytes              *body,
                                                         GError             **error);
gint64            tropea_ledger_answer_parse_retry      (const char          *retry_after);

G_END_DECLS
