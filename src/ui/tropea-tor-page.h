/* tropea-tor-page.h: tor: start and stop, what it does and what it carries
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ui/tropea-host-view.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_TOR_PAGE (tropea_tor_page_get_type ())

G_DECLARE_FINAL_TYPE (TropeaTorPage, tropea_tor_page, TROPEA, TOR_PAGE, TropeaHostView)

/* Property: "graph-range" (TropeaRateRange): the time that the graph shows. */

G_END_DECLS
