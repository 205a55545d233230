/* tropea-session-end.h: saves before the desktop's session ends
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "host/tropea-host.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_SESSION_END (tropea_session_end_get_type ())

G_DECLARE_FINAL_TYPE (TropeaSessionEnd, tropea_session_end, TROPEA, SESSION_END, GObject)

TropeaSessionEnd *tropea_session_end_new      (GtkApplication   *application);
/* @host: (nullable): whose session is saved */
void              tropea_session_end_set_host (TropeaSessionEnd *self,
                                               TropeaHost       *host);

G_END_DECLS
