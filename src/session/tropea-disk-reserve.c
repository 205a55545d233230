/* tropea-disk-reserve.c: a little space that is kept for the last save on a full disk
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-disk-reserve"

#include "config.h"

#include "session/tropea-disk-reserve.h"

#include "base/tropea-worker.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

/* While Tropea runs, what a full disk does not take waits in memory; only the way down cannot
 * wait. So a file takes some space while there is some, and whoever saves for the last time
 * gets that space by deleting it. A file that is there counts only if its blocks are really
 * allocated: one with holes would give nothing back. Calls are done in their order.
 */

/* Several times what the last session, the open batches and SQLite's log of them take. */
#define RESERVE_BYTES (512 * 1024)

/* What st_blocks counts in, whatever the file system's blocks are. */
#define STAT_BLOCK_BYTES 512

struct _TropeaDiskReserve
{
  GObject       parent_instance;

  TropeaWorker *worker;  /* (owned) */
  char         *path;    /* (owned) */
};

G_DEFINE_FINAL_TYPE (TropeaDiskReserve, tropea_disk_reserve, G_TYPE_OBJECT)

static void
return_errno (GTask      *task,
              const char *what,
              const char *path,
              int         saved_errno)
{
  g_task_return_new_error (task, G_IO_ERROR, (int) g_io_error_from_errno (saved_errno),
                           "Could not %s the space kept for a full disk, “%s”: %s", what, path,
                           g_strerror (saved_errno));
}

static gboolean
is_whole (const char *path)
{
  GStatBuf status = { 0 };

  return g_lstat (path, &status) == 0 && S_ISREG (status.st_mode) &&
         (status.st_mode & (S_IRWXG | S_IRWXO)) == 0 && status.st_size == RESERVE_BYTES &&
         (gint64) status.st_blocks * STAT_BLOCK_BYTES >= RESERVE_BYTES;
}

static int
allocate (int fd)
{
  int result = 0;

  do
    result = posix_fallocate (fd, 0, RESERVE_BYTES);
  while (result == EINTR);

  return result;
}

static void
run_make (GTask        *task,
          gpointer      source_object,
          gpointer      task_data,
          GCancellable *cancellable)
{
  const char *path = task_data;
  int saved_errno = 0;
  int fd = -1;

  if (is_whole (path))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  /* Half of one, or something else; a link goes, what it leads to stays. */
  if (g_unlink (path) != 0 && errno != ENOENT)
    {
      return_errno (task, "make", path, errno);
      return;
    }

  fd = g_open (path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      return_errno (task, "make", path, errno);
      return;
    }

  saved_errno = allocate (fd);
  g_close (fd, NULL);
  if (saved_errno == 0)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  g_unlink (path);
  return_errno (task, "make", path, saved_errno);
}

static void
run_give_back (GTask        *task,
               gpointer      source_object,
               gpointer      task_data,
               GCancellable *cancellable)
{
  const char *path = task_data;

  if (g_unlink (path) == 0)
    g_task_return_boolean (task, TRUE);
  else
    return_errno (task, "give back", path, errno);
}

static void
run_settle (GTask        *task,
            gpointer      source_object,
            gpointer      task_data,
            GCancellable *cancellable)
{
  g_task_return_boolean (task, TRUE);
}

static void
tropea_disk_reserve_finalize (GObject *object)
{
  TropeaDiskReserve *self = TROPEA_DISK_RESERVE (object);

  g_clear_object (&self->worker);
  g_clear_pointer (&self->path, g_free);

  G_OBJECT_CLASS (tropea_disk_reserve_parent_class)->finalize (object);
}

static void
tropea_disk_reserve_class_init (TropeaDiskReserveClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tropea_disk_reserve_finalize;
}

static void
tropea_disk_reserve_init (TropeaDiskReserve *self)
{
  self->worker = tropea_worker_new ("tropea-reserve");
}

/**
 * tropea_disk_reserve_new:
 * @path: the file, on the disk that the store is on; nothing is done yet
 */
TropeaDiskReserve *
tropea_disk_reserve_new (const char *path)
{
  TropeaDiskReserve *self = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  self = g_object_new (TROPEA_TYPE_DISK_RESERVE, NULL);
  self->path = g_strdup (path);

  return self;
}

static void
done_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* The caller's task never goes to the thread: with it would go a reference to whoever would
 * have to join the thread. */
static void
push (TropeaDiskReserve   *self,
      gpointer             source_tag,
      GTaskThreadFunc      func,
      GAsyncReadyCallback  callback,
      gpointer             user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  g_autoptr(GTask) work = g_task_new (NULL, NULL, done_cb, task);

  g_task_set_source_tag (task, source_tag);
  g_task_set_source_tag (work, source_tag);
  g_task_set_task_data (work, g_strdup (self->path), g_free);
  tropea_worker_push (self->worker, work, func);
}

void
tropea_disk_reserve_make_async (TropeaDiskReserve   *self,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_return_if_fail (TROPEA_IS_DISK_RESERVE (self));

  push (self, tropea_disk_reserve_make_async, run_make, callback, user_data);
}

gboolean
tropea_disk_reserve_make_finish (TropeaDiskReserve  *self,
                                 GAsyncResult       *result,
                                 GError            **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
tropea_disk_reserve_give_back_async (TropeaDiskReserve   *self,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  g_return_if_fail (TROPEA_IS_DISK_RESERVE (self));

  push (self, tropea_disk_reserve_give_back_async, run_give_back, callback, user_data);
}

gboolean
tropea_disk_reserve_give_back_finish (TropeaDiskReserve  *self,
                                      GAsyncResult       *result,
                                      GError            **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * tropea_disk_reserve_settle_async:
 *
 * Finish when all that was asked for before is done.
 */
void
tropea_disk_reserve_settle_async (TropeaDiskReserve   *self,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_return_if_fail (TROPEA_IS_DISK_RESERVE (self));

  push (self, tropea_disk_reserve_settle_async, run_settle, callback, user_data);
}

gboolean
tropea_disk_reserve_settle_finish (TropeaDiskReserve  *self,
                                   GAsyncResult       *result,
                                   GError            **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
