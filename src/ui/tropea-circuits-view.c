/* tropea-circuits-view.c: tor's circuits, what each is for and where it goes through
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-circuits-view"

#include "config.h"

#include "ui/tropea-circuits-view.h"

#include <glib/gi18n.h>

#include "tor/tropea-circuit.h"
#include "ui/tropea-ui.h"

/* The list is only alive while it is unfolded and on the screen; what nobody looks at is not
 * asked for.
 */

struct _TropeaCircuitsView
{
  TropeaHostView  parent_instance;

  TropeaHost     *shown_host;  /* (owned) (nullable): the one that was told to show */

  GtkExpander    *expander;
  GtkListBox     *list;
};

G_DEFINE_FINAL_TYPE (TropeaCircuitsView, tropea_circuits_view, TROPEA_TYPE_HOST_VIEW)

static const char *
get_purpose_word (TropeaCircuitPurpose purpose)
{
  switch (purpose)
    {
    case TROPEA_CIRCUIT_PURPOSE_GENERAL:
      return C_("circuit", "General");
    case TROPEA_CIRCUIT_PURPOSE_DIRECTORY:
      return C_("circuit", "Directory");
    case TROPEA_CIRCUIT_PURPOSE_ONION_SERVICE:
      return C_("circuit", "Onion service");
    case TROPEA_CIRCUIT_PURPOSE_CONFLUX:
      /* Translators: tor's name for two circuits that share the data of one connection. */
      return C_("circuit", "Conflux");
    case TROPEA_CIRCUIT_PURPOSE_MEASUREMENT:
      return C_("circuit", "Measurement");
    case TROPEA_CIRCUIT_PURPOSE_OTHER:
      return C_("circuit", "Other");
    default:
      g_return_val_if_reached ("");
    }
}

static char *
format_hop (const TropeaCircuitHop *hop)
{
  const char *name = hop->nickname != NULL ? hop->nickname : _("unnamed relay");

  if (*hop->country == '\0')
    return g_strdup (name);
  if (*hop->country == '?')
    return g_strdup_printf (_("%s (unknown country)"), name);

  /* Translators: a relay's name and its country's two letters. */
  return g_strdup_printf (C_("relay", "%s (%s)"), name, hop->country);
}

static char *
format_path (TropeaCircuit *circuit)
{
  g_autoptr(GStrvBuilder) hops = g_strv_builder_new ();
  g_auto(GStrv) words = NULL;

  for (guint i = 0; i < tropea_circuit_get_n_hops (circuit); i++)
    {
      g_autofree char *hop = format_hop (tropea_circuit_get_hop (circuit, i));

      g_strv_builder_add (hops, hop);
    }

  words = g_strv_builder_end (hops);

  return words[0] != NULL ? g_strjoinv (" → ", words) : g_strdup (_("No relay yet"));
}

static char *
format_state (TropeaCircuit *circuit)
{
  gint64 created_s = tropea_circuit_get_created_s (circuit);
  g_autoptr(GDateTime) created = g_date_time_new_from_unix_local (created_s);
  g_autofree char *time = created != NULL ? g_date_time_format (created, "%X") : g_strdup ("");

  if (tropea_circuit_is_built (circuit))
    /* Translators: since when a circuit is there. */
    return g_strdup_printf (_("since %s"), time);

  return g_strdup_printf (_("being built since %s"), time);
}

static void
show_circuit (AdwActionRow  *row,
              TropeaCircuit *circuit)
{
  g_autofree char *path = format_path (circuit);
  g_autofree char *escaped = g_markup_escape_text (path, -1);
  g_autofree char *state = format_state (circuit);
  GtkWidget *label = g_object_get_data (G_OBJECT (row), "state");

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                 get_purpose_word (tropea_circuit_get_purpose (circuit)));
  adw_action_row_set_subtitle (row, escaped);
  gtk_label_set_label (GTK_LABEL (label), state);
}

static GtkWidget *
create_row (gpointer item,
            gpointer user_data)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *label = gtk_label_new (NULL);

  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_add_css_class (label, "numeric");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  g_object_set_data (G_OBJECT (row), "state", label);
  g_signal_connect_object (item, "changed", G_CALLBACK (show_circuit), row, G_CONNECT_SWAPPED);
  show_circuit (ADW_ACTION_ROW (row), item);

  return row;
}

static void
set_shown_host (TropeaCircuitsView *self,
                TropeaHost         *host)
{
  g_autoptr(GListModel) circuits = NULL;

  if (self->shown_host == host)
    return;

  if (self->shown_host != NULL)
    tropea_host_set_circuits_shown (self->shown_host, FALSE);
  g_set_object (&self->shown_host, host);
  if (host != NULL)
    {
      tropea_host_set_circuits_shown (host, TRUE);
      g_object_get (host, "circuits", &circuits, NULL);
    }

  gtk_list_box_bind_model (self->list, circuits, create_row, NULL, NULL);
}

static void
update (TropeaCircuitsView *self)
{
  gboolean is_seen = gtk_widget_get_mapped (GTK_WIDGET (self)) &&
                     gtk_expander_get_expanded (self->expander);

  set_shown_host (self, is_seen ? tropea_host_view_get_host (TROPEA_HOST_VIEW (self)) : NULL);
}

static char *
title (TropeaCircuitsView *self,
       guint               count)
{
  return g_strdup_printf (ngettext ("%u circuit", "%u circuits", count), count);
}

static void
tropea_circuits_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (tropea_circuits_view_parent_class)->map (widget);
  update (TROPEA_CIRCUITS_VIEW (widget));
}

static void
tropea_circuits_view_unmap (GtkWidget *widget)
{
  set_shown_host (TROPEA_CIRCUITS_VIEW (widget), NULL);
  GTK_WIDGET_CLASS (tropea_circuits_view_parent_class)->unmap (widget);
}

static void
tropea_circuits_view_dispose (GObject *object)
{
  TropeaCircuitsView *self = TROPEA_CIRCUITS_VIEW (object);

  if (self->shown_host != NULL)
    tropea_host_set_circuits_shown (self->shown_host, FALSE);
  g_clear_object (&self->shown_host);

  G_OBJECT_CLASS (tropea_circuits_view_parent_class)->dispose (object);
}

static void
tropea_circuits_view_class_init (TropeaCircuitsViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tropea_circuits_view_dispose;
  widget_class->map = tropea_circuits_view_map;
  widget_class->unmap = tropea_circuits_view_unmap;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-circuits-view.ui");
  gtk_widget_class_bind_template_child (widget_class, TropeaCircuitsView, expander);
  gtk_widget_class_bind_template_child (widget_class, TropeaCircuitsView, list);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_bind_template_callback (widget_class, title);
}

static void
tropea_circuits_view_init (TropeaCircuitsView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
