/* tropea-window.h: the window, and which of its pages shows
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "host/tropea-host.h"
#include "host/tropea-settings.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_WINDOW (tropea_window_get_type ())

G_DECLARE_FINAL_TYPE (TropeaWindow, tropea_window, TROPEA, WINDOW, AdwApplicationWindow)

GtkWidget *tropea_window_new          (GtkApplication *application,
                                       TropeaSettings *settings);
void       tropea_window_set_host     (TropeaWindow   *self,
                                       TropeaHost     *host);
void       tropea_window_set_failure  (TropeaWindow   *self,
                                       const char     *failure);
void       tropea_window_set_closing  (TropeaWindow   *self,
                                       gboolean        closing);
void       tropea_window_show_message (TropeaWindow   *self,
                                       const char     *message);
/* With a button “Undo” that activates @action_name with @target. */
void       tropea_window_show_undo    (TropeaWindow   *self,
                                       const char     *message,
                                       const char     *action_name,
                                       GVariant       *target);
void       tropea_window_show_notice  (TropeaWindow   *self,
                                       const char     *notice);

G_END_DECLS
