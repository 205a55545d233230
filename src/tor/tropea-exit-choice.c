/* tropea-exit-choice.c: in which countries circuits may end
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-exit-choice"

#include "config.h"

#include "tor/tropea-exit-choice.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

#include "tor/tropea-tor-diagnosis.h"

/* What tor is told, and what the user is told of it. Every code is checked where it is written,
 * whoever gave it, so that nothing but two letters comes between the braces.
 *
 * tor takes ExitNodes at its word whatever StrictNodes says: with no exit in the countries it
 * connects to nothing, without a word. That others may be used then is up to
 * tropea-exit-guard.c; StrictNodes says the same to those who read the torrc.
 */

static gboolean
check (const char * const  *countries,
       GError             **error)
{
  for (gsize i = 0; countries != NULL && countries[i] != NULL; i++)
    if (!tropea_country_is_code (countries[i]))
      {
        tropea_tor_problem_set_error (error, TROPEA_TOR_PROBLEM_EXITS_INVALID, countries[i],
                                      NULL);
        return FALSE;
      }

  return TRUE;
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  return strcmp (*(const char * const *) a, *(const char * const *) b);
}

/**
 * tropea_exit_choice_read:
 * @words: (nullable): as typed
 * @names: (nullable): which codes there are
 *
 * Returns: (transfer full): the codes in capitals, in order and each once; %NULL with a
 *   %TROPEA_TOR_ERROR for the first that is none
 */
char **
tropea_exit_choice_read (const char * const        *words,
                         const TropeaCountryNames  *names,
                         GError                   **error)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr(GPtrArray) codes = g_ptr_array_new_with_free_func (g_free);

  for (gsize i = 0; words != NULL && words[i] != NULL; i++)
    {
      g_autofree char *code = g_ascii_strup (words[i], -1);

      if (!tropea_country_is_code (code) ||
          (names != NULL && !tropea_country_names_has (names, code)))
        {
          g_autofree char *readable = g_utf8_make_valid (words[i], -1);

          tropea_tor_problem_set_error (error, TROPEA_TOR_PROBLEM_EXITS_INVALID, readable, NULL);
          return NULL;
        }
      g_ptr_array_add (codes, g_steal_pointer (&code));
    }

  g_ptr_array_sort (codes, compare);
  for (guint i = 0; i < codes->len; i++)
    if (i == 0 || !g_str_equal (codes->pdata[i], codes->pdata[i - 1]))
      g_strv_builder_add (builder, codes->pdata[i]);

  return g_strv_builder_end (builder);
}

static char *
dup_nodes (const char * const *countries)
{
  GString *nodes = g_string_new (NULL);

  for (gsize i = 0; countries[i] != NULL; i++)
    {
      g_autofree char *code = g_ascii_strdown (countries[i], -1);

      g_string_append_printf (nodes, "%s{%s}", i > 0 ? "," : "", code);
    }

  return g_string_free (nodes, FALSE);
}

static gboolean
is_empty (const char * const *countries)
{
  return countries == NULL || countries[0] == NULL;
}

/**
 * tropea_exit_choice_dup_torrc:
 * @countries: (nullable): codes
 *
 * Returns: (transfer full): the lines of a torrc, "" where nothing is chosen; %NULL with a
 *   %TROPEA_TOR_ERROR for what is no code
 */
char *
tropea_exit_choice_dup_torrc (const char * const  *countries,
                              gboolean             is_strict,
                              GError             **error)
{
  g_autofree char *nodes = NULL;

  if (!check (countries, error))
    return NULL;

  if (is_empty (countries))
    return g_strdup ("");

  nodes = dup_nodes (countries);

  return g_strdup_printf ("ExitNodes %s\nStrictNodes %d\n", nodes, is_strict ? 1 : 0);
}

/**
 * tropea_exit_choice_dup_command:
 * @countries: (nullable): codes
 *
 * Returns: (transfer full): what tells the same to a tor that runs; %NULL for what is no code
 */
char *
tropea_exit_choice_dup_command (const char * const *countries,
                                gboolean            is_strict)
{
  g_autofree char *nodes = NULL;

  g_return_val_if_fail (check (countries, NULL), NULL);

  if (is_empty (countries))
    return g_strdup ("RESETCONF ExitNodes StrictNodes");

  nodes = dup_nodes (countries);

  return g_strdup_printf ("SETCONF ExitNodes=\"%s\" StrictNodes=%d", nodes, is_strict ? 1 : 0);
}

/**
 * tropea_exit_choice_judge:
 * @countries: (nullable): codes
 * @counts: how many exits are where, see tropea_exit_census_take_finish ()
 * @n_exits: (out): how many of them may be used
 * @n_all: (out): how many there are
 */
TropeaExitVerdict
tropea_exit_choice_judge (const char * const *countries,
                          GHashTable         *counts,
                          guint              *n_exits,
                          guint              *n_all)
{
  GHashTableIter iter;
  gpointer code;
  gpointer count;

  g_return_val_if_fail (counts != NULL, TROPEA_EXIT_VERDICT_OPEN);

  *n_exits = *n_all = 0;
  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &code, &count))
    {
      *n_all += GPOINTER_TO_UINT (count);
      if (is_empty (countries) || g_strv_contains (countries, code))
        *n_exits += GPOINTER_TO_UINT (count);
    }

  if (is_empty (countries))
    return TROPEA_EXIT_VERDICT_ANY;
  if (*n_all == 0)
    return TROPEA_EXIT_VERDICT_OPEN;
  if (*n_exits == 0)
    return TROPEA_EXIT_VERDICT_NONE;

  return *n_exits < TROPEA_EXIT_CHOICE_FEW ? TROPEA_EXIT_VERDICT_FEW : TROPEA_EXIT_VERDICT_GOOD;
}

/**
 * tropea_exit_choice_dup_warning:
 *
 * Returns: (transfer full) (nullable): what the user has to know of a choice that is not
 *   strict; %NULL where there is nothing
 */
char *
tropea_exit_choice_dup_warning (TropeaExitVerdict verdict,
                                guint             n_exits,
                                guint             n_all)
{
  if (verdict == TROPEA_EXIT_VERDICT_FEW)
    return g_strdup_printf (ngettext ("Only %u exit is in the chosen countries, so connections "
                                      "can be slow and you are easier to recognise: choose more "
                                      "countries",
                                      "Only %u exits are in the chosen countries, so "
                                      "connections can be slow and you are easier to recognise: "
                                      "choose more countries", n_exits), n_exits);

  if (verdict == TROPEA_EXIT_VERDICT_NONE)
    return g_strdup_printf (ngettext ("The only exit (%u) is not in the chosen countries, so "
                                      "exits in other countries are used: choose other countries",
                                      "None of the %u exits is in the chosen countries, so exits "
                                      "in other countries are used: choose other countries",
                                      n_all), n_all);

  return NULL;
}
