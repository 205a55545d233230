/* tropea-small-file.h: reads and makes the small files beside the store without surprises
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean tropea_small_file_read    (const char    *path,
                                    gboolean       must_be_private,
                                    gpointer       data,
                                    gsize          size_bytes,
                                    gsize         *length_bytes,
                                    GError       **error);
gboolean tropea_small_file_create  (const char    *path,
                                    gconstpointer  data,
                                    gsize          size_bytes,
                                    GError       **error);
gboolean tropea_small_file_replace (const char    *path,
                                    const char    *text,
                                    GError       **error);

G_END_DECLS
