/* tropea-accessible.c: what assistive technologies are told, where GTK tells them too much
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-accessible"

#include "config.h"

#include "ui/tropea-accessible.h"

#include <glib/gi18n.h>

/* A button with a mnemonic is named twice by GTK 4.8, by its own label with the underline in it
 * and by the widget that shows the label: “_Copy Copy”. The second alone is right.
 */

static void
name_button (GtkButton *button)
{
  if (gtk_button_get_use_underline (button) && gtk_button_get_label (button) != NULL)
    gtk_accessible_reset_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL);
}

static void
describe_choice (GtkDropDown *drop_down,
                 GParamSpec  *pspec,
                 GtkWidget   *button)
{
  GObject *item = gtk_drop_down_get_selected_item (drop_down);

  if (GTK_IS_STRING_OBJECT (item))
    gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                    gtk_string_object_get_string (GTK_STRING_OBJECT (item)), -1);
}

/* The keyboard comes to the button in it, which GTK 4.8 calls by the name of its class. */
static void
name_drop_down (GtkDropDown *drop_down)
{
  GtkWidget *button = gtk_widget_get_first_child (GTK_WIDGET (drop_down));

  if (button == NULL)
    return;

  gtk_accessible_update_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                  drop_down, NULL, -1);
  g_signal_connect_object (drop_down, "notify::selected-item", G_CALLBACK (describe_choice),
                           button, G_CONNECT_DEFAULT);
  describe_choice (drop_down, NULL, button);
}

/**
 * tropea_accessible_name_buttons:
 *
 * Let each button in @root have the name that it shows, now and whenever that changes, and each
 * drop-down its own name and what is chosen.
 */
void
tropea_accessible_name_buttons (GtkWidget *root)
{
  g_return_if_fail (GTK_IS_WIDGET (root));

  if (GTK_IS_BUTTON (root))
    {
      g_signal_connect (root, "notify::label", G_CALLBACK (name_button), NULL);
      g_signal_connect (root, "notify::use-underline", G_CALLBACK (name_button), NULL);
      name_button (GTK_BUTTON (root));
    }
  else if (GTK_IS_DROP_DOWN (root))
    {
      name_drop_down (GTK_DROP_DOWN (root));
      return;
    }

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    tropea_accessible_name_buttons (child);
}

/* The button that closes a toast shows a picture only. */
static void
name_closing_button (GtkWidget *root)
{
  if (GTK_IS_BUTTON (root) && gtk_button_get_icon_name (GTK_BUTTON (root)) != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (root), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    _("Dismiss"), -1);

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    name_closing_button (child);
}

static void
toasts_changed_cb (AdwToastOverlay *overlay,
                   guint            position,
                   guint            n_removed,
                   guint            n_added,
                   GListModel      *children)
{
  for (guint i = position; i < position + n_added; i++)
    {
      g_autoptr(GtkWidget) child = g_list_model_get_item (children, i);

      if (child == adw_toast_overlay_get_child (overlay))
        continue;
      tropea_accessible_name_buttons (child);
      name_closing_button (child);
    }
}

/**
 * tropea_accessible_name_toasts:
 *
 * Let the buttons of each toast that will be shown in @overlay have one name.
 */
void
tropea_accessible_name_toasts (AdwToastOverlay *overlay)
{
  GListModel *children = NULL;

  g_return_if_fail (ADW_IS_TOAST_OVERLAY (overlay));

  children = gtk_widget_observe_children (GTK_WIDGET (overlay));
  g_signal_connect_swapped (children, "items-changed", G_CALLBACK (toasts_changed_cb), overlay);
  g_object_set_data_full (G_OBJECT (overlay), "tropea-toasts", children, g_object_unref);
}
