/* test-restart-policy.c: when a tor that crashes is started again, and when not any more
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "tor/tropea-restart-policy.h"

#define GIVEN_UP (-1)

/* Seconds of the crashes, and the waits that follow them. */
static void
test_waits (void)
{
  static const struct
  {
    const char *name;
    gint64      at_s[12];
    gint64      wait_s[12];
    guint       n;
  } rows[] = {
    { "one after the other", { 10, 12, 15, 20, 29 }, { 1, 2, 4, 8, GIVEN_UP }, 5 },
    { "at the same moment", { 0, 0, 0, 0, 0 }, { 1, 2, 4, 8, GIVEN_UP }, 5 },
    { "the fifth just in time", { 0, 1, 2, 3, 599 }, { 1, 2, 4, 8, GIVEN_UP }, 5 },
    { "the fifth when the first is over", { 0, 1, 2, 3, 600 }, { 1, 2, 4, 8, 16 }, 5 },
    { "often, but never five in ten minutes",
      { 0, 150, 300, 450, 600, 750, 900, 1050, 1200, 1350 },
      { 1, 2, 4, 8, 16, 32, 60, 60, 60, 60 }, 10 },
    { "it held for ten minutes", { 0, 1, 2, 602, 603, 604, 605, 606 },
      { 1, 2, 4, 1, 2, 4, 8, GIVEN_UP }, 8 },
    { "it held for a little less", { 0, 1, 2, 601 }, { 1, 2, 4, 8 }, 4 },
    { "given up stays so", { 0, 1, 2, 3, 4, 5 }, { 1, 2, 4, 8, GIVEN_UP, GIVEN_UP }, 6 },
    { "now and then for days", { 0, 86400, 172800, 259200, 345600 }, { 1, 1, 1, 1, 1 }, 5 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const TropeaRestartRules rules = TROPEA_RESTART_RULES_DEFAULT;
      TropeaRestartPolicy policy;

      g_test_message ("%s", rows[i].name);
      tropea_restart_policy_init (&policy, &rules);
      for (guint j = 0; j < rows[i].n; j++)
        {
          gint64 wait_usec = GIVEN_UP * G_USEC_PER_SEC;

          g_assert_cmpint (tropea_restart_policy_take_crash (&policy,
                                                             rows[i].at_s[j] * G_USEC_PER_SEC,
                                                             &wait_usec),
                           ==, rows[i].wait_s[j] != GIVEN_UP);
          g_assert_cmpint (wait_usec, ==, rows[i].wait_s[j] * G_USEC_PER_SEC);
        }
    }
}

static void
test_reset (void)
{
  const TropeaRestartRules rules = { 10, 15, 3, 1000 };
  TropeaRestartPolicy policy;
  gint64 wait_usec = 0;

  tropea_restart_policy_init (&policy, &rules);
  for (int i = 0; i < 4; i++)
    {
      g_assert_true (tropea_restart_policy_take_crash (&policy, 1, &wait_usec));
      g_assert_cmpint (wait_usec, ==, 10);
      g_assert_true (tropea_restart_policy_take_crash (&policy, 2, &wait_usec));
      g_assert_cmpint (wait_usec, ==, 15);
      g_assert_false (tropea_restart_policy_take_crash (&policy, 3, &wait_usec));
      tropea_restart_policy_reset (&policy);
    }
}

static void
test_rules (void)
{
  static const struct
  {
    TropeaRestartRules rules;
    gboolean           are_valid;
  } rows[] = {
    { { 1, 1, 1, 1 }, TRUE },
    { { 1, 1, TROPEA_RESTART_MOST_CRASHES, 1 }, TRUE },
    { { 0, 1, 1, 1 }, FALSE },
    { { 2, 1, 1, 1 }, FALSE },
    { { 1, 1, 0, 1 }, FALSE },
    { { 1, 1, TROPEA_RESTART_MOST_CRASHES + 1, 1 }, FALSE },
    { { 1, 1, 1, 0 }, FALSE },
  };
  const TropeaRestartRules usual = TROPEA_RESTART_RULES_DEFAULT;

  g_assert_true (tropea_restart_rules_are_valid (&usual));
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (tropea_restart_rules_are_valid (&rows[i].rules), ==, rows[i].are_valid);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/restart-policy/waits-longer-each-time-and-gives-up", test_waits);
  g_test_add_func ("/restart-policy/reset-forgets", test_reset);
  g_test_add_func ("/restart-policy/rules-have-limits", test_rules);

  return g_test_run ();
}
