/* show-states.c: puts one icon of each state into the tray, to be looked at
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "show-states"

#include "config.h"

#include <glib-unix.h>

#include "tray/tropea-tray.h"

/* Says “shown” when a tray has taken them all; ends by SIGTERM. */

#define N_STATES (TROPEA_TRAY_STATE_FAILED + 1)

typedef struct
{
  TropeaTray *trays[N_STATES];
  gboolean    is_told;
} Icons;

static void
shown_cb (Icons *icons)
{
  for (int i = 0; i < N_STATES; i++)
    if (!tropea_tray_get_is_shown (icons->trays[i]))
      return;

  if (!icons->is_told)
    g_print ("shown\n");
  icons->is_told = TRUE;
}

static gboolean
end_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);

  return G_SOURCE_CONTINUE;
}

int
main (void)
{
  g_autoptr(GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr(TropeaTrayActions) actions = tropea_tray_actions_new ();
  g_autoptr(GMenu) menu = g_menu_new ();
  Icons icons = { 0 };

  for (int i = 0; i < N_STATES; i++)
    {
      g_autoptr(TropeaTrayStatus) status = tropea_tray_status_new ();
      g_autofree char *id = g_strdup_printf ("org.example.State%d", i);

      tropea_tray_status_set_state (status, (TropeaTrayState) i);
      icons.trays[i] = tropea_tray_new (status, G_MENU_MODEL (menu), actions, id, "State", FALSE);
      g_signal_connect_swapped (icons.trays[i], "notify::is-shown", G_CALLBACK (shown_cb),
                                &icons);
    }
  for (int i = 0; i < N_STATES; i++)
    tropea_tray_set_is_enabled (icons.trays[i], TRUE);

  g_unix_signal_add (SIGTERM, end_cb, loop);
  g_main_loop_run (loop);
  for (int i = 0; i < N_STATES; i++)
    g_object_unref (icons.trays[i]);

  return 0;
}
