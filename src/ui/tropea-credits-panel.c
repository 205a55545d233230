/* tropea-credits-panel.c: credits, and the sessions that they are for
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-credits-panel"

#include "config.h"

#include "ui/tropea-credits-panel.h"

#include "ui/tropea-closures.h"
#include "ui/tropea-figure.h"

/* Credits for real and for simulated activity are never added together: the simulated ones
 * have a line of their own, which is there only once there are some.
 */

struct _TropeaCreditsPanel
{
  TropeaHostView parent_instance;
};

G_DEFINE_FINAL_TYPE (TropeaCreditsPanel, tropea_credits_panel, TROPEA_TYPE_HOST_VIEW)

static gboolean
has_simulated (TropeaCreditsPanel *self,
               gint64              simulated_micro,
               gboolean            is_simulating)
{
  return simulated_micro > 0 || is_simulating;
}

static void
tropea_credits_panel_class_init (TropeaCreditsPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (TROPEA_TYPE_FIGURE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-credits-panel.ui");
  gtk_widget_class_bind_template_callback (widget_class, has_simulated);
  tropea_closures_bind (widget_class);
}

static void
tropea_credits_panel_init (TropeaCreditsPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
