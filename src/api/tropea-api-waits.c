/* tropea-api-waits.c: what takes time: start, stop, restart, pause, new identity
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-api"

#include "config.h"

#include "api/tropea-api-private.h"

#include <microhttpd.h>

#include "api/tropea-api-answer.h"
#include "api/tropea-api-input.h"
#include "http/tropea-http-problem.h"

/* Whoever asks for a state is answered when it is there, when it cannot come any more, or when
 * the time is over: then with 202, and what was begun goes on. To ask for a state that is there
 * or on its way does no harm, so a script need not look first. While a verb of the host's is
 * under way its states say nothing yet: a restart begins with one that runs.
 */

#define LONGEST_WAIT_S 30

/* Each holds a connection; the rest are for who only looks. */
#define MOST_WAITS 24

typedef enum
{
  GOAL_RUNNING,
  GOAL_IDLE,
  GOAL_PAUSED,
  GOAL_RESUMED,
  GOAL_VERB,     /* that the host's verb is done, whatever the state */
} Goal;

typedef struct
{
  TropeaApi         *api;        /* (owned) */
  TropeaHttpRequest *request;    /* (owned) */
  Goal               goal;
  guint              timer;
  gboolean           is_pending; /* a verb of the host's is under way */
  gboolean           is_done;
} Wait;

static void
wait_clear (Wait *self)
{
  g_clear_object (&self->api);
  g_clear_pointer (&self->request, tropea_http_request_unref);
}

static void
wait_unref (Wait *self)
{
  g_rc_box_release_full (self, (GDestroyNotify) wait_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Wait, wait_unref)

static TropeaTorState
get_state (TropeaApi *api,
           gboolean  *is_simulating)
{
  TropeaTorState state = TROPEA_TOR_STATE_STOPPED;

  g_object_get (api->host, "state", &state, "is-simulating", is_simulating, NULL);

  return state;
}

static gboolean
is_idle (TropeaTorState state)
{
  return state == TROPEA_TOR_STATE_STOPPED || state == TROPEA_TOR_STATE_FAILED;
}

static void
refuse (TropeaHttpRequest *request,
        const char        *code,
        const char        *detail)
{
  tropea_http_request_fail (request, MHD_HTTP_CONFLICT, code, detail);
}

/* The request is answered. */
static void
end (Wait *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  self->is_done = TRUE;
  g_ptr_array_remove_fast (self->api->waits, self);
}

static void
succeed (Wait  *self,
         guint  code)
{
  tropea_api_answer_status (self->request, self->api->host, code);
  end (self);
}

static void
fail (Wait       *self,
      const char *code,
      const char *detail)
{
  refuse (self->request, code, detail);
  end (self);
}

/* @error: (nullable): where it is not the host's own failure */
static void
fail_with_tor (Wait         *self,
               const GError *error)
{
  const GError *failure = error != NULL ? error : tropea_host_get_failure (self->api->host);
  g_autoptr(TropeaTorDiagnosis) diagnosis = NULL;
  g_autoptr(JsonObject) problem = NULL;

  if (failure != NULL)
    diagnosis = tropea_tor_diagnosis_new_from_error (failure);
  problem = tropea_http_problem_new (MHD_HTTP_BAD_GATEWAY, "tor-failed",
                                     failure != NULL ? failure->message : "Tor failed");
  if (diagnosis != NULL)
    json_object_set_object_member (problem, "diagnosis",
                                   tropea_api_answer_new_diagnosis (diagnosis));
  tropea_http_request_respond_problem (self->request, problem);
  end (self);
}

static void
check_running (Wait           *self,
               TropeaTorState  state)
{
  if (state == TROPEA_TOR_STATE_RUNNING)
    succeed (self, MHD_HTTP_OK);
  else if (state == TROPEA_TOR_STATE_FAILED)
    fail_with_tor (self, NULL);
  else if (state == TROPEA_TOR_STATE_PAUSED)
    fail (self, "paused", "It was paused before it was connected: resume it");
  else if (state == TROPEA_TOR_STATE_STOPPED || state == TROPEA_TOR_STATE_STOPPING)
    fail (self, "stopped", "It was stopped before it was connected");
}

static void
check (Wait *self)
{
  gboolean is_simulating = FALSE;
  TropeaTorState state = get_state (self->api, &is_simulating);
  gboolean has_ended = is_idle (state) || state == TROPEA_TOR_STATE_STOPPING;

  if (self->is_done || self->is_pending || self->goal == GOAL_VERB)
    return;

  if (self->goal == GOAL_RUNNING)
    check_running (self, state);
  else if (self->goal == GOAL_IDLE && is_idle (state))
    succeed (self, MHD_HTTP_OK);
  else if (self->goal != GOAL_IDLE && has_ended)
    fail (self, "not-running", "It ended meanwhile: start it");
  else if (self->goal == GOAL_PAUSED && state == TROPEA_TOR_STATE_PAUSED)
    succeed (self, MHD_HTTP_OK);
  else if (self->goal == GOAL_RESUMED && state != TROPEA_TOR_STATE_PAUSED)
    succeed (self, MHD_HTTP_OK);
}

static void
check_all_cb (TropeaApi *self)
{
  g_autoptr(GPtrArray) waits = g_ptr_array_new_with_free_func ((GDestroyNotify) wait_unref);

  for (guint i = 0; i < self->waits->len; i++)
    g_ptr_array_add (waits, g_rc_box_acquire (g_ptr_array_index (self->waits, i)));
  for (guint i = 0; i < waits->len; i++)
    check (g_ptr_array_index (waits, i));
}

static gboolean
time_is_up_cb (gpointer user_data)
{
  Wait *self = user_data;

  self->timer = 0;
  succeed (self, MHD_HTTP_ACCEPTED);

  return G_SOURCE_REMOVE;
}

/* Returns: (transfer full) (nullable): NULL where the request is answered already */
static Wait *
wait_new (TropeaApi         *api,
          TropeaHttpRequest *request,
          Goal               goal)
{
  Wait *self = NULL;

  if (api->waits->len >= MOST_WAITS)
    {
      tropea_http_request_fail (request, MHD_HTTP_SERVICE_UNAVAILABLE, "unavailable",
                                "Too many wait already: try again in a moment");
      return NULL;
    }

  self = g_rc_box_new0 (Wait);
  self->api = g_object_ref (api);
  self->request = tropea_http_request_ref (request);
  self->goal = goal;
  g_ptr_array_add (api->waits, g_rc_box_acquire (self));

  return self;
}

static void
wait_begin (Wait   *self,
            gint64  seconds)
{
  check (self);
  if (self->is_done)
    return;

  if (seconds == 0)
    succeed (self, MHD_HTTP_ACCEPTED);
  else
    self->timer = g_timeout_add_seconds ((guint) seconds, time_is_up_cb, self);
}

static void
begun_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(Wait) self = user_data;
  g_autoptr(GError) error = NULL;
  gboolean is_good = FALSE;

  /* The finish of a restart is that of a task, as is that of a start. */
  is_good = g_task_propagate_boolean (G_TASK (result), &error);
  self->is_pending = FALSE;
  if (self->is_done)
    return;

  if (is_good && self->goal != GOAL_VERB)
    check (self);
  else if (is_good)
    succeed (self, MHD_HTTP_OK);
  else if (self->goal == GOAL_VERB)
    fail (self, "not-running", error->message);
  else if (g_error_matches (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CANCELLED))
    fail (self, "stopped", error->message);
  else if (error->domain == TROPEA_HOST_ERROR)
    fail (self, "stopping", error->message);
  else
    fail_with_tor (self, error);
}

/* Tor has ended; what is left to be said is about the session that this ended. */
static void
stopped_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(Wait) self = user_data;
  g_autoptr(GError) error = NULL;
  gboolean is_good = tropea_host_stop_finish (TROPEA_HOST (object), result, &error);

  self->is_pending = FALSE;
  if (self->is_done)
    return;

  if (is_good || error->domain == TROPEA_HOST_ERROR || error->domain == TROPEA_TOR_ERROR)
    {
      check (self);
      return;
    }

  tropea_http_request_fail (self->request, MHD_HTTP_INTERNAL_SERVER_ERROR, "failed",
                            error->message);
  end (self);
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
  TropeaTorState state = get_state (api, &is_simulating);

  if (is_idle (state))
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
  g_autoptr(Wait) wait = NULL;
  gboolean is_simulating = FALSE;
  gint64 seconds = 0;

  if (!read_wait (request, &seconds) || refuse_start (api, request, is_for_simulation) ||
      (wait = wait_new (api, request, GOAL_RUNNING)) == NULL)
    return;

  if (is_idle (get_state (api, &is_simulating)))
    {
      wait->is_pending = TRUE;
      if (is_for_simulation)
        tropea_host_simulate_async (api->host, begun_cb, g_rc_box_acquire (wait));
      else
        tropea_host_start_async (api->host, begun_cb, g_rc_box_acquire (wait));
    }
  wait_begin (wait, seconds);
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
  g_autoptr(Wait) wait = NULL;
  gboolean is_simulating = FALSE;
  gint64 seconds = 0;

  if (!read_wait (request, &seconds))
    return;

  if (get_state (door->api, &is_simulating) == TROPEA_TOR_STATE_STOPPING)
    {
      refuse (request, "stopping", "The last run is still ending: try again in a moment");
      return;
    }

  wait = wait_new (door->api, request, GOAL_RUNNING);
  if (wait == NULL)
    return;

  wait->is_pending = TRUE;
  tropea_host_restart_async (door->api->host, begun_cb, g_rc_box_acquire (wait));
  wait_begin (wait, seconds);
}

static void
stop (TropeaHttpRequest *request,
      TropeaApi         *api)
{
  g_autoptr(Wait) wait = wait_new (api, request, GOAL_IDLE);
  gboolean is_simulating = FALSE;
  TropeaTorState state = get_state (api, &is_simulating);

  if (wait == NULL)
    return;

  if (!is_idle (state) && state != TROPEA_TOR_STATE_STOPPING)
    {
      wait->is_pending = TRUE;
      tropea_host_stop_async (api->host, stopped_cb, g_rc_box_acquire (wait));
    }
  wait_begin (wait, LONGEST_WAIT_S);
}

void
tropea_api_stop_cb (TropeaHttpRequest *request,
                    gpointer           user_data)
{
  TropeaApiDoor *door = user_data;

  if (tropea_api_input_read_body (request, NULL, 0))
    stop (request, door->api);
}

void
tropea_api_simulate_stop_cb (TropeaHttpRequest *request,
                             gpointer           user_data)
{
  TropeaApiDoor *door = user_data;
  gboolean is_simulating = FALSE;

  if (!tropea_api_input_read_body (request, NULL, 0))
    return;

  if (!is_idle (get_state (door->api, &is_simulating)) && !is_simulating)
    refuse (request, "tor-running", "It is tor that is running, not the simulation");
  else
    stop (request, door->api);
}

static void
set_paused (TropeaHttpRequest *request,
            TropeaApi         *api,
            gboolean           paused)
{
  g_autoptr(Wait) wait = NULL;
  gboolean is_simulating = FALSE;
  TropeaTorState state = get_state (api, &is_simulating);

  if (!tropea_api_input_read_body (request, NULL, 0))
    return;

  if (state != TROPEA_TOR_STATE_RUNNING && state != TROPEA_TOR_STATE_BOOTSTRAPPING &&
      state != TROPEA_TOR_STATE_PAUSED)
    {
      refuse (request, "not-running", "Nothing is running: start it first");
      return;
    }

  wait = wait_new (api, request, paused ? GOAL_PAUSED : GOAL_RESUMED);
  if (wait == NULL)
    return;

  if ((state == TROPEA_TOR_STATE_PAUSED) != paused)
    tropea_host_set_paused (api->host, paused);
  wait_begin (wait, LONGEST_WAIT_S);
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
  g_autoptr(Wait) wait = NULL;
  gboolean is_simulating = FALSE;
  TropeaTorState state = get_state (door->api, &is_simulating);

  if (!tropea_api_input_read_body (request, NULL, 0))
    return;

  if (is_simulating)
    refuse (request, "simulation-running", "A simulation has no circuits");
  else if (state != TROPEA_TOR_STATE_RUNNING && state != TROPEA_TOR_STATE_BOOTSTRAPPING)
    refuse (request, "not-running", "Tor is not running: start it first");
  else if ((wait = wait_new (door->api, request, GOAL_VERB)) != NULL)
    {
      tropea_host_new_identity_async (door->api->host, begun_cb, g_rc_box_acquire (wait));
      wait_begin (wait, LONGEST_WAIT_S);
    }
}

void
tropea_api_waits_init (TropeaApi *self)
{
  self->waits = g_ptr_array_new_with_free_func ((GDestroyNotify) wait_unref);
  g_signal_connect_object (self->host, "notify::state", G_CALLBACK (check_all_cb), self,
                           G_CONNECT_SWAPPED);
}

void
tropea_api_waits_close (TropeaApi *self)
{
  while (self->waits->len > 0)
    {
      g_autoptr(Wait) wait = g_rc_box_acquire (g_ptr_array_index (self->waits, 0));

      tropea_http_request_fail (wait->request, MHD_HTTP_SERVICE_UNAVAILABLE, "unavailable",
                                "Tropea is about to end");
      end (wait);
    }
}
