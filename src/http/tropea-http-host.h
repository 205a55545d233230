/* tropea-http-host.h: what a client calls the server
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean tropea_http_host_is_loopback (const char *host,
                                       guint       port);

G_END_DECLS
