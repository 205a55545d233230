/* test-json.c: members of a JSON object that came from outside
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "base/tropea-json.h"

#include <gio/gio.h>
#include <string.h>

static JsonObject *
parse (const char *text)
{
  g_autoptr(GError) error = NULL;
  JsonObject *object = tropea_json_parse_object (text, strlen (text), &error);

  g_assert_no_error (error);

  return object;
}

static void
test_objects (void)
{
  const char * const texts[] = {
    "{}",
    " {\"a\":1}\n",
    "{\"a\":{\"b\":[{\"c\":null}]}}",
    "{\"text\":\"// [[[[[[[[[[[[[[[[[[[[ /* \\\" \\\\ {\"}",
    "{\"text\":\"ü€\"}",
    "{\"a\":[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(JsonObject) object = parse (texts[i]);

      g_test_message ("%s", texts[i]);
      g_assert_nonnull (object);
    }
}

static void
expect_no_object (const char *data,
                  gsize       length_bytes)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (tropea_json_parse_object (data, length_bytes, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

static void
test_no_objects (void)
{
  static const struct
  {
    const char *data;
    gsize       length_bytes;
  } rows[] = {
    { "", 0 },
    { "[]", 2 },
    { "1", 1 },
    { "null", 4 },
    { "{", 1 },
    { "{\"a\":1", 6 },
    { "{\"a\":1}}", 8 },
    { "{\"a\":1}{}", 9 },
    { "{\"a\":\"\xff\"}", 9 },
    { "{\"a\":1}\0", 8 },
    { "{\"a\":\"\\", 7 },
    { "{\"a\":1 /* b */}", 15 },
    { "var a = {\"b\":1};", 16 },
    { "{a:1}", 5 },
    { "{\"a\":1000000000000000000}", 25 },
    { "{\"a\":18446744073709551617}", 26 },
    { "{\"a\":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]}", 38 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *shown = g_strescape (rows[i].data, NULL);

      g_test_message ("%s", shown);
      expect_no_object (rows[i].data, rows[i].length_bytes);
    }
}

/* The parser below recurses: this would end the process. */
static void
test_deep (void)
{
  const gsize size_bytes = 1024 * 1024;
  g_autofree char *brackets = g_strnfill (size_bytes, '[');
  g_autofree char *hidden = g_strconcat ("{\"a\":/* \" */", brackets, NULL);

  memcpy (brackets, "{\"a\":", 5);
  expect_no_object (brackets, size_bytes);
  expect_no_object (hidden, strlen (hidden));
}

static void
test_int64 (void)
{
  static const struct
  {
    const char *text;
    gboolean    is_good;
    gint64      value;
  } rows[] = {
    { "{\"n\":0}", TRUE, 0 },
    { "{\"n\":-7}", TRUE, -7 },
    { "{\"n\":9007199254740991}", TRUE, G_GINT64_CONSTANT (9007199254740991) },
    { "{\"n\":9007199254740992}", FALSE, 0 },
    { "{\"n\":-8}", FALSE, 0 },
    { "{\"n\":999999999999999999}", FALSE, 0 },
    { "{\"n\":1.0}", FALSE, 0 },
    { "{\"n\":1e3}", FALSE, 0 },
    { "{\"n\":\"1\"}", FALSE, 0 },
    { "{\"n\":true}", FALSE, 0 },
    { "{\"n\":null}", FALSE, 0 },
    { "{\"n\":[1]}", FALSE, 0 },
    { "{\"m\":1}", FALSE, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(JsonObject) object = parse (rows[i].text);
      g_autoptr(GError) error = NULL;
      gint64 value = 42;
      gboolean is_good = tropea_json_get_int64 (object, "n", -7,
                                                G_GINT64_CONSTANT (9007199254740991),
                                                &value, &error);

      g_test_message ("%s", rows[i].text);
      g_assert_cmpint (is_good, ==, rows[i].is_good);
      g_assert_cmpint (value, ==, is_good ? rows[i].value : 42);
      if (!is_good)
        {
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
          g_assert_nonnull (strstr (error->message, "“n”"));
        }
    }
}

static void
test_string (void)
{
  static const struct
  {
    const char *text;
    const char *value;
  } rows[] = {
    { "{\"s\":\"\"}", "" },
    { "{\"s\":\"1234\"}", "1234" },
    { "{\"s\":\"ü€\"}", NULL },
    { "{\"s\":\"\\u00fc\\n\"}", "ü\n" },
    { "{\"s\":\"12345\"}", NULL },
    { "{\"s\":1}", NULL },
    { "{\"s\":null}", NULL },
    { "{\"s\":{}}", NULL },
    { "{}", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(JsonObject) object = parse (rows[i].text);
      g_autoptr(GError) error = NULL;
      const char *value = NULL;

      g_test_message ("%s", rows[i].text);
      g_assert_cmpint (tropea_json_get_string (object, "s", 4, &value, &error), ==,
                       rows[i].value != NULL);
      g_assert_cmpstr (value, ==, rows[i].value);
      g_assert_cmpint (error == NULL, ==, rows[i].value != NULL);
    }
}

static void
test_boolean (void)
{
  g_autoptr(JsonObject) object = parse ("{\"yes\":true,\"no\":false,\"one\":1,\"word\":\"true\"}");
  g_autoptr(GError) error = NULL;
  gboolean value = FALSE;

  g_assert_true (tropea_json_get_boolean (object, "yes", &value, &error));
  g_assert_true (value);
  g_assert_true (tropea_json_get_boolean (object, "no", &value, &error));
  g_assert_false (value);
  g_assert_false (tropea_json_get_boolean (object, "one", &value, NULL));
  g_assert_false (tropea_json_get_boolean (object, "word", &value, NULL));
  g_assert_false (tropea_json_get_boolean (object, "none", &value, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

static void
test_to_string (void)
{
  g_autoptr(JsonObject) object = parse ("{ \"a\" : 1,\n\"b\":[ true , \"x\" ] }");
  g_autofree char *text = tropea_json_to_string (object);

  g_assert_cmpstr (text, ==, "{\"a\":1,\"b\":[true,\"x\"]}");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/json/one-object", test_objects);
  g_test_add_func ("/json/anything-else-is-refused", test_no_objects);
  g_test_add_func ("/json/a-megabyte-of-brackets-is-refused", test_deep);
  g_test_add_func ("/json/integers-have-a-range", test_int64);
  g_test_add_func ("/json/strings-have-a-length", test_string);
  g_test_add_func ("/json/booleans-are-no-numbers", test_boolean);
  g_test_add_func ("/json/written-on-one-line", test_to_string);

  return g_test_run ();
}
