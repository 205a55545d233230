/* tropea-tor-panel.c: state, start and stop, and how far tor has come
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tor-panel"

#include "config.h"

#include "ui/tropea-tor-panel.h"

#include <glib/gi18n.h>

#include "ui/tropea-closures.h"
#include "ui/tropea-figure.h"
#include "ui/tropea-meter-bar.h"
#include "ui/tropea-state-badge.h"

/* One button starts, cancels and stops; what it does follows from the state that the control
 * port reported. A double click must not be a start and its cancelling, so the second click of
 * one does not count.
 */

struct _TropeaTorPanel
{
  TropeaHostView parent_instance;

  gint64         clicked_at_usec;  /* 0 before the first click */
};

G_DEFINE_FINAL_TYPE (TropeaTorPanel, tropea_tor_panel, TROPEA_TYPE_HOST_VIEW)

static gboolean
is_idle (TropeaTorPanel *self,
         int             state)
{
  return state == TROPEA_TOR_STATE_STOPPED || state == TROPEA_TOR_STATE_FAILED;
}

static gboolean
is_connecting (TropeaTorPanel *self,
               int             state,
               guint           restart_seconds)
{
  return (state == TROPEA_TOR_STATE_STARTING && restart_seconds == 0) ||
         state == TROPEA_TOR_STATE_BOOTSTRAPPING;
}

static gboolean
is_up (TropeaTorPanel *self,
       int             state,
       gboolean        is_simulating)
{
  return state == TROPEA_TOR_STATE_RUNNING && !is_simulating;
}

static gboolean
is_busy (TropeaTorPanel *self,
         int             state)
{
  return state == TROPEA_TOR_STATE_STARTING || state == TROPEA_TOR_STATE_BOOTSTRAPPING ||
         state == TROPEA_TOR_STATE_STOPPING;
}

static gboolean
has_port (TropeaTorPanel *self,
          guint           port)
{
  return port != 0;
}

/* What programs ask for is the address. */
static GVariant *
port_target (TropeaTorPanel *self,
             guint           port)
{
  g_autofree char *address = g_strdup_printf ("127.0.0.1:%u", port);

  return g_variant_ref_sink (g_variant_new_string (address));
}

static char *
button_label (TropeaTorPanel *self,
              int             state,
              guint           restart_seconds)
{
  /* A wait can be stopped. */
  if (restart_seconds != 0)
    state = TROPEA_TOR_STATE_RUNNING;

  switch ((TropeaTorState) state)
    {
    case TROPEA_TOR_STATE_STARTING:
    case TROPEA_TOR_STATE_BOOTSTRAPPING:
      /* Translators: the button that gives up starting tor. */
      return g_strdup (_("Cancel"));
    case TROPEA_TOR_STATE_STOPPING:
      return g_strdup (_("Stopping…"));
    case TROPEA_TOR_STATE_RUNNING:
    case TROPEA_TOR_STATE_PAUSED:
      /* Translators: the button that stops tor. */
      return g_strdup (_("Stop"));
    case TROPEA_TOR_STATE_STOPPED:
    case TROPEA_TOR_STATE_FAILED:
      /* Translators: the button that starts tor. */
      return g_strdup (_("Start"));
    default:
      g_return_val_if_reached (NULL);
    }
}

static GStrv
button_classes (TropeaTorPanel *self,
                int             state)
{
  const char *classes[] = { "pill", is_idle (self, state) ? "suggested-action" : NULL, NULL };

  return g_strdupv ((GStrv) classes);
}

static gboolean
button_is_sensitive (TropeaTorPanel *self,
                     int             state)
{
  return state != TROPEA_TOR_STATE_STOPPING;
}

static char *
explanation (TropeaTorPanel *self,
             int             state,
             gboolean        is_simulating,
             guint           restart_seconds)
{
  if (is_simulating)
    return g_strdup (_("Activity is made up; no tor is running."));
  if (restart_seconds != 0)
    /* Translators: tor ended by itself and is started again; this counts down. */
    return g_strdup_printf (ngettext ("Tor is started again in %u second.",
                                      "Tor is started again in %u seconds.", restart_seconds),
                            restart_seconds);

  switch ((TropeaTorState) state)
    {
    case TROPEA_TOR_STATE_STOPPED:
      return g_strdup (_("Start Tor, and Tropea records what it carries."));
    case TROPEA_TOR_STATE_STARTING:
      return g_strdup (_("Waiting for tor to answer."));
    case TROPEA_TOR_STATE_BOOTSTRAPPING:
      return g_strdup (_("Building the first circuits."));
    case TROPEA_TOR_STATE_RUNNING:
      return g_strdup (_("Programs can use Tor through the SOCKS port."));
    case TROPEA_TOR_STATE_STOPPING:
      return g_strdup (_("Waiting for tor to end."));
    case TROPEA_TOR_STATE_FAILED:
      return g_strdup (_("Tor is not running."));
    case TROPEA_TOR_STATE_PAUSED:
      return g_strdup (_("Tor has no network until you resume it; nothing is carried."));
    default:
      g_return_val_if_reached (NULL);
    }
}

static char *
percent_text (TropeaTorPanel *self,
              int             percent)
{
  /* Translators: how much of the start is done. */
  return g_strdup_printf (_("%d %%"), percent);
}

static void
on_clicked (TropeaTorPanel *self)
{
  TropeaTorState state = TROPEA_TOR_STATE_STOPPED;
  gint64 now_usec = g_get_monotonic_time ();
  gint64 since_usec = now_usec - self->clicked_at_usec;
  int double_click_ms = 0;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)),
                "gtk-double-click-time", &double_click_ms, NULL);
  if (self->clicked_at_usec != 0 && since_usec < (gint64) double_click_ms * 1000)
    return;

  self->clicked_at_usec = now_usec;
  g_object_get (tropea_host_view_get_host (TROPEA_HOST_VIEW (self)), "state", &state, NULL);
  gtk_widget_activate_action (GTK_WIDGET (self),
                              is_idle (self, (int) state) ? "host.start" : "host.stop", NULL);
}

static void
tropea_tor_panel_class_init (TropeaTorPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (TROPEA_TYPE_FIGURE);
  g_type_ensure (TROPEA_TYPE_METER_BAR);
  g_type_ensure (TROPEA_TYPE_STATE_BADGE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-tor-panel.ui");
  gtk_widget_class_bind_template_callback (widget_class, button_label);
  gtk_widget_class_bind_template_callback (widget_class, button_classes);
  gtk_widget_class_bind_template_callback (widget_class, button_is_sensitive);
  gtk_widget_class_bind_template_callback (widget_class, explanation);
  gtk_widget_class_bind_template_callback (widget_class, is_busy);
  gtk_widget_class_bind_template_callback (widget_class, is_connecting);
  gtk_widget_class_bind_template_callback (widget_class, has_port);
  gtk_widget_class_bind_template_callback (widget_class, port_target);
  gtk_widget_class_bind_template_callback (widget_class, is_up);
  gtk_widget_class_bind_template_callback (widget_class, is_idle);
  gtk_widget_class_bind_template_callback (widget_class, percent_text);
  gtk_widget_class_bind_template_callback (widget_class, on_clicked);
  tropea_closures_bind (widget_class);
}

static void
tropea_tor_panel_init (TropeaTorPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
