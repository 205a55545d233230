/* tropea-bridges-dialog.h: how tor gets into its network, and the bridges for that
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "host/tropea-host.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_BRIDGES_DIALOG (tropea_bridges_dialog_get_type ())

G_DECLARE_FINAL_TYPE (TropeaBridgesDialog, tropea_bridges_dialog, TROPEA, BRIDGES_DIALOG,
                      AdwWindow)

/* Signal "chosen" (TropeaBridgeMode, const char * const *): what tor can use, to be used. */
GtkWidget *tropea_bridges_dialog_new (TropeaHost         *host,
                                      TropeaBridgeMode    mode,
                                      const char * const *lines);

G_END_DECLS
