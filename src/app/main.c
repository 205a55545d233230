/* main.c: the window's program
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea"

#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>

#include "app/tropea-application.h"

int
main (int   argc,
      char *argv[])
{
  g_autoptr(TropeaApplication) application = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, TROPEA_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  application = tropea_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}
