/* tropea-alerts.c: what has to be seen on every page: simulation, and what is wrong
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-alerts"

#include "config.h"

#include "ui/tropea-alerts.h"

#include <glib/gi18n.h>

#include "ui/tropea-banner.h"
#include "ui/tropea-closures.h"
#include "ui/tropea-remedy.h"

/* Banners across the window, above its pages, as long as there is something to say. */

struct _TropeaAlerts
{
  TropeaHostView parent_instance;
};

G_DEFINE_FINAL_TYPE (TropeaAlerts, tropea_alerts, TROPEA_TYPE_HOST_VIEW)

static char *
simulation_text (TropeaAlerts *self,
                 gboolean      is_simulating)
{
  if (!is_simulating)
    return NULL;

  return g_strdup (_("Simulation: these figures are made up, and their credits are kept apart."));
}

/* A remedy belongs to the one problem that is shown: tor's, or the key's. For all others,
 * the sentence says what to do.
 */
static gboolean
is_about_key (TropeaAlerts *self,
              const char   *problem)
{
  TropeaHost *host = tropea_host_view_get_host (TROPEA_HOST_VIEW (self));
  const GError *failure = host != NULL ? tropea_host_get_key_failure (host) : NULL;

  return failure != NULL && g_strcmp0 (failure->message, problem) == 0;
}

/* Whether the one problem that is shown is tor's. */
static gboolean
is_about_tor (const TropeaTorDiagnosis *diagnosis,
              const char               *problem)
{
  return diagnosis != NULL
         && g_strcmp0 (tropea_tor_diagnosis_get_sentence (diagnosis), problem) == 0;
}

static char *
remedy_label (TropeaAlerts             *self,
              const char               *problem,
              int                       tor_state,
              int                       key_state,
              const TropeaTorDiagnosis *diagnosis)
{
  if (is_about_tor (diagnosis, problem))
    return tropea_remedy_dup_label (tropea_tor_diagnosis_get_remedy (diagnosis, 0),
                                    tor_state == TROPEA_TOR_STATE_FAILED);
  if (!is_about_key (self, problem))
    return NULL;
  if (key_state == TROPEA_KEY_STATE_LOCKED)
    /* Translators: the button that asks for the keyring's password. */
    return g_strdup (_("Unlock"));

  return g_strdup (_("Try Again"));
}

static char *
remedy_action (TropeaAlerts             *self,
               const char               *problem,
               int                       tor_state,
               const TropeaTorDiagnosis *diagnosis)
{
  if (!is_about_tor (diagnosis, problem))
    return g_strdup ("host.unlock");

  return g_strdup (tropea_remedy_get_action (tropea_tor_diagnosis_get_remedy (diagnosis, 0),
                                             tor_state == TROPEA_TOR_STATE_FAILED));
}

static char *
second_label (TropeaAlerts             *self,
              const char               *problem,
              int                       tor_state,
              const TropeaTorDiagnosis *diagnosis)
{
  if (!is_about_tor (diagnosis, problem))
    return NULL;

  return tropea_remedy_dup_label (tropea_tor_diagnosis_get_remedy (diagnosis, 1),
                                  tor_state == TROPEA_TOR_STATE_FAILED);
}

static char *
second_action (TropeaAlerts             *self,
               const char               *problem,
               int                       tor_state,
               const TropeaTorDiagnosis *diagnosis)
{
  if (!is_about_tor (diagnosis, problem))
    return NULL;

  return g_strdup (tropea_remedy_get_action (tropea_tor_diagnosis_get_remedy (diagnosis, 1),
                                             tor_state == TROPEA_TOR_STATE_FAILED));
}

static void
tropea_alerts_class_init (TropeaAlertsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (TROPEA_TYPE_BANNER);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-alerts.ui");
  gtk_widget_class_bind_template_callback (widget_class, simulation_text);
  gtk_widget_class_bind_template_callback (widget_class, remedy_label);
  gtk_widget_class_bind_template_callback (widget_class, remedy_action);
  gtk_widget_class_bind_template_callback (widget_class, second_label);
  gtk_widget_class_bind_template_callback (widget_class, second_action);
  tropea_closures_bind (widget_class);
}

static void
tropea_alerts_init (TropeaAlerts *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
