/* tropea-event-parser.h: bytes of a Server-Sent Events stream in, JSON objects out
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct _TropeaEventParser TropeaEventParser;

typedef void (*TropeaEventFunc) (JsonObject *event,
                                 gpointer    user_data);

/* Pure. */
TropeaEventParser *tropea_event_parser_new  (void);
void               tropea_event_parser_free (TropeaEventParser *self);
/* Calls @found for each event that is complete with @data; what is no event of ours is left out.
 * FALSE: no stream of ours has lines that long. */
gboolean           tropea_event_parser_push (TropeaEventParser *self,
                                             const char        *data,
                                             gsize              length_bytes,
                                             TropeaEventFunc    found,
                                             gpointer           user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaEventParser, tropea_event_parser_free)

G_END_DECLS
