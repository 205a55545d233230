/* tropea-session-list.c: the newest sessions, one row each
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-session-list"

#include "config.h"

#include "ui/tropea-session-list.h"

#include "ui/tropea-closures.h"
#include "ui/tropea-session-row.h"

/* The list is the host's; a session that changes is replaced in it, and its row with it. */

struct _TropeaSessionList
{
  TropeaHostView  parent_instance;

  GtkListBox     *list_box;
};

G_DEFINE_FINAL_TYPE (TropeaSessionList, tropea_session_list, TROPEA_TYPE_HOST_VIEW)

static GtkWidget *
create_row (gpointer item,
            gpointer user_data)
{
  return tropea_session_row_new (item);
}

static void
show_sessions (TropeaSessionList *self)
{
  TropeaHost *host = tropea_host_view_get_host (TROPEA_HOST_VIEW (self));
  g_autoptr(GListModel) sessions = NULL;

  if (host != NULL)
    g_object_get (host, "sessions", &sessions, NULL);

  gtk_list_box_bind_model (self->list_box, sessions, create_row, NULL, NULL);
}

static char *
page_name (TropeaSessionList *self,
           guint              n_items)
{
  return g_strdup (n_items == 0 ? "empty" : "list");
}

static void
tropea_session_list_class_init (TropeaSessionListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-session-list.ui");
  gtk_widget_class_bind_template_callback (widget_class, page_name);
  gtk_widget_class_bind_template_child (widget_class, TropeaSessionList, list_box);
  tropea_closures_bind (widget_class);
}

static void
tropea_session_list_init (TropeaSessionList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "notify::host", G_CALLBACK (show_sessions), NULL);
}
