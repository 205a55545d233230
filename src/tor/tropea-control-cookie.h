/* tropea-control-cookie.h: reads the cookie by which a control port knows who may use it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "base/tropea-secret.h"

G_BEGIN_DECLS

void          tropea_control_cookie_read_async  (const char           *path,
                                                 GCancellable         *cancellable,
                                                 GAsyncReadyCallback   callback,
                                                 gpointer              user_data);
TropeaSecret *tropea_control_cookie_read_finish (GAsyncResult         *result,
                                                 guint                *owner,
                                                 GError              **error);

/* Whether who listens at the other end of @socket could read a file of @owner anyway. */
gboolean      tropea_control_cookie_is_of_peer  (GSocket              *socket,
                                                 guint                 owner);

G_END_DECLS
