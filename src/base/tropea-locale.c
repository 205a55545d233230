/* tropea-locale.c: the user's language, for the programs of Tropea
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-base"

#include "config.h"

#include "base/tropea-locale.h"

#include <libintl.h>
#include <locale.h>

/* The translations are where they were installed. A program that runs from its build folder
 * finds them there if TROPEA_LOCALEDIR says so.
 */

/**
 * tropea_locale_init:
 *
 * Sets the process up to speak the user's language. Call it once, first of all in main ():
 * it is not safe with other threads.
 */
void
tropea_locale_init (void)
{
  const char *folder = g_getenv ("TROPEA_LOCALEDIR");

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, folder == NULL ? TROPEA_LOCALEDIR : folder);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}
