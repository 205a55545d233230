/* tropea-small-file.c: reads and makes the small files beside the store without surprises
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-small-file"

#include "config.h"

#include "session/tropea-small-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* A path may lead to anything: a pipe that never answers, a link to a file of somebody else, an
 * endless device. So each file is looked at through its descriptor before a byte is read, and
 * what is read goes straight into the caller's memory, which for a key is locked memory.
 */

static gboolean
set_errno_error (const char  *path,
                 const char  *what,
                 int          saved_errno,
                 GError     **error)
{
  g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (saved_errno),
               "Could not %s “%s”: %s", what, path, g_strerror (saved_errno));
  return FALSE;
}

static gboolean
check (const char  *path,
       int          fd,
       gboolean     must_be_private,
       GError     **error)
{
  struct stat status = { 0 };

  if (fstat (fd, &status) != 0)
    return set_errno_error (path, "look at", errno, error);

  if (!S_ISREG (status.st_mode))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
                   "“%s” is not a regular file", path);
      return FALSE;
    }

  if (!must_be_private)
    return TRUE;

  if (status.st_uid != geteuid ())
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                   "“%s” belongs to another user; make your own copy of it", path);
      return FALSE;
    }

  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                   "“%s” can be read by others; run “chmod 600 %s”", path, path);
      return FALSE;
    }

  return TRUE;
}

static gboolean
read_up_to (const char  *path,
            int          fd,
            guint8      *data,
            gsize        size_bytes,
            gsize       *length_bytes,
            GError     **error)
{
  gsize length = 0;

  while (length < size_bytes)
    {
      ssize_t n = read (fd, data + length, size_bytes - length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return set_errno_error (path, "read", errno, error);
      if (n == 0)
        break;
      length += (gsize) n;
    }

  *length_bytes = length;
  return TRUE;
}

/**
 * tropea_small_file_read:
 * @must_be_private: fail unless the file is ours and nobody else can read it
 * @data: where the content goes
 * @size_bytes: room there; a longer file is read up to here
 * @length_bytes: (out): how much was read
 *
 * Blocks. Links are not followed. Errors are %G_IO_ERROR: %G_IO_ERROR_NOT_FOUND,
 * %G_IO_ERROR_NOT_REGULAR_FILE, %G_IO_ERROR_TOO_MANY_LINKS for a link,
 * %G_IO_ERROR_PERMISSION_DENIED, and what the system reports.
 */
gboolean
tropea_small_file_read (const char  *path,
                        gboolean     must_be_private,
                        gpointer     data,
                        gsize        size_bytes,
                        gsize       *length_bytes,
                        GError     **error)
{
  gboolean is_read = FALSE;
  int fd = -1;

  g_return_val_if_fail (path != NULL && data != NULL && length_bytes != NULL, FALSE);

  fd = g_open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0);
  if (fd < 0 && errno == ELOOP)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_LINKS,
                   "“%s” is a symbolic link; name the file itself", path);
      return FALSE;
    }
  if (fd < 0)
    return set_errno_error (path, "open", errno, error);

  is_read = check (path, fd, must_be_private, error) &&
            read_up_to (path, fd, data, size_bytes, length_bytes, error);
  g_close (fd, NULL);

  return is_read;
}

static gboolean
write_all (const char    *path,
           int            fd,
           const guint8  *data,
           gsize          size_bytes,
           GError       **error)
{
  while (size_bytes > 0)
    {
      ssize_t n = write (fd, data, size_bytes);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return set_errno_error (path, "write", errno, error);
      data += n;
      size_bytes -= (gsize) n;
    }

  if (fsync (fd) != 0)
    return set_errno_error (path, "write", errno, error);

  return TRUE;
}

/* So that the new name, too, survives a power cut. */
static gboolean
sync_folder_of (const char  *path,
                GError     **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = g_open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  gboolean is_synced = fd >= 0 && fsync (fd) == 0;
  int saved_errno = errno;

  if (fd >= 0)
    g_close (fd, NULL);

  return is_synced || set_errno_error (folder, "write", saved_errno, error);
}

/**
 * tropea_small_file_create:
 *
 * Make a file of mode 0600 that is on disk when this returns. Blocks. Never touches a file that
 * is there: that is %G_IO_ERROR_EXISTS. Leaves no half of a file behind.
 */
gboolean
tropea_small_file_create (const char    *path,
                          gconstpointer  data,
                          gsize          size_bytes,
                          GError       **error)
{
  gboolean is_written = FALSE;
  int fd = -1;

  g_return_val_if_fail (path != NULL && data != NULL, FALSE);

  fd = g_open (path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    return set_errno_error (path, "make", errno, error);

  is_written = write_all (path, fd, data, size_bytes, error);
  if (!g_close (fd, is_written ? error : NULL))
    is_written = FALSE;
  is_written = is_written && sync_folder_of (path, error);
  if (!is_written)
    g_unlink (path);

  return is_written;
}

/**
 * tropea_small_file_replace:
 *
 * Put @text in the place of what is there, in one step; mode 0600, on disk when this returns.
 * Blocks.
 */
gboolean
tropea_small_file_replace (const char  *path,
                           const char  *text,
                           GError     **error)
{
  return g_file_set_contents_full (path, text, -1,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600, error);
}
