/* test-notice-rules.c: what is notified, what becomes one, and when it goes
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "app/tropea-notice-rules.h"

/* Scripts: one letter per event, with what is to be seen after it.
 *   f F  tor fails, or does no longer      k K  locked out, or no longer
 *   c d  credited today, or tomorrow       r    a session is refused
 *   l L  somebody looks, or looks away     x X  the kind is switched off, or on
 */
typedef struct
{
  const char       *name;
  TropeaNoticeKind  kind;
  const char       *events;
  const char       *seen;    /* after each event: 1 or 0 */
  guint             n_told;  /* how often something new was to be seen */
} Row;

static const Row rows[] = {
  { "failure-and-end", TROPEA_NOTICE_TOR_FAILED, "fF", "10", 1 },
  { "failure-once", TROPEA_NOTICE_TOR_FAILED, "ff", "11", 1 },
  { "failure-again", TROPEA_NOTICE_TOR_FAILED, "fFf", "101", 2 },
  { "failure-in-sight", TROPEA_NOTICE_TOR_FAILED, "lfL", "000", 0 },
  { "failure-seen", TROPEA_NOTICE_TOR_FAILED, "flLf", "1000", 1 },
  { "failure-off", TROPEA_NOTICE_TOR_FAILED, "xfX", "000", 0 },
  { "failure-switched-off", TROPEA_NOTICE_TOR_FAILED, "fx", "10", 1 },
  { "keyring-and-end", TROPEA_NOTICE_KEYRING, "kK", "10", 1 },
  { "keyring-once", TROPEA_NOTICE_KEYRING, "kk", "11", 1 },
  { "keyring-in-sight", TROPEA_NOTICE_KEYRING, "lkL", "000", 0 },
  { "keyring-seen-and-again", TROPEA_NOTICE_KEYRING, "klLkKk", "100001", 2 },
  { "keyring-off", TROPEA_NOTICE_KEYRING, "xk", "00", 0 },
  { "credits-once-a-day", TROPEA_NOTICE_FIRST_CREDITS, "cc", "11", 1 },
  { "credits-next-day", TROPEA_NOTICE_FIRST_CREDITS, "clLcd", "10001", 2 },
  { "credits-in-sight", TROPEA_NOTICE_FIRST_CREDITS, "lcLc", "0000", 0 },
  { "credits-off", TROPEA_NOTICE_FIRST_CREDITS, "xcX", "000", 0 },
  { "refused-counted", TROPEA_NOTICE_REFUSED, "rrr", "111", 3 },
  { "refused-in-sight", TROPEA_NOTICE_REFUSED, "lrL", "000", 0 },
  { "refused-seen", TROPEA_NOTICE_REFUSED, "rlLr", "1001", 2 },
  { "refused-off", TROPEA_NOTICE_REFUSED, "xrX", "000", 0 },
  { "others-do-not-matter", TROPEA_NOTICE_REFUSED, "fkc", "000", 0 },
};

static void
do_event (TropeaNoticeRules *rules,
          TropeaNoticeKind   kind,
          char               event)
{
  switch (event)
    {
    case 'f':
      tropea_notice_rules_set_failure (rules, "Tor has ended.", NULL);
      break;
    case 'F':
      tropea_notice_rules_set_failure (rules, NULL, NULL);
      break;
    case 'k':
    case 'K':
      tropea_notice_rules_set_is_locked_out (rules, event == 'k');
      break;
    case 'c':
      tropea_notice_rules_credited (rules, "2026-01-31", "5.65");
      break;
    case 'd':
      tropea_notice_rules_credited (rules, "2026-02-01", "5.65");
      break;
    case 'r':
      tropea_notice_rules_refused (rules, "The ledger will not take it.");
      break;
    case 'l':
    case 'L':
      tropea_notice_rules_set_looked_at (rules, event == 'l');
      break;
    case 'x':
    case 'X':
      tropea_notice_rules_set_enabled (rules, kind, event == 'X');
      break;
    default:
      g_assert_not_reached ();
    }
}

typedef struct
{
  TropeaNoticeRules *rules;
  TropeaNoticeKind   kind;
  guint              n_told;
} Listener;

static void
changed_cb (Listener *listener,
            int       kind)
{
  if (kind == (int) listener->kind && tropea_notice_rules_get (listener->rules, listener->kind))
    listener->n_told++;
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  TropeaNoticeRules *rules = tropea_notice_rules_new ();
  Listener listener = { rules, row->kind, 0 };

  g_signal_connect_swapped (rules, "changed", G_CALLBACK (changed_cb), &listener);
  for (gsize i = 0; row->events[i] != '\0'; i++)
    {
      do_event (rules, row->kind, row->events[i]);
      g_assert_cmpint (tropea_notice_rules_get (rules, row->kind) != NULL, ==,
                       row->seen[i] == '1');
    }
  g_assert_cmpuint (listener.n_told, ==, row->n_told);
  g_assert_finalize_object (rules);
}

static void
test_counts (void)
{
  TropeaNoticeRules *rules = tropea_notice_rules_new ();

  tropea_notice_rules_refused (rules, "Because.");
  g_assert_cmpstr (tropea_notice_rules_get (rules, TROPEA_NOTICE_REFUSED)->title, ==,
                   "1 session was refused");
  tropea_notice_rules_refused (rules, "Also because.");
  g_assert_cmpstr (tropea_notice_rules_get (rules, TROPEA_NOTICE_REFUSED)->title, ==,
                   "2 sessions were refused");
  g_assert_cmpstr (tropea_notice_rules_get (rules, TROPEA_NOTICE_REFUSED)->body, ==,
                   "Also because.");
  tropea_notice_rules_set_looked_at (rules, TRUE);
  tropea_notice_rules_set_looked_at (rules, FALSE);
  tropea_notice_rules_refused (rules, "Because.");
  g_assert_cmpstr (tropea_notice_rules_get (rules, TROPEA_NOTICE_REFUSED)->title, ==,
                   "1 session was refused");
  g_assert_finalize_object (rules);
}

static void
test_told_day (void)
{
  TropeaNoticeRules *rules = tropea_notice_rules_new ();

  tropea_notice_rules_set_told_day (rules, "2026-01-31");
  do_event (rules, TROPEA_NOTICE_FIRST_CREDITS, 'c');
  g_assert_null (tropea_notice_rules_get (rules, TROPEA_NOTICE_FIRST_CREDITS));
  do_event (rules, TROPEA_NOTICE_FIRST_CREDITS, 'd');
  g_assert_nonnull (tropea_notice_rules_get (rules, TROPEA_NOTICE_FIRST_CREDITS));
  g_assert_cmpstr (tropea_notice_rules_get_told_day (rules), ==, "2026-02-01");
  g_assert_finalize_object (rules);
}

/* Each button is an action that the application has. */
static const struct
{
  TropeaTorProblem  problem;
  const char       *button;
  const char       *action;
} remedies[] = {
  { TROPEA_TOR_PROBLEM_UNSTABLE, "Try Again", "app.start" },
  { TROPEA_TOR_PROBLEM_PORT_IN_USE_BY_PROGRAM, "Use Another Port", "app.use-other-port" },
  { TROPEA_TOR_PROBLEM_PORT_IN_USE_BY_TOR, "Use That Tor", "app.attach" },
  { TROPEA_TOR_PROBLEM_BRIDGE_NONE, "Bridges…", "app.preferences-page::bridges" },
  { TROPEA_TOR_PROBLEM_TORRC_LINE, "Preferences", "app.preferences-page::tor" },
  { TROPEA_TOR_PROBLEM_FOREIGN_PASSWORD_NEEDED, "Try Again", "app.start" },
};

static void
test_remedies (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (remedies); i++)
    {
      g_autoptr(TropeaTorDiagnosis) diagnosis =
        tropea_tor_diagnosis_new (remedies[i].problem, "1", "2", "3", NULL);
      TropeaNoticeRules *rules = tropea_notice_rules_new ();
      const TropeaNotice *notice = NULL;

      tropea_notice_rules_set_failure (rules, "So it is.", diagnosis);
      notice = tropea_notice_rules_get (rules, TROPEA_NOTICE_TOR_FAILED);
      g_assert_cmpstr (notice->body, ==, "So it is.");
      g_assert_cmpstr (notice->button, ==, remedies[i].button);
      g_assert_cmpstr (notice->button_action, ==, remedies[i].action);
      g_assert_finalize_object (rules);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/notice-rules/%s", rows[i].name);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_func ("/notice-rules/refusals-are-counted", test_counts);
  g_test_add_func ("/notice-rules/the-day-is-remembered", test_told_day);
  g_test_add_func ("/notice-rules/buttons-are-remedies", test_remedies);

  return g_test_run ();
}
