/* tropea-remedy.c: the button that belongs to a remedy
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-remedy"

#include "config.h"

#include "ui/tropea-remedy.h"

#include <glib/gi18n.h>

/* Where the user has to do something outside of Tropea first, the sentence says what, and the
 * button is for afterwards.
 */

static const struct
{
  TropeaTorRemedy  remedy;
  const char      *label;   /* NULL for none */
  const char      *action;
} rows[] = {
  { TROPEA_TOR_REMEDY_START, N_("Try Again"), "host.start" },
  { TROPEA_TOR_REMEDY_RESTART, N_("Restart Tor"), "host.restart" },
  { TROPEA_TOR_REMEDY_OTHER_PORT, N_("Use Another Port"), "host.use-other-port" },
  { TROPEA_TOR_REMEDY_ATTACH, N_("Use That Tor"), "host.attach" },
  { TROPEA_TOR_REMEDY_INSTALL_TOR, N_("Try Again"), "host.start" },
  { TROPEA_TOR_REMEDY_UPDATE_TOR, N_("Restart Tor"), "host.restart" },
  { TROPEA_TOR_REMEDY_INSTALL_TRANSPORT, N_("Try Again"), "host.start" },
  { TROPEA_TOR_REMEDY_USE_BRIDGES, N_("Bridges…"), "app.preferences-page::bridges" },
  { TROPEA_TOR_REMEDY_EDIT_BRIDGES, N_("Bridges…"), "app.preferences-page::bridges" },
  { TROPEA_TOR_REMEDY_GIVE_PASSWORD, N_("Give Password…"), "host.give-password" },
  { TROPEA_TOR_REMEDY_CHANGE_EXITS, N_("Exit Countries…"), "app.exit-countries" },
  { TROPEA_TOR_REMEDY_RESUME, N_("Resume"), "host.pause" },
  { TROPEA_TOR_REMEDY_SET_CLOCK, N_("Restart Tor"), "host.restart" },
  { TROPEA_TOR_REMEDY_OPEN_PORTAL, N_("Open Login Page"), "app.open-portal" },
  { TROPEA_TOR_REMEDY_EDIT_TORRC, N_("Preferences"), "app.preferences-page::tor" },
  { TROPEA_TOR_REMEDY_FIX_DIRECTORY, N_("Try Again"), "host.start" },
  { TROPEA_TOR_REMEDY_FREE_SPACE, N_("Try Again"), "host.start" },
  { TROPEA_TOR_REMEDY_SHOW_LOG, N_("Show Log"), "win.show-page::help" },
};

/* The same thing is called another in a tor that has ended. */
static gsize
find_row (TropeaTorRemedy remedy,
          gboolean        has_failed)
{
  gsize index = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].remedy == remedy)
      index = i + 1;

  if (index > 0 && has_failed && g_str_equal (rows[index - 1].action, "host.restart"))
    return 1;
  if (index > 0 && !has_failed && g_str_equal (rows[index - 1].action, "host.start"))
    return 2;

  return index;
}

/**
 * tropea_remedy_dup_label:
 * @has_failed: tor does not run
 *
 * Returns: (transfer full) (nullable): a name; %NULL where there is nothing to press
 */
char *
tropea_remedy_dup_label (TropeaTorRemedy remedy,
                         gboolean        has_failed)
{
  gsize row = find_row (remedy, has_failed);

  return row > 0 ? g_strdup (_(rows[row - 1].label)) : NULL;
}

/* Returns: (nullable): the detailed name of the action */
const char *
tropea_remedy_get_action (TropeaTorRemedy remedy,
                          gboolean        has_failed)
{
  gsize row = find_row (remedy, has_failed);

  return row > 0 ? rows[row - 1].action : NULL;
}
