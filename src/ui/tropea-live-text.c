/* tropea-live-text.c: a short text that changes often, in a place that does not
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-live-text"

#include "config.h"

#include "ui/tropea-live-text.h"

/* A new text in a GtkLabel makes the whole window compute its layout again. Here it is only
 * drawn: the room is counted in characters and lines, has some to spare, grows with the longest
 * text so far and never shrinks. So a figure that is counted up costs a layout for each few more
 * digits, not each second.
 */

#define SPARE_CHARS 3

struct _TropeaLiveText
{
  AdwBin           parent_instance;

  char            *text;         /* (owned) (nullable) */
  gboolean         can_shrink;
  guint            room_chars;
  guint            room_lines;
  GtkInscription  *inscription;  /* (unowned): the child */
};

typedef enum
{
  PROP_TEXT = 1,
  PROP_XALIGN,
  PROP_CAN_SHRINK,
} TropeaLiveTextProperty;

G_DEFINE_FINAL_TYPE (TropeaLiveText, tropea_live_text, ADW_TYPE_BIN)

static GParamSpec *properties[PROP_CAN_SHRINK + 1];

static void
measure_text (const char *text,
              guint      *chars,
              guint      *lines)
{
  g_auto(GStrv) parts = g_strsplit (text, "\n", -1);

  *chars = 0;
  *lines = MAX (g_strv_length (parts), 1);
  for (guint i = 0; parts[i] != NULL; i++)
    *chars = MAX (*chars, (guint) g_utf8_strlen (parts[i], -1));
}

static void
keep_room (TropeaLiveText *self)
{
  guint chars = 0;
  guint lines = 0;

  measure_text (self->text != NULL ? self->text : "", &chars, &lines);
  if (chars > self->room_chars)
    {
      self->room_chars = chars + SPARE_CHARS;
      gtk_inscription_set_nat_chars (self->inscription, self->room_chars);
      if (!self->can_shrink)
        gtk_inscription_set_min_chars (self->inscription, self->room_chars);
    }
  if (lines > self->room_lines)
    {
      self->room_lines = lines;
      gtk_inscription_set_min_lines (self->inscription, lines);
      gtk_inscription_set_nat_lines (self->inscription, lines);
    }
}

static void
set_text (TropeaLiveText *self,
          const char     *text)
{
  if (g_strcmp0 (self->text, text) == 0)
    return;

  g_free (self->text);
  self->text = g_strdup (text);
  keep_room (self);
  gtk_inscription_set_text (self->inscription, text);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
}

static void
tropea_live_text_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  TropeaLiveText *self = TROPEA_LIVE_TEXT (object);

  switch ((TropeaLiveTextProperty) prop_id)
    {
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_XALIGN:
      g_value_set_float (value, gtk_inscription_get_xalign (self->inscription));
      break;
    case PROP_CAN_SHRINK:
      g_value_set_boolean (value, self->can_shrink);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_live_text_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  TropeaLiveText *self = TROPEA_LIVE_TEXT (object);

  switch ((TropeaLiveTextProperty) prop_id)
    {
    case PROP_TEXT:
      set_text (self, g_value_get_string (value));
      break;
    case PROP_XALIGN:
      gtk_inscription_set_xalign (self->inscription, g_value_get_float (value));
      break;
    case PROP_CAN_SHRINK:
      self->can_shrink = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_live_text_finalize (GObject *object)
{
  g_clear_pointer (&TROPEA_LIVE_TEXT (object)->text, g_free);

  G_OBJECT_CLASS (tropea_live_text_parent_class)->finalize (object);
}

static void
tropea_live_text_class_init (TropeaLiveTextClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tropea_live_text_get_property;
  object_class->set_property = tropea_live_text_set_property;
  object_class->finalize = tropea_live_text_finalize;

  /**
   * TropeaLiveText:text:
   *
   * One or more lines; none of them is wrapped.
   */
  properties[PROP_TEXT] =
    g_param_spec_string ("text", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * TropeaLiveText:xalign:
   *
   * Where the text is in its room: 0 at the start, 1 at the end.
   */
  properties[PROP_XALIGN] =
    g_param_spec_float ("xalign", NULL, NULL, 0.0f, 1.0f, 0.0f,
                        G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * TropeaLiveText:can-shrink:
   *
   * The text may be cut where there is no room for it.
   */
  properties[PROP_CAN_SHRINK] =
    g_param_spec_boolean ("can-shrink", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "livetext");
}

static void
tropea_live_text_init (TropeaLiveText *self)
{
  self->inscription = GTK_INSCRIPTION (gtk_inscription_new (NULL));
  self->room_lines = 1;
  gtk_inscription_set_min_lines (self->inscription, 1);
  gtk_inscription_set_nat_lines (self->inscription, 1);
  gtk_inscription_set_text_overflow (self->inscription, GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->inscription));
}
