/* tropea-tor-panel.h: state, start and stop, and how far tor has come
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ui/tropea-host-view.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_TOR_PANEL (tropea_tor_panel_get_type ())

G_DECLARE_FINAL_TYPE (TropeaTorPanel, tropea_tor_panel, TROPEA, TOR_PANEL, TropeaHostView)

G_END_DECLS
