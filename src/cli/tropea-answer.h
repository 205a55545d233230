/* tropea-answer.h: reads what a running Tropea answers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "api/tropea-status.h"
#include "session/tropea-session.h"

G_BEGIN_DECLS

/* What is not there, or of another kind, is 0, FALSE, "" or NULL: an older or a newer Tropea may
 * say less or more. */
gint64         tropea_answer_get_number  (JsonObject   *object,
                                          const char   *name);
gboolean       tropea_answer_get_flag    (JsonObject   *object,
                                          const char   *name);
const char    *tropea_answer_get_text    (JsonObject   *object,
                                          const char   *name);
JsonObject    *tropea_answer_get_object  (JsonObject   *object,
                                          const char   *name);
/* The @index-th object of a list; NULL behind its end. */
JsonObject    *tropea_answer_get_item    (JsonObject   *object,
                                          const char   *name,
                                          guint         index);
/* @status: (out caller-allocates): holds nothing before */
void           tropea_answer_read_status (JsonObject   *object,
                                          TropeaStatus *status);
/* Returns: (transfer full) (nullable): NULL where @object is no session */
TropeaSession *tropea_answer_new_session (JsonObject   *object);

G_END_DECLS
