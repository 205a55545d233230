/* tropea-http-request-private.h: what the server does to a request
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <microhttpd.h>

#include "http/tropea-http-request.h"

G_BEGIN_DECLS

TropeaHttpRequest *tropea_http_request_new            (const char            *target);
gboolean           tropea_http_request_is_begun       (TropeaHttpRequest     *self);
void               tropea_http_request_begin          (TropeaHttpRequest     *self,
                                                       struct MHD_Connection *connection,
                                                       GSource               *source);
void               tropea_http_request_end            (TropeaHttpRequest     *self);
gboolean           tropea_http_request_has_path       (TropeaHttpRequest     *self,
                                                       const char            *path);
void               tropea_http_request_append_body    (TropeaHttpRequest     *self,
                                                       const char            *data,
                                                       gsize                  size_bytes);
void               tropea_http_request_set_route      (TropeaHttpRequest     *self,
                                                       gconstpointer          route);
gconstpointer      tropea_http_request_steal_route    (TropeaHttpRequest     *self);
void               tropea_http_request_close_after    (TropeaHttpRequest     *self);
void               tropea_http_request_set_allow      (TropeaHttpRequest     *self,
                                                       const char            *methods);
void               tropea_http_request_set_path       (TropeaHttpRequest     *self,
                                                       const char            *path);
const char        *tropea_http_request_get_path       (TropeaHttpRequest     *self);
guint              tropea_http_request_get_status     (TropeaHttpRequest     *self);
const char        *tropea_http_request_get_code       (TropeaHttpRequest     *self,
                                                       const char           **rule);
gboolean           tropea_http_request_is_answered    (TropeaHttpRequest     *self);
void               tropea_http_request_end_stream     (TropeaHttpRequest     *self);
enum MHD_Result    tropea_http_request_queue_or_wait  (TropeaHttpRequest     *self);

G_END_DECLS
