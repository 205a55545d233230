/* tropea-threshold-editor.c: says where a session ends, and lets it be said
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-threshold-editor"

#include "config.h"

#include "ui/tropea-threshold-editor.h"

#include <glib/gi18n.h>

#include "ui/tropea-closures.h"
#include "ui/tropea-format.h"
#include "ui/tropea-ui.h"

/* What is typed counts when nothing more was typed for a moment, so that holding a button down
 * is one change with one undo. What cannot be is said below the fields and does not count. The
 * fields follow the host, except while they hold something that does not count yet.
 */

#define SETTLE_MS 600
#define BYTES_PER_KB 1000

struct _TropeaThresholdEditor
{
  TropeaHostView  parent_instance;

  gulong          notify_id;   /* of the host's notifications */
  TropeaHost     *watched;     /* (unowned) (nullable): the host that notify_id is of */
  guint           settle_id;
  gboolean        is_filling;  /* the fields change, but nobody types */

  GtkSpinButton  *min_bytes;
  GtkSpinButton  *min_seconds;
  GtkSpinButton  *max_seconds;
  GtkLabel       *complaint;
};

G_DEFINE_FINAL_TYPE (TropeaThresholdEditor, tropea_threshold_editor, TROPEA_TYPE_HOST_VIEW)

static TropeaThresholds
get_thresholds (TropeaThresholdEditor *self)
{
  TropeaThresholds thresholds = { 0 };

  if (self->watched != NULL)
    g_object_get (self->watched,
                  "min-bytes", &thresholds.min_bytes,
                  "min-seconds", &thresholds.min_seconds,
                  "max-seconds", &thresholds.max_seconds,
                  NULL);

  return thresholds;
}

static void
complain (TropeaThresholdEditor *self,
          const char            *text)
{
  gtk_label_set_label (self->complaint, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->complaint), text != NULL);
}

static void
fill (TropeaThresholdEditor *self)
{
  TropeaThresholds thresholds = get_thresholds (self);

  if (self->settle_id != 0)
    return;

  self->is_filling = TRUE;
  gtk_spin_button_set_value (self->min_bytes, (double) (thresholds.min_bytes / BYTES_PER_KB));
  gtk_spin_button_set_value (self->min_seconds, (double) thresholds.min_seconds);
  gtk_spin_button_set_value (self->max_seconds, (double) thresholds.max_seconds);
  self->is_filling = FALSE;
  complain (self, NULL);
}

static gboolean
settled_cb (gpointer user_data)
{
  TropeaThresholdEditor *self = user_data;
  TropeaThresholds before = get_thresholds (self);
  TropeaThresholds after = before;
  gint64 kilobytes = gtk_spin_button_get_value_as_int (self->min_bytes);

  self->settle_id = 0;
  /* Bytes that are no whole kilobytes stay as they are until they are changed. */
  if (kilobytes != before.min_bytes / BYTES_PER_KB)
    after.min_bytes = kilobytes * BYTES_PER_KB;
  after.min_seconds = gtk_spin_button_get_value_as_int (self->min_seconds);
  after.max_seconds = gtk_spin_button_get_value_as_int (self->max_seconds);

  if (after.min_seconds > after.max_seconds)
    {
      complain (self, _("The least time is longer than the most: no session could be both."));
      return G_SOURCE_REMOVE;
    }

  complain (self, NULL);
  if (memcmp (&before, &after, sizeof before) != 0)
    gtk_widget_activate_action (GTK_WIDGET (self), "host.thresholds", "(xxx)", after.min_bytes,
                                after.min_seconds, after.max_seconds);

  return G_SOURCE_REMOVE;
}

static void
on_value_changed (TropeaThresholdEditor *self)
{
  if (self->is_filling)
    return;

  g_clear_handle_id (&self->settle_id, g_source_remove);
  self->settle_id = g_timeout_add (SETTLE_MS, settled_cb, self);
}

static void
host_notify_cb (TropeaThresholdEditor *self,
                GParamSpec            *pspec)
{
  if (g_str_equal (pspec->name, "max-seconds") || g_str_equal (pspec->name, "min-seconds") ||
      g_str_equal (pspec->name, "min-bytes"))
    fill (self);
}

static void
watch_host (TropeaThresholdEditor *self)
{
  TropeaHost *host = tropea_host_view_get_host (TROPEA_HOST_VIEW (self));

  if (self->watched != NULL)
    g_clear_signal_handler (&self->notify_id, self->watched);
  g_set_weak_pointer (&self->watched, host);
  if (host == NULL)
    return;

  self->notify_id = g_signal_connect_swapped (host, "notify", G_CALLBACK (host_notify_cb), self);
  fill (self);
}

static char *
summary_text (TropeaThresholdEditor *self,
              gint64                 min_bytes,
              gint64                 min_seconds,
              gint64                 max_seconds)
{
  g_autofree char *amount = tropea_format_bytes ((guint64) MAX (min_bytes, 0));
  g_autofree char *least = tropea_format_duration (min_seconds);
  g_autofree char *most = tropea_format_duration (max_seconds);

  /* Translators: an amount of data and two lengths of time. */
  return g_strdup_printf (_("%s and %s, or %s"), amount, least, most);
}

static void
tropea_threshold_editor_dispose (GObject *object)
{
  TropeaThresholdEditor *self = TROPEA_THRESHOLD_EDITOR (object);

  g_clear_handle_id (&self->settle_id, g_source_remove);
  if (self->watched != NULL)
    g_clear_signal_handler (&self->notify_id, self->watched);
  g_clear_weak_pointer (&self->watched);

  G_OBJECT_CLASS (tropea_threshold_editor_parent_class)->dispose (object);
}

static void
tropea_threshold_editor_class_init (TropeaThresholdEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tropea_threshold_editor_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-threshold-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, TropeaThresholdEditor, min_bytes);
  gtk_widget_class_bind_template_child (widget_class, TropeaThresholdEditor, min_seconds);
  gtk_widget_class_bind_template_child (widget_class, TropeaThresholdEditor, max_seconds);
  gtk_widget_class_bind_template_child (widget_class, TropeaThresholdEditor, complaint);
  gtk_widget_class_bind_template_callback (widget_class, summary_text);
  gtk_widget_class_bind_template_callback (widget_class, on_value_changed);
  tropea_closures_bind (widget_class);
}

static void
tropea_threshold_editor_init (TropeaThresholdEditor *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "notify::host", G_CALLBACK (watch_host), NULL);
}
