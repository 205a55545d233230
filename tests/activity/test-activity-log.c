/* test-activity-log.c: the bounded list of samples
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "activity/tropea-activity-log.h"

/* A copy of the list that is kept from the announcements alone; it must always equal the list. */
typedef struct
{
  GPtrArray *copy;
  guint      n_changes;
} Mirror;

static void
items_changed_cb (GListModel *model,
                  guint       position,
                  guint       removed,
                  guint       added,
                  Mirror     *mirror)
{
  if (removed > 0)
    g_ptr_array_remove_range (mirror->copy, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (mirror->copy, (int) (position + i),
                        g_list_model_get_item (model, position + i));
  mirror->n_changes++;

  /* The list is what was announced already while it is announced. */
  g_assert_cmpuint (mirror->copy->len, ==, g_list_model_get_n_items (model));
}

static void
assert_equal (Mirror     *mirror,
              GListModel *model)
{
  g_assert_cmpuint (mirror->copy->len, ==, g_list_model_get_n_items (model));
  for (guint i = 0; i < mirror->copy->len; i++)
    {
      g_autoptr(TropeaActivitySample) item = g_list_model_get_item (model, i);

      g_assert_true (item == g_ptr_array_index (mirror->copy, i));
    }
}

static gint64
get_wall_ms (GListModel *model,
             guint       position)
{
  g_autoptr(TropeaActivitySample) item = g_list_model_get_item (model, position);

  return tropea_activity_sample_get (item)->wall_ms;
}

static void
append (TropeaActivityLog *log,
        guint              from,
        guint              to)
{
  for (guint i = from; i <= to; i++)
    {
      TropeaTorSample sample = { .bytes_in = i, .interval_usec = G_USEC_PER_SEC, .wall_ms = i };

      tropea_activity_log_append (log, &sample);
    }
}

static void
test_announcements (void)
{
  g_autoptr(TropeaActivityLog) log = tropea_activity_log_new ();
  Mirror mirror = { g_ptr_array_new_with_free_func (g_object_unref), 0 };

  g_signal_connect (log, "items-changed", G_CALLBACK (items_changed_cb), &mirror);

  append (log, 1, 10);
  assert_equal (&mirror, G_LIST_MODEL (log));
  append (log, 11, 2 * TROPEA_ACTIVITY_LOG_MAX_SAMPLES + 7);
  assert_equal (&mirror, G_LIST_MODEL (log));
  tropea_activity_log_clear (log);
  assert_equal (&mirror, G_LIST_MODEL (log));
  append (log, 1, 3);
  assert_equal (&mirror, G_LIST_MODEL (log));

  g_ptr_array_unref (mirror.copy);
}

static void
test_keeps_the_newest (void)
{
  g_autoptr(TropeaActivityLog) log = tropea_activity_log_new ();
  GListModel *model = G_LIST_MODEL (log);
  guint last = TROPEA_ACTIVITY_LOG_MAX_SAMPLES - 1;

  append (log, 1, TROPEA_ACTIVITY_LOG_MAX_SAMPLES);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, TROPEA_ACTIVITY_LOG_MAX_SAMPLES);
  g_assert_cmpint (get_wall_ms (model, 0), ==, 1);

  append (log, 1001, 1001);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, TROPEA_ACTIVITY_LOG_MAX_SAMPLES);
  g_assert_cmpint (get_wall_ms (model, 0), ==, 2);
  g_assert_cmpint (get_wall_ms (model, last), ==, 1001);
  g_assert_null (g_list_model_get_item (model, last + 1));
  g_assert_true (g_list_model_get_item_type (model) == TROPEA_TYPE_ACTIVITY_SAMPLE);
}

static void
test_clear (void)
{
  TropeaActivityLog *log = tropea_activity_log_new ();
  Mirror mirror = { g_ptr_array_new_with_free_func (g_object_unref), 0 };

  g_signal_connect (log, "items-changed", G_CALLBACK (items_changed_cb), &mirror);

  tropea_activity_log_clear (log);
  g_assert_cmpuint (mirror.n_changes, ==, 0);

  append (log, 1, 5);
  tropea_activity_log_clear (log);
  g_assert_cmpuint (mirror.n_changes, ==, 6);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (log)), ==, 0);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (log), 0));

  g_ptr_array_unref (mirror.copy);
  g_assert_finalize_object (log);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/activity-log/announces-what-it-is", test_announcements);
  g_test_add_func ("/activity-log/keeps-the-newest", test_keeps_the_newest);
  g_test_add_func ("/activity-log/clear", test_clear);

  return g_test_run ();
}
