/* tropea-control-auth.h: the proofs of SAFECOOKIE authentication
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

#include "tor/tropea-control-reply.h"

G_BEGIN_DECLS

#define TROPEA_CONTROL_COOKIE_BYTES 32
#define TROPEA_CONTROL_NONCE_BYTES  32

typedef struct
{
  guint8 cookie[TROPEA_CONTROL_COOKIE_BYTES];
  guint8 client_nonce[TROPEA_CONTROL_NONCE_BYTES];
} TropeaControlAuth;

gboolean  tropea_control_auth_check_methods  (const TropeaControlReply  *protocolinfo,
                                              GError                   **error);
char     *tropea_control_auth_dup_challenge  (const TropeaControlAuth   *self);
char     *tropea_control_auth_answer         (const TropeaControlAuth   *self,
                                              const TropeaControlReply  *challenge,
                                              GError                   **error);

G_END_DECLS
