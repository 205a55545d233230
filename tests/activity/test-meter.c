/* test-meter.c: sums, rates and uptime of a scripted backend
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "activity/tropea-meter.h"

#include "fake-backend.h"
#include "fake-clock.h"

typedef struct
{
  TropeaTorSample sample;
  guint64         bytes_in;
  guint64         bytes_out;
  guint64         rate_in;
  guint64         rate_out;
} Row;

static void
count_cb (guint *count)
{
  (*count)++;
}

static void
test_sums_and_rates (void)
{
  static const Row rows[] = {
    { { 1000, 500, 10, 20, 1000000, 1 }, 1000, 500, 1000, 500 },
    { { 0, 0, 0, 0, 1000000, 2 }, 1000, 500, 0, 0 },
    { { 5000, 2500, 0, 0, 5000000, 3 }, 6000, 3000, 1000, 500 },
    { { 1, 3, 0, 0, 2000000, 4 }, 6001, 3003, 0, 1 },
    { { 7, 7, 0, 0, 1, 5 }, 6008, 3010, 7000000, 7000000 },
    /* More than fits a 32-bit count, as after a long time without a controller. */
    { { G_GUINT64_CONSTANT (5000000000), 0, 0, 0, 1000000, 6 },
      G_GUINT64_CONSTANT (5000006008), 3010, G_GUINT64_CONSTANT (5000000000), 0 },
    /* Figures no computer makes: sums stop at the end, rates do not wrap. */
    { { G_MAXUINT64, 0, 0, 0, 1000000, 7 }, G_MAXUINT64, 3010, 18446744073709000000u, 0 },
    { { G_MAXUINT64, 0, 0, 0, 1, 8 }, G_MAXUINT64, 3010, G_MAXUINT64, 0 },
  };
  g_autoptr(FakeClock) clock = fake_clock_new (0);
  g_autoptr(FakeBackend) backend = fake_backend_new ();
  TropeaMeter *meter = tropea_meter_new (TROPEA_CLOCK (clock));
  guint64 total = 0;

  tropea_meter_set_backend (meter, TROPEA_TOR_BACKEND (backend));
  fake_backend_set_state (backend, TROPEA_TOR_STATE_RUNNING);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      fake_backend_emit_sample (backend, &rows[i].sample);
      g_assert_cmpuint (tropea_meter_get_bytes_in (meter), ==, rows[i].bytes_in);
      g_assert_cmpuint (tropea_meter_get_bytes_out (meter), ==, rows[i].bytes_out);
      g_assert_cmpuint (tropea_meter_get_rate_in (meter), ==, rows[i].rate_in);
      g_assert_cmpuint (tropea_meter_get_rate_out (meter), ==, rows[i].rate_out);
    }

  g_object_get (meter, "total-bytes", &total, NULL);
  g_assert_cmpuint (total, ==, G_MAXUINT64);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (tropea_meter_get_log (meter))), ==,
                    G_N_ELEMENTS (rows));
  g_assert_finalize_object (meter);
}

static void
test_programs_bytes_are_apart (void)
{
  g_autoptr(FakeClock) clock = fake_clock_new (0);
  g_autoptr(FakeBackend) backend = fake_backend_new ();
  g_autoptr(TropeaMeter) meter = tropea_meter_new (TROPEA_CLOCK (clock));
  TropeaTorSample sample = { 1000, 100, 900, 50, G_USEC_PER_SEC, 1 };

  tropea_meter_set_backend (meter, TROPEA_TOR_BACKEND (backend));
  fake_backend_emit_sample (backend, &sample);
  fake_backend_emit_sample (backend, &sample);

  g_assert_cmpuint (tropea_meter_get_bytes_in (meter), ==, 2000);
  g_assert_cmpuint (tropea_meter_get_bytes_out (meter), ==, 200);
  g_assert_cmpuint (tropea_meter_get_app_bytes_in (meter), ==, 1800);
  g_assert_cmpuint (tropea_meter_get_app_bytes_out (meter), ==, 100);
}

static void
test_exchange_keeps_totals (void)
{
  g_autoptr(FakeClock) clock = fake_clock_new (0);
  g_autoptr(FakeBackend) first = fake_backend_new ();
  g_autoptr(FakeBackend) second = fake_backend_new ();
  g_autoptr(TropeaMeter) meter = tropea_meter_new (TROPEA_CLOCK (clock));
  TropeaTorSample sample = { 1000, 100, 0, 0, G_USEC_PER_SEC, 1 };

  tropea_meter_set_backend (meter, TROPEA_TOR_BACKEND (first));
  fake_backend_set_state (first, TROPEA_TOR_STATE_RUNNING);
  fake_backend_set_counts (first, 7, 3);
  fake_backend_emit_sample (first, &sample);
  g_assert_cmpuint (tropea_meter_get_connection_count (meter), ==, 7);

  tropea_meter_set_backend (meter, TROPEA_TOR_BACKEND (second));
  g_assert_cmpuint (tropea_meter_get_bytes_in (meter), ==, 1000);
  g_assert_cmpuint (tropea_meter_get_rate_in (meter), ==, 0);
  g_assert_cmpuint (tropea_meter_get_connection_count (meter), ==, 0);
  g_assert_cmpuint (tropea_meter_get_circuit_count (meter), ==, 0);

  /* The one that was taken away is not heard any more. */
  fake_backend_emit_sample (first, &sample);
  fake_backend_set_counts (first, 9, 9);
  g_assert_cmpuint (tropea_meter_get_bytes_in (meter), ==, 1000);
  g_assert_cmpuint (tropea_meter_get_connection_count (meter), ==, 0);

  fake_backend_emit_sample (second, &sample);
  g_assert_cmpuint (tropea_meter_get_bytes_in (meter), ==, 2000);

  tropea_meter_set_backend (meter, NULL);
  g_assert_cmpuint (tropea_meter_get_bytes_in (meter), ==, 2000);
}

static void
test_uptime (void)
{
  static const struct
  {
    TropeaTorState state;
    gint64         uptime_seconds;
  } rows[] = {
    { TROPEA_TOR_STATE_STARTING, 0 },
    { TROPEA_TOR_STATE_BOOTSTRAPPING, 0 },
    { TROPEA_TOR_STATE_RUNNING, 10 },
    { TROPEA_TOR_STATE_STOPPING, 20 },
    { TROPEA_TOR_STATE_STOPPED, 0 },
    { TROPEA_TOR_STATE_STARTING, 0 },
    { TROPEA_TOR_STATE_RUNNING, 0 },
    { TROPEA_TOR_STATE_FAILED, 0 },
  };
  g_autoptr(FakeClock) clock = fake_clock_new (0);
  g_autoptr(FakeBackend) backend = fake_backend_new ();
  g_autoptr(TropeaMeter) meter = tropea_meter_new (TROPEA_CLOCK (clock));

  tropea_meter_set_backend (meter, TROPEA_TOR_BACKEND (backend));
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      fake_backend_set_state (backend, rows[i].state);
      g_assert_cmpint (tropea_meter_get_uptime_seconds (meter), ==, rows[i].uptime_seconds);
      fake_clock_advance (clock, 10 * G_USEC_PER_SEC);
      /* A clock that somebody sets does not lengthen it. */
      fake_clock_set_wall_ms (clock, (gint64) i * 1000000);
    }
}

static void
test_stop_ends_the_rate (void)
{
  g_autoptr(FakeClock) clock = fake_clock_new (0);
  g_autoptr(FakeBackend) backend = fake_backend_new ();
  g_autoptr(TropeaMeter) meter = tropea_meter_new (TROPEA_CLOCK (clock));
  TropeaTorSample sample = { 1000, 100, 0, 0, G_USEC_PER_SEC, 1 };

  tropea_meter_set_backend (meter, TROPEA_TOR_BACKEND (backend));
  fake_backend_set_state (backend, TROPEA_TOR_STATE_RUNNING);
  fake_backend_set_state (backend, TROPEA_TOR_STATE_STOPPING);
  fake_backend_emit_sample (backend, &sample);
  g_assert_cmpuint (tropea_meter_get_rate_in (meter), ==, 1000);

  fake_backend_set_state (backend, TROPEA_TOR_STATE_STOPPED);
  g_assert_cmpuint (tropea_meter_get_rate_in (meter), ==, 0);
  g_assert_cmpuint (tropea_meter_get_rate_out (meter), ==, 0);
  g_assert_cmpuint (tropea_meter_get_bytes_in (meter), ==, 1000);
}

static void
sample_cb (TropeaMeter           *meter,
           const TropeaTorSample *sample,
           guint64               *seen)
{
  *seen = tropea_meter_get_bytes_in (meter);
  g_assert_cmpuint (sample->bytes_in, ==, 1000);
}

static void
test_notifications (void)
{
  g_autoptr(FakeClock) clock = fake_clock_new (0);
  g_autoptr(FakeBackend) backend = fake_backend_new ();
  g_autoptr(TropeaMeter) meter = tropea_meter_new (TROPEA_CLOCK (clock));
  TropeaTorSample sample = { 1000, 0, 0, 0, G_USEC_PER_SEC, 1 };
  guint64 seen = 0;
  guint n_in = 0;
  guint n_out = 0;
  guint n_total = 0;
  guint n_rate = 0;

  tropea_meter_set_backend (meter, TROPEA_TOR_BACKEND (backend));
  g_signal_connect (meter, "sample", G_CALLBACK (sample_cb), &seen);
  g_signal_connect_swapped (meter, "notify::bytes-in", G_CALLBACK (count_cb), &n_in);
  g_signal_connect_swapped (meter, "notify::bytes-out", G_CALLBACK (count_cb), &n_out);
  g_signal_connect_swapped (meter, "notify::total-bytes", G_CALLBACK (count_cb), &n_total);
  g_signal_connect_swapped (meter, "notify::rate-in", G_CALLBACK (count_cb), &n_rate);

  fake_backend_emit_sample (backend, &sample);
  fake_backend_emit_sample (backend, &sample);
  g_assert_cmpuint (seen, ==, 2000);
  g_assert_cmpuint (n_in, ==, 2);
  g_assert_cmpuint (n_out, ==, 0);
  g_assert_cmpuint (n_total, ==, 2);
  g_assert_cmpuint (n_rate, ==, 1);
}

static void
test_reset (void)
{
  g_autoptr(FakeClock) clock = fake_clock_new (0);
  g_autoptr(FakeBackend) backend = fake_backend_new ();
  g_autoptr(TropeaMeter) meter = tropea_meter_new (TROPEA_CLOCK (clock));
  TropeaTorSample sample = { 1000, 100, 10, 1, G_USEC_PER_SEC, 1 };

  tropea_meter_set_backend (meter, TROPEA_TOR_BACKEND (backend));
  fake_backend_set_state (backend, TROPEA_TOR_STATE_RUNNING);
  fake_backend_set_counts (backend, 4, 2);
  fake_clock_advance (clock, 5 * G_USEC_PER_SEC);
  fake_backend_emit_sample (backend, &sample);

  tropea_meter_reset (meter);
  g_assert_cmpuint (tropea_meter_get_bytes_in (meter), ==, 0);
  g_assert_cmpuint (tropea_meter_get_bytes_out (meter), ==, 0);
  g_assert_cmpuint (tropea_meter_get_app_bytes_in (meter), ==, 0);
  g_assert_cmpuint (tropea_meter_get_app_bytes_out (meter), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (tropea_meter_get_log (meter))), ==, 0);
  g_assert_cmpuint (tropea_meter_get_connection_count (meter), ==, 4);
  g_assert_cmpint (tropea_meter_get_uptime_seconds (meter), ==, 5);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/meter/sums-and-rates", test_sums_and_rates);
  g_test_add_func ("/meter/programs-bytes-are-apart", test_programs_bytes_are_apart);
  g_test_add_func ("/meter/exchange-keeps-totals", test_exchange_keeps_totals);
  g_test_add_func ("/meter/uptime", test_uptime);
  g_test_add_func ("/meter/stop-ends-the-rate", test_stop_ends_the_rate);
  g_test_add_func ("/meter/notifications", test_notifications);
  g_test_add_func ("/meter/reset", test_reset);

  return g_test_run ();
}
