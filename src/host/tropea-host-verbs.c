/* tropea-host-verbs.c: what can be asked of a host that is open
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-host-verbs"

#include "config.h"

#include "host/tropea-host-private.h"
#include "tor/tropea-simulator.h"
#include "tor/tropea-tor-supervisor.h"
#include "tor/tropea-tor.h"

/* Tor and the simulator are each made once and kept, and never run together: a session has
 * one source. Asking for the other one, or twice for the same, is refused in words.
 */

/* What the command line names counts instead of what was typed into the preferences. */
static gboolean
set_appendix (TropeaHost       *self,
              TropeaTorConfig  *config,
              GError          **error)
{
  const char *additions = self->options->torrc_additions;
  g_autofree char *path = NULL;

  g_clear_pointer (&config->append_file, g_free);
  if (self->options->torrc_append != NULL || additions == NULL)
    {
      config->append_file = g_strdup (self->options->torrc_append);
      return TRUE;
    }

  path = tropea_paths_dup_runtime_file (self->paths, "torrc-additions");
  if (!g_file_set_contents_full (path, additions, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error))
    return FALSE;

  config->append_file = g_steal_pointer (&path);

  return TRUE;
}

static TropeaTorBackend *
make_tor (TropeaHost  *self,
          GError     **error)
{
  g_autofree char *data_dir = tropea_paths_dup_data_file (self->paths, "tor");
  g_autoptr(TropeaTorConfig) config = NULL;
  g_autoptr(TropeaTorBackend) tor = NULL;
  g_autoptr(TropeaNetwork) network = tropea_desktop_network_new ();

  config = tropea_tor_config_new (data_dir, tropea_paths_get_runtime_dir (self->paths));
  if (!tropea_tor_config_read_environment (config, error))
    return NULL;

  if (self->options->socks_port != 0)
    config->socks_port = self->options->socks_port;
  if (self->options->control_port == TROPEA_HOST_PORT_NONE)
    config->control_port = 0;
  else if (self->options->control_port != 0)
    config->control_port = self->options->control_port;
  if (self->options->log_level != NULL)
    {
      g_free (config->log_level);
      config->log_level = g_strdup (self->options->log_level);
    }
  if (!set_appendix (self, config, error))
    return NULL;
  config->bridge_mode = self->options->bridge_mode;
  config->bridges = g_strdupv (self->options->bridges);
  tropea_host_fill_exits (self, config);

  tor = TROPEA_TOR_BACKEND (tropea_tor_new (config, self->clock));
  tropea_tor_set_network (TROPEA_TOR (tor), network);
  tropea_tor_set_log (TROPEA_TOR (tor), self->log);

  return TROPEA_TOR_BACKEND (tropea_tor_supervisor_new (tor, &self->options->restart_rules,
                                                        self->clock));
}

/* A tor keeps what it was made with, so new options make a new one. */
static gboolean
renew_tor (TropeaHost  *self,
           GError     **error)
{
  g_autoptr(TropeaTorBackend) old = NULL;
  TropeaTorBackend *tor = NULL;

  if (self->tor != NULL && !self->has_new_options)
    return TRUE;

  tor = make_tor (self, error);
  if (tor == NULL)
    return FALSE;

  old = g_steal_pointer (&self->tor);
  self->tor = tor;
  self->has_new_options = FALSE;
  if (old != NULL && self->backend == old)
    tropea_host_set_backend (self, tor, TROPEA_SOURCE_TOR_CLIENT);

  return TRUE;
}

static gboolean
check_idle (TropeaHost  *self,
            GError     **error)
{
  const char *what = NULL;

  if (self->is_closing)
    what = "Tropea is being closed: start it again for that";
  else if (!tropea_host_is_active (self))
    return TRUE;
  else if (tropea_tor_backend_get_state (self->backend) == TROPEA_TOR_STATE_STOPPING)
    what = "The last run is still ending: try again in a moment";
  else if (self->source == TROPEA_SOURCE_SIMULATION)
    what = "The simulation is running: stop it first";
  else
    what = "Tor is running: stop it first";

  g_set_error_literal (error, TROPEA_HOST_ERROR, TROPEA_HOST_ERROR_BUSY, what);

  return FALSE;
}

static void
started_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;

  if (tropea_tor_backend_start_finish (TROPEA_TOR_BACKEND (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
start_backend (TropeaHost       *self,
               TropeaTorBackend *backend,
               TropeaSource      source,
               GTask            *task)
{
  tropea_host_set_backend (self, backend, source);
  tropea_tor_backend_start_async (backend, NULL, started_cb, g_object_ref (task));
}

/* The one before is let go when nobody looks at it any more. */
static void
start_attached (TropeaHost   *self,
                const char   *address,
                TropeaSecret *password,
                GTask        *task)
{
  g_autoptr(TropeaTorBackend) G_GNUC_UNUSED old = g_steal_pointer (&self->attached);

  self->attached = tropea_host_make_attached (self, address, password);
  start_backend (self, self->attached, TROPEA_SOURCE_TOR_CLIENT, task);
}

void
tropea_host_start_tor (TropeaHost   *self,
                       const char   *attach,
                       TropeaSecret *password,
                       GTask        *task)
{
  g_autoptr(GError) error = NULL;

  if (!check_idle (self, &error) || (attach == NULL && !renew_tor (self, &error)))
    g_task_return_error (task, g_steal_pointer (&error));
  else if (attach != NULL)
    start_attached (self, attach, password, task);
  else
    start_backend (self, self->tor, TROPEA_SOURCE_TOR_CLIENT, task);
}

/**
 * tropea_host_start_async:
 *
 * Start tor. Finish when its control port answers, which is before it is connected; "state"
 * tells the rest. A tor that ends by itself is started again, here and later. Fails with a
 * %TROPEA_TOR_ERROR, or with %TROPEA_HOST_ERROR_BUSY while anything runs.
 */
void
tropea_host_start_async (TropeaHost          *self,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;

  g_return_if_fail (TROPEA_IS_HOST (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, tropea_host_start_async);

  tropea_host_start_tor (self, self->options->attach, NULL, task);
}

/**
 * tropea_host_simulate_async:
 *
 * Start the simulator; see tropea_host_start_async ().
 */
void
tropea_host_simulate_async (TropeaHost          *self,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autoptr(GError) error = NULL;

  g_return_if_fail (TROPEA_IS_HOST (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, tropea_host_simulate_async);

  if (!check_idle (self, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  if (self->simulator == NULL)
    self->simulator = TROPEA_TOR_BACKEND (tropea_simulator_new (self->options->seed, self->clock));
  start_backend (self, self->simulator, TROPEA_SOURCE_SIMULATION, task);
}

gboolean
tropea_host_start_finish (TropeaHost    *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
flushed_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;

  if (tropea_recorder_flush_finish (TROPEA_RECORDER (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
stopped_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  TropeaHost *self = g_task_get_source_object (task);

  if (tropea_tor_backend_stop_finish (TROPEA_TOR_BACKEND (object), result, &error))
    tropea_recorder_flush_async (self->recorder, flushed_cb, g_steal_pointer (&task));
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * tropea_host_stop_async:
 *
 * Stop tor or the simulator. Finish when it has ended and the session that this ended is on
 * disk. Fails with %TROPEA_HOST_ERROR_BUSY where nothing runs.
 */
void
tropea_host_stop_async (TropeaHost          *self,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;

  g_return_if_fail (TROPEA_IS_HOST (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, tropea_host_stop_async);

  if (tropea_host_is_active (self))
    tropea_tor_backend_stop_async (self->backend, NULL, stopped_cb, g_steal_pointer (&task));
  else
    g_task_return_new_error (task, TROPEA_HOST_ERROR, TROPEA_HOST_ERROR_BUSY,
                             "Nothing is running: there is nothing to stop");
}

gboolean
tropea_host_stop_finish (TropeaHost    *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * tropea_host_set_monitoring:
 *
 * Make sessions of what is metered, or only meter. What was gathered so far becomes a session
 * when it is switched off.
 */
void
tropea_host_set_monitoring (TropeaHost *self,
                            gboolean    monitoring)
{
  g_return_if_fail (TROPEA_IS_HOST (self));

  if (self->is_monitoring && !monitoring)
    tropea_recorder_close_batch (self->recorder, self->source);
  tropea_host_set_is_monitoring (self, monitoring);
}

/**
 * tropea_host_set_thresholds:
 *
 * Say where a session ends, the open one too; as long as the host is open. Who keeps settings
 * hears of it by "max-seconds", which is notified each time.
 */
gboolean
tropea_host_set_thresholds (TropeaHost              *self,
                            const TropeaThresholds  *thresholds,
                            GError                 **error)
{
  g_return_val_if_fail (TROPEA_IS_HOST (self), FALSE);
  g_return_val_if_fail (thresholds != NULL, FALSE);

  if (!tropea_thresholds_check (thresholds, error))
    return FALSE;

  tropea_recorder_set_thresholds (self->recorder, thresholds);
  tropea_host_notify_thresholds (self);

  return TRUE;
}

/**
 * tropea_host_submit_now:
 *
 * Cut the open session whatever the thresholds say, and send all that waits without waiting
 * for the backoff.
 *
 * Returns: whether there is anything to send
 */
gboolean
tropea_host_submit_now (TropeaHost *self)
{
  gboolean was_cut = FALSE;

  g_return_val_if_fail (TROPEA_IS_HOST (self), FALSE);

  was_cut = tropea_recorder_cut_now (self->recorder, self->source);
  if (!was_cut && tropea_store_get_totals (self->store)->waiting == 0)
    return FALSE;

  if (self->is_submitting)
    tropea_submitter_kick (self->submitter);

  return TRUE;
}

/**
 * tropea_host_reset_statistics:
 *
 * Count bytes from 0 again and empty the activity list. Sessions, open or cut, and credits
 * are records, not statistics: they stay.
 */
void
tropea_host_reset_statistics (TropeaHost *self)
{
  g_return_if_fail (TROPEA_IS_HOST (self));

  tropea_meter_reset (self->meter);
}

static void
unlocked_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  TropeaHost *self = g_task_get_source_object (task);

  if (!tropea_identity_open_finish (TROPEA_IDENTITY (object), result, &error))
    {
      tropea_host_set_key_failure (self, error);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  tropea_host_set_key_failure (self, NULL);
  if (self->is_submitting && !self->is_closing)
    tropea_submitter_kick (self->submitter);
  g_task_return_boolean (task, TRUE);
}

/**
 * tropea_host_unlock_async:
 *
 * Open the key; the user may be asked. Then waiting sessions go out. Fails with a
 * %TROPEA_KEY_STORE_ERROR.
 */
void
tropea_host_unlock_async (TropeaHost          *self,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;

  g_return_if_fail (TROPEA_IS_HOST (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, tropea_host_unlock_async);
  tropea_identity_open_async (self->identity, TRUE, unlocked_cb, g_steal_pointer (&task));
}

gboolean
tropea_host_unlock_finish (TropeaHost    *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
