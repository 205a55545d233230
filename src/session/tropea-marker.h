/* tropea-marker.h: the public key on disk that says that there is an identity
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean tropea_marker_read  (const char  *path,
                              char       **public_key,
                              GError     **error);
gboolean tropea_marker_write (const char  *path,
                              const char  *public_key,
                              GError     **error);

G_END_DECLS
