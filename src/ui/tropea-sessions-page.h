/* tropea-sessions-page.h: the open session, and all that there were
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ui/tropea-host-view.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_SESSIONS_PAGE (tropea_sessions_page_get_type ())

G_DECLARE_FINAL_TYPE (TropeaSessionsPage, tropea_sessions_page, TROPEA, SESSIONS_PAGE,
                      TropeaHostView)

G_END_DECLS
