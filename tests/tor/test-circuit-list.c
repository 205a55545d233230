/* test-circuit-list.c: the circuits of a real tor, with the countries that its table names
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Usage: tornet run -- test-circuit-list
 */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "test-wait.h"
#include "tor-tree.h"
#include "tor/tropea-circuit-list.h"
#include "tor/tropea-tor.h"

#define WAIT_S 60

static void
test_parse (void)
{
#define A "$0123456789ABCDEF0123456789ABCDEF01234567"
  static const struct
  {
    const char           *line;
    gboolean              is_circuit;
    gboolean              is_built;
    TropeaCircuitPurpose  purpose;
    guint                 n_hops;
    const char           *first_nickname;
  } rows[] = {
    { "7 BUILT " A "~one," A "~two BUILD_FLAGS=NEED_CAPACITY PURPOSE=GENERAL "
      "TIME_CREATED=2026-11-22T15:45:18.364432", TRUE, TRUE, TROPEA_CIRCUIT_PURPOSE_GENERAL, 2,
      "one" },
    { "1 BUILT " A " BUILD_FLAGS=ONEHOP_TUNNEL,IS_INTERNAL PURPOSE=GENERAL", TRUE, TRUE,
      TROPEA_CIRCUIT_PURPOSE_DIRECTORY, 1, NULL },
    { "9 EXTENDED " A "=old PURPOSE=HS_VANGUARDS", TRUE, FALSE,
      TROPEA_CIRCUIT_PURPOSE_ONION_SERVICE, 1, "old" },
    { "3 LAUNCHED BUILD_FLAGS=NEED_UPTIME PURPOSE=CONFLUX_UNLINKED", TRUE, FALSE,
      TROPEA_CIRCUIT_PURPOSE_CONFLUX, 0, NULL },
    { "4 LAUNCHED PURPOSE=MEASURE_TIMEOUT", TRUE, FALSE, TROPEA_CIRCUIT_PURPOSE_MEASUREMENT, 0,
      NULL },
    { "5 BUILT PURPOSE=SOMETHING_NEW", TRUE, TRUE, TROPEA_CIRCUIT_PURPOSE_OTHER, 0, NULL },
    { "5 CLOSED " A "~one PURPOSE=GENERAL", FALSE, FALSE, 0, 0, NULL },
    { "", FALSE, FALSE, 0, 0, NULL },
    { "x BUILT", FALSE, FALSE, 0, 0, NULL },
    { "5 BUILT \"unfinished", FALSE, FALSE, 0, 0, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(TropeaCircuit) circuit = tropea_circuit_parse (rows[i].line);

      g_assert_cmpint (circuit != NULL, ==, rows[i].is_circuit);
      if (circuit == NULL)
        continue;

      g_assert_cmpint (tropea_circuit_is_built (circuit), ==, rows[i].is_built);
      g_assert_cmpint (tropea_circuit_get_purpose (circuit), ==, rows[i].purpose);
      g_assert_cmpuint (tropea_circuit_get_n_hops (circuit), ==, rows[i].n_hops);
      if (rows[i].n_hops > 0)
        g_assert_cmpstr (tropea_circuit_get_hop (circuit, 0)->nickname, ==,
                         rows[i].first_nickname);
      g_assert_cmpint (tropea_circuit_get_created_s (circuit), ==, i == 0 ? 1795362318 : 0);
    }
}

/* The client's lines, and a table that puts each of the network's relays into a country. */
static char *
write_append (const char *dir)
{
  static const char * const countries[] = { "DE", "FR", "NL" };
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
  /* The last of them is in no country. */
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

  append = g_strdup_printf ("%s\nGeoIPFile %s\n", lines, table_path);
  g_assert_true (g_file_set_contents (table_path, table->str, -1, NULL));
  g_assert_true (g_file_set_contents (append_path, append, -1, NULL));

  return g_steal_pointer (&append_path);
}

/* Every hop has been asked for, and every answer has been seen at least once. */
static gboolean
is_complete (GListModel *list)
{
  g_autofree char *seen = g_strdup ("");

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr(TropeaCircuit) circuit = g_list_model_get_item (list, i);

      for (guint k = 0; k < tropea_circuit_get_n_hops (circuit); k++)
        {
          const char *country = tropea_circuit_get_hop (circuit, k)->country;
          char *longer;

          if (*country == '\0')
            return FALSE;

          longer = g_strconcat (seen, country, " ", NULL);
          g_free (seen);
          seen = longer;
        }
    }

  return strstr (seen, "DE ") != NULL && strstr (seen, "FR ") != NULL
         && strstr (seen, "NL ") != NULL && strstr (seen, "?? ") != NULL;
}

static guint
count_built (GListModel *list)
{
  guint count = 0;

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr(TropeaCircuit) circuit = g_list_model_get_item (list, i);

      count += tropea_circuit_is_built (circuit) ? 1 : 0;
    }

  return count;
}

static void
set_paused (TropeaTorBackend *tor,
            gboolean          paused)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  tropea_tor_backend_set_paused_async (tor, paused, test_keep_result, &result);
  test_wait_until (result != NULL, WAIT_S);
  g_assert_true (tropea_tor_backend_set_paused_finish (tor, result, &error));
  g_assert_no_error (error);
}

static void
stop (TropeaTorBackend *tor)
{
  g_autoptr(GAsyncResult) result = NULL;

  tropea_tor_backend_stop_async (tor, NULL, test_keep_result, &result);
  test_wait_until (result != NULL, WAIT_S);
  g_assert_true (tropea_tor_backend_stop_finish (tor, result, NULL));
}

static void
test_live (void)
{
  g_autofree char *dir = g_dir_make_tmp ("tropea-circuits-XXXXXX", NULL);
  g_autofree char *data_dir = g_build_filename (dir, "tor", NULL);
  g_autoptr(TropeaTorConfig) config = tropea_tor_config_new (data_dir, dir);
  g_autoptr(TropeaClock) clock = tropea_system_clock_new ();
  g_autoptr(TropeaTorBackend) tor = NULL;
  g_autoptr(TropeaCircuitList) circuits = tropea_circuit_list_new ();
  GListModel *list = G_LIST_MODEL (circuits);

  config->socks_port = config->control_port = TROPEA_TOR_PORT_AUTO;
  config->append_file = write_append (dir);
  tor = TROPEA_TOR_BACKEND (tropea_tor_new (config, clock));
  tropea_tor_backend_start_async (tor, NULL, NULL, NULL);
  test_wait_until (tropea_tor_backend_get_state (tor) == TROPEA_TOR_STATE_RUNNING, WAIT_S);

  /* Nobody looks, nothing is known. */
  tropea_circuit_list_set_connection (circuits, tropea_tor_backend_get_connection (tor));
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 0);

  tropea_circuit_list_set_shown (circuits, TRUE);
  test_wait_until (is_complete (list), WAIT_S);
  test_wait_until (count_built (list) == tropea_tor_backend_get_circuit_count (tor), WAIT_S);

  /* They go and come as tor's do. */
  set_paused (tor, TRUE);
  test_wait_until (g_list_model_get_n_items (list) == 0, WAIT_S);
  set_paused (tor, FALSE);
  test_wait_until (count_built (list) > 0, WAIT_S);

  tropea_circuit_list_set_shown (circuits, FALSE);
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 0);

  tropea_circuit_list_set_connection (circuits, NULL);
  stop (tor);
  test_remove_tree (dir);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/circuit-list/lines-of-tor", test_parse);
  g_test_add_func ("/circuit-list/is-tors-truth-while-it-is-shown", test_live);

  return g_test_run ();
}
