/* test-session-list.c: the newest sessions, newest first
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "host/tropea-session-list.h"

static TropeaSession *
make_session (guint              number,
              TropeaSessionState state)
{
  TropeaRecord record = { 0 };

  g_snprintf (record.session_id, sizeof record.session_id,
              "00000000-0000-4000-8000-%012u", number);
  record.timestamp_ms = number;
  record.duration_s = 1;
  record.bytes = 1;

  return tropea_session_new (&record, state, 0, NULL, NULL);
}

static void
update (GListStore         *list,
        guint               number,
        TropeaSessionState  state)
{
  g_autoptr(TropeaSession) session = make_session (number, state);

  tropea_session_list_update (list, session);
}

static void
assert_item (GListStore         *list,
             guint               position,
             guint               number,
             TropeaSessionState  state)
{
  g_autoptr(TropeaSession) session = g_list_model_get_item (G_LIST_MODEL (list), position);

  g_assert_cmpint (tropea_session_get_record (session)->timestamp_ms, ==, number);
  g_assert_cmpint (tropea_session_get_state (session), ==, state);
}

static guint
count (GListStore *list)
{
  return g_list_model_get_n_items (G_LIST_MODEL (list));
}

static void
test_newest_first (void)
{
  g_autoptr(GListStore) list = tropea_session_list_new ();

  update (list, 1, TROPEA_SESSION_STATE_WAITING);
  update (list, 2, TROPEA_SESSION_STATE_WAITING);
  update (list, 3, TROPEA_SESSION_STATE_WAITING);
  assert_item (list, 0, 3, TROPEA_SESSION_STATE_WAITING);
  assert_item (list, 2, 1, TROPEA_SESSION_STATE_WAITING);
}

static void
test_settled_in_place (void)
{
  g_autoptr(GListStore) list = tropea_session_list_new ();

  for (guint i = 1; i <= 3; i++)
    update (list, i, TROPEA_SESSION_STATE_WAITING);
  update (list, 2, TROPEA_SESSION_STATE_CREDITED);
  update (list, 1, TROPEA_SESSION_STATE_REFUSED);

  g_assert_cmpuint (count (list), ==, 3);
  assert_item (list, 0, 3, TROPEA_SESSION_STATE_WAITING);
  assert_item (list, 1, 2, TROPEA_SESSION_STATE_CREDITED);
  assert_item (list, 2, 1, TROPEA_SESSION_STATE_REFUSED);
}

static void
test_bounded (void)
{
  g_autoptr(GListStore) list = tropea_session_list_new ();
  const guint most = TROPEA_SESSION_LIST_MAX_SESSIONS;

  for (guint i = 1; i <= most + 5; i++)
    update (list, i, TROPEA_SESSION_STATE_WAITING);
  g_assert_cmpuint (count (list), ==, most);
  assert_item (list, 0, most + 5, TROPEA_SESSION_STATE_WAITING);
  assert_item (list, most - 1, 6, TROPEA_SESSION_STATE_WAITING);

  /* An old one that is credited late is not new for that. */
  update (list, 1, TROPEA_SESSION_STATE_CREDITED);
  assert_item (list, 0, most + 5, TROPEA_SESSION_STATE_WAITING);
  g_assert_cmpuint (count (list), ==, most);
}

static void
test_fill (void)
{
  g_autoptr(GListStore) list = tropea_session_list_new ();
  g_autoptr(GPtrArray) sessions = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < TROPEA_SESSION_LIST_MAX_SESSIONS + 1; i++)
    g_ptr_array_add (sessions, make_session (1000 - i, TROPEA_SESSION_STATE_CREDITED));
  tropea_session_list_fill (list, sessions);
  tropea_session_list_fill (list, sessions);
  g_assert_cmpuint (count (list), ==, TROPEA_SESSION_LIST_MAX_SESSIONS);
  assert_item (list, 0, 1000, TROPEA_SESSION_STATE_CREDITED);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/session-list/newest-first", test_newest_first);
  g_test_add_func ("/session-list/settled-in-place", test_settled_in_place);
  g_test_add_func ("/session-list/bounded", test_bounded);
  g_test_add_func ("/session-list/fill", test_fill);

  return g_test_run ();
}
