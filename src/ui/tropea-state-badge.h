/* tropea-state-badge.h: the state of tor as a colour and a word
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "tor/tropea-tor-backend.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_STATE_BADGE (tropea_state_badge_get_type ())

G_DECLARE_FINAL_TYPE (TropeaStateBadge, tropea_state_badge, TROPEA, STATE_BADGE, AdwBin)

G_END_DECLS
