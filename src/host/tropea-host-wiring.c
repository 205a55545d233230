/* tropea-host-wiring.c: joins the parts of a host: what one says, and who hears it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-host-wiring"

#include "config.h"

#include "host/tropea-host-private.h"

/* "problem" is one sentence of possibly several: what stops metering comes before what stops
 * recording, that before what keeps sessions waiting. What follows from a change is done
 * before the change is told, so that listeners never see half of it.
 */

static const char *
find_problem (TropeaHost *self)
{
  const GError *failure = tropea_host_get_failure (self);

  if (failure != NULL)
    return failure->message;
  if (tropea_exit_guard_get_trouble (self->exit_guard) != NULL)
    return tropea_exit_guard_get_trouble (self->exit_guard)->message;
  if (self->trouble != NULL)
    return self->trouble->message;
  if (self->store_failure != NULL)
    return self->store_failure->message;
  if (self->key_failure != NULL)
    return self->key_failure->message;
  if (self->ledger != NULL && tropea_embedded_ledger_get_problem (self->ledger) != NULL)
    return tropea_embedded_ledger_get_problem (self->ledger);
  if (self->submitter != NULL)
    return tropea_submitter_get_problem (self->submitter);

  return NULL;
}

static void
update_diagnosis (TropeaHost *self)
{
  g_autoptr(TropeaTorDiagnosis) diagnosis = NULL;
  const GError *exits = tropea_exit_guard_get_trouble (self->exit_guard);

  /* What tor is waiting for then only looks like a slow network. */
  if (exits != NULL && tropea_host_get_failure (self) == NULL)
    diagnosis = tropea_tor_diagnosis_new_from_error (exits);
  else if (self->backend != NULL)
    diagnosis = tropea_tor_backend_dup_diagnosis (self->backend);
  if (tropea_tor_diagnosis_equal (self->diagnosis, diagnosis))
    return;

  g_clear_pointer (&self->diagnosis, tropea_tor_diagnosis_unref);
  self->diagnosis = g_steal_pointer (&diagnosis);
  g_object_notify (G_OBJECT (self), "diagnosis");
}

static void
update_problem (TropeaHost *self)
{
  const char *problem = find_problem (self);

  if (g_strcmp0 (self->problem, problem) == 0)
    return;

  g_free (self->problem);
  self->problem = g_strdup (problem);
  g_object_notify (G_OBJECT (self), "problem");
}

void
tropea_host_update_problem (TropeaHost *self)
{

  /* On the way down part after part goes: what keeps the others waiting then is no news. What
   * is not saved is told by "error" and by the closing itself. */
  if (self->is_closing)
    return;

  g_clear_error (&self->trouble);
  if (self->backend != NULL)
    self->trouble = tropea_tor_backend_dup_trouble (self->backend);

  g_object_freeze_notify (G_OBJECT (self));
  update_diagnosis (self);
  update_problem (self);
  g_object_thaw_notify (G_OBJECT (self));
}

void
tropea_host_set_key_failure (TropeaHost   *self,
                             const GError *failure)
{
  g_clear_error (&self->key_failure);
  if (failure != NULL)
    self->key_failure = g_error_copy (failure);
  tropea_host_update_problem (self);
}

static void
set_store_failure (TropeaHost   *self,
                   const GError *failure)
{
  gboolean is_news = failure != NULL && (self->store_failure == NULL ||
                                         !g_str_equal (self->store_failure->message,
                                                       failure->message));

  if (failure == NULL && self->store_failure == NULL)
    return;

  g_clear_error (&self->store_failure);
  if (failure != NULL)
    self->store_failure = g_error_copy (failure);

  /* The recorder tries again with each sample; a full disk is told once. "problem" has changed
   * when "error" tells what happened, and is notified after it, so that whoever shows both can
   * tell that they are the same. */
  g_object_freeze_notify (G_OBJECT (self));
  tropea_host_update_problem (self);
  if (is_news)
    g_signal_emit_by_name (self, "error", self->store_failure);
  g_object_thaw_notify (G_OBJECT (self));
}

void
tropea_host_set_is_monitoring (TropeaHost *self,
                               gboolean    is_monitoring)
{
  if (self->is_monitoring == is_monitoring)
    return;

  self->is_monitoring = is_monitoring;
  g_object_notify (G_OBJECT (self), "is-monitoring");
}

void
tropea_host_notify_thresholds (TropeaHost *self)
{
  g_object_notify (G_OBJECT (self), "min-bytes");
  g_object_notify (G_OBJECT (self), "min-seconds");
  g_object_notify (G_OBJECT (self), "max-seconds");
}

/* Something runs, or is on its way up or down. */
gboolean
tropea_host_is_active (TropeaHost *self)
{
  TropeaTorState state = TROPEA_TOR_STATE_STOPPED;

  if (self->backend != NULL)
    state = tropea_tor_backend_get_state (self->backend);

  return state != TROPEA_TOR_STATE_STOPPED && state != TROPEA_TOR_STATE_FAILED;
}

static void
update_is_simulating (TropeaHost *self)
{
  gboolean is_simulating = self->source == TROPEA_SOURCE_SIMULATION &&
                           tropea_host_is_active (self);

  if (self->is_simulating == is_simulating)
    return;

  self->is_simulating = is_simulating;
  g_object_notify (G_OBJECT (self), "is-simulating");
}

/* A remote ledger is reached through our own tor only: no tor, no port, no connection. The
 * submitter hears of the port from the client. */
void
tropea_host_update_socks_port (TropeaHost *self)
{
  guint port = 0;

  if (self->source == TROPEA_SOURCE_TOR_CLIENT && self->backend != NULL &&
      tropea_tor_backend_get_state (self->backend) == TROPEA_TOR_STATE_RUNNING)
    port = tropea_tor_backend_get_socks_port (self->backend);

  tropea_ledger_client_set_socks_port (self->client, port);
}

/* Whatever the way out of running was, a session ends at it: no time that was not metered
 * may come to lie inside one. */
static void
backend_state_cb (TropeaHost *self)
{
  TropeaTorState state = tropea_tor_backend_get_state (self->backend);

  if (state == TROPEA_TOR_STATE_STOPPED || state == TROPEA_TOR_STATE_STARTING ||
      state == TROPEA_TOR_STATE_FAILED || state == TROPEA_TOR_STATE_PAUSED)
    {
      tropea_recorder_close_batch (self->recorder, self->source);
      tropea_host_save_traffic (self);
    }

  update_is_simulating (self);
  tropea_host_update_socks_port (self);
  tropea_circuit_list_set_connection (self->circuits,
                                      tropea_tor_backend_get_connection (self->backend));
  tropea_new_identity_set_connection (self->new_identity,
                                      tropea_tor_backend_get_connection (self->backend));
  tropea_host_update_exits (self);
  tropea_host_update_problem (self);
}

static void
backend_failed_cb (TropeaHost *self)
{
  const GError *failure = tropea_host_get_failure (self);

  if (failure != NULL)
    g_signal_emit_by_name (self, "error", failure);
}

/* The end of a tor that is started again is told once. */
static void
backend_trouble_cb (TropeaHost *self)
{
  tropea_host_update_problem (self);
  if (self->trouble != NULL && tropea_tor_backend_get_restart_seconds (self->backend) != 0)
    g_signal_emit_by_name (self, "error", self->trouble);
}

/* While the store fails, ask it after each sample whether it still does. */
static void
store_checked_cb (GObject      *object,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr(TropeaHost) self = user_data;

  self->is_checking_store = FALSE;
  if (!tropea_recorder_flush_finish (TROPEA_RECORDER (object), result, NULL))
    return;

  set_store_failure (self, NULL);
  tropea_host_make_reserve (self);
}

static void
check_store (TropeaHost *self)
{
  if (self->store_failure == NULL || self->is_checking_store || self->is_closing)
    return;

  self->is_checking_store = TRUE;
  tropea_recorder_flush_async (self->recorder, store_checked_cb, g_object_ref (self));
}

static void
sample_cb (TropeaHost            *self,
           const TropeaTorSample *sample,
           TropeaMeter           *meter)
{
  if (self->is_monitoring)
    tropea_recorder_add (self->recorder, self->source, sample->bytes_in, sample->bytes_out,
                         sample->interval_usec, sample->asleep_usec, sample->wall_ms);
  tropea_host_note_traffic (self, sample);
  check_store (self);

  g_signal_emit_by_name (self, "sample", sample);
}

static void
key_checked_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr(TropeaHost) self = user_data;
  g_autoptr(GError) error = NULL;

  self->is_checking_key = FALSE;
  if (!tropea_identity_open_finish (TROPEA_IDENTITY (object), result, &error))
    tropea_host_set_key_failure (self, error);
}

/* A keyring that somebody has unlocked elsewhere does not say so: look, without asking anybody,
 * when there is one more session to sign. */
static void
check_key (TropeaHost *self)
{
  if (self->key_failure == NULL || self->is_checking_key || self->is_closing)
    return;

  self->is_checking_key = TRUE;
  tropea_identity_open_async (self->identity, FALSE, key_checked_cb, g_object_ref (self));
}

static void
session_cut_cb (TropeaHost     *self,
                TropeaSession  *session,
                TropeaRecorder *recorder)
{
  check_key (self);
  tropea_host_make_reserve (self);
  g_signal_emit_by_name (self, "session-cut", session);
}

static void
recorder_failed_cb (TropeaHost     *self,
                    const GError   *failure,
                    TropeaRecorder *recorder)
{
  set_store_failure (self, failure);
}

static void
totals_changed_cb (TropeaHost *self)
{
  g_object_notify (G_OBJECT (self), "submitted-sessions");
  g_object_notify (G_OBJECT (self), "waiting-sessions");
  g_object_notify (G_OBJECT (self), "refused-sessions");
  g_object_notify (G_OBJECT (self), "total-credits-micro");
  g_object_notify (G_OBJECT (self), "simulated-credits-micro");
}

static void
key_state_cb (TropeaHost *self)
{
  g_object_notify (G_OBJECT (self), "key-state");
  if (tropea_identity_get_state (self->identity) == TROPEA_KEY_STATE_READY)
    tropea_host_set_key_failure (self, NULL);
}

static void
public_key_cb (TropeaHost *self)
{
  g_object_notify (G_OBJECT (self), "public-key");
}

/* A part's property of a name that the host has too is notified by the host; "diagnosis" it keeps
 * itself. */
static void
follow_cb (TropeaHost *self,
           GParamSpec *pspec,
           GObject    *part)
{
  GParamSpec *own = g_object_class_find_property (G_OBJECT_GET_CLASS (self), pspec->name);

  if (own != NULL && !g_str_equal (own->name, "diagnosis") &&
      !(TROPEA_IS_TOR_BACKEND (part) && (gpointer) part != self->backend))
    g_object_notify_by_pspec (G_OBJECT (self), own);
}

static void
follow (TropeaHost *self,
        gpointer    part)
{
  g_signal_connect_object (part, "notify", G_CALLBACK (follow_cb), self, G_CONNECT_SWAPPED);
}

static const char * const backend_properties[] = {
  "state", "bootstrap-percent", "bootstrap-tag", "bootstrap-summary", "socks-port", "control-port",
  "restart-seconds",
};

/**
 * tropea_host_set_backend:
 *
 * Meter @backend from now on; the one before it has stopped.
 */
void
tropea_host_set_backend (TropeaHost       *self,
                         TropeaTorBackend *backend,
                         TropeaSource      source)
{
  g_assert (!tropea_host_is_active (self));

  if (self->backend == backend)
    return;

  g_object_freeze_notify (G_OBJECT (self));
  if (self->backend != NULL)
    g_signal_handlers_disconnect_by_data (self->backend, self);

  self->backend = backend;
  self->source = source;
  tropea_meter_set_backend (self->meter, backend);
  /* First what follows from a state, then the news of it: listeners see both together. */
  g_signal_connect_object (backend, "notify::state", G_CALLBACK (backend_state_cb), self,
                           G_CONNECT_SWAPPED);
  follow (self, backend);
  g_signal_connect_object (backend, "notify::state", G_CALLBACK (backend_failed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (backend, "notify::trouble", G_CALLBACK (backend_trouble_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (backend, "notify::diagnosis", G_CALLBACK (tropea_host_update_problem),
                           self, G_CONNECT_SWAPPED);
  for (guint i = 0; i < G_N_ELEMENTS (backend_properties); i++)
    g_object_notify (G_OBJECT (self), backend_properties[i]);
  g_object_notify (G_OBJECT (self), "rate-history");
  tropea_host_update_problem (self);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * tropea_host_connect:
 *
 * Join the parts, once all are there.
 */
void
tropea_host_connect (TropeaHost *self)
{
  const GConnectFlags swapped = G_CONNECT_SWAPPED;

  tropea_host_watch_exits (self);
  follow (self, self->meter);
  follow (self, self->new_identity);
  follow (self, self->recorder);
  g_signal_connect_object (self->meter, "sample", G_CALLBACK (sample_cb), self, swapped);
  g_signal_connect_object (self->recorder, "session-cut", G_CALLBACK (session_cut_cb), self,
                           swapped);
  g_signal_connect_object (self->recorder, "failed", G_CALLBACK (recorder_failed_cb), self,
                           swapped);
  g_signal_connect_object (self->store, "totals-changed", G_CALLBACK (totals_changed_cb), self,
                           swapped);
  g_signal_connect_object (self->identity, "notify::state", G_CALLBACK (key_state_cb), self,
                           swapped);
  g_signal_connect_object (self->identity, "notify::public-key", G_CALLBACK (public_key_cb), self,
                           swapped);
  tropea_host_connect_ledger (self);
}
