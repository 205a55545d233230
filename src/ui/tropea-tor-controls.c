/* tropea-tor-controls.c: pause, new identity and restart of a tor that runs
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tor-controls"

#include "config.h"

#include "ui/tropea-tor-controls.h"

#include <glib/gi18n.h>

#include "tor/tropea-tor-backend.h"
#include "ui/tropea-accessible.h"
#include "ui/tropea-ui.h"

/* Actions say by themselves when they cannot be done. The one for a new identity stays possible
 * while tor would make it wait: tor does it at the end of the countdown.
 */

struct _TropeaTorControls
{
  TropeaHostView  parent_instance;

  GtkButton      *pause_button;
  GtkButton      *identity_button;
  GtkButton      *restart_button;
};

G_DEFINE_FINAL_TYPE (TropeaTorControls, tropea_tor_controls, TROPEA_TYPE_HOST_VIEW)

static gboolean
is_up (TropeaTorControls *self,
       int                state)
{
  return state == TROPEA_TOR_STATE_BOOTSTRAPPING || state == TROPEA_TOR_STATE_RUNNING ||
         state == TROPEA_TOR_STATE_PAUSED;
}

static char *
pause_label (TropeaTorControls *self,
             int                state)
{
  if (state == TROPEA_TOR_STATE_PAUSED)
    /* Translators: the button that gives tor its network back. */
    return g_strdup (_("_Resume"));

  /* Translators: the button that takes tor's network away without stopping it. */
  return g_strdup (_("_Pause"));
}

static char *
identity_label (TropeaTorControls *self,
                guint              seconds)
{
  if (seconds == 0)
    return g_strdup (_("New _Identity"));

  /* Translators: the button for a new identity; tor makes it wait for so many seconds. */
  return g_strdup_printf (ngettext ("New _Identity in %u s", "New _Identity in %u s", seconds),
                          seconds);
}

/* One line in the narrowest window: a word may be cut, as the tooltip says it all. */
static void
let_shrink (GtkButton *button)
{
  gtk_label_set_ellipsize (GTK_LABEL (gtk_button_get_child (button)), PANGO_ELLIPSIZE_END);
}

static void
tropea_tor_controls_class_init (TropeaTorControlsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-tor-controls.ui");
  gtk_widget_class_bind_template_child (widget_class, TropeaTorControls, pause_button);
  gtk_widget_class_bind_template_child (widget_class, TropeaTorControls, identity_button);
  gtk_widget_class_bind_template_child (widget_class, TropeaTorControls, restart_button);
  gtk_widget_class_bind_template_callback (widget_class, is_up);
  gtk_widget_class_bind_template_callback (widget_class, pause_label);
  gtk_widget_class_bind_template_callback (widget_class, identity_label);
}

static void
tropea_tor_controls_init (TropeaTorControls *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* Before there is a state there is no label either. */
  gtk_button_set_label (self->pause_button, "");
  gtk_button_set_label (self->identity_button, "");
  let_shrink (self->pause_button);
  let_shrink (self->identity_button);
  let_shrink (self->restart_button);
  tropea_accessible_name_buttons (GTK_WIDGET (self));
  /* With nothing in it, no room is left for it. */
  g_object_bind_property (adw_bin_get_child (ADW_BIN (self)), "visible", self, "visible",
                          G_BINDING_SYNC_CREATE);
}
