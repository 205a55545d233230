/* test-remedy.c: each remedy that can be pressed has a name and an action
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "ui/tropea-remedy.h"

#include <string.h>

static void
test_pairs (void)
{
  g_autoptr(GEnumClass) remedies = g_type_class_ref (TROPEA_TYPE_TOR_REMEDY);

  for (guint i = 0; i < remedies->n_values; i++)
    for (int has_failed = 0; has_failed < 2; has_failed++)
      {
        TropeaTorRemedy remedy = (TropeaTorRemedy) remedies->values[i].value;
        g_autofree char *label = tropea_remedy_dup_label (remedy, has_failed);
        const char *action = tropea_remedy_get_action (remedy, has_failed);

        g_assert_cmpint (label != NULL, ==, action != NULL);
        g_assert_true (action == NULL || strchr (action, '.') != NULL);
      }
}

static void
test_actions (void)
{
  static const struct
  {
    TropeaTorRemedy  remedy;
    gboolean         has_failed;
    const char      *action;
  } rows[] = {
    { TROPEA_TOR_REMEDY_NONE, TRUE, NULL },
    { TROPEA_TOR_REMEDY_WAIT, FALSE, NULL },
    { TROPEA_TOR_REMEDY_CHECK_NETWORK, FALSE, NULL },
    { TROPEA_TOR_REMEDY_OTHER_PORT, TRUE, "host.use-other-port" },
    { TROPEA_TOR_REMEDY_INSTALL_TOR, TRUE, "host.start" },
    { TROPEA_TOR_REMEDY_SET_CLOCK, FALSE, "host.restart" },
    { TROPEA_TOR_REMEDY_SET_CLOCK, TRUE, "host.start" },
    { TROPEA_TOR_REMEDY_START, FALSE, "host.restart" },
    { TROPEA_TOR_REMEDY_OPEN_PORTAL, FALSE, "app.open-portal" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpstr (tropea_remedy_get_action (rows[i].remedy, rows[i].has_failed), ==,
                     rows[i].action);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/remedy/name-and-action-go-together", test_pairs);
  g_test_add_func ("/remedy/actions", test_actions);

  return g_test_run ();
}
