/* tropea-control-login.c: from a socket's path to an authenticated control connection
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-control-login"

#include "config.h"

#include "tor/tropea-control-login.h"

#include <gio/gunixsocketaddress.h>
#include <sodium.h>
#include <string.h>

#include "tor/tropea-control-auth.h"
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
  GFile                   *cookie_file;  /* (owned) */
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
  g_clear_object (&login->cookie_file);
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

/* Take the reply to a command, or end. */
static TropeaControlReply *
finish_command (GTask        *task,
                GObject      *connection,
                GAsyncResult *result)
{
  g_autoptr(GError) error = NULL;
  TropeaControlReply *reply;

  reply = tropea_control_connection_command_finish (TROPEA_CONTROL_CONNECTION (connection),
                                                    result, &error);
  if (reply == NULL)
    fail (task, g_steal_pointer (&error));

  return reply;
}

static void
authenticated_cb (GObject      *object,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(TropeaControlReply) reply = finish_command (task, object, result);
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
  g_autoptr(TropeaControlReply) reply = finish_command (task, object, result);
  g_autoptr(GError) error = NULL;
  g_autofree char *command = NULL;
  Login *login = g_task_get_task_data (task);

  if (reply == NULL)
    return;

  command = tropea_control_auth_answer (&login->auth, reply, &error);
  if (command == NULL)
    fail (task, g_steal_pointer (&error));
  else
    tropea_control_connection_command_async (login->connection, command, authenticated_cb,
                                             g_steal_pointer (&task));
}

static void
cookie_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  g_autofree char *cookie = NULL;
  g_autofree char *command = NULL;
  Login *login = g_task_get_task_data (task);
  gsize length;

  if (!g_file_load_contents_finish (G_FILE (object), result, &cookie, &length, NULL, &error))
    {
      fail (task, g_error_new (TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CONTROL,
                               "tor's authentication cookie cannot be read (%s)",
                               error->message));
      return;
    }

  if (length == TROPEA_CONTROL_COOKIE_BYTES)
    memcpy (login->auth.cookie, cookie, length);
  sodium_memzero (cookie, length);
  if (length != TROPEA_CONTROL_COOKIE_BYTES)
    {
      fail (task, g_error_new (TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CONTROL,
                               "tor's authentication cookie does not have %d bytes",
                               TROPEA_CONTROL_COOKIE_BYTES));
      return;
    }

  randombytes_buf (login->auth.client_nonce, sizeof login->auth.client_nonce);
  command = tropea_control_auth_dup_challenge (&login->auth);
  tropea_control_connection_command_async (login->connection, command, challenged_cb,
                                           g_steal_pointer (&task));
}

static void
protocolinfo_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(TropeaControlReply) reply = finish_command (task, object, result);
  g_autoptr(GError) error = NULL;
  GCancellable *cancellable = g_task_get_cancellable (task);
  Login *login = g_task_get_task_data (task);

  if (reply == NULL)
    return;

  if (!tropea_control_auth_check_methods (reply, &error))
    fail (task, g_steal_pointer (&error));
  else
    g_file_load_contents_async (login->cookie_file, cancellable, cookie_cb,
                                g_steal_pointer (&task));
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

static void
set_limit (GTask *task)
{
  Login *login = g_task_get_task_data (task);

  login->limit = g_timeout_source_new_seconds (LIMIT_SECONDS);
  g_source_set_callback (login->limit, limit_cb, task, NULL);
  if (g_task_get_cancellable (task) != NULL)
    {
      g_autoptr(GSource) cancelled = g_cancellable_source_new (g_task_get_cancellable (task));

      g_source_set_dummy_callback (cancelled);
      g_source_add_child_source (login->limit, cancelled);
    }
  g_source_attach (login->limit, g_task_get_context (task));
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
  login->client = g_socket_client_new ();
  g_socket_client_set_enable_proxy (login->client, FALSE);
  login->address = g_unix_socket_address_new (socket_path);
  login->cookie_file = g_file_new_for_path (cookie_path);
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

  set_limit (task);
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
