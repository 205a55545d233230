/* tropea-history-row.c: one place in the history, whichever it is now
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-history-row"

#include "config.h"

#include "ui/tropea-history-row.h"

#include <glib/gi18n.h>

#include "ui/tropea-format.h"
#include "ui/tropea-ui.h"

/* There are some dozens of these for any number of sessions: a row that has left the screen gets
 * another item. All rows are of the same height, so the scroll bar knows where it is.
 */

struct _TropeaHistoryRow
{
  AdwBin             parent_instance;

  TropeaHistoryItem *item;       /* (owned) (nullable) */
  gulong             session_id; /* of notify::session */

  GtkImage          *icon;
  GtkLabel          *title;
  GtkLabel          *subtitle;
  GtkLabel          *credits;
  GtkLabel          *state;
};

G_DEFINE_FINAL_TYPE (TropeaHistoryRow, tropea_history_row, ADW_TYPE_BIN)

static char *
dup_subtitle (TropeaSession *session)
{
  const TropeaRecord *record = tropea_session_get_record (session);
  const char *reason = tropea_session_get_reason (session);
  g_autofree char *time = tropea_format_time (record->timestamp_ms);
  g_autofree char *line = NULL;

  switch (tropea_session_get_kind (session))
    {
    case TROPEA_SESSION_KIND_SIMULATED:
      /* Translators: %s is a day and a time. */
      line = g_strdup_printf (_("%s · simulated"), time);
      break;

    case TROPEA_SESSION_KIND_MANUAL:
      /* Translators: %s is a day and a time; the user had the session sent at once. */
      line = g_strdup_printf (_("%s · manual"), time);
      break;

    case TROPEA_SESSION_KIND_AUTOMATIC:
    default:
      line = g_steal_pointer (&time);
      break;
    }

  if (reason == NULL || *reason == '\0')
    return g_steal_pointer (&line);

  return g_strdup_printf ("%s · %s", line, reason);
}

static char *
dup_credits (TropeaSession *session)
{
  g_autofree char *credits = NULL;

  if (tropea_session_get_state (session) != TROPEA_SESSION_STATE_CREDITED)
    return g_strdup ("–");

  credits = tropea_format_credits (tropea_session_get_credits_micro (session));

  /* Translators: credits that were earned. Where one reads from right to left, put the mark
   * U+200E before the “+”, so that it stays on the left of the number. */
  return g_strdup_printf (_("+%s"), credits);
}

static void
show_state (TropeaHistoryRow   *self,
            TropeaSessionState  state)
{
  static const struct
  {
    const char *icon;
    const char *colour;
  } looks[] = {
    [TROPEA_SESSION_STATE_WAITING] = { "tropea-waiting-symbolic", "dim-label" },
    [TROPEA_SESSION_STATE_CREDITED] = { "tropea-credited-symbolic", "success" },
    [TROPEA_SESSION_STATE_REFUSED] = { "tropea-refused-symbolic", "error" },
  };
  const char *icon_classes[] = { looks[state].colour, NULL };
  const char *classes[] = { "caption", looks[state].colour, NULL };

  gtk_label_set_label (self->state, tropea_format_session_state (state));
  gtk_widget_set_css_classes (GTK_WIDGET (self->state), classes);
  gtk_image_set_from_icon_name (self->icon, looks[state].icon);
  gtk_widget_set_css_classes (GTK_WIDGET (self->icon), icon_classes);
}

static void
show_session (TropeaHistoryRow *self)
{
  TropeaSession *session = self->item != NULL ? tropea_history_item_get_session (self->item)
                                              : NULL;
  const TropeaRecord *record = NULL;
  g_autofree char *amount = NULL;
  g_autofree char *duration = NULL;
  g_autofree char *title = NULL;
  g_autofree char *subtitle = NULL;
  g_autofree char *credits = NULL;

  if (session == NULL)
    {
      gtk_label_set_label (self->title, "…");
      gtk_label_set_label (self->subtitle, " ");
      gtk_label_set_label (self->credits, " ");
      gtk_label_set_label (self->state, " ");
      gtk_image_clear (self->icon);
      return;
    }

  record = tropea_session_get_record (session);
  amount = tropea_format_bytes ((guint64) MAX (record->bytes, 0));
  duration = tropea_format_duration (record->duration_s);
  /* Translators: an amount of data, and how long it took. */
  title = g_strdup_printf (_("%s in %s"), amount, duration);
  subtitle = dup_subtitle (session);
  credits = dup_credits (session);
  gtk_label_set_label (self->title, title);
  gtk_label_set_label (self->subtitle, subtitle);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->subtitle), tropea_session_get_reason (session));
  gtk_label_set_label (self->credits, credits);
  show_state (self, tropea_session_get_state (session));
}

static void
tropea_history_row_dispose (GObject *object)
{
  TropeaHistoryRow *self = TROPEA_HISTORY_ROW (object);

  tropea_history_row_set_item (self, NULL);
  adw_bin_set_child (ADW_BIN (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), TROPEA_TYPE_HISTORY_ROW);

  G_OBJECT_CLASS (tropea_history_row_parent_class)->dispose (object);
}

static void
tropea_history_row_class_init (TropeaHistoryRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tropea_history_row_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-history-row.ui");
  gtk_widget_class_bind_template_child (widget_class, TropeaHistoryRow, icon);
  gtk_widget_class_bind_template_child (widget_class, TropeaHistoryRow, title);
  gtk_widget_class_bind_template_child (widget_class, TropeaHistoryRow, subtitle);
  gtk_widget_class_bind_template_child (widget_class, TropeaHistoryRow, credits);
  gtk_widget_class_bind_template_child (widget_class, TropeaHistoryRow, state);
}

static void
tropea_history_row_init (TropeaHistoryRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
tropea_history_row_new (void)
{
  return g_object_new (TROPEA_TYPE_HISTORY_ROW, NULL);
}

/**
 * tropea_history_row_set_item:
 * @item: (nullable): what to show from now on
 */
void
tropea_history_row_set_item (TropeaHistoryRow  *self,
                             TropeaHistoryItem *item)
{
  g_return_if_fail (TROPEA_IS_HISTORY_ROW (self));
  g_return_if_fail (item == NULL || TROPEA_IS_HISTORY_ITEM (item));

  if (self->item == item)
    return;

  if (self->item != NULL)
    g_signal_handler_disconnect (self->item, self->session_id);
  g_set_object (&self->item, item);
  if (item == NULL)
    return;

  self->session_id = g_signal_connect_swapped (item, "notify::session",
                                               G_CALLBACK (show_session), self);
  show_session (self);
}
