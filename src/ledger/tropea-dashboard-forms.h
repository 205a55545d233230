/* tropea-dashboard-forms.h: how keys are called, and how something is decided about them
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ledger/tropea-dashboard-views.h"

G_BEGIN_DECLS

void tropea_dashboard_append_form_begin (GString                   *html,
                                         const TropeaDashboardView *view,
                                         gboolean                   freezes,
                                         TropeaDashboardPage        page);
void tropea_dashboard_append_key_input  (GString                   *html,
                                         const char                *name);
void tropea_dashboard_append_form_end   (GString                   *html,
                                         const char                *button);
void tropea_dashboard_append_decide     (GString                   *html,
                                         const TropeaDashboardView *view,
                                         const guint8              *client_pub,
                                         TropeaDashboardPage        page);
void tropea_dashboard_append_name       (GString                   *html,
                                         const TropeaDashboardView *view,
                                         const guint8              *client_pub);

G_END_DECLS
