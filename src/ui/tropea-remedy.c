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
  { TROPEA_TOR_REMEDY_START, N_("_Try Again"), "host.start" },
  { TROPEA_TOR_REMEDY_RESTART, N_("_Restart Tor"), "host.restart" },
  { TROPEA_TOR_REMEDY_OTHER_PORT, N_("Use Another _Port"), "host.use-other-port" },
  { TROPEA_TOR_REMEDY_ATTACH, N_("_Use That Tor"), "host.attach" },
  { TROPEA_TOR_REMEDY_INSTALL_TOR, N_("_Try Again"), "host.start" },
  { TROPEA_TOR_REMEDY_UPDATE_TOR, N_("_Restart Tor"), "host.restart" },
  { TROPEA_TOR_REMEDY_INSTALL_TRANSPORT, N_("_Try Again"), "host.start" },
  { TROPEA_TOR_REMEDY_USE_BRIDGES, N_("_Bridges…"), "app.preferences" },
  { TROPEA_TOR_REMEDY_EDIT_BRIDGES, N_("_Bridges…"), "app.preferences" },
  { TROPEA_TOR_REMEDY_GIVE_PASSWORD, N_("Give _Password…"), "host.give-password" },
  { TROPEA_TOR_REMEDY_CHANGE_EXITS, N_("_Exit Countries…"), "app.preferences" },
  { TROPEA_TOR_REMEDY_RESUME, N_("_Resume"), "host.pause" },
  { TROPEA_TOR_REMEDY_SET_CLOCK, N_("_Restart Tor"), "host.restart" },
  { TROPEA_TOR_REMEDY_OPEN_PORTAL, N_("Open _Login Page"), "app.open-portal" },
  { TROPEA_TOR_REMEDY_EDIT_TORRC, N_("_Preferences"), "app.preferences" },
  { TROPEA_TOR_REMEDY_FIX_DIRECTORY, N_("_Try Again"), "host.start" },
  { TROPEA_TOR_REMEDY_FREE_SPACE, N_("_Try Again"), "host.start" },
  { TROPEA_TOR_REMEDY_SHOW_LOG, N_("Show _Log"), "app.show-log" },
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
 * Returns: (transfer full) (nullable): with a mnemonic; %NULL where there is nothing to press
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
