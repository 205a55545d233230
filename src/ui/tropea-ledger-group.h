/* tropea-ledger-group.h: lets it be said which ledger sessions go to
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "host/tropea-host.h"
#include "host/tropea-settings.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_LEDGER_GROUP (tropea_ledger_group_get_type ())

G_DECLARE_FINAL_TYPE (TropeaLedgerGroup, tropea_ledger_group, TROPEA, LEDGER_GROUP,
                      AdwPreferencesGroup)

void tropea_ledger_group_set_model (TropeaLedgerGroup *self,
                                    TropeaHost        *host,
                                    TropeaSettings    *settings);

G_END_DECLS
