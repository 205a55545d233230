/* tropea-api-guard.h: who may speak to the local API
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "http/tropea-http-request.h"

G_BEGIN_DECLS

gboolean tropea_api_guard_has_token    (const char        *authorization,
                                        const char        *token);
gboolean tropea_api_guard_admit_socket (TropeaHttpRequest *request);
gboolean tropea_api_guard_admit_port   (TropeaHttpRequest *request,
                                        guint              port,
                                        const char        *token);

G_END_DECLS
