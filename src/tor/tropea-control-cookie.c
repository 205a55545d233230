/* tropea-control-cookie.c: reads the cookie by which a control port knows who may use it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-control-cookie"

#include "config.h"

#include "tor/tropea-control-cookie.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tor/tropea-control-auth.h"
#include "tor/tropea-proc.h"

/* The path is what the other side says, and may name anything that its user can read: so only a
 * regular file of the right size is read, straight into locked memory, and a pipe or a device
 * holds nothing up. It is read in a thread because the file may be on a network.
 */

typedef struct
{
  char  *path;   /* (owned) */
  guint  owner;  /* of the file */
} Reading;

static void
reading_free (Reading *reading)
{
  g_free (reading->path);
  g_free (reading);
}

static void
take_errno (GError     **error,
            const char  *path)
{
  int number = errno;
  g_autofree char *name = g_filename_display_name (path);

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "%s: %s", name,
               g_strerror (number));
}

static gboolean
check_file (int           fd,
            const char   *path,
            struct stat  *facts,
            GError      **error)
{
  if (fstat (fd, facts) != 0)
    {
      take_errno (error, path);
      return FALSE;
    }
  if (S_ISREG (facts->st_mode) && facts->st_size == TROPEA_CONTROL_COOKIE_BYTES)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "it does not have %d bytes",
               TROPEA_CONTROL_COOKIE_BYTES);

  return FALSE;
}

static TropeaSecret *
read_cookie (int           fd,
             const char   *path,
             guint        *owner,
             GError      **error)
{
  g_autoptr(TropeaSecret) cookie = NULL;
  struct stat facts;
  gssize length;

  if (!check_file (fd, path, &facts, error))
    return NULL;

  cookie = tropea_secret_new (TROPEA_CONTROL_COOKIE_BYTES);
  length = read (fd, tropea_secret_get_data (cookie), TROPEA_CONTROL_COOKIE_BYTES);
  if (length < 0)
    {
      take_errno (error, path);
      return NULL;
    }
  if (length != TROPEA_CONTROL_COOKIE_BYTES)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "it became shorter while it was read");
      return NULL;
    }
  *owner = facts.st_uid;

  return g_steal_pointer (&cookie);
}

static void
read_in_thread (GTask        *task,
                gpointer      source_object,
                gpointer      task_data,
                GCancellable *cancellable)
{
  Reading *reading = task_data;
  GError *error = NULL;
  TropeaSecret *cookie = NULL;
  int fd = g_open (reading->path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0);

  if (fd >= 0)
    {
      cookie = read_cookie (fd, reading->path, &reading->owner, &error);
      close (fd);
    }
  else
    {
      take_errno (&error, reading->path);
    }

  if (cookie != NULL)
    g_task_return_pointer (task, cookie, (GDestroyNotify) tropea_secret_unref);
  else
    g_task_return_error (task, error);
}

/**
 * tropea_control_cookie_read_async:
 *
 * Fails with a %G_IO_ERROR, of which %G_IO_ERROR_INVALID_DATA is a file that is no cookie.
 */
void
tropea_control_cookie_read_async (const char          *path,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  Reading *reading;

  g_return_if_fail (path != NULL);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, tropea_control_cookie_read_async);
  reading = g_new0 (Reading, 1);
  reading->path = g_strdup (path);
  g_task_set_task_data (task, reading, (GDestroyNotify) reading_free);
  g_task_set_return_on_cancel (task, TRUE);
  g_task_run_in_thread (task, read_in_thread);
}

/**
 * tropea_control_cookie_read_finish:
 * @owner: (out): the number of the user that the file belongs to
 *
 * Returns: (transfer full): %TROPEA_CONTROL_COOKIE_BYTES bytes
 */
TropeaSecret *
tropea_control_cookie_read_finish (GAsyncResult  *result,
                                   guint         *owner,
                                   GError       **error)
{
  TropeaSecret *cookie;

  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  cookie = g_task_propagate_pointer (G_TASK (result), error);
  if (cookie != NULL)
    *owner = ((Reading *) g_task_get_task_data (G_TASK (result)))->owner;

  return cookie;
}

gboolean
tropea_control_cookie_is_of_peer (GSocket *socket,
                                  guint    owner)
{
  g_autoptr(GSocketAddress) address = NULL;
  g_autoptr(GCredentials) credentials = NULL;
  uid_t peer;

  g_return_val_if_fail (G_IS_SOCKET (socket), FALSE);

  address = g_socket_get_remote_address (socket, NULL);
  if (address != NULL && G_IS_INET_SOCKET_ADDRESS (address))
    return tropea_proc_listens_only_as (g_inet_socket_address_get_port (
                                          G_INET_SOCKET_ADDRESS (address)), owner);

  credentials = g_socket_get_credentials (socket, NULL);
  peer = credentials != NULL ? g_credentials_get_unix_user (credentials, NULL) : (uid_t) -1;

  return peer == 0 || (peer != (uid_t) -1 && peer == owner);
}
