/* tropea-session-list.h: the newest sessions as a list that follows the store
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "session/tropea-session.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define TROPEA_SESSION_LIST_MAX_SESSIONS 200

GListStore *tropea_session_list_new    (void);
void        tropea_session_list_fill   (GListStore    *self,
                                        GPtrArray     *sessions);
void        tropea_session_list_update (GListStore    *self,
                                        TropeaSession *session);

G_END_DECLS
