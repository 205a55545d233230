/* tropea-accessible.c: what assistive technologies are told, where GTK tells them too much
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-accessible"

#include "config.h"

#include "ui/tropea-accessible.h"

/* A button with a mnemonic is named twice by GTK 4.8, by its own label with the underline in it
 * and by the widget that shows the label: “_Copy Copy”. The second alone is right.
 */

static void
name_button (GtkButton *button)
{
  if (gtk_button_get_use_underline (button) && gtk_button_get_label (button) != NULL)
    gtk_accessible_reset_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL);
}

/**
 * tropea_accessible_name_buttons:
 *
 * Let each button in @root have the name that it shows, now and whenever that changes.
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

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    tropea_accessible_name_buttons (child);
}
