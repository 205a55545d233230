/* test-host-port.c: a port that somebody has is exchanged for a free one, and tor runs
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "host-fixture.h"

/* A tor that connects to nobody; of its ports it opens the control port only. */
static void
use_lonely_tor (Fixture *fixture)
{
  fixture->options->torrc_append = g_build_filename (fixture->folder, "append", NULL);
  g_assert_true (g_file_set_contents (fixture->options->torrc_append,
                                      "DisableNetwork 1\nGeoIPFile /dev/null\n"
                                      "GeoIPv6File /dev/null\n", -1, NULL));
}

static int
take_port (GSocketListener *listener)
{
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);

  g_assert_cmpuint (port, !=, 0);

  return port;
}

static gboolean
use_other_port (Fixture  *fixture,
                int      *socks_port,
                int      *control_port,
                GError  **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  tropea_host_use_other_port_async (fixture->host, test_keep_result, &result);
  test_wait_until (result != NULL, PATIENCE_SECONDS);

  return tropea_host_use_other_port_finish (fixture->host, result, socks_port, control_port,
                                            error);
}

static void
assert_start_fails (Fixture    *fixture,
                    const char *code)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *problem = NULL;
  const TropeaTorDiagnosis *diagnosis;

  tropea_host_start_async (fixture->host, test_keep_result, &result);
  test_wait_until (result != NULL, PATIENCE_SECONDS);
  g_assert_false (tropea_host_start_finish (fixture->host, result, &error));

  diagnosis = tropea_host_get_diagnosis (fixture->host);
  g_assert_nonnull (diagnosis);
  g_assert_cmpstr (tropea_tor_diagnosis_get_code (diagnosis), ==, code);
  problem = fixture_dup_problem (fixture);
  g_assert_cmpstr (tropea_tor_diagnosis_get_sentence (diagnosis), ==, problem);
}

static void
test_both_taken (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr(GSocketListener) listener = g_socket_listener_new ();
  g_autoptr(GError) error = NULL;
  int taken_socks = take_port (listener);
  int taken_control = take_port (listener);
  int socks_port = 0;
  int control_port = 0;
  guint shown = 0;

  use_lonely_tor (fixture);
  fixture->options->socks_port = taken_socks;
  fixture->options->control_port = taken_control;
  fixture_open (fixture);
  assert_start_fails (fixture, "port-in-use-by-program");

  use_other_port (fixture, &socks_port, &control_port, &error);
  g_assert_no_error (error);
  g_assert_null (tropea_host_get_diagnosis (fixture->host));
  g_assert_cmpint (socks_port, >, 1023);
  g_assert_cmpint (control_port, >, 1023);
  g_assert_cmpint (socks_port, !=, taken_socks);
  g_assert_cmpint (control_port, !=, taken_control);
  g_assert_cmpint (control_port, !=, socks_port);
  g_object_get (fixture->host, "control-port", &shown, NULL);
  g_assert_cmpuint (shown, ==, (guint) control_port);

  /* What runs has its ports. */
  g_assert_false (use_other_port (fixture, &socks_port, &control_port, &error));
  g_assert_error (error, TROPEA_HOST_ERROR, TROPEA_HOST_ERROR_BUSY);
  fixture_stop (fixture);
}

static void
test_one_taken (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr(GSocketListener) listener = g_socket_listener_new ();
  g_autoptr(GError) error = NULL;
  int taken = take_port (listener);
  int socks_port = 0;
  int control_port = 0;

  use_lonely_tor (fixture);
  fixture->options->control_port = taken;
  fixture_open (fixture);
  assert_start_fails (fixture, "port-in-use-by-program");

  use_other_port (fixture, &socks_port, &control_port, &error);
  g_assert_no_error (error);
  g_assert_cmpint (socks_port, ==, TROPEA_TOR_PORT_AUTO);
  g_assert_cmpint (control_port, !=, taken);
  fixture_stop (fixture);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define ADD(path, func) \
  g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("/host-port/both-taken", test_both_taken);
  ADD ("/host-port/one-taken", test_one_taken);

  return g_test_run ();
}
