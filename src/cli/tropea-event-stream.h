/* tropea-event-stream.h: the events of a running Tropea, until it ends
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "cli/tropea-api-client.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_EVENT_STREAM (tropea_event_stream_get_type ())

G_DECLARE_FINAL_TYPE (TropeaEventStream, tropea_event_stream, TROPEA, EVENT_STREAM, GObject)

/* Signals: "event" (JsonObject): as it comes; "ended" (GError): once, nothing comes any more.
 * TROPEA_API_CLIENT_ERROR_ENDED is the end of a Tropea that was there,
 * TROPEA_API_CLIENT_ERROR_NO_TROPEA that there never was one.
 */
TropeaEventStream *tropea_event_stream_new   (TropeaApiClient   *client);
void               tropea_event_stream_start (TropeaEventStream *self);

G_END_DECLS
