/* test-tor-census.c: counts circuits and connections, adds up bytes
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "tor/tropea-tor-census.h"

#include <string.h>

#include "tor/tropea-control-parser.h"
#include "tor/tropea-tor-traffic.h"

static void
take (TropeaTorCensus *census,
      const char      *text)
{
  g_autoptr(TropeaControlEvent) event = tropea_control_event_parse (text);

  tropea_tor_census_take_event (census, event);
}

static void
test_circuits (void)
{
  static const struct
  {
    const char *text;
    guint       count;
  } rows[] = {
    { "CIRC 1 LAUNCHED PURPOSE=GENERAL", 2 },
    { "CIRC 1 EXTENDED $AA~a", 2 },
    { "CIRC 1 BUILT $AA~a", 3 },
    { "CIRC 1 BUILT $AA~a", 3 },
    { "CIRC 2 FAILED REASON=TIMEOUT", 3 },
    { "CIRC 1 CLOSED $AA~a", 2 },
    { "CIRC 1 CLOSED $AA~a", 2 },
    { "CIRC 71 CLOSED $AA~a", 1 },
    { "CIRC 72 CLOSED $AA~a", 0 },
  };
  g_autoptr(TropeaTorCensus) census = tropea_tor_census_new ();

  tropea_tor_census_take_circuit_status (census, "71 BUILT $AA~a PURPOSE=GENERAL\n"
                                                 "72 BUILT $AA~a,$BB~b\n73 EXTENDED $AA~a\n");
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      take (census, rows[i].text);
      g_assert_cmpuint (tropea_tor_census_get_circuit_count (census), ==, rows[i].count);
    }

  tropea_tor_census_take_circuit_status (census, "");
  g_assert_cmpuint (tropea_tor_census_get_circuit_count (census), ==, 0);
}

static void
test_connections (void)
{
  static const struct
  {
    const char *text;
    guint       count;
  } rows[] = {
    { "ORCONN $AA~a LAUNCHED ID=9", 2 },
    { "ORCONN $AA~a FAILED REASON=NOROUTE ID=9", 2 },
    { "ORCONN $AA~a CONNECTED ID=10", 3 },
    { "ORCONN $AA~a CLOSED REASON=DONE ID=10", 2 },
    { "ORCONN $AA~a CLOSED REASON=DONE ID=1", 1 },   /* open before there were events */
    { "ORCONN $AA~a CLOSED REASON=DONE ID=5", 0 },   /* seen, and in the list as well */
    { "ORCONN $AA~a CLOSED REASON=DONE ID=2", 0 },
  };
  g_autoptr(TropeaTorCensus) census = tropea_tor_census_new ();

  take (census, "ORCONN $AA~a CONNECTED ID=5");
  tropea_tor_census_take_orconn_status (census, "$AA~a CONNECTED\n$BB~b CONNECTED\n"
                                                "$CC~c LAUNCHED\n");
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      take (census, rows[i].text);
      g_assert_cmpuint (tropea_tor_census_get_connection_count (census), ==, rows[i].count);
    }
}

static void
test_app_bytes (void)
{
  g_autoptr(TropeaTorCensus) census = tropea_tor_census_new ();
  guint64 bytes_in;
  guint64 bytes_out;

  take (census, "STREAM 1 NEW 0 192.0.2.1:80 SOURCE_ADDR=127.0.0.1:1 PURPOSE=USER");
  take (census, "STREAM 2 NEW 0 192.0.2.1:80 PURPOSE=DIR_FETCH");
  take (census, "STREAM_BW 1 108 2000129 2026-11-22T10:48:56.451606");
  take (census, "STREAM_BW 2 50 5000 2026-11-22T10:48:56.451606");
  take (census, "STREAM_BW 1 2 3 2026-11-22T10:48:57.451606");
  tropea_tor_census_steal_app_bytes (census, &bytes_in, &bytes_out);
  g_assert_cmpuint (bytes_in, ==, 2000132);
  g_assert_cmpuint (bytes_out, ==, 110);

  tropea_tor_census_steal_app_bytes (census, &bytes_in, &bytes_out);
  g_assert_cmpuint (bytes_in, ==, 0);
  g_assert_cmpuint (bytes_out, ==, 0);

  /* An id may come again for another stream. */
  take (census, "STREAM 2 CLOSED 0 192.0.2.1:80");
  take (census, "STREAM_BW 2 1 1 2026-11-22T10:48:58.451606");
  tropea_tor_census_steal_app_bytes (census, &bytes_in, &bytes_out);
  g_assert_cmpuint (bytes_in, ==, 1);
}

static TropeaControlReply *
parse (const char *bytes)
{
  g_autoptr(TropeaControlParser) parser = tropea_control_parser_new ();

  g_assert_true (tropea_control_parser_push (parser, bytes, strlen (bytes), NULL));

  return tropea_control_parser_pop (parser);
}

static void
test_traffic (void)
{
  static const struct
  {
    const char *bytes;
    gint64      now_usec;
    gboolean    taken;
    guint64     bytes_in;
    guint64     bytes_out;
    gint64      interval_usec;
  } rows[] = {
    { "250-traffic/read=100\r\n250-traffic/written=7\r\n250 OK\r\n", 1500, TRUE, 100, 7, 500 },
    { "250-traffic/read=100\r\n250-traffic/written=7\r\n250 OK\r\n", 1500, TRUE, 0, 0, 1 },
    { "552 Unrecognized key \"traffic/read\"\r\n", 1800, FALSE, 0, 0, 0 },
    { "250-traffic/read=200\r\n250 OK\r\n", 1900, FALSE, 0, 0, 0 },
    { "250-traffic/read=x\r\n250-traffic/written=7\r\n250 OK\r\n", 1900, FALSE, 0, 0, 0 },
    { "250-traffic/read=4929829938\r\n250-traffic/written=8\r\n250 OK\r\n",
      2500, TRUE, G_GUINT64_CONSTANT (4929829838), 1, 1000 },
    { "250-traffic/read=5\r\n250-traffic/written=9\r\n250 OK\r\n", 2600, TRUE, 0, 1, 100 },
    { "250-traffic/read=6\r\n250-traffic/written=9\r\n250 OK\r\n", 2700, TRUE, 1, 0, 100 },
  };
  TropeaTorTraffic traffic;

  tropea_tor_traffic_begin (&traffic, 1000);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(TropeaControlReply) reply = parse (rows[i].bytes);
      TropeaTorSample sample = { 0 };

      g_assert_true (tropea_tor_traffic_take (&traffic, reply, rows[i].now_usec, &sample)
                     == rows[i].taken);
      g_assert_cmpuint (sample.bytes_in, ==, rows[i].bytes_in);
      g_assert_cmpuint (sample.bytes_out, ==, rows[i].bytes_out);
      g_assert_cmpint (sample.interval_usec, ==, rows[i].interval_usec);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/tor-census/circuits", test_circuits);
  g_test_add_func ("/tor-census/connections", test_connections);
  g_test_add_func ("/tor-census/bytes-of-programs", test_app_bytes);
  g_test_add_func ("/tor-traffic/differences", test_traffic);

  return g_test_run ();
}
