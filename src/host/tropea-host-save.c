/* tropea-host-save.c: the last save, also on a full disk
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-host-save"

#include "config.h"

#include "base/tropea-database.h"
#include "host/tropea-host-private.h"

/* While the host runs, what a full disk does not take waits in memory for the next sample. The
 * last save cannot wait: where the disk is full it gets the reserve's space and one more try.
 * The next start makes the reserve again; so does one that could not make it, as soon as a
 * write shows that there is space.
 */

static void
reserve_made_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr(TropeaHost) self = user_data;
  g_autoptr(GError) error = NULL;

  if (tropea_disk_reserve_make_finish (TROPEA_DISK_RESERVE (object), result, &error))
    return;

  g_debug ("%s", error->message);
  self->has_reserve = FALSE;
}

/**
 * tropea_host_make_reserve:
 *
 * See that there is a reserve. Without one everything works as well, until the disk is full.
 */
void
tropea_host_make_reserve (TropeaHost *self)
{
  if (self->has_reserve || self->is_closing)
    return;

  self->has_reserve = TRUE;
  tropea_disk_reserve_make_async (self->reserve, reserve_made_cb, g_object_ref (self));
}

static void
saved_again_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;

  if (tropea_recorder_flush_finish (TROPEA_RECORDER (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* The task's data is why the first save failed. */
static void
given_back_cb (GObject      *object,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  TropeaHost *self = g_task_get_source_object (task);

  if (!tropea_disk_reserve_give_back_finish (TROPEA_DISK_RESERVE (object), result, NULL))
    {
      g_task_return_error (task, g_error_copy (g_task_get_task_data (task)));
      return;
    }

  tropea_recorder_flush_async (self->recorder, saved_again_cb, g_steal_pointer (&task));
}

/* One that was being made still held the data folder. */
static void
settled_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;

  tropea_disk_reserve_settle_finish (TROPEA_DISK_RESERVE (object), result, NULL);
  g_task_return_boolean (task, TRUE);
}

static void
saved_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  TropeaHost *self = g_task_get_source_object (task);

  if (tropea_recorder_flush_finish (TROPEA_RECORDER (object), result, &error))
    {
      tropea_disk_reserve_settle_async (self->reserve, settled_cb, g_steal_pointer (&task));
      return;
    }

  if (!g_error_matches (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_FULL))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  g_task_set_task_data (task, g_steal_pointer (&error), (GDestroyNotify) g_error_free);
  tropea_disk_reserve_give_back_async (self->reserve, given_back_cb, g_steal_pointer (&task));
}

/**
 * tropea_host_save_async:
 *
 * Close the open session and write what is only in memory, for the last time.
 */
void
tropea_host_save_async (TropeaHost          *self,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, tropea_host_save_async);
  tropea_host_save_traffic (self);
  tropea_recorder_close_batch (self->recorder, self->source);
  tropea_recorder_flush_async (self->recorder, saved_cb, task);
}

gboolean
tropea_host_save_finish (TropeaHost    *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
