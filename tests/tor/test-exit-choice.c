/* test-exit-choice.c: codes, names, and what tor and the user are told of a choice
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "tor/tropea-exit-census.h"
#include "tor/tropea-exit-choice.h"
#include "tor/tropea-tor-backend.h"
#include "tor/tropea-tor-diagnosis.h"

static void
test_codes (void)
{
  static const struct
  {
    const char *word;
    gboolean    is_code;
  } rows[] = {
    { "DE", TRUE }, { "US", TRUE }, { "XK", TRUE }, { "de", FALSE }, { "D", FALSE },
    { "DEU", FALSE }, { "", FALSE }, { "??", FALSE }, { "A1", FALSE }, { "A2", FALSE },
    { "O1", FALSE }, { "EU", FALSE }, { "AP", FALSE }, { "ZZ", FALSE }, { "D}", FALSE },
    { "\303\204", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (tropea_country_is_code (rows[i].word), ==, rows[i].is_code);
}

static void
expect_name (const TropeaCountryNames *names,
             const char               *code,
             const char               *wanted)
{
  g_autofree char *name = tropea_country_names_dup_name (names, code);

  g_assert_cmpstr (name, ==, wanted);
}

static void
test_names (void)
{
  g_autoptr(TropeaCountryNames) names = tropea_country_names_new (NULL);

  expect_name (names, "DE", "Germany");
  expect_name (names, "TW", "Taiwan");
  expect_name (names, "XK", "Kosovo");
  expect_name (names, "??", "Unknown country");
  expect_name (names, "A1", "Anonymous proxies");
  expect_name (names, "EU", "Europe, no country");
  expect_name (names, "QQ", "QQ");
  g_assert_true (tropea_country_names_has (names, "GB"));
  g_assert_true (tropea_country_names_has (names, "XK"));
  g_assert_false (tropea_country_names_has (names, "UK"));
  g_assert_false (tropea_country_names_has (names, "EU"));
}

static void
test_no_names (void)
{
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "names", NULL);
  g_autoptr(TropeaCountryNames) none = tropea_country_names_new ("/nonexistent");
  g_autoptr(TropeaCountryNames) broken = NULL;

  g_assert_cmpint (g_mkdir_with_parents (g_get_user_data_dir (), 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "{ \"3166-1\": [ 1, { \"alpha_2\": 5 }, {} ] }", -1,
                                      NULL));
  broken = tropea_country_names_new (path);
  expect_name (none, "DE", "DE");
  expect_name (broken, "DE", "DE");
  expect_name (none, "??", "Unknown country");
  g_assert_true (tropea_country_names_has (none, "UK"));
  g_assert_false (tropea_country_names_has (none, "A1"));
}

static void
test_torrc (void)
{
  const char * const two[] = { "DE", "US", NULL };
  const char * const wrong[] = { "DE", "D\n", NULL };
  g_autofree char *lines = tropea_exit_choice_dup_torrc (two, FALSE, NULL);
  g_autofree char *strict = tropea_exit_choice_dup_torrc (two, TRUE, NULL);
  g_autofree char *none = tropea_exit_choice_dup_torrc (NULL, TRUE, NULL);
  g_autofree char *command = tropea_exit_choice_dup_command (two, TRUE);
  g_autofree char *reset = tropea_exit_choice_dup_command (NULL, FALSE);
  g_autoptr(GError) error = NULL;

  g_assert_cmpstr (lines, ==, "ExitNodes {de},{us}\nStrictNodes 0\n");
  g_assert_cmpstr (strict, ==, "ExitNodes {de},{us}\nStrictNodes 1\n");
  g_assert_cmpstr (none, ==, "");
  g_assert_cmpstr (command, ==, "SETCONF ExitNodes=\"{de},{us}\" StrictNodes=1");
  g_assert_cmpstr (reset, ==, "RESETCONF ExitNodes StrictNodes");
  g_assert_null (tropea_exit_choice_dup_torrc (wrong, FALSE, &error));
  g_assert_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CONFIGURATION);
  g_assert_cmpint (tropea_tor_problem_of_error (error), ==, TROPEA_TOR_PROBLEM_EXITS_INVALID);
}

static void
test_read (void)
{
  const char * const typed[] = { "us", "De", "US", NULL };
  const char * const wrong[] = { "us", "a2", NULL };
  g_auto(GStrv) codes = tropea_exit_choice_read (typed, NULL, NULL);
  g_auto(GStrv) none = tropea_exit_choice_read (NULL, NULL, NULL);
  g_autoptr(GError) error = NULL;

  g_assert_cmpuint (g_strv_length (codes), ==, 2);
  g_assert_cmpstr (codes[0], ==, "DE");
  g_assert_cmpstr (codes[1], ==, "US");
  g_assert_cmpuint (g_strv_length (none), ==, 0);
  g_assert_null (tropea_exit_choice_read (wrong, NULL, &error));
  g_assert_nonnull (strstr (error->message, "“a2”"));
}

static void
test_judge (void)
{
  static const struct
  {
    const char        *countries[3];
    TropeaExitVerdict  verdict;
    guint              n_exits;
    const char        *told;
  } rows[] = {
    { { NULL }, TROPEA_EXIT_VERDICT_ANY, 12, NULL },
    { { "DE", NULL }, TROPEA_EXIT_VERDICT_GOOD, 6, NULL },
    { { "FR", "NL", NULL }, TROPEA_EXIT_VERDICT_GOOD, 5, NULL },
    { { "FR", NULL }, TROPEA_EXIT_VERDICT_FEW, 4, "Only 4 exits are" },
    { { "NL", "SE", NULL }, TROPEA_EXIT_VERDICT_FEW, 1, "Only 1 exit is" },
    { { "SE", NULL }, TROPEA_EXIT_VERDICT_NONE, 0, "None of the 12 exits is" },
  };
  g_autoptr(GHashTable) counts = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr(GHashTable) nothing = g_hash_table_new (g_str_hash, g_str_equal);
  guint n_exits;
  guint n_all;

  g_hash_table_insert (counts, (gpointer) "DE", GUINT_TO_POINTER (6));
  g_hash_table_insert (counts, (gpointer) "FR", GUINT_TO_POINTER (4));
  g_hash_table_insert (counts, (gpointer) "NL", GUINT_TO_POINTER (1));
  g_hash_table_insert (counts, (gpointer) "??", GUINT_TO_POINTER (1));

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      TropeaExitVerdict verdict = tropea_exit_choice_judge (rows[i].countries, counts, &n_exits,
                                                            &n_all);
      g_autofree char *warning = tropea_exit_choice_dup_warning (verdict, n_exits, n_all);

      g_assert_cmpint (verdict, ==, rows[i].verdict);
      g_assert_cmpuint (n_exits, ==, rows[i].n_exits);
      g_assert_cmpuint (n_all, ==, 12);
      g_assert_cmpint (warning != NULL, ==, rows[i].told != NULL);
      if (warning != NULL)
        g_assert_true (g_str_has_prefix (warning, rows[i].told));
    }

  g_assert_cmpint (tropea_exit_choice_judge (rows[1].countries, nothing, &n_exits, &n_all), ==,
                   TROPEA_EXIT_VERDICT_OPEN);
}

static void
test_relays (void)
{
  const char *entries =
    "r one id digest 2026-11-22 15:45:18 192.0.2.1 9001 0\ns Exit Fast Valid\nw Bandwidth=1\n"
    "r two id 2026-11-22 15:45:18 192.0.2.2 9001 0\ns Fast Exit\n"
    "r guard id 2026-11-22 15:45:18 192.0.2.3 9001 0\ns Fast Guard\n"
    "r bad id 2026-11-22 15:45:18 192.0.2.4 9001 0\ns BadExit Exit Fast\n"
    "r name id 2026-11-22 15:45:18 not.an.address 9001 0\ns Exit\n"
    "r\nr short\ns Exit\ns Exit\n"
    "r other id 2026-11-22 15:45:18 192.0.2.5 9001 0\ns Exiting NoExit\n"
    "r last id 2026-11-22 15:45:18 192.0.2.6 9001 0\ns Exit";
  static const char * const exits[] = { "192.0.2.1", "192.0.2.2", "192.0.2.6" };

  for (gsize i = 0; i < G_N_ELEMENTS (exits); i++)
    {
      g_autofree char *address = tropea_exit_census_next_exit (&entries);

      g_assert_cmpstr (address, ==, exits[i]);
    }
  g_assert_null (tropea_exit_census_next_exit (&entries));
  g_assert_null (tropea_exit_census_next_exit (&entries));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/exit-choice/codes-of-countries-only", test_codes);
  g_test_add_func ("/exit-choice/names", test_names);
  g_test_add_func ("/exit-choice/codes-where-there-are-no-names", test_no_names);
  g_test_add_func ("/exit-choice/nothing-but-codes-reaches-tor", test_torrc);
  g_test_add_func ("/exit-choice/as-typed", test_read);
  g_test_add_func ("/exit-choice/few-and-none-are-told", test_judge);
  g_test_add_func ("/exit-census/exits-that-are-not-bad", test_relays);

  return g_test_run ();
}
