/* tropea-notifier.h: sends to the desktop what the rules for notifications say
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "app/tropea-window-keeper.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_NOTIFIER (tropea_notifier_get_type ())

G_DECLARE_FINAL_TYPE (TropeaNotifier, tropea_notifier, TROPEA, NOTIFIER, GObject)

TropeaNotifier *tropea_notifier_new      (GApplication       *application,
                                          TropeaSettings     *settings,
                                          TropeaWindowKeeper *keeper);
/* @host: (nullable): what happens with it is said */
void            tropea_notifier_set_host (TropeaNotifier     *self,
                                          TropeaHost         *host);

G_END_DECLS
