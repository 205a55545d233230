/* tropea-json.h: reads members of a JSON object that came from outside
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

JsonObject *tropea_json_parse_object  (const char  *data,
                                       gsize        length_bytes,
                                       GError     **error);
gboolean    tropea_json_get_int64     (JsonObject  *object,
                                       const char  *name,
                                       gint64       lowest,
                                       gint64       highest,
                                       gint64      *value,
                                       GError     **error);
gboolean    tropea_json_get_string    (JsonObject  *object,
                                       const char  *name,
                                       gsize        longest_bytes,
                                       const char **value,
                                       GError     **error);
gboolean    tropea_json_get_boolean   (JsonObject  *object,
                                       const char  *name,
                                       gboolean    *value,
                                       GError     **error);
char       *tropea_json_to_string     (JsonObject  *object);

G_END_DECLS
