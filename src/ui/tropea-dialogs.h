/* tropea-dialogs.h: the dialogs whose widgets a newer libadwaita has replaced
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @confirmed is called, swapped, if the user says yes. */
void tropea_dialogs_confirm    (GtkWindow  *parent,
                                const char *heading,
                                const char *body,
                                const char *yes,
                                GCallback   confirmed,
                                gpointer    user_data);
/* What is in use, one line each: for a report. */
char *tropea_dialogs_describe_versions (void);
void tropea_dialogs_show_about (GtkWindow *parent);

G_END_DECLS
