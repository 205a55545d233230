/* test-control-login.c: only our own tor is logged in to, and then followed
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "tor/tropea-control-login.h"

#include <glib/gstdio.h>
#include <string.h>

#include "fake-clock.h"
#include "fake-control.h"
#include "test-wait.h"
#include "tor-tree.h"
#include "tor/tropea-control-auth.h"
#include "tor/tropea-simulator.h"
#include "tor/tropea-tor-backend.h"
#include "tor/tropea-tor-status.h"
#include "tor/tropea-tor-watch.h"

#define COOKIE "0123456789abcdef0123456789abcdef"

typedef struct
{
  char         *root;         /* (owned) */
  char         *socket_path;  /* (owned) */
  char         *cookie_path;  /* (owned) */
  FakeControl  *fake;         /* (owned) (nullable) */
  GAsyncResult *result;       /* (owned) (nullable) */
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->root = g_strdup ("/tmp/tropea-login-XXXXXX");
  g_assert_nonnull (g_mkdtemp (fixture->root));
  fixture->socket_path = g_build_filename (fixture->root, "s", NULL);
  fixture->cookie_path = g_build_filename (fixture->root, "c", NULL);
  g_assert_true (g_file_set_contents (fixture->cookie_path, COOKIE, 32, NULL));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_clear_pointer (&fixture->fake, fake_control_free);
  g_clear_object (&fixture->result);
  test_remove_tree (fixture->root);
  g_free (fixture->root);
  g_free (fixture->socket_path);
  g_free (fixture->cookie_path);
}

static void
listen_as (Fixture           *fixture,
           FakeControlMode    mode,
           FakeControlAnswer  answer)
{
  fixture->fake = fake_control_new (fixture->socket_path, (const guint8 *) COOKIE, mode, answer);
}

static void
begin (Fixture      *fixture,
       GCancellable *cancellable)
{
  tropea_control_login_async (fixture->socket_path, fixture->cookie_path, cancellable,
                              test_keep_result, &fixture->result);
}

static TropeaControlConnection *
finish (Fixture  *fixture,
        GError  **error)
{
  test_wait_until (fixture->result != NULL, 30);

  return tropea_control_login_finish (fixture->result, error);
}

/* Close and let the pending read see it. */
static void
end (TropeaControlConnection *connection)
{
  GWeakRef weak;

  g_weak_ref_init (&weak, connection);
  tropea_control_connection_close (connection);
  g_object_unref (connection);
  while (TRUE)
    {
      g_autoptr(GObject) alive = g_weak_ref_get (&weak);

      if (alive == NULL)
        break;
      g_clear_object (&alive);
      g_main_context_iteration (NULL, TRUE);
    }
  g_weak_ref_clear (&weak);
}

static void
test_good (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  TropeaControlConnection *connection;

  listen_as (fixture, FAKE_CONTROL_GOOD, NULL);
  begin (fixture, NULL);
  connection = finish (fixture, &error);
  g_assert_no_error (error);
  g_assert_true (tropea_control_connection_is_open (connection));
  end (connection);
}

static void
test_waits_for_socket (Fixture       *fixture,
                       gconstpointer  data)
{
  TropeaControlConnection *connection;

  begin (fixture, NULL);
  for (int i = 0; i < 20; i++)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (fixture->result);

  listen_as (fixture, FAKE_CONTROL_GOOD, NULL);
  connection = finish (fixture, NULL);
  g_assert_nonnull (connection);
  end (connection);
}

static void
test_refused (Fixture       *fixture,
              gconstpointer  data)
{
  static const struct
  {
    FakeControlMode  mode;
    const char      *part;
    gboolean         is_proven;  /* whether our own proof may have been sent */
  } rows[] = {
    { FAKE_CONTROL_NO_AUTHENTICATION, "no authentication", FALSE },
    { FAKE_CONTROL_NO_SAFECOOKIE, "SAFECOOKIE", FALSE },
    { FAKE_CONTROL_WRONG_HASH, "another tor", FALSE },
    { FAKE_CONTROL_SHORT_NONCE, "SAFECOOKIE", FALSE },
    { FAKE_CONTROL_REFUSES, "refused our authentication (515)", TRUE },
    { FAKE_CONTROL_GARBAGE, "does not speak as tor", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;

      listen_as (fixture, rows[i].mode, NULL);
      begin (fixture, NULL);
      g_assert_null (finish (fixture, &error));
      g_assert_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CONTROL);
      g_assert_nonnull (strstr (error->message, rows[i].part));
      g_assert_true ((strstr (fake_control_get_commands (fixture->fake), "AUTHENTICATE") != NULL)
                     == rows[i].is_proven);
      g_clear_object (&fixture->result);
      g_clear_pointer (&fixture->fake, fake_control_free);
      g_unlink (fixture->socket_path);
    }
}

static void
test_closed (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  listen_as (fixture, FAKE_CONTROL_CLOSES, NULL);
  begin (fixture, NULL);
  g_assert_null (finish (fixture, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

static void
test_bad_cookie (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (g_file_set_contents (fixture->cookie_path, COOKIE, 31, NULL));
  listen_as (fixture, FAKE_CONTROL_GOOD, NULL);
  begin (fixture, NULL);
  g_assert_null (finish (fixture, &error));
  g_assert_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CONTROL);
  g_assert_nonnull (strstr (error->message, "32 bytes"));
}

/* With nobody there, and with somebody who never answers. */
static void
test_cancel (Fixture       *fixture,
             gconstpointer  data)
{
  for (int i = 0; i < 2; i++)
    {
      g_autoptr(GCancellable) cancellable = g_cancellable_new ();
      g_autoptr(GError) error = NULL;

      if (i == 1)
        listen_as (fixture, FAKE_CONTROL_SILENT, NULL);
      begin (fixture, cancellable);
      if (i == 1)
        test_wait_until (*fake_control_get_commands (fixture->fake) != '\0', 30);
      else
        for (int j = 0; j < 10; j++)
          g_main_context_iteration (NULL, TRUE);
      g_cancellable_cancel (cancellable);
      g_assert_null (finish (fixture, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_clear_object (&fixture->result);
    }
}

/* The values of a real exchange with tor 0.4.9.11. */
static void
test_recorded_proof (void)
{
  static const char cookie[] = "b167c9cf7bac3b551d650bef55b2193601eb9252fa894821cf6f97f22e6a77a2";
  static const char nonce[] = "aff3b92d990ea1baf2d19c5b0704514d4bf5d73a41ea9e37af4f9f0893785116";
  g_autoptr(TropeaControlReply) reply = tropea_control_reply_new ();
  g_autofree char *challenge = NULL;
  g_autofree char *answer = NULL;
  TropeaControlReplyLine line = { NULL, NULL };
  TropeaControlAuth auth;

  for (int i = 0; i < 32; i++)
    {
      auth.cookie[i] = (guint8) (g_ascii_xdigit_value (cookie[2 * i]) * 16
                                 + g_ascii_xdigit_value (cookie[2 * i + 1]));
      auth.client_nonce[i] = (guint8) (g_ascii_xdigit_value (nonce[2 * i]) * 16
                                       + g_ascii_xdigit_value (nonce[2 * i + 1]));
    }

  challenge = tropea_control_auth_dup_challenge (&auth);
  g_assert_cmpstr (challenge, ==, "AUTHCHALLENGE SAFECOOKIE "
                   "aff3b92d990ea1baf2d19c5b0704514d4bf5d73a41ea9e37af4f9f0893785116");

  reply->code = 250;
  line.text = g_strdup ("AUTHCHALLENGE "
                        "SERVERHASH=5197672778AADF67E379CF3C0988609F"
                        "BBBDBDABDE8BDBB88246691038A11792 "
                        "SERVERNONCE=0F61B548ADA9FB323E061B45AB31D04B"
                        "6FBC2336C27FE618B425B8DAD4B981AF");
  g_array_append_val (reply->lines, line);
  answer = tropea_control_auth_answer (&auth, reply, NULL);
  g_assert_cmpstr (answer, ==, "AUTHENTICATE "
                   "b84f7113fa7f7957531a1778b1865412028064eb73d7d07c47de2243db09f5a0");
}

typedef struct
{
  guint   samples;
  guint   ready;
  guint   closed;
  guint64 bytes_in;
  guint64 bytes_out;
  guint64 app_bytes_in;
} Seen;

static void
sample_cb (TropeaTorWatch        *watch,
           const TropeaTorSample *sample,
           Seen                  *seen)
{
  seen->samples++;
  seen->bytes_in += sample->bytes_in;
  seen->bytes_out += sample->bytes_out;
  seen->app_bytes_in += sample->app_bytes_in;
}

static void
count_cb (TropeaTorWatch *watch,
          guint          *count)
{
  (*count)++;
}

static void
closed_cb (TropeaTorWatch *watch,
           const GError   *error,
           Seen           *seen)
{
  seen->closed++;
}

typedef struct
{
  TropeaTorBackend *owner;  /* (owned): lends the status its properties */
  TropeaTorStatus   status;
  TropeaTorWatch   *watch;  /* (owned) */
  Seen              seen;
} Watched;

static void
begin_watch (Fixture           *fixture,
             Watched           *watched,
             FakeControlAnswer  answer)
{
  g_autoptr(TropeaControlConnection) connection = NULL;
  g_autoptr(FakeClock) clock = fake_clock_new (1);

  listen_as (fixture, FAKE_CONTROL_GOOD, answer);
  begin (fixture, NULL);
  connection = finish (fixture, NULL);
  g_assert_nonnull (connection);

  watched->owner = TROPEA_TOR_BACKEND (tropea_simulator_new (1, TROPEA_CLOCK (clock)));
  tropea_tor_status_init (&watched->status, watched->owner);
  tropea_tor_status_set_state (&watched->status, TROPEA_TOR_STATE_BOOTSTRAPPING);
  watched->watch = tropea_tor_watch_new (connection, &watched->status, TROPEA_CLOCK (clock), 0);
  g_signal_connect (watched->watch, "sample", G_CALLBACK (sample_cb), &watched->seen);
  g_signal_connect (watched->watch, "ready", G_CALLBACK (count_cb), &watched->seen.ready);
  g_signal_connect (watched->watch, "closed", G_CALLBACK (closed_cb), &watched->seen);
  tropea_tor_watch_begin (watched->watch);
  test_wait_until (watched->seen.ready == 1, 30);
}

static void
end_watch (Watched *watched)
{
  g_clear_object (&watched->watch);
  tropea_tor_status_clear (&watched->status);
  g_clear_object (&watched->owner);
}

static const char *
answer_well (const char *command)
{
  static const struct
  {
    const char *command;
    const char *reply;
  } rows[] = {
    { "GETINFO events/names", "250-events/names=CIRC STREAM ORCONN BW STATUS_CLIENT CIRC_BW\r\n" },
    { "GETINFO net/listeners/socks",
      "250-net/listeners/socks=\"unix:/a:7\" \"127.0.0.1:9050\"\r\n" },
    { "GETINFO net/listeners/control", "250-net/listeners/control=\"unix:/a b\"\r\n" },
    { "GETINFO circuit-status", "250+circuit-status=\r\n1 BUILT $A~a\r\n2 EXTENDED\r\n.\r\n" },
    { "GETINFO orconn-status", "250-orconn-status=$A~a CONNECTED\r\n" },
    { "GETINFO status/bootstrap-phase",
      "250-status/bootstrap-phase=NOTICE BOOTSTRAP PROGRESS=100 TAG=done SUMMARY=\"Done\"\r\n" },
    { "GETINFO traffic/read traffic/written",
      "250-traffic/read=5000000000\r\n250-traffic/written=70\r\n" },
  };
  static char reply[200];

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_str_equal (rows[i].command, command))
      {
        g_snprintf (reply, sizeof reply, "%s250 OK\r\n", rows[i].reply);
        return reply;
      }

  return NULL;
}

static void
test_watch (Fixture       *fixture,
            gconstpointer  data)
{
  Watched watched = { NULL };

  begin_watch (fixture, &watched, answer_well);
  g_assert_cmpuint (watched.status.socks_port, ==, 9050);
  g_assert_cmpuint (watched.status.control_port, ==, 0);
  g_assert_cmpuint (watched.status.circuit_count, ==, 1);
  g_assert_cmpuint (watched.status.connection_count, ==, 1);
  g_assert_cmpint (watched.status.state, ==, TROPEA_TOR_STATE_RUNNING);
  g_assert_nonnull (strstr (fake_control_get_commands (fixture->fake),
                            "SETEVENTS BW STATUS_CLIENT CIRC STREAM ORCONN\n"));

  /* The backlog in a first BW event is no traffic; the counters are. */
  test_wait_until (watched.seen.samples == 1, 30);
  fake_control_send (fixture->fake, "650 STREAM_BW 1 2 3 x\r\n650 BW 634862495 9\r\n");
  test_wait_until (watched.seen.samples == 2, 30);
  g_assert_cmpuint (watched.seen.bytes_in, ==, G_GUINT64_CONSTANT (5000000000));
  g_assert_cmpuint (watched.seen.bytes_out, ==, 70);
  g_assert_cmpuint (watched.seen.app_bytes_in, ==, 3);
  end_watch (&watched);
}

static const char *
answer_badly (const char *command)
{
  if (g_str_has_prefix (command, "GETINFO traffic"))
    return "510 Command filtered\r\n";

  return "552 Unrecognized key\r\n";
}

static void
test_watch_degrades (Fixture       *fixture,
                     gconstpointer  data)
{
  Watched watched = { NULL };

  begin_watch (fixture, &watched, answer_badly);
  g_assert_cmpint (watched.status.state, ==, TROPEA_TOR_STATE_BOOTSTRAPPING);
  g_assert_cmpuint (watched.seen.samples, ==, 0);

  fake_control_send (fixture->fake, "650 STATUS_CLIENT NOTICE BOOTSTRAP PROGRESS=100 TAG=done "
                     "SUMMARY=\"Done\"\r\n");
  test_wait_until (watched.status.state == TROPEA_TOR_STATE_RUNNING, 30);
  test_wait_until (strstr (fake_control_get_commands (fixture->fake), "traffic") != NULL, 30);
  while (watched.seen.samples == 0)
    {
      fake_control_send (fixture->fake, "650 BW 10 20\r\n");
      g_main_context_iteration (NULL, TRUE);
    }
  g_assert_cmpuint (watched.seen.bytes_in % 10, ==, 0);
  g_assert_cmpuint (watched.seen.bytes_out, ==, 2 * watched.seen.bytes_in);
  end_watch (&watched);
}

static gboolean
tick_cb (gpointer user_data)
{
  guint *ticks = user_data;

  (*ticks)++;

  return G_SOURCE_CONTINUE;
}

/* A flood is drained while timers go on, and the answer behind it comes. */
static void
test_burst (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr(GString) burst = g_string_new (NULL);
  Watched watched = { NULL };
  guint ticks = 0;
  guint source;

  begin_watch (fixture, &watched, answer_well);
  for (int i = 1; i <= 4000; i++)
    g_string_append_printf (burst, "650 CIRC %d BUILT $A~a PURPOSE=GENERAL\r\n", i);
  source = g_timeout_add (1, tick_cb, &ticks);

  /* The socket's buffer is smaller than the burst, so it goes in pieces. */
  for (gsize at = 0; at < burst->len; at += 4000)
    {
      g_autofree char *piece = g_strndup (burst->str + at, 4000);

      fake_control_send (fixture->fake, piece);
      g_main_context_iteration (NULL, FALSE);
    }
  test_wait_until (watched.status.circuit_count == 4000, 30);
  g_assert_cmpuint (ticks, >, 0);
  g_source_remove (source);
  end_watch (&watched);
}

static void
test_watch_closed (Fixture       *fixture,
                   gconstpointer  data)
{
  Watched watched = { NULL };

  begin_watch (fixture, &watched, answer_well);
  g_clear_pointer (&fixture->fake, fake_control_free);
  test_wait_until (watched.seen.closed == 1, 30);
  g_assert_false (tropea_tor_watch_ask_last_sample (watched.watch));
  end_watch (&watched);
  g_assert_cmpuint (watched.seen.closed, ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/control-login/safecookie", test_good);
  ADD ("/control-login/waits-for-the-socket", test_waits_for_socket);
  ADD ("/control-login/refuses-what-is-not-our-tor", test_refused);
  ADD ("/control-login/closed-on-the-way", test_closed);
  ADD ("/control-login/cookie-of-a-wrong-size", test_bad_cookie);
  ADD ("/control-login/cancelled", test_cancel);
  g_test_add_func ("/control-auth/recorded-proof", test_recorded_proof);
  ADD ("/tor-watch/counters-and-snapshot", test_watch);
  ADD ("/tor-watch/refusals-degrade", test_watch_degrades);
  ADD ("/tor-watch/drains-a-burst", test_burst);
  ADD ("/tor-watch/closed", test_watch_closed);
#undef ADD

  return g_test_run ();
}
