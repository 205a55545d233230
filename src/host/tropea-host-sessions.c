/* tropea-host-sessions.c: the sessions that a host keeps, page by page
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-host-sessions"

#include "config.h"

#include "host/tropea-host-sessions.h"

#include "host/tropea-host-private.h"
#include "session/tropea-store-history.h"

static void
listed_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GPtrArray) sessions = NULL;
  GError *error = NULL;

  sessions = tropea_store_list_finish (TROPEA_STORE (object), result, &error);
  if (sessions != NULL)
    g_task_return_pointer (task, g_steal_pointer (&sessions), (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * tropea_host_list_sessions_async:
 * @before: only those with an older row; 0: from the newest
 *
 * Read at most @limit sessions that fit, newest first. Errors: the store's.
 */
void
tropea_host_list_sessions_async (TropeaHost                *self,
                                 const TropeaSessionFilter *filter,
                                 gint64                     before,
                                 guint                      limit,
                                 GAsyncReadyCallback        callback,
                                 gpointer                   user_data)
{
  GTask *task = NULL;

  g_return_if_fail (TROPEA_IS_HOST (self));
  g_return_if_fail (filter != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, tropea_host_list_sessions_async);
  tropea_store_list_filtered_async (self->store, filter, before, limit, NULL, listed_cb, task);
}

/**
 * tropea_host_list_sessions_finish:
 *
 * Returns: (transfer full) (element-type TropeaSession):
 */
GPtrArray *
tropea_host_list_sessions_finish (TropeaHost    *self,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
