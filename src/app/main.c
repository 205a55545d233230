/* main.c: the window's program
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea"

#include "config.h"

#include "app/tropea-application.h"
#include "base/tropea-locale.h"

int
main (int   argc,
      char *argv[])
{
  g_autoptr(TropeaApplication) application = NULL;

  tropea_locale_init ();

  application = tropea_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}
