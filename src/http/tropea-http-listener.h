/* tropea-http-listener.h: the socket that a server listens on
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define TROPEA_TYPE_HTTP_LISTENER (tropea_http_listener_get_type ())

G_DECLARE_FINAL_TYPE (TropeaHttpListener, tropea_http_listener, TROPEA, HTTP_LISTENER, GObject)

TropeaHttpListener *tropea_http_listener_open     (const char          *address,
                                                   GError             **error);
int                 tropea_http_listener_get_fd   (TropeaHttpListener  *self);
guint               tropea_http_listener_get_port (TropeaHttpListener  *self);
const char         *tropea_http_listener_get_url  (TropeaHttpListener  *self);
gboolean            tropea_http_listener_is_loopback (TropeaHttpListener *self);
void                tropea_http_listener_close    (TropeaHttpListener  *self);

G_END_DECLS
