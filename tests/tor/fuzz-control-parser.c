/* fuzz-control-parser.c: no bytes bring the parser, the lines or the events down
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "tor/tropea-control-event.h"
#include "tor/tropea-control-parser.h"

/* For a long run: compile this file and the three parsers with
 *   clang -DTROPEA_FUZZ -fsanitize=fuzzer,address,undefined
 * and give it tests/fixtures/tor as the corpus. As a test it runs the recordings, and each of
 * them many times with some bytes changed; GLib prints the seed.
 */

int LLVMFuzzerTestOneInput (const guint8 *bytes,
                            size_t        length);

int
LLVMFuzzerTestOneInput (const guint8 *bytes,
                        size_t        length)
{
  g_autoptr(TropeaControlParser) parser = tropea_control_parser_new ();
  TropeaControlReply *reply;
  size_t half = length / 2;

  if (tropea_control_parser_push (parser, (const char *) bytes, half, NULL))
    tropea_control_parser_push (parser, (const char *) bytes + half, length - half, NULL);

  while ((reply = tropea_control_parser_pop (parser)) != NULL)
    {
      for (guint i = 0; i < reply->lines->len; i++)
        {
          const char *text = tropea_control_reply_get_text (reply, i);
          g_autoptr(TropeaControlEvent) event = tropea_control_event_parse (text);
          g_autofree char *quoted = tropea_control_line_quote (text);
          g_autoptr(TropeaControlLine) line = tropea_control_line_parse (quoted, NULL);

          g_assert_cmpstr (tropea_control_line_get_word (line, 0), ==, text);
          g_assert_nonnull (event);
        }

      tropea_control_reply_get_value (reply, "traffic/read");
      tropea_control_reply_free (reply);
    }

  return 0;
}

#ifndef TROPEA_FUZZ

#define ROUNDS_PER_RECORDING 40

static void
mutate (guint8 *bytes,
        gsize   length)
{
  static const guint8 likely[] = {
    '\r', '\n', '.', '"', '\\', '=', ' ', '-', '+', '6', '0', 0, 255
  };
  int changes = g_test_rand_int_range (1, 12);

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
  g_autofree char *dir = g_test_build_filename (G_TEST_DIST, "fixtures", "tor", NULL);
  g_autoptr(GDir) entries = g_dir_open (dir, 0, NULL);
  const char *name;
  int recordings = 0;

  g_assert_nonnull (entries);
  while ((name = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *path = g_build_filename (dir, name, NULL);
      g_autofree char *bytes = NULL;
      gsize length;

      if (!g_str_has_suffix (name, ".raw"))
        continue;

      g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
      LLVMFuzzerTestOneInput ((const guint8 *) bytes, length);
      for (int i = 0; i < ROUNDS_PER_RECORDING; i++)
        {
          g_autofree guint8 *mutated = g_memdup2 (bytes, length);
          gsize cut = (gsize) g_test_rand_int_range (1, (gint32) length + 1);

          mutate (mutated, length);
          LLVMFuzzerTestOneInput (mutated, cut);
        }
      recordings++;
    }

  g_assert_cmpint (recordings, >=, 25);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/control-parser/mutated-recordings", test_mutated);

  return g_test_run ();
}

#endif
