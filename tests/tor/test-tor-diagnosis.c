/* test-tor-diagnosis.c: a problem stays the same as a diagnosis, as an error and as a copy
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "tor/tropea-tor-diagnosis.h"

#include <string.h>

#include "tor/tropea-tor-backend.h"

static TropeaTorDiagnosis *
make (guint problem)
{
  return tropea_tor_diagnosis_new ((TropeaTorProblem) problem, "one", "two", "three", "four", NULL);
}

static void
test_rows (void)
{
  g_autoptr(GHashTable) codes = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < TROPEA_TOR_N_PROBLEMS; i++)
    {
      g_autoptr(TropeaTorDiagnosis) diagnosis = make (i);
      const char *code = tropea_tor_diagnosis_get_code (diagnosis);
      const char *sentence = tropea_tor_diagnosis_get_sentence (diagnosis);

      g_assert_cmpint (tropea_tor_diagnosis_get_problem (diagnosis), ==, i);
      g_assert_true (g_hash_table_add (codes, (gpointer) code));
      g_assert_cmpuint (strspn (code, "abcdefghijklmnopqrstuvwxyz-"), ==, strlen (code));
      g_assert_null (strchr (sentence, '{'));
      g_assert_false (g_str_has_suffix (sentence, "."));
      g_assert_cmpint (tropea_tor_diagnosis_get_remedy (diagnosis, TROPEA_TOR_MOST_REMEDIES), ==,
                       TROPEA_TOR_REMEDY_NONE);
      g_assert_true (tropea_tor_diagnosis_get_remedy (diagnosis, 0) == TROPEA_TOR_REMEDY_NONE
                     || tropea_tor_diagnosis_get_anchor (diagnosis) != NULL);
    }
}

static void
test_error (void)
{
  for (guint i = 0; i < TROPEA_TOR_N_PROBLEMS; i++)
    {
      g_autoptr(TropeaTorDiagnosis) diagnosis = make (i);
      g_autoptr(GError) error = tropea_tor_diagnosis_to_error (diagnosis);
      g_autoptr(GError) copy = g_error_copy (error);
      g_autoptr(TropeaTorDiagnosis) again = NULL;

      g_assert_true (error->domain == TROPEA_TOR_ERROR);
      again = tropea_tor_diagnosis_new_from_error (copy);
      g_assert_true (tropea_tor_diagnosis_equal (diagnosis, again));

      /* A layer that adds its half says more, not something else. */
      g_prefix_error (&copy, "Before: ");
      g_assert_cmpint (tropea_tor_problem_of_error (copy), ==, i);
    }
}

static void
test_plain_error (void)
{
  static const struct
  {
    TropeaTorError  kind;
    const char     *code;
  } rows[] = {
    { TROPEA_TOR_ERROR_FAILED, "failed" },
    { TROPEA_TOR_ERROR_NOT_INSTALLED, "not-installed" },
    { TROPEA_TOR_ERROR_PORT_IN_USE, "port-in-use" },
    { TROPEA_TOR_ERROR_DATA_DIRECTORY, "data-directory" },
    { TROPEA_TOR_ERROR_CONFIGURATION, "configuration" },
    { TROPEA_TOR_ERROR_CONTROL, "control" },
    { TROPEA_TOR_ERROR_EXITED, "exited" },
    { TROPEA_TOR_ERROR_BUSY, "busy" },
    { TROPEA_TOR_ERROR_CANCELLED, "cancelled" },
    { TROPEA_TOR_ERROR_HUNG, "hung" },
    { TROPEA_TOR_ERROR_UNSTABLE, "unstable" },
    { TROPEA_TOR_ERROR_TRANSPORT_MISSING, "transport-missing" },
    { TROPEA_TOR_ERROR_PASSWORD, "foreign-password-needed" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = g_error_new_literal (TROPEA_TOR_ERROR, (int) rows[i].kind, "words");
      g_autoptr(TropeaTorDiagnosis) diagnosis = tropea_tor_diagnosis_new_from_error (error);

      g_assert_cmpstr (tropea_tor_diagnosis_get_code (diagnosis), ==, rows[i].code);
      g_assert_cmpstr (tropea_tor_diagnosis_get_sentence (diagnosis), ==, "words");
    }
}

static void
test_foreign_error (void)
{
  g_autoptr(GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED, "closed");
  g_autoptr(TropeaTorDiagnosis) diagnosis = tropea_tor_diagnosis_new_from_error (error);

  g_assert_cmpstr (tropea_tor_diagnosis_get_code (diagnosis), ==, "failed");
}

static void
test_equal (void)
{
  g_autoptr(TropeaTorDiagnosis) a = make (TROPEA_TOR_PROBLEM_UNREACHABLE);
  g_autoptr(TropeaTorDiagnosis) b = make (TROPEA_TOR_PROBLEM_UNREACHABLE);
  g_autoptr(TropeaTorDiagnosis) other =
    tropea_tor_diagnosis_new (TROPEA_TOR_PROBLEM_UNREACHABLE, "otherwise", NULL);

  g_assert_true (tropea_tor_diagnosis_equal (a, b));
  g_assert_false (tropea_tor_diagnosis_equal (a, other));
  g_assert_false (tropea_tor_diagnosis_equal (a, NULL));
  g_assert_true (tropea_tor_diagnosis_equal (NULL, NULL));
}

static void
test_remedies (void)
{
  g_autoptr(TropeaTorDiagnosis) diagnosis = make (TROPEA_TOR_PROBLEM_PORT_IN_USE_BY_TOR);

  g_assert_cmpstr (tropea_tor_remedy_to_string (tropea_tor_diagnosis_get_remedy (diagnosis, 0)),
                   ==, "attach");
  g_assert_cmpstr (tropea_tor_remedy_to_string (tropea_tor_diagnosis_get_remedy (diagnosis, 1)),
                   ==, "other-port");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/tor-diagnosis/each-problem-has-a-code-and-a-sentence", test_rows);
  g_test_add_func ("/tor-diagnosis/an-error-carries-its-problem", test_error);
  g_test_add_func ("/tor-diagnosis/a-plain-error-is-the-first-of-its-kind", test_plain_error);
  g_test_add_func ("/tor-diagnosis/a-foreign-error-is-a-failure", test_foreign_error);
  g_test_add_func ("/tor-diagnosis/equal-is-same-problem-and-words", test_equal);
  g_test_add_func ("/tor-diagnosis/best-remedy-first", test_remedies);

  return g_test_run ();
}
