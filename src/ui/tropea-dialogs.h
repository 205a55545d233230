/* tropea-dialogs.h: the dialogs whose widgets a newer libadwaita has replaced
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @path: NULL where nobody chose one */
typedef void (*TropeaFileChosenFunc) (const char *path,
                                      gpointer    user_data);

/* @confirmed is called, swapped, if the user says yes. */
void tropea_dialogs_confirm     (GtkWindow            *parent,
                                 const char           *heading,
                                 const char           *body,
                                 const char           *yes,
                                 GCallback             confirmed,
                                 gpointer              user_data);
/* @answered: as a function of (@user_data, gboolean goes_on), unless nothing is chosen */
void tropea_dialogs_ask_closing (GtkWindow            *parent,
                                 const char           *body,
                                 GCallback             answered,
                                 gpointer              user_data);
/* As tropea_dialogs_confirm (), of something that does no harm. */
void tropea_dialogs_ask         (GtkWindow            *parent,
                                 const char           *heading,
                                 const char           *body,
                                 const char           *yes,
                                 GCallback             confirmed,
                                 gpointer              user_data);
/* What is in use, one line each: for a report. */
char *tropea_dialogs_describe_versions (void);
void tropea_dialogs_show_about  (GtkWindow            *parent);
void tropea_dialogs_show_shortcuts
                                (GtkWindow            *parent);
/* Ask where to save; @chosen is called once. */
void tropea_dialogs_choose_file (GtkWindow            *parent,
                                 const char           *title,
                                 const char           *name,
                                 TropeaFileChosenFunc  chosen,
                                 gpointer              user_data);
/* In the toast overlay that @widget is in. @text is no markup. */
void tropea_dialogs_toast       (GtkWidget            *widget,
                                 const char           *text);

G_END_DECLS
