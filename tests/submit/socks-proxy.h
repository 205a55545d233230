/* socks-proxy.h: a SOCKS port in the test process that notes who asked for what
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

typedef struct _SocksProxy SocksProxy;

/* Whatever name is asked for, the connection goes to @target_port of 127.0.0.1. */
SocksProxy *socks_proxy_new        (guint       target_port);
void        socks_proxy_free       (SocksProxy *self);
guint       socks_proxy_get_port   (SocksProxy *self);
/* (element-type utf8): "user:password host port" of each connection. */
GPtrArray  *socks_proxy_get_asked  (SocksProxy *self);
