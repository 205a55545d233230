/* tropea-host-bridges.c: other ways into the network, while tor runs or not
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-host-bridges"

#include "config.h"

#include "host/tropea-host-private.h"

/* New bridges mean a new tor. Told by SETCONF a running one would keep its connections to the
 * relays of before, in the open that its user wants to leave, until they end by themselves.
 * A stop and a start leave nothing of that, and no byte uncounted.
 *
 * What cannot be started with is refused before the tor that runs is stopped.
 */

static void
restarted_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;

  if (tropea_host_restart_finish (TROPEA_HOST (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static gboolean
has_bridges (TropeaHost         *self,
             TropeaBridgeMode    mode,
             const char * const *lines)
{
  static const char * const none[] = { NULL };
  const char * const *own = (const char * const *) self->options->bridges;

  if (self->options->bridge_mode != mode)
    return FALSE;

  return mode != TROPEA_BRIDGE_MODE_OBFS4
         || g_strv_equal (own != NULL ? own : none, lines != NULL ? lines : none);
}

/**
 * tropea_host_set_bridges_async:
 * @lines: (nullable): for %TROPEA_BRIDGE_MODE_OBFS4, as tropea_bridge_list_parse () gives them
 *
 * Use these bridges from the next start on. A tor of ours that runs is stopped and started
 * again; then finish when it answers. Nothing changes where a line is wrong or the transport's
 * program is missing: that is a %TROPEA_TOR_ERROR.
 */
void
tropea_host_set_bridges_async (TropeaHost          *self,
                               TropeaBridgeMode     mode,
                               const char * const  *lines,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *torrc = NULL;

  g_return_if_fail (TROPEA_IS_HOST (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, tropea_host_set_bridges_async);

  torrc = tropea_bridges_dup_torrc (mode, lines, &error);
  if (torrc == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  if (has_bridges (self, mode, lines))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  self->options->bridge_mode = mode;
  g_strfreev (self->options->bridges);
  self->options->bridges = g_strdupv ((char **) lines);
  self->has_new_options = TRUE;

  if (self->backend == self->tor && tropea_host_is_active (self) && !self->is_closing)
    tropea_host_restart_async (self, restarted_cb, g_steal_pointer (&task));
  else
    g_task_return_boolean (task, TRUE);
}

gboolean
tropea_host_set_bridges_finish (TropeaHost    *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
