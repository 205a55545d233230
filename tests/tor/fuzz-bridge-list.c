/* fuzz-bridge-list.c: no pasted text brings the parser down or another line into a torrc
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "tor/tropea-bridge-list.h"

/* For a long run: compile this file and the two parsers with
 *   clang -DTROPEA_FUZZ -fsanitize=fuzzer,address,undefined
 * As a test it takes some bridges, many times with some bytes changed; GLib prints the seed.
 */

int LLVMFuzzerTestOneInput (const guint8 *bytes,
                            size_t        length);

/* What is good is one torrc line of harmless characters, and the same when it is read again. */
static void
check_bridge (const char *bridge)
{
  g_autoptr(TropeaBridgeLine) line = tropea_bridge_line_parse (bridge, NULL);
  g_autofree char *again = NULL;

  g_assert_nonnull (line);
  again = tropea_bridge_line_to_string (line);
  g_assert_cmpstr (again, ==, bridge);
  g_assert_cmpuint (strlen (bridge), <, TROPEA_BRIDGE_LINE_LONGEST_BYTES);
  for (const char *at = bridge; *at != '\0'; at++)
    g_assert_true (*at == ' ' || (g_ascii_isgraph (*at) && strchr ("\"#\\", *at) == NULL));
}

int
LLVMFuzzerTestOneInput (const guint8 *bytes,
                        size_t        length)
{
  g_autofree char *text = g_strndup ((const char *) bytes, length);
  g_autoptr(GPtrArray) remarks = tropea_bridge_list_check (text);
  g_auto(GStrv) bridges = tropea_bridge_list_parse (text, NULL);

  g_assert_cmpuint (bridges != NULL ? g_strv_length (bridges) : 0, <=, remarks->len);
  for (guint i = 0; i < remarks->len; i++)
    {
      const TropeaBridgeRemark *remark = g_ptr_array_index (remarks, i);

      g_assert_true (g_utf8_validate (remark->message, -1, NULL));
      if (remark->bridge != NULL)
        check_bridge (remark->bridge);
    }

  return 0;
}

#ifndef TROPEA_FUZZ

#define ROUNDS 4000

static const char seed[] =
  "Hello,\r\n> Bridge obfs4 192.0.2.1:443 0123456789ABCDEF0123456789ABCDEF01234567 "
  "cert=abcdefghijklmnopqrstuvwxyz0123456789+/ABCDEFGHIJKLMNOPQRSTUVWXYZ012345 iat-mode=0\r\n"
  "obfs4 [2001:db8::1]:9001 0123456789ABCDEF0123456789ABCDEF01234567\n"
  "cert=abcdefghijklmnopqrstuvwxyz0123456789+/ABCDEFGHIJKLMNOPQRSTUVWXYZ012345 iat-mode=1\n"
  "# comment\n\n192.0.2.7:9001\n0123456789abcdef0123456789abcdef01234567\n"
  "snowflake 192.0.2.3:80 2B280B23E1107BB62ABFC40DDCC8824814F80A72 url=https://b.example/ x=y\n";

static void
mutate (guint8 *bytes,
        gsize   length)
{
  static const guint8 likely[] = {
    '\r', '\n', '"', '#', '\\', '=', ' ', ':', '[', ']', '>', '$', '0', 0, 0xc2, 0xa0, 255
  };
  int changes = g_test_rand_int_range (1, 8);

  for (int i = 0; i < changes; i++)
    {
      gsize at = (gsize) g_test_rand_int_range (0, (gint32) length);

      if (g_test_rand_bit ())
        bytes[at] = likely[g_test_rand_int_range (0, G_N_ELEMENTS (likely))];
      else
        bytes[at] = (guint8) g_test_rand_int_range (0, 256);
    }
}

static void
test_mutated (void)
{
  LLVMFuzzerTestOneInput ((const guint8 *) seed, strlen (seed));
  for (int i = 0; i < ROUNDS; i++)
    {
      g_autofree guint8 *mutated = g_memdup2 (seed, sizeof seed);
      gsize cut = (gsize) g_test_rand_int_range (1, (gint32) sizeof seed);

      mutate (mutated, sizeof seed);
      LLVMFuzzerTestOneInput (mutated, cut);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/bridge-list/mutated-pastes", test_mutated);

  return g_test_run ();
}

#endif
