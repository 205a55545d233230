/* tropea-http-request.h: one request, from its first line to its answer
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>
#include <sys/types.h>

#include "http/tropea-http-stream.h"

G_BEGIN_DECLS

typedef struct _TropeaHttpRequest TropeaHttpRequest;

#define TROPEA_TYPE_HTTP_REQUEST (tropea_http_request_get_type ())

GType              tropea_http_request_get_type        (void);
TropeaHttpRequest *tropea_http_request_ref             (TropeaHttpRequest *self);
void               tropea_http_request_unref           (TropeaHttpRequest *self);

const char        *tropea_http_request_get_target      (TropeaHttpRequest *self);
GBytes            *tropea_http_request_get_body        (TropeaHttpRequest *self);
const char        *tropea_http_request_get_header      (TropeaHttpRequest *self,
                                                        const char        *name);
gboolean           tropea_http_request_dup_query       (TropeaHttpRequest *self,
                                                        const char        *name,
                                                        char             **value);
gint64            *tropea_http_request_get_slot        (TropeaHttpRequest *self);
gboolean           tropea_http_request_get_peer_uid    (TropeaHttpRequest *self,
                                                        uid_t             *uid);

void               tropea_http_request_set_retry_after (TropeaHttpRequest *self,
                                                        guint              seconds);
const char        *tropea_http_request_get_cookie      (TropeaHttpRequest *self,
                                                        const char        *name);
void               tropea_http_request_add_header      (TropeaHttpRequest *self,
                                                        const char        *name,
                                                        const char        *value);
void               tropea_http_request_set_challenge   (TropeaHttpRequest *self,
                                                        const char        *challenge);
TropeaHttpStream  *tropea_http_request_respond_stream  (TropeaHttpRequest *self,
                                                        const char        *content_type,
                                                        guint              max_waiting);
void               tropea_http_request_respond         (TropeaHttpRequest *self,
                                                        guint              status,
                                                        const char        *content_type,
                                                        const char        *body);
void               tropea_http_request_respond_bytes   (TropeaHttpRequest *self,
                                                        const char        *content_type,
                                                        const char        *caching,
                                                        GBytes            *body);
void               tropea_http_request_respond_json    (TropeaHttpRequest *self,
                                                        JsonObject        *object);
void               tropea_http_request_respond_problem (TropeaHttpRequest *self,
                                                        JsonObject        *problem);
void               tropea_http_request_fail            (TropeaHttpRequest *self,
                                                        guint              status,
                                                        const char        *code,
                                                        const char        *detail);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaHttpRequest, tropea_http_request_unref)

G_END_DECLS
