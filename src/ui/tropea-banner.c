/* tropea-banner.c: a line across the window with, where there is one, a remedy
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-banner"

#include "config.h"

#include "ui/tropea-banner.h"

#include "ui/tropea-accessible.h"
#include "ui/tropea-ui.h"

/* The banner is there as long as it has a text, and only then. */

struct _TropeaBanner
{
  AdwBin       parent_instance;

  char        *text;          /* (owned) (nullable) */
  char        *button_label;  /* (owned) (nullable) */
  char        *action_name;   /* (owned) (nullable) */
  char        *second_label;  /* (owned) (nullable) */
  char        *second_action; /* (owned) (nullable) */
  GtkRevealer *revealer;
  GtkLabel    *label;
  GtkButton   *button;
  GtkButton   *second_button;
};

typedef enum
{
  PROP_TEXT = 1,
  PROP_BUTTON_LABEL,
  PROP_ACTION_NAME,
  PROP_SECOND_LABEL,
  PROP_SECOND_ACTION,
} TropeaBannerProperty;

G_DEFINE_FINAL_TYPE (TropeaBanner, tropea_banner, ADW_TYPE_BIN)

static GParamSpec *properties[PROP_SECOND_ACTION + 1];

static gboolean
set_string (char       **field,
            const char  *string)
{
  if (g_strcmp0 (*field, string) == 0)
    return FALSE;

  g_free (*field);
  *field = g_strdup (string);

  return TRUE;
}

static gboolean
has_text (TropeaBanner *self,
          const char   *text)
{
  return text != NULL && *text != '\0';
}

/* The old text stays while the banner slides away, and no longer: else it could still be heard. */
static void
forget_text (TropeaBanner *self)
{
  if (!has_text (self, self->text) && !gtk_revealer_get_child_revealed (self->revealer))
    gtk_label_set_label (self->label, "");
}

static void
show_text (TropeaBanner *self)
{
  gboolean reveal = has_text (self, self->text);

  if (reveal)
    gtk_label_set_label (self->label, self->text);
  gtk_revealer_set_reveal_child (self->revealer, reveal);
  forget_text (self);
}

/* @name: (nullable): detailed, as in "win.show-page::help" */
static void
set_action (GtkButton  *button,
            const char *name)
{
  g_autofree char *action = NULL;
  g_autoptr(GVariant) target = NULL;

  if (button == NULL)
    return;

  /* An action never sees a target that is another's, not even for a moment. */
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), NULL);
  if (name != NULL && g_action_parse_detailed_name (name, &action, &target, NULL))
    {
      gtk_actionable_set_action_target_value (GTK_ACTIONABLE (button), target);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
    }
}

static void
tropea_banner_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  TropeaBanner *self = TROPEA_BANNER (object);

  switch ((TropeaBannerProperty) prop_id)
    {
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_BUTTON_LABEL:
      g_value_set_string (value, self->button_label);
      break;
    case PROP_ACTION_NAME:
      g_value_set_string (value, self->action_name);
      break;
    case PROP_SECOND_LABEL:
      g_value_set_string (value, self->second_label);
      break;
    case PROP_SECOND_ACTION:
      g_value_set_string (value, self->second_action);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_banner_set_property (GObject      *object,
                            guint         prop_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  TropeaBanner *self = TROPEA_BANNER (object);

  switch ((TropeaBannerProperty) prop_id)
    {
    case PROP_TEXT:
      if (set_string (&self->text, g_value_get_string (value)))
        {
          show_text (self);
          g_object_notify_by_pspec (object, pspec);
        }
      break;
    case PROP_BUTTON_LABEL:
      if (set_string (&self->button_label, g_value_get_string (value)))
        g_object_notify_by_pspec (object, pspec);
      break;
    case PROP_ACTION_NAME:
      if (set_string (&self->action_name, g_value_get_string (value)))
        {
          set_action (self->button, self->action_name);
          g_object_notify_by_pspec (object, pspec);
        }
      break;
    case PROP_SECOND_LABEL:
      if (set_string (&self->second_label, g_value_get_string (value)))
        g_object_notify_by_pspec (object, pspec);
      break;
    case PROP_SECOND_ACTION:
      if (set_string (&self->second_action, g_value_get_string (value)))
        {
          set_action (self->second_button, self->second_action);
          g_object_notify_by_pspec (object, pspec);
        }
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_banner_dispose (GObject *object)
{
  TropeaBanner *self = TROPEA_BANNER (object);

  /* The bin and the template both would take a child away that is bound and the bin's own. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), TROPEA_TYPE_BANNER);

  G_OBJECT_CLASS (tropea_banner_parent_class)->dispose (object);
}

static void
tropea_banner_finalize (GObject *object)
{
  TropeaBanner *self = TROPEA_BANNER (object);

  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->button_label, g_free);
  g_clear_pointer (&self->action_name, g_free);
  g_clear_pointer (&self->second_label, g_free);
  g_clear_pointer (&self->second_action, g_free);

  G_OBJECT_CLASS (tropea_banner_parent_class)->finalize (object);
}

static void
tropea_banner_class_init (TropeaBannerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = tropea_banner_get_property;
  object_class->set_property = tropea_banner_set_property;
  object_class->dispose = tropea_banner_dispose;
  object_class->finalize = tropea_banner_finalize;

  /**
   * TropeaBanner:text:
   *
   * What it says; NULL or empty hides it.
   */
  properties[PROP_TEXT] =
    g_param_spec_string ("text", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * TropeaBanner:button-label:
   *
   * The remedy's name; NULL for none.
   */
  properties[PROP_BUTTON_LABEL] =
    g_param_spec_string ("button-label", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * TropeaBanner:action-name:
   *
   * The action that the remedy runs.
   */
  properties[PROP_ACTION_NAME] =
    g_param_spec_string ("action-name", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * TropeaBanner:second-label:
   *
   * The name of another remedy; NULL for none.
   */
  properties[PROP_SECOND_LABEL] =
    g_param_spec_string ("second-label", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * TropeaBanner:second-action:
   *
   * The action that the other remedy runs.
   */
  properties[PROP_SECOND_ACTION] =
    g_param_spec_string ("second-action", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-banner.ui");
  gtk_widget_class_bind_template_child (widget_class, TropeaBanner, revealer);
  gtk_widget_class_bind_template_child (widget_class, TropeaBanner, label);
  gtk_widget_class_bind_template_child (widget_class, TropeaBanner, button);
  gtk_widget_class_bind_template_child (widget_class, TropeaBanner, second_button);
  gtk_widget_class_bind_template_callback (widget_class, has_text);
}

static void
tropea_banner_init (TropeaBanner *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  tropea_accessible_name_buttons (GTK_WIDGET (self));
  g_signal_connect_object (self->revealer, "notify::child-revealed", G_CALLBACK (forget_text), self,
                           G_CONNECT_SWAPPED);
}
