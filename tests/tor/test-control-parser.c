/* test-control-parser.c: replies come out whole, however the bytes were cut
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "tor/tropea-control-parser.h"

#include <string.h>

#include "tor/tropea-tor-backend.h"

typedef struct
{
  char  *name;   /* (owned) */
  char  *bytes;  /* (owned) */
  gsize  length;
} Recording;

static void
recording_free (Recording *recording)
{
  g_free (recording->name);
  g_free (recording->bytes);
  g_free (recording);
}

/* What real tors sent, byte for byte. */
static GPtrArray *
load_recordings (void)
{
  g_autofree char *dir = g_test_build_filename (G_TEST_DIST, "fixtures", "tor", NULL);
  g_autoptr(GPtrArray) recordings = NULL;
  g_autoptr(GDir) entries = NULL;
  g_autoptr(GError) error = NULL;
  const char *name;

  recordings = g_ptr_array_new_with_free_func ((GDestroyNotify) recording_free);
  entries = g_dir_open (dir, 0, &error);
  g_assert_no_error (error);

  while ((name = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *path = g_build_filename (dir, name, NULL);
      Recording *recording;

      if (!g_str_has_suffix (name, ".raw"))
        continue;

      recording = g_new0 (Recording, 1);
      recording->name = g_strdup (name);
      g_ptr_array_add (recordings, recording);
      g_file_get_contents (path, &recording->bytes, &recording->length, &error);
      g_assert_no_error (error);
    }

  g_assert_cmpuint (recordings->len, >=, 25);

  return g_steal_pointer (&recordings);
}

/* One reply in a form that shows every byte of it. */
static void
describe (const TropeaControlReply *reply,
          GString                  *into)
{
  g_string_append_printf (into, "<%d>\n", reply->code);

  for (guint i = 0; i < reply->lines->len; i++)
    {
      const TropeaControlReplyLine *line = &g_array_index (reply->lines,
                                                           TropeaControlReplyLine, i);

      g_string_append_printf (into, "[%s]\n", line->text);
      if (line->data != NULL)
        g_string_append_printf (into, "{%s}\n", line->data);
    }
}

static void
pop_all (TropeaControlParser *parser,
         GString             *into)
{
  while (TRUE)
    {
      g_autoptr(TropeaControlReply) reply = tropea_control_parser_pop (parser);

      if (reply == NULL)
        return;
      describe (reply, into);
    }
}

static char *
parse_whole (const char *bytes,
             gsize       length)
{
  g_autoptr(TropeaControlParser) parser = tropea_control_parser_new ();
  g_autoptr(GString) into = g_string_new (NULL);
  g_autoptr(GError) error = NULL;

  g_assert_true (tropea_control_parser_push (parser, bytes, length, &error));
  g_assert_no_error (error);
  pop_all (parser, into);

  return g_string_free (g_steal_pointer (&into), FALSE);
}

static void
test_chunks (void)
{
  g_autoptr(GPtrArray) recordings = load_recordings ();

  for (guint i = 0; i < recordings->len; i++)
    {
      const Recording *recording = g_ptr_array_index (recordings, i);
      g_autofree char *expected = parse_whole (recording->bytes, recording->length);

      for (int round = 0; round < 6; round++)
        {
          g_autoptr(TropeaControlParser) parser = tropea_control_parser_new ();
          g_autoptr(GString) into = g_string_new (NULL);
          int longest = round == 0 ? 1 : g_test_rand_int_range (2, 3000);
          gsize at = 0;

          while (at < recording->length)
            {
              gsize length = (gsize) g_test_rand_int_range (1, longest + 1);

              length = MIN (length, recording->length - at);
              g_assert_true (tropea_control_parser_push (parser, recording->bytes + at,
                                                         length, NULL));
              pop_all (parser, into);
              at += length;
            }

          g_assert_cmpstr (into->str, ==, expected);
        }
    }
}

typedef struct
{
  guint replies;
  guint events;
  guint data_parts;
  guint data_lines;
} Counts;

/* By the shape of the lines alone, as one would count them by eye. */
static void
count_lines (const Recording *recording,
             Counts          *counts)
{
  g_auto(GStrv) lines = g_strsplit (recording->bytes, "\r\n", -1);
  gboolean in_data = FALSE;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (in_data && g_str_equal (lines[i], "."))
        in_data = FALSE;
      else if (in_data)
        counts->data_lines++;
      else if (g_regex_match_simple ("^[0-9]{3}\\+", lines[i], 0, 0))
        {
          in_data = TRUE;
          counts->data_parts++;
        }
      else if (g_str_has_prefix (lines[i], "650 "))
        counts->events++;
      else if (g_regex_match_simple ("^[0-9]{3} ", lines[i], 0, 0))
        counts->replies++;
    }
}

static void
count_reply (const TropeaControlReply *reply,
             Counts                   *counts)
{
  if (tropea_control_reply_is_event (reply))
    counts->events++;
  else
    counts->replies++;

  for (guint i = 0; i < reply->lines->len; i++)
    {
      const char *data = g_array_index (reply->lines, TropeaControlReplyLine, i).data;

      counts->data_parts += data != NULL;
      for (; data != NULL && *data != '\0'; data++)
        counts->data_lines += *data == '\n';
    }
}

static void
test_counts (void)
{
  g_autoptr(GPtrArray) recordings = load_recordings ();
  guint events = 0;

  for (guint i = 0; i < recordings->len; i++)
    {
      const Recording *recording = g_ptr_array_index (recordings, i);
      g_autoptr(TropeaControlParser) parser = tropea_control_parser_new ();
      Counts expected = { 0 };
      Counts counted = { 0 };
      TropeaControlReply *reply;

      count_lines (recording, &expected);
      g_assert_true (tropea_control_parser_push (parser, recording->bytes,
                                                 recording->length, NULL));
      while ((reply = tropea_control_parser_pop (parser)) != NULL)
        {
          count_reply (reply, &counted);
          tropea_control_reply_free (reply);
        }

      g_assert_cmpuint (counted.replies, ==, expected.replies);
      g_assert_cmpuint (counted.events, ==, expected.events);
      g_assert_cmpuint (counted.data_parts, ==, expected.data_parts);
      g_assert_cmpuint (counted.data_lines, ==, expected.data_lines);
      events += counted.events;
    }

  g_assert_cmpuint (events, >, 500);
}

static void
test_forms (void)
{
  static const struct
  {
    const char *bytes;
    const char *expected;
  } rows[] = {
    { "", "" },
    { "250 OK\r\n", "<250>\n[OK]\n" },
    { "250 OK\r\n250 ", "<250>\n[OK]\n" },
    { "250 \r\n", "<250>\n[]\n" },
    { "250-a=1\r\n250 b=2\r\n", "<250>\n[a=1]\n[b=2]\n" },
    { "250+a=\r\nx\r\n.\r\n250 OK\r\n", "<250>\n[a=]\n{x\n}\n[OK]\n" },
    { "250+a=\r\n.\r\n250 OK\r\n", "<250>\n[a=]\n{}\n[OK]\n" },
    { "250+a=\r\n..\r\n..x\r\n.x\r\n...\r\n.\r\n250 OK\r\n",
      "<250>\n[a=]\n{.\n.x\nx\n..\n}\n[OK]\n" },
    { "250+a=\r\n\r\n250 OK\r\n.\r\n250 OK\r\n", "<250>\n[a=]\n{\n250 OK\n}\n[OK]\n" },
    { "250-a=1\r\n250+b=\r\nx\r\n.\r\n250-c=3\r\n250 OK\r\n",
      "<250>\n[a=1]\n[b=]\n{x\n}\n[c=3]\n[OK]\n" },
    { "650-CONF_CHANGED\r\n650-A=1\r\n650 OK\r\n", "<650>\n[CONF_CHANGED]\n[A=1]\n[OK]\n" },
    { "650+NS\r\nr x\r\n.\r\n650 OK\r\n250 OK\r\n", "<650>\n[NS]\n{r x\n}\n[OK]\n<250>\n[OK]\n" },
    { "552-x\r\n552 y\r\n", "<552>\n[x]\n[y]\n" },
    { "250 a\nb\rc\r\n", "<250>\n[a\nb\rc]\n" },
    { "250 \xff\xfe\r\n", "<250>\n[\xff\xfe]\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *described = parse_whole (rows[i].bytes, strlen (rows[i].bytes));

      g_assert_cmpstr (described, ==, rows[i].expected);
    }
}

static void
test_garbage (void)
{
  static const struct
  {
    const char *bytes;
    gsize       length;
  } rows[] = {
#define ROW(bytes) { bytes, sizeof (bytes) - 1 }
    ROW ("HTTP/1.1 400 Bad Request\r\n"),
    ROW ("\r\n"),
    ROW ("25\r\n"),
    ROW ("250\r\n"),
    ROW ("250=OK\r\n"),
    ROW ("150 OK\r\n"),
    ROW ("750 OK\r\n"),
    ROW ("2x0 OK\r\n"),
    ROW ("250-a\r\n650 BW 1 1\r\n"),
    ROW ("650-A\r\n250 OK\r\n"),
    ROW ("250 a\0b\r\n"),
    ROW ("250+a=\r\na\0b\r\n.\r\n250 OK\r\n"),
    ROW ("\x05\xff\r\n"),
#undef ROW
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(TropeaControlParser) parser = tropea_control_parser_new ();
      g_autoptr(GError) error = NULL;

      g_assert_false (tropea_control_parser_push (parser, rows[i].bytes, rows[i].length, &error));
      g_assert_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CONTROL);
      g_clear_error (&error);
      g_assert_null (tropea_control_parser_pop (parser));

      g_assert_false (tropea_control_parser_push (parser, "250 OK\r\n", 8, &error));
      g_assert_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CONTROL);
    }
}

/* Push @text until it is refused; that must come before @most_bytes. */
static void
assert_refused_before (const char *begin,
                       const char *text,
                       gsize       most_bytes)
{
  g_autoptr(TropeaControlParser) parser = tropea_control_parser_new ();
  gsize length = strlen (text);
  gsize pushed = 0;

  g_assert_true (tropea_control_parser_push (parser, begin, strlen (begin), NULL));
  while (tropea_control_parser_push (parser, text, length, NULL))
    {
      pushed += length;
      g_assert_cmpuint (pushed, <, most_bytes);
    }
}

static void
test_limits (void)
{
  g_autofree char *line = g_strnfill (1000, 'x');
  g_autofree char *whole = g_strconcat (line, "\r\n", NULL);

  assert_refused_before ("250 ", line, 1 << 20);
  assert_refused_before ("250 ", "\n", 1 << 20);
  assert_refused_before ("250+a=\r\n", whole, 16 << 20);
  assert_refused_before ("250+a=\r\n", "\r\n", 16 << 20);
  assert_refused_before ("", "250-\r\n", 16 << 20);
}

static void
test_value (void)
{
  g_autoptr(TropeaControlParser) parser = tropea_control_parser_new ();
  g_autoptr(TropeaControlReply) reply = NULL;
  const char *bytes = "250-traffic/read=12\r\n250+orconn-status=\r\nx\r\n.\r\n250-e=\r\n250 OK\r\n";

  g_assert_true (tropea_control_parser_push (parser, bytes, strlen (bytes), NULL));
  reply = tropea_control_parser_pop (parser);
  g_assert_cmpstr (tropea_control_reply_get_value (reply, "traffic/read"), ==, "12");
  g_assert_cmpstr (tropea_control_reply_get_value (reply, "orconn-status"), ==, "x\n");
  g_assert_cmpstr (tropea_control_reply_get_value (reply, "e"), ==, "");
  g_assert_null (tropea_control_reply_get_value (reply, "traffic"));
  g_assert_null (tropea_control_reply_get_value (reply, "OK"));
  g_assert_cmpstr (tropea_control_reply_get_text (reply, 3), ==, "OK");
  g_assert_cmpstr (tropea_control_reply_get_text (reply, 4), ==, "");
  g_assert_true (tropea_control_reply_is_success (reply));
  g_assert_false (tropea_control_reply_is_event (reply));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/control-parser/recordings-in-any-chunks", test_chunks);
  g_test_add_func ("/control-parser/recordings-counted-by-eye", test_counts);
  g_test_add_func ("/control-parser/every-form", test_forms);
  g_test_add_func ("/control-parser/garbage-is-an-error", test_garbage);
  g_test_add_func ("/control-parser/limits-hold", test_limits);
  g_test_add_func ("/control-parser/value-by-key", test_value);

  return g_test_run ();
}
