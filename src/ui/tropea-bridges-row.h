/* tropea-bridges-row.h: says which bridges are used, and leads to them
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "host/tropea-host.h"
#include "host/tropea-settings.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_BRIDGES_ROW (tropea_bridges_row_get_type ())

G_DECLARE_FINAL_TYPE (TropeaBridgesRow, tropea_bridges_row, TROPEA, BRIDGES_ROW, AdwActionRow)

void tropea_bridges_row_set_model (TropeaBridgesRow *self,
                                   TropeaHost       *host,
                                   TropeaSettings   *settings);

G_END_DECLS
