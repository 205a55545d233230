/* tropea-foreign-login.h: gets a control connection to a tor that somebody else started
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-secret.h"
#include "tor/tropea-control-connection.h"

G_BEGIN_DECLS

void                     tropea_foreign_login_async  (GSocketAddress       *address,
                                                      TropeaSecret         *password,
                                                      GCancellable         *cancellable,
                                                      GAsyncReadyCallback   callback,
                                                      gpointer              user_data);
TropeaControlConnection *tropea_foreign_login_finish (GAsyncResult         *result,
                                                      gboolean             *is_open,
                                                      GError              **error);

G_END_DECLS
