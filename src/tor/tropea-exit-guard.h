/* tropea-exit-guard.h: sees to it that a choice of exit countries is one that tor can use
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tor/tropea-control-connection.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_EXIT_GUARD (tropea_exit_guard_get_type ())

G_DECLARE_FINAL_TYPE (TropeaExitGuard, tropea_exit_guard, TROPEA, EXIT_GUARD, GObject)

/* Signal "notice" (const char *): what the user has to know of the choice, once.
 * Signal "trouble-changed": see tropea_exit_guard_get_trouble ().
 */
TropeaExitGuard *tropea_exit_guard_new            (void);
void             tropea_exit_guard_set_choice     (TropeaExitGuard          *self,
                                                   const char * const       *countries,
                                                   gboolean                  is_strict);
void             tropea_exit_guard_set_connection (TropeaExitGuard          *self,
                                                   TropeaControlConnection  *connection);
void             tropea_exit_guard_change_async   (TropeaExitGuard          *self,
                                                   const char * const       *countries,
                                                   gboolean                  is_strict,
                                                   GAsyncReadyCallback       callback,
                                                   gpointer                  user_data);
gboolean         tropea_exit_guard_change_finish  (TropeaExitGuard          *self,
                                                   GAsyncResult             *result,
                                                   char                    **warning,
                                                   GError                  **error);
const GError    *tropea_exit_guard_get_trouble    (TropeaExitGuard          *self);

G_END_DECLS
