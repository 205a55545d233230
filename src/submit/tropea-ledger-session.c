/* tropea-ledger-session.c: the one way out to a ledger
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-session"

#include "config.h"

#include "submit/tropea-ledger-session.h"

#include <gio/gunixsocketaddress.h>

/* A local ledger is spoken to directly, a remote one through our own tor and in no other way.
 * The name of a remote host goes to tor as it is, so nobody else is asked for its address, and
 * the user name makes tor keep our circuit apart from all others. The system's proxy settings
 * are never read: looking at them can look up names.
 */

#define USER_AGENT "Tropea"

static GProxyResolver *
new_proxy_resolver (const TropeaLedgerUrl *url,
                    guint                  socks_port,
                    const char            *isolation)
{
  g_autofree char *proxy = NULL;

  if (!url->is_remote)
    return g_simple_proxy_resolver_new ("direct://", NULL);

  proxy = g_strdup_printf ("socks5://%s:%s@127.0.0.1:%u",
                           isolation, isolation, socks_port);

  return g_simple_proxy_resolver_new (proxy, NULL);
}

/**
 * tropea_ledger_session_new:
 * @socks_port: our tor's; not 0 where @url is remote
 * @isolation: the SOCKS user name and password, which tor gives a circuit of their own
 *
 * Returns: (transfer full): what sends requests to @url, and nothing else anywhere
 */
SoupSession *
tropea_ledger_session_new (const TropeaLedgerUrl *url,
                           guint                  socks_port,
                           const char            *isolation)
{
  g_autoptr(GProxyResolver) resolver = new_proxy_resolver (url, socks_port, isolation);
  g_autoptr(GSocketAddress) address = NULL;
  SoupSession *session = NULL;

  g_return_val_if_fail (!url->is_remote || socks_port != 0, NULL);

  if (url->socket_path != NULL)
    address = g_unix_socket_address_new (url->socket_path);

  session = soup_session_new_with_options ("proxy-resolver", resolver,
                                           "remote-connectable", address,
                                           "user-agent", USER_AGENT,
                                           "accept-language-auto", FALSE,
                                           "max-conns", 1,
                                           "max-conns-per-host", 1,
                                           NULL);

  /* No answer makes this session do anything by itself, or unpack anything. */
  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_MANAGER);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);

  return session;
}
