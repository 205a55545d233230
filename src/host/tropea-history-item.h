/* tropea-history-item.h: one place in the history, before and after its session is read
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "session/tropea-session.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_HISTORY_ITEM (tropea_history_item_get_type ())

G_DECLARE_FINAL_TYPE (TropeaHistoryItem, tropea_history_item, TROPEA, HISTORY_ITEM, GObject)

/* Property: "session" (TropeaSession, nullable: it is being read), notified. */
TropeaHistoryItem *tropea_history_item_new         (gint64             row);
gint64             tropea_history_item_get_row     (TropeaHistoryItem *self);
TropeaSession     *tropea_history_item_get_session (TropeaHistoryItem *self);
void               tropea_history_item_set_session (TropeaHistoryItem *self,
                                                    TropeaSession     *session);

G_END_DECLS
