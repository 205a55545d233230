/* tropea-ledger-url.h: where a ledger is, and whether tor must be between us
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TropeaLedgerUrl:
 * @url: its one spelling: lower case, without a slash at the end
 * @base: what a path is put behind to make a request's URL
 * @socket_path: (nullable): the Unix socket, where it is one
 * @is_remote: neither a socket nor a loopback address
 */
typedef struct
{
  char     *url;
  char     *base;
  char     *socket_path;
  gboolean  is_remote;
} TropeaLedgerUrl;

TropeaLedgerUrl *tropea_ledger_url_parse (const char       *string,
                                          GError          **error);
void             tropea_ledger_url_free  (TropeaLedgerUrl  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaLedgerUrl, tropea_ledger_url_free)

G_END_DECLS
