/* tropea-session-list.c: the newest sessions as a list that follows the store
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-session-list"

#include "config.h"

#include "host/tropea-session-list.h"

/* Newest first. A session is immutable: one that was credited or refused since is a new
 * snapshot in the old one's place. One that is settled after it fell off the end stays off.
 */

/**
 * tropea_session_list_new:
 *
 * Returns: (transfer full): an empty list of #TropeaSession
 */
GListStore *
tropea_session_list_new (void)
{
  return g_list_store_new (TROPEA_TYPE_SESSION);
}

/**
 * tropea_session_list_fill:
 * @sessions: (element-type TropeaSession): newest first
 */
void
tropea_session_list_fill (GListStore *self,
                          GPtrArray  *sessions)
{
  g_return_if_fail (G_IS_LIST_STORE (self));
  g_return_if_fail (sessions != NULL);

  g_list_store_splice (self, 0, g_list_model_get_n_items (G_LIST_MODEL (self)), sessions->pdata,
                       MIN (sessions->len, TROPEA_SESSION_LIST_MAX_SESSIONS));
}

static gboolean
is_same_session (gconstpointer a,
                 gconstpointer b)
{
  const TropeaRecord *one = tropea_session_get_record ((gpointer) a);
  const TropeaRecord *other = tropea_session_get_record ((gpointer) b);

  return g_str_equal (one->session_id, other->session_id);
}

/**
 * tropea_session_list_update:
 *
 * Show @session in its place, or as the newest where it was just cut.
 */
void
tropea_session_list_update (GListStore    *self,
                            TropeaSession *session)
{
  guint position = 0;

  g_return_if_fail (G_IS_LIST_STORE (self));
  g_return_if_fail (TROPEA_IS_SESSION (session));

  if (g_list_store_find_with_equal_func (self, session, is_same_session, &position))
    {
      g_list_store_splice (self, position, 1, (gpointer *) &session, 1);
      return;
    }

  if (tropea_session_get_state (session) != TROPEA_SESSION_STATE_WAITING)
    return;

  g_list_store_insert (self, 0, session);
  while (g_list_model_get_n_items (G_LIST_MODEL (self)) > TROPEA_SESSION_LIST_MAX_SESSIONS)
    g_list_store_remove (self, TROPEA_SESSION_LIST_MAX_SESSIONS);
}
