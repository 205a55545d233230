/* test-control-line.c: words, quoted strings and events of one line
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "tor/tropea-control-line.h"

#include "tor/tropea-control-event.h"
#include "tor/tropea-tor-backend.h"

static void
test_words (void)
{
  static const struct
  {
    const char *text;
    const char *expected;
  } rows[] = {
    { "", "" },
    { "   ", "" },
    { "OK", "OK|" },
    { " a  b ", "a|b|" },
    { "A=1 b", "1|b|" },
    { "A=", "|" },
    { "A=\"\"", "|" },
    { "\"a b\" c", "a b|c|" },
    { "net/listeners/socks=\"127.0.0.1:9050\" \"unix:/x y\"", "127.0.0.1:9050|unix:/x y|" },
    { "F=\"we\\\"ird \\\\ d\\303\\257r\"", "we\"ird \\ d\303\257r|" },
    { "\"\\n\\r\\t\\'\\a\\7x\\1018\"", "\n\r\t'a\007xA8|" },
    { "a\"b\" c=d=e", "a\"b\"|d=e|" },
    { "$ABCD~nick CONNECTED", "$ABCD~nick|CONNECTED|" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(TropeaControlLine) line = tropea_control_line_parse (rows[i].text, &error);
      g_autoptr(GString) words = g_string_new (NULL);

      g_assert_no_error (error);
      for (guint j = 0; j < tropea_control_line_count (line); j++)
        g_string_append_printf (words, "%s|", tropea_control_line_get_word (line, j));
      g_assert_cmpstr (words->str, ==, rows[i].expected);
      g_assert_cmpstr (tropea_control_line_get_word (line, 99), ==, "");
    }
}

static void
test_bad_quotes (void)
{
  static const char * const rows[] = {
    "\"", "\"a", "A=\"a", "\"a\\", "\"a\\\"", "\"a\"b", "A=\"a\"b",
    "\"\\0\"", "\"\\000\"", "\"\\777\"",
    "ok \"",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (tropea_control_line_parse (rows[i], &error));
      g_assert_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CONTROL);
    }
}

static void
test_keys (void)
{
  g_autoptr(TropeaControlLine) line = NULL;

  line = tropea_control_line_parse ("AUTH METHODS=COOKIE,SAFECOOKIE COOKIEFILE=\"/a b\"", NULL);
  g_assert_cmpstr (tropea_control_line_get_value (line, "METHODS"), ==, "COOKIE,SAFECOOKIE");
  g_assert_cmpstr (tropea_control_line_get_value (line, "COOKIEFILE"), ==, "/a b");
  g_assert_null (tropea_control_line_get_value (line, "AUTH"));
  g_assert_null (tropea_control_line_get_value (line, "methods"));
}

static void
test_quote (void)
{
  static const struct
  {
    const char *text;
    const char *quoted;
  } rows[] = {
    { "", "\"\"" },
    { "/a b", "\"/a b\"" },
    { "\"\\", "\"\\\"\\\\\"" },
    { "d\303\257r", "\"d\\303\\257r\"" },
    { "\n\t\1""7", "\"\\012\\011\\0017\"" },
    { "#;%'", "\"\\043;%'\"" },
  };
  char every[256];

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *quoted = tropea_control_line_quote (rows[i].text);

      g_assert_cmpstr (quoted, ==, rows[i].quoted);
    }

  /* Every byte but NUL comes back. */
  for (int i = 1; i < 256; i++)
    every[i - 1] = (char) i;
  every[255] = '\0';
  {
    g_autofree char *quoted = tropea_control_line_quote (every);
    g_autoptr(TropeaControlLine) line = tropea_control_line_parse (quoted, NULL);

    g_assert_cmpstr (tropea_control_line_get_word (line, 0), ==, every);
    g_assert_cmpuint (tropea_control_line_count (line), ==, 1);
  }
}

static void
test_numbers (void)
{
  static const char * const refused[] = {
    "", "-1", "+1", " 1", "1 ", "1x", "0x1", "18446744073709551616",
  };
  guint64 number = 0;

  g_assert_true (tropea_control_parse_uint64 ("18446744073709551615", &number));
  g_assert_cmpuint (number, ==, G_MAXUINT64);
  g_assert_true (tropea_control_parse_uint64 ("0", &number));
  g_assert_cmpuint (number, ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    g_assert_false (tropea_control_parse_uint64 (refused[i], &number));
}

static void
test_events (void)
{
  static const struct
  {
    const char             *text;
    TropeaControlEventKind  kind;
    guint64                 id;
    TropeaControlStatus     status;
    guint64                 bytes_in;
    guint64                 bytes_out;
    int                     percent;
    const char             *word;  /* purpose, tag or action */
  } rows[] = {
    { "BW 59 8", TROPEA_CONTROL_EVENT_BW, 0, 0, 59, 8, 0, NULL },
    { "BW 634862495 1 EXTRA=1", TROPEA_CONTROL_EVENT_BW, 0, 0, 634862495, 1, 0, NULL },
    { "BW 1", TROPEA_CONTROL_EVENT_OTHER, 0, 0, 0, 0, 0, NULL },
    { "BW x 1", TROPEA_CONTROL_EVENT_OTHER, 0, 0, 0, 0, 0, NULL },
    { "STREAM_BW 13 108 2000129 2026-11-22T10:48:56.451606",
      TROPEA_CONTROL_EVENT_STREAM_BW, 13, 0, 2000129, 108, 0, NULL },
    { "CIRC 549 LAUNCHED PURPOSE=CONFLUX_UNLINKED TIME_CREATED=2026-11-22T11:20:17.171869",
      TROPEA_CONTROL_EVENT_CIRC, 549, TROPEA_CONTROL_STATUS_OTHER, 0, 0, 0, "CONFLUX_UNLINKED" },
    { "CIRC 7 BUILT $AA~a,$BB~b BUILD_FLAGS=NEED_CAPACITY PURPOSE=GENERAL SOCKS_USERNAME=\"u\"",
      TROPEA_CONTROL_EVENT_CIRC, 7, TROPEA_CONTROL_STATUS_BUILT, 0, 0, 0, "GENERAL" },
    { "CIRC 7 CLOSED $AA~a REASON=FINISHED",
      TROPEA_CONTROL_EVENT_CIRC, 7, TROPEA_CONTROL_STATUS_CLOSED, 0, 0, 0, NULL },
    { "CIRC", TROPEA_CONTROL_EVENT_OTHER, 0, 0, 0, 0, 0, NULL },
    { "STREAM 13 NEW 0 127.75.83.2:43803 SOURCE_ADDR=127.0.0.1:57220 PURPOSE=USER",
      TROPEA_CONTROL_EVENT_STREAM, 13, TROPEA_CONTROL_STATUS_NEW, 0, 0, 0, "USER" },
    { "STREAM 13 SUCCEEDED 9 127.75.83.2:43803",
      TROPEA_CONTROL_EVENT_STREAM, 13, TROPEA_CONTROL_STATUS_SUCCEEDED, 0, 0, 0, NULL },
    { "ORCONN $AA~a0 CONNECTED ID=122",
      TROPEA_CONTROL_EVENT_ORCONN, 122, TROPEA_CONTROL_STATUS_CONNECTED, 0, 0, 0, NULL },
    { "ORCONN $AA~a0 FAILED REASON=NOROUTE NCIRCS=1 ID=5",
      TROPEA_CONTROL_EVENT_ORCONN, 5, TROPEA_CONTROL_STATUS_FAILED, 0, 0, 0, NULL },
    { "STATUS_CLIENT NOTICE BOOTSTRAP PROGRESS=14 TAG=handshake SUMMARY=\"Handshaking\"",
      TROPEA_CONTROL_EVENT_BOOTSTRAP, 0, 0, 0, 0, 14, "handshake" },
    { "STATUS_CLIENT WARN BOOTSTRAP PROGRESS=101 TAG=x",
      TROPEA_CONTROL_EVENT_OTHER, 0, 0, 0, 0, 0, NULL },
    { "STATUS_CLIENT NOTICE CIRCUIT_ESTABLISHED",
      TROPEA_CONTROL_EVENT_STATUS, 0, 0, 0, 0, 0, "CIRCUIT_ESTABLISHED" },
    { "STATUS_GENERAL WARN CLOCK_SKEW SKEW=-10800 SOURCE=OR:127.0.0.1:1",
      TROPEA_CONTROL_EVENT_STATUS, 0, 0, 0, 0, 0, "CLOCK_SKEW" },
    { "STATUS_GENERAL", TROPEA_CONTROL_EVENT_OTHER, 0, 0, 0, 0, 0, NULL },
    { "NOTICE Bootstrapped 5% (\"conn\"", TROPEA_CONTROL_EVENT_OTHER, 0, 0, 0, 0, 0, NULL },
    { "CIRC_BW ID=1 READ=1", TROPEA_CONTROL_EVENT_OTHER, 0, 0, 0, 0, 0, NULL },
    { "", TROPEA_CONTROL_EVENT_OTHER, 0, 0, 0, 0, 0, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(TropeaControlEvent) event = tropea_control_event_parse (rows[i].text);

      g_test_message ("%s", rows[i].text);
      g_assert_cmpint (event->kind, ==, rows[i].kind);
      if (event->kind == TROPEA_CONTROL_EVENT_OTHER)
        continue;

      g_assert_cmpuint (event->id, ==, rows[i].id);
      g_assert_cmpint (event->status, ==, rows[i].status);
      g_assert_cmpuint (event->bytes_in, ==, rows[i].bytes_in);
      g_assert_cmpuint (event->bytes_out, ==, rows[i].bytes_out);
      g_assert_cmpint (event->percent, ==, rows[i].percent);
      g_assert_cmpstr (event->purpose != NULL ? event->purpose
                       : event->tag != NULL ? event->tag : event->action, ==, rows[i].word);
    }
}

static void
test_bootstrap_phase (void)
{
  g_autoptr(TropeaControlEvent) event = NULL;

  event = tropea_control_event_parse_bootstrap ("WARN BOOTSTRAP PROGRESS=5 TAG=conn SUMMARY=\"C "
                                                "\\303 r\" WARNING=\"Connection refused\" "
                                                "REASON=CONNECTREFUSED COUNT=1");
  g_assert_cmpint (event->kind, ==, TROPEA_CONTROL_EVENT_BOOTSTRAP);
  g_assert_cmpstr (event->severity, ==, "WARN");
  g_assert_cmpstr (event->reason, ==, "CONNECTREFUSED");
  g_assert_cmpstr (event->summary, ==, "C \357\277\275 r");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/control-line/words", test_words);
  g_test_add_func ("/control-line/bad-quotes-are-errors", test_bad_quotes);
  g_test_add_func ("/control-line/values-by-key", test_keys);
  g_test_add_func ("/control-line/quotes-every-byte", test_quote);
  g_test_add_func ("/control-line/numbers-are-digits", test_numbers);
  g_test_add_func ("/control-event/every-kind", test_events);
  g_test_add_func ("/control-event/bootstrap-phase", test_bootstrap_phase);

  return g_test_run ();
}
