/* hold-tor.c: starts a tor and holds it until it is killed
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <stdio.h>

#include "tor/tropea-tor.h"

static void
started_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(GError) error = NULL;

  if (tropea_tor_backend_start_finish (TROPEA_TOR_BACKEND (object), result, &error))
    puts ("started");
  else
    puts (error->message);
  fflush (stdout);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr(GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr(TropeaClock) clock = tropea_system_clock_new ();
  g_autoptr(TropeaTorConfig) config = NULL;
  g_autoptr(TropeaTor) tor = NULL;

  if (argc != 4)
    return 2;

  config = tropea_tor_config_new (argv[1], argv[2]);
  config->append_file = g_strdup (argv[3]);
  config->socks_port = TROPEA_TOR_PORT_AUTO;
  config->control_port = 0;

  tor = tropea_tor_new (config, clock);
  tropea_tor_backend_start_async (TROPEA_TOR_BACKEND (tor), NULL, started_cb, NULL);
  g_main_loop_run (loop);

  return 0;
}
