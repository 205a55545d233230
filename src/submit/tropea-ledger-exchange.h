/* tropea-ledger-exchange.h: one HTTP request and its answer, bounded in time and size
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

#define TROPEA_LEDGER_EXCHANGE_MAX_BYTES (1024 * 1024)

void    tropea_ledger_exchange_async  (SoupSession          *session,
                                       SoupMessage          *message,
                                       guint                 timeout_ms,
                                       GCancellable         *cancellable,
                                       GAsyncReadyCallback   callback,
                                       gpointer              user_data);
GBytes *tropea_ledger_exchange_finish (SoupSession          *session,
                                       GAsyncResult         *result,
                                       GError              **error);

G_END_DECLS
