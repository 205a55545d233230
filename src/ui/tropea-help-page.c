/* tropea-help-page.c: how it works, and what to do when it does not
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-help-page"

#include "config.h"

#include "ui/tropea-help-page.h"

#include "ui/tropea-log-view.h"
#include "ui/tropea-ui.h"

/* The page is a frame: each part shows the host by itself. */

struct _TropeaHelpPage
{
  TropeaHostView parent_instance;
};

G_DEFINE_FINAL_TYPE (TropeaHelpPage, tropea_help_page, TROPEA_TYPE_HOST_VIEW)

static void
tropea_help_page_class_init (TropeaHelpPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (TROPEA_TYPE_LOG_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-help-page.ui");
}

static void
tropea_help_page_init (TropeaHelpPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
