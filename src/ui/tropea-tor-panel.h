/* tropea-tor-panel.h: state, start and stop, and how far tor has come
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "host/tropea-host.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_TOR_PANEL (tropea_tor_panel_get_type ())

G_DECLARE_FINAL_TYPE (TropeaTorPanel, tropea_tor_panel, TROPEA, TOR_PANEL, AdwBin)

G_END_DECLS
