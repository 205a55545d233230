/* tropea-session-list.h: the newest sessions, one row each
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ui/tropea-host-view.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_SESSION_LIST (tropea_session_list_get_type ())

G_DECLARE_FINAL_TYPE (TropeaSessionList, tropea_session_list, TROPEA, SESSION_LIST, TropeaHostView)

G_END_DECLS
