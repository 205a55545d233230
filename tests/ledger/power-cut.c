/* power-cut.c: a disk that forgets what was not synced, for LD_PRELOAD
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Each name as it is, "open" and "open64" too. */
#undef _FILE_OFFSET_BITS

#include "config.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The files below TROPEA_POWER_CUT_ROOT are written as ever; but before each write, what it
 * replaces goes into a file of its own in TROPEA_POWER_CUT_UNDO, which a sync of the written
 * file empties. Who kills the process and then puts everything back, the last first
 * (power_cut.py does), has the disk as a power cut would have left it at worst: with nothing
 * but what was synced. Files are undone too that were made after the last sync of a folder.
 *
 * While the file TROPEA_POWER_CUT_READ_ONLY is there, nothing below the root can be written, as
 * on a file system that went read-only after an error.
 *
 * With TROPEA_POWER_CUT_LIE syncs are forgotten: a disk that lies, or a program that does not
 * ask. One lock is held over all, so nothing is written while a sync is under way.
 *
 * No GLib here: this is loaded before the program's own libraries.
 */

#define MAX_FILES 64
#define MADE "made"

/* An undo file is the path, a zero byte, and then these, each with its bytes. */
typedef struct
{
  int64_t offset;
  int64_t size;     /* the file's, before */
  int64_t n_bytes;  /* that follow */
} Undo;

typedef struct
{
  dev_t device;
  ino_t inode;
  int   undo_fd;
  off_t header_size;
} File;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static File files[MAX_FILES];
static int n_files;

static struct
{
  int     (*open)      (const char *path, int flags, ...);
  ssize_t (*write)     (int fd, const void *data, size_t size);
  ssize_t (*pwrite)    (int fd, const void *data, size_t size, off_t offset);
  int     (*ftruncate) (int fd, off_t size);
  int     (*fsync)     (int fd);
  int     (*fdatasync) (int fd);
} real;

static void *
resolve (const char *name)
{
  void *function = dlsym (RTLD_NEXT, name);

  if (function == NULL)
    _exit (120);
  return function;
}

__attribute__ ((constructor)) static void
resolve_all (void)
{
  *(void **) &real.open = resolve ("open");
  *(void **) &real.write = resolve ("write");
  *(void **) &real.pwrite = resolve ("pwrite");
  *(void **) &real.ftruncate = resolve ("ftruncate");
  *(void **) &real.fsync = resolve ("fsync");
  *(void **) &real.fdatasync = resolve ("fdatasync");
}

/* A test must not go on with half a journal. */
static void
insist (int is_good)
{
  static const char words[] = "power-cut: could not keep what a write replaces\n";

  if (is_good)
    return;
  if (real.write (STDERR_FILENO, words, sizeof words - 1) > 0)
    _exit (121);
  _exit (122);
}

/* SQLite's shared memory is a file by accident: it is never synced, and made anew. */
static int
is_watched (const char *path)
{
  static const char shared[] = "-shm";
  const char *root = getenv ("TROPEA_POWER_CUT_ROOT");
  size_t length = strlen (path);

  return root != NULL && strncmp (path, root, strlen (root)) == 0 &&
         path[strlen (root)] == '/' &&
         (length < strlen (shared) || strcmp (path + length - strlen (shared), shared) != 0);
}

static int
open_undo (const char *kind,
           dev_t       device,
           ino_t       inode)
{
  char path[4096];
  int fd = -1;

  snprintf (path, sizeof path, "%s/%s-%jx-%jx", getenv ("TROPEA_POWER_CUT_UNDO"), kind,
            (uintmax_t) device, (uintmax_t) inode);
  fd = real.open (path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  insist (fd >= 0);
  return fd;
}

static int
get_path (int   fd,
          char *path,
          int   size)
{
  char name[64];
  ssize_t length = 0;

  snprintf (name, sizeof name, "/proc/self/fd/%d", fd);
  length = readlink (name, path, (size_t) size - 1);
  if (length <= 0)
    return 0;
  path[length] = '\0';
  return 1;
}

/* Returns: NULL where nobody watches the file, or where it is none */
static File *
find_file (int          fd,
           struct stat *info)
{
  char path[4096];
  File *file = NULL;

  if (fstat (fd, info) != 0 || !S_ISREG (info->st_mode))
    return NULL;

  for (int i = 0; i < n_files; i++)
    {
      if (files[i].device == info->st_dev && files[i].inode == info->st_ino)
        return &files[i];
    }

  if (!get_path (fd, path, sizeof path) || !is_watched (path))
    return NULL;

  insist (n_files < MAX_FILES);
  file = &files[n_files++];
  file->device = info->st_dev;
  file->inode = info->st_ino;
  file->undo_fd = open_undo ("written", info->st_dev, info->st_ino);
  file->header_size = (off_t) strlen (path) + 1;
  insist (real.ftruncate (file->undo_fd, 0) == 0);
  insist (real.write (file->undo_fd, path, strlen (path) + 1) == file->header_size);
  return file;
}

static void
keep (int    fd,
      off_t  offset,
      off_t  end)
{
  struct stat info;
  int saved_errno = errno;
  File *file = find_file (fd, &info);
  char path[4096];
  Undo *undo = NULL;
  int64_t n_bytes = 0;
  int reader = -1;

  if (file == NULL)
    {
      errno = saved_errno;
      return;
    }

  n_bytes = end < info.st_size ? end - offset : info.st_size - offset;
  n_bytes = n_bytes > 0 ? n_bytes : 0;
  undo = malloc (sizeof *undo + (size_t) n_bytes);
  insist (undo != NULL);
  undo->offset = offset;
  undo->size = info.st_size;
  undo->n_bytes = n_bytes;
  if (n_bytes > 0)
    {
      /* The program's own descriptor may be for writing only. */
      insist (get_path (fd, path, sizeof path));
      reader = real.open (path, O_RDONLY | O_CLOEXEC);
      insist (reader >= 0);
      insist (pread (reader, undo + 1, (size_t) n_bytes, offset) == n_bytes);
      close (reader);
    }
  insist (real.write (file->undo_fd, undo, sizeof *undo + (size_t) n_bytes) ==
          (ssize_t) sizeof *undo + n_bytes);
  free (undo);
  errno = saved_errno;
}

static int
do_open (const char *path,
         int         flags,
         mode_t      mode)
{
  struct stat info;
  char whole[4096];
  int is_new = (flags & O_CREAT) != 0 && stat (path, &info) != 0;
  int fd = real.open (path, flags, mode);
  int undo_fd = -1;

  if (fd < 0 || !is_new || !get_path (fd, whole, sizeof whole) || !is_watched (whole))
    return fd;

  insist (fstat (fd, &info) == 0);
  undo_fd = open_undo (MADE, info.st_dev, info.st_ino);
  insist (real.write (undo_fd, whole, strlen (whole) + 1) == (ssize_t) strlen (whole) + 1);
  close (undo_fd);
  return fd;
}

/* What was made and is there now stays. */
static void
forget_made (void)
{
  DIR *folder = opendir (getenv ("TROPEA_POWER_CUT_UNDO"));
  struct dirent *entry = NULL;

  insist (folder != NULL);
  while ((entry = readdir (folder)) != NULL)
    {
      if (strncmp (entry->d_name, MADE, strlen (MADE)) == 0)
        insist (unlinkat (dirfd (folder), entry->d_name, 0) == 0);
    }
  closedir (folder);
}

static int
do_sync (int   fd,
         int (*sync_file) (int fd))
{
  struct stat info;
  char path[4096];
  File *file = NULL;
  int result = 0;

  if (getenv ("TROPEA_POWER_CUT_LIE") != NULL)
    return 0;

  pthread_mutex_lock (&mutex);
  result = sync_file (fd);
  if (result == 0)
    {
      file = find_file (fd, &info);
      if (file != NULL)
        insist (real.ftruncate (file->undo_fd, file->header_size) == 0);
      else if (fstat (fd, &info) == 0 && S_ISDIR (info.st_mode) &&
               get_path (fd, path, sizeof path - 1) && is_watched (strcat (path, "/")))
        forget_made ();
    }
  pthread_mutex_unlock (&mutex);

  return result;
}

static int
is_read_only (int fd)
{
  const char *mark = getenv ("TROPEA_POWER_CUT_READ_ONLY");
  struct stat info;

  if (mark == NULL || access (mark, F_OK) != 0 || find_file (fd, &info) == NULL)
    return 0;

  errno = EROFS;
  return 1;
}

static ssize_t
do_pwrite (int         fd,
           const void *data,
           size_t      size,
           off_t       offset)
{
  ssize_t n_written = -1;

  pthread_mutex_lock (&mutex);
  if (!is_read_only (fd))
    {
      keep (fd, offset, offset + (off_t) size);
      n_written = real.pwrite (fd, data, size, offset);
    }
  pthread_mutex_unlock (&mutex);

  return n_written;
}

static int
do_ftruncate (int   fd,
              off_t size)
{
  int result = 0;

  pthread_mutex_lock (&mutex);
  keep (fd, size, INT64_MAX);
  result = real.ftruncate (fd, size);
  pthread_mutex_unlock (&mutex);

  return result;
}

int
open (const char *path,
      int         flags,
      ...)
{
  va_list more;
  mode_t mode = 0;

  va_start (more, flags);
  if ((flags & (O_CREAT | O_TMPFILE)) != 0)
    mode = va_arg (more, mode_t);
  va_end (more);

  return do_open (path, flags, mode);
}

int
open64 (const char *path,
        int         flags,
        ...)
{
  va_list more;
  mode_t mode = 0;

  va_start (more, flags);
  if ((flags & (O_CREAT | O_TMPFILE)) != 0)
    mode = va_arg (more, mode_t);
  va_end (more);

  return do_open (path, flags, mode);
}

ssize_t
write (int         fd,
       const void *data,
       size_t      size)
{
  ssize_t n_written = 0;
  struct stat info;
  off_t offset = 0;

  pthread_mutex_lock (&mutex);
  if (find_file (fd, &info) == NULL)
    {
      /* A pipe may be full for long. */
      pthread_mutex_unlock (&mutex);
      return real.write (fd, data, size);
    }

  offset = (fcntl (fd, F_GETFL) & O_APPEND) != 0 ? info.st_size : lseek (fd, 0, SEEK_CUR);
  keep (fd, offset, offset + (off_t) size);
  n_written = real.write (fd, data, size);
  pthread_mutex_unlock (&mutex);

  return n_written;
}

ssize_t
pwrite (int         fd,
        const void *data,
        size_t      size,
        off_t       offset)
{
  return do_pwrite (fd, data, size, offset);
}

ssize_t
pwrite64 (int         fd,
          const void *data,
          size_t      size,
          off64_t     offset)
{
  return do_pwrite (fd, data, size, offset);
}

int
ftruncate (int   fd,
           off_t size)
{
  return do_ftruncate (fd, size);
}

int
ftruncate64 (int     fd,
             off64_t size)
{
  return do_ftruncate (fd, size);
}

int
fsync (int fd)
{
  return do_sync (fd, real.fsync);
}

int
fdatasync (int fd)
{
  return do_sync (fd, real.fdatasync);
}
