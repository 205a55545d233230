/* tropea-http-source.h: runs libmicrohttpd from a GLib main loop
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>
#include <microhttpd.h>

G_BEGIN_DECLS

GSource *tropea_http_source_new  (struct MHD_Daemon *daemon);
void     tropea_http_source_wake (GSource           *source);

G_END_DECLS
