/* tropea-log-view.h: tor's own log, by level, to read and to copy
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define TROPEA_TYPE_LOG_VIEW (tropea_log_view_get_type ())

G_DECLARE_FINAL_TYPE (TropeaLogView, tropea_log_view, TROPEA, LOG_VIEW, AdwBin)

/* Property "model" (GListModel of TropeaTorLogLine, nullable). */
GtkWidget *tropea_log_view_new      (void);
/* (transfer full): what is shown, as it is copied */
char      *tropea_log_view_dup_text (TropeaLogView *self);

G_END_DECLS
