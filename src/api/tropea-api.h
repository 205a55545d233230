/* tropea-api.h: a host's local API, on a Unix socket and, where wanted, a loopback port
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "host/tropea-host.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_API (tropea_api_get_type ())

G_DECLARE_FINAL_TYPE (TropeaApi, tropea_api, TROPEA, API, GObject)

/* data/api/tropea-local.openapi.yaml says what it answers. Each of the two ways in is opened
 * and shut by itself; errors are one sentence with a way out. After tropea_api_close () nobody
 * comes in any more, and the object can go.
 */
TropeaApi  *tropea_api_new             (TropeaHost  *host);
gboolean    tropea_api_open_socket     (TropeaApi   *self,
                                        const char  *path,
                                        GError     **error);
gboolean    tropea_api_open_port       (TropeaApi   *self,
                                        guint        port,
                                        GError     **error);
void        tropea_api_shut_port       (TropeaApi   *self);
/* Whether a client has started or stopped something: then what becomes of it is its business. */
gboolean    tropea_api_get_is_steered  (TropeaApi   *self);
guint       tropea_api_get_port        (TropeaApi   *self);
const char *tropea_api_get_socket_path (TropeaApi   *self);
void        tropea_api_close           (TropeaApi   *self);

G_END_DECLS
