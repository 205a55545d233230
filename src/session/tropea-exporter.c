/* tropea-exporter.c: writes the sessions that fit a filter to a file, as CSV or JSON
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-exporter"

#include "config.h"

#include "session/tropea-exporter.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "base/tropea-worker.h"
#include "session/tropea-store-history.h"

/* The store reads one page, the export's own thread writes it, and so on: neither a slow disk
 * nor a hundred thousand sessions hold up the store or the main loop. Everything goes into a
 * file beside the one that was asked for, which takes its name once it is all on disk.
 */

/* Some 300 KB of text: a hundred turns for a large history. */
#define PAGE_SESSIONS 500

typedef struct
{
  TropeaWorker        *worker;       /* (owned) */
  TropeaSessionFilter *filter;       /* (owned) */
  TropeaExportFormat   format;
  char                *path;         /* (owned) */
  char                *part_path;    /* (owned) (nullable): before it has its name */
  FILE                *file;         /* (owned) (nullable) */

  GPtrArray           *page;         /* (owned) (nullable): to be written; empty: the end */
  gint64               before;
  gint64               n_sessions;
} Export;

static void read_page (GTask *task);

static void
export_free (Export *self)
{
  g_clear_pointer (&self->file, fclose);
  if (self->part_path != NULL)
    g_unlink (self->part_path);
  g_free (self->part_path);
  g_free (self->path);
  g_clear_pointer (&self->filter, tropea_session_filter_free);
  g_clear_pointer (&self->page, g_ptr_array_unref);
  g_clear_object (&self->worker);
  g_free (self);
}

static gboolean
set_write_error (Export  *self,
                 int      saved_errno,
                 GError **error)
{
  g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (saved_errno),
               "Could not write “%s” (%s): choose another folder, or make room there",
               self->path, g_strerror (saved_errno));
  return FALSE;
}

static gboolean
open_part (Export  *self,
           GError **error)
{
  int fd = -1;

  self->part_path = g_strconcat (self->path, ".XXXXXX", NULL);
  fd = g_mkstemp_full (self->part_path, O_WRONLY | O_CLOEXEC, 0600);
  if (fd >= 0)
    self->file = fdopen (fd, "w");
  if (self->file != NULL)
    return TRUE;

  set_write_error (self, errno, error);
  if (fd >= 0)
    g_close (fd, NULL);
  else
    g_clear_pointer (&self->part_path, g_free);
  return FALSE;
}

static gboolean
close_part (Export  *self,
            GError **error)
{
  FILE *file = g_steal_pointer (&self->file);
  gboolean is_on_disk = fflush (file) == 0 && fsync (fileno (file)) == 0;
  int saved_errno = errno;

  if (fclose (file) != 0 && is_on_disk)
    {
      saved_errno = errno;
      is_on_disk = FALSE;
    }
  if (!is_on_disk)
    return set_write_error (self, saved_errno, error);

  if (g_rename (self->part_path, self->path) != 0)
    return set_write_error (self, errno, error);

  g_clear_pointer (&self->part_path, g_free);
  return TRUE;
}

static gboolean
write_page (Export  *self,
            GError **error)
{
  g_autoptr(GString) text = g_string_new (NULL);
  gboolean is_end = self->page->len == 0;

  if (self->file == NULL)
    {
      if (!open_part (self, error))
        return FALSE;
      tropea_export_append_head (text, self->format);
    }

  for (guint i = 0; i < self->page->len; i++)
    tropea_export_append_session (text, self->format, g_ptr_array_index (self->page, i),
                                  self->n_sessions == 0 && i == 0);
  self->n_sessions += self->page->len;
  if (is_end)
    tropea_export_append_tail (text, self->format, self->n_sessions == 0);

  if (fwrite (text->str, 1, text->len, self->file) != text->len)
    return set_write_error (self, errno, error);

  return !is_end || close_part (self, error);
}

static void
run_write (GTask        *work,
           gpointer      source_object,
           gpointer      task_data,
           GCancellable *cancellable)
{
  GError *error = NULL;

  if (write_page (task_data, &error))
    g_task_return_boolean (work, TRUE);
  else
    g_task_return_error (work, error);
}

static void
written_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  Export *self = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_error (task, error);
  else if (self->page->len == 0)
    g_task_return_boolean (task, TRUE);
  else if (!g_task_return_error_if_cancelled (task))
    read_page (g_steal_pointer (&task));
}

static void
page_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GTask) work = NULL;
  Export *self = g_task_get_task_data (task);
  GError *error = NULL;

  g_clear_pointer (&self->page, g_ptr_array_unref);
  self->page = tropea_store_list_finish (TROPEA_STORE (object), result, &error);
  if (self->page == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  if (self->page->len > 0)
    self->before = tropea_session_get_row (g_ptr_array_index (self->page, self->page->len - 1));

  work = g_task_new (NULL, NULL, written_cb, g_steal_pointer (&task));
  g_task_set_source_tag (work, page_cb);
  g_task_set_task_data (work, self, NULL);
  tropea_worker_push (self->worker, work, run_write);
}

static void
read_page (GTask *task)
{
  Export *self = g_task_get_task_data (task);

  tropea_store_list_filtered_async (g_task_get_source_object (task), self->filter, self->before,
                                    PAGE_SESSIONS, NULL, page_cb, task);
}

/**
 * tropea_export_async:
 * @path: replaced where it is there
 * @cancellable: (nullable): ends it between two pages; then there is no file
 *
 * Sessions that are cut meanwhile are not in it. Errors: the store's, and %G_IO_ERROR.
 */
void
tropea_export_async (TropeaStore               *store,
                     const TropeaSessionFilter *filter,
                     TropeaExportFormat         format,
                     const char                *path,
                     GCancellable              *cancellable,
                     GAsyncReadyCallback        callback,
                     gpointer                   user_data)
{
  GTask *task = NULL;
  Export *self = NULL;

  g_return_if_fail (TROPEA_IS_STORE (store));
  g_return_if_fail (filter != NULL && path != NULL);

  self = g_new0 (Export, 1);
  self->worker = tropea_worker_new ("tropea-export");
  self->filter = tropea_session_filter_copy (filter);
  self->format = format;
  self->path = g_strdup (path);

  task = g_task_new (store, cancellable, callback, user_data);
  g_task_set_source_tag (task, tropea_export_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, self, (GDestroyNotify) export_free);
  read_page (task);
}

/**
 * tropea_export_finish:
 * @n_sessions: (out): how many are in the file
 */
gboolean
tropea_export_finish (TropeaStore   *store,
                      GAsyncResult  *result,
                      gint64        *n_sessions,
                      GError       **error)
{
  Export *self = NULL;

  g_return_val_if_fail (g_task_is_valid (result, store), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;

  self = g_task_get_task_data (G_TASK (result));
  *n_sessions = self->n_sessions;
  return TRUE;
}
