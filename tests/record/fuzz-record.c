/* fuzz-record.c: a body that is accepted has one canonical form, whatever bytes come
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "record/tropea-record.h"

/* For a long run: compile this file and src/record with
 *   clang -DTROPEA_FUZZ -fsanitize=fuzzer,address,undefined
 * and give it the texts of tests/fixtures/record/vectors.json as the corpus. As a test it runs
 * each of them, and each many times changed, always the same way.
 */

int LLVMFuzzerTestOneInput (const guint8 *bytes,
                            size_t        length);

static gboolean
is_space (char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static int
compare_members (gconstpointer a,
                 gconstpointer b)
{
  return strcmp (*(const char * const *) a, *(const char * const *) b);
}

/* What is left of an accepted text once white space and the order of members, which mean
 * nothing, are taken away. No value may hold a comma, a brace or white space, so none of this
 * looks into one.
 */
static char *
reduce (const char *text,
        size_t      length)
{
  g_autoptr(GString) dense = g_string_sized_new (length);
  g_auto(GStrv) members = NULL;

  for (size_t i = 0; i < length; i++)
    {
      if (!is_space (text[i]))
        g_string_append_c (dense, text[i]);
    }
  g_assert_cmpuint (dense->len, >, 2);
  g_assert_true (dense->str[0] == '{' && dense->str[dense->len - 1] == '}');
  g_string_truncate (dense, dense->len - 1);

  members = g_strsplit (dense->str + 1, ",", -1);
  qsort (members, g_strv_length (members), sizeof *members, compare_members);
  return g_strjoinv (",", members);
}

static gboolean
check_record (const char *text,
              size_t      length)
{
  TropeaRecord record = { 0 };
  TropeaRecord again = { 0 };
  g_autofree char *json = NULL;
  g_autofree char *json_again = NULL;
  g_autofree char *canonical = NULL;
  g_autofree char *canonical_again = NULL;
  g_autofree char *sent = NULL;
  g_autofree char *meant = NULL;

  if (!tropea_record_from_json (text, length, &record, NULL))
    return FALSE;

  json = tropea_record_to_json (&record);
  g_assert_true (tropea_record_from_json (json, strlen (json), &again, NULL));
  g_assert_cmpmem (&again, sizeof again, &record, sizeof record);
  json_again = tropea_record_to_json (&again);
  g_assert_cmpstr (json_again, ==, json);

  canonical = tropea_record_dup_canonical (&record, "local");
  canonical_again = tropea_record_dup_canonical (&again, "local");
  g_assert_cmpstr (canonical_again, ==, canonical);

  sent = reduce (text, length);
  meant = reduce (json, strlen (json));
  g_assert_cmpstr (sent, ==, meant);
  return TRUE;
}

/* Returns: the number of sessions in it that are well-formed */
static guint
check_bytes (const guint8 *bytes,
             size_t        length)
{
  g_autoptr(GBytes) body = g_bytes_new (bytes, length);
  g_autoptr(GPtrArray) items = tropea_record_batch_split (body, NULL);
  /* A copy of exactly this size, so that a sanitizer sees a read past its end. */
  g_autofree char *text = g_memdup2 (bytes, length);
  guint n_accepted = check_record (text, length) ? 1 : 0;

  for (guint i = 0; items != NULL && i < items->len; i++)
    {
      gsize size_bytes = 0;
      const char *item = g_bytes_get_data (g_ptr_array_index (items, i), &size_bytes);

      n_accepted += check_record (item, size_bytes) ? 1 : 0;
    }

  return n_accepted;
}

int
LLVMFuzzerTestOneInput (const guint8 *bytes,
                        size_t        length)
{
  check_bytes (bytes, length);

  return 0;
}

#ifndef TROPEA_FUZZ

#define SEED 20261122
#define ROUNDS_PER_VECTOR 500

static JsonParser *
load_vectors (void)
{
  g_autoptr(JsonParser) parser = json_parser_new ();
  g_autoptr(GError) error = NULL;
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "fixtures", "record",
                                                 "vectors.json", NULL);

  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);

  return g_steal_pointer (&parser);
}

static void
mutate (GRand   *rand,
        GString *text)
{
  static const char likely[] = "{}[]\":,\\ \t\n\r019aAzZ-+.eE/=\xff\x7f";
  int n_changes = g_rand_int_range (rand, 1, 5);

  for (int i = 0; i < n_changes && text->len > 0; i++)
    {
      gssize at = g_rand_int_range (rand, 0, (gint32) text->len);
      gssize length = g_rand_int_range (rand, 1, (gint32) MIN (60, text->len - (gsize) at) + 1);
      g_autofree char *piece = g_strndup (text->str + at, (gsize) length);

      switch (g_rand_int_range (rand, 0, 6))
        {
        case 0:
          text->str[at] = likely[g_rand_int_range (rand, 0, (gint32) sizeof likely)];
          break;

        case 1:
          text->str[at] = (char) g_rand_int_range (rand, 0, 256);
          break;

        case 2:
          g_string_insert_c (text, at, likely[g_rand_int_range (rand, 0, (gint32) sizeof likely)]);
          break;

        case 3:
          g_string_insert (text, at, " \n");
          break;

        case 4:
          g_string_erase (text, at, length);
          break;

        default:
          g_string_insert (text, at, piece);
          break;
        }
    }
}

static void
test_mutated (void)
{
  g_autoptr(JsonParser) parser = load_vectors ();
  JsonArray *vectors = json_object_get_array_member (
    json_node_get_object (json_parser_get_root (parser)), "vectors");
  g_autoptr(GRand) rand = g_rand_new_with_seed (SEED);
  guint n_accepted = 0;
  guint n_in_batches = 0;

  for (guint i = 0; i < json_array_get_length (vectors); i++)
    {
      const char *seed_text = json_object_get_string_member (
        json_array_get_object_element (vectors, i), "json");

      check_bytes ((const guint8 *) seed_text, strlen (seed_text));
      for (guint round = 0; round < ROUNDS_PER_VECTOR; round++)
        {
          g_autoptr(GString) text = g_string_new (seed_text);
          g_autoptr(GString) batch = g_string_new ("{\"sessions\":[");

          mutate (rand, text);
          n_accepted += check_bytes ((const guint8 *) text->str, text->len);

          g_string_append_printf (batch, "%s,%s]}", seed_text, seed_text);
          mutate (rand, batch);
          n_in_batches += check_bytes ((const guint8 *) batch->str, batch->len);
        }
    }

  /* A run that accepts nothing would show nothing. */
  g_assert_cmpuint (n_accepted, >, 250);
  g_assert_cmpuint (n_in_batches, >, 500);
}

static void
test_every_length (void)
{
  g_autoptr(JsonParser) parser = load_vectors ();
  const char *text = json_object_get_string_member (
    json_array_get_object_element (json_object_get_array_member (
      json_node_get_object (json_parser_get_root (parser)), "vectors"), 0), "json");

  for (gsize length = 0; length <= strlen (text); length++)
    g_assert_cmpuint (check_bytes ((const guint8 *) text, length), ==,
                      length == strlen (text) ? 1 : 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_assert_true (tropea_secret_init (NULL));

  g_test_add_func ("/record/changed-bodies-have-one-canonical-form-or-none", test_mutated);
  g_test_add_func ("/record/no-part-of-a-body-is-a-body", test_every_length);

  return g_test_run ();
}

#endif
