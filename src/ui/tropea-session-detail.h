/* tropea-session-detail.h: everything that is known of one session
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "host/tropea-history-item.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_SESSION_DETAIL (tropea_session_detail_get_type ())

G_DECLARE_FINAL_TYPE (TropeaSessionDetail, tropea_session_detail, TROPEA, SESSION_DETAIL,
                      AdwWindow)

GtkWidget *tropea_session_detail_new (TropeaHistoryItem *item);

G_END_DECLS
