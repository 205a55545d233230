/* tropea-control-login.c: from a socket's path to an authenticated control connection
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-control-login"

#include "config.h"

#include "tor/tropea-control-login.h"

#include <gio/gunixsocketaddress.h>
#include <sodium.h>
#include <string.h>

#include "tor/tropea-control-cookie.h"
#include "tor/tropea-login-steps.h"
#include "tor/tropea-tor-backend.h"

/* A tor that was just spawned listens after some milliseconds, and writes its cookie only when
 * its event loop runs: so the connection is tried again and again, and the cookie is read
 * after the first reply. Before it is authenticated tor allows PROTOCOLINFO once and closes
 * the connection at the first mistake, so there is no second try on the same one.
 */

#define FIRST_WAIT_MS    5
#define LONGEST_WAIT_MS  500

/* Slow disks and a locked data directory cost tor some seconds; nothing known costs it this. */
#define LIMIT_SECONDS    60

typedef struct
{
  GSocketClient           *client;       /* (owned) */
  GSocketAddress          *address;      /* (owned) */
  char                    *cookie_path;  /* (owned) */
  TropeaControlConnection *connection;   /* (owned) (nullable) */
  TropeaControlAuth        auth;
  guint                    wait_ms;
  GSource                 *waiting;      /* (owned) (nullable): until the next try */
  GSource                 *limit;        /* (owned): time is up, or cancelled */
  gboolean                 is_over;
} Login;

static void try_socket (GTask *task);

static void
clear_source (GSource **source)
{
  if (*source == NULL)
    return;

  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
login_free (Login *login)
{
  clear_source (&login->waiting);
  clear_source (&login->limit);
  if (login->connection != NULL)
    tropea_control_connection_close (login->connection);
  g_clear_object (&login->connection);
  g_clear_object (&login->client);
  g_clear_object (&login->address);
  g_free (login->cookie_path);
  sodium_memzero (&login->auth, sizeof login->auth);
  g_free (login);
}

/* End with @error (transfer full), or with what ended it from outside. */
static void
fail (GTask  *task,
      GError *error)
{
  Login *login = g_task_get_task_data (task);
  g_autoptr(GError) owned = error;

  clear_source (&login->limit);
  if (g_task_return_error_if_cancelled (task))
    return;

  if (login->is_over)
    g_task_return_new_error (task, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CONTROL,
                             "tor did not answer on its control socket for %d seconds",
                             LIMIT_SECONDS);
  else
    g_task_return_error (task, g_steal_pointer (&owned));
}

static void
authenticated_cb (GObject      *object,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(TropeaControlReply) reply = tropea_login_finish_command (task, object, result,
                                                                     fail);
  Login *login = g_task_get_task_data (task);

  if (reply == NULL)
    return;

  if (!tropea_control_reply_is_success (reply))
    {
      fail (task, g_error_new (TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CONTROL,
                               "tor refused our authentication (%d)",
                               reply->code));
      return;
    }

  clear_source (&login->limit);
  g_task_return_pointer (task, g_steal_pointer (&login->connection), g_object_unref);
}

static void
challenged_cb (GObject      *object,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(TropeaControlReply) reply = tropea_login_finish_command (task, object, result,
                                                                     fail);
  g_autoptr(GError) error = NULL;
  Login *login = g_task_get_task_data (task);
  char *command;

  if (reply == NULL)
    return;

  command = tropea_control_auth_answer (&login->auth, reply, &error);
  if (command == NULL)
    fail (task, g_steal_pointer (&error));
  else
    tropea_login_send_secret (task, login->connection, command, authenticated_cb);
}

static void
cookie_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(TropeaSecret) cookie = NULL;
  Login *login = g_task_get_task_data (task);
  guint owner;

  cookie = tropea_control_cookie_read_finish (result, &owner, &error);
  if (cookie == NULL)
    {
      fail (task, g_error_new (TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CONTROL,
                               "tor's authentication cookie cannot be read (%s)",
                               error->message));
      return;
    }

  memcpy (login->auth.cookie, tropea_secret_get_data (cookie), sizeof login->auth.cookie);
  tropea_login_challenge (task, login->connection, &login->auth, challenged_cb);
}

static void
protocolinfo_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(TropeaControlReply) reply = tropea_login_finish_command (task, object, result,
                                                                     fail);
  g_autoptr(GError) error = NULL;
  Login *login = g_task_get_task_data (task);

  if (reply == NULL)
    return;

  if (!tropea_control_auth_check_methods (reply, &error))
    fail (task, g_steal_pointer (&error));
  else
    tropea_control_cookie_read_async (login->cookie_path, g_task_get_cancellable (task), cookie_cb,
                                      g_object_ref (task));
}

static gboolean
wait_cb (gpointer user_data)
{
  GTask *task = user_data;
  Login *login = g_task_get_task_data (task);

  clear_source (&login->waiting);
  try_socket (task);

  return G_SOURCE_REMOVE;
}

static void
wait_for_socket (GTask *task)
{
  Login *login = g_task_get_task_data (task);

  login->waiting = g_timeout_source_new (login->wait_ms);
  g_source_set_callback (login->waiting, wait_cb, task, NULL);
  g_source_attach (login->waiting, g_task_get_context (task));
  login->wait_ms = MIN (login->wait_ms * 2, LONGEST_WAIT_MS);
}

static void
connected_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  GTask *task = user_data;
  Login *login = g_task_get_task_data (task);
  g_autoptr(GSocketConnection) socket = NULL;
  g_autoptr(GError) error = NULL;

  socket = g_socket_client_connect_finish (G_SOCKET_CLIENT (object), result, &error);
  if (socket != NULL && !login->is_over)
    {
      login->connection = tropea_control_connection_new (socket);
      tropea_control_connection_command_async (login->connection, "PROTOCOLINFO 1",
                                               protocolinfo_cb, task);
      return;
    }

  if (!login->is_over && (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)
                          || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED)))
    {
      wait_for_socket (task);
      return;
    }

  fail (task, g_error_new (TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CONTROL,
                           "tor's control socket cannot be reached (%s)",
                           error != NULL ? error->message : "time is up"));
  g_object_unref (task);
}

static void
try_socket (GTask *task)
{
  Login *login = g_task_get_task_data (task);

  g_socket_client_connect_async (login->client, G_SOCKET_CONNECTABLE (login->address),
                                 g_task_get_cancellable (task), connected_cb, task);
}

/* A step that is under way ends by itself: its connection is closed, or it sees is_over. */
static gboolean
limit_cb (gpointer user_data)
{
  GTask *task = user_data;
  Login *login = g_task_get_task_data (task);

  login->is_over = TRUE;
  if (login->waiting != NULL)
    {
      clear_source (&login->waiting);
      fail (task, NULL);
      g_object_unref (task);
    }
  else if (login->connection != NULL)
    {
      g_autoptr(GTask) alive G_GNUC_UNUSED = g_object_ref (task);

      tropea_control_connection_close (login->connection);
    }

  return G_SOURCE_REMOVE;
}

/**
 * tropea_control_login_async:
 * @cookie_path: the file that tor was told to write its cookie to
 *
 * Connect, trying again until something listens, and authenticate by SAFECOOKIE. Fails with
 * %TROPEA_TOR_ERROR_CONTROL if it is not our tor that listens, with %G_IO_ERROR_CLOSED if tor
 * ended on the way.
 */
void
tropea_control_login_async (const char          *socket_path,
                            const char          *cookie_path,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  GTask *task;
  Login *login;

  g_return_if_fail (socket_path != NULL && cookie_path != NULL);

  login = g_new0 (Login, 1);
  login->client = tropea_login_new_client ();
  login->address = g_unix_socket_address_new (socket_path);
  login->cookie_path = g_strdup (cookie_path);
  login->wait_ms = FIRST_WAIT_MS;

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, tropea_control_login_async);
  g_task_set_task_data (task, login, (GDestroyNotify) login_free);

  if (sodium_init () < 0)
    {
      g_task_return_new_error (task, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_FAILED,
                               "libsodium does not start: reinstall the package “libsodium23”");
      g_object_unref (task);
      return;
    }

  login->limit = tropea_login_set_limit (task, LIMIT_SECONDS, limit_cb);
  try_socket (task);
}

/* Returns: (transfer full): the connection, which its new owner closes */
TropeaControlConnection *
tropea_control_login_finish (GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
