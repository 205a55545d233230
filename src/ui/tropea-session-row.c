/* tropea-session-row.c: one session: what it carried, when, and what came of it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-session-row"

#include "config.h"

#include "ui/tropea-session-row.h"

#include <glib/gi18n.h>

#include "ui/tropea-closures.h"
#include "ui/tropea-format.h"

/* The ledger's reason for a refusal is text from outside: it is shown as it is, never as markup. */

struct _TropeaSessionRow
{
  AdwActionRow   parent_instance;

  TropeaSession *session;  /* (owned) */
};

typedef enum
{
  PROP_SESSION = 1,
} TropeaSessionRowProperty;

G_DEFINE_FINAL_TYPE (TropeaSessionRow, tropea_session_row, ADW_TYPE_ACTION_ROW)

static GParamSpec *properties[PROP_SESSION + 1];

static char *
dup_title (const TropeaRecord *record)
{
  g_autofree char *amount = tropea_format_bytes ((guint64) MAX (record->bytes, 0));
  g_autofree char *duration = tropea_format_duration (record->duration_s);

  /* Translators: an amount of data, and how long it took. */
  return g_strdup_printf (_("%s in %s"), amount, duration);
}

static char *
dup_subtitle (const TropeaRecord *record,
              const char         *reason)
{
  g_autofree char *time = tropea_format_time (record->timestamp_ms);
  g_autofree char *line = NULL;

  if (record->source == TROPEA_SOURCE_SIMULATION)
    /* Translators: %s is a day and a time. */
    line = g_strdup_printf (_("%s · simulated"), time);
  else
    line = g_steal_pointer (&time);

  if (reason == NULL || *reason == '\0')
    return g_steal_pointer (&line);

  return g_strdup_printf ("%s\n%s", line, reason);
}

static char *
credits_text (TropeaSessionRow *self,
              int               state,
              gint64            micro)
{
  g_autofree char *credits = NULL;

  if (state != TROPEA_SESSION_STATE_CREDITED)
    return g_strdup ("–");

  credits = tropea_format_credits (micro);

  /* Translators: credits that were earned. Where one reads from right to left, put the mark
   * U+200E before the “+”, so that it stays on the left of the number. */
  return g_strdup_printf (_("+%s"), credits);
}

static char *
state_word (TropeaSessionRow *self,
            int               state)
{
  return g_strdup (tropea_format_session_state ((TropeaSessionState) state));
}

/* Said to those who hear the row: its title is read by itself, the suffix is not. */
static char *
dup_description (TropeaSessionState state,
                 gint64             credits_micro)
{
  g_autofree char *credits = tropea_format_credits (credits_micro);

  if (state == TROPEA_SESSION_STATE_CREDITED)
    /* Translators: %s is a number of credits such as “5.65”. */
    return g_strdup_printf (_("Credited with %s"), credits);

  return g_strdup (tropea_format_session_state (state));
}

/* The row's own properties are set here, not bound: GTK 4.8 warns when a widget goes whose
 * property is bound to an expression over itself.
 */
static void
show_session (TropeaSessionRow *self)
{
  const TropeaRecord *record = tropea_session_get_record (self->session);
  g_autofree char *title = dup_title (record);
  g_autofree char *subtitle = dup_subtitle (record, tropea_session_get_reason (self->session));
  g_autofree char *description = NULL;

  description = dup_description (tropea_session_get_state (self->session),
                                 tropea_session_get_credits_micro (self->session));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description, -1);
}

static GStrv
state_classes (TropeaSessionRow *self,
               int               state)
{
  const char *colour = "dim-label";
  const char *classes[] = { "caption", NULL, NULL };

  if (state == TROPEA_SESSION_STATE_CREDITED)
    colour = "success";
  else if (state == TROPEA_SESSION_STATE_REFUSED)
    colour = "error";
  classes[1] = colour;

  return g_strdupv ((GStrv) classes);
}

static void
tropea_session_row_get_property (GObject    *object,
                                 guint       prop_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  TropeaSessionRow *self = TROPEA_SESSION_ROW (object);

  switch ((TropeaSessionRowProperty) prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_session_row_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  TropeaSessionRow *self = TROPEA_SESSION_ROW (object);

  switch ((TropeaSessionRowProperty) prop_id)
    {
    case PROP_SESSION:
      if (g_set_object (&self->session, g_value_get_object (value)))
        show_session (self);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_session_row_dispose (GObject *object)
{
  TropeaSessionRow *self = TROPEA_SESSION_ROW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), TROPEA_TYPE_SESSION_ROW);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (tropea_session_row_parent_class)->dispose (object);
}

static void
tropea_session_row_class_init (TropeaSessionRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = tropea_session_row_get_property;
  object_class->set_property = tropea_session_row_set_property;
  object_class->dispose = tropea_session_row_dispose;

  /**
   * TropeaSessionRow:session:
   *
   * The model: a session never changes; a changed one gets a new row.
   */
  properties[PROP_SESSION] =
    g_param_spec_object ("session", NULL, NULL, TROPEA_TYPE_SESSION,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-session-row.ui");
  gtk_widget_class_bind_template_callback (widget_class, credits_text);
  gtk_widget_class_bind_template_callback (widget_class, state_word);
  gtk_widget_class_bind_template_callback (widget_class, state_classes);
  tropea_closures_bind (widget_class);
}

static void
tropea_session_row_init (TropeaSessionRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * tropea_session_row_new:
 *
 * Returns: (transfer floating): the row of @session
 */
GtkWidget *
tropea_session_row_new (TropeaSession *session)
{
  g_return_val_if_fail (TROPEA_IS_SESSION (session), NULL);

  return g_object_new (TROPEA_TYPE_SESSION_ROW, "session", session, NULL);
}
