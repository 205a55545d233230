/* tropea-encoding.h: base64 and hexadecimal with exactly one spelling for each value
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char     *tropea_base64_encode (const guint8 *data,
                                gsize         size_bytes);
gboolean  tropea_base64_decode (const char   *string,
                                gsize         length_bytes,
                                guint8       *data,
                                gsize         size_bytes);
char     *tropea_hex_encode    (const guint8 *data,
                                gsize         size_bytes);
gboolean  tropea_hex_decode    (const char   *string,
                                gsize         length_bytes,
                                guint8       *data,
                                gsize         size_bytes);

G_END_DECLS
