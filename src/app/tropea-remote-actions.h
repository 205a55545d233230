/* tropea-remote-actions.h: the host's actions for those who have no window of ours
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define TROPEA_TYPE_REMOTE_ACTIONS (tropea_remote_actions_get_type ())

G_DECLARE_FINAL_TYPE (TropeaRemoteActions, tropea_remote_actions, TROPEA, REMOTE_ACTIONS, GObject)

/* Signal "wanted" (const char *): an action that has to wait for its host. */
TropeaRemoteActions *tropea_remote_actions_new          (GActionMap          *map,
                                                         GActionGroup        *host_actions);
/* Whether there is no host yet, but can be one. */
void                 tropea_remote_actions_set_is_early (TropeaRemoteActions *self,
                                                         gboolean             is_early);

G_END_DECLS
