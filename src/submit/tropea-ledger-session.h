/* tropea-ledger-session.h: the one way out to a ledger
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "submit/tropea-ledger-url.h"

G_BEGIN_DECLS

SoupSession *tropea_ledger_session_new (const TropeaLedgerUrl *url,
                                        guint                  socks_port,
                                        const char            *isolation);

G_END_DECLS
