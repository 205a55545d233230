/* tropea-foreign-login.c: gets a control connection to a tor that somebody else started
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-foreign-login"

#include "config.h"

#include "tor/tropea-foreign-login.h"

#include <gio/gunixsocketaddress.h>
#include <sodium.h>
#include <string.h>

#include "tor/tropea-control-address.h"
#include "tor/tropea-control-cookie.h"
#include "tor/tropea-login-steps.h"
#include "tor/tropea-tor-backend.h"

/* In this order: SAFECOOKIE, which tells the other side nothing it could use; COOKIE; the
 * password. tor closes the connection at a failed try, so each method has one of its own.
 *
 * Anybody may listen where a tor is looked for, and name any file as the cookie. So COOKIE,
 * which shows the file, is never a way out of a SAFECOOKIE that failed, and is for those only who
 * can read that file themselves; and who gives a wrong proof is left at once.
 */

/* tor answers within milliseconds. */
#define LIMIT_SECONDS 10

typedef enum
{
  METHOD_NONE,
  METHOD_SAFECOOKIE,
  METHOD_COOKIE,
  METHOD_PASSWORD,
  N_METHODS,
} Method;

static const char * const method_names[N_METHODS] = {
  "NULL", "SAFECOOKIE", "COOKIE", "HASHEDPASSWORD",
};

typedef struct
{
  GSocketClient           *client;        /* (owned) */
  GSocketAddress          *address;       /* (owned) */
  char                    *name;          /* (owned): of the address */
  TropeaSecret            *password;      /* (owned) (nullable) */
  GSocket                 *socket;        /* (owned) (nullable): that of the connection */
  TropeaControlConnection *connection;    /* (owned) (nullable) */
  TropeaControlAuth        auth;
  GStrv                    offered;       /* (owned) (nullable): tor's words for methods */
  char                    *cookie_path;   /* (owned) (nullable): where tor says it is */
  GError                  *failure;       /* (owned) (nullable): of the last method */
  gboolean                 is_tried[N_METHODS];
  Method                   method;
  GSource                 *limit;         /* (owned) */
  gboolean                 is_over;
  gboolean                 is_open;       /* to everybody */
} Login;

static void connect_to (GTask *task);

static void
login_free (Login *login)
{
  if (login->limit != NULL)
    g_source_destroy (login->limit);
  g_clear_pointer (&login->limit, g_source_unref);
  if (login->connection != NULL)
    tropea_control_connection_close (login->connection);
  g_clear_object (&login->connection);
  g_clear_object (&login->socket);
  g_clear_object (&login->client);
  g_clear_object (&login->address);
  g_clear_pointer (&login->password, tropea_secret_unref);
  g_clear_pointer (&login->offered, g_strfreev);
  g_clear_error (&login->failure);
  g_free (login->cookie_path);
  g_free (login->name);
  sodium_memzero (&login->auth, sizeof login->auth);
  g_free (login);
}

static void
fail (GTask  *task,
      GError *error)
{
  g_autoptr(GError) owned = error;

  if (!g_task_return_error_if_cancelled (task))
    g_task_return_error (task, g_steal_pointer (&owned));
}

static void
fail_as (GTask            *task,
         TropeaTorProblem  problem)
{
  Login *login = g_task_get_task_data (task);

  fail (task, tropea_tor_problem_new_error (problem, login->name, NULL));
}

static gboolean
offers (Login  *login,
        Method  method)
{
  return login->offered != NULL
         && g_strv_contains ((const char * const *) login->offered, method_names[method]);
}

/* Nothing is left to try. */
static void
give_up (GTask *task)
{
  Login *login = g_task_get_task_data (task);

  if (offers (login, METHOD_PASSWORD))
    fail_as (task, login->password != NULL ? TROPEA_TOR_PROBLEM_FOREIGN_PASSWORD_WRONG
                                           : TROPEA_TOR_PROBLEM_FOREIGN_PASSWORD_NEEDED);
  else if (login->failure != NULL)
    fail (task, g_steal_pointer (&login->failure));
  else
    fail_as (task, TROPEA_TOR_PROBLEM_FOREIGN_NO_TOR);
}

static gboolean
can_try (Login  *login,
         Method  method)
{
  if (login->is_tried[method] || !offers (login, method))
    return FALSE;
  if (method == METHOD_PASSWORD)
    return login->password != NULL;

  return method == METHOD_NONE || login->cookie_path != NULL;
}

/* The next method, over a new connection. */
static void
try_next (GTask *task)
{
  Login *login = g_task_get_task_data (task);

  login->is_tried[login->method] = TRUE;
  if (login->connection != NULL)
    tropea_control_connection_close (login->connection);
  g_clear_object (&login->connection);

  for (guint i = 0; i < N_METHODS; i++)
    if (can_try (login, (Method) i))
      {
        connect_to (g_object_ref (task));
        return;
      }

  give_up (task);
}

static void
keep_failure (Login  *login,
              GError *failure)
{
  g_clear_error (&login->failure);
  login->failure = failure;
}

static void
fail_command (GTask  *task,
              GError *error)
{
  g_error_free (error);
  fail_as (task, TROPEA_TOR_PROBLEM_FOREIGN_NO_TOR);
}

static void
authenticated_cb (GObject      *object,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(TropeaControlReply) reply = tropea_login_finish_command (task, object, result,
                                                                     fail_command);
  Login *login = g_task_get_task_data (task);
  g_autofree char *code = NULL;

  if (reply == NULL)
    return;

  if (tropea_control_reply_is_success (reply))
    {
      login->is_open = login->method == METHOD_NONE;
      g_source_destroy (login->limit);
      g_task_return_pointer (task, g_steal_pointer (&login->connection), g_object_unref);
      return;
    }

  code = g_strdup_printf ("%d", reply->code);
  keep_failure (login, tropea_tor_problem_new_error (TROPEA_TOR_PROBLEM_FOREIGN_REFUSED,
                                                     login->name, code, NULL));
  try_next (task);
}

static void
challenged_cb (GObject      *object,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(TropeaControlReply) reply = tropea_login_finish_command (task, object, result,
                                                                     fail_command);
  Login *login = g_task_get_task_data (task);
  char *command;

  if (reply == NULL)
    return;

  command = tropea_control_auth_answer (&login->auth, reply, NULL);
  if (command != NULL)
    tropea_login_send_secret (task, login->connection, command, authenticated_cb);
  else if (tropea_control_reply_is_success (reply))
    fail_as (task, TROPEA_TOR_PROBLEM_FOREIGN_UNPROVEN);
  else
    {
      login->is_tried[METHOD_COOKIE] = TRUE;
      keep_failure (login, tropea_tor_problem_new_error (TROPEA_TOR_PROBLEM_FOREIGN_REFUSED,
                                                         login->name, "SAFECOOKIE", NULL));
      try_next (task);
    }
}

/* Shows the cookie, to those only who may see it. */
static void
show_cookie (GTask *task,
             guint  owner)
{
  Login *login = g_task_get_task_data (task);
  char hex[TROPEA_CONTROL_COOKIE_BYTES * 2 + 1];

  if (!tropea_control_cookie_is_of_peer (login->socket, owner))
    {
      keep_failure (login, tropea_tor_problem_new_error (TROPEA_TOR_PROBLEM_FOREIGN_UNPROVEN,
                                                         login->name, NULL));
      try_next (task);
      return;
    }

  sodium_bin2hex (hex, sizeof hex, login->auth.cookie, sizeof login->auth.cookie);
  tropea_login_send_secret (task, login->connection, g_strconcat ("AUTHENTICATE ", hex, NULL),
                            authenticated_cb);
  sodium_memzero (hex, sizeof hex);
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
  const char *why = "no file";
  guint owner;

  cookie = tropea_control_cookie_read_finish (result, &owner, &error);
  if (cookie != NULL)
    {
      memcpy (login->auth.cookie, tropea_secret_get_data (cookie), sizeof login->auth.cookie);
      if (login->method == METHOD_SAFECOOKIE)
        tropea_login_challenge (task, login->connection, &login->auth, challenged_cb);
      else
        show_cookie (task, owner);
      return;
    }

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    why = "permission denied";
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    why = "no such file";
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA))
    why = "its size";
  login->is_tried[METHOD_SAFECOOKIE] = TRUE;
  login->is_tried[METHOD_COOKIE] = TRUE;
  keep_failure (login, tropea_tor_problem_new_error (TROPEA_TOR_PROBLEM_FOREIGN_COOKIE,
                                                     login->name, login->cookie_path, why, NULL));
  try_next (task);
}

/* In hexadecimal: no byte of a password can then be anything else to tor. */
static void
use_password (GTask *task)
{
  Login *login = g_task_get_task_data (task);
  gsize size = tropea_secret_get_size (login->password);
  char *hex = g_malloc (size * 2 + 1);
  char *command;

  sodium_bin2hex (hex, size * 2 + 1, tropea_secret_get_data (login->password), size);
  command = g_strconcat ("AUTHENTICATE ", hex, NULL);
  sodium_memzero (hex, size * 2);
  g_free (hex);
  tropea_login_send_secret (task, login->connection, command, authenticated_cb);
}

static void
use_method (GTask *task)
{
  Login *login = g_task_get_task_data (task);

  switch (login->method)
    {
    case METHOD_NONE:
      tropea_login_send_secret (task, login->connection, g_strdup ("AUTHENTICATE"),
                                authenticated_cb);
      break;

    case METHOD_SAFECOOKIE:
    case METHOD_COOKIE:
      tropea_control_cookie_read_async (login->cookie_path, g_task_get_cancellable (task),
                                        cookie_cb, g_object_ref (task));
      break;

    case METHOD_PASSWORD:
    case N_METHODS:
    default:
      use_password (task);
      break;
    }
}

static void
read_methods (Login                    *login,
              const TropeaControlReply *reply)
{
  for (guint i = 0; i < reply->lines->len; i++)
    {
      const char *text = tropea_control_reply_get_text (reply, i);
      g_autoptr(TropeaControlLine) line = NULL;
      const char *methods;

      if (!g_str_has_prefix (text, "AUTH ")
          || (line = tropea_control_line_parse (text, NULL)) == NULL)
        continue;

      methods = tropea_control_line_get_value (line, "METHODS");
      g_strfreev (login->offered);
      login->offered = g_strsplit (methods != NULL ? methods : "", ",", -1);
      g_free (login->cookie_path);
      login->cookie_path = g_strdup (tropea_control_line_get_value (line, "COOKIEFILE"));
    }
}

static void
protocolinfo_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(TropeaControlReply) reply = tropea_login_finish_command (task, object, result,
                                                                     fail_command);
  Login *login = g_task_get_task_data (task);

  if (reply == NULL)
    return;

  if (tropea_control_reply_is_success (reply))
    read_methods (login, reply);

  for (guint i = 0; i < N_METHODS; i++)
    if (can_try (login, (Method) i))
      {
        login->method = (Method) i;
        use_method (task);
        return;
      }

  give_up (task);
}

static void
connected_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  Login *login = g_task_get_task_data (task);
  g_autoptr(GSocketConnection) socket = NULL;
  g_autoptr(GError) error = NULL;

  socket = g_socket_client_connect_finish (G_SOCKET_CLIENT (object), result, &error);
  if (socket == NULL || login->is_over)
    {
      fail_as (task, g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED)
                     ? TROPEA_TOR_PROBLEM_FOREIGN_FORBIDDEN
                     : TROPEA_TOR_PROBLEM_FOREIGN_NOT_FOUND);
      return;
    }

  g_set_object (&login->socket, g_socket_connection_get_socket (socket));
  login->connection = tropea_control_connection_new (socket);
  tropea_control_connection_command_async (login->connection, "PROTOCOLINFO 1", protocolinfo_cb,
                                           g_object_ref (task));
}

/* Takes a reference to @task. */
static void
connect_to (GTask *task)
{
  Login *login = g_task_get_task_data (task);

  g_socket_client_connect_async (login->client, G_SOCKET_CONNECTABLE (login->address),
                                 g_task_get_cancellable (task), connected_cb, task);
}

/* Whatever is under way ends with its connection. */
static gboolean
limit_cb (gpointer user_data)
{
  GTask *task = user_data;
  g_autoptr(GTask) alive G_GNUC_UNUSED = g_object_ref (task);
  Login *login = g_task_get_task_data (task);

  login->is_over = TRUE;
  if (login->connection != NULL)
    tropea_control_connection_close (login->connection);

  return G_SOURCE_REMOVE;
}

/**
 * tropea_foreign_login_async:
 * @password: (nullable): of the control port
 *
 * Connect and authenticate once. Fails with a %TROPEA_TOR_ERROR that carries one of the
 * TROPEA_TOR_PROBLEM_FOREIGN_… problems.
 */
void
tropea_foreign_login_async (GSocketAddress      *address,
                            TropeaSecret        *password,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  GTask *task;
  Login *login;

  g_return_if_fail (G_IS_SOCKET_ADDRESS (address));

  login = g_new0 (Login, 1);
  login->client = tropea_login_new_client ();
  login->address = g_object_ref (address);
  login->name = tropea_control_address_to_string (address);
  login->password = password != NULL ? tropea_secret_ref (password) : NULL;

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, tropea_foreign_login_async);
  g_task_set_task_data (task, login, (GDestroyNotify) login_free);
  login->limit = tropea_login_set_limit (task, LIMIT_SECONDS, limit_cb);
  connect_to (task);
}

/**
 * tropea_foreign_login_finish:
 * @is_open: (out): whether it let us in without asking for anything
 *
 * Returns: (transfer full): the connection, which its new owner closes
 */
TropeaControlConnection *
tropea_foreign_login_finish (GAsyncResult  *result,
                             gboolean      *is_open,
                             GError       **error)
{
  TropeaControlConnection *connection;

  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  connection = g_task_propagate_pointer (G_TASK (result), error);
  if (connection != NULL)
    {
      Login *login = g_task_get_task_data (G_TASK (result));

      *is_open = login->is_open;
    }

  return connection;
}
