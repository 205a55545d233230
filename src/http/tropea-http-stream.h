/* tropea-http-stream.h: an answer that goes on as long as its reader does
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef struct _TropeaHttpStream TropeaHttpStream;

TropeaHttpStream *tropea_http_stream_ref         (TropeaHttpStream *self);
void              tropea_http_stream_unref       (TropeaHttpStream *self);
/* FALSE where the reader is too slow: then @piece is not sent. */
gboolean          tropea_http_stream_push        (TropeaHttpStream *self,
                                                  GBytes           *piece);
guint             tropea_http_stream_get_waiting (TropeaHttpStream *self);
/* FALSE once the reader is gone. */
gboolean          tropea_http_stream_is_open     (TropeaHttpStream *self);
/* Send what waits, and no more. */
void              tropea_http_stream_end         (TropeaHttpStream *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaHttpStream, tropea_http_stream_unref)

G_END_DECLS
