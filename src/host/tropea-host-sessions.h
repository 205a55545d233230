/* tropea-host-sessions.h: the sessions that a host keeps, page by page
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "host/tropea-host.h"
#include "session/tropea-session-filter.h"

G_BEGIN_DECLS

void        tropea_host_list_sessions_async  (TropeaHost                 *self,
                                              const TropeaSessionFilter  *filter,
                                              gint64                      before,
                                              guint                       limit,
                                              GAsyncReadyCallback         callback,
                                              gpointer                    user_data);
GPtrArray  *tropea_host_list_sessions_finish (TropeaHost                 *self,
                                              GAsyncResult               *result,
                                              GError                    **error);

G_END_DECLS
