/* tropea-api-place.h: where the local API of a Tropea is found
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

char     *tropea_api_dup_socket_path (const char  *data_dir);
gboolean  tropea_api_make_folder     (const char  *socket_path,
                                      GError     **error);
char     *tropea_api_dup_token       (const char  *data_dir,
                                      GError     **error);

G_END_DECLS
