/* tropea-secret.h: bytes in locked memory that are wiped when the last owner lets go
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef struct _TropeaSecret TropeaSecret;

#define TROPEA_TYPE_SECRET (tropea_secret_get_type ())

GType         tropea_secret_get_type       (void);
gboolean      tropea_secret_init           (GError       **error);
TropeaSecret *tropea_secret_new            (gsize          size_bytes);
TropeaSecret *tropea_secret_new_from_bytes (gconstpointer  data,
                                            gsize          size_bytes);
TropeaSecret *tropea_secret_ref            (TropeaSecret  *self);
void          tropea_secret_unref          (TropeaSecret  *self);
guint8       *tropea_secret_get_data       (TropeaSecret  *self);
gsize         tropea_secret_get_size       (TropeaSecret  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaSecret, tropea_secret_unref)

G_END_DECLS
