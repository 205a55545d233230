/* tropea-app-api.h: serves the local API as the preferences want it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "api/tropea-api.h"
#include "host/tropea-settings.h"

G_BEGIN_DECLS

/* Each returns a sentence where something could not be had; what could is served. */
char *tropea_app_api_open   (TropeaApi      *api,
                             TropeaSettings *settings);
char *tropea_app_api_follow (TropeaApi      *api,
                             TropeaSettings *settings);

G_END_DECLS
