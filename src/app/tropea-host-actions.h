/* tropea-host-actions.h: what can be asked of the host, as actions
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "host/tropea-host.h"
#include "host/tropea-settings.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_HOST_ACTIONS (tropea_host_actions_get_type ())

G_DECLARE_FINAL_TYPE (TropeaHostActions, tropea_host_actions, TROPEA, HOST_ACTIONS, GObject)

/* Signals: "message" (const char *): the answer to what the user just did, where there is one;
 * "undo" (const char *, const char *, GVariant *): what was done, and the action with its target
 * that takes it back. */
TropeaHostActions *tropea_host_actions_new       (TropeaSettings    *settings);
/* (nullable): while there is no host, and while it is being closed, nothing can be done. */
void               tropea_host_actions_set_host  (TropeaHostActions *self,
                                                  TropeaHost        *host);
GActionGroup      *tropea_host_actions_get_group (TropeaHostActions *self);

G_END_DECLS
