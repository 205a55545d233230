/* tropea-dashboard.h: the operator's dashboard: who comes in, what they see, what they decide
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-secret.h"
#include "http/tropea-http-server.h"

G_BEGIN_DECLS

typedef struct _TropeaDashboard TropeaDashboard;

TropeaDashboard       *tropea_dashboard_new          (TropeaSecret     *token,
                                                      TropeaSecret     *ledger_key);
void                   tropea_dashboard_free         (TropeaDashboard  *self);
void                   tropea_dashboard_set_port     (TropeaDashboard  *self,
                                                      guint             port);
const TropeaHttpRoute *tropea_dashboard_get_routes   (gsize            *n_routes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaDashboard, tropea_dashboard_free)

G_END_DECLS
