/* tropea-dialogs.c: the dialogs whose widgets a newer libadwaita has replaced
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-dialogs"

#include "config.h"

#include "ui/tropea-dialogs.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ui/tropea-accessible.h"
#include "ui/tropea-ui.h"

/* AdwAboutWindow and AdwMessageDialog are in libadwaita 1.2 and replaced in 1.5 and 1.6.
 * They are used in this file only, so that the change is one file's.
 */

static GtkWidget *
make_question (GtkWindow              *parent,
               const char             *heading,
               const char             *body,
               const char             *yes,
               AdwResponseAppearance   appearance)
{
  GtkWidget *dialog = adw_message_dialog_new (parent, heading, body);

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "yes",
                                    yes, NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "yes", appearance);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  tropea_accessible_name_buttons (dialog);

  return dialog;
}

/**
 * tropea_dialogs_confirm:
 * @yes: what is done, as the label of the button
 * @confirmed: called as a function of one argument, @user_data, which must live as long as
 *   @parent
 *
 * Ask before something that cannot be taken back.
 */
void
tropea_dialogs_confirm (GtkWindow  *parent,
                        const char *heading,
                        const char *body,
                        const char *yes,
                        GCallback   confirmed,
                        gpointer    user_data)
{
  GtkWidget *dialog = NULL;

  g_return_if_fail (GTK_IS_WINDOW (parent));

  dialog = make_question (parent, heading, body, yes, ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_swapped (dialog, "response::yes", confirmed, user_data);
  gtk_window_present (GTK_WINDOW (dialog));
}

typedef struct
{
  GCallback answered;
  gpointer  user_data;
} Question;

static void
closing_answered_cb (AdwMessageDialog *dialog,
                     const char       *response,
                     gpointer          data)
{
  Question *question = data;
  void (*answered) (gpointer, gboolean) = (void (*) (gpointer, gboolean)) question->answered;

  if (g_str_equal (response, "keep") || g_str_equal (response, "quit"))
    answered (question->user_data, g_str_equal (response, "keep"));
}

static void
question_free (gpointer  data,
               GClosure *closure G_GNUC_UNUSED)
{
  g_free (data);
}

/**
 * tropea_dialogs_ask_closing:
 * @body: where Tropea is found afterwards
 *
 * Say what closing the window can mean, and let the user choose.
 */
void
tropea_dialogs_ask_closing (GtkWindow  *parent,
                            const char *body,
                            GCallback   answered,
                            gpointer    user_data)
{
  GtkWidget *dialog = NULL;
  Question *question = NULL;

  g_return_if_fail (GTK_IS_WINDOW (parent));

  question = g_new0 (Question, 1);
  question->answered = answered;
  question->user_data = user_data;
  dialog = adw_message_dialog_new (parent, _("Keep Running Without the Window?"), body);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "quit", _("_Quit"), "keep",
                                    _("_Keep Running"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "keep",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  tropea_accessible_name_buttons (dialog);
  g_signal_connect_data (dialog, "response", G_CALLBACK (closing_answered_cb), question,
                         question_free, G_CONNECT_DEFAULT);
  gtk_window_present (GTK_WINDOW (dialog));
}

/**
 * tropea_dialogs_ask:
 *
 * As tropea_dialogs_confirm (), before something that can be taken back.
 */
void
tropea_dialogs_ask (GtkWindow  *parent,
                    const char *heading,
                    const char *body,
                    const char *yes,
                    GCallback   confirmed,
                    gpointer    user_data)
{
  GtkWidget *dialog = NULL;

  g_return_if_fail (GTK_IS_WINDOW (parent));

  dialog = make_question (parent, heading, body, yes, ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "yes");
  g_signal_connect_swapped (dialog, "response::yes", confirmed, user_data);
  gtk_window_present (GTK_WINDOW (dialog));
}

/**
 * tropea_dialogs_describe_versions:
 *
 * Returns: (transfer full): what is in use, one line each
 */
char *
tropea_dialogs_describe_versions (void)
{
  return g_strdup_printf ("Tropea %s\nGTK %u.%u.%u\nlibadwaita %u.%u.%u\nGLib %u.%u.%u",
                          TROPEA_VERSION, gtk_get_major_version (), gtk_get_minor_version (),
                          gtk_get_micro_version (), adw_get_major_version (),
                          adw_get_minor_version (), adw_get_micro_version (),
                          glib_major_version, glib_minor_version, glib_micro_version);
}

/**
 * tropea_dialogs_show_about:
 * @parent: (nullable):
 */
void
tropea_dialogs_show_about (GtkWindow *parent)
{
  g_autofree char *versions = tropea_dialogs_describe_versions ();

  g_return_if_fail (parent == NULL || GTK_IS_WINDOW (parent));

  adw_show_about_window (parent,
                         "application-name", "Tropea",
                         "application-icon", TROPEA_APPLICATION_ID,
                         "version", TROPEA_VERSION,
                         "developer-name", _("The Tropea developers"),
                         "debug-info", versions,
                         "debug-info-filename", "tropea-versions.txt",
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

/**
 * tropea_dialogs_show_shortcuts:
 *
 * Made when it is asked for. One that GTK finds by its name is a hidden window from the beginning
 * on, and a screen reader that asks for a window which has just been closed is given that one,
 * which has no place in the accessibility tree: GTK 4.8 then crashes.
 */
void
tropea_dialogs_show_shortcuts (GtkWindow *parent)
{
  g_autoptr(GtkBuilder) builder = NULL;
  GtkWindow *shortcuts;

  builder = gtk_builder_new_from_resource (TROPEA_UI_RESOURCES "/tropea-shortcuts.ui");
  shortcuts = GTK_WINDOW (gtk_builder_get_object (builder, "shortcuts"));
  gtk_window_set_transient_for (shortcuts, parent);
  gtk_window_present (shortcuts);
}

typedef struct
{
  TropeaFileChosenFunc chosen;
  gpointer             user_data;
} Choice;

/* GtkFileDialog is GTK 4.10's; this one asks the desktop's portal as well. */
static void
response_cb (GtkNativeDialog *dialog,
             int              response,
             gpointer         user_data)
{
  g_autofree Choice *choice = user_data;
  g_autoptr(GtkNativeDialog) owned = dialog;
  g_autoptr(GFile) file = NULL;
  g_autofree char *path = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (owned));
  if (file != NULL)
    path = g_file_get_path (file);

  choice->chosen (path, choice->user_data);
}

/* Where GTK has no better idea it would be wherever Tropea was started. */
static void
propose_folder (GtkFileChooser *chooser)
{
  const char *documents = g_get_user_special_dir (G_USER_DIRECTORY_DOCUMENTS);
  g_autoptr(GFile) folder =
    g_file_new_for_path (documents != NULL ? documents : g_get_home_dir ());

  gtk_file_chooser_set_current_folder (chooser, folder, NULL);
}

/**
 * tropea_dialogs_choose_file:
 * @parent: (nullable):
 * @name: of the file, as a proposal
 */
void
tropea_dialogs_choose_file (GtkWindow            *parent,
                            const char           *title,
                            const char           *name,
                            TropeaFileChosenFunc  chosen,
                            gpointer              user_data)
{
  GtkFileChooserNative *dialog = NULL;
  Choice *choice = g_new0 (Choice, 1);

  dialog = gtk_file_chooser_native_new (title, parent, GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  propose_folder (GTK_FILE_CHOOSER (dialog));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  choice->chosen = chosen;
  choice->user_data = user_data;
  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), choice);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

void
tropea_dialogs_toast (GtkWidget  *widget,
                      const char *text)
{
  GtkWidget *overlay = gtk_widget_get_ancestor (widget, ADW_TYPE_TOAST_OVERLAY);
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  if (overlay != NULL)
    adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (overlay), adw_toast_new (escaped));
}
