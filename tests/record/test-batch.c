/* test-batch.c: a batch is cut into items that are judged one by one
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "record/tropea-record.h"

#include <string.h>

static GPtrArray *
split (const char  *text,
       GError     **error)
{
  g_autoptr(GBytes) body = g_bytes_new (text, strlen (text));

  return tropea_record_batch_split (body, error);
}

static void
test_good (void)
{
  static const struct
  {
    const char *text;
    const char *items[4];
  } rows[] = {
    { "{\"sessions\":[]}", { NULL } },
    { " { \"sessions\" : [ ] } ", { NULL } },
    { "{\"sessions\":[{}]}", { "{}", NULL } },
    { "{\"sessions\":[{},{\"a\":[1,2,{}]}, 3]}", { "{}", "{\"a\":[1,2,{}]}", "3" } },
    { "{\"sessions\":[\"],\\\"}\",1]}", { "\"],\\\"}\"", "1", NULL } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(GPtrArray) items = split (rows[i].text, &error);
      guint n_items = 0;

      g_assert_no_error (error);
      for (; n_items < 3 && rows[i].items[n_items] != NULL; n_items++)
        {
          g_autoptr(GBytes) expected = g_bytes_new (rows[i].items[n_items],
                                                    strlen (rows[i].items[n_items]));

          g_assert_cmpuint (items->len, >, n_items);
          g_assert_true (g_bytes_equal (g_ptr_array_index (items, n_items), expected));
        }
      g_assert_cmpuint (items->len, ==, n_items);
    }
}

static void
test_bad (void)
{
  static const char * const rows[] = {
    "", "[]", "{}", "{\"sessions\":{}}", "{\"sessions\":[", "{\"sessions\":[}",
    "{\"sessions\":[1,]}", "{\"sessions\":[,1]}", "{\"sessions\":[]", "{\"sessions\":[]}x",
    "{\"sessions\":[],\"more\":1}", "{\"Sessions\":[]}", "{\"sessions\":[{]}",
    "{\"sessions\":[\"]}", "{\"sessions\":[\"\\", "{\"sessions\":[]]}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(GPtrArray) items = split (rows[i], &error);

      g_assert_error (error, TROPEA_RECORD_ERROR, TROPEA_RECORD_ERROR_MALFORMED);
      g_assert_null (items);
    }
}

static void
test_limits (void)
{
  TropeaRecord records[TROPEA_RECORD_MAX_BATCH] = { 0 };
  g_autoptr(GPtrArray) items = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *json = NULL;
  g_autofree char *blanks = g_strnfill (TROPEA_RECORD_MAX_BATCH_JSON_BYTES + 1, ' ');
  GString *too_many = NULL;

  for (guint i = 0; i < TROPEA_RECORD_MAX_BATCH; i++)
    {
      g_snprintf (records[i].session_id, sizeof records[i].session_id,
                  "00000000-0000-4000-8000-0000000000%02x", i);
      records[i].bytes = i;
    }
  json = tropea_record_batch_to_json (records, TROPEA_RECORD_MAX_BATCH);
  items = split (json, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (items->len, ==, TROPEA_RECORD_MAX_BATCH);
  for (guint i = 0; i < items->len; i++)
    {
      gsize length = 0;
      const char *item = g_bytes_get_data (g_ptr_array_index (items, i), &length);
      TropeaRecord record = { 0 };

      g_assert_true (tropea_record_from_json (item, length, &record, NULL));
      g_assert_cmpmem (&record, sizeof record, &records[i], sizeof record);
    }

  too_many = g_string_new (json);
  g_string_insert (too_many, (gssize) too_many->len - 2, ",{}");
  g_assert_null (split (too_many->str, &error));
  g_assert_error (error, TROPEA_RECORD_ERROR, TROPEA_RECORD_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_string_free (too_many, TRUE);

  g_assert_null (split (blanks, &error));
  g_assert_error (error, TROPEA_RECORD_ERROR, TROPEA_RECORD_ERROR_TOO_LARGE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/batch/cuts-between-items", test_good);
  g_test_add_func ("/batch/refuses-other-shapes", test_bad);
  g_test_add_func ("/batch/at-most-64-items", test_limits);

  return g_test_run ();
}
