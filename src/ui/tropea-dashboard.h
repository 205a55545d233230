/* tropea-dashboard.h: everything that a running Tropea has to show, on one page
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ui/tropea-host-view.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_DASHBOARD (tropea_dashboard_get_type ())

G_DECLARE_FINAL_TYPE (TropeaDashboard, tropea_dashboard, TROPEA, DASHBOARD, TropeaHostView)

GtkWidget *tropea_dashboard_new (TropeaHost *host);

G_END_DECLS
