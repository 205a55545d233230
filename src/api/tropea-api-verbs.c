/* tropea-api-verbs.c: what is done at once: monitoring, thresholds, reset, submit
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-api"

#include "config.h"

#include "api/tropea-api-private.h"

#include <microhttpd.h>

#include "api/tropea-api-answer.h"
#include "api/tropea-api-input.h"

static void
set_monitoring (TropeaHttpRequest *request,
                TropeaApi         *api,
                gboolean           monitoring)
{
  if (!tropea_api_input_read_body (request, NULL, 0))
    return;

  tropea_host_set_monitoring (api->host, monitoring);
  tropea_api_answer_status (request, api->host, MHD_HTTP_OK);
}

void
tropea_api_monitoring_start_cb (TropeaHttpRequest *request,
                                gpointer           user_data)
{
  TropeaApiDoor *door = user_data;

  set_monitoring (request, door->api, TRUE);
}

void
tropea_api_monitoring_stop_cb (TropeaHttpRequest *request,
                               gpointer           user_data)
{
  TropeaApiDoor *door = user_data;

  set_monitoring (request, door->api, FALSE);
}

/* What was not given stays as it is. */
void
tropea_api_set_thresholds_cb (TropeaHttpRequest *request,
                              gpointer           user_data)
{
  TropeaApiDoor *door = user_data;
  TropeaHost *host = door->api->host;
  g_autoptr(JsonObject) answer = NULL;
  TropeaThresholds thresholds = { 0 };
  TropeaApiInput inputs[] = {
    { .name = "minBytes", .lowest = 1, .highest = TROPEA_RECORD_MAX_INTEGER },
    { .name = "minDuration", .lowest = 1, .highest = TROPEA_THRESHOLDS_SECONDS_LIMIT },
    { .name = "maxDuration", .lowest = 1, .highest = TROPEA_THRESHOLDS_SECONDS_LIMIT },
  };

  g_object_get (host, "min-bytes", &inputs[0].value, "min-seconds", &inputs[1].value,
                "max-seconds", &inputs[2].value, NULL);
  if (!tropea_api_input_read_body (request, inputs, G_N_ELEMENTS (inputs)))
    return;

  if (!inputs[0].is_given && !inputs[1].is_given && !inputs[2].is_given)
    {
      tropea_api_input_refuse (request, "missing-field", "minBytes",
                               "Say at least one of minBytes, minDuration and maxDuration");
      return;
    }

  thresholds.min_bytes = inputs[0].value;
  thresholds.min_seconds = inputs[1].value;
  thresholds.max_seconds = inputs[2].value;
  if (thresholds.min_seconds > thresholds.max_seconds)
    tropea_api_input_refuse (request, "invalid-value",
                             inputs[1].is_given ? "minDuration" : "maxDuration",
                             "“minDuration” must not be more than “maxDuration”");
  else if (!tropea_host_set_thresholds (host, &thresholds, NULL))
    tropea_api_input_refuse (request, "invalid-value", "minBytes",
                             "No session can move that much");
  else
    {
      answer = tropea_api_answer_new_limits (host);
      tropea_http_request_respond_json (request, answer);
    }
}

void
tropea_api_reset_cb (TropeaHttpRequest *request,
                     gpointer           user_data)
{
  TropeaApiDoor *door = user_data;
  TropeaApiInput inputs[] = { { .name = "confirm", .is_true = TRUE } };

  if (!tropea_api_input_read_body (request, inputs, G_N_ELEMENTS (inputs)))
    return;

  if (!inputs[0].is_given)
    {
      tropea_api_input_refuse (request, "confirmation-needed", "confirm",
                               "Send {\"confirm\":true}: the bytes so far and the activity are "
                               "forgotten for good");
      return;
    }

  tropea_host_reset_statistics (door->api->host);
  tropea_api_answer_status (request, door->api->host, MHD_HTTP_OK);
}

void
tropea_api_submit_cb (TropeaHttpRequest *request,
                      gpointer           user_data)
{
  TropeaApiDoor *door = user_data;
  gboolean is_on_its_way = FALSE;

  if (!tropea_api_input_read_body (request, NULL, 0))
    return;

  is_on_its_way = tropea_host_submit_now (door->api->host);
  tropea_api_answer_status (request, door->api->host,
                            is_on_its_way ? MHD_HTTP_ACCEPTED : MHD_HTTP_OK);
}
