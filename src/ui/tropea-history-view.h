/* tropea-history-view.h: all sessions, to search, to filter and to take along
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ui/tropea-host-view.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_HISTORY_VIEW (tropea_history_view_get_type ())

G_DECLARE_FINAL_TYPE (TropeaHistoryView, tropea_history_view, TROPEA, HISTORY_VIEW,
                      TropeaHostView)

/* What a menu or a shortcut does, for those who have neither. */
void tropea_history_view_search (TropeaHistoryView *self,
                                 const char        *text);
void tropea_history_view_filter (TropeaHistoryView *self,
                                 int                state,
                                 int                kind);

G_END_DECLS
