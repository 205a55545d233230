/* tropea-api-wait.c: somebody who waits until a host is in a state
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-api"

#include "config.h"

#include "api/tropea-api-wait.h"

#include <microhttpd.h>

#include "api/tropea-api-answer.h"
#include "http/tropea-http-problem.h"

/* Whoever asks for a state is answered when it is there, when it cannot come any more, or when
 * the time is over: then with 202, and what was begun goes on. While a verb of the host's is
 * under way its states say nothing yet: a restart begins with one that runs.
 */

/* Each holds a connection; the rest are for who only looks. */
#define MOST_WAITS 24

struct _TropeaApiWait
{
  TropeaApi         *api;        /* (owned) */
  TropeaHttpRequest *request;    /* (owned) */
  TropeaApiGoal      goal;
  guint              timer;
  gboolean           is_pending; /* a verb of the host's is under way */
  gboolean           is_done;
};

static void
wait_clear (TropeaApiWait *self)
{
  g_clear_object (&self->api);
  g_clear_pointer (&self->request, tropea_http_request_unref);
}

TropeaApiWait *
tropea_api_wait_ref (TropeaApiWait *self)
{
  return g_rc_box_acquire (self);
}

void
tropea_api_wait_unref (TropeaApiWait *self)
{
  g_rc_box_release_full (self, (GDestroyNotify) wait_clear);
}

TropeaTorState
tropea_api_get_state (TropeaApi *api,
                      gboolean  *is_simulating)
{
  TropeaTorState state = TROPEA_TOR_STATE_STOPPED;

  g_object_get (api->host, "state", &state, "is-simulating", is_simulating, NULL);

  return state;
}

gboolean
tropea_api_is_idle (TropeaTorState state)
{
  return state == TROPEA_TOR_STATE_STOPPED || state == TROPEA_TOR_STATE_FAILED;
}

/* The request is answered. */
static void
end (TropeaApiWait *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  self->is_done = TRUE;
  g_ptr_array_remove_fast (self->api->waits, self);
}

static void
succeed (TropeaApiWait  *self,
         guint  code)
{
  tropea_api_answer_status (self->request, self->api->host, code);
  end (self);
}

static void
fail (TropeaApiWait       *self,
      const char *code,
      const char *detail)
{
  tropea_http_request_fail (self->request, MHD_HTTP_CONFLICT, code, detail);
  end (self);
}

/* @error: (nullable): where it is not the host's own failure */
static void
fail_with_tor (TropeaApiWait         *self,
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
check_running (TropeaApiWait           *self,
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
check (TropeaApiWait *self)
{
  gboolean is_simulating = FALSE;
  TropeaTorState state = tropea_api_get_state (self->api, &is_simulating);
  gboolean has_ended = tropea_api_is_idle (state) || state == TROPEA_TOR_STATE_STOPPING;

  if (self->is_done || self->is_pending || self->goal == TROPEA_API_GOAL_VERB)
    return;

  if (self->goal == TROPEA_API_GOAL_RUNNING)
    check_running (self, state);
  else if (self->goal == TROPEA_API_GOAL_IDLE && tropea_api_is_idle (state))
    succeed (self, MHD_HTTP_OK);
  else if (self->goal != TROPEA_API_GOAL_IDLE && has_ended)
    fail (self, "not-running", "It ended meanwhile: start it");
  else if (self->goal == TROPEA_API_GOAL_PAUSED && state == TROPEA_TOR_STATE_PAUSED)
    succeed (self, MHD_HTTP_OK);
  else if (self->goal == TROPEA_API_GOAL_RESUMED && state != TROPEA_TOR_STATE_PAUSED)
    succeed (self, MHD_HTTP_OK);
}

static void
check_all_cb (TropeaApi *self)
{
  g_autoptr(GPtrArray) waits = NULL;

  waits = g_ptr_array_new_with_free_func ((GDestroyNotify) tropea_api_wait_unref);
  for (guint i = 0; i < self->waits->len; i++)
    g_ptr_array_add (waits, g_rc_box_acquire (g_ptr_array_index (self->waits, i)));
  for (guint i = 0; i < waits->len; i++)
    check (g_ptr_array_index (waits, i));
}

static gboolean
time_is_up_cb (gpointer user_data)
{
  TropeaApiWait *self = user_data;

  self->timer = 0;
  succeed (self, MHD_HTTP_ACCEPTED);

  return G_SOURCE_REMOVE;
}

/* Returns: (transfer full) (nullable): NULL where the request is answered already */
TropeaApiWait *
tropea_api_wait_new (TropeaApi         *api,
                     TropeaHttpRequest *request,
                     TropeaApiGoal      goal)
{
  TropeaApiWait *self = NULL;

  if (api->waits->len >= MOST_WAITS)
    {
      tropea_http_request_fail (request, MHD_HTTP_SERVICE_UNAVAILABLE, "unavailable",
                                "Too many wait already: try again in a moment");
      return NULL;
    }

  self = g_rc_box_new0 (TropeaApiWait);
  self->api = g_object_ref (api);
  self->request = tropea_http_request_ref (request);
  self->goal = goal;
  g_ptr_array_add (api->waits, g_rc_box_acquire (self));

  return self;
}

void
tropea_api_wait_begin (TropeaApiWait *self,
                       gint64         seconds)
{
  check (self);
  if (self->is_done)
    return;

  if (seconds == 0)
    succeed (self, MHD_HTTP_ACCEPTED);
  else
    self->timer = g_timeout_add_seconds ((guint) seconds, time_is_up_cb, self);
}

/* A verb of the host's is about to begin; it ends with one of the two below, which take a
 * reference over. */
void
tropea_api_wait_expect (TropeaApiWait *self)
{
  self->is_pending = TRUE;
  self->api->is_steered = TRUE;
}

void
tropea_api_wait_begun_cb (GObject      *object,
                          GAsyncResult *result,
                          gpointer      user_data)
{
  g_autoptr(TropeaApiWait) self = user_data;
  g_autoptr(GError) error = NULL;
  gboolean is_good = FALSE;

  /* The finish of a restart is that of a task, as is that of a start. */
  is_good = g_task_propagate_boolean (G_TASK (result), &error);
  self->is_pending = FALSE;
  if (self->is_done)
    return;

  if (is_good && self->goal != TROPEA_API_GOAL_VERB)
    check (self);
  else if (is_good)
    succeed (self, MHD_HTTP_OK);
  else if (self->goal == TROPEA_API_GOAL_VERB)
    fail (self, "not-running", error->message);
  else if (g_error_matches (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CANCELLED))
    fail (self, "stopped", error->message);
  else if (error->domain == TROPEA_HOST_ERROR)
    fail (self, "stopping", error->message);
  else
    fail_with_tor (self, error);
}

/* Tor has ended; what is left to be said is about the session that this ended. */
void
tropea_api_wait_stopped_cb (GObject      *object,
                            GAsyncResult *result,
                            gpointer      user_data)
{
  g_autoptr(TropeaApiWait) self = user_data;
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

void
tropea_api_waits_init (TropeaApi *self)
{
  self->waits = g_ptr_array_new_with_free_func ((GDestroyNotify) tropea_api_wait_unref);
  g_signal_connect_object (self->host, "notify::state", G_CALLBACK (check_all_cb), self,
                           G_CONNECT_SWAPPED);
}

void
tropea_api_waits_close (TropeaApi *self)
{
  while (self->waits->len > 0)
    {
      g_autoptr(TropeaApiWait) wait = g_rc_box_acquire (g_ptr_array_index (self->waits, 0));

      tropea_http_request_fail (wait->request, MHD_HTTP_SERVICE_UNAVAILABLE, "unavailable",
                                "Tropea is about to end");
      end (wait);
    }
}
