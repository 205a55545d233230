/* test-host-ledger.c: going over to another ledger while the host runs
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "host-fixture.h"
#include "host/tropea-host-history.h"
#include "host/tropea-host-ledger.h"

#include <gio/gunixsocketaddress.h>
#include <signal.h>
#include <string.h>

typedef struct
{
  Fixture      host;
  char        *socket_path;
  char        *url;          /* of the other ledger */
  GSubprocess *ledger;       /* (nullable): the other one, while it runs */
} Two;

static void
start_other (Two        *two,
             const char *database_name)
{
  g_autofree char *listen = g_strconcat ("unix:", two->socket_path, NULL);
  g_autofree char *database = g_strconcat ("sqlite:", two->host.folder, "/", database_name, NULL);
  g_autoptr(GDataInputStream) output = NULL;
  g_autofree char *line = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_null (two->ledger);
  two->ledger = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                                  &error, g_getenv ("TROPEA_LEDGER"), "--listen", listen,
                                  "--database", database, "--origin", "other.example",
                                  "--allow-simulation", "--exit-with-stdin", NULL);
  g_assert_no_error (error);

  /* It says that it listens. */
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (two->ledger));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (output), FALSE);
  line = g_data_input_stream_read_line (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
}

static void
stop_other (Two *two)
{
  g_autoptr(GError) error = NULL;

  if (two->ledger == NULL)
    return;

  g_subprocess_send_signal (two->ledger, SIGTERM);
  g_assert_true (g_subprocess_wait_check (two->ledger, NULL, &error));
  g_assert_no_error (error);
  g_clear_object (&two->ledger);
}

static void
two_set_up (Two           *two,
            gconstpointer  data)
{
  fixture_set_up (&two->host, NULL);
  two->socket_path = g_build_filename (two->host.folder, "other.sock", NULL);
  two->url = g_strconcat ("unix:", two->socket_path, NULL);
}

static void
two_tear_down (Two           *two,
               gconstpointer  data)
{
  if (two->host.host != NULL)
    fixture_close (&two->host);
  stop_other (two);
  g_free (two->socket_path);
  g_free (two->url);
  fixture_tear_down (&two->host, NULL);
}

static gboolean
try_use (Two                    *two,
         const char             *url,
         const TropeaLedgerInfo *trusted,
         GError                **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  tropea_host_use_ledger_async (two->host.host, url, trusted, test_keep_result, &result);
  test_wait_until (result != NULL, PATIENCE_SECONDS);

  return tropea_host_use_ledger_finish (two->host.host, result, error);
}

static void
use (Two                    *two,
     const char             *url,
     const TropeaLedgerInfo *trusted)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (try_use (two, url, trusted, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (tropea_host_get_ledger_url (two->host.host), ==, url);
}

static TropeaLedgerSight *
look (Two *two)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  TropeaLedgerSight *sight = NULL;

  tropea_host_look_at_ledger_async (two->host.host, two->url, NULL, test_keep_result, &result);
  test_wait_until (result != NULL, PATIENCE_SECONDS);
  sight = tropea_host_look_at_ledger_finish (two->host.host, result, &error);
  g_assert_no_error (error);

  return sight;
}

static gboolean
has_problem (Two        *two,
             const char *part)
{
  g_autofree char *problem = fixture_dup_problem (&two->host);

  return problem != NULL && strstr (problem, part) != NULL;
}

static void
wait_for_credits (Two   *two,
                  guint  n_more)
{
  guint n_before = two->host.n_credited;

  test_wait_until (two->host.n_credited >= n_before + n_more, PATIENCE_SECONDS);
}

static void
settle (Two *two)
{
  fixture_stop (&two->host);
  test_wait_until (fixture_get_int64 (&two->host, "waiting-sessions") == 0, PATIENCE_SECONDS);
}

/* What the ledger in use says that it has is what is credited here by it, to the digit. */
static gint64
check_books (Two *two)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  TropeaBooks books = { 0 };

  tropea_host_check_books_async (two->host.host, test_keep_result, &result);
  test_wait_until (result != NULL, PATIENCE_SECONDS);
  g_assert_true (tropea_host_check_books_finish (two->host.host, result, &books, &error));
  g_assert_no_error (error);
  g_assert_true (books.has_ledger);
  g_assert_cmpint (books.fault, ==, TROPEA_BOOKS_RIGHT);
  g_assert_cmpint (books.ledger.simulated_micro, ==, books.own.simulated_micro);

  return books.ledger.simulated_micro;
}

/* Every byte that was cut is in one session, and each session is one ledger's. */
static void
assert_complete (Two  *two,
                 guint n_ledgers)
{
  g_autoptr(GPtrArray) sessions = fixture_list_sessions (&two->host);
  g_autoptr(GHashTable) ledgers = g_hash_table_new (g_str_hash, g_str_equal);
  gint64 bytes = 0;

  for (guint i = 0; i < sessions->len; i++)
    {
      TropeaSession *session = g_ptr_array_index (sessions, i);

      g_assert_cmpint (tropea_session_get_state (session), ==, TROPEA_SESSION_STATE_CREDITED);
      g_hash_table_add (ledgers, (char *) tropea_session_get_settlement (session)->ledger);
      bytes += tropea_session_get_record (session)->bytes;
    }

  g_assert_cmpint (bytes, ==, two->host.cut_bytes);
  g_assert_cmpuint (g_hash_table_size (ledgers), ==, n_ledgers);
  g_assert_cmpuint (two->host.n_refused, ==, 0);
}

/* There and back while sessions come in: what both have is what is shown. */
static void
test_there_and_back (Two           *two,
                     gconstpointer  data)
{
  gint64 other_micro = 0;
  gint64 own_micro = 0;

  start_other (two, "other.db");
  fixture_open (&two->host);
  fixture_simulate (&two->host);
  wait_for_credits (two, 1);
  use (two, two->url, NULL);
  g_assert_null (two->host.host->ledger);
  wait_for_credits (two, 1);
  use (two, NULL, NULL);
  wait_for_credits (two, 1);
  settle (two);

  own_micro = check_books (two);
  use (two, two->url, NULL);
  other_micro = check_books (two);
  g_assert_cmpint (own_micro + other_micro, ==,
                   fixture_get_int64 (&two->host, "simulated-credits-micro"));
  g_assert_cmpint (own_micro, >, 0);
  g_assert_cmpint (other_micro, >, 0);
  assert_complete (two, 2);
}

/* One that is not there keeps nobody from going back, and nothing is lost on the way. */
static void
test_nobody_there (Two           *two,
                   gconstpointer  data)
{
  fixture_open (&two->host);
  use (two, two->url, NULL);
  fixture_simulate (&two->host);
  test_wait_until (two->host.n_cut >= 1 && has_problem (two, "cannot be reached"),
                   PATIENCE_SECONDS);
  g_assert_cmpuint (two->host.n_credited, ==, 0);

  use (two, NULL, NULL);
  test_wait_until (two->host.n_credited >= 1, PATIENCE_SECONDS);
  settle (two);
  g_assert_false (has_problem (two, ""));
  assert_complete (two, 1);
}

/* Another key at the address that was used before: not without the user's word. */
static void
test_another_key (Two           *two,
                  gconstpointer  data)
{
  g_autoptr(TropeaLedgerSight) sight = NULL;

  start_other (two, "other.db");
  fixture_open (&two->host);
  sight = look (two);
  g_assert_cmpint (sight->trust, ==, TROPEA_LEDGER_TRUST_NEW);
  g_assert_cmpstr (sight->info->origin, ==, "other.example");
  use (two, two->url, NULL);
  fixture_simulate (&two->host);
  wait_for_credits (two, 1);
  g_clear_pointer (&sight, tropea_ledger_sight_free);
  sight = look (two);
  g_assert_cmpint (sight->trust, ==, TROPEA_LEDGER_TRUST_KNOWN);

  stop_other (two);
  start_other (two, "another.db");
  test_wait_until (has_problem (two, "another key"), PATIENCE_SECONDS);
  g_clear_pointer (&sight, tropea_ledger_sight_free);
  sight = look (two);
  g_assert_cmpint (sight->trust, ==, TROPEA_LEDGER_TRUST_CHANGED);

  use (two, two->url, sight->info);
  wait_for_credits (two, 1);
  settle (two);
  g_assert_false (has_problem (two, "another key"));
  assert_complete (two, 2);
}

/* Takes connections and never says a word. */
static gboolean
incoming_cb (GPtrArray         *connections,
             GSocketConnection *connection)
{
  g_ptr_array_add (connections, g_object_ref (connection));

  return TRUE;
}

/* A change that is under way ends with the host, within the time that it has. */
static void
test_close_meanwhile (Two           *two,
                      gconstpointer  data)
{
  g_autoptr(GSocketService) silent = g_socket_service_new ();
  g_autoptr(GPtrArray) connections = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(GSocketAddress) address = g_unix_socket_address_new (two->socket_path);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GAsyncResult) closed = NULL;
  gboolean is_busy = FALSE;

  g_socket_listener_add_address (G_SOCKET_LISTENER (silent), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, &error);
  g_assert_no_error (error);
  g_signal_connect_swapped (silent, "incoming", G_CALLBACK (incoming_cb), connections);
  fixture_open (&two->host);
  use (two, two->url, NULL);
  test_wait_until (connections->len > 0, PATIENCE_SECONDS);
  g_object_get (two->host.host->submitter, "busy", &is_busy, NULL);
  g_assert_true (is_busy);

  tropea_host_use_ledger_async (two->host.host, NULL, NULL, test_keep_result, &result);
  g_clear_error (&error);
  g_assert_false (try_use (two, NULL, NULL, &error));
  g_assert_error (error, TROPEA_HOST_ERROR, TROPEA_HOST_ERROR_BUSY);
  g_assert_null (result);

  tropea_host_close_async (two->host.host, test_keep_result, &closed);
  test_wait_until (result != NULL, 5);
  g_clear_error (&error);
  g_assert_false (tropea_host_use_ledger_finish (two->host.host, result, &error));
  g_assert_error (error, TROPEA_HOST_ERROR, TROPEA_HOST_ERROR_BUSY);
  g_clear_object (&result);
  test_wait_until (closed != NULL, 5);
  g_clear_object (&closed);
  g_assert_finalize_object (two->host.host);
  two->host.host = NULL;
}

static void
test_no_address (Two           *two,
                 gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  fixture_open (&two->host);
  g_assert_false (try_use (two, "ledger.example.org", NULL, &error));
  g_assert_error (error, TROPEA_LEDGER_CLIENT_ERROR, TROPEA_LEDGER_CLIENT_ERROR_INVALID_URL);
  g_assert_null (tropea_host_get_ledger_url (two->host.host));
  fixture_simulate (&two->host);
  wait_for_credits (two, 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define ADD(path, func) g_test_add (path, Two, NULL, two_set_up, func, two_tear_down)
  ADD ("/host-ledger/there-and-back-credits-once", test_there_and_back);
  ADD ("/host-ledger/nobody-there-loses-nothing", test_nobody_there);
  ADD ("/host-ledger/another-key-needs-consent", test_another_key);
  ADD ("/host-ledger/close-ends-a-change", test_close_meanwhile);
  ADD ("/host-ledger/no-address-changes-nothing", test_no_address);
#undef ADD

  return g_test_run ();
}
