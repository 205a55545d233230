/* tropea-attach-group.h: lets it be said which tor is used, our own or one that runs already
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "host/tropea-settings.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_ATTACH_GROUP (tropea_attach_group_get_type ())

G_DECLARE_FINAL_TYPE (TropeaAttachGroup, tropea_attach_group, TROPEA, ATTACH_GROUP,
                      AdwPreferencesGroup)

void tropea_attach_group_set_settings (TropeaAttachGroup *self,
                                       TropeaSettings    *settings);

G_END_DECLS
