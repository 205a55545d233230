/* tropea-tor-backend.c: what the rest of Tropea sees of a tor, real or simulated
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tor-backend"

#include "config.h"

#include "tor/tropea-tor-backend.h"

G_DEFINE_ENUM_TYPE (TropeaTorState, tropea_tor_state,
                    G_DEFINE_ENUM_VALUE (TROPEA_TOR_STATE_STOPPED, "stopped"),
                    G_DEFINE_ENUM_VALUE (TROPEA_TOR_STATE_STARTING, "starting"),
                    G_DEFINE_ENUM_VALUE (TROPEA_TOR_STATE_BOOTSTRAPPING, "bootstrapping"),
                    G_DEFINE_ENUM_VALUE (TROPEA_TOR_STATE_RUNNING, "running"),
                    G_DEFINE_ENUM_VALUE (TROPEA_TOR_STATE_STOPPING, "stopping"),
                    G_DEFINE_ENUM_VALUE (TROPEA_TOR_STATE_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (TROPEA_TOR_STATE_PAUSED, "paused"))
G_DEFINE_INTERFACE (TropeaTorBackend, tropea_tor_backend, G_TYPE_OBJECT)

/**
 * tropea_tor_state_to_string:
 *
 * Returns: the state's word on every interface: stopped, starting, bootstrapping, running,
 *   paused, stopping or failed
 */
const char *
tropea_tor_state_to_string (TropeaTorState state)
{
  switch (state)
    {
    case TROPEA_TOR_STATE_STOPPED:
      return "stopped";

    case TROPEA_TOR_STATE_STARTING:
      return "starting";

    case TROPEA_TOR_STATE_BOOTSTRAPPING:
      return "bootstrapping";

    case TROPEA_TOR_STATE_RUNNING:
      return "running";

    case TROPEA_TOR_STATE_STOPPING:
      return "stopping";

    case TROPEA_TOR_STATE_FAILED:
      return "failed";

    case TROPEA_TOR_STATE_PAUSED:
      return "paused";

    default:
      g_return_val_if_reached ("failed");
    }
}

static void
install_property (gpointer    iface,
                  GParamSpec *pspec)
{
  g_object_interface_install_property (iface, pspec);
}

static void
tropea_tor_backend_default_init (TropeaTorBackendInterface *iface)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  install_property (iface, g_param_spec_enum ("state", NULL, NULL, TROPEA_TYPE_TOR_STATE,
                                              TROPEA_TOR_STATE_STOPPED, flags));
  install_property (iface, g_param_spec_int ("bootstrap-percent", NULL, NULL, 0, 100, 0, flags));
  install_property (iface, g_param_spec_string ("bootstrap-tag", NULL, NULL, NULL, flags));
  install_property (iface, g_param_spec_string ("bootstrap-summary", NULL, NULL, NULL, flags));
  install_property (iface, g_param_spec_uint ("connection-count", NULL, NULL,
                                              0, G_MAXUINT, 0, flags));
  install_property (iface, g_param_spec_uint ("circuit-count", NULL, NULL,
                                              0, G_MAXUINT, 0, flags));
  install_property (iface, g_param_spec_uint ("socks-port", NULL, NULL, 0, 65535, 0, flags));
  install_property (iface, g_param_spec_uint ("control-port", NULL, NULL, 0, 65535, 0, flags));
  install_property (iface, g_param_spec_boxed ("trouble", NULL, NULL, G_TYPE_ERROR, flags));
  install_property (iface, g_param_spec_uint ("restart-seconds", NULL, NULL,
                                              0, G_MAXUINT, 0, flags));
  install_property (iface, g_param_spec_boxed ("diagnosis", NULL, NULL,
                                               TROPEA_TYPE_TOR_DIAGNOSIS, flags));

  /**
   * TropeaTorBackend::sample:
   * @sample: (type TropeaTorSample): what moved since the sample before
   *
   * Every byte is in exactly one sample. The last sample of a run comes before the state
   * leaves "stopping", so whoever adds up samples until then has it all.
   */
  g_signal_new ("sample", G_TYPE_FROM_INTERFACE (iface), G_SIGNAL_RUN_LAST,
                0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                TROPEA_TYPE_TOR_SAMPLE | G_SIGNAL_TYPE_STATIC_SCOPE);
}

/**
 * tropea_tor_backend_start_async:
 *
 * Start. Finish when the control port answers, which is before bootstrap is complete; the
 * "state" property tells the rest. Cancelling, or a stop in the meantime, ends what was
 * started and fails with %TROPEA_TOR_ERROR_CANCELLED.
 */
void
tropea_tor_backend_start_async (TropeaTorBackend    *self,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_return_if_fail (TROPEA_IS_TOR_BACKEND (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  TROPEA_TOR_BACKEND_GET_IFACE (self)->start_async (self, cancellable, callback, user_data);
}

gboolean
tropea_tor_backend_start_finish (TropeaTorBackend  *self,
                                 GAsyncResult      *result,
                                 GError           **error)
{
  g_return_val_if_fail (TROPEA_IS_TOR_BACKEND (self), FALSE);
  g_return_val_if_fail (G_IS_ASYNC_RESULT (result), FALSE);

  return TROPEA_TOR_BACKEND_GET_IFACE (self)->start_finish (self, result, error);
}

/**
 * tropea_tor_backend_stop_async:
 *
 * Emit the last sample, then end. Finish when nothing is left running. A stop while another
 * one is under way finishes together with it; with nothing to stop the error is
 * %TROPEA_TOR_ERROR_BUSY. @cancellable is only looked at before the stop begins: a stop that
 * has begun is always finished.
 */
void
tropea_tor_backend_stop_async (TropeaTorBackend    *self,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_return_if_fail (TROPEA_IS_TOR_BACKEND (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  TROPEA_TOR_BACKEND_GET_IFACE (self)->stop_async (self, cancellable, callback, user_data);
}

gboolean
tropea_tor_backend_stop_finish (TropeaTorBackend  *self,
                                GAsyncResult      *result,
                                GError           **error)
{
  g_return_val_if_fail (TROPEA_IS_TOR_BACKEND (self), FALSE);
  g_return_val_if_fail (G_IS_ASYNC_RESULT (result), FALSE);

  return TROPEA_TOR_BACKEND_GET_IFACE (self)->stop_finish (self, result, error);
}

/**
 * tropea_tor_backend_set_paused_async:
 *
 * Take tor's network away, or give it back, without ending tor. All that was moved until then
 * is in a sample before the state is "paused"; then there are none until it is resumed, and
 * the first one after that holds only time since then. Where nothing runs this says how the
 * next start begins. Fails with %TROPEA_TOR_ERROR_CONTROL where tor refuses it.
 */
void
tropea_tor_backend_set_paused_async (TropeaTorBackend    *self,
                                     gboolean             paused,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  TropeaTorBackendInterface *iface;

  g_return_if_fail (TROPEA_IS_TOR_BACKEND (self));

  iface = TROPEA_TOR_BACKEND_GET_IFACE (self);
  if (iface->set_paused_async != NULL)
    iface->set_paused_async (self, paused, callback, user_data);
  else
    g_task_report_new_error (self, callback, user_data, tropea_tor_backend_set_paused_async,
                             TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_FAILED,
                             "This cannot be paused: stop it instead");
}

gboolean
tropea_tor_backend_set_paused_finish (TropeaTorBackend  *self,
                                      GAsyncResult      *result,
                                      GError           **error)
{
  TropeaTorBackendInterface *iface;

  g_return_val_if_fail (TROPEA_IS_TOR_BACKEND (self), FALSE);
  g_return_val_if_fail (G_IS_ASYNC_RESULT (result), FALSE);

  iface = TROPEA_TOR_BACKEND_GET_IFACE (self);
  if (iface->set_paused_finish != NULL)
    return iface->set_paused_finish (self, result, error);

  return g_task_propagate_boolean (G_TASK (result), error);
}

TropeaControlConnection *
tropea_tor_backend_get_connection (TropeaTorBackend *self)
{
  TropeaTorBackendInterface *iface;

  g_return_val_if_fail (TROPEA_IS_TOR_BACKEND (self), NULL);

  iface = TROPEA_TOR_BACKEND_GET_IFACE (self);

  return iface->get_connection != NULL ? iface->get_connection (self) : NULL;
}

/**
 * tropea_tor_backend_get_failure:
 *
 * Returns: (nullable) (transfer none): why the state is "failed", %NULL in every other state
 */
const GError *
tropea_tor_backend_get_failure (TropeaTorBackend *self)
{
  g_return_val_if_fail (TROPEA_IS_TOR_BACKEND (self), NULL);

  return TROPEA_TOR_BACKEND_GET_IFACE (self)->get_failure (self);
}

TropeaTorState
tropea_tor_backend_get_state (TropeaTorBackend *self)
{
  TropeaTorState state;

  g_return_val_if_fail (TROPEA_IS_TOR_BACKEND (self), TROPEA_TOR_STATE_STOPPED);

  g_object_get (self, "state", &state, NULL);

  return state;
}

int
tropea_tor_backend_get_bootstrap_percent (TropeaTorBackend *self)
{
  int percent;

  g_return_val_if_fail (TROPEA_IS_TOR_BACKEND (self), 0);

  g_object_get (self, "bootstrap-percent", &percent, NULL);

  return percent;
}

char *
tropea_tor_backend_dup_bootstrap_tag (TropeaTorBackend *self)
{
  char *tag;

  g_return_val_if_fail (TROPEA_IS_TOR_BACKEND (self), NULL);

  g_object_get (self, "bootstrap-tag", &tag, NULL);

  return tag;
}

char *
tropea_tor_backend_dup_bootstrap_summary (TropeaTorBackend *self)
{
  char *summary;

  g_return_val_if_fail (TROPEA_IS_TOR_BACKEND (self), NULL);

  g_object_get (self, "bootstrap-summary", &summary, NULL);

  return summary;
}

static guint
get_uint (TropeaTorBackend *self,
          const char       *name)
{
  guint value;

  g_object_get (self, name, &value, NULL);

  return value;
}

guint
tropea_tor_backend_get_connection_count (TropeaTorBackend *self)
{
  g_return_val_if_fail (TROPEA_IS_TOR_BACKEND (self), 0);

  return get_uint (self, "connection-count");
}

guint
tropea_tor_backend_get_circuit_count (TropeaTorBackend *self)
{
  g_return_val_if_fail (TROPEA_IS_TOR_BACKEND (self), 0);

  return get_uint (self, "circuit-count");
}

guint
tropea_tor_backend_get_socks_port (TropeaTorBackend *self)
{
  g_return_val_if_fail (TROPEA_IS_TOR_BACKEND (self), 0);

  return get_uint (self, "socks-port");
}

guint
tropea_tor_backend_get_control_port (TropeaTorBackend *self)
{
  g_return_val_if_fail (TROPEA_IS_TOR_BACKEND (self), 0);

  return get_uint (self, "control-port");
}

/**
 * tropea_tor_backend_dup_trouble:
 *
 * Returns: (nullable) (transfer full): what is wrong although the state is not "failed"
 */
GError *
tropea_tor_backend_dup_trouble (TropeaTorBackend *self)
{
  GError *trouble;

  g_return_val_if_fail (TROPEA_IS_TOR_BACKEND (self), NULL);

  g_object_get (self, "trouble", &trouble, NULL);

  return trouble;
}

/**
 * tropea_tor_backend_get_restart_seconds:
 *
 * Returns: how many seconds it still waits with the next try, rounded up; else 0
 */
guint
tropea_tor_backend_get_restart_seconds (TropeaTorBackend *self)
{
  g_return_val_if_fail (TROPEA_IS_TOR_BACKEND (self), 0);

  return get_uint (self, "restart-seconds");
}

/**
 * tropea_tor_backend_dup_diagnosis:
 *
 * Returns: (nullable) (transfer full): the failure or, where there is none, the trouble
 */
TropeaTorDiagnosis *
tropea_tor_backend_dup_diagnosis (TropeaTorBackend *self)
{
  TropeaTorDiagnosis *diagnosis;

  g_return_val_if_fail (TROPEA_IS_TOR_BACKEND (self), NULL);

  g_object_get (self, "diagnosis", &diagnosis, NULL);

  return diagnosis;
}
