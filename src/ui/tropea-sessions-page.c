/* tropea-sessions-page.c: the open session, and all that there were
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-sessions-page"

#include "config.h"

#include "ui/tropea-sessions-page.h"

#include "ui/tropea-history-view.h"
#include "ui/tropea-threshold-bars.h"
#include "ui/tropea-threshold-editor.h"
#include "ui/tropea-ui.h"

/* The page is a frame: each part shows the host by itself. */

struct _TropeaSessionsPage
{
  TropeaHostView parent_instance;
};

G_DEFINE_FINAL_TYPE (TropeaSessionsPage, tropea_sessions_page, TROPEA_TYPE_HOST_VIEW)

static void
tropea_sessions_page_class_init (TropeaSessionsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (TROPEA_TYPE_HISTORY_VIEW);
  g_type_ensure (TROPEA_TYPE_THRESHOLD_BARS);
  g_type_ensure (TROPEA_TYPE_THRESHOLD_EDITOR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-sessions-page.ui");
}

static void
tropea_sessions_page_init (TropeaSessionsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
