/* tropea-history-row.h: one place in the history, whichever it is now
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "host/tropea-history-item.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_HISTORY_ROW (tropea_history_row_get_type ())

G_DECLARE_FINAL_TYPE (TropeaHistoryRow, tropea_history_row, TROPEA, HISTORY_ROW, GtkWidget)

#define TROPEA_HISTORY_ROW_N_ICONS 3

GtkWidget *tropea_history_row_new        (void);
void       tropea_history_row_set_item   (TropeaHistoryRow  *self,
                                          TropeaHistoryItem *item);
gboolean   tropea_history_row_describe   (TropeaHistoryRow  *self,
                                          char             **name,
                                          char             **description);
void       tropea_history_row_load_icons (GtkWidget         *widget,
                                          GtkIconPaintable  *icons[]);

G_END_DECLS
