/* tropea-conflux-pause.h: keeps tor from finishing circuits for a choice that is over
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tor/tropea-control-connection.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_CONFLUX_PAUSE (tropea_conflux_pause_get_type ())

G_DECLARE_FINAL_TYPE (TropeaConfluxPause, tropea_conflux_pause, TROPEA, CONFLUX_PAUSE, GObject)

TropeaConfluxPause *tropea_conflux_pause_new            (void);
void                tropea_conflux_pause_set_connection (TropeaConfluxPause       *self,
                                                         TropeaControlConnection  *connection);
void                tropea_conflux_pause_send           (TropeaConfluxPause       *self,
                                                         const char               *command,
                                                         GAsyncReadyCallback       callback,
                                                         gpointer                  user_data);

G_END_DECLS
