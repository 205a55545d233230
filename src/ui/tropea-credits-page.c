/* tropea-credits-page.c: what the ledger credited, and what it did not
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-credits-page"

#include "config.h"

#include "ui/tropea-credits-page.h"

#include "ui/tropea-credits-overview.h"
#include "ui/tropea-credits-panel.h"
#include "ui/tropea-ui.h"

/* The page is a frame: each part shows the host by itself. */

struct _TropeaCreditsPage
{
  TropeaHostView parent_instance;
};

G_DEFINE_FINAL_TYPE (TropeaCreditsPage, tropea_credits_page, TROPEA_TYPE_HOST_VIEW)

static void
tropea_credits_page_class_init (TropeaCreditsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (TROPEA_TYPE_CREDITS_OVERVIEW);
  g_type_ensure (TROPEA_TYPE_CREDITS_PANEL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-credits-page.ui");
}

static void
tropea_credits_page_init (TropeaCreditsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
