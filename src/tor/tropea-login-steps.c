/* tropea-login-steps.c: what each way into a control port does alike
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-login-steps"

#include "config.h"

#include "tor/tropea-login-steps.h"

#include <sodium.h>
#include <string.h>

/* A login is a task. Its callbacks own a reference to it, its limit does not. */

/* Through no proxy: it would be told what only this computer may know. */
GSocketClient *
tropea_login_new_client (void)
{
  GSocketClient *client = g_socket_client_new ();

  g_socket_client_set_enable_proxy (client, FALSE);

  return client;
}

/**
 * tropea_login_set_limit:
 * @callback: gets @task when the time is up or the task is cancelled
 *
 * Returns: (transfer full): the source, to be destroyed before the task goes
 */
GSource *
tropea_login_set_limit (GTask       *task,
                        guint        seconds,
                        GSourceFunc  callback)
{
  GSource *limit = g_timeout_source_new_seconds (seconds);

  g_source_set_callback (limit, callback, task, NULL);
  if (g_task_get_cancellable (task) != NULL)
    {
      g_autoptr(GSource) cancelled = g_cancellable_source_new (g_task_get_cancellable (task));

      g_source_set_dummy_callback (cancelled);
      g_source_add_child_source (limit, cancelled);
    }
  g_source_attach (limit, g_task_get_context (task));

  return limit;
}

/* Returns: (transfer full) (nullable): the reply to a command; %NULL where the task has ended */
TropeaControlReply *
tropea_login_finish_command (GTask           *task,
                             GObject         *connection,
                             GAsyncResult    *result,
                             TropeaLoginFail  fail)
{
  g_autoptr(GError) error = NULL;
  TropeaControlReply *reply;

  reply = tropea_control_connection_command_finish (TROPEA_CONTROL_CONNECTION (connection),
                                                    result, &error);
  if (reply == NULL)
    fail (task, g_steal_pointer (&error));

  return reply;
}

/* Ask the other side for its proof that it knows the cookie. */
void
tropea_login_challenge (GTask                   *task,
                        TropeaControlConnection *connection,
                        TropeaControlAuth       *auth,
                        GAsyncReadyCallback      callback)
{
  g_autofree char *command = NULL;

  randombytes_buf (auth->client_nonce, sizeof auth->client_nonce);
  command = tropea_control_auth_dup_challenge (auth);
  tropea_control_connection_command_async (connection, command, callback, g_object_ref (task));
}

/* @command: (transfer full): is wiped */
void
tropea_login_send_secret (GTask                   *task,
                          TropeaControlConnection *connection,
                          char                    *command,
                          GAsyncReadyCallback      callback)
{
  tropea_control_connection_command_async (connection, command, callback, g_object_ref (task));
  sodium_memzero (command, strlen (command));
  g_free (command);
}
