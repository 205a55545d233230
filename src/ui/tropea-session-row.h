/* tropea-session-row.h: one session: what it carried, when, and what came of it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "session/tropea-session.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_SESSION_ROW (tropea_session_row_get_type ())

G_DECLARE_FINAL_TYPE (TropeaSessionRow, tropea_session_row, TROPEA, SESSION_ROW, AdwActionRow)

GtkWidget *tropea_session_row_new (TropeaSession *session);

G_END_DECLS
