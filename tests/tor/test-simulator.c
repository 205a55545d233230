/* test-simulator.c: the simulator behaves as a backend
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "tor/tropea-simulator.h"

#include "fake-clock.h"
#include "test-wait.h"
#include "tor/tropea-simulation.h"

#define WALL_MS G_GINT64_CONSTANT (1700000000123)

typedef struct
{
  FakeClock        *clock;      /* (owned) */
  TropeaTorBackend *backend;    /* (owned) */
  GString          *states;     /* (owned) */
  GArray           *samples;    /* (owned), of TropeaTorSample */
} Fixture;

static void
state_cb (TropeaTorBackend *backend,
          GParamSpec       *pspec,
          Fixture          *fixture)
{
  g_string_append_printf (fixture->states, "%s ",
                          tropea_tor_state_to_string (tropea_tor_backend_get_state (backend)));
}

static void
sample_cb (TropeaTorBackend      *backend,
           const TropeaTorSample *sample,
           Fixture               *fixture)
{
  g_array_append_val (fixture->samples, *sample);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->clock = fake_clock_new (WALL_MS);
  fixture->backend = TROPEA_TOR_BACKEND (tropea_simulator_new (5, TROPEA_CLOCK (fixture->clock)));
  fixture->states = g_string_new (NULL);
  fixture->samples = g_array_new (FALSE, FALSE, sizeof (TropeaTorSample));
  g_signal_connect (fixture->backend, "notify::state", G_CALLBACK (state_cb), fixture);
  g_signal_connect (fixture->backend, "sample", G_CALLBACK (sample_cb), fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_finalize_object (fixture->backend);
  g_assert_finalize_object (fixture->clock);
  g_string_free (fixture->states, TRUE);
  g_array_unref (fixture->samples);
}

static void
start (Fixture *fixture)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  tropea_tor_backend_start_async (fixture->backend, NULL, test_keep_result, &result);
  test_wait_until (result != NULL, 10);
  g_assert_true (tropea_tor_backend_start_finish (fixture->backend, result, &error));
  g_assert_no_error (error);
}

static void
stop (Fixture *fixture)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  tropea_tor_backend_stop_async (fixture->backend, NULL, test_keep_result, &result);
  test_wait_until (result != NULL, 10);
  g_assert_true (tropea_tor_backend_stop_finish (fixture->backend, result, &error));
  g_assert_no_error (error);
}

static void
test_states (Fixture       *fixture,
             gconstpointer  data)
{
  start (fixture);
  test_wait_until (tropea_tor_backend_get_state (fixture->backend) == TROPEA_TOR_STATE_RUNNING, 10);
  g_assert_cmpint (tropea_tor_backend_get_bootstrap_percent (fixture->backend), ==, 100);
  g_assert_cmpuint (tropea_tor_backend_get_socks_port (fixture->backend), ==, 0);
  g_assert_cmpuint (tropea_tor_backend_get_control_port (fixture->backend), ==, 0);
  stop (fixture);

  g_assert_cmpstr (fixture->states->str, ==,
                   "starting bootstrapping running stopping stopped ");
  g_assert_null (tropea_tor_backend_get_failure (fixture->backend));
  g_assert_cmpint (tropea_tor_backend_get_bootstrap_percent (fixture->backend), ==, 0);
}

static void
test_samples (Fixture       *fixture,
              gconstpointer  data)
{
  TropeaSimulation simulation;
  gint64 begun_usec;
  gint64 took_usec;

  start (fixture);
  test_wait_until (tropea_tor_backend_get_state (fixture->backend) == TROPEA_TOR_STATE_RUNNING, 10);
  begun_usec = g_get_monotonic_time ();
  test_wait_until (fixture->samples->len == 2, 30);
  took_usec = g_get_monotonic_time () - begun_usec;
  g_assert_cmpint (took_usec, >, 2 * TROPEA_SIMULATION_INTERVAL_USEC - G_USEC_PER_SEC / 2);

  tropea_simulation_init (&simulation, 5);
  for (guint i = 0; i < 2; i++)
    {
      const TropeaTorSample *sample = &g_array_index (fixture->samples, TropeaTorSample, i);
      TropeaSimulationFigures figures;

      tropea_simulation_draw (&simulation, &figures);
      g_assert_cmpuint (sample->bytes_in, ==, figures.bytes_in);
      g_assert_cmpuint (sample->bytes_out, ==, figures.bytes_out);
      g_assert_cmpuint (sample->app_bytes_in, ==, 0);
      g_assert_cmpuint (sample->app_bytes_out, ==, 0);
      g_assert_cmpint (sample->interval_usec, ==, 2000000);
      g_assert_cmpint (sample->wall_ms, ==, WALL_MS);
      if (i == 1)
        {
          g_assert_cmpuint (tropea_tor_backend_get_connection_count (fixture->backend),
                            ==, figures.connection_count);
          g_assert_cmpuint (tropea_tor_backend_get_circuit_count (fixture->backend),
                            ==, figures.circuit_count);
        }
    }

  stop (fixture);
  g_assert_cmpuint (tropea_tor_backend_get_connection_count (fixture->backend), ==, 0);
  g_assert_cmpuint (tropea_tor_backend_get_circuit_count (fixture->backend), ==, 0);
}

static void
test_stop_cancels_start (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autoptr(GAsyncResult) started = NULL;
  g_autoptr(GError) error = NULL;

  tropea_tor_backend_start_async (fixture->backend, NULL, test_keep_result, &started);
  stop (fixture);
  test_wait_until (started != NULL, 10);
  g_assert_false (tropea_tor_backend_start_finish (fixture->backend, started, &error));
  g_assert_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CANCELLED);
  g_assert_cmpstr (fixture->states->str, ==, "starting stopping stopped ");
}

static void
test_cancel (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) started = NULL;
  g_autoptr(GError) error = NULL;

  tropea_tor_backend_start_async (fixture->backend, cancellable, test_keep_result, &started);
  g_cancellable_cancel (cancellable);
  test_wait_until (started != NULL, 10);
  g_assert_false (tropea_tor_backend_start_finish (fixture->backend, started, &error));
  g_assert_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CANCELLED);
  test_wait_until (tropea_tor_backend_get_state (fixture->backend) == TROPEA_TOR_STATE_STOPPED, 10);
}

static void
test_busy (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr(GAsyncResult) started = NULL;
  g_autoptr(GAsyncResult) stopped = NULL;
  g_autoptr(GError) error = NULL;

  tropea_tor_backend_stop_async (fixture->backend, NULL, test_keep_result, &stopped);
  test_wait_until (stopped != NULL, 10);
  g_assert_false (tropea_tor_backend_stop_finish (fixture->backend, stopped, &error));
  g_assert_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_BUSY);
  g_clear_error (&error);

  start (fixture);
  tropea_tor_backend_start_async (fixture->backend, NULL, test_keep_result, &started);
  test_wait_until (started != NULL, 10);
  g_assert_false (tropea_tor_backend_start_finish (fixture->backend, started, &error));
  g_assert_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_BUSY);
  stop (fixture);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/simulator/goes-through-the-states", test_states);
  ADD ("/simulator/samples-as-drawn-every-two-seconds", test_samples);
  ADD ("/simulator/stop-cancels-start", test_stop_cancels_start);
  ADD ("/simulator/cancellable-cancels-start", test_cancel);
  ADD ("/simulator/refuses-double-start-and-idle-stop", test_busy);
#undef ADD

  return g_test_run ();
}
