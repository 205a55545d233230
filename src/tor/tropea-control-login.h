/* tropea-control-login.h: from a socket's path to an authenticated control connection
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tor/tropea-control-connection.h"

G_BEGIN_DECLS

void                     tropea_control_login_async  (const char           *socket_path,
                                                      const char           *cookie_path,
                                                      GCancellable         *cancellable,
                                                      GAsyncReadyCallback   callback,
                                                      gpointer              user_data);
TropeaControlConnection *tropea_control_login_finish (GAsyncResult         *result,
                                                      GError              **error);

G_END_DECLS
