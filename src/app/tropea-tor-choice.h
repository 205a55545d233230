/* tropea-tor-choice.h: which tor is used, and how it gets into its network, as actions
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "host/tropea-host.h"
#include "host/tropea-settings.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_TOR_CHOICE (tropea_tor_choice_get_type ())

G_DECLARE_FINAL_TYPE (TropeaTorChoice, tropea_tor_choice, TROPEA, TOR_CHOICE, GObject)

/* Signals: "message" (const char *): what could not be done; "password-wanted": that is to be
 * asked for. */
TropeaTorChoice *tropea_tor_choice_new           (GActionGroup    *group,
                                                  TropeaSettings  *settings);
void             tropea_tor_choice_set_host      (TropeaTorChoice *self,
                                                  TropeaHost      *host);

G_END_DECLS
