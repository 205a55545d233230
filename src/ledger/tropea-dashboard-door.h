/* tropea-dashboard-door.h: who may see and use the operator's dashboard
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-secret.h"
#include "http/tropea-http-request.h"

G_BEGIN_DECLS

/* How long whoever came in stays in. */
#define TROPEA_DASHBOARD_PASS_S (12 * 3600)

/* Shorter tokens could be guessed. */
#define TROPEA_DASHBOARD_MIN_TOKEN_BYTES 32
#define TROPEA_DASHBOARD_MAX_TOKEN_BYTES 1024

typedef struct _TropeaDashboardDoor TropeaDashboardDoor;

TropeaSecret        *tropea_dashboard_token_load      (const char           *path,
                                                       GError              **error);

TropeaDashboardDoor *tropea_dashboard_door_new        (TropeaSecret         *token);
void                 tropea_dashboard_door_free       (TropeaDashboardDoor  *self);
gboolean             tropea_dashboard_door_has_lock   (TropeaDashboardDoor  *self);
gboolean             tropea_dashboard_door_accepts    (TropeaDashboardDoor  *self,
                                                       const char           *token);
char                *tropea_dashboard_door_dup_pass   (TropeaDashboardDoor  *self,
                                                       gint64                now_ms);
gboolean             tropea_dashboard_door_takes_pass (TropeaDashboardDoor  *self,
                                                       const char           *pass,
                                                       gint64                now_ms);
char                *tropea_dashboard_door_dup_stamp  (TropeaDashboardDoor  *self,
                                                       const char           *pass);
gboolean             tropea_dashboard_door_takes_stamp (TropeaDashboardDoor *self,
                                                       const char           *pass,
                                                       const char           *stamp);
gboolean             tropea_dashboard_is_same_site    (const char           *host,
                                                       const char           *origin,
                                                       const char           *fetch_site);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaDashboardDoor, tropea_dashboard_door_free)

G_END_DECLS
