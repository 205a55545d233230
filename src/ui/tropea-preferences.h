/* tropea-preferences.h: what can be chosen once and for all
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "host/tropea-host.h"
#include "host/tropea-settings.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_PREFERENCES (tropea_preferences_get_type ())

G_DECLARE_FINAL_TYPE (TropeaPreferences, tropea_preferences, TROPEA, PREFERENCES,
                      AdwPreferencesWindow)

GtkWidget *tropea_preferences_new (TropeaHost     *host,
                                   TropeaSettings *settings);
void       tropea_preferences_show_page (TropeaPreferences *self,
                                         const char        *name);
void       tropea_preferences_show_message (TropeaPreferences *self,
                                            const char        *message);

G_END_DECLS
