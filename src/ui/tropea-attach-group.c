/* tropea-attach-group.c: lets it be said which tor is used, our own or one that runs already
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-attach-group"

#include "config.h"

#include "ui/tropea-attach-group.h"

#include <glib/gi18n.h>

#include "tor/tropea-control-address.h"
#include "ui/tropea-ui.h"

/* An address counts when it is one and “apply” is pressed; what is wrong with it is said below.
 * As long as there is none, the setting stays what it was.
 */

enum
{
  CHOICE_OWN,
  CHOICE_LOOK,
  CHOICE_ADDRESS,
};

struct _TropeaAttachGroup
{
  AdwPreferencesGroup  parent_instance;

  TropeaSettings      *settings;    /* (owned) (nullable) */
  gboolean             is_filling;  /* the rows change, but nobody changes them */

  AdwComboRow         *choice;
  AdwEntryRow         *address;
  GtkLabel            *complaint;
};

G_DEFINE_FINAL_TYPE (TropeaAttachGroup, tropea_attach_group, ADW_TYPE_PREFERENCES_GROUP)

static void
complain (TropeaAttachGroup *self,
          const char        *sentence)
{
  gtk_label_set_label (self->complaint, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->complaint), sentence != NULL);
  if (sentence != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->address), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->address), "error");
}

static void
show_address (TropeaAttachGroup *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->address),
                          adw_combo_row_get_selected (self->choice) == CHOICE_ADDRESS);
}

static void
on_choice_changed (TropeaAttachGroup *self)
{
  guint choice;

  /* While the template is made and taken apart the row is nobody's. */
  if (self->choice == NULL || self->address == NULL)
    return;

  show_address (self);
  if (self->is_filling || self->settings == NULL)
    return;

  choice = adw_combo_row_get_selected (self->choice);

  complain (self, NULL);
  if (choice == CHOICE_OWN)
    tropea_settings_set_string (self->settings, TROPEA_SETTING_ATTACH, NULL);
  else if (choice == CHOICE_LOOK)
    tropea_settings_set_string (self->settings, TROPEA_SETTING_ATTACH, TROPEA_HOST_ATTACH_LOOK);
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->address));
}

static void
on_address_applied (TropeaAttachGroup *self)
{
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (self->address));
  g_autofree char *text = g_strstrip (g_strdup (typed));
  g_autoptr(GSocketAddress) address = NULL;
  g_autoptr(GError) error = NULL;

  if (self->settings == NULL)
    return;

  address = tropea_control_address_parse (text, &error);
  complain (self, error != NULL ? error->message : NULL);
  if (address != NULL)
    tropea_settings_set_string (self->settings, TROPEA_SETTING_ATTACH, text);
}

static void
fill (TropeaAttachGroup *self)
{
  g_autofree char *attach = tropea_settings_dup_string (self->settings, TROPEA_SETTING_ATTACH);

  self->is_filling = TRUE;
  if (attach == NULL)
    adw_combo_row_set_selected (self->choice, CHOICE_OWN);
  else if (g_str_equal (attach, TROPEA_HOST_ATTACH_LOOK))
    adw_combo_row_set_selected (self->choice, CHOICE_LOOK);
  else
    {
      adw_combo_row_set_selected (self->choice, CHOICE_ADDRESS);
      if (g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (self->address)), attach) != 0)
        gtk_editable_set_text (GTK_EDITABLE (self->address), attach);
    }
  self->is_filling = FALSE;
}

static void
tropea_attach_group_dispose (GObject *object)
{
  TropeaAttachGroup *self = TROPEA_ATTACH_GROUP (object);

  g_clear_object (&self->settings);
  gtk_widget_dispose_template (GTK_WIDGET (self), TROPEA_TYPE_ATTACH_GROUP);

  G_OBJECT_CLASS (tropea_attach_group_parent_class)->dispose (object);
}

static void
tropea_attach_group_class_init (TropeaAttachGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tropea_attach_group_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-attach-group.ui");
  gtk_widget_class_bind_template_child (widget_class, TropeaAttachGroup, choice);
  gtk_widget_class_bind_template_child (widget_class, TropeaAttachGroup, address);
  gtk_widget_class_bind_template_child (widget_class, TropeaAttachGroup, complaint);
  gtk_widget_class_bind_template_callback (widget_class, on_choice_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_address_applied);
}

static void
tropea_attach_group_init (TropeaAttachGroup *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  show_address (self);
}

/**
 * tropea_attach_group_set_settings:
 *
 * Once.
 */
void
tropea_attach_group_set_settings (TropeaAttachGroup *self,
                                  TropeaSettings    *settings)
{
  g_return_if_fail (TROPEA_IS_ATTACH_GROUP (self));
  g_return_if_fail (TROPEA_IS_SETTINGS (settings));
  g_return_if_fail (self->settings == NULL);

  self->settings = g_object_ref (settings);
  g_signal_connect_object (tropea_settings_get_gsettings (settings),
                           "changed::" TROPEA_SETTING_ATTACH, G_CALLBACK (fill), self,
                           G_CONNECT_SWAPPED);
  fill (self);
}
