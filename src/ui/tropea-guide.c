/* tropea-guide.c: the four steps of the first run
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-guide"

#include "config.h"

#include "ui/tropea-guide.h"

#include <glib/gi18n.h>

#include "ui/tropea-ui.h"

/* The first step can be left for good as well as the last one. */

#define N_STEPS 4

struct _TropeaGuide
{
  AdwBin     parent_instance;

  guint      step;
  GtkStack  *stack;
  GtkButton *back_button;
  GtkButton *next_button;
  GtkLabel  *position;
};

G_DEFINE_FINAL_TYPE (TropeaGuide, tropea_guide, ADW_TYPE_BIN)

static guint done_signal;

static void
show_step (TropeaGuide *self,
           guint        step)
{
  g_autofree char *name = g_strdup_printf ("%u", step);
  g_autofree char *position = NULL;

  /* Translators: which step of how many. */
  position = g_strdup_printf (_("%u of %u"), step + 1, (guint) N_STEPS);
  self->step = step;
  gtk_stack_set_visible_child_name (self->stack, name);
  gtk_label_set_label (self->position, position);
  gtk_button_set_label (self->back_button, step == 0 ? _("Skip") : _("Back"));
  gtk_button_set_label (self->next_button, step + 1 < N_STEPS ? _("Next") : _("Finish"));
}

static void
on_back_clicked (TropeaGuide *self)
{
  if (self->step == 0)
    g_signal_emit (self, done_signal, 0);
  else
    show_step (self, self->step - 1);
}

static void
on_next_clicked (TropeaGuide *self)
{
  if (self->step + 1 < N_STEPS)
    show_step (self, self->step + 1);
  else
    g_signal_emit (self, done_signal, 0);
}

static void
tropea_guide_dispose (GObject *object)
{
  /* The bin and the template both would take the child away. */
  adw_bin_set_child (ADW_BIN (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), TROPEA_TYPE_GUIDE);

  G_OBJECT_CLASS (tropea_guide_parent_class)->dispose (object);
}

static void
tropea_guide_class_init (TropeaGuideClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tropea_guide_dispose;

  done_signal = g_signal_new ("done", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                              NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-guide.ui");
  gtk_widget_class_bind_template_child (widget_class, TropeaGuide, stack);
  gtk_widget_class_bind_template_child (widget_class, TropeaGuide, back_button);
  gtk_widget_class_bind_template_child (widget_class, TropeaGuide, next_button);
  gtk_widget_class_bind_template_child (widget_class, TropeaGuide, position);
  gtk_widget_class_bind_template_callback (widget_class, on_back_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_next_clicked);
}

static void
tropea_guide_init (TropeaGuide *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  show_step (self, 0);
}

/**
 * tropea_guide_rewind:
 *
 * Begin with the first step again.
 */
void
tropea_guide_rewind (TropeaGuide *self)
{
  g_return_if_fail (TROPEA_IS_GUIDE (self));

  show_step (self, 0);
}
