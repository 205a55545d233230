/* tropea-window-keeper.h: the window, which comes and goes while Tropea goes on
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "host/tropea-host.h"
#include "host/tropea-settings.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_WINDOW_KEEPER (tropea_window_keeper_get_type ())

G_DECLARE_FINAL_TYPE (TropeaWindowKeeper, tropea_window_keeper, TROPEA, WINDOW_KEEPER, GObject)

/* Properties, read-only: "has-window" (boolean), "is-looked-at" (boolean): one of our windows
 * has the keyboard. */
TropeaWindowKeeper *tropea_window_keeper_new              (GtkApplication     *application,
                                                           TropeaSettings     *settings,
                                                           GActionGroup       *host_actions);
void                tropea_window_keeper_show             (TropeaWindowKeeper *self);
void                tropea_window_keeper_show_guide       (TropeaWindowKeeper *self);
void                tropea_window_keeper_show_page        (TropeaWindowKeeper *self,
                                                           const char         *name);
/* Destroy the window; the next one looks the same. */
void                tropea_window_keeper_put_away         (TropeaWindowKeeper *self);
GtkWindow          *tropea_window_keeper_get_window       (TropeaWindowKeeper *self);
gboolean            tropea_window_keeper_is_looked_at     (TropeaWindowKeeper *self);
/* Neither away nor minimized. */
gboolean            tropea_window_keeper_is_visible       (TropeaWindowKeeper *self);
/* What each window shows, this one and the next. */
void                tropea_window_keeper_set_host         (TropeaWindowKeeper *self,
                                                           TropeaHost         *host);
void                tropea_window_keeper_set_failure      (TropeaWindowKeeper *self,
                                                           const char         *failure);
void                tropea_window_keeper_set_closing      (TropeaWindowKeeper *self);
/* A notice waits for a window; a message and an undo are for who looks now. */
void                tropea_window_keeper_notice           (TropeaWindowKeeper *self,
                                                           const char         *sentence);
void                tropea_window_keeper_message          (TropeaWindowKeeper *self,
                                                           const char         *sentence);
void                tropea_window_keeper_undo             (TropeaWindowKeeper *self,
                                                           const char         *sentence,
                                                           const char         *action_name,
                                                           GVariant           *target);
/* @page: NULL for the one that was shown last */
void                tropea_window_keeper_show_preferences (TropeaWindowKeeper *self,
                                                           const char         *page);
void                tropea_window_keeper_show_exits       (TropeaWindowKeeper *self);

G_END_DECLS
