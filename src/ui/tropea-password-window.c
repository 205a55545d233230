/* tropea-password-window.c: asks for the password of another tor's control port
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-password-window"

#include "config.h"

#include "ui/tropea-password-window.h"

#include <string.h>

#include "ui/tropea-accessible.h"
#include "ui/tropea-ui.h"

/* GTK keeps what is typed in memory that is locked and wiped, as TropeaSecret does. It leaves
 * the entry with the signal, so that a wrong password is typed anew. An entry in an
 * AdwMessageDialog makes GTK 4.8 crash when a screen reader looks at it; in a window it does not.
 */

struct _TropeaPasswordWindow
{
  AdwWindow         parent_instance;

  gboolean          is_asking;  /* the tor, whether this is the one */

  GtkLabel         *question;
  GtkPasswordEntry *entry;
  GtkLabel         *complaint;
  GtkButton        *use;
};

G_DEFINE_FINAL_TYPE (TropeaPasswordWindow, tropea_password_window, ADW_TYPE_WINDOW)

static guint given_signal;

static void
complain (TropeaPasswordWindow *self,
          const char           *sentence)
{
  GtkAccessible *entry = GTK_ACCESSIBLE (self->entry);

  gtk_label_set_label (self->complaint, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->complaint), sentence != NULL);
  if (sentence != NULL)
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
      gtk_accessible_update_state (entry, GTK_ACCESSIBLE_STATE_INVALID,
                                   GTK_ACCESSIBLE_INVALID_TRUE, -1);
      gtk_accessible_update_property (entry, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, sentence, -1);
    }
  else
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
      gtk_accessible_reset_state (entry, GTK_ACCESSIBLE_STATE_INVALID);
      gtk_accessible_reset_property (entry, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
    }
}

static void
update (TropeaPasswordWindow *self)
{
  gboolean is_typed = *gtk_editable_get_text (GTK_EDITABLE (self->entry)) != '\0';

  gtk_widget_set_sensitive (GTK_WIDGET (self->use), is_typed && !self->is_asking);
  gtk_editable_set_editable (GTK_EDITABLE (self->entry), !self->is_asking);
}

static void
on_changed (TropeaPasswordWindow *self)
{
  if (*gtk_editable_get_text (GTK_EDITABLE (self->entry)) != '\0')
    complain (self, NULL);
  update (self);
}

static void
on_use (TropeaPasswordWindow *self)
{
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_autoptr(TropeaSecret) password = NULL;

  if (*typed == '\0' || self->is_asking)
    return;

  password = tropea_secret_new_from_bytes (typed, strlen (typed));
  self->is_asking = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
  g_signal_emit (self, given_signal, 0, password);
}

static void
on_cancel (TropeaPasswordWindow *self)
{
  gtk_window_close (GTK_WINDOW (self));
}

static void
tropea_password_window_dispose (GObject *object)
{
  TropeaPasswordWindow *self = TROPEA_PASSWORD_WINDOW (object);

  if (self->entry != NULL)
    g_signal_handlers_disconnect_by_data (self->entry, self);
  gtk_widget_dispose_template (GTK_WIDGET (self), TROPEA_TYPE_PASSWORD_WINDOW);

  G_OBJECT_CLASS (tropea_password_window_parent_class)->dispose (object);
}

static void
tropea_password_window_class_init (TropeaPasswordWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tropea_password_window_dispose;

  given_signal = g_signal_new ("given", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                               NULL, NULL, G_TYPE_NONE, 1, TROPEA_TYPE_SECRET);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-password-window.ui");
  gtk_widget_class_bind_template_child (widget_class, TropeaPasswordWindow, question);
  gtk_widget_class_bind_template_child (widget_class, TropeaPasswordWindow, entry);
  gtk_widget_class_bind_template_child (widget_class, TropeaPasswordWindow, complaint);
  gtk_widget_class_bind_template_child (widget_class, TropeaPasswordWindow, use);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_use);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
tropea_password_window_init (TropeaPasswordWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  tropea_accessible_name_buttons (GTK_WIDGET (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  update (self);
}

/**
 * tropea_password_window_new:
 * @question: who wants the password, without a full stop
 *
 * Returns: (transfer full): the window
 */
GtkWidget *
tropea_password_window_new (const char *question)
{
  TropeaPasswordWindow *self;

  g_return_val_if_fail (question != NULL, NULL);

  self = g_object_new (TROPEA_TYPE_PASSWORD_WINDOW, NULL);
  gtk_label_set_label (self->question, question);

  return GTK_WIDGET (self);
}

/**
 * tropea_password_window_take_result:
 * @error: (nullable): why the password did not help; %NULL where it did
 */
void
tropea_password_window_take_result (TropeaPasswordWindow *self,
                                    const GError         *error)
{
  g_return_if_fail (TROPEA_IS_PASSWORD_WINDOW (self));

  /* It was closed meanwhile. */
  if (self->entry == NULL)
    return;

  if (error == NULL)
    {
      gtk_window_close (GTK_WINDOW (self));
      return;
    }

  self->is_asking = FALSE;
  complain (self, error->message);
  update (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}
