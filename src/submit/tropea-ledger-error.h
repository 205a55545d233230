/* tropea-ledger-error.h: what went wrong with a ledger, as one sentence for the user
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* All write a TROPEA_LEDGER_CLIENT_ERROR; @url is the ledger's, as it was configured. */
void tropea_ledger_error_set_needs_tor (const char    *url,
                                        GError       **error);
void tropea_ledger_error_set_nonsense  (const char    *url,
                                        const char    *reason,
                                        GError       **error);
void tropea_ledger_error_set_transport (const char    *url,
                                        const GError  *cause,
                                        GError       **error);
void tropea_ledger_error_set_status    (const char    *url,
                                        guint          status,
                                        GBytes        *body,
                                        GError       **error);

G_END_DECLS
