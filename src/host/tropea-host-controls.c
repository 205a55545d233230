/* tropea-host-controls.c: steers a tor that runs: new identity, pause, restart
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-host-controls"

#include "config.h"

#include "host/tropea-host-private.h"

static void
identity_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;

  if (tropea_new_identity_ask_finish (TROPEA_NEW_IDENTITY (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * tropea_host_new_identity_async:
 *
 * Have tor use new circuits for everything that programs ask for from then on. Finish when it
 * does; "new-identity-seconds" says how long that takes. Fails with a %TROPEA_TOR_ERROR.
 */
void
tropea_host_new_identity_async (TropeaHost          *self,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  GTask *task = NULL;

  g_return_if_fail (TROPEA_IS_HOST (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, tropea_host_new_identity_async);
  tropea_new_identity_ask_async (self->new_identity, identity_cb, task);
}

gboolean
tropea_host_new_identity_finish (TropeaHost    *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Where tor ended meanwhile there is nothing to say: its state says it. */
static void
paused_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(TropeaHost) self = user_data;
  g_autoptr(GError) error = NULL;

  if (!tropea_tor_backend_set_paused_finish (TROPEA_TOR_BACKEND (object), result, &error) &&
      !g_error_matches (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CANCELLED))
    g_signal_emit_by_name (self, "error", error);
}

/**
 * tropea_host_set_paused:
 *
 * Take tor's network away without ending it, or give it back. The open session ends at the
 * pause, and no other begins before it is over; "state" tells when it is done, "error" if it
 * cannot be. A tor that crashes in a pause is started again without a network. Where nothing
 * runs nothing happens.
 */
void
tropea_host_set_paused (TropeaHost *self,
                        gboolean    paused)
{
  g_return_if_fail (TROPEA_IS_HOST (self));

  if (tropea_host_is_active (self) && !self->is_closing)
    tropea_tor_backend_set_paused_async (self->backend, paused, paused_cb, g_object_ref (self));
}

/**
 * tropea_host_set_circuits_shown:
 *
 * Fill "circuits" and keep it up to date, or forget all that is in it.
 */
void
tropea_host_set_circuits_shown (TropeaHost *self,
                                gboolean    shown)
{
  g_return_if_fail (TROPEA_IS_HOST (self));

  tropea_circuit_list_set_shown (self->circuits, shown);
}

static void
started_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;

  if (tropea_host_start_finish (TROPEA_HOST (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
start (GTask *task)
{
  TropeaHost *self = g_task_get_source_object (task);

  if (self->source == TROPEA_SOURCE_SIMULATION)
    tropea_host_simulate_async (self, started_cb, task);
  else
    tropea_host_start_async (self, started_cb, task);
}

static void
stopped_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;

  /* A session that cannot be saved yet waits in memory; that is told by "problem". */
  if (tropea_host_stop_finish (TROPEA_HOST (object), result, &error) ||
      !tropea_host_is_active (TROPEA_HOST (object)))
    start (g_steal_pointer (&task));
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * tropea_host_restart_async:
 *
 * Stop what runs, tor or the simulation, and start it again; where nothing runs, start what
 * ran last. Finish as tropea_host_start_async () does.
 */
void
tropea_host_restart_async (TropeaHost          *self,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  GTask *task = NULL;

  g_return_if_fail (TROPEA_IS_HOST (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, tropea_host_restart_async);
  if (tropea_host_is_active (self))
    tropea_host_stop_async (self, stopped_cb, task);
  else
    start (task);
}

gboolean
tropea_host_restart_finish (TropeaHost    *self,
                            GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
