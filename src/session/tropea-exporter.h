/* tropea-exporter.h: writes the sessions that fit a filter to a file, as CSV or JSON
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "session/tropea-session-filter.h"
#include "session/tropea-store.h"

G_BEGIN_DECLS

/**
 * TropeaExportFormat:
 * @TROPEA_EXPORT_CSV: RFC 4180, the names of the columns first
 * @TROPEA_EXPORT_JSON: one object with "format" and "sessions", one session a line
 *
 * Both have the same fields in the same order: session_id, started (ISO 8601 in UTC),
 * duration_s, bytes, bytes_in, bytes_out, source, kind, state, credits_micro, reason_code,
 * reason, ledger, ledger_seq, balance_micro, answered, origin, client_pub, signature, ip_hash.
 * Numbers are exact integers; what is not known is empty in CSV and null in JSON. In CSV, a
 * ledger's words that a spreadsheet would take for a formula begin with an apostrophe.
 */
typedef enum
{
  TROPEA_EXPORT_CSV,
  TROPEA_EXPORT_JSON,
} TropeaExportFormat;

/* Pure: the beginning, each session, and the end of a file. */
void     tropea_export_append_head    (GString                    *text,
                                       TropeaExportFormat          format);
void     tropea_export_append_session (GString                    *text,
                                       TropeaExportFormat          format,
                                       TropeaSession              *session,
                                       gboolean                    is_first);
void     tropea_export_append_tail    (GString                    *text,
                                       TropeaExportFormat          format,
                                       gboolean                    is_empty);

/* Newest first, page by page. The file is there complete or not at all. */
void     tropea_export_async          (TropeaStore                *store,
                                       const TropeaSessionFilter  *filter,
                                       TropeaExportFormat          format,
                                       const char                 *path,
                                       GCancellable               *cancellable,
                                       GAsyncReadyCallback         callback,
                                       gpointer                    user_data);
gboolean tropea_export_finish         (TropeaStore                *store,
                                       GAsyncResult               *result,
                                       gint64                     *n_sessions,
                                       GError                    **error);

G_END_DECLS
