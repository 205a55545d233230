/* tropea-identity.h: the key that signs sessions, and what is known of it while it is away
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "record/tropea-record.h"
#include "session/tropea-key-store.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_IDENTITY (tropea_identity_get_type ())

G_DECLARE_FINAL_TYPE (TropeaIdentity, tropea_identity, TROPEA, IDENTITY, GObject)

/* Properties, read-only and notified: "state" (TropeaKeyState), "public-key" (string, base64,
 * nullable: known from the marker also while the secret is away).
 *
 * @marker_path: a file with the public key in base64; written when a key is made, so that a
 * keyring that is locked or gone never leads to a second identity.
 */
TropeaIdentity *tropea_identity_new             (TropeaKeyStore       *key_store,
                                                 const char           *marker_path);
void            tropea_identity_open_async      (TropeaIdentity       *self,
                                                 gboolean              may_prompt,
                                                 GAsyncReadyCallback   callback,
                                                 gpointer              user_data);
gboolean        tropea_identity_open_finish     (TropeaIdentity       *self,
                                                 GAsyncResult         *result,
                                                 GError              **error);
TropeaKeyState  tropea_identity_get_state       (TropeaIdentity       *self);
const char     *tropea_identity_get_public_key  (TropeaIdentity       *self);
gboolean        tropea_identity_sign            (TropeaIdentity       *self,
                                                 TropeaRecord         *record,
                                                 const char           *origin,
                                                 GError              **error);
char           *tropea_identity_dup_read_proof  (TropeaIdentity       *self,
                                                 const char           *origin,
                                                 const char           *target,
                                                 gint64                now_ms,
                                                 GError              **error);

G_END_DECLS
