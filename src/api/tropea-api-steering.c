/* tropea-api-steering.c: start, stop, restart, pause, new identity
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-api"

#include "config.h"

#include "api/tropea-api-private.h"

#include <microhttpd.h>

#include "api/tropea-api-input.h"
#include "api/tropea-api-wait.h"

/* To ask for a state that is there or on its way does no harm, so a script need not look first.
 * What cannot be had from here is refused with what stands in its way.
 */

#define LONGEST_WAIT_S 30

static void
refuse (TropeaHttpRequest *request,
        const char        *code,
        const char        *detail)
{
  tropea_http_request_fail (request, MHD_HTTP_CONFLICT, code, detail);
}

static gboolean
read_wait (TropeaHttpRequest *request,
           gint64            *seconds)
{
  TropeaApiInput inputs[] = {
    { .name = "wait", .lowest = 0, .highest = LONGEST_WAIT_S, .value = LONGEST_WAIT_S },
  };

  if (!tropea_api_input_read_body (request, inputs, G_N_ELEMENTS (inputs)))
    return FALSE;

  *seconds = inputs[0].value;
  return TRUE;
}

/* What stands in the way of a start, in the order of what helps. */
static gboolean
refuse_start (TropeaApi         *api,
              TropeaHttpRequest *request,
              gboolean           is_for_simulation)
{
  gboolean is_simulating = FALSE;
  TropeaTorState state = tropea_api_get_state (api, &is_simulating);

  if (tropea_api_is_idle (state))
    return FALSE;

  if (state == TROPEA_TOR_STATE_STOPPING)
    refuse (request, "stopping", "The last run is still ending: try again in a moment");
  else if (is_simulating && !is_for_simulation)
    refuse (request, "simulation-running", "The simulation is running: stop it first");
  else if (!is_simulating && is_for_simulation)
    refuse (request, "tor-running", "Tor is running: stop it first");
  else if (state == TROPEA_TOR_STATE_PAUSED)
    refuse (request, "paused", "It is paused: resume it");
  else
    return FALSE;

  return TRUE;
}

static void
start (TropeaHttpRequest *request,
       TropeaApi         *api,
       gboolean           is_for_simulation)
{
  g_autoptr(TropeaApiWait) wait = NULL;
  gboolean is_simulating = FALSE;
  gint64 seconds = 0;

  if (!read_wait (request, &seconds) || refuse_start (api, request, is_for_simulation) ||
      (wait = tropea_api_wait_new (api, request, TROPEA_API_GOAL_RUNNING)) == NULL)
    return;

  if (tropea_api_is_idle (tropea_api_get_state (api, &is_simulating)))
    {
      tropea_api_wait_expect (wait);
      if (is_for_simulation)
        tropea_host_simulate_async (api->host, tropea_api_wait_begun_cb,
                                    tropea_api_wait_ref (wait));
      else
        tropea_host_start_async (api->host, tropea_api_wait_begun_cb, tropea_api_wait_ref (wait));
    }
  tropea_api_wait_begin (wait, seconds);
}

void
tropea_api_start_cb (TropeaHttpRequest *request,
                     gpointer           user_data)
{
  TropeaApiDoor *door = user_data;

  start (request, door->api, FALSE);
}

void
tropea_api_simulate_cb (TropeaHttpRequest *request,
                        gpointer           user_data)
{
  TropeaApiDoor *door = user_data;

  start (request, door->api, TRUE);
}

void
tropea_api_restart_cb (TropeaHttpRequest *request,
                       gpointer           user_data)
{
  TropeaApiDoor *door = user_data;
  g_autoptr(TropeaApiWait) wait = NULL;
  gboolean is_simulating = FALSE;
  gint64 seconds = 0;

  if (!read_wait (request, &seconds))
    return;

  if (tropea_api_get_state (door->api, &is_simulating) == TROPEA_TOR_STATE_STOPPING)
    {
      refuse (request, "stopping", "The last run is still ending: try again in a moment");
      return;
    }

  wait = tropea_api_wait_new (door->api, request, TROPEA_API_GOAL_RUNNING);
  if (wait == NULL)
    return;

  tropea_api_wait_expect (wait);
  tropea_host_restart_async (door->api->host, tropea_api_wait_begun_cb, tropea_api_wait_ref (wait));
  tropea_api_wait_begin (wait, seconds);
}

void
tropea_api_attach_cb (TropeaHttpRequest *request,
                      gpointer           user_data)
{
  TropeaApiDoor *door = user_data;
  TropeaApi *api = door->api;
  g_autoptr(TropeaApiWait) wait = NULL;
  g_autofree char *address = NULL;
  gboolean is_simulating = FALSE;
  gboolean is_good = FALSE;
  TropeaApiInput inputs[] = {
    { .name = "wait", .lowest = 0, .highest = LONGEST_WAIT_S, .value = LONGEST_WAIT_S },
    { .name = "address", .is_text = TRUE },
  };

  is_good = tropea_api_input_read_body (request, inputs, G_N_ELEMENTS (inputs));
  address = inputs[1].text;
  if (!is_good)
    return;

  if (!tropea_api_is_idle (tropea_api_get_state (api, &is_simulating)))
    {
      refuse (request, is_simulating ? "simulation-running" : "tor-running",
              "Something is running already: stop it first");
      return;
    }

  wait = tropea_api_wait_new (api, request, TROPEA_API_GOAL_RUNNING);
  if (wait == NULL)
    return;

  tropea_api_wait_expect (wait);
  tropea_host_attach_async (api->host, address, tropea_api_wait_begun_cb,
                            tropea_api_wait_ref (wait));
  tropea_api_wait_begin (wait, inputs[0].value);
}

static void
stop (TropeaHttpRequest *request,
      TropeaApi         *api,
      gint64             seconds)
{
  g_autoptr(TropeaApiWait) wait = tropea_api_wait_new (api, request, TROPEA_API_GOAL_IDLE);
  gboolean is_simulating = FALSE;
  TropeaTorState state = tropea_api_get_state (api, &is_simulating);

  if (wait == NULL)
    return;

  if (!tropea_api_is_idle (state) && state != TROPEA_TOR_STATE_STOPPING)
    {
      tropea_api_wait_expect (wait);
      tropea_host_stop_async (api->host, tropea_api_wait_stopped_cb, tropea_api_wait_ref (wait));
    }
  tropea_api_wait_begin (wait, seconds);
}

void
tropea_api_stop_cb (TropeaHttpRequest *request,
                    gpointer           user_data)
{
  TropeaApiDoor *door = user_data;
  gint64 seconds = 0;

  if (read_wait (request, &seconds))
    stop (request, door->api, seconds);
}

void
tropea_api_simulate_stop_cb (TropeaHttpRequest *request,
                             gpointer           user_data)
{
  TropeaApiDoor *door = user_data;
  gboolean is_simulating = FALSE;
  gint64 seconds = 0;

  if (!read_wait (request, &seconds))
    return;

  if (!tropea_api_is_idle (tropea_api_get_state (door->api, &is_simulating)) && !is_simulating)
    refuse (request, "tor-running", "It is tor that is running, not the simulation");
  else
    stop (request, door->api, seconds);
}

static void
set_paused (TropeaHttpRequest *request,
            TropeaApi         *api,
            gboolean           paused)
{
  g_autoptr(TropeaApiWait) wait = NULL;
  gboolean is_simulating = FALSE;
  TropeaTorState state = tropea_api_get_state (api, &is_simulating);
  gint64 seconds = 0;

  if (!read_wait (request, &seconds))
    return;

  if (state != TROPEA_TOR_STATE_RUNNING && state != TROPEA_TOR_STATE_BOOTSTRAPPING &&
      state != TROPEA_TOR_STATE_PAUSED)
    {
      refuse (request, "not-running", "Nothing is running: start it first");
      return;
    }

  wait = tropea_api_wait_new (api, request,
                              paused ? TROPEA_API_GOAL_PAUSED : TROPEA_API_GOAL_RESUMED);
  if (wait == NULL)
    return;

  if ((state == TROPEA_TOR_STATE_PAUSED) != paused)
    tropea_host_set_paused (api->host, paused);
  tropea_api_wait_begin (wait, seconds);
}

void
tropea_api_pause_cb (TropeaHttpRequest *request,
                     gpointer           user_data)
{
  TropeaApiDoor *door = user_data;

  set_paused (request, door->api, TRUE);
}

void
tropea_api_resume_cb (TropeaHttpRequest *request,
                      gpointer           user_data)
{
  TropeaApiDoor *door = user_data;

  set_paused (request, door->api, FALSE);
}

void
tropea_api_new_identity_cb (TropeaHttpRequest *request,
                            gpointer           user_data)
{
  TropeaApiDoor *door = user_data;
  g_autoptr(TropeaApiWait) wait = NULL;
  gboolean is_simulating = FALSE;
  TropeaTorState state = tropea_api_get_state (door->api, &is_simulating);
  gint64 seconds = 0;

  if (!read_wait (request, &seconds))
    return;

  if (is_simulating)
    refuse (request, "simulation-running", "A simulation has no circuits");
  else if (state != TROPEA_TOR_STATE_RUNNING && state != TROPEA_TOR_STATE_BOOTSTRAPPING)
    refuse (request, "not-running", "Tor is not running: start it first");
  else if ((wait = tropea_api_wait_new (door->api, request, TROPEA_API_GOAL_VERB)) != NULL)
    {
      tropea_api_wait_expect (wait);
      tropea_host_new_identity_async (door->api->host, tropea_api_wait_begun_cb,
                                      tropea_api_wait_ref (wait));
      tropea_api_wait_begin (wait, seconds);
    }
}
