/* tropea-credits-panel.h: credits, and the sessions that they are for
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ui/tropea-host-view.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_CREDITS_PANEL (tropea_credits_panel_get_type ())

G_DECLARE_FINAL_TYPE (TropeaCreditsPanel, tropea_credits_panel, TROPEA, CREDITS_PANEL,
                      TropeaHostView)

G_END_DECLS
