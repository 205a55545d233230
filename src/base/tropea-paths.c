/* tropea-paths.c: the two private folders of one Tropea and the lock that makes them its own
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-paths"

#include "config.h"

#include "base/tropea-paths.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* The data folder holds what must survive; the runtime folder holds sockets, is made anew
 * and has a short name, because the path of a Unix socket has less than 108 bytes. Two
 * Tropeas never share a data folder: the lock file is held, not just present, so a crash
 * frees it. The runtime folder's name follows from the data folder's, so a second data
 * folder of the same user never meets the first one's sockets.
 */

/* Room that is kept for the name of a socket in the runtime folder. */
#define LONGEST_SOCKET_NAME 24

struct _TropeaPaths
{
  GObject  parent_instance;

  char    *data_dir;     /* (owned) */
  char    *runtime_dir;  /* (owned) */
  int      lock_fd;
};

G_DEFINE_FINAL_TYPE (TropeaPaths, tropea_paths, G_TYPE_OBJECT)

/**
 * tropea_paths_make_private_dir:
 *
 * Make the folder @path, or take it where it is ours already, and close it to others.
 */
gboolean
tropea_paths_make_private_dir (const char  *path,
                               GError     **error)
{
  struct stat info;

  if (g_mkdir_with_parents (path, 0700) != 0)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
                   "Could not make the folder “%s” (%s): choose another with --data-dir",
                   path, g_strerror (code));
      return FALSE;
    }

  if (lstat (path, &info) != 0 || !S_ISDIR (info.st_mode) || info.st_uid != geteuid ())
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                   "“%s” is not a folder of yours: choose another with --data-dir", path);
      return FALSE;
    }

  if ((info.st_mode & 0777) != 0700 && g_chmod (path, 0700) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                   "Could not close the folder “%s” to others: %s", path, g_strerror (errno));
      return FALSE;
    }

  return TRUE;
}

static gboolean
take_lock (TropeaPaths  *self,
           GError      **error)
{
  g_autofree char *path = tropea_paths_dup_data_file (self, "lock");

  self->lock_fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (self->lock_fd < 0)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
                   "The folder “%s” cannot be written (%s): make it writable or choose another "
                   "with --data-dir", self->data_dir, g_strerror (code));
      return FALSE;
    }

  if (flock (self->lock_fd, LOCK_EX | LOCK_NB) != 0)
    {
      int code = errno;

      if (code != EWOULDBLOCK)
        {
          g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
                       "The folder “%s” cannot be locked (%s): choose one on a local disk with "
                       "--data-dir", self->data_dir, g_strerror (code));
          return FALSE;
        }

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                   "Another Tropea uses the folder “%s”: stop that one, or choose another folder "
                   "with --data-dir", self->data_dir);
      return FALSE;
    }

  return TRUE;
}

/**
 * tropea_paths_dup_runtime_dir_of:
 * @data_dir: absolute
 *
 * Returns: (transfer full): where a Tropea with this data folder has its sockets
 */
char *
tropea_paths_dup_runtime_dir_of (const char *data_dir)
{
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, data_dir, -1);
  g_autofree char *name = g_strdup_printf ("tropea-%.8s", digest);
  g_autofree char *path = g_build_filename (g_get_user_runtime_dir (), name, NULL);
  struct sockaddr_un address;

  if (g_getenv ("XDG_RUNTIME_DIR") != NULL &&
      strlen (path) + 1 + LONGEST_SOCKET_NAME < sizeof address.sun_path)
    return g_steal_pointer (&path);

  g_free (path);
  path = g_strdup_printf ("/tmp/tropea-%u-%.8s", (guint) geteuid (), digest);

  return g_steal_pointer (&path);
}

static void
tropea_paths_finalize (GObject *object)
{
  TropeaPaths *self = TROPEA_PATHS (object);

  /* In this order: once the lock is free, the runtime folder can be another Tropea's. */
  if (self->runtime_dir != NULL)
    g_rmdir (self->runtime_dir);
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  g_clear_pointer (&self->data_dir, g_free);
  g_clear_pointer (&self->runtime_dir, g_free);

  G_OBJECT_CLASS (tropea_paths_parent_class)->finalize (object);
}

static void
tropea_paths_class_init (TropeaPathsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tropea_paths_finalize;
}

static void
tropea_paths_init (TropeaPaths *self)
{
  self->lock_fd = -1;
}

/**
 * tropea_paths_open:
 * @data_dir: (nullable): the data folder, or NULL for the user's own
 *   ($XDG_DATA_HOME/tropea)
 *
 * Make both folders, open to their owner only, and lock the data folder as long as the
 * object lives. A few system calls on local folders; meant for the start of a program.
 *
 * Returns: (transfer full): the folders, or NULL: G_IO_ERROR_BUSY where another Tropea has
 *   them, other G_IO_ERROR codes where they cannot be made or written
 */
TropeaPaths *
tropea_paths_open (const char  *data_dir,
                   GError     **error)
{
  g_autoptr(TropeaPaths) self = g_object_new (TROPEA_TYPE_PATHS, NULL);

  if (data_dir != NULL)
    self->data_dir = g_canonicalize_filename (data_dir, NULL);
  else
    self->data_dir = g_build_filename (g_get_user_data_dir (), "tropea", NULL);

  if (!tropea_paths_make_private_dir (self->data_dir, error) || !take_lock (self, error))
    return NULL;

  self->runtime_dir = tropea_paths_dup_runtime_dir_of (self->data_dir);
  if (!tropea_paths_make_private_dir (self->runtime_dir, error))
    return NULL;

  return g_steal_pointer (&self);
}

const char *
tropea_paths_get_data_dir (TropeaPaths *self)
{
  g_return_val_if_fail (TROPEA_IS_PATHS (self), NULL);

  return self->data_dir;
}

const char *
tropea_paths_get_runtime_dir (TropeaPaths *self)
{
  g_return_val_if_fail (TROPEA_IS_PATHS (self), NULL);

  return self->runtime_dir;
}

/**
 * tropea_paths_dup_data_file:
 *
 * Returns: (transfer full): the path of @name in the data folder
 */
char *
tropea_paths_dup_data_file (TropeaPaths *self,
                            const char  *name)
{
  g_return_val_if_fail (TROPEA_IS_PATHS (self), NULL);

  return g_build_filename (self->data_dir, name, NULL);
}

/**
 * tropea_paths_dup_runtime_file:
 * @name: at most 24 bytes, so that it can be a socket
 *
 * Returns: (transfer full): the path of @name in the runtime folder
 */
char *
tropea_paths_dup_runtime_file (TropeaPaths *self,
                               const char  *name)
{
  g_return_val_if_fail (TROPEA_IS_PATHS (self), NULL);
  g_return_val_if_fail (strlen (name) <= LONGEST_SOCKET_NAME, NULL);

  return g_build_filename (self->runtime_dir, name, NULL);
}
