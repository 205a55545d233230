/* tropea-help-page.c: how it works, and what to do when it does not
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-help-page"

#include "config.h"

#include "ui/tropea-help-page.h"

#include "ui/tropea-closures.h"
#include "ui/tropea-dialogs.h"
#include "ui/tropea-help-topics.h"
#include "ui/tropea-log-view.h"
#include "ui/tropea-ui.h"

/* The technical details are what somebody who is asked for help wants to know first; none of
 * them says anything about what Tor carried.
 */

struct _TropeaHelpPage
{
  TropeaHostView    parent_instance;

  TropeaHelpTopics *how_it_works;
  TropeaHelpTopics *troubles;
  AdwActionRow     *folder_row;
  AdwActionRow     *versions_row;
};

G_DEFINE_FINAL_TYPE (TropeaHelpPage, tropea_help_page, TROPEA_TYPE_HOST_VIEW)

static void
show_details (TropeaHelpPage *self)
{
  TropeaHost *host = tropea_host_view_get_host (TROPEA_HOST_VIEW (self));
  g_autofree char *versions = tropea_dialogs_describe_versions ();
  g_autofree char *folder = NULL;

  if (host != NULL)
    folder = g_markup_escape_text (tropea_host_get_data_dir (host), -1);
  adw_action_row_set_subtitle (self->folder_row, folder != NULL ? folder : "");
  adw_action_row_set_subtitle (self->versions_row, versions);
}

static void
on_copy_clicked (TropeaHelpPage *self)
{
  TropeaHost *host = tropea_host_view_get_host (TROPEA_HOST_VIEW (self));
  g_autofree char *versions = tropea_dialogs_describe_versions ();
  g_autofree char *text = NULL;
  guint socks_port = 0;
  guint control_port = 0;

  if (host == NULL)
    return;

  g_object_get (host, "socks-port", &socks_port, "control-port", &control_port, NULL);
  text = g_strdup_printf ("%s\nSOCKS port: %u\nControl port: %u\n", versions, socks_port,
                          control_port);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.copy", "s", text);
}

static void
tropea_help_page_class_init (TropeaHelpPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (TROPEA_TYPE_HELP_TOPICS);
  g_type_ensure (TROPEA_TYPE_LOG_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-help-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TropeaHelpPage, how_it_works);
  gtk_widget_class_bind_template_child (widget_class, TropeaHelpPage, troubles);
  gtk_widget_class_bind_template_child (widget_class, TropeaHelpPage, folder_row);
  gtk_widget_class_bind_template_child (widget_class, TropeaHelpPage, versions_row);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_clicked);
  tropea_closures_bind (widget_class);
}

static void
tropea_help_page_init (TropeaHelpPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "notify::host", G_CALLBACK (show_details), NULL);
}

/**
 * tropea_help_page_open:
 * @anchor: the name of an answer, such as “clock”
 *
 * Open that answer.
 */
void
tropea_help_page_open (TropeaHelpPage *self,
                       const char     *anchor)
{
  g_return_if_fail (TROPEA_IS_HELP_PAGE (self));
  g_return_if_fail (anchor != NULL);

  if (!tropea_help_topics_open (self->troubles, anchor))
    tropea_help_topics_open (self->how_it_works, anchor);
}
