/* test-exits.c: exit countries of a real tor: counted, chosen, and what a bad choice does
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Usage: tornet run -- test-exits
 */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "test-wait.h"
#include "tor-tree.h"
#include "tor/tropea-circuit-list.h"
#include "tor/tropea-exit-census.h"
#include "tor/tropea-exit-countries.h"
#include "tor/tropea-exit-guard.h"
#include "tor/tropea-tor-diagnosis.h"
#include "tor/tropea-tor.h"

#define WAIT_S 120

/* Sets are tor's own affair: it is not waited for long. */
#define SETS_WAIT_USEC (5 * G_USEC_PER_SEC)

static const char * const in_france[] = { "FR", NULL };
static const char * const in_germany[] = { "DE", NULL };
static const char * const in_sweden[] = { "SE", NULL };

typedef struct
{
  char             *dir;     /* (owned) */
  TropeaTorBackend *tor;     /* (owned) */
  TropeaExitGuard  *guard;   /* (owned) */
  char             *notice;  /* (owned) (nullable) */
} Fixture;

/* The client's lines, and a table that puts two of the network's four relays into Germany, one
 * into France and one nowhere.
 */
static char *
write_append (const char *dir,
              gboolean    has_table)
{
  static const char * const countries[] = { "DE", "FR", "DE" };
  g_autofree char *lines = NULL;
  g_autofree char *table_path = g_build_filename (dir, "geoip", NULL);
  g_autofree char *append_path = g_build_filename (dir, "append", NULL);
  g_autofree char *append = NULL;
  g_autoptr(GString) table = g_string_new (NULL);
  g_autoptr(GRegex) regex = g_regex_new ("^DirAuthority .* 127\\.(\\d+)\\.(\\d+)\\.(\\d+):",
                                         G_REGEX_MULTILINE, 0, NULL);
  g_autoptr(GMatchInfo) match = NULL;
  guint count = 0;

  g_assert_true (g_file_get_contents (g_getenv ("TORNET_CLIENTRC"), &lines, NULL, NULL));
  for (g_regex_match (regex, lines, 0, &match);
       g_match_info_matches (match) && count < G_N_ELEMENTS (countries);
       g_match_info_next (match, NULL), count++)
    {
      g_autofree char *b = g_match_info_fetch (match, 1);
      g_autofree char *c = g_match_info_fetch (match, 2);
      g_autofree char *d = g_match_info_fetch (match, 3);
      guint address = 127u << 24 | (guint) atoi (b) << 16 | (guint) atoi (c) << 8
                      | (guint) atoi (d);

      g_string_append_printf (table, "%u,%u,%s\n", address, address, countries[count]);
    }
  g_assert_cmpuint (count, ==, G_N_ELEMENTS (countries));

  append = g_strdup_printf ("%s\nGeoIPFile %s\n", lines, has_table ? table_path : "/nonexistent");
  g_assert_true (g_file_set_contents (table_path, table->str, -1, NULL));
  g_assert_true (g_file_set_contents (append_path, append, -1, NULL));

  return g_steal_pointer (&append_path);
}

static void
notice_cb (Fixture    *fixture,
           const char *sentence)
{
  g_free (fixture->notice);
  fixture->notice = g_strdup (sentence);
}

static void
state_cb (Fixture *fixture)
{
  tropea_exit_guard_set_connection (fixture->guard,
                                    tropea_tor_backend_get_connection (fixture->tor));
}

/* As the host does it: what is in the torrc is what the guard knows. */
static void
set_up (Fixture            *fixture,
        const char * const *countries,
        gboolean            is_strict,
        gboolean            has_table)
{
  g_autofree char *data_dir = NULL;
  g_autoptr(TropeaTorConfig) config = NULL;
  g_autoptr(TropeaClock) clock = tropea_system_clock_new ();

  fixture->dir = g_dir_make_tmp ("tropea-exits-XXXXXX", NULL);
  data_dir = g_build_filename (fixture->dir, "tor", NULL);
  config = tropea_tor_config_new (data_dir, fixture->dir);
  config->socks_port = config->control_port = TROPEA_TOR_PORT_AUTO;
  config->append_file = write_append (fixture->dir, has_table);
  config->exit_countries = g_strdupv ((char **) countries);
  config->strict_exits = is_strict;

  fixture->guard = tropea_exit_guard_new ();
  tropea_exit_guard_set_choice (fixture->guard, countries, is_strict);
  g_signal_connect_swapped (fixture->guard, "notice", G_CALLBACK (notice_cb), fixture);
  fixture->tor = TROPEA_TOR_BACKEND (tropea_tor_new (config, clock));
  g_signal_connect_swapped (fixture->tor, "notify::state", G_CALLBACK (state_cb), fixture);
  tropea_tor_backend_start_async (fixture->tor, NULL, NULL, NULL);
}

static void
stop (Fixture *fixture)
{
  g_autoptr(GAsyncResult) result = NULL;

  tropea_tor_backend_stop_async (fixture->tor, NULL, test_keep_result, &result);
  test_wait_until (result != NULL, WAIT_S);
  g_assert_true (tropea_tor_backend_stop_finish (fixture->tor, result, NULL));
}

static void
tear_down (Fixture *fixture)
{
  stop (fixture);
  g_clear_object (&fixture->tor);
  g_clear_object (&fixture->guard);
  test_remove_tree (fixture->dir);
  g_free (fixture->dir);
  g_free (fixture->notice);
}

static void
wait_for_bootstrap (Fixture *fixture)
{
  test_wait_until (tropea_tor_backend_get_state (fixture->tor) == TROPEA_TOR_STATE_RUNNING,
                   WAIT_S);
}

static TropeaControlReply *
ask (Fixture    *fixture,
     const char *command)
{
  g_autoptr(GAsyncResult) result = NULL;
  TropeaControlReply *reply = NULL;
  TropeaControlConnection *connection = tropea_tor_backend_get_connection (fixture->tor);

  tropea_control_connection_command_async (connection, command, test_keep_result, &result);
  test_wait_until (result != NULL, WAIT_S);
  reply = tropea_control_connection_command_finish (connection, result, NULL);
  g_assert_nonnull (reply);

  return reply;
}

static char *
dup_info (Fixture    *fixture,
          const char *key)
{
  g_autofree char *command = g_strconcat ("GETINFO ", key, NULL);
  g_autoptr(TropeaControlReply) reply = ask (fixture, command);

  g_assert_true (tropea_control_reply_is_success (reply));

  return g_strdup (tropea_control_reply_get_value (reply, key));
}

static void
expect_exit_nodes (Fixture    *fixture,
                   const char *wanted)
{
  g_autoptr(TropeaControlReply) answer = ask (fixture, "GETCONF ExitNodes");

  g_assert_cmpstr (tropea_control_reply_get_text (answer, 0), ==, wanted);
}

static gboolean
change (Fixture             *fixture,
        const char * const  *countries,
        gboolean             is_strict,
        char               **warning,
        GError             **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  tropea_exit_guard_change_async (fixture->guard, countries, is_strict, test_keep_result,
                                  &result);
  test_wait_until (result != NULL, WAIT_S);

  return tropea_exit_guard_change_finish (fixture->guard, result, warning, error);
}

static char *
describe (GListModel *list)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr(TropeaExitCountry) country = g_list_model_get_item (list, i);

      g_string_append_printf (text, "%s %s %u%s;", tropea_exit_country_get_code (country),
                              tropea_exit_country_get_name (country),
                              tropea_exit_country_get_n_exits (country),
                              tropea_exit_country_can_be_chosen (country) ? "" : " no");
    }

  return g_string_free (text, FALSE);
}

static gboolean
is_list (GListModel *list,
         const char *wanted)
{
  g_autofree char *text = describe (list);

  return g_str_equal (text, wanted);
}

static void
check_list (Fixture *fixture)
{
  g_autoptr(TropeaExitCountries) countries = tropea_exit_countries_new ();
  GListModel *list = G_LIST_MODEL (countries);

  tropea_exit_countries_set_connection (countries,
                                        tropea_tor_backend_get_connection (fixture->tor));
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 0);

  tropea_exit_countries_set_shown (countries, TRUE, in_sweden);
  test_wait_until (is_list (list, "FR France 1;DE Germany 2;SE Sweden 0;"
                                  "?? Unknown country 1 no;"), WAIT_S);

  /* Without a tor only the choice is left. */
  tropea_exit_countries_set_connection (countries, NULL);
  g_assert_true (is_list (list, "SE Sweden 0;"));
  tropea_exit_countries_set_shown (countries, FALSE, NULL);
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 0);
}

/* Of the stream to the web server; tor has others, of its own. */
static guint64
find_circuit_of_page (Fixture *fixture)
{
  g_autofree char *streams = dup_info (fixture, "stream-status");
  g_auto(GStrv) lines = g_strsplit (streams, "\n", -1);
  const char *target = strstr (g_getenv ("TORNET_HTTP"), "//") + 2;

  for (char **line = lines; *line != NULL; line++)
    {
      g_auto(GStrv) words = g_strsplit (*line, " ", -1);

      if (g_strv_length (words) >= 4 && g_str_equal (words[1], "SUCCEEDED")
          && g_str_has_prefix (words[3], target))
        return g_ascii_strtoull (words[2], NULL, 10);
    }

  return 0;
}

static char *
dup_exit_country (GListModel *circuits,
                  guint64     id)
{
  for (guint i = 0; id != 0 && i < g_list_model_get_n_items (circuits); i++)
    {
      g_autoptr(TropeaCircuit) circuit = g_list_model_get_item (circuits, i);
      guint n_hops = tropea_circuit_get_n_hops (circuit);

      if (tropea_circuit_get_id (circuit) == id && tropea_circuit_is_built (circuit)
          && n_hops > 0
          && *tropea_circuit_get_hop (circuit, n_hops - 1)->country != '\0')
        return g_strdup (tropea_circuit_get_hop (circuit, n_hops - 1)->country);
    }

  return NULL;
}

/* The country that a page is loaded from. */
static char *
dup_country_of_page (Fixture *fixture)
{
  g_autofree char *proxy = NULL;
  g_autofree char *url = g_strconcat (g_getenv ("TORNET_HTTP"), "/slow/10000000", NULL);
  g_autoptr(GSubprocess) curl = NULL;
  g_autoptr(TropeaCircuitList) circuits = tropea_circuit_list_new ();
  char *country = NULL;

  proxy = g_strdup_printf ("socks5h://127.0.0.1:%u",
                           tropea_tor_backend_get_socks_port (fixture->tor));
  curl = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, NULL, "curl", "-s", "--proxy",
                           proxy, url, NULL);
  g_assert_nonnull (curl);
  tropea_circuit_list_set_connection (circuits, tropea_tor_backend_get_connection (fixture->tor));
  tropea_circuit_list_set_shown (circuits, TRUE);

  while (country == NULL)
    {
      country = dup_exit_country (G_LIST_MODEL (circuits), find_circuit_of_page (fixture));
      g_main_context_iteration (NULL, country == NULL);
    }

  tropea_circuit_list_set_connection (circuits, NULL);
  g_subprocess_force_exit (curl);
  g_assert_true (g_subprocess_wait (curl, NULL, NULL));
  while (find_circuit_of_page (fixture) != 0)
    ;

  return country;
}

static void
expect_pages_from (Fixture    *fixture,
                   const char *wanted)
{
  guint watch = test_wait_start (WAIT_S, G_STRFUNC, wanted);
  g_autofree char *country = dup_country_of_page (fixture);

  g_source_remove (watch);
  g_assert_cmpstr (country, ==, wanted);
}

/* Of the circuits that tor keeps in sets for the pages to come. */
static gboolean
has_sets (Fixture    *fixture,
          const char *purpose)
{
  g_autofree char *circuits = dup_info (fixture, "circuit-status");

  return strstr (circuits, purpose) != NULL;
}

static void
expect_exit_in (Fixture    *fixture,
                const char *path,
                const char *wanted)
{
  const char *fingerprint = strrchr (path, '$') + 1;
  g_autofree char *key = g_strdup_printf ("ns/id/%.40s", fingerprint);
  g_autofree char *entry = dup_info (fixture, key);
  const char *at = entry;
  g_autofree char *address = tropea_exit_census_next_exit (&at);
  g_autofree char *country_key = g_strconcat ("ip-to-country/", address, NULL);
  g_autofree char *country = dup_info (fixture, country_key);

  g_assert_cmpint (g_ascii_strcasecmp (country, wanted), ==, 0);
}

/* @old: circuits from before the change; of those a page has used one, and tor keeps it for that
 * page only.
 */
static void
expect_new_sets_in (Fixture    *fixture,
                    const char *old,
                    const char *wanted)
{
  g_autofree char *circuits = dup_info (fixture, "circuit-status");
  g_auto(GStrv) lines = g_strsplit (circuits, "\n", -1);

  for (char **line = lines; *line != NULL; line++)
    {
      const char *created = strstr (*line, "TIME_CREATED=");
      g_auto(GStrv) words = g_strsplit (*line, " ", 4);
      g_autofree char *key = NULL;

      if (created == NULL || strstr (*line, "PURPOSE=CONFLUX_LINKED") == NULL)
        continue;

      key = g_strndup (created, strcspn (created, " "));
      if (strstr (old, key) == NULL)
        expect_exit_in (fixture, words[2], wanted);
    }
}

/* A tor that is just building for the next pages must not forget for which country. */
static void
check_change_while_building (Fixture            *fixture,
                             const char * const *before,
                             const char * const *countries)
{
  g_autofree char *old = NULL;
  gint64 until;

  g_assert_true (change (fixture, before, TRUE, NULL, NULL));
  until = g_get_monotonic_time () + SETS_WAIT_USEC;
  test_wait_until (has_sets (fixture, "PURPOSE=CONFLUX_")
                   || g_get_monotonic_time () > until, WAIT_S);

  old = dup_info (fixture, "circuit-status");
  g_assert_true (change (fixture, countries, TRUE, NULL, NULL));
  expect_pages_from (fixture, countries[0]);
  test_wait_until (!has_sets (fixture, "PURPOSE=CONFLUX_UNLINKED"), WAIT_S);
  expect_new_sets_in (fixture, old, countries[0]);
}

static void
check_changes (Fixture *fixture)
{
  g_autofree char *few = NULL;
  g_autofree char *none = NULL;
  g_autofree char *any = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_true (change (fixture, in_germany, FALSE, &few, NULL));
  g_assert_true (g_str_has_prefix (few, "Only 2 exits are in the chosen countries"));
  expect_exit_nodes (fixture, "ExitNodes={de}");
  expect_pages_from (fixture, "DE");

  /* Strict and none: refused, and the choice before it stays. */
  g_assert_false (change (fixture, in_sweden, TRUE, NULL, &error));
  g_assert_cmpint (tropea_tor_problem_of_error (error), ==, TROPEA_TOR_PROBLEM_EXITS_NONE);
  g_assert_nonnull (strstr (error->message, "None of the 4 exits"));
  expect_exit_nodes (fixture, "ExitNodes={de}");

  g_assert_true (change (fixture, in_sweden, FALSE, &none, NULL));
  g_assert_true (g_str_has_prefix (none, "None of the 4 exits"));
  expect_exit_nodes (fixture, "ExitNodes=");

  g_assert_true (change (fixture, in_france, TRUE, NULL, NULL));
  expect_exit_nodes (fixture, "ExitNodes={fr}");
  expect_pages_from (fixture, "FR");

  g_assert_true (change (fixture, NULL, FALSE, &any, NULL));
  g_assert_null (any);
  expect_exit_nodes (fixture, "ExitNodes=");
}

static void
test_choice (void)
{
  Fixture fixture = { 0 };

  set_up (&fixture, in_france, FALSE, TRUE);
  wait_for_bootstrap (&fixture);
  expect_exit_nodes (&fixture, "ExitNodes={fr}");
  expect_pages_from (&fixture, "FR");
  test_wait_until (fixture.notice != NULL, WAIT_S);
  g_assert_true (g_str_has_prefix (fixture.notice, "Only 1 exit is in the chosen countries"));

  check_list (&fixture);
  check_changes (&fixture);
  check_change_while_building (&fixture, in_france, in_germany);
  check_change_while_building (&fixture, in_germany, in_france);

  /* What was changed while it ran holds for the next process too, as after a crash. */
  g_assert_true (change (&fixture, in_germany, FALSE, NULL, NULL));
  stop (&fixture);
  tropea_tor_backend_start_async (fixture.tor, NULL, NULL, NULL);
  wait_for_bootstrap (&fixture);
  expect_exit_nodes (&fixture, "ExitNodes={de}");
  tear_down (&fixture);
}

/* tor itself would wait for ever. */
static void
test_none (void)
{
  Fixture fixture = { 0 };

  set_up (&fixture, in_sweden, FALSE, TRUE);
  wait_for_bootstrap (&fixture);
  g_assert_true (g_str_has_prefix (fixture.notice, "None of the 4 exits"));
  g_assert_null (tropea_exit_guard_get_trouble (fixture.guard));
  tear_down (&fixture);
}

static void
test_none_strict (void)
{
  Fixture fixture = { 0 };
  const GError *trouble;

  set_up (&fixture, in_sweden, TRUE, TRUE);
  test_wait_until (tropea_exit_guard_get_trouble (fixture.guard) != NULL, WAIT_S);
  trouble = tropea_exit_guard_get_trouble (fixture.guard);
  g_assert_cmpint (tropea_tor_problem_of_error (trouble), ==, TROPEA_TOR_PROBLEM_EXITS_NONE);
  g_assert_cmpint (tropea_tor_backend_get_state (fixture.tor), ==,
                   TROPEA_TOR_STATE_BOOTSTRAPPING);

  /* The way out of it. */
  g_assert_true (change (&fixture, in_germany, TRUE, NULL, NULL));
  g_assert_null (tropea_exit_guard_get_trouble (fixture.guard));
  wait_for_bootstrap (&fixture);
  tear_down (&fixture);
}

static void
test_no_table (void)
{
  Fixture fixture = { 0 };
  g_autoptr(GError) error = NULL;

  set_up (&fixture, in_germany, FALSE, FALSE);
  wait_for_bootstrap (&fixture);
  g_assert_nonnull (strstr (fixture.notice, "tor-geoipdb"));
  g_assert_false (change (&fixture, in_germany, TRUE, NULL, &error));
  g_assert_cmpint (tropea_tor_problem_of_error (error), ==, TROPEA_TOR_PROBLEM_EXITS_NO_TABLE);
  tear_down (&fixture);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/exits/counted-chosen-and-changed", test_choice);
  g_test_add_func ("/exits/none-uses-others", test_none);
  g_test_add_func ("/exits/none-and-strict-is-said", test_none_strict);
  g_test_add_func ("/exits/no-table-of-countries", test_no_table);

  return g_test_run ();
}
