/* tropea-http-stream-private.h: what the request does to a stream
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <microhttpd.h>

#include "http/tropea-http-stream.h"

G_BEGIN_DECLS

TropeaHttpStream    *tropea_http_stream_new          (GSource               *source,
                                                      guint                  max_waiting);
struct MHD_Response *tropea_http_stream_new_response (TropeaHttpStream      *self);
void                 tropea_http_stream_attach       (TropeaHttpStream      *self,
                                                      struct MHD_Connection *connection);
void                 tropea_http_stream_detach       (TropeaHttpStream      *self);

G_END_DECLS
