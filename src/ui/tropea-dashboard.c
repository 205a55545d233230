/* tropea-dashboard.c: everything that a running Tropea has to show, on one page
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-dashboard"

#include "config.h"

#include "ui/tropea-dashboard.h"

#include <glib/gi18n.h>

#include "ui/tropea-closures.h"
#include "ui/tropea-banner.h"
#include "ui/tropea-credits-panel.h"
#include "ui/tropea-figure-grid.h"
#include "ui/tropea-session-list.h"
#include "ui/tropea-threshold-bars.h"
#include "ui/tropea-tor-panel.h"

/* The parts stand below each other and take the width that there is, from 360 pixels up. */

struct _TropeaDashboard
{
  TropeaHostView parent_instance;
};

G_DEFINE_FINAL_TYPE (TropeaDashboard, tropea_dashboard, TROPEA_TYPE_HOST_VIEW)

static char *
simulation_text (TropeaDashboard *self,
                 gboolean         is_simulating)
{
  if (!is_simulating)
    return NULL;

  return g_strdup (_("Simulation: these figures are made up, and their credits are kept apart."));
}

/* A remedy belongs to the one problem that is shown: tor's, or the key's. For all others,
 * the sentence says what to do.
 */
static gboolean
is_about_key (TropeaDashboard *self,
              const char      *problem)
{
  TropeaHost *host = tropea_host_view_get_host (TROPEA_HOST_VIEW (self));
  const GError *failure = host != NULL ? tropea_host_get_key_failure (host) : NULL;

  return failure != NULL && g_strcmp0 (failure->message, problem) == 0;
}

static char *
remedy_label (TropeaDashboard *self,
              const char      *problem,
              int              tor_state,
              int              key_state)
{
  if (tor_state == TROPEA_TOR_STATE_FAILED)
    return g_strdup (_("Try Again"));
  if (!is_about_key (self, problem))
    return NULL;
  if (key_state == TROPEA_KEY_STATE_LOCKED)
    /* Translators: the button that asks for the keyring's password. */
    return g_strdup (_("Unlock"));

  return g_strdup (_("Try Again"));
}

static char *
remedy_action (TropeaDashboard *self,
               int              tor_state)
{
  return g_strdup (tor_state == TROPEA_TOR_STATE_FAILED ? "app.start" : "app.unlock");
}

static void
tropea_dashboard_class_init (TropeaDashboardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (TROPEA_TYPE_BANNER);
  g_type_ensure (TROPEA_TYPE_CREDITS_PANEL);
  g_type_ensure (TROPEA_TYPE_FIGURE_GRID);
  g_type_ensure (TROPEA_TYPE_SESSION_LIST);
  g_type_ensure (TROPEA_TYPE_THRESHOLD_BARS);
  g_type_ensure (TROPEA_TYPE_TOR_PANEL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-dashboard.ui");
  gtk_widget_class_bind_template_callback (widget_class, simulation_text);
  gtk_widget_class_bind_template_callback (widget_class, remedy_label);
  gtk_widget_class_bind_template_callback (widget_class, remedy_action);
  tropea_closures_bind (widget_class);
}

static void
tropea_dashboard_init (TropeaDashboard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * tropea_dashboard_new:
 *
 * Returns: (transfer floating): the view of @host
 */
GtkWidget *
tropea_dashboard_new (TropeaHost *host)
{
  g_return_val_if_fail (TROPEA_IS_HOST (host), NULL);

  return g_object_new (TROPEA_TYPE_DASHBOARD, "host", host, NULL);
}
