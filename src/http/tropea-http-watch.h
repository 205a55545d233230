/* tropea-http-watch.h: the connections that are open, and how long each may take
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>
#include <microhttpd.h>

G_BEGIN_DECLS

typedef struct _TropeaHttpWatch TropeaHttpWatch;
typedef struct _TropeaHttpConnection TropeaHttpConnection;

TropeaHttpWatch      *tropea_http_watch_new           (GMainContext           *context,
                                                       guint                   timeout_s);
void                  tropea_http_watch_free          (TropeaHttpWatch        *self);
void                  tropea_http_watch_stop          (TropeaHttpWatch        *self);
void                  tropea_http_watch_connection_cb (void                   *data,
                                                       struct MHD_Connection  *connection,
                                                       void                  **context,
                                                       enum MHD_ConnectionNotificationCode code);

TropeaHttpConnection *tropea_http_connection_get      (struct MHD_Connection  *connection);
void                  tropea_http_connection_wait     (TropeaHttpConnection   *self);
void                  tropea_http_connection_restart  (TropeaHttpConnection   *self);
gint64               *tropea_http_connection_get_slot (TropeaHttpConnection   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaHttpWatch, tropea_http_watch_free)

G_END_DECLS
