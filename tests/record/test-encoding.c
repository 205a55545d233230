/* test-encoding.c: base64 and hexadecimal have one spelling for each value
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "record/tropea-encoding.h"

#define MAX_BYTES 64

/* Every text that differs from the right one in one character is refused, unless it is the
 * right one for other bytes. */
static void
test_base64 (void)
{
  for (gsize size = 1; size <= MAX_BYTES; size++)
    {
      guint8 data[MAX_BYTES] = { 0 };
      guint8 again[MAX_BYTES] = { 0 };
      g_autofree char *text = NULL;
      gsize length = 0;

      randombytes_buf (data, size);
      text = tropea_base64_encode (data, size);
      length = strlen (text);
      g_assert_true (tropea_base64_decode (text, length, again, size));
      g_assert_cmpmem (again, size, data, size);
      g_assert_false (tropea_base64_decode (text, length - 1, again, size));

      for (gsize i = 0; i < length; i++)
        {
          char right = text[i];

          for (int c = -128; c < 128; c++)
            {
              text[i] = (char) c;
              if (tropea_base64_decode (text, length, again, size))
                {
                  g_autofree char *spelling = tropea_base64_encode (again, size);

                  g_assert_cmpmem (spelling, length, text, length);
                }
              else
                g_assert_true (text[i] != right);
            }
          text[i] = right;
        }
    }
}

static void
test_hex (void)
{
  guint8 data[MAX_BYTES] = { 0 };
  guint8 again[MAX_BYTES] = { 0 };
  g_autofree char *text = NULL;

  randombytes_buf (data, sizeof data);
  text = tropea_hex_encode (data, sizeof data);
  g_assert_true (tropea_hex_decode (text, strlen (text), again, sizeof again));
  g_assert_cmpmem (again, sizeof again, data, sizeof data);
  g_assert_false (tropea_hex_decode (text, strlen (text) - 1, again, sizeof again));

  for (int c = -128; c < 128; c++)
    {
      text[7] = (char) c;
      g_assert_cmpint (tropea_hex_decode (text, strlen (text), again, sizeof again), ==,
                       c != '\0' && strchr ("0123456789abcdef", c) != NULL);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_assert_cmpint (sodium_init (), >=, 0);

  g_test_add_func ("/encoding/base64-has-one-spelling", test_base64);
  g_test_add_func ("/encoding/hexadecimal-has-one-spelling", test_hex);

  return g_test_run ();
}
