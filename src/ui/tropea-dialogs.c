/* tropea-dialogs.c: the dialogs whose widgets a newer libadwaita has replaced
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-dialogs"

#include "config.h"

#include "ui/tropea-dialogs.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* AdwAboutWindow and AdwMessageDialog are in libadwaita 1.2 and replaced in 1.5 and 1.6.
 * They are used in this file only, so that the change is one file's.
 */

/**
 * tropea_dialogs_show_about:
 * @parent: (nullable):
 */
void
tropea_dialogs_show_about (GtkWindow *parent)
{
  g_return_if_fail (parent == NULL || GTK_IS_WINDOW (parent));

  adw_show_about_window (parent,
                         "application-name", "Tropea",
                         "application-icon", TROPEA_APPLICATION_ID,
                         "version", TROPEA_VERSION,
                         "developer-name", _("The Tropea developers"),
                         "license-type", GTK_LICENSE_GPL_3_0,
                         "comments", _("Runs Tor for you, shows what it does, and keeps a signed "
                                       "record of what your computer carried.\n\n"
                                       "Produced independently from the Tor anonymity software; "
                                       "no guarantee from the Tor Project about quality or "
                                       "suitability."),
                         /* Translators: put your names here, one per line. */
                         "translator-credits", _("translator-credits"),
                         NULL);
}
