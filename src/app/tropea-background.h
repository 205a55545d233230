/* tropea-background.h: whether Tropea goes on when its window is closed
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "host/tropea-settings.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_BACKGROUND (tropea_background_get_type ())

G_DECLARE_FINAL_TYPE (TropeaBackground, tropea_background, TROPEA, BACKGROUND, GObject)

/* Properties: "goes-on" (boolean, read-only); "has-tray" (boolean): a tray shows our icon now,
 * set by whoever knows; "is-denied" (boolean): the system does not let us go on. */
TropeaBackground *tropea_background_new            (TropeaSettings   *settings);
/* What closing the window means now: Tropea goes on without it, or ends. */
gboolean          tropea_background_get_goes_on    (TropeaBackground *self);
gboolean          tropea_background_get_has_tray   (TropeaBackground *self);
void              tropea_background_set_has_tray   (TropeaBackground *self,
                                                    gboolean          has_tray);
void              tropea_background_set_is_denied  (TropeaBackground *self,
                                                    gboolean          is_denied);
/* Whether the user is to hear first what closing means; @is_active: something would end. */
gboolean          tropea_background_needs_words    (TropeaBackground *self,
                                                    gboolean          is_active);
/* What the user said to that; from now on it is not asked again. */
void              tropea_background_choose         (TropeaBackground *self,
                                                    gboolean          goes_on);
/* "keep-running", whose state is "goes-on" and which can be changed. */
GAction          *tropea_background_get_action     (TropeaBackground *self);

G_END_DECLS
