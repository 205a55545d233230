/* tropea-new-identity.h: asks tor for new circuits, and says when it has them
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-clock.h"
#include "tor/tropea-control-connection.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_NEW_IDENTITY (tropea_new_identity_get_type ())

G_DECLARE_FINAL_TYPE (TropeaNewIdentity, tropea_new_identity, TROPEA, NEW_IDENTITY, GObject)

/* Property "new-identity-seconds" (uint): how long tor would wait with one that is asked for
 * now, or waits with the one that was asked for; 0 where it would do it at once.
 */
TropeaNewIdentity *tropea_new_identity_new            (TropeaClock              *clock);
void               tropea_new_identity_set_connection (TropeaNewIdentity        *self,
                                                       TropeaControlConnection  *connection);
guint              tropea_new_identity_get_seconds    (TropeaNewIdentity        *self);
void               tropea_new_identity_ask_async      (TropeaNewIdentity        *self,
                                                       GAsyncReadyCallback       callback,
                                                       gpointer                  user_data);
gboolean           tropea_new_identity_ask_finish     (TropeaNewIdentity        *self,
                                                       GAsyncResult             *result,
                                                       GError                  **error);

G_END_DECLS
